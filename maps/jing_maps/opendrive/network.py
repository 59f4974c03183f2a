"""From an OpenDRIVE map to a road network.

Roads outside junctions become one network road for each direction (ids `road.section.side`); connecting roads become
connectors. Consecutive sections and linked roads meet at joints, with connectors of some decimetres. Lanes on which
nothing drives (shoulders, parking, sidewalks ...) are left out.
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Conflicts, Connectors, JunctionKind, Junctions, Lanes, Roads, Streets, Turn
from jing_maps.conflicts import ConnectorShapes, Meetings, find_conflicts
from jing_maps.errors import MapFormatError
from jing_maps.network import RoadNetwork
from jing_maps.opendrive.crossings import CrosswalkShape, crosswalk_columns, find_crosswalks
from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.georeference import local_frame, turned
from jing_maps.opendrive.lane_graph import LaneGraph
from jing_maps.opendrive.lane_use import may_change, road_class
from jing_maps.opendrive.movements import Movement, Node, find_movements, find_nodes
from jing_maps.opendrive.right_of_way import WayThrough, turn_of, who_yields
from jing_maps.opendrive.signal_plans import SignalPlan, plan_signals
from jing_maps.opendrive.signs import Signs, find_signs
from jing_maps.opendrive.stop_lines import stop_lines
from jing_maps.opendrive.strips import Strip, find_strips, strip_name
from jing_maps.opendrive.ways import DrawnWay, draw_connector, draw_lanes, heading_at
from jing_maps.polylines import Polylines

__all__ = ["to_network"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


def to_network(odr: OpenDriveMap, name: str) -> RoadNetwork:
    """The road network of an OpenDRIVE map.

    Raises:
        MapFormatError: the map has no lane to drive on, or its geoReference is none.
        NetworkError: the map contradicts itself in a way that reading did not find.
    """
    graph = LaneGraph(odr)
    strips = find_strips(graph)
    if not strips:
        problem = "no road outside junctions has a lane to drive on; give lanes a type such as driving"
        raise MapFormatError(odr.path, problem)
    nodes, ends = find_nodes(graph, strips)
    movements = find_movements(graph, strips, ends)
    drawn = draw_lanes(graph, strips, movements)
    pairs = [(m, draw_connector(graph, m, drawn[m.from_strip][m.from_lane], drawn[m.to_strip][m.to_lane]))
             for m in movements]  # fmt: skip
    pairs = [(m, way) for m, way in pairs if way.allowed]
    return _assemble(graph, name, strips, (nodes, ends), drawn, pairs)


def _assemble(
    graph: LaneGraph,
    name: str,
    strips: list[Strip],
    places: tuple[list[Node], list[tuple[int, int]]],
    drawn: list[list[DrawnWay]],
    pairs: list[tuple[Movement, DrawnWay]],
) -> RoadNetwork:
    odr, (nodes, ends) = graph.odr, places
    movements = [m for m, _ in pairs]
    first_lane = np.concatenate([[0], np.cumsum([len(strip.lanes) for strip in strips])]).astype(np.int32)
    signs = find_signs(graph, strips, movements)
    bare = _connectors(odr, movements, [way for _, way in pairs], first_lane, signs.must_stop)
    meetings = find_conflicts(_shapes(bare))
    ways = _ways_through(graph, nodes, movements, [way for _, way in pairs], signs.minor)
    yields = who_yields(meetings, ways, _priorities(odr))
    plan = plan_signals(odr, bare.junction, [node.name for node in nodes], signs.lights, meetings, yields)
    turns = np.array([way.turn for way in ways], dtype=np.int8)
    connectors = _with_signals(bare, turns, plan.group_of)
    lit = {(m.from_strip, m.from_lane) for m, ids in zip(movements, signs.lights, strict=True) if ids}
    walks = find_crosswalks(odr)
    at = _walk_places(odr, walks, strips, nodes, ends)
    streets = tuple(dict.fromkeys(odr.roads[s.road].name for s in strips if odr.roads[s.road].name))
    lanes = _lanes(graph, strips, drawn, lit, first_lane)
    return RoadNetwork(
        name=name,
        frame=local_frame(odr.header, odr.path),
        attribution="",
        streets=Streets(streets, ("",) * len(streets)),
        roads=_roads(odr, strips, ends, drawn, streets, first_lane),
        lanes=lanes,
        connectors=connectors,
        conflicts=_conflicts(meetings, [int(y) for y in yields]),
        junctions=_junctions(nodes, ends, lanes, connectors, plan, signs, odr),
        controllers=plan.controllers,
        signal_groups=plan.groups,
        programs=plan.programs,
        crosswalks=crosswalk_columns(_turned_walks(odr, walks), at[0], at[1], connectors.centre),
    )


def _lines(odr: OpenDriveMap, lines: list[Float]) -> Polylines:
    """Lines in the map frame: turned by the heading of the header's offset."""
    packed = Polylines.from_list(lines)
    if odr.header.offset_heading_rad == 0:
        return packed
    x, y = turned(odr.header, packed.xyz[:, 0], packed.xyz[:, 1])
    return Polylines(packed.first, np.stack([x, y, packed.xyz[:, 2]], axis=1))


