"""All of a road network in eleven flat arrays, for kernels."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.columns import Pieces, RoadColumns
from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.lane_graph import LaneGraph
from jing_maps.opendrive.model import Connection, Junction, Lane, RoadLink
from jing_maps.opendrive.place import reference_line
from jing_scenarios.roads.place_rows import (
    DRIVING,
    JUNCTION_LINK,
    LANE_WIDTH,
    NO_LANE,
    NO_LINK,
    NOTHING,
    OTHER,
    ROAD_LINK,
    ROAD_WIDTH,
    ROADSIDE,
    T_AFTER,
    T_BEFORE,
    T_BORDER,
    T_ELEVATION,
    T_EXIT_END,
    T_EXIT_START,
    T_FALL_LEFT,
    T_FALL_RIGHT,
    T_INNER,
    T_JUNCTION,
    T_KIND,
    T_LANE_AFTER,
    T_LANE_BEFORE,
    T_LEFT_HAND,
    T_OUTER,
    T_PIECE,
    T_ROLL,
    T_SECTION,
    T_SHAPE,
    T_SHIFT,
    T_TO_END,
    T_TO_ROAD,
    T_WIDTH,
    WALKING,
)

__all__ = ["RoadTables", "road_tables"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]

_KINDS = {
    **dict.fromkeys(
        ("driving", "entry", "exit", "offRamp", "onRamp", "connectingRamp", "slipLane", "bidirectional", "mwyEntry",
         "mwyExit", "bus", "taxi", "HOV", "shared"),
        DRIVING,
    ),
    **dict.fromkeys(("stop", "shoulder", "restricted", "parking", "border", "curb", "median", "biking"), ROADSIDE),
    **dict.fromkeys(("sidewalk", "walking"), WALKING),
    "none": NOTHING,
}  # fmt: skip


class RoadTables(NamedTuple):
    """The arrays; their columns are numbered in `place_rows`.

    Attributes:
        roads, sections, lanes, exits: whole numbers.
        length_m: `(n_roads,)`.
        spans: `(n_sections, 2)` s of begin and end.
        cubics: `(n, 5)` start and coefficients of all profiles.
        pieces: `(n, 16)` of reference lines: start, x, y, heading, length, p_end, kind, row of `arcs`, eight
            parameters.
        arcs: arc length tables of parametric cubics.
        shapes: `(n, 6)` s, t and coefficients of lateral shapes, sorted by s and t.
        turns: `(n_exits,)` angle from the direction in which the road is left to that at the connecting road's far end.
    """

    roads: Int
    length_m: Float
    sections: Int
    spans: Float
    lanes: Int
    exits: Int
    cubics: Float
    pieces: Float
    arcs: Float
    shapes: Float
    turns: Float


class _Cubics:
    """Collects the cubics of many profiles into one table."""

    def __init__(self) -> None:
        self.rows: list[Float] = []
        self.count = 0

    def add(self, pieces: Pieces) -> Int:
        """`(n_owners, 2)` first row and row after the last of each owner."""
        first = pieces.first + self.count
        self.rows.append(np.column_stack([pieces.start_m, pieces.abcd]))
        self.count += len(pieces.start_m)
        return np.column_stack([first[:-1], first[1:]])

    def table(self) -> Float:
        """All of them, `(n, 5)`."""
        return np.ascontiguousarray(np.concatenate([np.zeros((0, 5)), *self.rows]))


def road_tables(odr: OpenDriveMap) -> RoadTables:
    """The tables of a map; one without roads gives empty tables."""
    if not odr.roads:
        return _no_roads()
    columns, cubics = odr.columns, _Cubics()
    roads = np.zeros((len(odr.roads), ROAD_WIDTH), dtype=np.int64)
    roads[:, T_PIECE : T_PIECE + 2] = _pairs(columns.first_piece)
    roads[:, T_SECTION : T_SECTION + 2] = _pairs(columns.first_section)
    for at, pieces in (
        (T_ELEVATION, columns.elevation),
        (T_ROLL, columns.superelevation),
        (T_SHIFT, columns.lane_offset),
        (T_FALL_LEFT, columns.crossfall[0]),
        (T_FALL_RIGHT, columns.crossfall[1]),
    ):
        roads[:, at : at + 2] = cubics.add(pieces)
    shapes = _shapes(odr, roads)
    lanes = _lanes(odr, columns, cubics)
    exits = _links(odr, roads)
    return RoadTables(
        roads=roads,
        length_m=np.ascontiguousarray(columns.length_m),
        sections=np.column_stack(
            [columns.right_lane, columns.n_right, columns.left_lane, columns.n_left, columns.section_road]
        ).astype(np.int64),
        spans=np.column_stack([columns.section_start_m, columns.section_end_m]),
        lanes=lanes,
        exits=exits,
        cubics=cubics.table(),
        pieces=_pieces(odr),
        arcs=np.ascontiguousarray(odr.arc_lengths.s_m),
        shapes=shapes,
        turns=_turns(odr, roads, exits),
    )


def _no_roads() -> RoadTables:
    whole, real = np.zeros((0, ROAD_WIDTH), dtype=np.int64), np.zeros((0, 16))
    return RoadTables(whole, real[:, 0].copy(), whole, real, whole, whole, real, real, real, real, real[:, 0].copy())


def _pairs(first: Int) -> Int:
    return np.column_stack([first[:-1], first[1:]])


def _pieces(odr: OpenDriveMap) -> Float:
    plan = odr.columns.plan
    head = [plan.start_m, plan.x_m, plan.y_m, plan.heading_rad, plan.length_m, plan.p_end, plan.kind]
    table = np.stack([np.asarray(column, dtype=np.float64) for column in (*head, odr.arc_lengths.row)], axis=1)
    return np.ascontiguousarray(np.concatenate([table, plan.params], axis=1))


def _shapes(odr: OpenDriveMap, roads: Int) -> Float:
    rows: list[Float] = [np.zeros((0, 6))]
    count = 0
    for i, road in enumerate(odr.roads):
        size = 0
        if road.shape is not None:
            table = np.column_stack([road.shape.s_m, road.shape.t_m, road.shape.abcd])
            rows.append(table[np.lexsort((table[:, 1], table[:, 0]))])
            size = len(table)
        roads[i, T_SHAPE : T_SHAPE + 2] = count, count + size
        count += size
    return np.ascontiguousarray(np.concatenate(rows))


def _lanes(odr: OpenDriveMap, columns: RoadColumns, cubics: _Cubics) -> Int:
    lanes = np.zeros((len(columns.lane_id), LANE_WIDTH), dtype=np.int64)
    for at, pieces in (
        (T_WIDTH, columns.width),
        (T_BORDER, columns.border),
        (T_INNER, columns.inner_height),
        (T_OUTER, columns.outer_height),
    ):
        lanes[:, at : at + 2] = cubics.add(pieces)
    sections = [section for road in odr.roads for section in road.sections]
    for row, (lane_id, section) in enumerate(zip(columns.lane_id, columns.lane_section, strict=True)):
        lane: Lane = sections[section].lanes[int(lane_id)]
        lanes[row, T_LANE_BEFORE] = lane.predecessors[0] if lane.predecessors else NO_LANE
        lanes[row, T_LANE_AFTER] = lane.successors[0] if lane.successors else NO_LANE
        lanes[row, T_KIND] = _KINDS.get(lane.type, OTHER)
    return lanes


def _links(odr: OpenDriveMap, roads: Int) -> Int:
    for i, road in enumerate(odr.roads):
        roads[i, T_BEFORE : T_BEFORE + 3] = _link(odr, road.predecessor)
        roads[i, T_AFTER : T_AFTER + 3] = _link(odr, road.successor)
        roads[i, T_LEFT_HAND] = road.rule == "LHT"
        roads[i, T_JUNCTION] = odr.junction_row.get(road.junction, -1) if road.junction not in {"", "-1"} else -1
    return _exits(odr, roads)


def _link(odr: OpenDriveMap, link: RoadLink | None) -> tuple[int, int, int]:
    if link is None:
        return NO_LINK, -1, 0
    if link.element_type == "road" and link.element_id in odr.road_row:
        return ROAD_LINK, odr.road_row[link.element_id], int(link.contact_point == "end")
    if link.element_type == "junction" and link.element_id in odr.junction_row:
        return JUNCTION_LINK, odr.junction_row[link.element_id], 0
    return NO_LINK, -1, 0


def _exits(odr: OpenDriveMap, roads: Int) -> Int:
    """Rows of the ways into junctions, in the order of the file for each end of each road."""
    graph = LaneGraph(odr)
    ways: dict[tuple[int, str], list[tuple[int, ...]]] = {}
    for junction in odr.junctions:
        for connection in junction.connections:
            _add_ways(graph, junction, connection, ways)
    rows: list[tuple[int, ...]] = []
    for i in range(len(odr.roads)):
        for at, end in ((T_EXIT_START, "start"), (T_EXIT_END, "end")):
            found = ways.get((i, end), [])
            roads[i, at : at + 2] = len(rows), len(rows) + len(found)
            rows.extend(found)
    return np.array(rows, dtype=np.int64).reshape(len(rows), 6)


def _add_ways(
    graph: LaneGraph, junction: Junction, connection: Connection, ways: dict[tuple[int, str], list[tuple[int, ...]]]
) -> None:
    odr = graph.odr
    if connection.incoming_road not in odr.road_row or connection.connecting_road not in odr.road_row:
        return
    incoming, through = odr.road_row[connection.incoming_road], odr.road_row[connection.connecting_road]
    touched = int(connection.contact_point == "end")
    out, out_end = _leads_to(odr, through, touched, connection.linked)
    for end in graph.incoming_ends(junction, connection):
        leaving = ways.setdefault((incoming, end), [])
        for lane, to in connection.lane_links:
            leaving.append((lane, through, touched, to, out, out_end))
            if connection.linked:  # a direct junction names each pair of roads once, for both directions
                back = (to, incoming, int(end == "end"), lane, incoming, int(end == "end"))
                ways.setdefault((through, connection.contact_point), []).append(back)


def _leads_to(odr: OpenDriveMap, through: int, touched: int, linked: bool) -> tuple[int, int]:
    """The road to which a connecting road leads, and its end; a linked road is itself that road."""
    if linked:
        return through, touched
    link = odr.roads[through].predecessor if touched else odr.roads[through].successor
    kind, row, end = _link(odr, link)
    return (row, end) if kind == ROAD_LINK else (-1, 0)


def _turns(odr: OpenDriveMap, roads: Int, exits: Int) -> Float:
    owner = np.repeat(np.arange(len(roads)), roads[:, T_EXIT_END + 1] - roads[:, T_EXIT_START])
    at_end = np.arange(len(exits)) >= roads[owner, T_EXIT_END]
    through, touched = exits[:, T_TO_ROAD], exits[:, T_TO_END]
    length = odr.columns.length_m
    leaving = reference_line(odr, owner, np.where(at_end, length[owner], 0.0)).heading_rad + np.where(at_end, 0, np.pi)
    far = reference_line(odr, through, np.where(touched == 0, length[through], 0.0)).heading_rad
    turn = far + np.where(touched == 0, 0.0, np.pi) - leaving
    return np.asarray(np.mod(turn + np.pi, 2 * np.pi) - np.pi)
