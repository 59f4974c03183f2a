"""Group 3: pedestrians and non-motor vehicles."""

from jing_scenarios.criteria import min_gap, no_collision
from jing_scenarios.laws_china import china_laws
from jing_scenarios.library.spots import crosswalk_ends, scene
from jing_scenarios.script import Scenario, distance, parallel, time_s, when

__all__ = ["crosswalk", "cyclist_ahead"]


def crosswalk(area: str, weather: str = "clear", light: str = "day") -> Scenario:
    """The vehicle turns right at green while somebody walks over the crosswalk behind the turn."""
    scenario, ego, spot = scene("crosswalk", area, (weather, light), before_m=70.0, speed_mps=8.0, lane_from_right=1)
    near, far = crosswalk_ends(scenario, spot)
    walker = scenario.pedestrian("Walker", at=near)
    signals = spot.signals(scenario)
    to = spot.after(scenario, 60.0, "right", lane_from_right=1)
    scenario.do(parallel(ego.go_to(to), scenario.set_signal(*signals, state="green")))
    scenario.do(when(distance(ego, walker) < 21.0, walker.cross(far, 1.4)))
    scenario.end(time_s() > 40.0)
    scenario.require(
        no_collision(requirement="GBT41798-G3"),
        min_gap(0.5, other="Walker", requirement="GBT41798-G3", name="keeps off the walker"),
        *china_laws(only=("yield_to_pedestrians",)),
    )
    return scenario


def cyclist_ahead(area: str, weather: str = "clear", light: str = "day") -> Scenario:
    """Somebody rides a bicycle in the lane at 15 km/h."""
    scenario, _, spot = scene("cyclist ahead", area, (weather, light), before_m=430.0)
    place = spot.before(scenario, 370.0, offset_m=-0.5)
    scenario.vehicle("Cyclist", at=place, speed_mps=15 / 3.6, model="bicycle")
    scenario.end(time_s() > 20.0)
    scenario.require(
        no_collision(requirement="GBT41798-G3"),
        min_gap(1.0, other="Cyclist", requirement="GBT41798-G3", name="keeps off the cyclist"),
    )
    return scenario
