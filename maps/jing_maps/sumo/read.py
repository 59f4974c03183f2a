"""Reads SUMO networks (.net.xml, .net.xml.gz; versions 0.25 to 1.28) into road networks.

What differs from the file, by decision:
- lanes open to pedestrians alone, to rail or to ships are left out, and connections between them;
- signal link indices that always show the same become one signal group;
- right turns on red (`s`) hold for all red phases of a connection;
- conflicts: see `jing_maps.sumo.right_of_way`;
- `keepClear` and `next` have no counterpart.
"""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import (
    ConflictKind,
    Conflicts,
    Connectors,
    JunctionKind,
    Junctions,
    Lanes,
    Roads,
    Streets,
)
from jing_maps.conflicts import ConnectorShapes
from jing_maps.errors import MapFormatError
from jing_maps.network import RoadNetwork
from jing_maps.polylines import Polylines
from jing_maps.projection import LocalFrame
from jing_maps.sumo.crossings import crossings, crosswalks
from jing_maps.sumo.elements import Net, NetJunction, NetLane
from jing_maps.sumo.parse import parse_net
from jing_maps.sumo.permissions import road_class
from jing_maps.sumo.right_of_way import conflicts
from jing_maps.sumo.signals import Signals, signals
from jing_maps.sumo.ways import Way, kept_lanes, must_stop, ways

__all__ = ["read_net", "read_net_with_warnings"]

Int = NDArray[np.int32]

_KINDS = {
    "traffic_light": JunctionKind.SIGNAL,
    "traffic_light_unregulated": JunctionKind.SIGNAL,
    "traffic_light_right_on_red": JunctionKind.SIGNAL,
    "right_before_left": JunctionKind.RIGHT_BEFORE_LEFT,
    "left_before_right": JunctionKind.RIGHT_BEFORE_LEFT,
    "allway_stop": JunctionKind.ALL_WAY_STOP,
    "zipper": JunctionKind.JOINT,
}

_NOWHERE = LocalFrame("+proj=tmerc +lat_0=0 +lon_0=0 +k=1 +ellps=WGS84 +units=m +no_defs", georeferenced=False)

_Roads = dict[str, tuple[NetLane, ...]]


def read_net(path: str | Path) -> RoadNetwork:
    """The road network of a SUMO file.

    Raises:
        FileNotFoundError: no such file.
        MapFormatError: the file is damaged or no SUMO network; says line and cure.
    """
    return read_net_with_warnings(path)[0]


def read_net_with_warnings(path: str | Path) -> tuple[RoadNetwork, list[str]]:
    """As `read_net`, with a list of what was left out or read differently from what the file says."""
    net = parse_net(path)
    roads = kept_lanes(net)
    if not roads:
        raise MapFormatError(path, "no lane is open to road vehicles; check the lanes' allow and disallow")
    found = ways(net, roads)
    walks = crossings(net)
    used = {(net.connections[way.connection].tl, net.connections[way.connection].link): way.connection for way in found}
    links = {key: net.connections[row].line for key, row in used.items() if key[0]}
    links |= {walk.signal: walk.line for walk in walks if walk.signal is not None}
    lights = signals(net, _without_rail(net, links))
    lane_row = {lane.id: row for row, lane in enumerate(lane for lanes in roads.values() for lane in lanes)}
    junction_row = {name: row for row, name in enumerate(_used_junctions(net, roads))}
    shapes = _shapes(found, lane_row, junction_row)
    connectors = _connectors(net, found, shapes, lights)
    table = conflicts(net, found, shapes)
    groups = [lights.group_of.get(walk.signal, -1) if walk.signal else -1 for walk in walks]
    walks_kept = [i for i, walk in enumerate(walks) if walk.junction in junction_row]
    road_row = {name: row for row, name in enumerate(roads)}
    streets, street_of = _streets(net, roads)
    columns = _roads(net, roads, junction_row, street_of)
    network = RoadNetwork(
        name=Path(path).name.removesuffix(".gz").removesuffix(".xml").removesuffix(".net"),
        frame=_frame(net),
        attribution="",
        streets=streets,
        roads=columns,
        lanes=_lanes(net, roads, found),
        connectors=connectors,
        conflicts=table,
        junctions=_junctions(net, junction_row, connectors, table, lights, (streets, columns)),
        controllers=lights.controllers,
        signal_groups=lights.groups,
        programs=lights.programs,
        crosswalks=crosswalks(
            [walks[i] for i in walks_kept], junction_row, road_row, [groups[i] for i in walks_kept], shapes
        ),
    )
    return network, net.warnings


