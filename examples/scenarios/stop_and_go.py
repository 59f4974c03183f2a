"""A jam: the car ahead stops and starts three times, and the ego follows."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Scenario, ahead_of, lane, min_ttc, serial, straight, time_s, wait

scenario = Scenario("stop-and-go", road=straight(1000.0, lanes=2))
ego = scenario.vehicle("Ego", at=lane(-1, 20.0), speed_mps=8.0, driver="idm")
lead = scenario.vehicle("Lead", at=ahead_of(ego, gap_m=15.0), speed_mps=8.0)
waves = [move for _ in range(3) for move in (lead.stop(2.0), wait(3.0), lead.accelerate(8.0, 1.5), wait(2.0))]
scenario.do(serial(*waves))
scenario.end(time_s() > 60.0)
scenario.require(no_collision(), min_ttc("Ego") >= 1.0)
