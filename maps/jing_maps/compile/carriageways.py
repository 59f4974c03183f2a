"""Carriageways and their lanes: where each begins and ends, and its lanes' centre lines."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import RoadClass, VehicleClass
from jing_maps.compile.carriageway_width import BIKE_LANE_M, POCKET_M, half_width_m, lane_width_m
from jing_maps.compile.curves import parallel, smooth, stretch
from jing_maps.compile.line_ends import paired_ends, set_ends_apart
from jing_maps.compile.plan import Control, StreetPlan

__all__ = ["Carriageway", "LaneDraft", "lay_carriageways"]

Float = NDArray[np.float64]

# Between the mouth of a street and the place where the kerbs of two streets would meet: room for the corner's radius
# and, at signals, the crosswalk.
_SIGNAL_ROOM_M = 7.0
_PRIORITY_ROOM_M = 4.0
_CORNER_M = 5.0
_BEND_ROOM_M = 6.0
# Where halves of one street come in side by side they are still swinging apart.
_HALVES_ROOM_M = 7.0
_LONGEST_SETBACK_M = 45.0
# Of a short link between two crossings, this share at least remains a lane.
_LANE_SHARE = 0.4
_POCKET_CLASSES = (RoadClass.ARTERIAL, RoadClass.SECONDARY, RoadClass.EXPRESSWAY_SIDE)


@dataclass
class LaneDraft:
    """A lane before it has a row: centre line `(k, 2)`, width, who may use it, station at which it begins."""

    centre: Float
    width_m: float
    allowed: VehicleClass
    start_m: float = 0.0
    pocket: bool = False


@dataclass
class Carriageway:
    """One direction of a link: its row will be a road.

    Attributes:
        link: row of the plan.
        forward: whether it runs from the link's from_node to its to_node.
        tail, head: nodes at which it begins and ends.
        axis: `(k, 2)` trimmed link line in driving direction.
        lanes: from right to left.
    """

    link: int
    forward: bool
    tail: int
    head: int
    axis: Float
    length_m: float
    lanes: list[LaneDraft] = field(default_factory=list)


def lay_carriageways(plan: StreetPlan) -> list[Carriageway]:
    """All carriageways of the plan, trimmed at their crossings, with lanes and turn pockets."""
    lines, moved_m = set_ends_apart(plan, [smooth(plan.line[i][:, :2]) for i in range(len(plan.link_id))])
    setback = _setbacks(plan, lines, np.abs(moved_m))
    ways: list[Carriageway] = []
    for link, line in enumerate(lines):
        total_m = float(np.hypot(*np.diff(line, axis=0).T).sum())
        axis = stretch(line, setback[link, 0], total_m - setback[link, 1])
        ways.append(_carriageway(plan, link, axis, forward=True))
        if plan.lanes_backward[link]:
            ways.append(_carriageway(plan, link, axis[::-1], forward=False))
    arms_out = {node: sum(way.tail == node for way in ways) for node in range(len(plan.node_id))}
    for way in ways:
        _add_pocket(plan, way, arms_out[way.head])
    return ways


def _setbacks(plan: StreetPlan, lines: list[Float], moved_m: Float) -> Float:
    """`(n_links, 2)` how far each link is cut back at its from_node and its to_node."""
    arms: dict[int, list[tuple[float, int, int]]] = {}
    for link, line in enumerate(lines):
        for end, (node, points) in enumerate(((plan.from_node[link], line), (plan.to_node[link], line[::-1]))):
            ahead = _point_at(points, 15.0) - points[0]
            arms.setdefault(int(node), []).append((float(np.arctan2(ahead[1], ahead[0])), link, end))
    halves = {(node, *links) for node, *links in paired_ends(plan, lines)}
    split = {node for node, *_ in halves}
    setback = np.zeros((len(lines), 2))
    for node, around in arms.items():
        around.sort()
        for i, (angle, link, end) in enumerate(around):
            need = 0.0
            neighbours = (around[i - 1], around[(i + 1) % len(around)]) if len(around) > 1 else ()
            own_m = half_width_m(plan, link) + moved_m[link, end]
            for other_angle, other, far_end in neighbours:
                if (node, link, other) in halves or (node, other, link) in halves:
                    continue
                other_m = half_width_m(plan, other) + moved_m[other, far_end]
                need = max(need, _kerb_distance_m(own_m, other_m, abs(_wrap(other_angle - angle))))
            need += _HALVES_ROOM_M * (node in split)
            setback[link, end] = _with_room(plan, node, need, len(around))
    length = np.array([np.hypot(*np.diff(line, axis=0).T).sum() for line in lines])
    shrink = np.minimum(1.0, (1 - _LANE_SHARE) * length / np.maximum(setback.sum(axis=1), 1e-9))
    return np.asarray(setback * shrink[:, None])


def _kerb_distance_m(own_m: float, other_m: float, angle: float) -> float:
    """Distance from the node at which the kerbs of two streets of such half widths part, when they leave it under
    `angle`, with room for the corner's radius where the angle is acute."""
    if angle > np.radians(150):
        return float(max(own_m, other_m) * np.tan((np.pi - angle) / 2))
    kerbs_m = (other_m + own_m * np.cos(angle)) / max(np.sin(angle), 0.2)
    corner_m = _CORNER_M / np.tan(angle / 2) if angle < np.pi / 2 else _CORNER_M
    return float(kerbs_m + corner_m - _CORNER_M)


