"""Conditions that other runners take for criteria."""

from pathlib import Path

import pytest
from tests.scenarios.openscenario.files import declared, scenario, write

from jing_scenarios.openscenario.node import OpenScenarioError
from jing_scenarios.openscenario.read import load_scenario

STOP = (
    '<StopTrigger><ConditionGroup><Condition name="{}" delay="0" conditionEdge="rising"><ByValueCondition>'
    '<ParameterCondition parameterRef="{}" value="" rule="lessThan"/></ByValueCondition></Condition></ConditionGroup>'
    "</StopTrigger>"
)


def _with(name: str, parameter: str, before: str = "") -> str:
    return scenario(before=before).replace("<StopTrigger/>", STOP.format(name, parameter))


@pytest.mark.parametrize("parameter", ["", "distance_success"])
def test_criteria_of_another_runner_never_hold(tmp_path: Path, parameter: str) -> None:
    read = load_scenario(write(tmp_path, _with("criteria_CollisionTest", parameter)))
    assert any("is a criterion of another runner" in warning for warning in read.warnings)
    (condition,) = [node for node in read.storyboard.child("StopTrigger").descendants() if node.has("rule")]
    assert (condition.tag, condition.number("value")) == ("SimulationTimeCondition", float("inf"))


def test_what_is_declared_or_called_otherwise_is_a_condition(tmp_path: Path) -> None:
    read = load_scenario(write(tmp_path, _with("criteria_Distance", "way", declared(("way", "string", "far")))))
    assert any(node.tag == "ParameterCondition" for node in read.storyboard.descendants())
    with pytest.raises(OpenScenarioError, match="no such parameter"):
        load_scenario(write(tmp_path, _with("far enough", "way")))
