"""Ways from strip to strip: over a joint, or along the connecting roads of a junction; and the nodes where they lie."""

from dataclasses import dataclass

from jing_maps.columns import JunctionKind
from jing_maps.opendrive.lane_graph import LaneGraph, LaneKey
from jing_maps.opendrive.model import RoadLink
from jing_maps.opendrive.strips import Strip

__all__ = ["Movement", "Node", "find_movements", "find_nodes"]

_LONGEST_CHAIN = 40


@dataclass(frozen=True)
class Node:
    """Where strips end: OpenDRIVE junctions (rows), or none of them at a joint or where the map ends."""

    name: str
    kind: JunctionKind
    junctions: tuple[int, ...]


@dataclass(frozen=True)
class Movement:
    """From a lane (strip, index) to a lane, along the lanes `via` of connecting roads, in driving order."""

    node: int
    from_strip: int
    from_lane: int
    to_strip: int
    to_lane: int
    via: tuple[LaneKey, ...]


class _Places:
    """Union-find over named places."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def find(self, name: str) -> str:
        self.parent.setdefault(name, name)
        while self.parent[name] != name:
            self.parent[name] = self.parent[self.parent[name]]
            name = self.parent[name]
        return name

    def join(self, a: str, b: str) -> None:
        one, two = sorted((self.find(a), self.find(b)))
        self.parent[two] = one


def find_nodes(graph: LaneGraph, strips: list[Strip]) -> tuple[list[Node], list[tuple[int, int]]]:
    """The nodes, and for each strip the rows of the nodes where it begins and ends."""
    odr, places = graph.odr, _Places()
    for junction in odr.junctions:
        places.find(f"junction {junction.id}")
        for connection in junction.connections:
            for end in graph.incoming_ends(junction, connection):
                places.join(f"junction {junction.id}", f"road {connection.incoming_road} {end}")
            if connection.linked:
                places.join(f"junction {junction.id}", f"road {connection.connecting_road} {connection.contact_point}")
    for road in odr.roads:
        for end, link in (("start", road.predecessor), ("end", road.successor)):
            here = f"road {road.id} {end}"
            if road.junction:
                places.join(f"junction {road.junction}", here)
            there = _beyond(graph, link)
            if there:
                places.join(here, there)
    names = [tuple(places.find(p) for p in _strip_ends(graph, strip)) for strip in strips]
    used = [name for pair in names for name in pair]
    members: dict[str, list[int]] = {}
    for i, junction in enumerate(odr.junctions):
        members.setdefault(places.find(f"junction {junction.id}"), []).append(i)
    rows = {name: i for i, name in enumerate(dict.fromkeys(used))}
    nodes = [_node(graph, name, tuple(members.get(name, ()))) for name in rows]
    return nodes, [(rows[a], rows[b]) for a, b in names]


def _beyond(graph: LaneGraph, link: RoadLink | None) -> str:
    if link is None:
        return ""
    if link.element_type == "junction":
        return f"junction {link.element_id}" if link.element_id in graph.odr.junction_row else ""
    known = link.element_id in graph.odr.road_row and link.contact_point
    return f"road {link.element_id} {link.contact_point}" if known else ""


def _strip_ends(graph: LaneGraph, strip: Strip) -> tuple[str, str]:
    road = graph.odr.roads[strip.road]
    first, last = strip.sections[0], strip.sections[-1]
    return _place(road.id, first, -strip.along, len(road.sections)), _place(
        road.id, last, strip.along, len(road.sections)
    )


def _place(road_id: str, section: int, side: int, n_sections: int) -> str:
    beside = section + side
    if 0 <= beside < n_sections:
        return f"road {road_id} between {min(section, beside)} and {max(section, beside)}"
    return f"road {road_id} {'end' if side > 0 else 'start'}"


def _node(graph: LaneGraph, name: str, junctions: tuple[int, ...]) -> Node:
    if junctions:
        rows = [graph.odr.junctions[j] for j in junctions]
        crossing = any(j.type == "default" and j.connections for j in rows)
        kind = JunctionKind.RIGHT_BEFORE_LEFT if crossing else JunctionKind.JOINT
        return Node("+".join(j.id for j in rows), kind, junctions)
    return Node(name, JunctionKind.JOINT, ())


def find_movements(graph: LaneGraph, strips: list[Strip], ends: list[tuple[int, int]]) -> list[Movement]:
    """All ways from the end of a strip's lane to the begin of another, by strip, lane and target."""
    begins = {chain[0]: (i, k) for i, strip in enumerate(strips) for k, chain in enumerate(strip.lanes)}
    found: list[Movement] = []
    for i, strip in enumerate(strips):
        for k, chain in enumerate(strip.lanes):
            for target, via in _reached(graph, chain[-1], begins):
                to_strip, to_lane = begins[target]
                # A lane that ends in the middle of a junction's node and begins at another one would skip a node.
                if ends[i][1] == ends[to_strip][0]:
                    found.append(Movement(ends[i][1], i, k, to_strip, to_lane, via))
    return found


def _reached(
    graph: LaneGraph, start: LaneKey, begins: dict[LaneKey, tuple[int, int]]
) -> list[tuple[LaneKey, tuple[LaneKey, ...]]]:
    reached: dict[LaneKey, tuple[LaneKey, ...]] = {}
    todo: list[tuple[LaneKey, tuple[LaneKey, ...]]] = [(key, ()) for key in graph.following(start)]
    while todo:
        key, via = todo.pop(0)
        if not graph.road(key).junction:
            if key in begins:
                reached.setdefault(key, via)
        elif key not in via and len(via) < _LONGEST_CHAIN:
            todo += [(after, (*via, key)) for after in graph.following(key)]
    return list(reached.items())
