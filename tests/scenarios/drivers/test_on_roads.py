"""Built-in drivers on roads: red lights, crosswalks, limits, lanes; what they see is what is there."""

import math
from pathlib import Path

import numpy as np
import pytest

from jing_scenarios.drivers.driver import Driver, DriverView, MotionTarget, Observation, PoseTarget
from jing_scenarios.drivers.spec import driver_of_spec, function_driver
from jing_scenarios.script import Environment, Scenario, ahead_of, crossing, lane, straight, time_s, when
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.run import ScenarioRun
from jing_scenarios.storyboard.run_scenario import run_scenario
from jing_scenarios.worlds.choice import native_world


def _run(scenario: Scenario, driver: Driver, dt_s: float = 0.05) -> ScenarioRun:
    resolved = scenario.resolved()
    world = native_world(resolved.road_file, [driver])
    return run_scenario(resolved, RunOptions(dt_s=dt_s, world=world, drivers={"Ego": driver}))


def _red_light() -> Scenario:
    scenario = Scenario("red", road=crossing(lanes=2, signals=True))
    scenario.vehicle("Ego", at=scenario.on_street("South", towards="Centre", metres=90.0), speed_mps=12.0)
    scenario.do(scenario.set_signal(*scenario.signals_at("South", towards="Centre"), state="red"))
    scenario.end(time_s() > 20.0)
    return scenario


@pytest.mark.parametrize("spec", ["careful", "careful?pedals=true"])
def test_the_careful_one_stops_before_a_red_light(spec: str) -> None:
    run = _run(_red_light(), driver_of_spec(spec))
    assert run.speed[-1, 0] < 0.3
    way = math.hypot(run.x[-1, 0] - run.x[0, 0], run.y[-1, 0] - run.y[0, 0])
    # 90 m to the line, of which the vehicle's front takes some 3.7 m.
    assert 78.0 < way < 86.5


def test_the_careless_one_does_not() -> None:
    run = _run(_red_light(), driver_of_spec("careless"))
    assert math.hypot(run.x[-1, 0] - run.x[0, 0], run.y[-1, 0] - run.y[0, 0]) > 110.0


def test_drivers_see_the_light_its_state_and_its_line() -> None:
    seen: list[Observation] = []

    def look(view: Observation, time_s: float) -> MotionTarget:
        del time_s
        seen.append(view)
        return MotionTarget(0.0)

    _run(_red_light(), function_driver(look, needs=("state", "lane", "signals", "crossings")))
    first = seen[1]
    assert first.signals[0].state == "red"
    assert first.signals[0].distance_m == pytest.approx(90.0 - first.own.front_m, abs=6.0)
    assert seen[21].signals[0].distance_m == pytest.approx(first.signals[0].distance_m - 12.0, abs=0.3)
    assert first.lane is not None
    assert np.all(np.diff(first.lane.distance_m) > 0.0)
    assert abs(first.lane.offset_m) < 0.05


def _walker() -> Scenario:
    scenario = Scenario("walker", road=straight(400.0, lanes=1, speed_mps=13.9))
    scenario.vehicle("Ego", at=lane(-1, 20.0), speed_mps=12.0)
    walker = scenario.pedestrian("Walker", at=lane(-1, 90.0, offset_m=-5.0))
    scenario.do(walker.cross(to=lane(-1, 90.0, offset_m=6.0), speed_mps=1.3))
    scenario.end(time_s() > 18.0)
    return scenario


def test_the_careful_one_yields_to_somebody_who_crosses() -> None:
    assert not _run(_walker(), driver_of_spec("careful")).contacts


def test_the_default_driver_holds_speed_and_lane() -> None:
    run = _run(_walker(), driver_of_spec("default"))
    assert np.allclose(run.speed[1:, 0], 12.0)


def test_the_careful_one_keeps_the_limit_and_the_careless_one_does_not() -> None:
    speeds = {}
    for spec in ("careful", "careless"):
        scenario = Scenario("limit", road=straight(900.0, lanes=1, speed_mps=13.9))
        scenario.vehicle("Ego", at=lane(-1, 20.0), speed_mps=13.0)
        scenario.end(time_s() > 30.0)
        speeds[spec] = float(_run(scenario, driver_of_spec(spec)).speed[:, 0].max())
    assert speeds["careful"] <= 13.9 + 1e-6
    assert speeds["careless"] > 15.0