def _turned_walks(odr: OpenDriveMap, walks: list[CrosswalkShape]) -> list[CrosswalkShape]:
    lines = _lines(odr, [walk.line for walk in walks])
    return [CrosswalkShape(w.road, w.s_m, lines[i], w.width_m) for i, w in enumerate(walks)]


def _roads(
    odr: OpenDriveMap,
    strips: list[Strip],
    ends: list[tuple[int, int]],
    drawn: list[list[DrawnWay]],
    streets: tuple[str, ...],
    first_lane: Int,
) -> Roads:
    row = {street: i for i, street in enumerate(streets)}
    roads = [odr.roads[strip.road] for strip in strips]
    starts = [r.sections[s.sections[0]].start_m for r, s in zip(roads, strips, strict=True)]
    return Roads(
        ext_id=tuple(strip_name(odr, strip) for strip in strips),
        street=np.array([row.get(road.name, -1) for road in roads], dtype=np.int32),
        kind=np.array([road_class(r, s) for r, s in zip(roads, starts, strict=True)], dtype=np.int8),
        level=np.zeros(len(strips), dtype=np.int8),
        from_junction=np.array([a for a, _ in ends], dtype=np.int32),
        to_junction=np.array([b for _, b in ends], dtype=np.int32),
        first_lane=first_lane,
        length_m=np.array([_road_length(lanes) for lanes in drawn]),
        roundabout=np.zeros(len(strips), dtype=np.bool_),
    )


def _road_length(lanes: list[DrawnWay]) -> float:
    """A road's station axis is as long as its lanes on average; each lane is stretched to it."""
    return float(np.mean([lane.length_m for lane in lanes]))


def _lanes(
    graph: LaneGraph, strips: list[Strip], drawn: list[list[DrawnWay]], lit: set[tuple[int, int]], first_lane: Int
) -> Lanes:
    ways = [way for lanes in drawn for way in lanes]
    lengths = [_road_length(lanes) for lanes in drawn]
    counts = np.diff(first_lane)
    n = len(ways)
    left = np.full(n, -1, dtype=np.int32)
    right = np.full(n, -1, dtype=np.int32)
    to_left, to_right = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    for i, strip in enumerate(strips):
        keys = [chain[0] for chain in strip.lanes]
        for k, (one, two) in enumerate(itertools.pairwise(keys)):
            if abs(one.lane - two.lane) == 1:
                row, section = int(first_lane[i]) + k, graph.section(one)
                left[row], right[row + 1] = row + 1, row
                to_left[row] = may_change(section, one.lane, two.lane)
                to_right[row + 1] = may_change(section, two.lane, one.lane)
    return Lanes(
        road=np.repeat(np.arange(len(strips)), counts).astype(np.int32),
        index=np.concatenate([np.arange(c) for c in counts]).astype(np.int16),
        start_m=np.zeros(n),
        length_m=np.repeat(lengths, counts),
        width_m=np.array([way.width_m for way in ways]),
        speed_limit_mps=np.array([way.speed_limit_mps for way in ways]),
        allowed=np.array([way.allowed for way in ways], dtype=np.uint16),
        left=left,
        right=right,
        change_left=to_left,
        change_right=to_right,
        stop_line_m=np.array(stop_lines(graph, strips, lengths, lit)),
        centre=_lines(graph.odr, [way.line for way in ways]),
    )


def _connectors(
    odr: OpenDriveMap, movements: list[Movement], ways: list[DrawnWay], first_lane: Int, must_stop: list[bool]
) -> Connectors:
    """The connectors, still without turns and signals."""
    n = len(ways)
    return Connectors(
        junction=np.array([m.node for m in movements], dtype=np.int32),
        from_lane=np.array([first_lane[m.from_strip] + m.from_lane for m in movements], dtype=np.int32),
        to_lane=np.array([first_lane[m.to_strip] + m.to_lane for m in movements], dtype=np.int32),
        turn=np.zeros(n, dtype=np.int8),
        length_m=np.array([way.length_m for way in ways], dtype=np.float64),
        width_m=np.array([way.width_m for way in ways], dtype=np.float64),
        speed_limit_mps=np.array([way.speed_limit_mps for way in ways], dtype=np.float64),
        allowed=np.array([way.allowed for way in ways], dtype=np.uint16),
        signal_group=np.full(n, -1, dtype=np.int32),
        on_red=np.zeros(n, dtype=np.bool_),
        wait_m=np.full(n, np.nan),
        must_stop=np.array(must_stop, dtype=np.bool_),
        centre=_lines(odr, [way.line for way in ways]),
    )


