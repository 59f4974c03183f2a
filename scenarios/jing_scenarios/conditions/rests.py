"""For how long a condition stays as it is while no action runs.

A step in which nothing can happen need not be cut into parts, and triggers that wait for a time need not be asked
before it. Distances have bounds: none changes faster than 1.5 times the speeds of both, bends and lanes beside the
reference line included. One that jumps (another way is the shortest now) is seen a step later, no more.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from jing_scenarios.conditions.distances import distances_of
from jing_scenarios.openscenario.node import Node

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext

__all__ = ["RESTS", "Rest"]

Rest = Callable[[int], float]
"""Seconds from now in which the condition stays for the entity of this row as it is; inf = for ever."""

_BENDS = 1.5
_HARDLY_MPS = 1e-3


def _always(_node: Node, _context: CompileContext) -> Rest:
    return lambda _: math.inf


def _distance(node: Node, context: CompileContext) -> Rest:
    """Until the distance may have come to the wanted one."""
    metres, fastest, wanted = *_metres(node, context), node.number("value")
    return lambda row: abs(abs(metres(row)) - wanted) / fastest(row)


def _headway(node: Node, context: CompileContext) -> Rest:
    """Until the distance may be that of the wanted headway, or 0: behind somebody headways are not defined."""
    metres, fastest, wanted = *_metres(node, context), node.number("value")
    speed = context.entities.speed

    def rest(row: int) -> float:
        gap = metres(row)
        return min(abs(gap - wanted * speed.item(row)), abs(gap)) / fastest(row)

    return rest


def _reach(node: Node, context: CompileContext) -> Rest:
    where, tolerance_m, e = context.position_of(node.child("Position")), node.number("tolerance"), context.entities
    fastest = _fastest(context, -1)

    def rest(row: int) -> float:
        there = where()
        return (math.hypot(e.x.item(row) - there.x, e.y.item(row) - there.y) - tolerance_m) / fastest(row)

    return rest


def _travelled(node: Node, context: CompileContext) -> Rest:
    odometer, wanted, fastest = context.entities.odometer, node.number("value"), _fastest(context, None)
    return lambda row: math.inf if odometer.item(row) >= wanted else (wanted - odometer.item(row)) / fastest(row)


def _metres(node: Node, context: CompileContext) -> tuple[Rest, Rest]:
    """Distance of a row from what the condition names, and how fast that may change."""
    if node.has("entityRef"):
        other = context.row_of(node.string("entityRef"), node)
        return distances_of(node, context, other), _fastest(context, other)
    return distances_of(node, context, context.position_of(node.child("Position"))), _fastest(context, -1)


def _fastest(context: CompileContext, other: int | None) -> Rest:
    """Of a row and another one; None = alone, -1 = and whoever is the fastest: a place may be that of anybody."""
    speed = context.entities.speed

    def metres_a_second(row: int) -> float:
        rest = 0.0
        if other is not None:
            rest = abs(speed.item(other)) if other >= 0 else float(abs(speed).max())
        return max(_BENDS * (abs(speed.item(row)) + rest), _HARDLY_MPS)

    return metres_a_second


RESTS: dict[str, Callable[[Node, CompileContext], Rest]] = {
    "DistanceCondition": _distance,
    "ReachPositionCondition": _reach,
    "RelativeDistanceCondition": _distance,
    "RelativeSpeedCondition": _always,
    "SpeedCondition": _always,
    "TimeHeadwayCondition": _headway,
    "TraveledDistanceCondition": _travelled,
}
"""By conditions on entities; those that are not here may change at any time."""
