"""How many times faster than real time a two-car cut-in runs on one core, everything counted: 100 permutations.

Parameters resolved, storyboard compiled, every step run and recorded, and the requirement judged, at dt 0.05 s. The
peer figure is that of esmini 3.6 over the public corpus it ships: a median of 42x real time, process start included
(measured elsewhere and not in this run; it reads files of other lengths and draws nothing).
"""

import argparse
import json
import statistics
import time

from jing_scenarios.case_run import CaseSpec, run_case
from jing_scenarios.report.results import CaseResult
from jing_scenarios.sampling import sobol
from jing_scenarios.script import (
    Param,
    Scenario,
    Uniform,
    ahead_of,
    lane,
    min_gap,
    serial,
    straight,
    time_s,
    wait,
)

ESMINI_MEDIAN = 42.0
CASES = 100


def cut_in() -> Scenario:
    """Two scripted cars: one cuts in and brakes; nobody reacts."""
    gap = Param("gap_m", Uniform(5.0, 30.0))
    speed = Param("cutter_speed_mps", Uniform(18.0, 24.0))
    over = Param("over_s", Uniform(2.0, 4.0))
    braking = Param("braking_mps2", Uniform(1.0, 6.0))
    scenario = Scenario("cut-in-two-cars", road=straight(1500.0, lanes=3))
    ego = scenario.vehicle("Ego", at=lane(-2, 50.0), speed_mps=25.0)
    cutter = scenario.vehicle("Cutter", at=ahead_of(ego, gap_m=gap, left=1), speed_mps=speed)
    scenario.do(serial(wait(2.0), cutter.change_lane(right=1, over_s=over), cutter.brake(braking, to_mps=10.0)))
    scenario.end(time_s() > 20.0)
    scenario.require(min_gap("Ego", "Cutter") >= 0.5)
    return scenario


scenario = cut_in()


def permutations(dt_s: float) -> list[CaseSpec]:
    """The cases."""
    space = {name: param.distribution for name, param in scenario.space.items()}
    return [
        CaseSpec(f"case-{k:03d}", __file__, case, dt_s=dt_s, max_time_s=60.0)
        for k, case in enumerate(sobol(space, CASES))
    ]


def timed(cases: list[CaseSpec]) -> tuple[list[CaseResult], float, float]:
    """The rows, the wall time of all, and the processor time (which other programs on the machine do not stretch)."""
    begin, cpu = time.perf_counter(), time.process_time()
    rows = [run_case(case) for case in cases]
    return rows, time.perf_counter() - begin, time.process_time() - cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dt", type=float, default=0.05, help="step in seconds")
    dt_s = parser.parse_args().dt
    cases = permutations(dt_s)
    timed(cases[:3])  # compiles kernels, or loads them
    rows, wall_s, cpu_s = timed(cases)
    simulated = sum(row.sim_end_s for row in rows)
    each = [row.sim_end_s / row.wall_s for row in rows]
    ratio = simulated / wall_s
    print(json.dumps({
        "cases": len(rows), "dt_s": dt_s, "simulated_s": round(simulated, 1), "wall_s": round(wall_s, 3),
        "processor_s": round(cpu_s, 3),
        "times_real_time": round(ratio, 1), "times_real_time_of_processor_time": round(simulated / cpu_s, 1),
        "median_of_cases": round(statistics.median(each), 1),
        "milliseconds_a_case": round(1000.0 * wall_s / len(rows), 2),
        "failed": sum(row.verdict == "fail" for row in rows),
        "against_esmini_median_42x": round(ratio / ESMINI_MEDIAN, 1),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
