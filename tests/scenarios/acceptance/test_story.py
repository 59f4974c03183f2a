"""When things happen: conditions, edges, delays, priorities, repetitions, lights."""

from pathlib import Path

import pytest
from tests.scenarios.acceptance.files import CAR, at_lane, event, linear_speed, private, run, when, xosc

AFTER_1_S = when('<SimulationTimeCondition value="1" rule="greaterThan"/>')
PLACES = {"Ego": (at_lane("1", -1, 50.0), 10.0), "Other": (at_lane("1", -1, 100.0), 5.0)}
"""The gap of the reference points is 50 m - 5 m/s t, that of the boxes 5 m less."""
SLOWER = private(linear_speed(3.0, 1.0))
APART = (
    '<RelativeDistanceCondition entityRef="Other" relativeDistanceType="{}" value="20" freespace="{}" {} rule="{}"/>'
)
TO_100_M = f"<Position>{at_lane('1', -1, 100.0)}</Position>"


@pytest.mark.parametrize(
    ("condition", "at_s"),
    [
        ('<TraveledDistanceCondition value="20"/>', 2.0),
        (APART.format("longitudinal", "false", 'coordinateSystem="entity"', "lessThan"), 6.0),
        (APART.format("longitudinal", "true", 'coordinateSystem="lane"', "lessThan"), 5.0),
        (APART.format("longitudinal", "true", 'coordinateSystem="road" routingAlgorithm="shortest"', "lessThan"), 5.0),
        (APART.format("euclidianDistance", "true", "", "lessThan"), 5.0),
        (f'<DistanceCondition value="20" freespace="false" rule="lessThan">{TO_100_M}</DistanceCondition>', 3.0),
        (f'<DistanceCondition value="20" freespace="true" rule="lessThan">{TO_100_M}</DistanceCondition>', 2.6),
        ('<TimeHeadwayCondition entityRef="Other" value="2" freespace="false" rule="lessThan"/>', 6.0),
        ('<TimeHeadwayCondition entityRef="Other" value="2" freespace="true" rule="lessThan"/>', 5.0),
        (
            '<TimeToCollisionCondition value="2" freespace="true" rule="lessThan"><TimeToCollisionConditionTarget>'
            '<EntityRef entityRef="Other"/></TimeToCollisionConditionTarget></TimeToCollisionCondition>',
            7.0,
        ),
        (
            '<TimeToCollisionCondition value="2" freespace="false" rule="lessThan"><TimeToCollisionConditionTarget>'
            f"{TO_100_M}</TimeToCollisionConditionTarget></TimeToCollisionCondition>",
            3.0,
        ),
        ('<CollisionCondition><ByType type="vehicle"/></CollisionCondition>', 9.0),
        ('<RelativeSpeedCondition entityRef="Other" value="4.9" rule="greaterThan"/>', 0.0),
        (f'<ReachPositionCondition tolerance="2">{TO_100_M}</ReachPositionCondition>', 4.8),
    ],
)
def test_a_condition_comes_true_when_it_should(tmp_path: Path, condition: str, at_s: float) -> None:
    done = run(tmp_path, xosc(event("e", when(condition, who="Ego"), SLOWER), places=PLACES))
    assert done.times("e")[0] == pytest.approx(at_s, abs=0.03)


@pytest.mark.parametrize(
    ("edge", "rule", "delay_s", "at_s"),
    [
        ("rising", "lessThan", 0.0, 6.0),
        ("none", "lessThan", 1.5, 7.5),
        ("falling", "greaterThan", 0.0, 6.0),
        ("risingOrFalling", "greaterThan", 0.5, 6.5),
        ("rising", "greaterThan", 0.0, None),
    ],
)
def test_edges_and_delays(tmp_path: Path, edge: str, rule: str, delay_s: float, at_s: float | None) -> None:
    condition = APART.format("longitudinal", "false", "", rule)
    trigger = when(condition, f'conditionEdge="{edge}" delay="{delay_s}"', "Ego")
    times = run(tmp_path, xosc(event("e", trigger, SLOWER), places=PLACES)).times("e")
    assert times == ([] if at_s is None else [pytest.approx(at_s, abs=0.03)])


def _at(time_s: float) -> str:
    return when(f'<SimulationTimeCondition value="{time_s}" rule="greaterThan"/>')


@pytest.mark.parametrize(("priority", "ends_s", "starts_s"), [("override", 3.01, 3.01), ("skip", 5.0, 5.01)])
def test_an_event_that_overrides_or_waits(tmp_path: Path, priority: str, ends_s: float, starts_s: float) -> None:
    first = event("first", _at(1.0), private(linear_speed(18.0, 2.0)))
    second = event("second", _at(3.0), private(linear_speed(10.0, 2.0)), f'priority="{priority}"')
    done = run(tmp_path, xosc(first, second, places=PLACES))
    assert done.times("first", "endTransition") == [pytest.approx(ends_s, abs=0.011)]
    assert done.times("second") == [pytest.approx(starts_s, abs=0.011)]
    assert done.at("Ego", 11.0)["v"] == pytest.approx(10.0, abs=0.01)