def _without_rail(net: Net, links: dict[tuple[str, int], int]) -> dict[tuple[str, int], int]:
    """Railway signals have no program of their own; roads through them count as unsignalled."""
    programmed = {program.tl for program in net.programs}
    rail = {junction.id for junction in net.junctions.values() if junction.type.startswith("rail_")} - programmed
    if any(tl in rail for tl, _ in links):
        net.warnings.append(f"{net.path}: railway signals over roads are ignored: {', '.join(sorted(rail)[:20])}")
    return {key: line for key, line in links.items() if key[0] not in rail}


def _used_junctions(net: Net, roads: _Roads) -> list[str]:
    ends = {node for road in roads for node in (net.edges[road].from_node, net.edges[road].to_node)}
    return [name for name in net.junctions if name in ends]


def _frame(net: Net) -> LocalFrame:
    proj = net.location.get("projParameter", "!")
    try:
        x, y = (float(part) for part in net.location.get("netOffset", "0,0").split(","))
    except ValueError as error:
        raise MapFormatError(net.path, f"netOffset of <location> must be two numbers: {error}") from error
    if proj in ("!", "-", ".", ""):
        return _NOWHERE
    return LocalFrame(proj, x, y)


def _streets(net: Net, roads: _Roads) -> tuple[Streets, list[int]]:
    """The street table, and its row or -1 for each road."""
    names: dict[tuple[str, str], int] = {}
    of_road = []
    for road in roads:
        edge = net.edges[road]
        chinese = bool(re.search(r"[\u3400-\u9fff]", edge.name))
        key = (edge.name, edge.name_en) if chinese or not edge.name else ("", edge.name)
        of_road.append(names.setdefault(key, len(names)) if any(key) else -1)
    return Streets(tuple(zh for zh, _ in names), tuple(en for _, en in names)), of_road


def _roads(net: Net, roads: _Roads, junction_row: dict[str, int], street_of: list[int]) -> Roads:
    edges = [net.edges[road] for road in roads]
    counts = [len(lanes) for lanes in roads.values()]
    untyped = sum(not edge.type for edge in edges)
    if untyped:
        net.warnings.append(f"{net.path}: {untyped} edges have no type; their class follows from the number of lanes")
    return Roads(
        ext_id=tuple(roads),
        street=np.array(street_of, dtype=np.int32),
        kind=np.array([road_class(edge.type, n) for edge, n in zip(edges, counts, strict=True)], dtype=np.int8),
        level=np.array([edge.level for edge in edges], dtype=np.int8),
        from_junction=np.array([junction_row[edge.from_node] for edge in edges], dtype=np.int32),
        to_junction=np.array([junction_row[edge.to_node] for edge in edges], dtype=np.int32),
        first_lane=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        length_m=np.array([max(_length_m(lane) for lane in lanes) for lanes in roads.values()]),
        roundabout=np.array([road in net.roundabout_edges for road in roads], dtype=np.bool_),
    )


def _length_m(lane: NetLane) -> float:
    """Edges between overlapping junctions may have length 0; 0.1 m is netconvert's own least."""
    return max(lane.length_m, 0.1)


def _lanes(net: Net, roads: _Roads, found: list[Way]) -> Lanes:
    lanes = [lane for road in roads.values() for lane in road]
    counts = [len(road) for road in roads.values()]
    rows = np.arange(len(lanes), dtype=np.int32)
    index = np.concatenate([np.arange(n) for n in counts])
    last = np.concatenate([np.arange(n) == n - 1 for n in counts])
    left, right = np.where(last, -1, rows + 1), np.where(index == 0, -1, rows - 1)
    stopping = {way.from_lane for way in found if _stops(net, way)}
    stop_m = [_length_m(lane) - lane.stop_offset_m if lane.id in stopping else np.nan for lane in lanes]
    return Lanes(
        road=np.repeat(np.arange(len(counts), dtype=np.int32), counts),
        index=index.astype(np.int16),
        start_m=np.zeros(len(lanes)),
        length_m=np.array([_length_m(lane) for lane in lanes]),
        width_m=np.array([lane.width_m for lane in lanes]),
        speed_limit_mps=np.array([lane.speed_mps for lane in lanes]),
        allowed=np.array([lane.mask for lane in lanes], dtype=np.uint16),
        left=left.astype(np.int32),
        right=right.astype(np.int32),
        change_left=np.array([lane.change_left for lane in lanes]) & (left >= 0),
        change_right=np.array([lane.change_right for lane in lanes]) & (right >= 0),
        stop_line_m=np.maximum(np.array(stop_m, dtype=np.float64), 0.0),
        centre=Polylines.from_list([lane.shape for lane in lanes]),
    )


def _stops(net: Net, way: Way) -> bool:
    """Signals and stop signs have a stop line."""
    return bool(net.connections[way.connection].tl) or must_stop(net, way)


