"""Actions on the speed, each in a small scenario."""

from math import pi
from pathlib import Path

import pytest
from tests.scenarios.actions.stage import Stage, ended_at, row_at

SPEED = """<LongitudinalAction><SpeedAction><SpeedActionDynamics dynamicsShape="{}" dynamicsDimension="{}" value="{}"/>
<SpeedActionTarget>{}</SpeedActionTarget></SpeedAction></LongitudinalAction>"""


def speed(shape: str, dimension: str, value: float, target: str) -> str:
    return SPEED.format(shape, dimension, value, target)


ABSOLUTE_20 = '<AbsoluteTargetSpeed value="20"/>'


@pytest.mark.parametrize(
    ("shape", "dimension", "value", "duration"),
    [
        ("linear", "time", 4.0, 4.0),
        ("cubic", "time", 4.0, 4.0),
        ("sinusoidal", "time", 4.0, 4.0),
        ("linear", "rate", 2.0, 5.0),
        ("sinusoidal", "rate", 2.0, 5.0 * pi / 2.0),
        ("cubic", "rate", 2.0, 7.5),
        ("linear", "distance", 60.0, 4.0),
    ],
)
def test_a_speed_is_reached_when_its_dynamics_say(
    tmp_path: Path, shape: str, dimension: str, value: float, duration: float
) -> None:
    stage = Stage(tmp_path)
    event = stage.private("A", speed(shape, dimension, value, ABSOLUTE_20))
    run, _ = stage.run(12.0)
    assert ended_at(run, event) == pytest.approx(1.0 + duration, abs=0.021)
    assert run.speed[-1, 0] == pytest.approx(20.0)
    middle = run.speed[row_at(run, 1.0 + duration / 2.0), 0]
    assert middle == pytest.approx(15.0, abs=0.08)


