"""Traces of the engine's runs: what the trace says is what the scenario did."""

import numpy as np
import pytest

from jing_maps.errors import UnknownNameError
from jing_scenarios import criteria
from jing_scenarios.criteria import judge
from jing_scenarios.metrics import METRICS
from jing_scenarios.metrics.scenario_runs import trace_of
from jing_scenarios.script import Environment, Scenario, lane, serial, straight, time_s, wait
from jing_scenarios.storyboard.run import ScenarioRun


@pytest.fixture(scope="module")
def run() -> ScenarioRun:
    scenario = Scenario("cut-in", road=straight(1500.0, lanes=3))
    scenario.vehicle("ego", at=lane(-2, 50.0), speed_mps=25.0)
    car = scenario.vehicle("cutter", at=lane(-1, 90.0), speed_mps=20.0)
    scenario.do(serial(wait(1.0), car.change_lane(right=1, over_s=2.0)))
    scenario.environment(Environment(time="08:30"))
    scenario.end(time_s() > 6.0)
    return scenario.run(dt_s=0.05)


def test_the_trace_is_that_of_the_run(run: ScenarioRun) -> None:
    trace = trace_of(run)
    assert trace.names == ("ego", "cutter")
    assert (trace.names[trace.ego], trace.kinds) == ("ego", ("car", "car"))
    np.testing.assert_array_equal(trace.x_m, run.x)
    assert trace.places.lane[0].tolist() == [-2, -1]
    assert trace.odr is not None
    assert trace.boxes.length_m[0] == run.bodies[0].size_m[0]
    assert "08:30" in trace.t0
    assert any(change.type == "event" and change.state == "completeState" for change in trace.story)


def test_the_cut_in_is_seen(run: ScenarioRun) -> None:
    trace = trace_of(run)
    asked = criteria.after_cut_in("cutter").holds(trace)
    begin = trace.time_s[int(np.argmax(asked))]
    assert 1.5 < begin < 3.0
    # Before, nobody is ahead in the ego's lane; behind it, the gap closes with 5 m/s.
    ttc = METRICS["ttc_s"].of(trace, trace.ego).values
    assert np.isnan(ttc[~asked]).all()
    row = int(np.argmax(asked))
    gap = METRICS["gap_m"].of(trace, trace.ego).values
    assert ttc[row] == pytest.approx(gap[row] / 5.0, rel=0.05)


def test_verdicts_over_a_run(run: ScenarioRun) -> None:
    trace = trace_of(run, ego="ego")
    verdict = judge(trace, [criteria.no_collision(), criteria.stays_on_road(), criteria.no_wrong_way(),
                            criteria.min_gap(0.5, other="cutter", when=criteria.after_cut_in("cutter"))])  # fmt: skip
    assert verdict.outcome == "pass", verdict.reason
    with pytest.raises(UnknownNameError, match="cutter"):
        trace_of(run, ego="cuter")


def test_an_assigned_route_is_the_route_of_the_trace() -> None:
    scenario = Scenario("route", road=straight(400.0, lanes=2))
    ego = scenario.vehicle("ego", at=lane(-1, 50.0), speed_mps=20.0)
    scenario.do(ego.follow_route([lane(-1, 50.0), lane(-1, 250.0)]))
    scenario.end(time_s() > 5.0)
    trace = trace_of(scenario.run(dt_s=0.1))
    assert trace.routes[0][0, 0] == pytest.approx(50.0)
    assert trace.routes[0][-1, 0] == pytest.approx(250.0)
    done = criteria.completes_route(0.4).judge(trace)
    assert (done.outcome, done.unit) == ("pass", "%")
    assert done.value == pytest.approx(50.0, abs=2.0)
