"""AssignControllerAction, ActivateControllerAction, OverrideControllerValueAction: who drives, and with which pedals.

The seats of the run (`drivers.seats`) do the work; here the elements are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jing_scenarios.actions.action import Once
from jing_scenarios.openscenario.node import Node, OpenScenarioError

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["activate_of", "assign_of", "override_of"]

_DOMAINS = ("longitudinal", "lateral", "lighting", "animation")
_PEDALS = {
    "Throttle": "throttle",
    "Brake": "brake",
    "Clutch": "clutch",
    "ParkingBrake": "parking_brake",
    "SteeringWheel": "steering_wheel",
    "Gear": "gear",
}
_AUTOMATIC_GEARS = {"p": -2.0, "r": -1.0, "n": 0.0, "d": 1.0}
_MOST = {"throttle": (0.0, 1.0), "brake": (0.0, 1.0), "clutch": (0.0, 1.0), "parking_brake": (0.0, 1.0)}


def assign_of(node: Node, row: int, context: CompileContext) -> Once:  # noqa: ARG001
    """The action of an `AssignControllerAction` element: the controller sits in, active where it says so."""
    wrapper = node.find("ObjectController")
    controller = node.find("Controller") or (wrapper.find("Controller") if wrapper is not None else None)
    if controller is None:
        raise OpenScenarioError(f"{node.place}: AssignControllerAction has no Controller; one is right")
    name = wrapper.string("name", "") if wrapper is not None else ""
    active = {domain: _flag(node, f"activate{domain.capitalize()}") for domain in _DOMAINS}

    def act(engine: Engine) -> None:
        engine.seats.assign(row, controller, name)
        if any(flag is not None for flag in active.values()):
            engine.seats.activate(row, name, **active)

    return Once(node.tag, act)


def activate_of(node: Node, row: int, context: CompileContext) -> Once:  # noqa: ARG001
    """The action of an `ActivateControllerAction` element: a controller gets or loses domains."""
    name = node.string("objectControllerRef", node.string("controllerRef", ""))
    active = {domain: _flag(node, domain) for domain in _DOMAINS}
    return Once(node.tag, lambda engine: engine.seats.activate(row, name, **active))


def _flag(node: Node, name: str) -> bool | None:
    return node.boolean(name) if node.has(name) else None


def override_of(node: Node, row: int, context: CompileContext) -> Once:  # noqa: ARG001
    """The action of an `OverrideControllerValueAction` element: pedals, wheel and gear have a value, or are let go.

    It takes the longitudinal domain for pedals and gear, the lateral one for the wheel, where it overrides them.
    """
    values: dict[str, float | None] = {}
    for child in node:
        _read_override(child, values)
    active = {key for key, value in values.items() if value is not None}
    action = Once(node.tag, lambda engine: engine.seats.override(row, **values))
    if active - {key for key in active if key.startswith("steering_wheel")}:
        action.owns += ((row, "longitudinal"),)
    if "steering_wheel" in active:
        action.owns += ((row, "lateral"),)
    return action


def _read_override(child: Node, values: dict[str, float | None]) -> None:
    key = _PEDALS[child.tag]
    if not child.boolean("active"):
        values[key] = None
        if key == "brake":
            values["brake_force_n"] = None
        return
    inner = child.children[0] if child.children else child
    if inner.tag == "AutomaticGear":
        values[key] = _AUTOMATIC_GEARS[inner.string("gear")]
        return
    value = inner.number("number" if key == "gear" else "value")
    if inner.tag == "BrakeForce" and key == "brake":
        values["brake_force_n"] = max(value, 0.0)
    else:
        low, high = _MOST.get(key, (-1e9, 1e9))
        values[key] = min(max(value, low), high)
    if inner.has("maxRate"):
        values[f"{key}_rate"] = inner.number("maxRate")
    if inner.has("maxTorque"):
        values[f"{key}_torque_nm"] = inner.number("maxTorque")