def test_a_linear_change_on_a_distance_takes_that_distance(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    event = stage.private("A", speed("linear", "distance", 60.0, ABSOLUTE_20))
    run, _ = stage.run(12.0)
    begin, end = row_at(run, 1.0), row_at(run, ended_at(run, event))
    assert run.x[end, 0] - run.x[begin, 0] == pytest.approx(60.0, abs=0.3)


def test_a_step_is_there_at_once(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    event = stage.private("A", speed("step", "time", 0.0, ABSOLUTE_20))
    run, _ = stage.run(2.0)
    assert ended_at(run, event) == pytest.approx(1.0)
    assert run.speed[row_at(run, 1.01), 0] == 20.0


def test_what_an_entity_can_do_limits_its_speed(tmp_path: Path) -> None:
    stage = Stage(tmp_path, max_speed=18.0, max_accel=2.0)
    event = stage.private("A", speed("linear", "time", 1.0, ABSOLUTE_20))
    run, _ = stage.run(8.0)
    assert run.speed[-1, 0] == pytest.approx(18.0)
    assert ended_at(run, event) == pytest.approx(5.0, abs=0.03)


def test_a_relative_speed_is_that_of_the_other_entity_and_something(tmp_path: Path) -> None:
    stage = Stage(tmp_path, speeds=(10.0, 14.0))
    target = '<RelativeTargetSpeed entityRef="B" value="1.5" speedTargetValueType="factor" continuous="false"/>'
    event = stage.private("A", speed("linear", "time", 2.0, target))
    run, _ = stage.run(5.0)
    assert run.speed[-1, 0] == pytest.approx(21.0)
    assert ended_at(run, event) == pytest.approx(3.0, abs=0.021)


def test_a_continuous_relative_speed_follows_and_never_ends(tmp_path: Path) -> None:
    stage = Stage(tmp_path, speeds=(10.0, 14.0))
    target = '<RelativeTargetSpeed entityRef="B" value="-2" speedTargetValueType="delta" continuous="true"/>'
    event = stage.private("A", speed("linear", "time", 1.0, target))
    stage.private("B", speed("linear", "time", 2.0, ABSOLUTE_20), at=4.0)
    run, _ = stage.run(9.0)
    assert run.speed[row_at(run, 3.0), 0] == pytest.approx(12.0)
    assert run.speed[-1, 0] == pytest.approx(18.0)
    assert ended_at(run, event) != ended_at(run, event)  # NaN


def test_a_newer_speed_action_ends_the_older_one(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    first = stage.private("A", speed("linear", "time", 10.0, ABSOLUTE_20))
    stage.private("A", speed("linear", "time", 2.0, '<AbsoluteTargetSpeed value="0"/>'), at=3.0)
    run, _ = stage.run(6.0)
    assert ended_at(run, first) == pytest.approx(3.0)
    assert run.speed[-1, 0] == pytest.approx(0.0)


def test_a_speed_profile_is_driven_and_ends(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    profile = """<LongitudinalAction><SpeedProfileAction followingMode="position">
    <SpeedProfileEntry time="2" speed="16"/><SpeedProfileEntry time="1" speed="16"/>
    <SpeedProfileEntry time="4" speed="4"/></SpeedProfileAction></LongitudinalAction>"""
    event = stage.private("A", profile)
    run, _ = stage.run(10.0)
    assert [run.speed[row_at(run, 1.0 + t), 0] for t in (1.0, 2.5, 5.0)] == pytest.approx([13.0, 16.0, 10.0], abs=0.04)
    assert ended_at(run, event) == pytest.approx(8.0, abs=0.02)


def test_a_speed_profile_counts_from_the_speed_of_its_reference(tmp_path: Path) -> None:
    stage = Stage(tmp_path, speeds=(10.0, 14.0))
    profile = """<LongitudinalAction><SpeedProfileAction followingMode="follow" entityRef="B"><DynamicConstraints
    maxAcceleration="5" maxDeceleration="5" maxAccelerationRate="3" maxDecelerationRate="3" maxSpeed="50"/>
    <SpeedProfileEntry time="6" speed="2"/></SpeedProfileAction></LongitudinalAction>"""
    stage.private("A", profile)
    run, _ = stage.run(9.0)
    assert run.speed[-1, 0] == pytest.approx(16.0)
    assert abs(run.accel[:, 0]).max() <= 5.0


GAP = """<LongitudinalAction><LongitudinalDistanceAction entityRef="B" {} freespace="{}" continuous="{}"
 displacement="{}" coordinateSystem="{}">{}</LongitudinalDistanceAction></LongitudinalAction>"""
LIMITS = '<DynamicConstraints maxAcceleration="4" maxDeceleration="6" maxSpeed="40"/>'


def test_a_distance_without_limits_is_there_at_once_and_kept(tmp_path: Path) -> None:
    stage = Stage(tmp_path, speeds=(10.0, 14.0))
    stage.private("A", GAP.format('distance="20"', "false", "true", "trailingReferencedEntity", "road", ""))
    run, _ = stage.run(5.0)
    assert run.x[-1, 1] - run.x[-1, 0] == pytest.approx(20.0, abs=0.01)
    assert run.speed[-1, 0] == pytest.approx(14.0)


def test_a_distance_with_limits_is_reached_smoothly(tmp_path: Path) -> None:
    stage = Stage(tmp_path, speeds=(10.0, 14.0))
    stage.private("A", GAP.format('distance="20"', "true", "true", "trailingReferencedEntity", "entity", LIMITS))
    run, _ = stage.run(30.0)
    assert run.x[-1, 1] - run.x[-1, 0] - 5.0 == pytest.approx(20.0, abs=0.1)
    assert run.accel[:, 0].max() <= 4.0 + 1e-6
    assert run.accel[:, 0].min() >= -6.0 - 1e-6


def test_a_time_gap_is_the_way_of_the_other_in_that_time_and_ends(tmp_path: Path) -> None:
    stage = Stage(tmp_path, speeds=(10.0, 14.0))
    event = stage.private("A", GAP.format('timeGap="2"', "false", "false", "trailingReferencedEntity", "road", LIMITS))
    run, _ = stage.run(30.0)
    end = row_at(run, ended_at(run, event))
    assert run.x[end, 1] - run.x[end, 0] == pytest.approx(28.0, abs=0.2)


def test_a_leading_entity_keeps_ahead(tmp_path: Path) -> None:
    stage = Stage(tmp_path, starts=(200.0, 150.0))
    stage.private("A", GAP.format('distance="30"', "false", "true", "leadingReferencedEntity", "road", LIMITS))
    run, _ = stage.run(30.0)
    assert run.x[-1, 0] - run.x[-1, 1] == pytest.approx(30.0, abs=0.1)
