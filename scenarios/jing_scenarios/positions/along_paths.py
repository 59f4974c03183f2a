"""Positions along a route or a trajectory."""

import math

from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.orientation import AS_IT_IS, Orientation, orientation_of, turned
from jing_scenarios.positions.on_roads import lane_id_of
from jing_scenarios.roads.place import NoSuchPlaceError, driving_heading, find_place, placed_on_lane, placed_on_road
from jing_scenarios.roads.placement import Placement, Pose6
from jing_scenarios.routes import RouteOf, compiled_route
from jing_scenarios.scene import PositionOf, Scene, Where
from jing_scenarios.trajectories.shape import compiled_trajectory

__all__ = ["route_position", "trajectory_position"]


def route_position(node: Node, scene: Scene, position_of: PositionOf) -> Where:
    """RoutePosition: a place `pathS` metres behind the first waypoint of a route, or that of an entity on it.

    Lane ids and t are those of the road there, as in esmini; without orientation one faces as one drives on the lane,
    or along growing s where t is given.
    """
    route, orientation = compiled_route(node.child("RouteRef"), scene, position_of), orientation_of(node)
    place = node.child("InRoutePosition").only()
    if place.tag == "FromCurrentEntity":
        return _of_entity(place, scene, route, orientation)
    path_s = place.number("pathS")
    if place.tag == "FromLaneCoordinates":
        return _of_lane(place, scene, route, orientation, path_s)
    t_m = place.number("t")

    def where() -> Placement:
        road, s_m, _ = route().at(path_s)
        there = placed_on_road(scene.plan, road, s_m, t_m)
        return turned(scene.plan, there, orientation, 0.0)

    return where


def trajectory_position(node: Node, scene: Scene, position_of: PositionOf) -> Where:
    """TrajectoryPosition: `s` metres along a trajectory and `t` to its left; orientation relative to its own."""
    shape = compiled_trajectory(node.child("TrajectoryRef"), scene, position_of)
    s_m, t_m, orientation = node.number("s"), node.number("t", 0.0), orientation_of(node)

    def where() -> Placement:
        point = shape.laid_out().at_distance(s_m)
        x, y = point.x - t_m * math.sin(point.h), point.y + t_m * math.cos(point.h)
        h = orientation.h if orientation.absolute else point.h + orientation.relative[0]
        if math.isnan(h):
            h = point.h
        p = orientation.p if orientation.absolute else point.p + orientation.relative[1]
        r = orientation.r if orientation.absolute else point.r + orientation.relative[2]
        return find_place(scene.plan, Pose6(x, y, point.z, h, p, r))

    return where


def _of_lane(node: Node, scene: Scene, route: RouteOf, orientation: Orientation, path_s: float) -> Where:
    lane, offset_m = lane_id_of(node), node.number("laneOffset", 0.0)

    def where() -> Placement:
        road, s_m, _ = route().at(path_s)
        try:
            there = placed_on_lane(scene.plan, road, lane, s_m, offset_m)
        except NoSuchPlaceError as error:
            raise OpenScenarioError(f"{node.place}: {node.tag}: {error}") from error
        return turned(scene.plan, there, orientation, driving_heading(scene.plan, road, lane))

    return where


def _of_entity(node: Node, scene: Scene, route: RouteOf, orientation: Orientation) -> Where:
    row = scene.row_of(node.string("entityRef"), node)

    def where() -> Placement:
        base = scene.motion.placement(row)
        if route().distance_of(base.road, base.s) is None:
            name = node.string("entityRef")
            raise OpenScenarioError(f"{node.place}: {name!r} is not on the route at {scene.time[0]:g} s")
        return base if orientation is AS_IT_IS else turned(scene.plan, base, orientation, base.h_rel)

    return where
