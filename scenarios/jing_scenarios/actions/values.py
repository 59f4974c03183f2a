"""Actions on parameters, variables and monitors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from jing_maps.errors import UnknownNameError
from jing_scenarios.actions.action import Once
from jing_scenarios.openscenario.node import Node, OpenScenarioError, Value

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["monitor_action_of", "value_action_of"]


def value_action_of(node: Node, context: CompileContext) -> Once:
    """The action of a `VariableAction` or `ParameterAction` element: set, add to, or multiply.

    Raises:
        OpenScenarioError: an unknown name, or a value that is not of its type.
    """
    kind, change = node.tag, node.only()
    variables = kind == "VariableAction"
    store = context.engine.variables if variables else context.engine.parameters
    name = node.string("variableRef" if variables else "parameterRef")
    if name not in store:
        text = UnknownNameError("variable" if variables else "parameter", name, list(store))
        raise OpenScenarioError(f"{node.place}: {text}")
    if change.tag == "SetAction":
        value = like(change.string("value"), store[name], change)

        def set_value(engine: Engine) -> None:
            (engine.variables if variables else engine.parameters)[name] = value

        return Once(kind, set_value)
    compute = _rule_of(change.child("Rule").only(), store[name], name)

    def modify(engine: Engine) -> None:
        values = engine.variables if variables else engine.parameters
        values[name] = compute(values[name])

    return Once(kind, modify)


def _rule_of(rule: Node, now: Value, name: str) -> Callable[[Value], Value]:
    if isinstance(now, bool | str):
        raise OpenScenarioError(f"{rule.place}: {rule.tag} on {name!r}, which is {now!r}; a number is right")
    value, whole = rule.number("value"), isinstance(now, int)

    def compute(before: Value) -> Value:
        result = float(before) + value if rule.tag == "AddValue" else float(before) * value
        return int(result) if whole else result

    return compute


def like(text: str, example: Value, node: Node) -> Value:
    """A text as a value of the type of another one; raises OpenScenarioError at the node's place."""
    try:
        if isinstance(example, bool):
            return {"true": True, "1": True, "false": False, "0": False}[text.strip().lower()]
        if isinstance(example, int):
            return int(text) if text.strip().lstrip("+-").isdigit() else int(float(text))
        return float(text) if isinstance(example, float) else text
    except (ValueError, KeyError, OverflowError):
        wanted = {bool: "true or false", int: "a whole number"}.get(type(example), "a number")
        raise OpenScenarioError(f"{node.place}: {node.tag} value={text!r}; {wanted} is right") from None


def monitor_action_of(node: Node, context: CompileContext) -> Once:
    """The action of a `SetMonitorAction` element; raises OpenScenarioError for an unknown monitor."""
    name, value = node.string("monitorRef"), node.boolean("value")
    if name not in context.engine.monitors:
        text = UnknownNameError("monitor", name, list(context.engine.monitors))
        raise OpenScenarioError(f"{node.place}: {text}")

    def act(engine: Engine) -> None:
        engine.monitors[name] = value

    return Once("SetMonitorAction", act)
