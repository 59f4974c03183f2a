"""At night in the rain a bus pulls out of its stop in front of the ego."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import (
    Choice,
    Environment,
    Param,
    Scenario,
    Uniform,
    distance,
    lane,
    parallel,
    serial,
    straight,
    time_s,
    when,
)

rain = Param("rain_mm_h", Choice([0.0, 4.0, 16.0]))
notice = Param("pull_out_distance_m", Uniform(30.0, 60.0))

scenario = Scenario("night-rain-bus", road=straight(600.0, lanes=2, speed_mps=13.9))
scenario.environment(Environment(time="21:30", rain_mm_h=rain, fog_m=400.0, friction=0.7))
ego = scenario.vehicle("Ego", at=lane(-2, 20.0), speed_mps=12.0, driver="careful")
bus = scenario.vehicle("Bus", at=lane(-2, 150.0, offset_m=-3.0), model="bus")
pull_out = parallel(bus.light("indicatorLeft", "flashing"), bus.accelerate(6.0, 1.0), bus.lane_offset(0.0))
scenario.do(when(distance(ego, bus) < notice, serial(pull_out, bus.light("indicatorLeft", "off"))))
scenario.end(time_s() > 25.0)
scenario.require(no_collision())
