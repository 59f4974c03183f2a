"""The ego turns left across an oncoming car; both reach the middle at about the same time."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Param, Scenario, Uniform, crossing, time_s

speed = Param("oncoming_speed_mps", Uniform(8.0, 16.0))

scenario = Scenario("left-turn-oncoming", road=crossing(lanes=2, signals=False))
begin = scenario.on_street("South", towards="Centre", metres=60.0, lane_from_right=2)
ego = scenario.vehicle("Ego", at=begin, speed_mps=8.0)
away = scenario.on_street("West", leaving="Centre", metres=60.0, lane_from_right=2)
scenario.do(ego.follow_route([begin, away]))
scenario.vehicle("Oncoming", at=scenario.on_street("North", towards="Centre", metres=80.0), speed_mps=speed)
scenario.end(time_s() > 15.0)
scenario.require(no_collision())
