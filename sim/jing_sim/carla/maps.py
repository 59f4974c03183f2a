"""The maps that a server offers: our areas, the OpenDRIVE files of a folder, and one that a client brings.

A map has a path, as `get_available_maps` lists it (`/Game/Carla/Maps/Town01`), and a name, as `Map.name` shows it
(`Carla/Maps/Town01`). It is found by its path, its name or its last part, in any case.
"""

import hashlib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from jing_maps.areas import AREAS, area_file, load_area
from jing_maps.errors import MapFormatError
from jing_maps.opendrive.write import write_opendrive
from jing_maps.tight_turns import without_tight_turns
from jing_sim.carla.rpc import RefusedError

__all__ = ["BROUGHT", "TIGHT_M", "MapShelf", "MapSource", "xodr_of_area"]

BROUGHT = "OpenDriveMap"
"""Name of the map that a client brings as text."""
ALIASES = "aliases.toml"
_LAYERED = "_opt"
TIGHT_M = 8.0
"""CARLA's route planner takes whatever way is shortest, and its agents do not slow down for a turn back within less."""


@dataclass(frozen=True)
class MapSource:
    """A map on offer: its `name`, and the file it is read from, or the area it is made of."""

    name: str
    file: Path | None = None
    area: str = ""

    @property
    def path(self) -> str:
        """As `get_available_maps` lists it."""
        return f"/Game/{self.name}"

    def xodr_file(self) -> Path:
        """Where its OpenDRIVE text is; of an area it is written when it is first asked for."""
        return self.file if self.file is not None else xodr_of_area(self.area)


def _cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "jingsim" / "opendrive"


def xodr_of_area(area: str) -> Path:
    """The OpenDRIVE file of a built-in area, in the user's cache; written anew when the area or the version differs.

    Turns back that are tighter than cars drive are not in it.
    """
    key = hashlib.sha256(area_file(area).read_bytes() + f"{version('jingsim')} {TIGHT_M}".encode()).hexdigest()[:16]
    file = _cache() / f"{area}-{key}.xodr"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_opendrive(without_tight_turns(load_area(area), TIGHT_M), file)
    return file


def _aliases_of(folder: Path) -> dict[str, str]:
    """Further names of maps from the folder's `aliases.toml`: lines of `Town01 = "my_town.xodr"`.

    Raises:
        MapFormatError: it cannot be read, or a value is no text.
    """
    file = folder / ALIASES
    if not file.is_file():
        return {}
    try:
        names = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise MapFormatError(file, f'{problem}; lines of NAME = "FILE" would be right') from problem
    for name, known in names.items():
        if not isinstance(known, str):
            raise MapFormatError(file, f"{name} is {known!r}; the text of a file's or map's name would be right")
    return names


class MapShelf:
    """All maps on offer: the areas, the `.xodr` files below `folder`, and further names of either.

    Further names come from `aliases` and from the folder's `aliases.toml`.

    Raises:
        MapFormatError: `folder` is not there, or its aliases cannot be read.
        RefusedError: an alias is of a map that is not there.
    """

    def __init__(self, folder: Path | None = None, aliases: Mapping[str, str] | None = None) -> None:
        sources = [MapSource(f"Jing/{area.capitalize()}", area=area) for area in AREAS]
        if folder is not None:
            if not folder.is_dir():
                raise MapFormatError(folder, "there is no such folder; --maps takes one with .xodr files")
            sources += [MapSource(f"Carla/Maps/{file.stem}", file) for file in sorted(folder.rglob("*.xodr"))]
        self.sources = {source.name: source for source in sources}
        for alias, known in {**(_aliases_of(folder) if folder else {}), **(aliases or {})}.items():
            found = self.find(known)
            name = alias if "/" in alias else f"Carla/Maps/{alias}"
            self.sources[name] = MapSource(name, found.file, found.area)

    def offer(self, wanted: str) -> MapSource:
        """The map of this name, or an `.xodr` file, which is then on offer with the others.

        Raises:
            RefusedError: there is none.
        """
        file = Path(wanted)
        if file.suffix != ".xodr" or not file.is_file():
            return self.find(wanted)
        source = MapSource(f"Carla/Maps/{file.stem}", file)
        self.sources[source.name] = source
        return source

    def find(self, wanted: str) -> MapSource:
        """The map of this path, name or last part; with `_Opt` behind it, CARLA's name for its variant with layers.

        Raises:
            RefusedError: there is none.
        """
        key = wanted.removeprefix("/Game/").strip("/").casefold().removesuffix(".xodr")
        for name, source in self.sources.items():
            if key in {name.casefold(), name.rsplit("/", 1)[-1].casefold()}:
                return source
        if key.endswith(_LAYERED):
            whole = self.find(wanted.removesuffix(".xodr")[: -len(_LAYERED)])
            return MapSource(f"{whole.name}_Opt", whole.file, whole.area)
        raise RefusedError(f"Map '{wanted}' not found")
