"""Cones close the ego's lane; a car in the next lane leaves a gap that varies."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Param, Scenario, Uniform, behind, distance, lane, straight, time_s, when

room = Param("gap_behind_m", Uniform(10.0, 40.0))

scenario = Scenario("road-works", road=straight(800.0, lanes=2))
ego = scenario.vehicle("Ego", at=lane(-2, 40.0), speed_mps=14.0)
for number in range(5):
    place = lane(-2, 250.0 + 6.0 * number, offset_m=0.7 * number - 1.4)
    scenario.thing(f"Cone{number + 1}", at=place, size_m=(0.4, 0.4, 0.7), category="obstacle", mass_kg=3.0)
other = scenario.vehicle("Neighbour", at=behind(ego, gap_m=room, left=1), speed_mps=14.0)
scenario.do(when(distance(ego, scenario.actors["Cone1"]) < 80.0, ego.change_lane(left=1, over_s=3.0)))
scenario.end(time_s() > 25.0)
scenario.require(no_collision())