def _shapes(found: list[Way], lane_row: dict[str, int], junction_row: dict[str, int]) -> ConnectorShapes:
    return ConnectorShapes(
        junction=np.array([junction_row[way.junction] for way in found], dtype=np.int32),
        from_lane=np.array([lane_row[way.from_lane] for way in found], dtype=np.int32),
        to_lane=np.array([lane_row[way.to_lane] for way in found], dtype=np.int32),
        width_m=np.array([way.width_m for way in found]),
        length_m=np.array([way.length_m for way in found]),
        centre=Polylines.from_list([way.centre for way in found]),
    )


def _connectors(net: Net, found: list[Way], shapes: ConnectorShapes, lights: Signals) -> Connectors:
    keys = [(net.connections[way.connection].tl, net.connections[way.connection].link) for way in found]
    return Connectors(
        junction=shapes.junction,
        from_lane=shapes.from_lane,
        to_lane=shapes.to_lane,
        turn=np.array([way.turn for way in found], dtype=np.int8),
        length_m=shapes.length_m,
        width_m=shapes.width_m,
        speed_limit_mps=np.array([way.speed_mps for way in found]),
        allowed=np.array([way.mask for way in found], dtype=np.uint16),
        signal_group=np.array([lights.group_of.get(key, -1) for key in keys], dtype=np.int32),
        on_red=np.array([key in lights.on_red for key in keys], dtype=np.bool_),
        wait_m=np.array([way.wait_m for way in found], dtype=np.float64),
        must_stop=np.array([must_stop(net, way) for way in found], dtype=np.bool_),
        centre=shapes.centre,
    )


def _junctions(
    net: Net,
    junction_row: dict[str, int],
    connectors: Connectors,
    table: Conflicts,
    lights: Signals,
    named: tuple[Streets, Roads],
) -> Junctions:
    nodes = [net.junctions[name] for name in junction_row]
    controller = _controllers(net, nodes, connectors, lights)
    return Junctions(
        ext_id=tuple(junction_row),
        name_zh=_crossing_streets(len(nodes), *named),
        kind=_kinds(net, nodes, connectors, table),
        x_m=np.array([node.x_m for node in nodes]),
        y_m=np.array([node.y_m for node in nodes]),
        controller=controller,
        outline=Polylines.from_list([_ring(node.outline) for node in nodes]),
    )


def _kinds(net: Net, nodes: list[NetJunction], connectors: Connectors, table: Conflicts) -> NDArray[np.int8]:
    n = len(nodes)
    has_ways = np.bincount(connectors.junction, minlength=n) > 0
    crossing = connectors.junction[table.first[table.kind == ConflictKind.CROSSING]]
    crossed = np.bincount(crossing, minlength=n) > 0
    kinds = np.zeros(n, dtype=np.int8)
    for row, node in enumerate(nodes):
        kind = _KINDS.get(node.type, JunctionKind.PRIORITY)
        if not has_ways[row]:
            kind = JunctionKind.BOUNDARY
        elif node.id in net.roundabout_nodes and kind != JunctionKind.SIGNAL:
            kind = JunctionKind.ROUNDABOUT
        elif kind in (JunctionKind.PRIORITY, JunctionKind.JOINT):
            # A zipper whose ways cross is a junction of equal rights.
            kind = JunctionKind.PRIORITY if crossed[row] else JunctionKind.JOINT
        kinds[row] = kind
    return kinds


def _controllers(net: Net, nodes: list[NetJunction], connectors: Connectors, lights: Signals) -> Int:
    """The controller of most of a junction's signalled connectors, or -1."""
    owner = np.full(len(nodes), -1, dtype=np.int32)
    ruled = connectors.signal_group >= 0
    controller = lights.groups.controller[connectors.signal_group[ruled]]
    for row in np.unique(connectors.junction[ruled]):
        ids, counts = np.unique(controller[connectors.junction[ruled] == row], return_counts=True)
        owner[row] = ids[np.argmax(counts)]
        if len(ids) > 1:
            names = ", ".join(lights.controllers.ext_id[i] for i in ids)
            net.warnings.append(f"{net.path}: junction {nodes[row].id} has several signals ({names}); the first counts")
    return owner


def _ring(outline: NDArray[np.float64]) -> NDArray[np.float64]:
    """A closed ring, counter-clockwise; empty for fewer than three points."""
    if len(outline) < 3:
        return np.zeros((0, 3))
    x, y = outline[:, 0], outline[:, 1]
    clockwise = float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) < 0
    ring = outline[::-1] if clockwise else outline
    return ring if np.array_equal(ring[0], ring[-1]) else np.concatenate([ring, ring[:1]])


def _crossing_streets(n_junctions: int, streets: Streets, roads: Roads) -> tuple[str, ...]:
    names: list[dict[str, None]] = [{} for _ in range(n_junctions)]
    for end in (roads.from_junction, roads.to_junction):
        for junction, street in zip(end, roads.street, strict=True):
            if street >= 0 and streets.name_zh[street]:
                names[junction][streets.name_zh[street]] = None
    return tuple("/".join(sorted(found)) for found in names)
