"""Actions across the road, each in a small scenario."""

from math import atan, pi, sqrt
from pathlib import Path

import numpy as np
import pytest
from tests.scenarios.actions.stage import Stage, ended_at, row_at

from jing_scenarios.openscenario.node import OpenScenarioError

CHANGE = """<LateralAction><LaneChangeAction {}><LaneChangeActionDynamics dynamicsShape="{}" dynamicsDimension="{}"
 value="{}"/><LaneChangeTarget>{}</LaneChangeTarget></LaneChangeAction></LateralAction>"""
TO_2 = '<AbsoluteTargetLane value="-2"/>'


@pytest.mark.parametrize(
    ("shape", "dimension", "value", "duration"),
    [
        ("linear", "time", 4.0, 4.0),
        ("sinusoidal", "time", 4.0, 4.0),
        ("cubic", "time", 4.0, 4.0),
        ("linear", "rate", 0.7, 5.0),
        ("sinusoidal", "rate", 0.7, 5.0 * pi / 2.0),
        ("cubic", "rate", 0.7, 7.5),
        ("linear", "distance", 40.0, 40.0 / (10.0 / sqrt(1.0 + (3.5 / 40.0) ** 2))),
    ],
)
def test_a_lane_change_takes_as_long_as_its_dynamics_say(
    tmp_path: Path, shape: str, dimension: str, value: float, duration: float
) -> None:
    stage = Stage(tmp_path)
    event = stage.private("A", CHANGE.format("", shape, dimension, value, TO_2))
    run, _ = stage.run(12.0)
    assert ended_at(run, event) == pytest.approx(1.0 + duration, abs=0.021)
    assert run.y[-1, 0] == pytest.approx(-5.25)
    assert run.y[row_at(run, 1.0 + duration / 2.0), 0] == pytest.approx(-3.5, abs=0.02)
    assert run.h[-1, 0] == pytest.approx(0.0)
    assert run.on[-1, 0, 1] == -2


