"""Each maneuver does what its name says."""

import numpy as np
import pytest

from jing_scenarios.drivers.driver import MotionTarget, Observation
from jing_scenarios.script import (
    Environment,
    Scenario,
    ScriptError,
    ahead_of,
    at_lonlat,
    at_xy,
    behind,
    beside,
    crossing,
    curved,
    distance,
    lane,
    reached,
    serial,
    signal,
    standing,
    straight,
    time_s,
    travelled,
    variable,
    wait,
    when,
)
from jing_scenarios.storyboard.run import ScenarioRun


def _scenario(seconds: float = 8.0) -> Scenario:
    scenario = Scenario("test", road=straight(1000.0, lanes=3))
    ego = scenario.vehicle("Ego", at=lane(-2, 50.0), speed_mps=10.0)
    scenario.vehicle("Other", at=ahead_of(ego, gap_m=30.0), speed_mps=10.0)
    scenario.end(time_s() > seconds)
    return scenario


def _gap(run: ScenarioRun, row: int = -1) -> float:
    return float(run.pose[row, 1, 0] - run.pose[row, 0, 0]) - 4.6


def test_places_keep_the_room_between_bodies() -> None:
    scenario = Scenario("test", road=straight(1000.0, lanes=3))
    ego = scenario.vehicle("Ego", at=lane(-2, 200.0), speed_mps=20.0)
    truck = scenario.vehicle("Truck", at=ahead_of(ego, gap_m=12.0), speed_mps=10.0, model="truck")
    bus = scenario.vehicle("Bus", at=behind(ego, time_gap_s=1.5, left=1), speed_mps=16.0, model="bus")
    scenario.vehicle("Side", at=beside(ego, right=1, offset_m=0.4))
    scenario.end(time_s() > 0.1)
    run = scenario.run(dt_s=0.05)
    x, y = run.pose[0, :, 0], run.pose[0, :, 1]
    assert x[1] - truck.model.rear_m - (x[0] + ego.model.front_m) == pytest.approx(12.0)
    assert x[0] - ego.model.rear_m - (x[2] + bus.model.front_m) == pytest.approx(24.0)
    assert y[2] - y[0] == pytest.approx(3.5)
    assert y[3] - y[0] == pytest.approx(-3.5 + 0.4)
    assert x[3] == pytest.approx(x[0])


def test_speeds_follow_rates_times_and_others() -> None:
    scenario = _scenario()
    ego, other = scenario.actors.values()
    scenario.do(serial(other.accelerate(16.0, 3.0), wait(1.0), other.stop(4.0)))
    scenario.do(ego.match_speed(other, factor=0.5))
    run = scenario.run(dt_s=0.05)
    at = {round(float(t), 2): row for row, t in enumerate(run.time_s)}
    assert run.speed[at[2.0], 1] == pytest.approx(16.0, abs=0.3)
    assert run.speed[at[7.5], 1] == pytest.approx(0.0, abs=0.3)
    assert run.speed[at[3.0], 0] == pytest.approx(8.0, abs=0.3)


def test_gaps_are_kept_along_and_across() -> None:
    scenario = _scenario(20.0)
    ego, other = scenario.actors.values()
    scenario.do(ego.keep_gap(other, gap_m=12.0))
    assert _gap(scenario.run(dt_s=0.05)) == pytest.approx(12.0, abs=0.7)
    scenario = Scenario("test", road=straight(1000.0, lanes=3))
    ego = scenario.vehicle("Ego", at=lane(-2, 50.0), speed_mps=10.0)
    other = scenario.vehicle("Other", at=beside(ego, left=1), speed_mps=10.0)
    scenario.do(ego.keep_lateral_gap(other, 1.0))
    scenario.end(time_s() > 8.0)
    run = scenario.run(dt_s=0.05)
    assert abs(run.pose[-1, 1, 1] - run.pose[-1, 0, 1]) - 1.85 == pytest.approx(1.0, abs=0.1)


def test_lanes_and_offsets() -> None:
    scenario = _scenario(12.0)
    ego, other = scenario.actors.values()
    scenario.do(
        serial(ego.change_lane(to_lane=-3, rate_mps=1.5), ego.lane_offset(0.5), wait(1.0), ego.follow_lane(12.0))
    )
    scenario.do(serial(other.change_lane(left=1, over_m=40.0), other.change_lane(beside=ego)))
    run = scenario.run(dt_s=0.05)
    assert run.on[-1, :, 1].tolist() == [-3, -3]
    assert run.along[-1, 0, 2] == pytest.approx(0.0, abs=1e-6)
    assert run.along[:, 0, 2].max() >= 0.5
    assert run.speed[-1, 0] == pytest.approx(12.0)


