"""A cyclist reaches the middle of a crossing at the moment at which the ego does."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Scenario, crossing, time_s

scenario = Scenario("synchronised-crossing", road=crossing(lanes=1, bike_lane=True, signals=False))
ego = scenario.vehicle("Ego", at=scenario.on_street("South", towards="Centre", metres=90.0), speed_mps=10.0)
place = scenario.on_street("East", towards="Centre", metres=60.0, bikes=True)
cyclist = scenario.vehicle("Cyclist", at=place, speed_mps=3.0, model="bicycle")
ego_end = scenario.on_street("South", towards="Centre", metres=0.5)
cyclist_end = scenario.on_street("East", towards="Centre", metres=0.5, bikes=True)
scenario.do(cyclist.synchronise(ego, cyclist_end, ego_end, final_speed_mps=5.0))
scenario.end(time_s() > 15.0)
scenario.require(no_collision())