def test_the_way_of_a_lane_change_is_as_long_as_the_speed_allows(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.private("A", CHANGE.format("", "sinusoidal", "time", 3.0, TO_2))
    run, _ = stage.run(8.0)
    ways = np.hypot(np.diff(run.x[:, 0]), np.diff(run.y[:, 0]))
    assert ways[1:] == pytest.approx(0.1, abs=1e-5)


def test_the_lane_is_reported_where_the_entity_is(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.private("A", CHANGE.format("", "linear", "time", 4.0, TO_2))
    run, _ = stage.run(8.0)
    assert run.on[row_at(run, 2.5), 0, 1] == -1
    assert run.on[row_at(run, 3.5), 0, 1] == -2
    assert run.h[row_at(run, 2.5), 0] == pytest.approx(-np.arcsin(3.5 / 4.0 / 10.0), abs=1e-3)


def test_a_target_offset_moves_the_goal(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.private("A", CHANGE.format('targetLaneOffset="0.5"', "cubic", "time", 2.0, TO_2))
    run, _ = stage.run(5.0)
    assert run.y[-1, 0] == pytest.approx(-4.75)


def test_a_relative_lane_counts_from_the_other_entity_and_over_the_middle(tmp_path: Path) -> None:
    stage = Stage(tmp_path, lanes=(-2, -1))
    target = '<RelativeTargetLane entityRef="B" value="1"/>'
    stage.private("A", CHANGE.format("", "cubic", "time", 2.0, target))
    run, _ = stage.run(5.0)
    assert run.y[-1, 0] == pytest.approx(1.75)
    assert run.on[-1, 0, 1] == 1


def test_a_standing_entity_does_not_change_lanes(tmp_path: Path) -> None:
    stage = Stage(tmp_path, speeds=(0.0, 0.0))
    event = stage.private("A", CHANGE.format("", "cubic", "time", 2.0, TO_2))
    run, _ = stage.run(5.0)
    assert run.y[-1, 0] == pytest.approx(-1.75)
    assert ended_at(run, event) != ended_at(run, event)  # NaN


def test_a_slow_entity_goes_sideways_alone(tmp_path: Path) -> None:
    stage = Stage(tmp_path, speeds=(1.0, 0.0))
    event = stage.private("A", CHANGE.format("", "linear", "time", 1.0, TO_2))
    run, _ = stage.run(8.0)
    assert ended_at(run, event) == pytest.approx(4.5, abs=0.03)
    assert run.x[row_at(run, 4.5), 0] == pytest.approx(101.0, abs=0.02)


def test_a_lane_that_is_not_there_is_told_and_the_outermost_one_taken(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.private("A", CHANGE.format("", "linear", "time", 1.0, '<AbsoluteTargetLane value="-5"/>'))
    run, _ = stage.run(3.0)
    assert run.y[-1, 0] == pytest.approx(-5.25)
    assert any("LaneChangeAction of 'A'" in warning and "-5" in warning for warning in run.warnings)


def test_the_middle_is_no_lane(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.private("A", CHANGE.format("", "linear", "time", 1.0, '<AbsoluteTargetLane value="0"/>'))
    with pytest.raises(OpenScenarioError, match=r"scenario\.xosc:\d+:\d+: LaneChangeAction of 'A'.*lane 0"):
        stage.run(3.0)


def test_a_newer_lateral_action_ends_a_lane_change(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    first = stage.private("A", CHANGE.format("", "cubic", "time", 9.0, TO_2))
    stage.private("A", CHANGE.format("", "cubic", "time", 2.0, '<AbsoluteTargetLane value="-1"/>'), at=3.0)
    run, _ = stage.run(7.0)
    assert ended_at(run, first) == pytest.approx(3.0)
    assert run.y[-1, 0] == pytest.approx(-1.75)


OFFSET = """<LateralAction><LaneOffsetAction continuous="false"><LaneOffsetActionDynamics dynamicsShape="{}"
 maxLateralAcc="{}"/><LaneOffsetTarget>{}</LaneOffsetTarget></LaneOffsetAction></LateralAction>"""


@pytest.mark.parametrize(
    ("shape", "duration"), [("sinusoidal", pi * sqrt(1.0 / (2.0 * 0.5))), ("cubic", sqrt(6.0 / 0.5)), ("step", 0.0)]
)
def test_an_offset_peaks_at_its_lateral_acceleration(tmp_path: Path, shape: str, duration: float) -> None:
    stage = Stage(tmp_path)
    event = stage.private("A", OFFSET.format(shape, 0.5, '<AbsoluteTargetLaneOffset value="1"/>'))
    run, _ = stage.run(7.0)
    assert ended_at(run, event) == pytest.approx(1.0 + duration, abs=0.021)
    assert run.y[-1, 0] == pytest.approx(-0.75)
    across = np.diff(run.y[:, 0], 2)[105:] / 0.01**2
    if shape != "step":
        assert abs(across[: round(duration / 0.01) - 10]).max() == pytest.approx(0.5, abs=0.02)
        middle = row_at(run, 1.0 + duration / 2.0)
        peak = {"sinusoidal": pi / 2.0, "cubic": 1.5}[shape] / duration
        assert run.h[middle, 0] == pytest.approx(atan(peak / 10.0), abs=1e-3)


def test_a_relative_offset_is_beside_the_other_entity(tmp_path: Path) -> None:
    stage = Stage(tmp_path, lanes=(-1, -2))
    target = '<RelativeTargetLaneOffset entityRef="B" value="1"/>'
    stage.private("A", OFFSET.format("cubic", 2.0, target))
    run, _ = stage.run(7.0)
    assert run.y[-1, 0] - run.y[-1, 1] == pytest.approx(1.0)


BESIDE = """<LateralAction><LateralDistanceAction entityRef="B" distance="{}" freespace="{}" continuous="{}"
 displacement="{}" coordinateSystem="{}">{}</LateralDistanceAction></LateralAction>"""


@pytest.mark.parametrize(("side", "sign"), [("leftToReferencedEntity", 1.0), ("rightToReferencedEntity", -1.0)])
@pytest.mark.parametrize("system", ["road", "entity"])
def test_an_entity_keeps_beside_another(tmp_path: Path, side: str, sign: float, system: str) -> None:
    stage = Stage(tmp_path)
    limits = '<DynamicConstraints maxAcceleration="2" maxSpeed="5"/>'
    stage.private("A", BESIDE.format(1.0, "true", "true", side, system, limits))
    stage.private("B", CHANGE.format("", "cubic", "time", 4.0, TO_2), at=8.0)
    run, _ = stage.run(25.0)
    assert run.y[row_at(run, 7.9), 0] + 1.75 == pytest.approx(3.0 * sign, abs=0.2)
    assert run.y[-1, 0] - run.y[-1, 1] == pytest.approx(3.0 * sign, abs=0.05)
    assert run.speed[-1, 0] == pytest.approx(10.0)


@pytest.mark.parametrize("system", ["road", "entity"])
def test_without_limits_it_is_there_at_once_and_ends(tmp_path: Path, system: str) -> None:
    stage = Stage(tmp_path)
    event = stage.private("A", BESIDE.format(2.0, "false", "false", "rightToReferencedEntity", system, ""))
    run, _ = stage.run(3.0)
    assert run.y[row_at(run, 1.1), 0] == pytest.approx(-3.75)
    assert ended_at(run, event) == pytest.approx(1.02, abs=0.011)
