"""A car cuts in from the left and brakes; the gap and the braking vary."""

from jing_scenarios.script import Param, Scenario, Uniform, ahead_of, lane, min_gap, serial, straight, time_s, wait

gap = Param("cut_in_gap_m", Uniform(5.0, 30.0))
braking = Param("cutter_braking_mps2", Uniform(1.0, 5.0))

scenario = Scenario("cut-in", road=straight(1500.0, lanes=3))
ego = scenario.vehicle("Ego", at=lane(-2, 50.0), speed_mps=25.0, driver="careful")
cutter = scenario.vehicle("Cutter", at=ahead_of(ego, gap_m=gap, left=1), speed_mps=22.0)
scenario.do(serial(wait(2.0), cutter.change_lane(right=1, over_s=3.0), cutter.brake(braking, to_mps=12.0)))
scenario.end(time_s() > 15.0)
scenario.require(min_gap("Ego", "Cutter") >= 0.5, requirement="CUT-IN-1")
