"""Which OpenDRIVE file a scenario means: a file beside it, one of our areas, or a map known by name, as in CARLA."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jing_maps.areas import AREAS
from jing_maps.errors import JingError
from jing_scenarios.openscenario.findings import Findings, nearest
from jing_scenarios.openscenario.node import Node

__all__ = ["FILES_AND_AREAS", "RoadMaps", "road_file_of"]


@dataclass(frozen=True)
class RoadMaps:
    """Where road networks are found by name when no file beside the scenario is meant.

    The areas `yizhuang` and `zhongguancun` (also `Jing/Yizhuang`) are known everywhere.

    Attributes:
        folders: with `NAME.xodr` files, at any depth; an `aliases.toml` in one gives further names.
        served: gives the file of the map of this name on a server, None where it has none; of the name "" the map that
            it shows.
    """

    folders: tuple[Path, ...] = ()
    served: Callable[[str], Path | None] | None = None


FILES_AND_AREAS = RoadMaps()
"""No names but those of our areas."""


def road_file_of(root: Node, folder: Path, maps: RoadMaps, findings: Findings) -> Path | None:
    """The OpenDRIVE file that RoadNetwork/LogicFile means; None where there is none, or where `findings` say why.

    Args:
        root: the element OpenSCENARIO, resolved.
        folder: of the scenario; paths are relative to it.
        maps: what else is known by name.
    """
    file = root.child("RoadNetwork").find("LogicFile")
    text = file.string("filepath") if file is not None else ""
    try:
        if file is None or not text:
            return maps.served("") if maps.served is not None else None
        path = folder / text
        if path.is_file():
            return path
        if (named := _by_name(text, maps)) is not None:
            return named
    except JingError as error:
        findings.error(file or root.child("RoadNetwork"), f"filepath={text!r}: {error}" if text else str(error))
        return None
    findings.error(file, f"filepath={text!r}: no such road network file; {_cure(path, maps)}")
    return None


def _by_name(text: str, maps: RoadMaps) -> Path | None:
    """An area, a map of the folders, or one of the server, in this order."""
    from jing_sim.carla.maps import MapShelf  # noqa: PLC0415 - few scenarios name their map
    from jing_sim.carla.rpc import RefusedError  # noqa: PLC0415

    text = text.replace("\\", "/")
    for name in dict.fromkeys((text, text.rsplit("/", 1)[-1])):
        for place in maps.folders or (None,):
            try:
                return MapShelf(place).find(name).xodr_file()
            except RefusedError:
                continue
    if maps.served is None:
        return None
    return maps.served(Path(text).name.removesuffix(".xodr"))


def _cure(path: Path, maps: RoadMaps) -> str:
    there = path.parent.is_dir()
    known = [*AREAS, *(file.stem for place in maps.folders for file in sorted(place.rglob("*.xodr")))]
    if there:
        known += [file.name for file in sorted(path.parent.glob("*.xodr"))]
    near = nearest(path.name, known)
    folders = ", ".join(map(str, maps.folders)) or "none is given"
    return (
        (f"{near} " if near.startswith("did you") else "")
        + ("" if there else f"there is no directory {path.parent}; ")
        + f"right are a path from the scenario to an OpenDRIVE file, an area ({', '.join(AREAS)}), or the name of a map"
        + f" in a folder of --maps ({folders}) or on the server of --world carla HOST:PORT"
        + (" (it has none of this name)" if maps.served is not None else "")
    )
