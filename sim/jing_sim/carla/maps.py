"""The maps that a server offers: our areas, the OpenDRIVE files of a folder, and one that a client brings.

A map has a path, as `get_available_maps` lists it (`/Game/Carla/Maps/Town01`), and a name, as `Map.name` shows it
(`Carla/Maps/Town01`). It is found by its path, its name or its last part, in any case.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from jing_maps.areas import AREAS, area_file, load_area
from jing_maps.errors import MapFormatError
from jing_maps.opendrive.write import write_opendrive
from jing_sim.carla.rpc import RefusedError

__all__ = ["BROUGHT", "MapShelf", "MapSource", "xodr_of_area"]

BROUGHT = "OpenDriveMap"
"""Name of the map that a client brings as text."""


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
    """The OpenDRIVE file of a built-in area, in the user's cache; written anew when the area or the version differs."""
    key = hashlib.sha256(area_file(area).read_bytes() + version("jingsim").encode()).hexdigest()[:16]
    file = _cache() / f"{area}-{key}.xodr"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_opendrive(load_area(area), file)
    return file


class MapShelf:
    """All maps on offer: the areas, the `.xodr` files below `folder`, and further names of either.

    Raises:
        MapFormatError: `folder` is not there.
        RefusedError: an alias is of a map that is not there.
    """

    def __init__(self, folder: Path | None = None, aliases: Mapping[str, str] | None = None) -> None:
        sources = [MapSource(f"Jing/{area.capitalize()}", area=area) for area in AREAS]
        if folder is not None:
            if not folder.is_dir():
                raise MapFormatError(folder, "there is no such folder; --maps takes one with .xodr files")
            sources += [MapSource(f"Carla/Maps/{file.stem}", file) for file in sorted(folder.rglob("*.xodr"))]
        self.sources = {source.name: source for source in sources}
        for alias, known in (aliases or {}).items():
            found = self.find(known)
            name = alias if "/" in alias else f"Carla/Maps/{alias}"
            self.sources[name] = MapSource(name, found.file, found.area)

    def find(self, wanted: str) -> MapSource:
        """The map of this path, name or last part.

        Raises:
            RefusedError: there is none.
        """
        key = wanted.removeprefix("/Game/").strip("/").casefold()
        for name, source in self.sources.items():
            if key in {name.casefold(), name.rsplit("/", 1)[-1].casefold()}:
                return source
        raise RefusedError(f"Map '{wanted}' not found")