def _with_signals(bare: Connectors, turn: NDArray[np.int8], group: Int) -> Connectors:
    columns = {**bare.__dict__, "turn": turn, "signal_group": group}
    columns["on_red"] = (group >= 0) & (turn == Turn.RIGHT)
    return Connectors(**{key: columns[key] for key in Connectors.__dataclass_fields__})


def _shapes(c: Connectors) -> ConnectorShapes:
    return ConnectorShapes(c.junction, c.from_lane, c.to_lane, c.width_m, c.length_m, c.centre)


def _ways_through(
    graph: LaneGraph, nodes: list[Node], movements: list[Movement], ways: list[DrawnWay], minor: list[bool]
) -> list[WayThrough]:
    through = []
    for movement, way, yields in zip(movements, ways, minor, strict=True):
        joint = nodes[movement.node].kind == JunctionKind.JOINT
        begin, end = heading_at(way.line, 0), heading_at(way.line, -1)
        road_id = graph.road(movement.via[0]).id if movement.via else ""
        through.append(WayThrough(road_id, begin, Turn.STRAIGHT if joint else turn_of(begin, end), yields, joint))
    return through


def _priorities(odr: OpenDriveMap) -> set[tuple[str, str]]:
    return {pair for junction in odr.junctions for pair in junction.priorities}


def _conflicts(meetings: Meetings, yields: list[int]) -> Conflicts:
    return Conflicts(**{**meetings.__dict__, "yields": np.array(yields, dtype=np.int8)})


def _junctions(
    nodes: list[Node],
    ends: list[tuple[int, int]],
    lanes: Lanes,
    connectors: Connectors,
    plan: SignalPlan,
    signs: Signs,
    odr: OpenDriveMap,
) -> Junctions:
    kind = np.array([node.kind for node in nodes], dtype=np.int8)
    crossing = kind == JunctionKind.RIGHT_BEFORE_LEFT
    ruled = {int(node) for node, minor in zip(connectors.junction, signs.minor, strict=True) if minor}
    ruled |= {i for i, node in enumerate(nodes) if any(odr.junctions[j].priorities for j in node.junctions)}
    has_rule = np.isin(np.arange(len(nodes)), sorted(ruled))
    kind[crossing & has_rule] = JunctionKind.PRIORITY
    kind[plan.controller_of >= 0] = JunctionKind.SIGNAL
    kind[np.bincount(connectors.junction, minlength=len(nodes)) == 0] = JunctionKind.BOUNDARY
    x, y = _centres(len(nodes), ends, lanes)
    names = tuple("/".join(odr.junctions[j].name for j in node.junctions if odr.junctions[j].name) for node in nodes)
    ext_id = tuple(node.name for node in nodes)
    return Junctions(ext_id, names, kind, x, y, plan.controller_of, Polylines.empty(len(nodes)))


def _centres(n_nodes: int, ends: list[tuple[int, int]], lanes: Lanes) -> tuple[Float, Float]:
    """The middle of the lanes' ends at each node."""
    begin, end = np.array(ends, dtype=np.int64)[lanes.road].T
    node = np.concatenate([begin, end])
    points = lanes.centre.xyz[np.concatenate([lanes.centre.first[:-1], lanes.centre.first[1:] - 1]), :2]
    count = np.maximum(np.bincount(node, minlength=n_nodes), 1)
    x, y = (np.bincount(node, weights=points[:, k], minlength=n_nodes) / count for k in (0, 1))
    return x, y


def _walk_places(
    odr: OpenDriveMap,
    walks: list[CrosswalkShape],
    strips: list[Strip],
    nodes: list[Node],
    ends: list[tuple[int, int]],
) -> tuple[Int, Int]:
    """Node and network road of each crosswalk: on a connecting road its junction, else the nearer end of the road."""
    by_junction = {odr.junctions[j].id: i for i, node in enumerate(nodes) for j in node.junctions}
    junction, road = np.zeros(len(walks), dtype=np.int32), np.full(len(walks), -1, dtype=np.int32)
    for i, walk in enumerate(walks):
        here = odr.roads[walk.road]
        mine = [k for k, strip in enumerate(strips) if strip.road == walk.road]
        if here.junction in by_junction:
            junction[i] = by_junction[here.junction]
        elif mine:
            gaps = [(abs(walk.s_m - _end_m(odr, strips[k], side)), k, side) for k in mine for side in (0, 1)]
            _, road[i], side = min(gaps)
            junction[i] = ends[int(road[i])][side]
    return junction, road


def _end_m(odr: OpenDriveMap, strip: Strip, side: int) -> float:
    """Station where a strip begins (side 0) or ends (side 1)."""
    section = odr.roads[strip.road].sections[strip.sections[0 if side == 0 else -1]]
    return section.start_m if (strip.along > 0) == (side == 0) else section.end_m
