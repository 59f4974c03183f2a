"""At a crossing with signals somebody runs the red from the left."""

from jing_scenarios.criteria import no_collision, stops_at_red
from jing_scenarios.script import Scenario, crossing, time_s

scenario = Scenario("red-runner", road=crossing(lanes=2))
ego = scenario.vehicle("Ego", at=scenario.on_street("South", towards="Centre", metres=80.0), speed_mps=11.0)
place = scenario.on_street("West", towards="Centre", metres=90.0, lane_from_right=2)
runner = scenario.vehicle("Runner", at=place, speed_mps=13.0, model="suv")
reds = scenario.signals_at("West", towards="Centre")
greens = scenario.signals_at("South", towards="Centre")
scenario.do(scenario.set_signal(*greens, state="green"))
scenario.do(runner.run_red(*reds, speed_mps=13.0))
scenario.end(time_s() > 15.0)
scenario.require(no_collision(), stops_at_red(actor="Ego"))
