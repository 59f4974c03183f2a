"""Traffic laws of China on a small map: kept, broken, never asked for, and not to be told."""

from dataclasses import replace

import numpy as np
import pytest
from tests.scenarios.laws.town import Drive, drive, town

from jing_maps.errors import UnknownNameError
from jing_maps.opendrive import OpenDriveMap
from jing_scenarios.criteria.verdict import Verdict
from jing_scenarios.laws_china import CHINA_LAWS, CLAUSES, china_laws
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

STRAIGHT = Drive([(150.0, -1.75), (300.0, -1.75)])
RIGHT = Drive([(170.0, -1.75), (200.0, -1.75), (203.2, -2.4), (205.8, -4.2), (207.6, -6.8), (208.25, -10.0),
               (208.25, -60.0)], 7.0)  # fmt: skip


@pytest.fixture(scope="module")
def odr(tmp_path_factory: pytest.TempPathFactory) -> OpenDriveMap:
    return town(tmp_path_factory.mktemp("town"))


def judge(key: str, trace: ScenarioTrace) -> Verdict:
    return CHINA_LAWS[key].judge(trace)


def test_every_law_names_clauses_in_both_languages() -> None:
    for law in CHINA_LAWS.values():
        assert law.clauses
        assert law.title_zh
        assert law.requirement == law.codes[0]
    for clause in CLAUSES.values():
        assert clause.text.endswith(".")
        assert "条" in clause.text_zh
    assert [law.actor for law in china_laws("Lead", only=("bus_lane",))] == ["Lead"]
    with pytest.raises(UnknownNameError, match="red_light"):
        china_laws(only=("red_lihgt",))


def test_a_careful_drive_breaks_nothing(odr: OpenDriveMap) -> None:
    trace = drive(odr, {"Ego": STRAIGHT}, 12.0)
    outcomes = {law.key: law.judge(trace).outcome for law in china_laws()}
    assert set(outcomes.values()) == {"pass"}


def test_running_red_fails_in_both_languages(odr: OpenDriveMap) -> None:
    verdict = judge("red_light", drive(odr, {"Ego": STRAIGHT}, light="red"))
    assert (verdict.outcome, verdict.clause, verdict.requirement) == ("fail", "RTSL 38, IR 38(3)", "RTSL 38")
    assert verdict.worst_time_s == pytest.approx(4.3, abs=0.11)
    assert "passed the stop line of signal 5 at red" in verdict.reason
    assert "越过信号灯5的停止线" in verdict.reason_zh
    assert judge("red_light", drive(odr, {"Ego": STRAIGHT}, light="yellow")).outcome == "pass"


def test_a_light_of_unknown_state_is_inconclusive(odr: OpenDriveMap) -> None:
    verdict = judge("red_light", drive(odr, {"Ego": STRAIGHT}, light="violet"))
    assert verdict.outcome == "inconclusive"
    assert "signals 5" in verdict.reason


def test_right_turns_on_red_are_free_unless_they_hinder(odr: OpenDriveMap) -> None:
    alone = drive(odr, {"Ego": RIGHT}, 12.0, light="red")
    assert judge("red_light", alone).outcome == "pass"
    assert judge("right_turn_on_red", alone).outcome == "pass"
    walker = Drive([(216.0, -12.0), (200.0, -12.0)], 1.4, "pedestrian", (0.5, 0.5))
    met = drive(odr, {"Ego": RIGHT, "Walker": walker}, 12.0, light="red")
    verdict = judge("right_turn_on_red", met)
    assert (verdict.outcome, verdict.other, verdict.clause) == ("fail", "Walker", "IR 38")


def test_standing_on_the_wrong_side_of_the_line(odr: OpenDriveMap) -> None:
    over = drive(odr, {"Ego": Drive([(150.0, -1.75), (194.2, -1.75)])}, light="red")
    verdict = judge("stop_line", over)
    assert (verdict.outcome, verdict.unit) == ("fail", "m")
    assert verdict.value == pytest.approx(1.2, abs=1e-6)
    before = drive(odr, {"Ego": Drive([(150.0, -1.75), (192.9, -1.75)])}, light="red")
    assert judge("stop_line", before).outcome == "pass"


def walking(begin_y: float, end_y: float, speed_mps: float = 1.4) -> Drive:
    return Drive([(100.0, begin_y), (100.0, end_y)], speed_mps, "pedestrian", (0.5, 0.5))


