"""Reads a road network from wherever it is: a built-in area or a file of any format that is known."""

from collections.abc import Callable
from pathlib import Path

from jing_maps.areas import AREAS, load_area
from jing_maps.errors import MapFormatError, UnknownNameError
from jing_maps.network import RoadNetwork
from jing_maps.opendrive import read_opendrive
from jing_maps.opendrive.network import to_network
from jing_maps.osm import import_osm_with_warnings
from jing_maps.store import load
from jing_maps.sumo import read_net_with_warnings

__all__ = ["SUFFIXES", "read_map", "read_map_with_warnings"]


def _read_store(path: Path) -> tuple[RoadNetwork, list[str]]:
    return load(path), []


def _read_xodr(path: Path) -> tuple[RoadNetwork, list[str]]:
    odr = read_opendrive(path)
    return to_network(odr, path.stem), list(odr.warnings)


_READERS: dict[str, Callable[[Path], tuple[RoadNetwork, list[str]]]] = {
    ".jingnet": _read_store,
    ".net.xml": read_net_with_warnings,
    ".net.xml.gz": read_net_with_warnings,
    ".xodr": _read_xodr,
    ".osm": import_osm_with_warnings,
    ".osm.gz": import_osm_with_warnings,
    ".osm.pbf": import_osm_with_warnings,
}

SUFFIXES = tuple(_READERS)
"""Endings of the map files that can be read."""


def read_map(source: str | Path) -> RoadNetwork:
    """The road network of a built-in area (its name) or of a map file (its path; the ending tells the format).

    A name without a directory and without a known ending is taken for an area. Areas go before files of that name.

    Raises:
        UnknownNameError: no area has this name; lists the nearest ones.
        MapFormatError: there is no such file, its format is not known, or it cannot be read.
    """
    return read_map_with_warnings(source)[0]


def read_map_with_warnings(source: str | Path) -> tuple[RoadNetwork, list[str]]:
    """As `read_map`, with what its reader left out or read differently from what the file says."""
    if str(source) in AREAS:
        return load_area(str(source)), []
    path = Path(source)
    suffix = next((suffix for suffix in SUFFIXES if path.name.lower().endswith(suffix)), None)
    if suffix is None and len(path.parts) == 1 and not path.suffix and not path.exists():
        raise UnknownNameError("area", str(source), AREAS)
    if suffix is None:
        raise MapFormatError(path, f"unknown kind of map; give an area or a file ending in {', '.join(SUFFIXES)}")
    if not path.is_file():
        raise MapFormatError(path, "there is no such file")
    return _READERS[suffix](path)
