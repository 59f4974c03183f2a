"""An ambulance comes from behind with its lights on, and the ego moves to the right."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Scenario, behind, distance, lane, straight, time_s, travelled, when

scenario = Scenario("ambulance", road=straight(1200.0, lanes=2))
ego = scenario.vehicle("Ego", at=lane(-1, 200.0), speed_mps=12.0)
rescue = scenario.vehicle("Ambulance", at=behind(ego, gap_m=100.0), speed_mps=22.0, model="ambulance")
scenario.do(rescue.light("specialPurposeLights", "flashing"))
scenario.do(when(distance(ego, rescue) < 60.0, ego.change_lane(right=1, over_s=2.5), ego.brake(1.5, to_mps=8.0)))
scenario.end(travelled(rescue, 500.0) | (time_s() > 40.0))
scenario.require(no_collision())
