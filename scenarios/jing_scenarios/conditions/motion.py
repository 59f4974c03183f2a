"""Conditions on how an entity moves: speed, acceleration, standing still, distance travelled, end of road, off road."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from jing_scenarios.conditions.rules import EQUAL_WITHIN, rule_of
from jing_scenarios.openscenario.node import Node

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext

__all__ = [
    "acceleration_condition",
    "end_of_road_condition",
    "offroad_condition",
    "relative_speed_condition",
    "speed_condition",
    "stand_still_condition",
    "travelled_condition",
]

Check = Callable[[int], bool]
"""The condition holds for the entity of this row."""

Column = Callable[[int], float]


def speed_condition(node: Node, context: CompileContext) -> Check:
    """SpeedCondition: the speed along the heading, or its part in a direction of the entity's own frame."""
    entities = context.entities
    if not node.has("direction"):
        now: Column = entities.speed.item
    else:
        now = _part_of(node.string("direction"), context, ("vx", "vy", "vz"))
    return _compared(node, now)


def acceleration_condition(node: Node, context: CompileContext) -> Check:
    """AccelerationCondition: the size of the acceleration, or its part in a direction of the entity's own frame."""
    e = context.entities
    if node.has("direction"):
        return _compared(node, _part_of(node.string("direction"), context, ("ax", "ay", "az")))
    return _compared(node, lambda row: math.hypot(e.ax.item(row), e.ay.item(row), e.az.item(row)))


def relative_speed_condition(node: Node, context: CompileContext) -> Check:
    """RelativeSpeedCondition: speed of the triggering entity minus that of the other, along the other's axes."""
    e = context.entities
    other = context.row_of(node.string("entityRef"), node)
    direction = node.string("direction", "")

    def difference(row: int) -> float:
        if not direction:
            return e.speed.item(row) - e.speed.item(other)
        if direction == "vertical":
            return e.vz.item(row) - e.vz.item(other)
        heading = e.h.item(other)
        vx, vy = e.vx.item(row) - e.vx.item(other), e.vy.item(row) - e.vy.item(other)
        if direction == "longitudinal":
            return vx * math.cos(heading) + vy * math.sin(heading)
        return vy * math.cos(heading) - vx * math.sin(heading)

    compared = _compared(node, difference)
    return lambda row: bool(e.alive[other]) and compared(row)


def stand_still_condition(node: Node, context: CompileContext) -> Check:
    """StandStillCondition: slower than 1 mm/s for longer than the duration."""
    return _lasting(node, context, context.entities.still_since_s.item, 0.0)


def offroad_condition(node: Node, context: CompileContext) -> Check:
    """OffroadCondition: the reference point is outside of all roads for longer than the duration."""
    return _lasting(node, context, context.entities.off_since_s.item, 0.0)


def end_of_road_condition(node: Node, context: CompileContext) -> Check:
    """EndOfRoadCondition: the entity has been at the end of its road for the duration."""
    return _lasting(node, context, context.entities.end_since_s.item, EQUAL_WITHIN)


def travelled_condition(node: Node, context: CompileContext) -> Check:
    """TraveledDistanceCondition: metres moved since the start of the simulation."""
    odometer, wanted = context.entities.odometer, node.number("value")
    return lambda row: odometer.item(row) >= wanted


def _compared(node: Node, now: Column) -> Check:
    rule, wanted = rule_of(node.string("rule")), node.number("value")
    return lambda row: rule(now(row), wanted)


def _lasting(node: Node, context: CompileContext, since: Column, tolerance_s: float) -> Check:
    engine, duration_s = context.engine, node.number("duration")

    def check(row: int) -> bool:
        return engine.time_s - since(row) > duration_s - tolerance_s  # false for NaN: the state does not hold

    return check


def _part_of(direction: str, context: CompileContext, names: tuple[str, str, str]) -> Column:
    e = context.entities
    x, y, z = (getattr(e, name) for name in names)
    heading = e.h
    if direction == "vertical":
        return lambda row: float(z.item(row))
    if direction == "longitudinal":
        return lambda row: x.item(row) * math.cos(heading.item(row)) + y.item(row) * math.sin(heading.item(row))
    return lambda row: y.item(row) * math.cos(heading.item(row)) - x.item(row) * math.sin(heading.item(row))