@pytest.mark.parametrize(
    ("walker", "outcome"),
    [
        (walking(-9.0, 5.0), "fail"),  # on the crossing, walks towards the car's lane
        (walking(3.0, -12.0, 1.9), "fail"),  # is in front of the car
        (walking(-4.5, -30.0), "pass"),  # has passed the lane and walks away
        (walking(-40.0, -20.0), "pass"),  # is far from the crossing
    ],
)
def test_people_on_crossings_are_let_pass(odr: OpenDriveMap, walker: Drive, outcome: str) -> None:
    trace = drive(odr, {"Ego": Drive([(70.0, -1.75), (150.0, -1.75)]), "Walker": walker}, 6.0)
    verdict = judge("yield_to_pedestrians", trace)
    assert verdict.outcome == outcome
    if outcome == "fail":
        assert (verdict.other, verdict.clause) == ("Walker", "RTSL 47")
        assert verdict.worst_time_s == pytest.approx(2.6, abs=0.11)


def test_who_waits_before_the_crossing_keeps_the_law(odr: OpenDriveMap) -> None:
    wait = Drive([(70.0, -1.75), (94.0, -1.75)])
    trace = drive(odr, {"Ego": wait, "Walker": walking(-9.0, 5.0)}, 10.0)
    assert judge("yield_to_pedestrians", trace).outcome == "pass"


def test_speeding_tells_by_how_much(odr: OpenDriveMap) -> None:
    fast = drive(odr, {"Ego": replace(STRAIGHT, speed_mps=20.0)}, 2.0)
    verdict = judge("speed_limit", fast)
    assert (verdict.outcome, verdict.unit) == ("fail", "km/h")
    assert verdict.value == pytest.approx(12.0)
    unsigned = drive(odr, {"Ego": Drive([(230.0, -1.75), (400.0, -1.75)], 30.0)}, 4.0)
    assert judge("speed_limit", unsigned).outcome == "inconclusive"
    rural = drive(odr, {"Ego": Drive([(208.25, -20.0), (208.25, -190.0)], 25.0)}, 4.0)
    assert judge("speed_limit", rural).value == pytest.approx(20.0)
    motorway = drive(odr, {"Ego": Drive([(10.0, 498.0), (700.0, 498.0)], 35.0)}, 4.0)
    assert judge("speed_limit", motorway).value == pytest.approx(6.0)


def test_turning_fast(odr: OpenDriveMap) -> None:
    assert judge("turning_speed", drive(odr, {"Ego": RIGHT}, 12.0)).outcome == "pass"
    verdict = judge("turning_speed", drive(odr, {"Ego": replace(RIGHT, speed_mps=11.0)}, 8.0))
    assert verdict.outcome == "fail"
    assert verdict.value == pytest.approx(9.6, abs=0.01)


def test_distance_on_motorways(odr: OpenDriveMap) -> None:
    lead = Drive([(110.0, 498.0), (700.0, 498.0)], 30.0)
    near = drive(odr, {"Ego": Drive([(40.0, 498.0), (700.0, 498.0)], 30.0), "Lead": lead}, 4.0)
    verdict = judge("following_distance", near)
    assert (verdict.outcome, verdict.other) == ("fail", "Lead")
    assert verdict.value == pytest.approx(100.0 - 66.0)
    slow = drive(odr, {"Ego": Drive([(40.0, 498.0), (700.0, 498.0)], 25.0), "Lead": lead}, 4.0)
    assert judge("following_distance", slow).outcome == "pass"


def test_bus_lanes_are_closed_in_their_hours_on_working_days(odr: OpenDriveMap) -> None:
    trace = drive(odr, {"Ego": Drive([(10.0, -8.75), (150.0, -8.75)])}, 5.0)
    assert judge("bus_lane", trace).outcome == "inconclusive"
    monday = replace(trace, t0="2026-03-02T08:00:00+08:00")
    verdict = judge("bus_lane", monday)
    assert verdict.outcome == "fail"
    assert verdict.value == pytest.approx(5.0)
    assert "08:00" in verdict.reason
    assert judge("bus_lane", replace(trace, t0="2026-03-02T10:00:00+08:00")).outcome == "pass"
    assert judge("bus_lane", replace(trace, t0="2026-03-01T08:00:00+08:00")).outcome == "pass"
    assert judge("bus_lane", replace(monday, kinds=("bus",))).outcome == "pass"


def test_emergency_lanes_are_those_of_motorways(odr: OpenDriveMap) -> None:
    on = drive(odr, {"Ego": Drive([(10.0, 490.6), (300.0, 490.6)], 20.0)}, 5.0)
    verdict = judge("emergency_lane", on)
    assert (verdict.outcome, verdict.clause) == ("fail", "IR 82(4)")
    town_shoulder = drive(odr, {"Ego": Drive([(10.0, -11.75), (100.0, -11.75)])}, 5.0)
    assert judge("emergency_lane", town_shoulder).outcome == "pass"


