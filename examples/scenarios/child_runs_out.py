"""A child runs into the road and stops in the middle of the lane."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Scenario, distance, lane, serial, straight, time_s, wait, when

scenario = Scenario("child-runs-out", road=straight(400.0, lanes=1, speed_mps=8.3))
ego = scenario.vehicle("Ego", at=lane(-1, 20.0), speed_mps=8.0, driver="careful")
child = scenario.pedestrian("Child", at=lane(-1, 120.0, offset_m=-4.0), model="child")
run = child.follow_line([lane(-1, 120.0, offset_m=-4.0), lane(-1, 120.0, offset_m=0.0)], 3.0)
home = child.follow_line([lane(-1, 120.0, offset_m=0.0), lane(-1, 120.0, offset_m=-4.0)], 2.0)
scenario.do(when(distance(ego, child) < 35.0, serial(run, child.speed(0.0), wait(4.0), home, child.speed(0.0))))
scenario.end(time_s() > 30.0)
scenario.require(no_collision())
