"""Distances between an entity and another one or a place, as the standard's conditions and actions ask for them.

Coordinate systems (OpenSCENARIO 1.1, 6.3.5): in that of the entity, along its axes; on roads, along the reference lines
over links and junctions (the shortest way), and t sideways; on lanes, between the lanes' centre lines (esmini falls
back to roads: `Scene.by_road`); on a trajectory, along it. With `freespace` between bounding boxes, else between
reference points. Signs: positive ahead and to the left.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from jing_scenarios.roads.kernels_gaps import body_gaps, corners_on_roads, point_gaps
from jing_scenarios.roads.place import lane_centre
from jing_scenarios.roads.place_rows import H_REL, ROAD, S, T
from jing_scenarios.roads.placement import Placement
from jing_scenarios.roads.separation import Spot, separation
from jing_scenarios.routes import driven_distance
from jing_scenarios.scene import Scene

__all__ = ["distance_of"]

Target = int | Callable[[], Placement]
Metres = Callable[[], float]
_STRAIGHT = {"euclidianDistance", "cartesianDistance"}


def distance_of(
    scene: Scene, row: int, target: Target, kind: str, system: str, freespace: bool, *, routing: str = "undefined"
) -> Metres:
    """Compiles the distance of an entity's row from another row or a place.

    Args:
        kind: RelativeDistanceType: `longitudinal`, `lateral`, `euclidianDistance` (`cartesianDistance`: the same).
        system: CoordinateSystem: `entity`, `lane`, `road`, `trajectory`, or `world` (1.3).
        freespace: between boxes.
        routing: RoutingAlgorithm, for longitudinal distances between reference points on roads and lanes:
            `assignedRoute` along the entity's route, `fastest`, `shortest`, `leastIntersections`, `random` along the
            way ahead that these find; `undefined`: the shortest way in whichever direction.

    Returns:
        A function that computes it as things are when it is called: signed metres, NaN where no way is. The euclidian
        distance is negative where the target is behind.
    """
    pick = 0 if kind == "longitudinal" else 1
    if kind in _STRAIGHT:
        return _gap(scene, row, target, 2) if freespace else _straight(scene, row, target)
    if system == "entity":
        return _gap(scene, row, target, pick) if freespace else _in_frame(scene, row, target, pick)
    if system in {"world", "trajectory"}:
        return (_along_axis if system == "world" else _on_trajectory)(scene, row, target, pick)
    if freespace:
        return _between_corners(scene, row, target, pick)
    if pick == 0 and routing != "undefined":
        return _on_way(scene, row, target, routing)
    by_lane = system == "lane" and not scene.by_road
    return _on_roads(scene, row, target, pick, by_lane)


def _point(scene: Scene, target: Target) -> tuple[float, float]:
    if isinstance(target, int):
        pose = scene.motion.pose
        return pose.item(target, 0), pose.item(target, 1)
    place = target()
    return place.x, place.y


def _gap(scene: Scene, row: int, target: Target, pick: int) -> Metres:
    """Between boxes: ahead (0), to the left (1), or straight (2)."""
    pose, boxes = scene.motion.pose, scene.boxes

    def metres() -> float:
        if isinstance(target, int):
            gaps = body_gaps(pose, boxes, row, target)
        else:
            gaps = point_gaps(pose, boxes, row, *_point(scene, target))
        return gaps[pick] if pick < 2 else (-gaps[2] if gaps[0] < 0 else gaps[2])

    return metres


def _straight(scene: Scene, row: int, target: Target) -> Metres:
    in_frame = _in_frame(scene, row, target, 0)

    def metres() -> float:
        px, py = _point(scene, target)
        x, y = _point(scene, row)
        return math.copysign(math.hypot(px - x, py - y), 1.0 if in_frame() > 0 else -1.0)

    return metres


def _along_axis(scene: Scene, row: int, target: Target, pick: int) -> Metres:
    return lambda: _point(scene, target)[pick] - _point(scene, row)[pick]


def _in_frame(scene: Scene, row: int, target: Target, pick: int) -> Metres:
    pose = scene.motion.pose

    def metres() -> float:
        x, y = _point(scene, row)
        px, py = _point(scene, target)
        h = pose.item(row, 3)
        dx, dy, cos, sin = px - x, py - y, math.cos(h), math.sin(h)
        return dx * cos + dy * sin if pick == 0 else dy * cos - dx * sin

    return metres


def _on_trajectory(scene: Scene, row: int, target: Target, pick: int) -> Metres:
    straight = _straight(scene, row, target)

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


def _spot(scene: Scene, which: Target) -> Spot:
    if not isinstance(which, int):
        return Spot.of(which())
    along = scene.motion.along
    forward = math.cos(along.item(which, H_REL)) >= 0
    return Spot(scene.motion.on.item(which, ROAD), along.item(which, S), along.item(which, T), forward)


def _on_roads(scene: Scene, row: int, target: Target, pick: int, by_lane: bool) -> Metres:
    def metres() -> float:
        first, second = _spot(scene, row), _spot(scene, target)
        found = separation(scene.plan, first, second)
        if pick == 0:
            return found.ds
        return _across_lanes(scene, row, second, found.dt) if by_lane and first.road == second.road else found.dt

    return metres


def _on_way(scene: Scene, row: int, target: Target, routing: str) -> Metres:
    """Along the entity's own route, or along the way that a strategy finds."""

    def metres() -> float:
        here = scene.motion.placement(row)
        there = scene.motion.placement(target) if isinstance(target, int) else target()
        if routing != "assignedRoute":
            return driven_distance(scene, here, there, routing)
        route = scene.routes.get(row)
        passed = None if route is None else route.distance_of(here.road, here.s)
        ahead = None if route is None else route.distance_of(there.road, there.s)
        return math.nan if passed is None or ahead is None else ahead - passed

    return metres


