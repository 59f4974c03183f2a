"""Positions that are given on roads and lanes: RoadPosition, LanePosition, and those relative to an entity there."""

import math

from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.orientation import orientation_of, turned
from jing_scenarios.roads.moving import Target, moved_along
from jing_scenarios.roads.place import (
    NoSuchPlaceError,
    driving_heading,
    lane_centre,
    lane_id_relative,
    placed_on_lane,
    placed_on_road,
)
from jing_scenarios.roads.placement import Placement
from jing_scenarios.scene import Scene, Where

__all__ = ["lane_id_of", "lane_position", "relative_lane_position", "relative_road_position", "road_position"]


def lane_position(node: Node, scene: Scene) -> Where:
    """LanePosition: computed once. Heading relative to the direction in which one drives on the lane."""
    road, s_m = _road_and_s(node, scene)
    lane, orientation = lane_id_of(node), orientation_of(node)
    offset_m = node.number("offset", 0.0)
    place = _at(node, lambda: placed_on_lane(scene.plan, road, lane, s_m, offset_m))
    place = turned(scene.plan, place, orientation, driving_heading(scene.plan, road, lane))
    return lambda: place


def road_position(node: Node, scene: Scene) -> Where:
    """RoadPosition: computed once. Heading relative to the reference line along growing s."""
    road, s_m = _road_and_s(node, scene)
    t_m, orientation = node.number("t"), orientation_of(node)
    place = _at(node, lambda: placed_on_road(scene.plan, road, s_m, t_m))
    place = turned(scene.plan, place, orientation, 0.0)
    return lambda: place


def relative_lane_position(node: Node, scene: Scene, actor: int = -1) -> Where:
    """RelativeLanePosition: `dLane` lanes beside an entity, `ds` along growing s or `dsLane` as one drives there.

    Over junctions the route of the `actor` (row, -1: none) decides, else that of the entity referred to. As esmini:
    with `ds`, lanes count to the left of growing s and headings are relative to it; with `dsLane`, lanes and offset
    count in the direction in which the entity drives, and headings are relative to driving there.
    """
    row, steps, orientation = scene.row_of(node.string("entityRef"), node), node.integer("dLane"), orientation_of(node)
    offset_m, by_lane = node.number("offset", 0.0), node.has("dsLane")
    ds_m = node.number("dsLane" if by_lane else "ds", 0.0)
    plan = scene.plan

    def where() -> Placement:
        base = _on_road(node, scene, row)
        along_s = 1 if not by_lane or driving_heading(plan, base.road, base.lane) == 0.0 else -1
        target = moved_along(scene.motion, row, ds_m * along_s, actor)
        _warn_of_end(node, scene, target)
        left = -1 if by_lane and (along_s < 0 or math.cos(base.h_rel) < 0) else 1
        left = -left if target.flipped else left
        lane = lane_id_relative(target.lane, left * steps)
        place = _at(node, lambda: placed_on_lane(plan, target.road, lane, target.s, left * offset_m))
        return turned(plan, place, orientation, driving_heading(plan, place.road, lane) if by_lane else 0.0)

    return where


def relative_road_position(node: Node, scene: Scene, actor: int = -1) -> Where:
    """RelativeRoadPosition: `ds` along growing s and `dt` to the left of an entity's road coordinates.

    Over junctions routes decide as for RelativeLanePosition.
    """
    row, orientation = scene.row_of(node.string("entityRef"), node), orientation_of(node)
    ds_m, dt_m = node.number("ds"), node.number("dt")
    plan = scene.plan

    def where() -> Placement:
        _on_road(node, scene, row)
        target = moved_along(scene.motion, row, ds_m, actor)
        _warn_of_end(node, scene, target)
        t_m = lane_centre(plan, target.road, target.lane, target.s) + target.offset + dt_m
        place = _at(node, lambda: placed_on_road(plan, target.road, target.s, t_m))
        return turned(plan, place, orientation, 0.0)

    return where


def lane_id_of(node: Node) -> int:
    """The lane id, which is text in the standard; raises OpenScenarioError."""
    text = node.string("laneId").strip()
    try:
        return int(text)
    except ValueError:
        raise OpenScenarioError(f"{node.place}: {node.tag} laneId={text!r}; a whole number is right") from None


def _warn_of_end(node: Node, scene: Scene, target: Target) -> None:
    if target.ended:
        road = scene.plan.road_id(target.road)
        scene.warn(f"{node.place}: {node.tag} leads beyond the end of road {road}; its end is taken")


def _road_and_s(node: Node, scene: Scene) -> tuple[int, float]:
    road_id = node.string("roadId")
    row = scene.plan.odr.road_row.get(road_id)
    if row is None:
        known = ", ".join(list(scene.plan.odr.road_row)[:20]) or "no roads"
        raise OpenScenarioError(f"{node.place}: there is no road {road_id!r} in the road network; it has {known}")
    s_m, length = node.number("s"), scene.plan.length_m(row)
    if not 0.0 <= s_m <= length + 1e-6:
        scene.warn(f"{node.place}: s={s_m:g} is not on road {road_id}, {length:g} m long; its nearest end is taken")
    return row, min(max(s_m, 0.0), length)


def _at(node: Node, place: Where) -> Placement:
    """The place; a lane that is not there is an error of the element."""
    try:
        return place()
    except NoSuchPlaceError as error:
        raise OpenScenarioError(f"{node.place}: {node.tag}: {error}") from error


def _on_road(node: Node, scene: Scene, row: int) -> Placement:
    place = scene.motion.placement(row)
    if place.road < 0:
        name = node.string("entityRef")
        raise OpenScenarioError(
            f"{node.place}: {node.tag} refers to {name!r}, which is on no road at {scene.time[0]:g} s"
        )
    return place