def _with_room(plan: StreetPlan, node: int, need_m: float, arms: int) -> float:
    control = plan.control[node]
    if control == Control.BOUNDARY or arms < 2:
        return 0.0
    if control == Control.NONE or arms == 2:
        return float(np.clip(need_m + _BEND_ROOM_M, 6.0, 24.0))
    room = _SIGNAL_ROOM_M if control == Control.SIGNAL else _PRIORITY_ROOM_M
    return float(np.clip(need_m + room, 6.0, _LONGEST_SETBACK_M))


def _carriageway(plan: StreetPlan, link: int, axis: Float, *, forward: bool) -> Carriageway:
    ends = (int(plan.from_node[link]), int(plan.to_node[link]))
    tail, head = ends if forward else ends[::-1]
    count = int(plan.lanes_forward[link] if forward else plan.lanes_backward[link])
    way = Carriageway(link, forward, tail, head, axis, float(np.hypot(*np.diff(axis, axis=0).T).sum()))
    lane_m, bike = lane_width_m(plan, link), bool(plan.bike_lane[link])
    width_m = count * lane_m + bike * BIKE_LANE_M
    both = bool(plan.lanes_backward[link])
    right_edge_m = float(plan.median_m[link]) / 2 + width_m if both else width_m / 2
    motor = VehicleClass.MOTOR
    if bike:
        centre = parallel(axis, right_edge_m - BIKE_LANE_M / 2)
        way.lanes.append(LaneDraft(centre, BIKE_LANE_M, VehicleClass.BICYCLE))
        right_edge_m -= BIKE_LANE_M
    for i in range(count):
        fast = plan.kind[link] in (RoadClass.EXPRESSWAY, RoadClass.RAMP)
        shared = VehicleClass.BICYCLE if i == 0 and not bike and not fast else VehicleClass(0)
        way.lanes.append(LaneDraft(parallel(axis, right_edge_m - (i + 0.5) * lane_m), lane_m, motor | shared))
    return way


def _add_pocket(plan: StreetPlan, way: Carriageway, arms_out: int) -> None:
    """A left-turn pocket in the median, where a street of rank meets a signal and leaves room for it."""
    link = way.link
    two_way = bool(plan.lanes_backward[link])
    if plan.control[way.head] != Control.SIGNAL or plan.kind[link] not in _POCKET_CLASSES or arms_out < 3:
        return
    if not two_way or plan.median_m[link] < POCKET_M or way.length_m < 110.0:
        return
    length_m = float(np.clip(0.35 * way.length_m, 40.0, 90.0))
    start_m = way.length_m - length_m
    leftmost_m = float(plan.median_m[link]) / 2 - POCKET_M / 2
    centre = parallel(stretch(way.axis, start_m, way.length_m), leftmost_m)
    way.lanes.append(LaneDraft(centre, POCKET_M, VehicleClass.MOTOR, start_m, pocket=True))


def _point_at(points: Float, s_m: float) -> Float:
    station = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    return np.array([np.interp(s_m, station, points[:, 0]), np.interp(s_m, station, points[:, 1])])


def _wrap(angle: float) -> float:
    return float((angle + np.pi) % (2 * np.pi) - np.pi)