def test_an_event_runs_as_often_as_it_may(tmp_path: Path) -> None:
    more = 'priority="parallel" maximumExecutionCount="3"'
    done = run(tmp_path, xosc(event("e", AFTER_1_S, SLOWER, more), places=PLACES))
    assert len(done.times("e")) == 3


VARIABLES = (
    '<VariableDeclarations><VariableDeclaration name="count" variableType="int" value="3"/></VariableDeclarations>'
)
ADD = (
    '<Action name="add"><GlobalAction><VariableAction variableRef="count"><ModifyAction><Rule><AddValue value="2"/>'
    "</Rule></ModifyAction></VariableAction></GlobalAction></Action>"
)


def test_variables_carry_news_from_event_to_event(tmp_path: Path) -> None:
    waits = when('<VariableCondition variableRef="count" value="5" rule="greaterOrEqual"/>')
    done = run(tmp_path, xosc(event("add", _at(2.0), ADD), event("e", waits, SLOWER), places=PLACES, before=VARIABLES))
    assert done.times("e") == [pytest.approx(2.01, abs=0.021)]


LIGHTS = (
    '<TrafficSignals><TrafficSignalController name="crossing"><Phase name="go" duration="3">'
    '<TrafficSignalState trafficSignalId="light" state="green"/></Phase><Phase name="stop" duration="5">'
    '<TrafficSignalState trafficSignalId="light" state="red"/></Phase></TrafficSignalController></TrafficSignals>'
)


@pytest.mark.parametrize(
    ("condition", "at_s"),
    [
        ('<TrafficSignalCondition name="light" state="red"/>', 3.0),
        ('<TrafficSignalControllerCondition trafficSignalControllerRef="crossing" phase="stop"/>', 3.0),
        ('<TrafficSignalCondition name="light" state="green"/>', 0.0),
    ],
)
def test_lights_go_through_their_phases(tmp_path: Path, condition: str, at_s: float) -> None:
    done = run(tmp_path, xosc(event("e", when(condition), SLOWER), places=PLACES, signals=LIGHTS))
    assert done.times("e")[0] == pytest.approx(at_s, abs=0.021)


def test_a_controller_that_is_set_to_a_phase_goes_on_from_there(tmp_path: Path) -> None:
    jump = (
        '<Action name="jump"><GlobalAction><InfrastructureAction><TrafficSignalAction><TrafficSignalControllerAction '
        'trafficSignalControllerRef="crossing" phase="stop"/></TrafficSignalAction></InfrastructureAction>'
        "</GlobalAction></Action>"
    )
    green = when('<TrafficSignalCondition name="light" state="green"/>', 'conditionEdge="rising"')
    done = run(
        tmp_path,
        xosc(event("jump", _at(1.0), jump), event("e", green, SLOWER), places=PLACES, signals=LIGHTS),
    )
    assert done.times("e") == [pytest.approx(6.01, abs=0.03)]


def test_a_stop_trigger_of_an_act_leaves_entities_as_they_are(tmp_path: Path) -> None:
    stop = f"<StopTrigger>{_at(3.0)}</StopTrigger>"
    done = run(tmp_path, xosc(event("e", _at(1.0), private(linear_speed(30.0, 2.0))), places=PLACES, stop=stop))
    assert done.at("Ego", 10.0)["v"] == pytest.approx(14.0, abs=0.03)
    assert done.times("action 0", "stopTransition") == [pytest.approx(3.01, abs=0.011)]


@pytest.mark.parametrize("name", ["Trailer", "Ego+"])
def test_a_trailer_inside_of_a_vehicle_is_called_by_its_name_or_after_the_vehicle(tmp_path: Path, name: str) -> None:
    coupled = CAR.replace('vehicleCategory="car"', 'vehicleCategory="trailer"')
    coupled = coupled.replace("<Properties/>", '<Properties/><TrailerCoupler dx="3"/>')
    tows = '<Properties/><TrailerHitch dx="-1"/><Trailer><Trailer name="Trailer">{}</Trailer></Trailer>'
    text = xosc(event("e", when('<TraveledDistanceCondition value="20"/>', who=name), SLOWER), places=PLACES)
    text = text.replace("<Properties/>", tows.format(coupled), 1)
    done = run(tmp_path, text)
    assert done.times("e") == [pytest.approx(2.0, abs=0.03)]
    assert done.at("Ego", 1.5)["x"] - done.at("Ego+", 1.5)["x"] == pytest.approx(4.0)