def test_teleports_trajectories_and_lines() -> None:
    scenario = _scenario(10.0)
    ego, other = scenario.actors.values()
    scenario.do(serial(wait(1.0), ego.teleport(lane(-1, 400.0)), ego.stop(5.0)))
    way = [(0.0, lane(-2, 100.0)), (4.0, lane(-3, 130.0)), (6.0, lane(-3, 160.0))]
    scenario.do(serial(other.teleport(lane(-2, 100.0)), other.follow_trajectory(way)))
    run = scenario.run(dt_s=0.05)
    at = {round(float(t), 2): row for row, t in enumerate(run.time_s)}
    assert run.pose[at[1.1], 0, 0] == pytest.approx(400.5, abs=1.1)
    assert run.along[at[4.1], 1, 0] == pytest.approx(130.0, abs=1.6)
    assert run.along[at[6.0], 1, 0] == pytest.approx(157.0, abs=3.0)


def test_a_pedestrian_crosses_and_stands() -> None:
    scenario = Scenario("test", road=straight(300.0, lanes=1))
    walker = scenario.pedestrian("Walker", at=lane(-1, 50.0, offset_m=-4.0))
    scenario.do(walker.cross(to=lane(-1, 50.0, offset_m=2.0), speed_mps=1.5))
    scenario.end(standing(walker, 1.0))
    run = scenario.run(dt_s=0.05)
    assert run.stopped_by == "stop trigger"
    assert run.sim_end_s == pytest.approx(4.0 + 1.0, abs=0.3)
    assert run.pose[-1, 0, 1] - run.pose[0, 0, 1] == pytest.approx(6.0, abs=0.2)
    assert np.ptp(run.pose[:, 0, 0]) < 0.05


def test_routes_lead_through_a_crossing() -> None:
    scenario = Scenario("test", road=crossing(lanes=2, signals=False))
    begin = scenario.on_street("South", towards="Centre", metres=40.0, lane_from_right=1)
    end = scenario.on_street("East", leaving="Centre", metres=40.0, lane_from_right=1)
    ego = scenario.vehicle("Ego", at=begin, speed_mps=8.0)
    other = scenario.vehicle("Other", at=scenario.on_street("North", towards="Centre", metres=40.0), speed_mps=8.0)
    scenario.do(ego.follow_route([begin, end]))
    scenario.do(other.go_to(scenario.on_street("West", leaving="Centre", metres=40.0)))
    scenario.end(reached(ego, end, 3.0))
    run = scenario.run(dt_s=0.05, max_time_s=30.0)
    assert run.stopped_by == "stop trigger"
    assert run.pose[-1, 0, 0] > 30.0
    assert run.pose[-1, 1, 0] < -10.0


def test_synchronised_actors_arrive_together() -> None:
    scenario = Scenario("test", road=straight(600.0, lanes=2))
    ego = scenario.vehicle("Ego", at=lane(-1, 50.0), speed_mps=12.0)
    other = scenario.vehicle("Other", at=lane(-2, 20.0), speed_mps=5.0)
    there = lane(-1, 200.0)
    scenario.do(other.synchronise(ego, lane(-2, 200.0), there, final_speed_mps=15.0))
    scenario.end(reached(ego, there, 1.0))
    run = scenario.run(dt_s=0.05)
    assert run.pose[-1, 1, 0] == pytest.approx(200.0, abs=2.0)
    assert run.speed[-1, 1] == pytest.approx(15.0, abs=1.0)


def test_actors_vanish_and_appear() -> None:
    scenario = _scenario(4.0)
    other = scenario.actors["Other"]
    scenario.do(serial(wait(1.0), other.vanish(), wait(1.0), other.appear(lane(-3, 300.0))))
    run = scenario.run(dt_s=0.05)
    at = {round(float(t), 2): row for row, t in enumerate(run.time_s)}
    assert np.isfinite(run.pose[at[0.9], 1, 0])
    assert np.isnan(run.pose[at[1.5], 1, 0])
    assert run.pose[at[3.0], 1, 0] == pytest.approx(300.0, abs=12.0)


