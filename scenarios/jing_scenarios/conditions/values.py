"""Conditions on values: time, parameters, variables, traffic signals, what users set."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from jing_maps.errors import UnknownNameError
from jing_scenarios.conditions.rules import rule_of
from jing_scenarios.openscenario.node import Node, OpenScenarioError, Value
from jing_scenarios.storyboard.triggers import TIME_TOLERANCE_S, Truth

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext

__all__ = [
    "parameter_condition",
    "signal_condition",
    "signal_controller_condition",
    "simulation_time_condition",
    "time_of_day_condition",
    "user_value_condition",
    "variable_condition",
]

Check = Callable[[], bool]


def simulation_time_condition(node: Node, context: CompileContext) -> Truth:
    """SimulationTimeCondition; it need not be asked before its time has come."""
    rule, wanted, engine = rule_of(node.string("rule")), node.number("value"), context.engine

    def rest() -> float:
        until = wanted - engine.time_s
        if abs(until) < 2.0 * TIME_TOLERANCE_S:
            return 0.0
        return until - TIME_TOLERANCE_S if until > 0.0 else math.inf

    return Truth(lambda: rule(engine.time_s, wanted), rest=rest, sure=True)


def time_of_day_condition(node: Node, context: CompileContext) -> Check:
    """TimeOfDayCondition: date and time of the simulated world, which an EnvironmentAction has set."""
    rule, engine = rule_of(node.string("rule")), context.engine
    wanted = _date_of(node)

    def check() -> bool:
        now = engine.environment.date_time(engine.time_s)
        if now is None:
            return False
        both = now.tzinfo is not None and wanted.tzinfo is not None
        left, right = (now, wanted) if both else (now.replace(tzinfo=None), wanted.replace(tzinfo=None))
        return rule((left - right).total_seconds(), 0.0)

    return check


def _date_of(node: Node) -> datetime:
    text = node.string("dateTime")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise OpenScenarioError(
            f"{node.place}: {node.tag} dateTime={text!r}; a date and time like 2026-03-02T07:00:00 is right"
        ) from None


def parameter_condition(node: Node, context: CompileContext) -> Check:
    """ParameterCondition; a parameter keeps its value but for ParameterActions of version 1.0."""
    return _named(node, "parameterRef", "parameter", context.engine.parameters)


def variable_condition(node: Node, context: CompileContext) -> Check:
    """VariableCondition."""
    return _named(node, "variableRef", "variable", context.engine.variables)


def user_value_condition(node: Node, context: CompileContext) -> Check:
    """UserDefinedValueCondition: values that observers or commands put into `engine.user_values`; false before."""
    name, rule, text = node.string("name"), rule_of(node.string("rule")), node.string("value")
    values = context.engine.user_values
    return lambda: name in values and _compare(rule, values[name], text)


def signal_condition(node: Node, context: CompileContext) -> Check:
    """TrafficSignalCondition: a signal of the map shows a state, in the words of the scenario."""
    name, state, signals = node.string("name"), node.string("state"), context.engine.signals
    return lambda: signals.state_of(name) == state


def signal_controller_condition(node: Node, context: CompileContext) -> Check:
    """TrafficSignalControllerCondition: a controller is in a phase."""
    name, phase = node.string("trafficSignalControllerRef"), node.string("phase")
    known, signals = [c.string("name") for c in context.scenario.signal_controllers], context.engine.signals
    if name not in known:
        raise OpenScenarioError(f"{node.place}: {UnknownNameError('traffic signal controller', name, known)}")
    return lambda: signals.phase_of(name) == phase


def _named(node: Node, attribute: str, kind: str, values: dict[str, Value]) -> Check:
    name, rule, text = node.string(attribute), rule_of(node.string("rule")), _text(node)
    if name not in values:
        raise OpenScenarioError(f"{node.place}: {UnknownNameError(kind, name, values)}")
    return lambda: _compare(rule, values[name], text)


def _text(node: Node) -> str:
    value = node.values.get("value", "")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _compare(rule: Callable[[Value, Value], bool], now: Value, text: str) -> bool:
    """The file's text, read as what the value is now."""
    if isinstance(now, bool):
        return rule(now, text.strip() in {"true", "1", "True"})
    if isinstance(now, int | float):
        try:
            return rule(float(now), float(text))
        except ValueError:
            return rule(str(now), text)
    return rule(str(now), text)
