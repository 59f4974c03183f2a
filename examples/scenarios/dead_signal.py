"""The signals of a crossing are dead; a muck truck comes from the right."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Param, Scenario, Uniform, crossing, time_s

speed = Param("truck_speed_mps", Uniform(7.0, 14.0))

scenario = Scenario("dead-signal", road=crossing(lanes=2))
every = [name for arm in ("East", "North", "West", "South") for name in scenario.signals_at(arm, towards="Centre")]
place = scenario.on_street("South", towards="Centre", metres=80.0, lane_from_right=2)
scenario.vehicle("Ego", at=place, speed_mps=9.0, driver="careful")
side = scenario.on_street("East", towards="Centre", metres=80.0)
scenario.vehicle("MuckTruck", at=side, speed_mps=speed, model="muck_truck")
scenario.do(scenario.set_signal(*every, state="off"))
scenario.end(time_s() > 20.0)
scenario.require(no_collision())
