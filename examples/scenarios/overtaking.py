"""The ego overtakes a slow truck and goes back to its lane; everything is scripted."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Scenario, ahead_of, gap, lane, min_gap, serial, straight, time_s, when

scenario = Scenario("overtaking", road=straight(1500.0, lanes=2))
ego = scenario.vehicle("Ego", at=lane(-2, 20.0), speed_mps=22.0)
truck = scenario.vehicle("Truck", at=ahead_of(ego, gap_m=80.0), speed_mps=12.0, model="truck")
out = when(gap(ego, truck) < 30.0, ego.change_lane(left=1, over_s=3.0))
back = when(gap(ego, truck) > 20.0, ego.change_lane(right=1, over_s=3.0))
scenario.do(serial(out, back))
scenario.end(time_s() > 25.0)
scenario.require(no_collision(), min_gap("Ego", "Truck") >= 0.8)
