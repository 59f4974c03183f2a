"""Group 5: automatic emergency avoidance."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.library.spots import scene
from jing_scenarios.script import Scenario, ahead_of, gap, serial, time_s, wait, when

__all__ = ["cut_out", "lead_brakes", "pedestrian_steps_out"]


def pedestrian_steps_out(area: str, weather: str = "clear", light: str = "day") -> Scenario:
    """Somebody steps from behind a van into the lane, 20 m ahead of the vehicle."""
    scenario, ego, spot = scene(
        "pedestrian steps out", area, (weather, light), before_m=420.0, speed_mps=10.0, lane_from_right=1
    )
    scenario.vehicle("Van", at=spot.before(scenario, 346.0, 1, offset_m=-3.2), model="van")
    walker = scenario.pedestrian("Walker", at=spot.before(scenario, 339.0, 1, offset_m=-3.4))
    to = spot.before(scenario, 339.0, 1, offset_m=4.0)
    scenario.do(when(gap(ego, walker) < 20.0, walker.cross(to, 1.6)))
    scenario.end(time_s() > 16.0)
    scenario.require(no_collision(requirement="GBT41798-G5"))
    return scenario


def lead_brakes(area: str, weather: str = "clear", light: str = "day") -> Scenario:
    """The car ahead, two seconds away, brakes with 6 m/s2 to a standstill."""
    scenario, ego, _ = scene("lead brakes", area, (weather, light), before_m=430.0)
    car = scenario.vehicle("Lead", at=ahead_of(ego, time_gap_s=2.0), speed_mps=12.5)
    scenario.do(serial(wait(8.0), car.brake(6.0)))
    scenario.end(time_s() > 18.0)
    scenario.require(no_collision(requirement="GBT41798-G5"))
    return scenario


def cut_out(area: str, weather: str = "clear", light: str = "day") -> Scenario:
    """The car ahead leaves the lane and shows one that stands."""
    scenario, ego, _ = scene("cut-out", area, (weather, light), before_m=430.0)
    car = scenario.vehicle("Lead", at=ahead_of(ego, time_gap_s=2.0), speed_mps=12.5)
    still = scenario.vehicle("Standing", at=ahead_of(ego, gap_m=110.0))
    scenario.do(when(gap(car, still) < 32.0, car.change_lane(left=1, over_s=2.2)))
    scenario.end(time_s() > 16.0)
    scenario.require(no_collision(requirement="GBT41798-G5"))
    return scenario
