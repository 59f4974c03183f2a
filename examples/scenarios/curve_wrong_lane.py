"""In a bend an oncoming truck cuts the corner."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Param, Scenario, Uniform, curved, lane, min_gap, serial, time_s, wait

over = Param("over_the_line_m", Uniform(0.5, 2.0))

scenario = Scenario("curve", road=curved(120.0, 300.0, lanes=1, speed_mps=13.9))
ego = scenario.vehicle("Ego", at=lane(-1, 20.0), speed_mps=11.0)
truck = scenario.vehicle("Truck", at=lane(-1, 20.0, road="2"), speed_mps=11.0, model="truck")
scenario.do(serial(wait(3.0), truck.lane_offset(over, max_lateral_mps2=1.5), wait(3.0), truck.lane_offset(0.0)))
scenario.end(time_s() > 20.0)
scenario.require(no_collision(), min_gap("Ego", "Truck") >= 0.3)