def test_a_driver_that_answers_poses_goes_where_it_says(tmp_path: Path) -> None:
    track = tmp_path / "track.csv"
    track.write_text("t,x,y,h,speed\n0,20,-1.75,0,10\n2,40,-1.75,0,10\n4,60,1.75,0.1,10\n", encoding="utf-8")
    scenario = Scenario("replay", road=straight(400.0, lanes=1, speed_mps=13.9))
    scenario.vehicle("Ego", at=lane(-1, 20.0), speed_mps=10.0)
    scenario.end(time_s() > 5.0)
    run = _run(scenario, driver_of_spec(f"replay?file={track}"))
    at = int(np.searchsorted(run.time_s, 3.0 - 1e-6))
    assert (run.x[at, 0], run.y[at, 0]) == pytest.approx((50.0, 0.0), abs=1e-6)
    assert (run.x[-1, 0], run.y[-1, 0]) == pytest.approx((60.0, 1.75), abs=1e-6)


class _Wild:
    """Answers with a pose that is none."""

    needs = ("state",)
    answers = "pose"

    def setup(self, view: DriverView) -> None:
        assert view.actor == "Ego"

    def control(self, seen: Observation, time_s: float) -> PoseTarget:
        del seen, time_s
        return PoseTarget(math.nan, 0.0, 0.0, 0.0)


def test_nonsense_ends_the_run_and_says_whose_fault_it_is() -> None:
    scenario = Scenario("wild", road=straight(400.0, lanes=1, speed_mps=13.9))
    scenario.vehicle("Ego", at=lane(-1, 20.0), speed_mps=10.0)
    scenario.end(time_s() > 5.0)
    run = _run(scenario, _Wild())  # type: ignore[arg-type]  # its attributes are plain words
    assert run.stopped_by.startswith("the driver of 'Ego' failed at 0.00 s: it answers PoseTarget(x_m=nan")


def test_who_takes_over_a_car_that_stands_drives_off_and_stops_when_the_scenario_says_so() -> None:
    scenario = Scenario("stands", road=straight(900.0, lanes=1, speed_mps=13.9))
    ego = scenario.vehicle("Ego", at=lane(-1, 20.0), speed_mps=0.0)
    scenario.do(when(time_s() > 15.0, ego.speed(0.0)))
    scenario.end(time_s() > 30.0)
    run = _run(scenario, driver_of_spec("careful"))
    assert run.speed[300, 0] == pytest.approx(13.9, abs=1.0)
    assert run.speed[-1, 0] < 0.5


def test_a_turn_is_driven_in_the_middle_of_the_lane() -> None:
    scenario = Scenario("turn", road=crossing(lanes=1, signals=False))
    start = scenario.on_street("South", towards="Centre", metres=30.0)
    ego = scenario.vehicle("Ego", at=start, speed_mps=5.0)
    scenario.do(ego.follow_route([start, scenario.on_street("West", leaving="Centre", metres=30.0)]))
    scenario.end(time_s() > 12.0)
    run = _run(scenario, driver_of_spec("careful"))
    turned = abs((run.h[-1, 0] - run.h[0, 0] + math.pi) % (2 * math.pi) - math.pi)
    assert turned == pytest.approx(math.pi / 2, abs=0.2)
    assert np.abs(run.along[:, 0, 2]).max() < 0.05


def _way_to_a_halt(spec: str, weather: Environment | None) -> tuple[float, float]:
    """Top speed, and how far the ego comes that has to stop for a car behind the next 300 m."""
    scenario = Scenario("weather", road=straight(900.0, lanes=1, speed_mps=33.0))
    ego = scenario.vehicle("Ego", at=lane(-1, 20.0), speed_mps=20.0)
    scenario.vehicle("Broken", at=ahead_of(ego, gap_m=300.0), speed_mps=0.0)
    if weather is not None:
        scenario.environment(weather)
    scenario.end(time_s() > 40.0)
    run = _run(scenario, driver_of_spec(spec))
    return float(run.speed[:, 0].max()), float(run.x[-1, 0] - run.x[0, 0])


def test_fog_makes_the_careful_one_drive_within_its_sight() -> None:
    fast, _ = _way_to_a_halt("careful?wish_mps=33", None)
    slow, way = _way_to_a_halt("careful?wish_mps=33", Environment(fog_m=60.0))
    assert fast > 24.0
    assert slow <= 20.0 + 1e-6
    assert way < 300.0


def test_a_slippery_road_makes_an_emergency_braking_longer() -> None:
    _, dry = _way_to_a_halt("aeb", None)
    _, icy = _way_to_a_halt("aeb?ttc_s=2.5&needs_mps2=30", Environment(friction=0.3))
    assert dry < 297.0
    assert icy > 297.0
