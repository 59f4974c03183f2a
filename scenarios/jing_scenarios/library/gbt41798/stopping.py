"""Groups 6 to 8: stopping at a place, handing over, and the minimum-risk state."""

from jing_scenarios.criteria import custom, metric_bound, min_ttc, no_collision
from jing_scenarios.library.spots import scene, stands_at_end, stands_within
from jing_scenarios.metrics.scenario_trace import ScenarioTrace
from jing_scenarios.script import Scenario, serial, standing, time_s, wait

__all__ = ["minimum_risk", "stop_on_request", "takeover"]

ASKED_AT_S = 4.0


def stop_on_request(area: str, weather: str = "clear", light: str = "day") -> Scenario:
    """The mission ends: the vehicle is asked to stop, and stands within 12 s without braking hard."""
    scenario, ego, _ = scene("stop on request", area, (weather, light), before_m=430.0)
    scenario.do(serial(wait(ASKED_AT_S), ego.speed(0.0)))
    scenario.end(time_s() > ASKED_AT_S + 14.0)

    def stands(trace: ScenarioTrace) -> bool:
        return stands_within(trace, ASKED_AT_S, 12.0)

    scenario.require(
        no_collision(requirement="GBT41798-G6"),
        custom(stands, name="stands within 12 s", requirement="GBT41798-G6"),
        metric_bound("deceleration_mps2", "<=", 5.0, "m/s2", name="does not brake hard", requirement="GBT41798-G6"),
    )
    return scenario


def takeover(area: str, weather: str = "clear", light: str = "day") -> Scenario:
    """The safety driver takes the pedals and the wheel and brakes to a standstill: the vehicle lets go at once."""
    scenario, ego, _ = scene("takeover", area, (weather, light), before_m=430.0)
    scenario.do(serial(wait(ASKED_AT_S), ego.hand_over(along=False, across=False), ego.brake(3.0)))
    scenario.end(time_s() > ASKED_AT_S + 12.0)

    def lets_go(trace: ScenarioTrace) -> bool:
        return stands_within(trace, ASKED_AT_S, 10.0)

    scenario.require(
        no_collision(requirement="GBT41798-G7"), custom(lets_go, name="lets go", requirement="GBT41798-G7")
    )
    return scenario


def minimum_risk(area: str, weather: str = "fog", light: str = "day") -> Scenario:
    """Works close the whole carriageway: there is no way on, so the vehicle stops in its lane and stays there."""
    scenario, ego, spot = scene("minimum risk", area, (weather, light), before_m=420.0)
    for number in range(1, 5):
        place = spot.before(scenario, 290.0, number)
        scenario.thing(f"Barrier {number}", at=place, size_m=(0.5, 3.2, 1.0), category="barrier")
    scenario.end((time_s() > 30.0) | standing(ego, 5.0))
    scenario.require(
        no_collision(requirement="GBT41798-G8"),
        min_ttc(1.5, requirement="GBT41798-G8"),
        custom(stands_at_end, name="stands", requirement="GBT41798-G8"),
    )
    return scenario
