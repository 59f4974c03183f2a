"""Assembles the compiler's drafts into the columns of a road network."""

import numpy as np
import shapely
from numpy.typing import NDArray

from jing_maps.columns import (
    Conflicts,
    Connectors,
    Controllers,
    Crosswalks,
    Csr,
    JunctionKind,
    Junctions,
    Lanes,
    Programs,
    Roads,
    SignalGroups,
    SignalState,
    VehicleClass,
)
from jing_maps.compile.carriageways import Carriageway, lay_carriageways
from jing_maps.compile.crossings import WIDTH_M, CrosswalkDraft, crossed_by, draft_crosswalks
from jing_maps.compile.line_ends import effective_control
from jing_maps.compile.movements import ConnectorDraft, draft_connectors
from jing_maps.compile.plan import Control, StreetPlan
from jing_maps.compile.right_of_way import who_yields
from jing_maps.compile.signal_stages import ALL_RED_S, YELLOW_S, ControllerDraft, Walk, draft_controllers
from jing_maps.compile.waiting_places import waiting_places
from jing_maps.conflicts import ConnectorShapes, Meetings, find_conflicts
from jing_maps.network import RoadNetwork
from jing_maps.polylines import Polylines

__all__ = ["compile_network"]

Float = NDArray[np.float64]
Int = NDArray[np.int32]

_KINDS = {
    Control.PRIORITY: JunctionKind.PRIORITY,
    Control.SIGNAL: JunctionKind.SIGNAL,
    Control.NONE: JunctionKind.JOINT,
    Control.BOUNDARY: JunctionKind.BOUNDARY,
}


def compile_network(plan: StreetPlan) -> RoadNetwork:
    """The lane-level network of a street plan; coordinates are whole millimetres: any machine makes the same."""
    plan = effective_control(plan)
    ways = lay_carriageways(plan)
    drafts = draft_connectors(plan, ways)
    walks = draft_crosswalks(plan, ways)
    lanes, first_lane = _lanes(plan, ways)
    shapes = _shapes(drafts, first_lane)
    meetings = find_conflicts(shapes)
    yields = who_yields(plan, ways, drafts, meetings)
    crossed = crossed_by(walks, drafts)
    runs_over = Csr.group(crossed[0].astype(np.int32), len(walks))
    signal_walks = [
        Walk(walk.node, walk.length_m, tuple(crossed[1][runs_over[i]].astype(int))) for i, walk in enumerate(walks)
    ]
    controllers = draft_controllers(plan, ways, drafts, signal_walks, meetings, yields)
    first_group = _offsets([len(controller.groups) for controller in controllers])
    conflicts = _conflicts(meetings, yields)
    wait_m = waiting_places(plan, ways, drafts, conflicts, controllers)
    return RoadNetwork(
        name=plan.name,
        frame=plan.frame,
        attribution=plan.attribution,
        streets=plan.streets,
        roads=_roads(plan, ways, first_lane),
        lanes=lanes,
        connectors=_connectors(drafts, shapes, _groups(len(drafts), controllers, first_group), wait_m),
        conflicts=conflicts,
        junctions=_junctions(plan, ways, controllers),
        controllers=Controllers(tuple(controller.name for controller in controllers), first_group),
        signal_groups=_signal_groups(controllers),
        programs=_programs(controllers),
        crosswalks=_crosswalks(walks, crossed, controllers, first_group),
    )


def _offsets(counts: list[int]) -> Int:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def _lines(lines: list[Float]) -> Polylines:
    packed = Polylines.from_list(lines)
    return Polylines(packed.first, np.round(packed.xyz, 3))


def _roads(plan: StreetPlan, ways: list[Carriageway], first_lane: Int) -> Roads:
    link = np.array([way.link for way in ways], dtype=np.int32)
    names = tuple(plan.link_id[way.link] + ("" if way.forward else "-r") for way in ways)
    return Roads(
        ext_id=names,
        street=plan.street[link].astype(np.int32),
        kind=plan.kind[link].astype(np.int8),
        level=plan.level[link].astype(np.int8),
        from_junction=np.array([way.tail for way in ways], dtype=np.int32),
        to_junction=np.array([way.head for way in ways], dtype=np.int32),
        first_lane=first_lane,
        length_m=np.round([way.length_m for way in ways], 3),
        roundabout=np.zeros(len(ways), dtype=np.bool_),
    )


