"""A car whose behaviour is a Python function: it keeps its distance by a rule of its own."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Me, Scenario, Wish, ahead_of, lane, straight, time_s


def hesitates(me: Me, time_s: float) -> Wish | None:
    """Slows down while the ego is close behind it, weaves a little, and goes its way after ten seconds."""
    if time_s > 10.0:
        return None
    near = -me.ahead_m("Ego") < 25.0
    speed = me.speed_mps + (-1.5 if near else 1.0) * me.dt_s
    return Wish(speed_mps=min(max(speed, 6.0), 14.0), offset_m=0.3 * min(time_s, 1.0))


scenario = Scenario("function", road=straight(800.0, lanes=2))
ego = scenario.vehicle("Ego", at=lane(-1, 20.0), speed_mps=14.0, driver="idm")
other = scenario.vehicle("Other", at=ahead_of(ego, gap_m=30.0), speed_mps=14.0)
scenario.do(other.behave(hesitates))
scenario.end(time_s() > 20.0)
scenario.require(no_collision())
