"""From the elements of actions to actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from jing_scenarios.actions.action import Action, UnsupportedElementError
from jing_scenarios.actions.appearance import animation_of, light_state_of
from jing_scenarios.actions.commands import command_of
from jing_scenarios.actions.controllers import activate_of, assign_of, override_of
from jing_scenarios.actions.distance import longitudinal_distance_of
from jing_scenarios.actions.environment import environment_action_of
from jing_scenarios.actions.lane_change import lane_change_of
from jing_scenarios.actions.lane_offset import lane_offset_of
from jing_scenarios.actions.lateral_distance import lateral_distance_of
from jing_scenarios.actions.population import entity_action_of, teleport_of, visibility_of
from jing_scenarios.actions.routing import acquire_position_of, assign_route_of, random_route_of
from jing_scenarios.actions.signal_actions import signal_action_of
from jing_scenarios.actions.speed import speed_of, speed_profile_of
from jing_scenarios.actions.synchronize import synchronize_of
from jing_scenarios.actions.traffic import traffic_action_of
from jing_scenarios.actions.trailers import connect_of, disconnect_of
from jing_scenarios.actions.trajectory import follow_trajectory_of
from jing_scenarios.actions.values import monitor_action_of, value_action_of
from jing_scenarios.openscenario.node import Node

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext

__all__ = ["GLOBAL_ACTIONS", "PRIVATE_ACTIONS", "actions_of"]

_GROUPS = {
    "LongitudinalAction",
    "LateralAction",
    "ControllerAction",
    "RoutingAction",
    "AppearanceAction",
    "TrailerAction",
}
"""Elements around private actions."""

PRIVATE_ACTIONS: dict[str, Callable[[Node, int, "CompileContext"], Action]] = {
    "SpeedAction": speed_of,
    "SpeedProfileAction": speed_profile_of,
    "LongitudinalDistanceAction": longitudinal_distance_of,
    "LaneChangeAction": lane_change_of,
    "LaneOffsetAction": lane_offset_of,
    "LateralDistanceAction": lateral_distance_of,
    "SynchronizeAction": synchronize_of,
    "TeleportAction": teleport_of,
    "VisibilityAction": visibility_of,
    "ActivateControllerAction": activate_of,
    "AssignControllerAction": assign_of,
    "OverrideControllerValueAction": override_of,
    "AssignRouteAction": assign_route_of,
    "FollowTrajectoryAction": follow_trajectory_of,
    "AcquirePositionAction": acquire_position_of,
    "RandomRouteAction": lambda _, row, __: random_route_of(row),
    "LightStateAction": light_state_of,
    "AnimationAction": lambda node, row, _: animation_of(node, row),
    "ConnectTrailerAction": connect_of,
    "DisconnectTrailerAction": lambda _, row, __: disconnect_of(row),
}
"""Actions of an entity."""

GLOBAL_ACTIONS: dict[str, Callable[[Node, "CompileContext"], Action]] = {
    "EnvironmentAction": lambda node, _: environment_action_of(node),
    "EntityAction": entity_action_of,
    "ParameterAction": value_action_of,
    "VariableAction": value_action_of,
    "SetMonitorAction": monitor_action_of,
    "InfrastructureAction": signal_action_of,
    "TrafficAction": traffic_action_of,
}
"""Actions of nobody."""


def actions_of(node: Node, actors: Sequence[int], context: CompileContext) -> list[Action]:
    """The actions of a `PrivateAction` (one an actor), `GlobalAction` or `UserDefinedAction` element.

    Raises:
        UnsupportedElementError: none that is known here.
        OpenScenarioError: it asks for what is not there.
    """
    if node.tag == "UserDefinedAction":
        return [command_of(node.only(), tuple(actors), context)]
    found: list[Action] = []
    for child in node:
        if node.tag == "GlobalAction" and child.tag in GLOBAL_ACTIONS:
            found.append(GLOBAL_ACTIONS[child.tag](child, context))
            continue
        for element in child if child.tag in _GROUPS else (child,):
            if node.tag != "PrivateAction" or element.tag not in PRIVATE_ACTIONS:
                raise UnsupportedElementError(f"{element.place}: {element.tag} in {node.tag} is not supported")
            found += [PRIVATE_ACTIONS[element.tag](element, row, context) for row in actors]
    return found
