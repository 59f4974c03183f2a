"""The car ahead brakes as hard as it can."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Param, Scenario, Steps, Uniform, ahead_of, lane, serial, straight, time_s, wait

speed = Param("speed_kph", Steps(30.0, 90.0, 20.0))
headway = Param("headway_s", Uniform(0.8, 2.5))

scenario = Scenario("emergency-brake", road=straight(1500.0, lanes=2))
ego = scenario.vehicle("Ego", at=lane(-1, 50.0), speed_mps=speed / 3.6, driver="aeb")
lead = scenario.vehicle("Lead", at=ahead_of(ego, time_gap_s=headway), speed_mps=speed / 3.6)
scenario.do(serial(wait(1.0), lead.brake(8.0)))
scenario.end(time_s() > 12.0)
scenario.require(no_collision())
