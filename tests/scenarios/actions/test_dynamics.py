"""Shapes of transitions against their closed forms."""

from math import cos, pi, sqrt

import pytest

from jing_scenarios.actions.dynamics import Dimension, Shape, Transition, transition_of
from jing_scenarios.openscenario.node import Node, OpenScenarioError, Place, Value


def begun(shape: Shape, dimension: Dimension, given: float, start: float = 1.0, target: float = 5.0) -> Transition:
    transition = Transition(shape, dimension, given)
    transition.begin(start, target)
    return transition


@pytest.mark.parametrize(
    ("shape", "quarter", "slope"),
    [
        ("linear", 2.0, 1.0),
        ("sinusoidal", 1.0 + 4.0 * (1.0 - cos(pi / 4.0)) / 2.0, pi / 2.0 * sqrt(0.5)),
        ("cubic", 1.0 + 4.0 * (3.0 / 16.0 - 2.0 / 64.0), 6.0 * 0.25 * 0.75),
    ],
)
def test_each_shape_has_its_closed_form(shape: Shape, quarter: float, slope: float) -> None:
    transition = begun(shape, "time", 4.0)
    assert transition.value() == 1.0
    transition.advance(1.0)
    assert transition.value() == pytest.approx(quarter)
    assert transition.slope() == pytest.approx(slope)
    transition.advance(1.0)
    assert transition.value() == pytest.approx(3.0)
    assert transition.slope() == pytest.approx(transition.slope_peak())
    transition.advance(9.0)
    assert transition.value() == pytest.approx(5.0)
    assert transition.ended()


@pytest.mark.parametrize(("shape", "end"), [("linear", 2.0), ("sinusoidal", pi), ("cubic", 3.0)])
def test_a_rate_is_the_peak_of_the_slope(shape: Shape, end: float) -> None:
    transition = begun(shape, "rate", 2.0)
    assert transition.end == pytest.approx(end)
    transition.advance(end / 2.0)
    assert transition.slope() == pytest.approx(2.0)
    transition.begin(5.0, 1.0)
    transition.advance(end / 2.0)
    assert transition.slope() == pytest.approx(-2.0)


def test_a_step_is_at_its_target_at_once() -> None:
    transition = begun("step", "time", 3.0)
    assert transition.value() == 5.0
    assert transition.ended()


def test_a_transition_without_duration_is_a_step() -> None:
    assert begun("linear", "time", 0.0).value() == 5.0


def test_a_limit_of_the_slope_makes_the_parameter_slower() -> None:
    transition = begun("linear", "time", 1.0)
    transition.limit_slope(2.0)
    transition.advance(1.0)
    assert transition.value() == pytest.approx(3.0)


@pytest.mark.parametrize(("shape", "end"), [("sinusoidal", pi * sqrt(4.0 / 4.0)), ("cubic", sqrt(6.0 * 4.0 / 2.0))])
def test_the_peak_of_the_second_derivative_gives_the_end(shape: Shape, end: float) -> None:
    assert begun(shape, "time", 1.0).end_of_bend(2.0) == pytest.approx(end)


def test_negative_durations_are_refused_with_their_place() -> None:
    values: dict[str, Value] = {"dynamicsShape": "linear", "dynamicsDimension": "time", "value": -1.0}
    node = Node("SpeedActionDynamics", values, (), Place("a.xosc", 7, 3))
    with pytest.raises(OpenScenarioError, match=r"a\.xosc:7:3.*-1\.0"):
        transition_of(node, print)


def test_a_rate_of_nothing_is_told_and_leaves_the_value() -> None:
    values: dict[str, Value] = {"dynamicsShape": "cubic", "dynamicsDimension": "rate", "value": 0.0}
    told: list[str] = []
    transition = transition_of(Node("SpeedActionDynamics", values), told.append)
    transition.begin(3.0, 9.0)
    transition.advance(5.0)
    assert (transition.value(), transition.slope()) == (3.0, 0.0)
    assert "a rate above 0" in told[0]
