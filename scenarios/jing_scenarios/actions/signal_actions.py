"""TrafficSignalControllerAction and TrafficSignalStateAction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jing_scenarios.actions.action import Once, UnsupportedElementError
from jing_scenarios.openscenario.node import Node

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["signal_action_of"]


def signal_action_of(node: Node, context: CompileContext) -> Once:
    """The action of an `InfrastructureAction` element; raises OpenScenarioError for unknown controllers and phases."""
    action = node.child("TrafficSignalAction").only()
    if action.tag == "TrafficSignalStateAction":
        signal, state = action.string("name"), action.string("state")
        return Once(action.tag, lambda engine: engine.signals.set_state(signal, state, engine.time_s))
    if action.tag != "TrafficSignalControllerAction":
        raise UnsupportedElementError(f"{action.place}: {action.tag} is not supported here")
    controller = context.engine.signals.controller_of(action.string("trafficSignalControllerRef"), action)
    phase = controller.number_of(action.string("phase"), action)

    def act(engine: Engine) -> None:
        engine.signals.set_phase(engine.signals.controllers[controller.name], phase, engine.time_s)

    return Once(action.tag, act)
