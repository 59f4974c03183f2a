"""The ego turns right across the path of an electric bicycle that goes straight on."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Param, Scenario, Uniform, crossing, min_gap, time_s

start = Param("e_bike_speed_mps", Uniform(4.0, 7.0))

scenario = Scenario("right-turn-e-bike", road=crossing(lanes=2, bike_lane=True, signals=False))
ego = scenario.vehicle("Ego", at=scenario.on_street("South", towards="Centre", metres=60.0), speed_mps=7.0)
place = scenario.on_street("South", towards="Centre", metres=45.0, bikes=True)
bike = scenario.vehicle("EBike", at=place, speed_mps=start, model="e_bike")
scenario.do(ego.follow_route([ego.at, scenario.on_street("East", leaving="Centre", metres=60.0)]))
scenario.do(bike.follow_route([place, scenario.on_street("North", leaving="Centre", metres=60.0, bikes=True)]))
scenario.end(time_s() > 15.0)
scenario.require(no_collision(), min_gap("Ego", "EBike") >= 1.0)