@pytest.mark.parametrize(
    ("points", "outcome"),
    [
        ([(10.0, -1.75), (50.0, -5.25)], "pass"),  # broken up to s = 60
        ([(70.0, -1.75), (110.0, -5.25)], "fail"),  # solid behind it
        ([(110.0, -5.25), (70.0, -1.75)], "fail"),
        ([(10.0, -1.75), (50.0, 1.75)], "fail"),  # the centre line
        ([(10.0, -5.25), (50.0, -8.75)], "fail"),  # solid towards the inside
        ([(10.0, -8.75), (50.0, -5.25)], "pass"),  # broken towards the outside
    ],
)
def test_solid_lines_are_not_crossed(odr: OpenDriveMap, points: list[tuple[float, float]], outcome: str) -> None:
    verdict = judge("solid_line", drive(odr, {"Ego": Drive(points)}, 4.2))
    assert verdict.outcome == outcome
    if outcome == "fail":
        assert "over a solid line" in verdict.reason
        assert "越过实线" in verdict.reason_zh


def test_changing_lanes_into_somebodys_way(odr: OpenDriveMap) -> None:
    cut = Drive([(20.0, -1.75), (40.0, -1.75), (70.0, -5.25), (190.0, -5.25)])
    near, far = (Drive([(x, -5.25), (180.0, -5.25)], 16.0) for x in (-8.0, -40.0))
    verdict = judge("lane_change", drive(odr, {"Ego": cut, "Behind": near}, 6.0))
    assert (verdict.outcome, verdict.other, verdict.clause) == ("fail", "Behind", "IR 44")
    assert judge("lane_change", drive(odr, {"Ego": cut, "Behind": far}, 6.0)).outcome == "pass"
    assert judge("lane_change", drive(odr, {"Ego": cut}, 6.0)).outcome == "pass"


@pytest.mark.parametrize(("begin_y", "outcome"), [(-65.0, "fail"), (-110.0, "pass")])
def test_turning_before_somebody_who_goes_straight_on(odr: OpenDriveMap, begin_y: float, outcome: str) -> None:
    # The ego turns right onto the south road; a bicycle crosses its way from the south to the north.
    other = Drive([(204.5, begin_y), (204.5, 60.0)], 10.0, "bicycle", (1.8, 0.6))
    verdict = judge("turn_yields", drive(odr, {"Ego": RIGHT, "Bike": other}, 12.0))
    assert verdict.outcome == outcome
    if outcome == "fail":
        assert (verdict.other, verdict.requirement) == ("Bike", "IR 38(1)")


def test_making_way_for_an_ambulance(odr: OpenDriveMap) -> None:
    ego, aside = (
        Drive([(40.0, -1.75), (190.0, -1.75)]),
        Drive([(40.0, -1.75), (60.0, -1.75), (80.0, -5.25), (190.0, -5.25)]),
    )
    behind = Drive([(15.0, -1.75), (190.0, -1.75)])
    stays, leaves = (
        replace(drive(odr, {"Ego": one, "Rescue": behind}, 10.0), roles=("civil", "ambulance")) for one in (ego, aside)
    )
    verdict = judge("emergency_vehicles", stays)
    assert (verdict.outcome, verdict.other, verdict.threshold) == ("fail", "Rescue", 5.0)
    assert verdict.value == pytest.approx(10.0)
    assert judge("emergency_vehicles", leaves).outcome == "pass"
    assert judge("emergency_vehicles", replace(stays, roles=())).outcome == "pass"


def test_the_wrong_way(odr: OpenDriveMap) -> None:
    verdict = judge("wrong_way", drive(odr, {"Ego": Drive([(20.0, 1.75), (50.0, 1.75)])}, 5.0))
    assert verdict.outcome == "fail"
    assert verdict.value == pytest.approx(30.0, abs=1.1)


def test_laws_are_for_motor_vehicles(odr: OpenDriveMap) -> None:
    trace = replace(drive(odr, {"Ego": STRAIGHT}, light="red"), kinds=("bicycle",))
    assert {law.judge(trace).outcome for law in china_laws()} == {"inconclusive"}


def test_breaches_grow_with_the_speed(odr: OpenDriveMap) -> None:
    speeds = (17.0, 20.0, 30.0)
    over = [judge("speed_limit", drive(odr, {"Ego": replace(STRAIGHT, speed_mps=v)}, 1.0)).value for v in speeds]
    assert np.all(np.diff(over) > 0)
