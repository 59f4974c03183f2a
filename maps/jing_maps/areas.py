"""The built-in areas: Zhongguancun and Yizhuang, compiled from their street registers."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import JunctionKind, RoadClass, VehicleClass
from jing_maps.compile import compile_network
from jing_maps.errors import UnknownNameError
from jing_maps.network import RoadNetwork
from jing_maps.register import Boundary, read_boundaries, read_register
from jing_maps.store import load

__all__ = ["AREAS", "Area", "Terminals", "area_file", "build_area", "load_area", "load_terminals"]

_DATA = Path(__file__).parent / "data"
_ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"

# Morning-peak flow of a street that is cut at the border and has no row in boundaries.csv, vehicles per hour in and
# out (assumed, typical for the class).
_DEFAULT_VPH = {
    RoadClass.EXPRESSWAY: (3600.0, 3000.0),
    RoadClass.RAMP: (500.0, 500.0),
    RoadClass.EXPRESSWAY_SIDE: (700.0, 600.0),
    RoadClass.ARTERIAL: (1300.0, 1000.0),
    RoadClass.SECONDARY: (700.0, 600.0),
    RoadClass.BRANCH: (250.0, 250.0),
    RoadClass.SERVICE: (100.0, 100.0),
}


@dataclass(frozen=True)
class Area:
    """A built-in area: its names and what it is."""

    title_zh: str
    title_en: str
    about: str


AREAS = {
    "zhongguancun": Area(
        "中关村科学城", "Zhongguancun Science City", "city brain: the north fourth ring, universities, offices"
    ),
    "yizhuang": Area(
        "亦庄高级别自动驾驶示范区",
        "Yizhuang high-level autonomous-driving zone",
        "the core of the development area (BDA): 35 km2, 180 crossings in a grid of arterials",
    ),
}


@dataclass(frozen=True)
class Terminals:
    """`(n,)` places where trips begin and end: gates at the border, zones inside.

    Attributes:
        ext_id, name_zh: of the gate or zone.
        is_gate: else a zone.
        in_vph: vehicles per hour of the morning peak that begin here (assumed, not counted).
        out_vph: those that end here.
        in_roads, out_roads: `(n,)` rows of roads on which trips begin, and on which they end.
    """

    ext_id: tuple[str, ...]
    name_zh: tuple[str, ...]
    is_gate: NDArray[np.bool_]
    in_vph: NDArray[np.float64]
    out_vph: NDArray[np.float64]
    in_roads: tuple[tuple[int, ...], ...]
    out_roads: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.ext_id)


def load_area(name: str) -> RoadNetwork:
    """The network of a built-in area, as shipped.

    Raises:
        UnknownNameError: there is no such area.
    """
    return load(area_file(name))


def area_file(name: str) -> Path:
    """Where the network of a built-in area is shipped.

    Raises:
        UnknownNameError: there is no such area.
    """
    return _DATA / "areas" / f"{_known(name)}.jingnet"


def build_area(name: str) -> RoadNetwork:
    """The network of a built-in area, compiled anew from its register: equal to the shipped one.

    Raises:
        UnknownNameError: there is no such area.
    """
    return compile_network(read_register(_DATA / "register" / _known(name), name, _ATTRIBUTION))


def load_terminals(name: str, network: RoadNetwork) -> Terminals:
    """Gates and zones of a built-in area, on the roads of its network.

    A street that ends at the border without a row in the register is a gate with the flow of its class. A gate's trips
    begin on the roads that lead in and end on those that lead out; a zone's begin on roads that leave its junctions and
    end on roads that reach them (motor roads below expressway).

    Raises:
        UnknownNameError: there is no such area.
    """
    rows = {ext_id: row for row, ext_id in enumerate(network.junctions.ext_id)}
    boundaries = read_boundaries(_DATA / "register" / _known(name))
    listed = {place for boundary in boundaries if boundary.kind == "gate" for place in boundary.junctions}
    edge = [row for row in range(len(network.junctions)) if _at_border(network, row)]
    boundaries += [_default_gate(network, row) for row in edge if network.junctions.ext_id[row] not in listed]
    ends = [_roads(network, boundary, [rows[place] for place in boundary.junctions]) for boundary in boundaries]
    return Terminals(
        ext_id=tuple(boundary.ext_id for boundary in boundaries),
        name_zh=tuple(boundary.name_zh for boundary in boundaries),
        is_gate=np.array([boundary.kind == "gate" for boundary in boundaries]),
        in_vph=np.array([boundary.in_vph for boundary in boundaries]),
        out_vph=np.array([boundary.out_vph for boundary in boundaries]),
        in_roads=tuple(begin for begin, _ in ends),
        out_roads=tuple(end for _, end in ends),
    )


def _known(name: str) -> str:
    if name not in AREAS:
        raise UnknownNameError("area", name, AREAS)
    return name


def _at_border(network: RoadNetwork, junction: int) -> bool:
    """A junction that no connector passes: the map ends there."""
    return bool(
        network.junctions.kind[junction] == JunctionKind.BOUNDARY or not len(network.junction_connectors[junction])
    )


def _default_gate(network: RoadNetwork, junction: int) -> Boundary:
    ext_id = network.junctions.ext_id[junction]
    into, out = network.roads_out[junction], network.roads_in[junction]
    in_vph = sum(_DEFAULT_VPH[RoadClass(int(network.roads.kind[road]))][0] for road in into)
    out_vph = sum(_DEFAULT_VPH[RoadClass(int(network.roads.kind[road]))][1] for road in out)
    return Boundary(ext_id, "gate", network.junctions.name_zh[junction], "default", (ext_id,), in_vph, out_vph)


def _roads(network: RoadNetwork, boundary: Boundary, junctions: list[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    begin = [int(road) for junction in junctions for road in network.roads_out[junction]]
    end = [int(road) for junction in junctions for road in network.roads_in[junction]]
    if boundary.kind == "zone":
        begin, end = ([road for road in roads if _is_street(network, road)] for roads in (begin, end))
    return tuple(begin), tuple(end)


def _is_street(network: RoadNetwork, road: int) -> bool:
    fast = network.roads.kind[road] in (RoadClass.EXPRESSWAY, RoadClass.RAMP)
    return not fast and any(network.lanes.allowed[lane] & VehicleClass.CAR for lane in network.road_lanes(road))
