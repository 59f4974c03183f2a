"""Group 2: road infrastructure and obstacles."""

from jing_scenarios.criteria import min_gap, min_ttc, no_collision
from jing_scenarios.library.spots import scene
from jing_scenarios.script import Scenario, standing, time_s

__all__ = ["parked_vehicle", "road_works"]


def road_works(area: str, weather: str = "clear", light: str = "day") -> Scenario:
    """A row of barriers closes the lane: the vehicle stops before it or goes round it, and touches nothing."""
    scenario, ego, spot = scene("road works", area, (weather, light), before_m=420.0)
    for k, offset_m in enumerate((-1.2, 0.0, 1.2)):
        place = spot.before(scenario, 300.0, offset_m=offset_m)
        scenario.thing(f"Barrier {k + 1}", at=place, size_m=(0.4, 1.1, 1.0), category="barrier")
    scenario.end((time_s() > 25.0) | standing(ego, 3.0))
    scenario.require(no_collision(requirement="GBT41798-G2"), min_ttc(1.5, requirement="GBT41798-G2"))
    return scenario


def parked_vehicle(area: str, weather: str = "clear", light: str = "day") -> Scenario:
    """A broken-down car stands half in the lane."""
    scenario, ego, spot = scene("parked vehicle", area, (weather, light), before_m=420.0)
    scenario.vehicle("Parked", at=spot.before(scenario, 300.0, offset_m=-0.9))
    scenario.end((time_s() > 25.0) | standing(ego, 3.0))
    scenario.require(
        no_collision(requirement="GBT41798-G2"),
        min_ttc(1.5, requirement="GBT41798-G2"),
        min_gap(0.2, requirement="GBT41798-G2", name="keeps off the car"),
    )
    return scenario
