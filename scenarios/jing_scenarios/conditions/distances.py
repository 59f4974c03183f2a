"""Conditions on how far apart things are: in metres, in seconds of headway, in seconds to a collision."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from jing_scenarios.conditions.rules import rule_of
from jing_scenarios.openscenario.node import Node
from jing_scenarios.roads.distance import distance_of
from jing_scenarios.roads.placement import Placement

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext

__all__ = [
    "distance_condition",
    "distances_of",
    "headway_condition",
    "reach_position_condition",
    "relative_distance_condition",
    "time_to_collision_condition",
]

Check = Callable[[int], bool]
Target = int | Callable[[], Placement]

FAR_M = 1e10
"""Distance of what cannot be reached."""

NO_DISTANCE = NO_SPEED = 1e-6
ANGLE_TOLERANCE_RAD = 0.05


def distance_condition(node: Node, context: CompileContext) -> Check:
    """DistanceCondition: of the entity from a position."""
    return _distance(node, context, context.position_of(node.child("Position")))


def relative_distance_condition(node: Node, context: CompileContext) -> Check:
    """RelativeDistanceCondition: of the entity from another one."""
    other = context.row_of(node.string("entityRef"), node)
    alive, check = context.entities.alive, _distance(node, context, other)
    return lambda row: bool(alive[other]) and check(row)


def headway_condition(node: Node, context: CompileContext) -> Check:
    """TimeHeadwayCondition: distance to the other over the own speed; not defined backwards, standing or past it."""
    other = context.row_of(node.string("entityRef"), node)
    e, distance = context.entities, distances_of(node, context, other)
    rule, wanted = rule_of(node.string("rule")), node.number("value")

    def check(row: int) -> bool:
        if not e.alive[other]:
            return False
        speed, gap = e.speed.item(row), distance(row)
        return gap >= 0.0 and speed >= NO_SPEED and rule(gap / speed, wanted)

    return check


def time_to_collision_condition(node: Node, context: CompileContext) -> Check:
    """TimeToCollisionCondition: distance over closing speed; not defined for those that do not close in."""
    target = node.child("TimeToCollisionConditionTarget").only()
    rule, wanted, e = rule_of(node.string("rule")), node.number("value"), context.entities
    if target.tag == "EntityRef":
        other = context.row_of(target.string("entityRef"), target)
        distance = distances_of(node, context, other)
    else:
        other = -1
        distance = distances_of(node, context, context.position_of(target))

    def check(row: int) -> bool:
        if other >= 0 and not e.alive[other]:
            return False
        gap = distance(row)
        speed = _closing_speed(context, row, other) if other >= 0 else e.speed.item(row)
        if abs(gap) < NO_DISTANCE or abs(speed) < NO_SPEED:
            return False
        time_s = gap / speed
        return time_s >= 0.0 and rule(time_s, wanted)

    return check


def reach_position_condition(node: Node, context: CompileContext) -> Check:
    """ReachPositionCondition: the reference point is within `tolerance` of the position, seen from above.

    Where the position says an orientation, heading counts as well, to 0.05 rad (the standard says nothing of it).
    """
    position = node.child("Position")
    where, tolerance_m, e = context.position_of(position), node.number("tolerance"), context.entities
    turned = position.only().find("Orientation") is not None

    def check(row: int) -> bool:
        there = where()
        if math.hypot(e.x.item(row) - there.x, e.y.item(row) - there.y) >= tolerance_m:
            return False
        return not turned or abs(math.remainder(e.h.item(row) - there.h, math.tau)) < ANGLE_TOLERANCE_RAD

    return check


def _distance(node: Node, context: CompileContext, target: Target) -> Check:
    rule, wanted = rule_of(node.string("rule")), node.number("value")
    distance = distances_of(node, context, target)
    return lambda row: rule(abs(distance(row)), wanted)


def distances_of(node: Node, context: CompileContext, target: Target) -> Callable[[int], float]:
    """Signed distance of each row from the target; closures are made when a row is first asked for."""
    system = node.string("coordinateSystem", "entity")
    kind = node.string("relativeDistanceType", "euclidianDistance")
    freespace = node.boolean("freespace", False)
    made: dict[int, Callable[[], float]] = {}

    def distance(row: int) -> float:
        compiled = made.get(row)
        if compiled is None:
            compiled = made[row] = distance_of(context.scene, row, target, kind, system, freespace)
        metres = compiled()
        return FAR_M if math.isnan(metres) else metres

    return distance


def _closing_speed(context: CompileContext, row: int, other: int) -> float:
    """Of the entity onto the other, along the other's way; all of the own speed where the other stands."""
    e = context.entities
    ox, oy, own = e.vx.item(other), e.vy.item(other), e.speed.item(row)
    if abs(ox) < NO_SPEED and abs(oy) < NO_SPEED:
        return own
    along = (e.vx.item(row) * ox + e.vy.item(row) * oy) / math.hypot(ox, oy)
    return math.copysign(1.0, own) * math.copysign(1.0, along) * (along - abs(e.speed.item(other)))
