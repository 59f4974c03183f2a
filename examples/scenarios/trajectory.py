"""A recorded way: a cyclist swerves round a hole, given as places and times."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Scenario, lane, straight, time_s

TIMES = (0.0, 2.0, 3.5, 5.0, 6.5, 12.0)
ALONG = (80.0, 89.0, 96.0, 103.0, 110.0, 135.0)
ACROSS = (-1.2, -1.2, 0.4, 0.4, -1.2, -1.2)

scenario = Scenario("trajectory", road=straight(400.0, lanes=1, speed_mps=11.1))
ego = scenario.vehicle("Ego", at=lane(-1, 20.0), speed_mps=9.0, driver="careful")
cyclist = scenario.vehicle("Cyclist", at=lane(-1, 80.0, offset_m=-1.2), speed_mps=4.5, model="bicycle")
scenario.do(
    cyclist.follow_trajectory(
        [(t, lane(-1, s, offset_m=offset)) for t, s, offset in zip(TIMES, ALONG, ACROSS, strict=True)]
    )
)
scenario.end(time_s() > 14.0)
scenario.require(no_collision())
