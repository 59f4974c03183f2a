"""What serial, parallel, when, wait and until do in a run."""

import pytest

from jing_scenarios.script import (
    Me,
    Scenario,
    ScriptError,
    Wish,
    ahead_of,
    done,
    gap,
    lane,
    parallel,
    serial,
    speed,
    straight,
    time_s,
    wait,
    when,
)
from jing_scenarios.storyboard.run import ScenarioRun


def _scenario() -> Scenario:
    scenario = Scenario("test", road=straight(1000.0, lanes=2))
    ego = scenario.vehicle("Ego", at=lane(-2, 50.0), speed_mps=10.0)
    scenario.vehicle("Other", at=ahead_of(ego, gap_m=40.0, left=1), speed_mps=10.0)
    scenario.end(time_s() > 12.0)
    return scenario


def _times(run: ScenarioRun, state: str) -> dict[str, float]:
    return {
        change.element: change.time_s for change in run.storyboard if change.type == "event" and change.state == state
    }


def test_serial_steps_follow_one_another_and_waits_count() -> None:
    scenario = _scenario()
    ego = scenario.actors["Ego"]
    scenario.do(serial(wait(1.0), ego.speed(15.0, over_s=2.0), wait(1.5), ego.speed(5.0, rate_mps2=5.0)))
    run = scenario.run(dt_s=0.05)
    begun, over = _times(run, "runningState"), _times(run, "completeState")
    assert begun["Ego_speed_1"] == pytest.approx(1.0, abs=0.11)
    assert over["Ego_speed_1"] == pytest.approx(3.0, abs=0.16)
    assert begun["Ego_speed_2"] - over["Ego_speed_1"] == pytest.approx(1.5, abs=0.11)
    assert run.speed[-1, 0] == pytest.approx(5.0)


def test_parallel_is_over_when_all_are() -> None:
    scenario = _scenario()
    ego, other = scenario.actors.values()
    both = parallel(ego.speed(12.0, over_s=1.0), other.speed(14.0, over_s=4.0))
    scenario.do(serial(both, ego.change_lane(left=1, over_s=2.0)))
    run = scenario.run(dt_s=0.05)
    begun, over = _times(run, "runningState"), _times(run, "completeState")
    assert begun["Ego_speed_1"] == begun["Other_speed_1"]
    assert begun["Ego_change_lane_1"] == pytest.approx(over["Other_speed_1"], abs=0.06)
    assert run.on[-1, 0].tolist() == [0, -1]


def test_when_waits_for_its_condition_and_until_ends_what_has_no_end() -> None:
    scenario = _scenario()
    ego, other = scenario.actors.values()
    follow = ego.match_speed(other, delta_mps=5.0).until(gap(ego, other) < 10.0)
    scenario.do(when((time_s() > 2.0) & (speed(ego) > 5.0), follow, ego.speed(4.0)))
    run = scenario.run(dt_s=0.05)
    begun = _times(run, "runningState")
    assert begun["Ego_match_speed_1"] == pytest.approx(2.05, abs=0.06)
    # 40 m at 5 m/s less 10 m: 6 s later.
    assert begun["Ego_speed_1"] == pytest.approx(8.1, abs=0.3)
    assert run.speed[-1, 0] == pytest.approx(4.0)


def test_a_run_may_end_when_a_maneuver_is_done() -> None:
    scenario = Scenario("test", road=straight(600.0, lanes=2))
    ego = scenario.vehicle("Ego", at=lane(-2, 50.0), speed_mps=10.0)
    change = ego.change_lane(left=1, over_s=2.0)
    scenario.do(change)
    scenario.end(done(change))
    assert scenario.run(dt_s=0.05).sim_end_s == pytest.approx(2.05, abs=0.11)


def test_a_function_drives_and_hands_back_when_it_returns_none() -> None:
    seen: list[float] = []

    def slows(me: Me, time_s: float) -> Wish | None:
        seen.append(me.ahead_m("Other"))
        return None if time_s >= 1.0 else Wish(speed_mps=me.speed_mps - 2.0 * me.dt_s, offset_m=0.2)

    scenario = _scenario()
    ego = scenario.actors["Ego"]
    scenario.do(serial(wait(1.0), ego.behave(slows), ego.speed(3.0)))
    run = scenario.run(dt_s=0.05)
    at_two_s = round(1.9 / 0.05)
    assert run.speed[at_two_s, 0] == pytest.approx(8.2, abs=0.15)
    assert run.along[at_two_s, 0, 2] == pytest.approx(0.2)
    assert run.speed[-1, 0] == pytest.approx(3.0)
    assert seen[0] == pytest.approx(44.6, abs=0.1)


def test_mistakes_in_scripts_say_what_would_be_right() -> None:
    scenario = _scenario()
    ego, other = scenario.actors.values()
    with pytest.raises(ScriptError, match="combine conditions with &"):
        _ = time_s() > 1.0 and time_s() < 2.0
    with pytest.raises(ScriptError, match="exactly one of ds_m, gap_m and time_gap_s"):
        ahead_of(ego, 5.0, gap_m=3.0)
    with pytest.raises(ScriptError, match="one of them"):
        ego.keep_gap(other)
    step = ego.speed(3.0)
    scenario.do(serial(step, step))
    with pytest.raises(ScriptError, match="stands twice"):
        scenario.root()
    with pytest.raises(ScriptError, match="already"):
        scenario.vehicle("Ego", at=lane(-1, 5.0))
