"""Distances between an entity and another one or a place, as the standard's conditions and actions ask for them.

Coordinate systems (OpenSCENARIO 1.1, 6.3.5): in that of the entity, along its axes; on roads, along the reference lines
over links and junctions (the shortest way), and t sideways; on lanes, between the lanes' centre lines (esmini falls
back to roads: `Scene.by_road`); on a trajectory, along it. With `freespace` between bounding boxes, else between
reference points. Signs: positive ahead and to the left.
"""

import math
from collections.abc import Callable

from jing_scenarios.roads.boxes import Box, Corners, box_gap, corners_of, gaps_in_frame, point_gap
from jing_scenarios.roads.place import find_place, lane_centre
from jing_scenarios.roads.place_rows import EVERY_TYPE
from jing_scenarios.roads.placement import Placement, Pose6
from jing_scenarios.roads.separation import separation
from jing_scenarios.scene import Scene

__all__ = ["distance_of"]

Target = int | Callable[[], Placement]
Metres = Callable[[], float]


def distance_of(scene: Scene, row: int, target: Target, kind: str, system: str, freespace: bool) -> Metres:
    """Compiles the distance of an entity's row from another row or a place.

    Args:
        kind: RelativeDistanceType: `longitudinal`, `lateral`, `euclidianDistance` (`cartesianDistance`: the same).
        system: CoordinateSystem: `entity`, `lane`, `road`, `trajectory`, or `world` (1.3).
        freespace: between boxes.

    Returns:
        A function that computes it as things are when it is called: signed metres, NaN where no way is. The euclidian
        distance is negative where the target is behind.
    """
    if kind in {"euclidianDistance", "cartesianDistance"} or system == "world":
        return _straight(scene, row, target, kind, freespace)
    pick = 0 if kind == "longitudinal" else 1
    if system == "entity":
        return _in_frame(scene, row, target, pick, freespace)
    if system == "trajectory":
        return _on_trajectory(scene, row, target, pick)
    by_lane = system == "lane" and not scene.by_road
    return _on_roads(scene, row, target, pick, freespace, by_lane)


def _pose(scene: Scene, row: int) -> tuple[float, float, float]:
    x, y, _, h, _, _ = scene.motion.pose[row].tolist()
    return x, y, h


def _box(scene: Scene, row: int) -> Box:
    length, width, _, cx, cy, _ = scene.boxes[row].tolist()
    return length, width, cx, cy


def _body(scene: Scene, target: Target) -> Corners:
    """The corners of an entity, or the one point of a place."""
    if isinstance(target, int):
        return corners_of(*_pose(scene, target), _box(scene, target))
    place = target()
    return ((place.x, place.y),)


def _point(scene: Scene, target: Target) -> tuple[float, float]:
    if isinstance(target, int):
        return _pose(scene, target)[:2]
    place = target()
    return place.x, place.y


def _straight(scene: Scene, row: int, target: Target, kind: str, freespace: bool) -> Metres:
    def metres() -> float:
        x, y, h = _pose(scene, row)
        if freespace:
            box, body = _box(scene, row), _body(scene, target)
            own = corners_of(x, y, h, box)
            size = box_gap(own, body) if len(body) > 1 else point_gap(body[0], own)
            ahead = gaps_in_frame(x, y, h, box, body)[0]
            return math.copysign(size, ahead) if ahead else size
        px, py = _point(scene, target)
        ahead = (px - x) * math.cos(h) + (py - y) * math.sin(h)
        return math.copysign(math.hypot(px - x, py - y), ahead if ahead > 0 else -1.0)

    def along_axis() -> float:
        x, y, _ = _pose(scene, row)
        px, py = _point(scene, target)
        return px - x if kind == "longitudinal" else py - y

    return metres if kind in {"euclidianDistance", "cartesianDistance"} else along_axis


def _in_frame(scene: Scene, row: int, target: Target, pick: int, freespace: bool) -> Metres:
    def metres() -> float:
        x, y, h = _pose(scene, row)
        if freespace:
            return gaps_in_frame(x, y, h, _box(scene, row), _body(scene, target))[pick]
        px, py = _point(scene, target)
        dx, dy, cos, sin = px - x, py - y, math.cos(h), math.sin(h)
        return dx * cos + dy * sin if pick == 0 else dy * cos - dx * sin

    return metres


def _on_trajectory(scene: Scene, row: int, target: Target, pick: int) -> Metres:
    straight = _straight(scene, row, target, "euclidianDistance", False)

    def metres() -> float:
        following = scene.following.get(row)
        if following is None:
            return straight()
        other = scene.following.get(target) if isinstance(target, int) else None
        if other is not None and other.trajectory.name == following.trajectory.name:
            there = other.distance_m, other.t_m
        else:
            there = following.trajectory.nearest(*_point(scene, target))
        return there[0] - following.distance_m if pick == 0 else there[1] - following.t_m

    return metres


def _on_roads(scene: Scene, row: int, target: Target, pick: int, freespace: bool, by_lane: bool) -> Metres:
    def place_of(which: Target) -> Placement:
        return scene.motion.placement(which) if isinstance(which, int) else which()

    def reference() -> float:
        first, second = place_of(row), place_of(target)
        found = separation(scene.plan, first, second)
        if not by_lane or first.road < 0 or second.road < 0:
            return found[pick]
        return found.ds if pick == 0 else _across_lanes(scene, first, second, found.dt)

    def boxes() -> float:
        first = place_of(row)
        own, other = _body(scene, row), _body(scene, target)
        if first.road < 0 or (box_gap(own, other) if len(other) > 1 else point_gap(other[0], own)) == 0.0:
            return math.nan if first.road < 0 else 0.0
        near = place_of(target) if len(other) > 1 else first
        ours = [_corner(scene, first, point) for point in own]
        theirs = [_corner(scene, near, point) for point in other]
        return _least([separation(scene.plan, a, b)[pick] for a in ours for b in theirs])

    return boxes if freespace else reference


def _corner(scene: Scene, near: Placement, point: tuple[float, float]) -> Placement:
    """The place on the roads of a point of a body, which faces as the body does."""
    nan = math.nan
    return find_place(scene.plan, Pose6(*point, near.z, near.h, nan, nan), near.road, near.s, EVERY_TYPE)


def _least(metres: list[float]) -> float:
    """The distance that is nearest to 0; 0 where some are before and some behind."""
    if any(math.isnan(value) for value in metres):
        return math.nan
    low, high = min(metres), max(metres)
    if low <= 0.0 <= high:
        return 0.0
    return low if low > 0 else high


def _across_lanes(scene: Scene, first: Placement, second: Placement, dt: float) -> float:
    """Offset of the second from the lane's centre line of the first, carried along the road."""
    lane = lane_centre(scene.plan, first.road, first.lane, first.s) if first.lane else first.t
    moved = lane - first.t
    if first.road != second.road:
        return dt
    try:
        there = lane_centre(scene.plan, second.road, first.lane, second.s)
    except LookupError:
        return dt
    return second.t - there + moved
