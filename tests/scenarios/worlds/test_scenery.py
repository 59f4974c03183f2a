"""A driven vehicle that runs into what stands beside the road has collided."""

import numpy as np
import pytest

from jing_scenarios.criteria import judge, no_collision
from jing_scenarios.drivers.spec import driver_of_spec
from jing_scenarios.metrics.scenario_runs import trace_of
from jing_scenarios.script import Scenario, lane, straight, time_s
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.run import ScenarioRun
from jing_scenarios.storyboard.run_scenario import run_scenario
from jing_scenarios.worlds.bodies import BodiesWorld
from jing_sim.driving.boxes import Boxes
from jing_sim.driving.scene import flat_scene


def _run(wall_m: float, spec: str) -> ScenarioRun:
    scenario = Scenario("wall", road=straight(400.0, lanes=1, speed_mps=13.9))
    scenario.vehicle("Ego", at=lane(-1, 20.0), speed_mps=10.0)
    scenario.end(time_s() > 8.0)
    wall = Boxes.stack([(np.array([wall_m, -1.75, 1.0]), np.array([0.3, 2.0, 1.0]), 0.0, 28, "wall")])
    driver = driver_of_spec(spec)
    options = RunOptions(world=BodiesWorld(flat_scene(boxes=wall)), drivers={"Ego": driver})
    return run_scenario(scenario.resolved(), options)


def test_a_wall_is_touched_once_and_fails_the_criterion() -> None:
    run = _run(70.0, "idm?pedals=true")
    begins = [contact for contact in run.contacts if contact.begins]
    assert [(contact.actor, contact.other) for contact in begins] == [(0, -1)]
    assert begins[0].time_s == pytest.approx(4.7, abs=0.5)
    assert judge(trace_of(run), (no_collision(),)).outcome == "fail"


def test_a_wall_that_is_not_reached_is_not_touched() -> None:
    run = _run(300.0, "idm?pedals=true")
    assert not run.contacts
    assert judge(trace_of(run), (no_collision(),)).outcome == "pass"
