"""Actions on signals, weather, values, entities, lights and traffic, each in a small scenario."""

from datetime import datetime
from math import isnan
from pathlib import Path

import pytest
from tests.scenarios.actions.stage import Stage, ended_at, row_at

from jing_scenarios.actions.action import UnsupportedElementError
from jing_scenarios.openscenario.node import OpenScenarioError
from jing_scenarios.storyboard.engine import Engine

SIGNALS = """<TrafficSignals><TrafficSignalController name="c7"><Phase name="go" duration="5">
<TrafficSignalGroupState state="green"/></Phase><Phase name="stop" duration="5">
<TrafficSignalState trafficSignalId="s1" state="red"/></Phase></TrafficSignalController>
<TrafficSignalController name="late" delay="3" reference="c7"><Phase name="one" duration="5"/>
<Phase name="two" duration="5"/></TrafficSignalController></TrafficSignals>"""
TO_STOP = """<InfrastructureAction><TrafficSignalAction><TrafficSignalControllerAction trafficSignalControllerRef="c7"
 phase="{}"/></TrafficSignalAction></InfrastructureAction>"""
OFF = """<InfrastructureAction><TrafficSignalAction><TrafficSignalStateAction name="s1" state="off"/>
</TrafficSignalAction></InfrastructureAction>"""


def test_signals_run_through_their_phases_and_are_switched(tmp_path: Path) -> None:
    stage = Stage(tmp_path, signals=SIGNALS)
    stage.globally(TO_STOP.format("stop"), at=2.0)
    stage.globally(OFF, at=3.0)
    run, engine = stage.run(8.5)
    assert run.signals == [(0.0, "s1", "green"), (2.0, "s1", "red"), (3.0, "s1", "off"), (7.0, "s1", "green")]
    assert (engine.signals.phase_of("c7"), engine.signals.phase_of("late")) == ("go", "two")


def test_an_unknown_phase_is_told_before_the_run(tmp_path: Path) -> None:
    stage = Stage(tmp_path, signals=SIGNALS)
    stage.globally(TO_STOP.format("stopp"))
    with pytest.raises(OpenScenarioError, match="stopp"):
        stage.run(1.0)


WEATHER = """<EnvironmentAction><Environment name="e"><TimeOfDay animation="{}" dateTime="2026-06-01T08:00:00"/>
<Weather fractionalCloudCover="fourOktas"><Sun azimuth="1" elevation="0.5" illuminance="5"/><Fog visualRange="100"/>
<Precipitation precipitationIntensity="10" precipitationType="rain"/><Wind speed="5" direction="0"/></Weather>
<RoadCondition frictionScaleFactor="0.6" wetness="moist"/></Environment></EnvironmentAction>"""


