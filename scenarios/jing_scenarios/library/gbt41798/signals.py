"""Group 1: traffic signals and signs are seen and obeyed."""

import numpy as np

from jing_scenarios.criteria import custom, keeps_speed_limit, no_collision, stops_at_line, stops_at_red
from jing_scenarios.library.spots import scene
from jing_scenarios.metrics.scenario_trace import ScenarioTrace
from jing_scenarios.script import Scenario, parallel, serial, time_s, wait

__all__ = ["red_light", "speed_limit"]

GREEN_AT_S = 22.0


def red_light(area: str, weather: str = "clear", light: str = "day") -> Scenario:
    """The light is red and turns green; the vehicle stops before the line and goes on."""
    scenario, ego, spot = scene("red light", area, (weather, light), before_m=150.0)
    signals = spot.signals(scenario)
    scenario.do(parallel(ego.go_to(spot.after(scenario, 90.0)), scenario.set_signal(*signals, state="red")))
    scenario.do(serial(wait(GREEN_AT_S), scenario.set_signal(*signals, state="green")))
    scenario.end(time_s() > GREEN_AT_S + 10.0)

    def goes_on_at_green(trace: ScenarioTrace) -> bool:
        after = trace.time_s > GREEN_AT_S
        x, y = trace.x_m[after, trace.ego], trace.y_m[after, trace.ego]
        return bool(np.hypot(np.diff(x), np.diff(y)).sum() > 15.0)

    scenario.require(
        no_collision(requirement="GBT41798-G1"),
        stops_at_red(requirement="GBT41798-G1"),
        stops_at_line(0.2, requirement="GBT41798-G1"),
        custom(goes_on_at_green, name="goes on at green", requirement="GBT41798-G1"),
    )
    return scenario


def speed_limit(area: str, weather: str = "clear", light: str = "day") -> Scenario:
    """The mission asks for 80 km/h on a street on which less is allowed."""
    scenario, ego, _ = scene("speed limit", area, (weather, light), before_m=450.0)
    scenario.do(ego.follow_lane(80 / 3.6))
    scenario.end(time_s() > 14.0)
    scenario.require(no_collision(requirement="GBT41798-G1"), keeps_speed_limit(2.0, "km/h", requirement="GBT41798-G1"))
    return scenario
