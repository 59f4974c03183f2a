"""The nets on which travel times are compared: grids, our two areas, and nets made from open map data."""

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jing_maps.grid import grid
from jing_maps.read import read_map
from jing_maps.sumo import write_net
from jing_maps.sumo.netconvert import find_netconvert

__all__ = ["CityNet", "city_nets"]

MAP_DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "maps"
"""Nets that are not part of this repository; without them they are skipped."""


@dataclass(frozen=True)
class CityNet:
    """A net file and the rates of light, medium and heavy load in vehicles an hour."""

    name: str
    net: Path
    rate_vph: tuple[float, float, float]


# Heavy is just below the rate at which SUMO without teleports locks up, where any two runs differ by chance.
_RATES_VPH = {
    "grid4": (3000.0, 6000.0, 9000.0),
    "own_grid4": (3000.0, 6000.0, 9500.0),
    "yizhuang": (3000.0, 7000.0, 11000.0),
    "zhongguancun": (1500.0, 3000.0, 4000.0),
    "yizhuang_regtsc": (1500.0, 3000.0, 5000.0),
    "zgc_core": (200.0, 400.0, 700.0),
}


def city_nets(folder: Path, only: str | None = None, rates_vph: Sequence[float] | None = None) -> list[CityNet]:
    """All nets, or the one of that name or path; those that are made are written to `folder`.

    Raises:
        ValueError: there is no net of that name, or there are not three rates for a path.
    """
    given = _three(rates_vph) if rates_vph else None
    if only is not None and only.endswith((".net.xml", ".net.xml.gz")):
        if given is None:
            raise ValueError(f"{only} needs the rates of its three loads")
        return [CityNet(Path(only).name.partition(".")[0], Path(only), given)]
    if only is not None and only not in _RATES_VPH:
        raise ValueError(f"no net {only!r}; there are {', '.join(_RATES_VPH)}")
    found = []
    for name in [only] if only else _RATES_VPH:
        made = folder / f"{name}.net.xml"
        if name in _MAKERS:
            _MAKERS[name](made)
        found.append(CityNet(name, made if name in _MAKERS else MAP_DATA / made.name, given or _RATES_VPH[name]))
    return found


def _three(rates_vph: Sequence[float]) -> tuple[float, float, float]:
    if len(rates_vph) != 3:
        raise ValueError(f"{len(rates_vph)} rates for three loads")
    light, medium, heavy = rates_vph
    return light, medium, heavy


def _netgenerate(path: Path) -> None:
    program = find_netconvert().with_name("netgenerate")
    options = [
        "--grid", "--grid.number", "4", "--grid.length", "200", "--grid.attach-length", "200",
        "--default.lanenumber", "2", "--default-junction-type", "traffic_light", "--no-turnarounds", "true",
        "--xml-validation", "never", "--output-file", str(path),
    ]  # fmt: skip
    environment = os.environ | {"SUMO_HOME": str(program.parent.parent)}
    subprocess.run([str(program), *options], check=True, capture_output=True, env=environment)


_MAKERS: dict[str, Callable[[Path], object]] = {
    "grid4": _netgenerate,
    "own_grid4": lambda path: write_net(grid(4, 4), path),
    "yizhuang": lambda path: write_net(read_map("yizhuang"), path),
    "zhongguancun": lambda path: write_net(read_map("zhongguancun"), path),
}