def _between_corners(scene: Scene, row: int, target: Target, pick: int) -> Metres:
    straight = _gap(scene, row, target, 2)
    corners = np.zeros((4, 3))
    motion = scene.motion

    def spots(which: Target, forward: bool) -> list[Spot]:
        if not isinstance(which, int):
            return [Spot.of(which())]
        plan = scene.plan
        corners_on_roads(plan.tables, plan.stretches, motion.pose, motion.along, motion.on, scene.boxes, which, corners)
        return [Spot(int(road), s, t, forward) for road, s, t in corners.tolist()]

    def metres() -> float:
        here = _spot(scene, row)
        if here.road < 0 or _spot(scene, target).road < 0:
            return math.nan
        if straight() == 0.0:
            return 0.0
        ours, theirs = spots(row, here.forward), spots(target, here.forward)
        if len({spot.road for spot in (*ours, *theirs)}) == 1:
            return _on_one_road(ours, theirs, pick)
        return _least([separation(scene.plan, a, b)[pick] for a in ours for b in theirs])

    return metres


def _on_one_road(ours: Sequence[Spot], theirs: Sequence[Spot], pick: int) -> float:
    """The least of the distances of all pairs, 0 where they overlap."""
    own, other = [spot[1 + pick] for spot in ours], [spot[1 + pick] for spot in theirs]
    gap = _least([min(other) - max(own), max(other) - min(own)])
    return -gap if pick == 0 and not ours[0].forward else gap


def _least(metres: list[float]) -> float:
    """The distance that is nearest to 0; 0 where some are before and some behind."""
    if any(math.isnan(value) for value in metres):
        return math.nan
    low, high = min(metres), max(metres)
    if low <= 0.0 <= high:
        return 0.0
    return low if low > 0 else high


def _across_lanes(scene: Scene, row: int, second: Spot, dt: float) -> float:
    """Offset of the second one from the centre line of the first one's lane, less the first one's own."""
    place = scene.motion.placement(row)
    if place.lane == 0:
        return dt
    try:
        return second.t - lane_centre(scene.plan, second.road, place.lane, second.s) - place.offset
    except LookupError:  # that lane has ended before
        return dt
