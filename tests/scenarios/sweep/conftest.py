"""A scenario that campaigns run: a file with a function."""

from pathlib import Path

import pytest

CUT_IN = '''
import os
import signal
import time

from jing_scenarios.script import Scenario, ahead_of, lane, min_gap, serial, straight, time_s, wait


def make(gap_m: float = 20.0, dies: int = 0, hangs: int = 0, sleep_s: float = 0.0) -> Scenario:
    """A cut-in; with `dies` its process is killed, with `hangs` it never ends, with `sleep_s` it takes its time."""
    if dies:
        os.kill(os.getpid(), signal.SIGKILL)
    while hangs:
        pass
    time.sleep(sleep_s)
    scenario = Scenario("cut-in", road=straight(600.0, lanes=2))
    ego = scenario.vehicle("Ego", at=lane(-2, 50.0), speed_mps=20.0)
    cutter = scenario.vehicle("Cutter", at=ahead_of(ego, gap_m=gap_m, left=1), speed_mps=20.0)
    scenario.do(serial(wait(1.0), cutter.change_lane(right=1, over_s=2.0), cutter.brake(4.0, to_mps=15.0)))
    scenario.end(time_s() > 8.0)
    scenario.require(min_gap("Ego", "Cutter") >= 0.5)
    return scenario
'''


@pytest.fixture
def script(tmp_path: Path) -> str:
    """The source of its cases."""
    path = tmp_path / "cut_in.py"
    path.write_text(CUT_IN, encoding="utf-8")
    return f"{path}:make"
