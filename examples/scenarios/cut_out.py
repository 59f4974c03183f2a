"""The car ahead leaves the lane late, and a standing one comes into sight."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Param, Scenario, Uniform, ahead_of, gap, lane, straight, time_s, when

distance = Param("cut_out_distance_m", Uniform(25.0, 60.0))

scenario = Scenario("cut-out", road=straight(1500.0, lanes=3))
ego = scenario.vehicle("Ego", at=lane(-2, 50.0), speed_mps=20.0, driver="careful")
lead = scenario.vehicle("Lead", at=ahead_of(ego, time_gap_s=2.0), speed_mps=20.0, model="van")
blocker = scenario.vehicle("Blocker", at=ahead_of(ego, 300.0))
scenario.do(when(gap(lead, blocker) < distance, lead.change_lane(left=1, over_s=2.5)))
scenario.end(time_s() > 25.0)
scenario.require(no_collision())
