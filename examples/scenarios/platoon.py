"""Three cars follow one another at a time gap; the first one slows down."""

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Scenario, behind, lane, serial, straight, time_s, wait

scenario = Scenario("platoon", road=straight(1500.0, lanes=2))
first = scenario.vehicle("First", at=lane(-1, 200.0), speed_mps=20.0)
second = scenario.vehicle("Second", at=behind(first, time_gap_s=1.5), speed_mps=20.0)
ego = scenario.vehicle("Ego", at=behind(second, time_gap_s=1.5), speed_mps=20.0)
scenario.do(serial(wait(3.0), first.brake(2.0, to_mps=12.0), wait(5.0), first.accelerate(20.0)))
scenario.do(second.keep_gap(first, time_gap_s=1.2))
scenario.do(ego.keep_gap(second, time_gap_s=1.2))
scenario.end(time_s() > 30.0)
scenario.require(no_collision())
