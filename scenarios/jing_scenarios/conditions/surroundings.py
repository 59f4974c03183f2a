"""Conditions on who is around: overlaps with others, and lanes that are clear of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.roads.distance import distance_of
from jing_scenarios.roads.kernels_lanes import lane_of, section_at
from jing_scenarios.roads.place_rows import DRIVING, T_KIND, T_N_LEFT, T_N_RIGHT

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext

__all__ = ["clearance_condition", "collision_condition"]

Check = Callable[[int], bool]
LaneRange = tuple[float, float]


def collision_condition(node: Node, context: CompileContext) -> Check:
    """CollisionCondition: the box overlaps that of an entity, or of any other entity of a type."""
    engine, by_type = context.engine, node.find("ByType") or node.find("ByObjectType")
    if by_type is None:
        wanted = set(context.rows_of(node.child("EntityRef").string("entityRef"), node))
    else:
        wanted = set(context.rows_of_type(by_type.string("type")))

    def check(row: int) -> bool:
        pairs = engine.overlapping
        return any(row in pair and (pair[0] if pair[1] == row else pair[1]) in wanted for pair in pairs)

    return check


def clearance_condition(node: Node, context: CompileContext) -> Check:
    """RelativeClearanceCondition: nobody (of those named) is in the lanes and distances around the entity.

    At least one of the lanes asked for must be there, else nothing is clear.
    """
    e = context.entities
    forward, backward = abs(node.number("distanceForward", 0.0)), abs(node.number("distanceBackward", 0.0))
    free, opposite = node.boolean("freeSpace"), node.boolean("oppositeLanes")
    ranges = [_lane_range(child) for child in node.every("RelativeLaneRange")] or [(-math.inf, math.inf)]
    refs = node.every("EntityRef")
    named = [row for ref in refs for row in context.rows_of(ref.string("entityRef"), ref)]
    made: dict[tuple[int, int], Callable[[], float]] = {}

    def beside(row: int, other: int) -> bool:
        along = made.get((row, other))
        if along is None:
            along = made[row, other] = distance_of(context.scene, row, other, "longitudinal", "road", free)
        if not -backward <= along() <= forward:  # NaN: there is no way to it
            return False
        steps, against = _lane_steps(context, row, other)
        return _in(steps, ranges) and (opposite or not against)

    def check(row: int) -> bool:
        others: Iterable[int] = named or range(len(e.names))
        if any(e.alive[other] and beside(row, other) for other in others if other != row):
            return False
        return _has_lane(context, row, ranges, opposite)

    return check


def _lane_range(node: Node) -> LaneRange:
    low, high = node.number("from", -math.inf), node.number("to", math.inf)
    if low > high:
        raise OpenScenarioError(f"{node.place}: {node.tag} from={low:g} to={high:g}; from <= to is right")
    return low, high


def _in(steps: float, ranges: list[LaneRange]) -> bool:
    return any(low <= steps <= high for low, high in ranges)


def _lane_steps(context: CompileContext, row: int, other: int) -> tuple[int, bool]:
    """How many lanes the other is to the left (negative: right), and whether its lane is for the other direction.

    Lanes are counted without the centre lane. Where the roads run against each other, the ids of the other one mirror.
    """
    e = context.entities
    own, its = e.lane.item(row), e.lane.item(other)
    turned = math.cos(e.h.item(row) - e.h_rel.item(row) - e.h.item(other) + e.h_rel.item(other)) < 0.0
    its = -its if turned else its
    return _leftwards(context, row) * _lanes_on(own, its), own * its < 0


def _lanes_on(own: int, other: int) -> int:
    """Lanes from one id to the other; there is no lane 0 between them."""
    return other - own - (1 if own < 0 < other else -1 if other < 0 < own else 0)


def _leftwards(context: CompileContext, row: int) -> int:
    """1 where growing lane ids lie to the left of the entity, else -1."""
    return 1 if math.cos(context.entities.h_rel.item(row)) >= 0.0 else -1


def _has_lane(context: CompileContext, row: int, ranges: list[LaneRange], opposite: bool) -> bool:
    e, tables = context.entities, context.plan.tables
    road, own = e.road.item(row), e.lane.item(row)
    if road < 0:
        return False
    section = section_at(tables.roads, tables.spans, road, e.s.item(row))
    right, left = tables.sections[section, [T_N_RIGHT, T_N_LEFT]].tolist()
    for lane in (*range(-right, 0), *range(1, left + 1)):
        drivable = tables.lanes[lane_of(tables.sections, section, lane), T_KIND] & DRIVING
        steps = _leftwards(context, row) * _lanes_on(own, lane)
        if drivable and (opposite or lane * own > 0) and _in(steps, ranges):
            return True
    return False