def test_signals_variables_and_weather_are_seen_by_conditions() -> None:
    scenario = Scenario("test", road=crossing(lanes=1))
    begin = scenario.on_street("South", towards="Centre", metres=60.0)
    ego = scenario.vehicle("Ego", at=begin, speed_mps=8.0)
    (name, *_) = scenario.signals_at("South", towards="Centre")
    scenario.variable("phase", "calm")
    scenario.do(serial(wait(1.0), scenario.set_signal(name, state="red"), scenario.set_variable("phase", "busy")))
    scenario.do(when(signal(name, "red") & variable("phase", "busy"), ego.stop(4.0)))
    scenario.do(serial(wait(2.0), scenario.set_environment(Environment(rain_mm_h=5.0, friction=0.6))))
    scenario.do(ego.light("brakeLights"))
    scenario.end(standing(ego, 0.5) | travelled(ego, 100.0))
    run = scenario.run(dt_s=0.05)
    assert run.sim_end_s == pytest.approx(1.1 + 2.0 + 0.5, abs=0.3)


def test_drivers_take_over_and_let_go() -> None:
    scenario = Scenario("test", road=straight(1000.0, lanes=2))
    ego = scenario.vehicle("Ego", at=lane(-1, 50.0), speed_mps=20.0, driver="idm")
    blocker = scenario.vehicle("Blocker", at=ahead_of(ego, gap_m=40.0), speed_mps=8.0)
    scenario.do(when(distance(ego, blocker) < 15.0, ego.hand_over(along=False, across=False), ego.speed(20.0)))
    scenario.end(time_s() > 12.0)
    run = scenario.run(dt_s=0.05)
    assert run.speed[:, 0].min() < 17.0
    assert run.speed[-1, 0] == pytest.approx(20.0)


def test_a_function_may_be_the_driver_and_pedals_stay_with_the_spec() -> None:
    def slowly(seen: Observation, _time_s: float) -> MotionTarget:
        return MotionTarget(acceleration_mps2=-1.0 if seen.own.speed_mps > 6.0 else 0.0)

    scenario = Scenario("test", road=straight(600.0, lanes=2))
    scenario.vehicle("Ego", at=lane(-1, 50.0), speed_mps=10.0, driver=slowly)
    scenario.vehicle("Other", at=lane(-2, 50.0), speed_mps=10.0, driver="careful?pedals=true")
    scenario.vehicle("Third", at=lane(-2, 300.0), speed_mps=10.0, driver="idm?headway_s=1.1")
    scenario.end(time_s() > 6.0)
    assert set(scenario.drivers) == {"Ego", "Other"}
    assert scenario.actors["Third"].driver == "idm?headway_s=1.1"
    run = scenario.run(dt_s=0.05)
    assert run.speed[-1, 0] == pytest.approx(6.0, abs=0.1)
    assert run.pose[-1, 1, 0] > 90.0


def test_a_bend_and_coordinates() -> None:
    scenario = Scenario("test", road=curved(100.0, 200.0, lanes=1))
    scenario.vehicle("Ego", at=lane(-1, 20.0), speed_mps=10.0)
    scenario.vehicle("Off", at=at_xy(-50.0, 30.0, 1.0))
    scenario.vehicle("Geo", at=at_lonlat(116.5021, 39.7869))
    scenario.end(time_s() > 10.0)
    run = scenario.run(dt_s=0.05)
    assert run.pose[-1, 0, 3] - run.pose[0, 0, 3] == pytest.approx(1.0, abs=0.05)
    assert run.pose[0, 1, :2].tolist() == pytest.approx([-50.0, 30.0])
    assert run.pose[0, 2, :2].tolist() == pytest.approx([0.0, 0.0], abs=0.05)


def test_impossible_orders_are_refused() -> None:
    scenario = _scenario()
    ego, other = scenario.actors.values()
    with pytest.raises(ScriptError, match="one of them would be right"):
        ego.speed(5.0, over_s=1.0, rate_mps2=2.0)
    with pytest.raises(ScriptError, match="one would be right"):
        ego.match_speed(other, delta_mps=1.0, factor=2.0)
    with pytest.raises(ScriptError, match="no place to cross from"):
        scenario.pedestrian("Ghost", at=None).cross(to=lane(-1, 5.0))
