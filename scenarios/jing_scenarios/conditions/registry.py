"""Condition elements by name -> closures."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from jing_maps.errors import UnknownNameError
from jing_scenarios.actions.action import UnsupportedElementError
from jing_scenarios.conditions.angles import angle_condition, relative_angle_condition
from jing_scenarios.conditions.distances import (
    distance_condition,
    headway_condition,
    reach_position_condition,
    relative_distance_condition,
    time_to_collision_condition,
)
from jing_scenarios.conditions.element_state import element_state_condition
from jing_scenarios.conditions.motion import (
    acceleration_condition,
    end_of_road_condition,
    offroad_condition,
    relative_speed_condition,
    speed_condition,
    stand_still_condition,
    travelled_condition,
)
from jing_scenarios.conditions.rests import RESTS
from jing_scenarios.conditions.surroundings import clearance_condition, collision_condition
from jing_scenarios.conditions.values import (
    parameter_condition,
    signal_condition,
    signal_controller_condition,
    simulation_time_condition,
    time_of_day_condition,
    user_value_condition,
    variable_condition,
)
from jing_scenarios.openscenario.node import Node
from jing_scenarios.storyboard.triggers import Truth, no_rest

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext

__all__ = ["BY_ENTITY", "BY_VALUE", "condition_of"]

Check = Callable[[int], bool]

BY_ENTITY: dict[str, Callable[[Node, CompileContext], Check]] = {
    "AccelerationCondition": acceleration_condition,
    "AngleCondition": angle_condition,
    "CollisionCondition": collision_condition,
    "DistanceCondition": distance_condition,
    "EndOfRoadCondition": end_of_road_condition,
    "OffroadCondition": offroad_condition,
    "ReachPositionCondition": reach_position_condition,
    "RelativeAngleCondition": relative_angle_condition,
    "RelativeClearanceCondition": clearance_condition,
    "RelativeDistanceCondition": relative_distance_condition,
    "RelativeSpeedCondition": relative_speed_condition,
    "SpeedCondition": speed_condition,
    "StandStillCondition": stand_still_condition,
    "TimeHeadwayCondition": headway_condition,
    "TimeToCollisionCondition": time_to_collision_condition,
    "TraveledDistanceCondition": travelled_condition,
}
"""Of an entity: true or false for a row."""

BY_VALUE: dict[str, Callable[[Node, CompileContext], Callable[[], bool] | Truth]] = {
    "ParameterCondition": parameter_condition,
    "SimulationTimeCondition": simulation_time_condition,
    "TimeOfDayCondition": time_of_day_condition,
    "TrafficSignalCondition": signal_condition,
    "TrafficSignalControllerCondition": signal_controller_condition,
    "UserDefinedValueCondition": user_value_condition,
    "VariableCondition": variable_condition,
}
"""Of the scenario as a whole."""


def condition_of(node: Node, context: CompileContext) -> Truth:
    """The truth of a ByEntityCondition or ByValueCondition element.

    Raises:
        UnsupportedElementError: the engine has no such condition.
        OpenScenarioError: something that it refers to is not there.
    """
    if node.tag == "ByEntityCondition":
        return _by_entity(node, context)
    element = node.only()
    if element.tag == "StoryboardElementStateCondition":
        return element_state_condition(element, context)
    if element.tag not in BY_VALUE:
        raise _unsupported(element, [*BY_VALUE, "StoryboardElementStateCondition"])
    found = BY_VALUE[element.tag](element, context)
    return found if isinstance(found, Truth) else Truth(found)


def _by_entity(node: Node, context: CompileContext) -> Truth:
    entities, element = node.child("TriggeringEntities"), node.child("EntityCondition").only()
    if element.tag not in BY_ENTITY:
        raise _unsupported(element, BY_ENTITY)
    holds, alive = BY_ENTITY[element.tag](element, context), context.entities.alive
    refs = entities.every("EntityRef")
    rows = [row for ref in refs for row in context.rows_of(ref.string("entityRef"), ref)]
    triggering: list[int] = []
    rest = _rest_of(rows, element, context)
    if len(rows) == 1:
        return _of_one(rows[0], holds, rest, context)

    def any_of() -> bool:
        triggering[:] = [row for row in rows if alive[row] and holds(row)]
        return bool(triggering)

    def all_of() -> bool:
        there = [row for row in rows if alive[row]]
        triggering[:] = there if there and all(holds(row) for row in there) else []
        return bool(triggering)

    return Truth(all_of if entities.string("triggeringEntitiesRule") == "all" else any_of, triggering, rest=rest)


def _of_one(row: int, holds: Check, rest: Callable[[], float], context: CompileContext) -> Truth:
    alive = context.entities.alive
    return Truth(lambda: bool(alive[row]) and holds(row), [row], rest=rest)


def _rest_of(rows: list[int], element: Node, context: CompileContext) -> Callable[[], float]:
    if element.tag not in RESTS:
        return no_rest
    rest = RESTS[element.tag](element, context)
    return lambda: min((rest(row) for row in rows), default=math.inf)


def _unsupported(element: Node, known: object) -> UnsupportedElementError:
    return UnsupportedElementError(
        f"{element.place}: {UnknownNameError('condition', element.tag, known)}"  # type: ignore[arg-type]
    )
