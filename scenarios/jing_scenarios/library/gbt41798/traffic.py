"""Group 4: what vehicles around do."""

from jing_scenarios.criteria import min_gap, min_ttc, no_collision
from jing_scenarios.library.spots import scene
from jing_scenarios.script import Scenario, ahead_of, serial, time_s, wait

__all__ = ["cut_in", "stop_and_go"]


def cut_in(area: str, weather: str = "clear", light: str = "day") -> Scenario:
    """A slower car changes into the lane 15 m ahead."""
    scenario, ego, _ = scene("cut-in", area, (weather, light), before_m=430.0)
    car = scenario.vehicle("Cutter", at=ahead_of(ego, gap_m=15.0, left=1), speed_mps=9.0)
    scenario.do(serial(wait(1.5), car.change_lane(right=1, over_s=3.0)))
    scenario.end(time_s() > 14.0)
    scenario.require(
        no_collision(requirement="GBT41798-G4"),
        min_gap(1.0, other="Cutter", requirement="GBT41798-G4", name="keeps off the cutter"),
    )
    return scenario


def stop_and_go(area: str, weather: str = "clear", light: str = "day") -> Scenario:
    """The car ahead stops, waits, and drives on."""
    scenario, ego, _ = scene("stop and go", area, (weather, light), before_m=450.0)
    car = scenario.vehicle("Lead", at=ahead_of(ego, gap_m=28.0), speed_mps=12.5)
    scenario.do(serial(wait(2.0), car.stop(3.0), wait(4.0), car.accelerate(10.0, 1.5)))
    scenario.end(time_s() > 25.0)
    scenario.require(no_collision(requirement="GBT41798-G4"), min_ttc(1.5, requirement="GBT41798-G4"))
    return scenario
