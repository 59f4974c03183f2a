"""Somebody on foot crosses the road from behind a parked van."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Param, Scenario, Uniform, distance, lane, min_gap, straight, time_s, when

walk = Param("walking_speed_mps", Uniform(0.8, 2.0))
notice = Param("trigger_distance_m", Uniform(25.0, 60.0))

scenario = Scenario("pedestrian-crossing", road=straight(400.0, lanes=1, speed_mps=13.9))
ego = scenario.vehicle("Ego", at=lane(-1, 20.0), speed_mps=11.0, driver="careful")
scenario.vehicle("Van", at=lane(-1, 140.0, offset_m=-2.6), model="van")
walker = scenario.pedestrian("Walker", at=lane(-1, 150.0, offset_m=-3.5))
scenario.do(when(distance(ego, walker) < notice, walker.cross(to=lane(-1, 150.0, offset_m=6.0), speed_mps=walk)))
scenario.end(time_s() > 25.0)
scenario.require(no_collision(), min_gap("Ego", "Walker") >= 0.5)
