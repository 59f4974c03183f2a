"""Who drives: controllers are assigned, activated and overridden, each in a small scenario."""

from math import isnan
from pathlib import Path

import pytest
from tests.scenarios.actions.stage import Stage, ended_at, row_at

ASSIGN = """<ControllerAction><AssignControllerAction {}><ObjectController name="seat">
<Controller name="{}"><Properties/></Controller></ObjectController></AssignControllerAction></ControllerAction>"""
ACTIVATE = """<ControllerAction><ActivateControllerAction longitudinal="{}" lateral="{}" {}/></ControllerAction>"""
OVERRIDE = "<ControllerAction><OverrideControllerValueAction>{}</OverrideControllerValueAction></ControllerAction>"
FASTER = """<LongitudinalAction><SpeedAction><SpeedActionDynamics dynamicsShape="linear" dynamicsDimension="time"
 value="5"/><SpeedActionTarget><AbsoluteTargetSpeed value="20"/></SpeedActionTarget></SpeedAction>
</LongitudinalAction>"""
CHANGE = """<LateralAction><LaneChangeAction><LaneChangeActionDynamics dynamicsShape="cubic" dynamicsDimension="time"
 value="2"/><LaneChangeTarget><AbsoluteTargetLane value="-2"/></LaneChangeTarget></LaneChangeAction></LateralAction>"""


def test_an_active_driver_has_its_domain_and_ends_speed_actions(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    assign = stage.private("A", ASSIGN.format('activateLongitudinal="true" activateLateral="true"', "interactive"))
    speed = stage.private("A", FASTER, at=2.0)
    lane = stage.private("A", CHANGE, at=2.0)
    run, engine = stage.run(5.0)
    assert ended_at(run, assign) == pytest.approx(1.0)
    assert bool(engine.motion.driver_long[0])
    assert ended_at(run, speed) == pytest.approx(2.0)
    assert isnan(ended_at(run, lane))
    assert run.speed[-1, 0] < 10.0
    assert run.y[-1, 0] == pytest.approx(-1.75)


def test_actions_go_on_when_the_driver_lets_go(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.private("A", ASSIGN.format('activateLateral="true"', "interactive"))
    lane = stage.private("A", CHANGE, at=2.0)
    stage.private("A", ACTIVATE.format("false", "false", 'objectControllerRef="seat"'), at=4.0)
    run, engine = stage.run(8.0)
    assert not engine.motion.driver_lat[0]
    assert ended_at(run, lane) == pytest.approx(6.0, abs=0.03)
    assert run.y[-1, 0] == pytest.approx(-5.25)


def test_a_speed_is_told_to_a_driver_that_decides(tmp_path: Path) -> None:
    stage = Stage(tmp_path, starts=(100.0, 1500.0))
    stage.private("A", ASSIGN.format('activateLongitudinal="true"', "careful"), at=0.0)
    stage.private("A", FASTER, at=2.0)
    run, _ = stage.run(20.0)
    assert run.speed[row_at(run, 19.0), 0] == pytest.approx(20.0, abs=1.0)


def test_a_controller_that_nobody_has_assigned_is_told(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    event = stage.private("A", ACTIVATE.format("true", "true", ""))
    run, _ = stage.run(2.0)
    assert ended_at(run, event) == pytest.approx(1.0)
    assert any("'A' has no controller" in warning for warning in run.warnings)


def test_pedals_are_held_and_end_actions_on_their_domain(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    speed = stage.private("A", FASTER)
    stage.private("A", OVERRIDE.format('<Brake active="true"><BrakePercent value="0.7" maxRate="2"/></Brake>'), at=3.0)
    run, engine = stage.run(4.0)
    assert ended_at(run, speed) == pytest.approx(3.0)
    assert engine.seats._overrides[0] == {"brake": 0.7, "brake_rate": 2.0}


@pytest.mark.parametrize(
    ("element", "held"),
    [
        ('<Throttle active="true" value="1.5"/>', {"throttle": 1.0}),
        ('<Brake active="true"><BrakeForce value="900"/></Brake>', {"brake_force_n": 900.0}),
        ('<ParkingBrake active="true"><BrakePercent value="1"/></ParkingBrake>', {"parking_brake": 1.0}),
        (
            '<SteeringWheel active="true" value="0.4" maxTorque="5"/>',
            {"steering_wheel": 0.4, "steering_wheel_torque_nm": 5.0},
        ),
        ('<Gear active="true"><ManualGear number="3"/></Gear>', {"gear": 3.0}),
        ('<Gear active="true"><AutomaticGear gear="p"/></Gear>', {"gear": -2.0}),
        ('<Clutch active="false" value="1"/>', {}),
    ],
)
def test_each_value_is_read(tmp_path: Path, element: str, held: dict[str, float]) -> None:
    stage = Stage(tmp_path)
    stage.private("A", OVERRIDE.format(element))
    _, engine = stage.run(1.5)
    assert engine.seats._overrides[0] == held