def _lanes(plan: StreetPlan, ways: list[Carriageway]) -> tuple[Lanes, Int]:
    first_lane = _offsets([len(way.lanes) for way in ways])
    road = np.repeat(np.arange(len(ways), dtype=np.int32), np.diff(first_lane))
    lanes = [lane for way in ways for lane in way.lanes]
    rows = np.arange(len(lanes), dtype=np.int32)
    allowed = np.array([int(lane.allowed) for lane in lanes], dtype=np.uint16)
    index = (rows - first_lane[road]).astype(np.int16)
    last = rows + 1 == first_lane[road + 1]
    left, right = np.where(last, -1, rows + 1), np.where(index == 0, -1, rows - 1)
    bicycle = allowed == VehicleClass.BICYCLE
    length = np.array([ways[r].length_m - lane.start_m for r, lane in zip(road, lanes, strict=True)])
    stops = np.isin(plan.control[[way.head for way in ways]], (Control.SIGNAL, Control.PRIORITY))[road]
    speed = plan.speed_mps[[way.link for way in ways]][road]
    columns = Lanes(
        road=road,
        index=index,
        start_m=np.round([lane.start_m for lane in lanes], 3),
        length_m=np.round(length, 3),
        width_m=np.array([lane.width_m for lane in lanes]),
        speed_limit_mps=np.where(bicycle, np.minimum(speed, 6.94), speed),
        allowed=allowed,
        left=left.astype(np.int32),
        right=right.astype(np.int32),
        # Nobody changes between a bicycle lane and a motor lane: there is a kerb or a fence.
        change_left=(left >= 0) & ~bicycle,
        change_right=(right >= 0) & ~bicycle[np.maximum(right, 0)],
        stop_line_m=np.where(stops, np.round(length, 3), np.nan),
        centre=_lines([lane.centre for lane in lanes]),
    )
    return columns, first_lane


def _shapes(drafts: list[ConnectorDraft], first_lane: Int) -> ConnectorShapes:
    centre = _lines([draft.centre for draft in drafts])
    return ConnectorShapes(
        junction=np.array([draft.node for draft in drafts], dtype=np.int32),
        from_lane=np.array([first_lane[draft.from_way] + draft.from_lane for draft in drafts], dtype=np.int32),
        to_lane=np.array([first_lane[draft.to_way] + draft.to_lane for draft in drafts], dtype=np.int32),
        width_m=np.array([draft.width_m for draft in drafts]),
        length_m=np.round(centre.lengths_m(), 3),
        centre=centre,
    )


def _groups(n_connectors: int, controllers: list[ControllerDraft], first_group: Int) -> Int:
    """The signal group of each connector, or -1."""
    group = np.full(n_connectors, -1, dtype=np.int32)
    for row, controller in enumerate(controllers):
        for connector, own in controller.of_connector.items():
            group[connector] = first_group[row] + own
    return group


def _connectors(drafts: list[ConnectorDraft], shapes: ConnectorShapes, group: Int, wait_m: Float) -> Connectors:
    return Connectors(
        junction=shapes.junction,
        from_lane=shapes.from_lane,
        to_lane=shapes.to_lane,
        turn=np.array([draft.turn for draft in drafts], dtype=np.int8),
        length_m=shapes.length_m,
        width_m=shapes.width_m,
        speed_limit_mps=np.round([draft.speed_mps for draft in drafts], 2),
        allowed=np.array([int(draft.allowed) for draft in drafts], dtype=np.uint16),
        signal_group=group,
        on_red=np.zeros(len(drafts), dtype=bool),
        wait_m=wait_m,
        must_stop=np.zeros(len(drafts), dtype=bool),
        centre=shapes.centre,
    )


def _conflicts(meetings: Meetings, yields: NDArray[np.int8]) -> Conflicts:
    return Conflicts(
        first=meetings.first,
        second=meetings.second,
        kind=meetings.kind,
        yields=yields,
        first_enter_m=np.round(meetings.first_enter_m, 3),
        first_exit_m=np.round(meetings.first_exit_m, 3),
        second_enter_m=np.round(meetings.second_enter_m, 3),
        second_exit_m=np.round(meetings.second_exit_m, 3),
    )


def _junctions(plan: StreetPlan, ways: list[Carriageway], controllers: list[ControllerDraft]) -> Junctions:
    controller = np.full(len(plan.node_id), -1, dtype=np.int32)
    for row, draft in enumerate(controllers):
        controller[draft.nodes] = row
    kind = np.array([_KINDS[Control(int(control))] for control in plan.control], dtype=np.int8)
    # A signal without anything to control (one approach, right turns alone) is none.
    kind[(kind == JunctionKind.SIGNAL) & (controller < 0)] = JunctionKind.PRIORITY
    return Junctions(
        ext_id=plan.node_id,
        name_zh=plan.node_name,
        kind=kind,
        x_m=np.round(plan.node_x_m, 3),
        y_m=np.round(plan.node_y_m, 3),
        controller=controller,
        outline=_outlines(plan, ways),
    )