def test_the_environment_is_set_and_its_clock_runs(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.globally(WEATHER.format("true"), at=2.0)
    _, engine = stage.run(5.0)
    state = engine.environment
    assert state.now.friction == 0.6
    weather = state.now.weather
    assert (weather.cloudiness, weather.precipitation, weather.fog_density, weather.wetness) == (0.5, 0.2, 0.5, 0.4)
    assert state.now.visual_range_m == 100.0
    assert state.date_time(engine.time_s) == datetime(2026, 6, 1, 8, 0, 3)


def test_what_an_environment_leaves_out_stays(tmp_path: Path) -> None:
    stage = Stage(tmp_path, begin=f"<GlobalAction>{WEATHER.format('false')}</GlobalAction>")
    road = '<RoadCondition frictionScaleFactor="1"/>'
    stage.globally(f'<EnvironmentAction><Environment name="f">{road}</Environment></EnvironmentAction>')
    _, engine = stage.run(2.0)
    assert engine.environment.name == "f"
    assert engine.environment.now.friction == 1.0
    assert engine.environment.now.weather.precipitation == 0.2
    assert engine.environment.date_time(2.0) == datetime(2026, 6, 1, 8, 0, 0)


SET = '<VariableAction variableRef="{}"><SetAction value="{}"/></VariableAction>'
MODIFY = '<VariableAction variableRef="{}"><ModifyAction><Rule><{} value="{}"/></Rule></ModifyAction></VariableAction>'


def test_values_are_set_and_modified_in_their_types(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.globally(SET.format("v", "4.5"))
    stage.globally(MODIFY.format("v", "MultiplyByValue", "2"), at=1.1)
    stage.globally(MODIFY.format("n", "AddValue", "4"), at=1.1)
    stage.globally(SET.format("word", "b"))
    stage.globally('<SetMonitorAction monitorRef="m" value="true"/>')
    stage.globally('<ParameterAction parameterRef="p"><SetAction value="7"/></ParameterAction>')
    _, engine = stage.run(2.0)
    assert engine.variables == {"v": 9.0, "n": 7, "word": "b"}
    assert isinstance(engine.variables["n"], int)
    assert engine.monitors == {"m": True}
    assert engine.parameters["p"] == 7.0


@pytest.mark.parametrize(
    "action", [SET.format("n", "many"), SET.format("nn", "1"), MODIFY.format("word", "AddValue", "1")]
)
def test_values_that_cannot_be_are_refused(tmp_path: Path, action: str) -> None:
    stage = Stage(tmp_path)
    stage.globally(action)
    with pytest.raises(OpenScenarioError, match=r"scenario\.xosc:\d+:\d+"):
        stage.run(1.0)


def test_an_entity_goes_and_comes_back(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.globally('<EntityAction entityRef="B"><DeleteEntityAction/></EntityAction>', at=2.0)
    where = '<Position><LanePosition roadId="1" laneId="-2" s="500"/></Position>'
    stage.globally(f'<EntityAction entityRef="B"><AddEntityAction>{where}</AddEntityAction></EntityAction>', at=4.0)
    run, engine = stage.run(5.0)
    assert run.x[row_at(run, 3.0), 1] != run.x[row_at(run, 3.0), 1]  # NaN: it is not there
    assert (run.x[-1, 1], run.y[-1, 1]) == pytest.approx((510.0, -5.25))  # as fast as it was
    assert engine.entities.alive[1]


def test_an_entity_is_put_elsewhere_and_stays_there_for_that_step(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    where = '<Position><LanePosition roadId="1" laneId="1" s="300"/></Position>'
    stage.private("A", f"<TeleportAction>{where}</TeleportAction>")
    run, _ = stage.run(2.0)
    assert (run.x[row_at(run, 1.01), 0], run.y[row_at(run, 1.01), 0]) == pytest.approx((300.0, 1.75))
    assert run.x[-1, 0] == pytest.approx(290.1)


def test_visibility_is_noted(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.private("A", '<VisibilityAction graphics="true" traffic="false" sensors="false"/>')
    _, engine = stage.run(1.5)
    assert [bool(engine.entities.seen_sensors[row]) for row in (0, 1)] == [False, True]
    assert bool(engine.entities.seen_graphics[0])


LIGHT = """<AppearanceAction><LightStateAction transitionTime="{}"><LightType><VehicleLight vehicleLightType="{}"/>
</LightType><LightState mode="{}" luminousIntensity="1000" {}/></LightStateAction></AppearanceAction>"""


def test_lights_go_on_over_their_transition(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    event = stage.private("A", LIGHT.format(2.0, "lowBeam", "on", ""))
    run, engine = stage.run(2.0)
    assert engine.lights[0]["lowBeam"].intensity_cd == pytest.approx(500.0, abs=6.0)
    run, engine = stage.run(4.0)
    assert engine.lights[0]["lowBeam"] == ("on", 1000.0, "")
    assert ended_at(run, event) == pytest.approx(3.0, abs=0.011)


def test_indicators_flash_until_another_one_is_asked_for(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    flash = LIGHT.format(0.0, "{}", "flashing", 'flashingOnDuration="0.3" flashingOffDuration="0.2"')
    left = stage.private("A", flash.format("indicatorLeft"))
    stage.private("A", flash.format("indicatorRight"), at=3.0)
    seen: list[float] = []

    def watch(engine: Engine) -> None:
        seen.append(engine.lights[0]["indicatorLeft"].intensity_cd if 0 in engine.lights else -1.0)

    run, engine = stage.run(4.0, observers=(watch,))
    lit = seen[row_at(run, 1.0) + 1 : row_at(run, 3.0)]
    assert lit.count(1000.0) / len(lit) == pytest.approx(0.6, abs=0.02)
    assert ended_at(run, left) == pytest.approx(3.0)
    assert engine.lights[0]["indicatorLeft"].mode == "off"
    assert engine.lights[0]["indicatorRight"].mode == "flashing"


def test_a_door_opens(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    door = """<AppearanceAction><AnimationAction animationDuration="2" loop="false"><AnimationType><ComponentAnimation>
    <VehicleComponent vehicleComponentType="doorFrontLeft"/></ComponentAnimation></AnimationType>
    <AnimationState state="0.8"/></AnimationAction></AppearanceAction>"""
    event = stage.private("A", door)
    run, engine = stage.run(2.0)
    assert engine.animations[0, "component:doorFrontLeft"] == pytest.approx(0.4, abs=0.01)
    run, engine = stage.run(4.0)
    assert ended_at(run, event) == pytest.approx(3.0, abs=0.011)


COMMAND = '<UserDefinedAction><CustomCommandAction type="{}">{}</CustomCommandAction></UserDefinedAction>'


def test_a_function_is_called_until_it_is_done(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    event = stage.event("A", COMMAND.format("python", "wave"))
    calls: list[tuple[tuple[int, ...], float]] = []

    def wave(_: Engine, rows: tuple[int, ...], time_s: float) -> bool:
        calls.append((rows, time_s))
        return time_s >= 0.5 - 1e-9

    run, _ = stage.run(3.0, commands={"wave": wave})
    assert ended_at(run, event) == pytest.approx(1.49, abs=0.011)
    assert calls[0][0] == (0,)


def test_an_unknown_function_is_told_before_the_run(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.event("A", COMMAND.format("python", "wave"))
    with pytest.raises(UnsupportedElementError, match=r"scenario\.xosc:\d+:\d+.*wave"):
        stage.run(3.0)


def test_commands_of_other_simulators_do_nothing_go_on_and_are_told(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    event = stage.event("A", COMMAND.format("shell", "rm -rf /"))
    run, _ = stage.run(3.0)
    assert isnan(ended_at(run, event))
    assert len([warning for warning in run.warnings if "shell" in warning]) == 1


TRAFFIC = '<TrafficAction trafficName="{}">{}</TrafficAction>'
SWARM = """<TrafficSwarmAction innerRadius="20" semiMajorAxis="200" semiMinorAxis="80" offset="0" numberOfVehicles="4">
<CentralObject entityRef="A"/><TrafficDefinition name="d"><VehicleCategoryDistribution>
<VehicleCategoryDistributionEntry category="car" weight="1"/></VehicleCategoryDistribution><ControllerDistribution>
<ControllerDistributionEntry weight="1"><Controller name="c"><Properties/></Controller></ControllerDistributionEntry>
</ControllerDistribution></TrafficDefinition><InitialSpeedRange lowerLimit="5" upperLimit="9"/></TrafficSwarmAction>"""


def test_a_swarm_comes_and_is_stopped_by_its_name(tmp_path: Path) -> None:
    stage = Stage(tmp_path, starts=(1000.0, 1050.0))
    swarm = stage.globally(TRAFFIC.format("t", SWARM))
    stop = stage.globally(TRAFFIC.format("t", "<TrafficStopAction/>"), at=4.0)
    seen: list[int] = []
    run, engine = stage.run(6.0, observers=(lambda engine: seen.append(int(engine.entities.alive.sum())),))
    assert max(seen) > 2
    assert seen[-1] == 2
    assert ended_at(run, swarm) == pytest.approx(4.0, abs=0.011)
    assert ended_at(run, stop) == pytest.approx(4.0)
    assert not engine.traffic
