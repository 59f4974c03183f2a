"""A cut-in of two cars: for demonstrations and tests."""

from jing_scenarios.script.conditions import time_s
from jing_scenarios.script.distributions import Uniform
from jing_scenarios.script.maneuvers import serial, wait
from jing_scenarios.script.places import ahead_of, lane
from jing_scenarios.script.requirements import min_gap, min_ttc
from jing_scenarios.script.roads import straight
from jing_scenarios.script.scenario import Scenario

__all__ = ["CUT_IN_SPACE", "cut_in"]

CUT_IN_SPACE = {
    "gap_m": Uniform(5.0, 30.0),
    "speed_mps": Uniform(16.0, 24.0),
    "braking_mps2": Uniform(1.0, 6.0),
}
"""What varies, and between which values."""


def cut_in(
    gap_m: float = 20.0, speed_mps: float = 20.0, braking_mps2: float = 3.0, driver: str = "careful"
) -> Scenario:
    """A car cuts in from the left and brakes; the ego drives at 25 m/s with a driver, or with none if that is empty."""
    scenario = Scenario("cut-in", road=straight(1500.0, lanes=3))
    ego = scenario.vehicle("Ego", at=lane(-2, 50.0), speed_mps=25.0, driver=driver or None)
    cutter = scenario.vehicle("Cutter", at=ahead_of(ego, gap_m=gap_m, left=1), speed_mps=speed_mps)
    scenario.do(serial(wait(1.0), cutter.change_lane(right=1, over_s=2.5), cutter.brake(braking_mps2, to_mps=8.0)))
    scenario.end(time_s() > 12.0)
    scenario.require(min_gap("Ego", "Cutter") >= 0.5, min_ttc("Ego") >= 1.0)
    return scenario
