"""Two cars meet at the end of a lane: the second adjusts its speed to come in behind."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Scenario, ahead_of, lane, serial, straight, time_s

scenario = Scenario("merging", road=straight(1200.0, lanes=2))
main = scenario.vehicle("Main", at=lane(-1, 60.0), speed_mps=20.0)
ego = scenario.vehicle("Ego", at=ahead_of(main, 10.0, right=1), speed_mps=18.0)
meet_main, meet_ego = lane(-1, 360.0), lane(-2, 330.0)
scenario.do(serial(ego.synchronise(main, meet_ego, meet_main, final_speed_mps=20.0), ego.change_lane(left=1)))
scenario.end(time_s() > 25.0)
scenario.require(no_collision())