def _outlines(plan: StreetPlan, ways: list[Carriageway]) -> Polylines:
    """The hull of the lane ends around each crossing."""
    corners: list[list[Float]] = [[] for _ in plan.node_id]
    for way in ways:
        for node, at in ((way.tail, 0), (way.head, -1)):
            for lane in way.lanes:
                if at == 0 and lane.start_m > 0:
                    continue
                inner = lane.centre[1] if at == 0 else lane.centre[-2]
                step = lane.centre[at] - inner
                normal = np.array([-step[1], step[0]]) / np.hypot(*step) * lane.width_m / 2
                corners[node] += [lane.centre[at] + normal, lane.centre[at] - normal]
    rings = []
    for node, points in enumerate(corners):
        hull = (
            shapely.MultiPoint(points).convex_hull
            if len(points) > 2 and plan.control[node] != Control.BOUNDARY
            else None
        )
        is_area = hull is not None and hull.geom_type == "Polygon"
        rings.append(shapely.get_coordinates(shapely.orient_polygons(hull)) if is_area else np.zeros((0, 2)))
    return _lines(rings)


def _signal_groups(controllers: list[ControllerDraft]) -> SignalGroups:
    owner = np.repeat(np.arange(len(controllers), dtype=np.int32), [len(c.groups) for c in controllers])
    return SignalGroups(owner, tuple(name for controller in controllers for name in controller.groups))


def _programs(controllers: list[ControllerDraft]) -> Programs:
    durations: list[tuple[float, float, float]] = []
    states: list[NDArray[np.uint8]] = []
    first_phase = [0]
    for controller in controllers:
        for phase in _phases(controller):
            durations.append(phase[0])
            states.append(phase[1])
        first_phase.append(len(durations))
    times = np.array(durations, dtype=float).reshape(-1, 3)
    return Programs(
        controller=np.arange(len(controllers), dtype=np.int32),
        name=("default",) * len(controllers),
        offset_s=np.zeros(len(controllers)),
        first_phase=np.array(first_phase, dtype=np.int32),
        duration_s=times[:, 0],
        min_s=times[:, 1],
        max_s=times[:, 2],
        first_state=_offsets([len(state) for state in states]),
        state=np.concatenate([*states, np.zeros(0, np.uint8)]).astype(np.uint8),
    )


def _phases(controller: ControllerDraft) -> list[tuple[tuple[float, float, float], NDArray[np.uint8]]]:
    """Each stage, then yellow and all-red for what is not green in the next one."""
    goes = (SignalState.GREEN, SignalState.PERMISSIVE)
    phases: list[tuple[tuple[float, float, float], NDArray[np.uint8]]] = []
    n = len(controller.stages)
    for i, states in enumerate(controller.stages):
        following = controller.stages[(i + 1) % n]
        green = float(round(controller.green_s[i]))
        phases.append(((green, controller.min_s[i], max(2.0 * green, 60.0)), np.array(states, np.uint8)))
        if n == 1:
            break
        ends = [now in goes and then not in goes for now, then in zip(states, following, strict=True)]
        stays = [now if now in goes else SignalState.RED for now in states]
        yellow = [SignalState.YELLOW if end else keep for end, keep in zip(ends, stays, strict=True)]
        red = [SignalState.RED if end else keep for end, keep in zip(ends, stays, strict=True)]
        phases.append(((YELLOW_S,) * 3, np.array(yellow, np.uint8)))
        phases.append(((ALL_RED_S,) * 3, np.array(red, np.uint8)))
    return phases


def _crosswalks(
    walks: list[CrosswalkDraft],
    crossed: tuple[Float, Float, Float, Float],
    controllers: list[ControllerDraft],
    first_group: Int,
) -> Crosswalks:
    group = np.full(len(walks), -1, dtype=np.int32)
    for row, controller in enumerate(controllers):
        for own_walk, own in controller.of_walk.items():
            group[own_walk] = first_group[row] + own
    walk, connector, enter, leave = crossed
    return Crosswalks(
        junction=np.array([draft.node for draft in walks], dtype=np.int32),
        road=np.array([draft.way for draft in walks], dtype=np.int32),
        signal_group=group,
        width_m=np.full(len(walks), WIDTH_M),
        centre=_lines([draft.centre for draft in walks]),
        crossed_crosswalk=walk.astype(np.int32),
        crossed_connector=connector.astype(np.int32),
        crossed_enter_m=np.round(enter, 3),
        crossed_exit_m=np.round(leave, 3),
    )
