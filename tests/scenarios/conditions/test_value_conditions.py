"""Conditions on values and on storyboard elements."""

from datetime import datetime

import pytest
from tests.scenarios.conditions.ground import Ground

from jing_scenarios.openscenario.node import OpenScenarioError
from jing_scenarios.storyboard.element import Element, State


@pytest.fixture
def ground() -> Ground:
    return Ground()


def test_simulation_time_is_passed_by_more_than_rounding(ground: Ground) -> None:
    truth = ground.of_value("SimulationTimeCondition", value=1.0, rule="greaterThan")
    ground.engine.time_s = 1.0
    assert not truth.check()
    ground.engine.time_s = 1.01
    assert truth.check()


@pytest.mark.parametrize(
    ("value", "rule", "text", "expected"),
    [
        (3, "greaterThan", "2", True),
        (3.0, "equalTo", "3", True),
        (True, "equalTo", "true", True),
        ("go", "equalTo", "go", True),
        ("go", "notEqualTo", "stop", True),
        (3, "lessOrEqual", "2", False),
    ],
)
def test_variables_are_compared_as_what_they_are(
    ground: Ground, value: float | str, rule: str, text: str, expected: bool
) -> None:
    ground.engine.variables["v"] = value
    assert ground.of_value("VariableCondition", variableRef="v", rule=rule, value=text).check() is expected


def test_an_unknown_variable_is_an_error(ground: Ground) -> None:
    ground.engine.variables["speed"] = 1.0
    with pytest.raises(OpenScenarioError, match=r"unknown variable 'sped'; did you mean speed"):
        ground.of_value("VariableCondition", variableRef="sped", rule="equalTo", value="1")


def test_parameters_are_read_when_asked(ground: Ground) -> None:
    ground.engine.parameters["p"] = 1
    truth = ground.of_value("ParameterCondition", parameterRef="p", rule="equalTo", value="2")
    assert not truth.check()
    ground.engine.parameters["p"] = 2
    assert truth.check()


def test_user_values_are_false_until_somebody_sets_them(ground: Ground) -> None:
    truth = ground.of_value("UserDefinedValueCondition", name="mood", rule="equalTo", value="fine")
    assert not truth.check()
    ground.engine.user_values["mood"] = "fine"
    assert truth.check()


def test_time_of_day_needs_a_clock(ground: Ground) -> None:
    truth = ground.of_value("TimeOfDayCondition", rule="greaterThan", dateTime="2026-03-02T07:00:00")
    assert not truth.check()
    ground.engine.environment.date_time = lambda time_s: datetime(2026, 3, 2, 8)
    assert truth.check()


def test_signals_and_controllers_are_asked_by_name(ground: Ground) -> None:
    assert ground.of_value("TrafficSignalCondition", name="7", state="red").check()
    phase = {"trafficSignalControllerRef": "c", "phase": "go"}
    assert ground.of_value("TrafficSignalControllerCondition", **phase).check()
    with pytest.raises(OpenScenarioError, match="unknown traffic signal controller 'd'"):
        ground.of_value("TrafficSignalControllerCondition", trafficSignalControllerRef="d", phase="go")


def of_element(ground: Ground, state: str) -> tuple[Element, list[bool]]:
    ground.engine.step_count, ground.engine.log = 0, type("Log", (), {"changes": []})()
    element = Element(ground.engine, "event", "e")
    ground.context.elements.append(element)
    values = {"storyboardElementType": "event", "storyboardElementRef": "e", "state": state}
    truth = ground.of_value("StoryboardElementStateCondition", **values)
    for finish in ground.context.later:
        finish()
    said = [truth.check()]
    element.enter(State.RUNNING, "startTransition")
    said += [truth.check(), truth.check()]
    element.enter(State.COMPLETE, "endTransition")
    return element, [*said, truth.check(), truth.check()]


def test_a_transition_is_seen_once(ground: Ground) -> None:
    assert of_element(ground, "startTransition")[1] == [False, True, False, False, False]


def test_a_state_is_seen_as_long_as_it_lasts(ground: Ground) -> None:
    assert of_element(ground, "completeState")[1] == [False, False, False, True, True]


def test_a_reference_to_no_element_names_the_nearest(ground: Ground) -> None:
    ground.context.elements.append(Element(ground.engine, "event", "brake"))
    values = {"storyboardElementType": "event", "storyboardElementRef": "brak", "state": "endTransition"}
    ground.of_value("StoryboardElementStateCondition", **values)
    with pytest.raises(OpenScenarioError, match="did you mean brake"):
        ground.context.later[0]()
