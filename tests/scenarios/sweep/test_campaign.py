"""Campaigns of cases: one row each, whatever dies on the way, the same bits on any number of workers."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jing_scenarios.campaign import BatchOptions, results_hash, run_cases
from jing_scenarios.case_run import CaseSpec, run_case
from jing_scenarios.report.results import read_results
from jing_sim.cluster.session import ray_session

# Ray's own processes and sockets warn while they are killed; that is what these tests do to them.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


def _cases(script: str, n: int, **more: float) -> list[CaseSpec]:
    return [CaseSpec(f"case-{k}", script, {"gap_m": 3.0 + 2.0 * k, **more}) for k in range(n)]


def test_one_and_two_workers_find_the_same_bits_and_a_second_call_runs_nothing(script: str, tmp_path: Path) -> None:
    batch = BatchOptions(cases_per_job=2)
    hashes = []
    for workers in (1, 2):
        with ray_session(None, workers):
            done = run_cases(_cases(script, 6), tmp_path / f"on{workers}", batch=batch)
            again = run_cases(_cases(script, 6), tmp_path / f"on{workers}", batch=batch)
        hashes += [results_hash(done.results), results_hash(again.results)]
        assert (done.cases, done.resumed, again.resumed) == (6, 0, 6)
        assert done.passed + done.failed == 6
        assert done.failed >= 1
    assert len(set(hashes)) == 1
    rows = read_results(tmp_path / "on1")
    assert [row.case for row in rows] == [f"case-{k}" for k in range(6)]
    assert all(row.state_hash and row.map_hash and row.code_hash for row in rows)
    assert pq.read_table(tmp_path / "on1" / "results.parquet").column("param.gap_m").to_pylist()[:2] == [3.0, 5.0]


@pytest.mark.parametrize(("harm", "limit_s"), [("dies", 900.0), ("hangs", 20.0)])
def test_a_case_that_kills_or_blocks_its_process_costs_its_own_row_alone(
    script: str, tmp_path: Path, harm: str, limit_s: float
) -> None:
    cases = _cases(script, 4)
    assert run_case(cases[0]).verdict == "fail"  # compiles kernels, which the limit is not meant for
    cases[1] = CaseSpec("case-1", script, {"gap_m": 5.0, harm: 1})
    with ray_session(None, 1):
        done = run_cases(cases, tmp_path / "store", batch=BatchOptions(cases_per_job=4, case_deadline_s=limit_s))
    rows = read_results(done.results)
    assert [row.verdict == "inconclusive" for row in rows] == [False, True, False, False]
    assert "died 2 times" in rows[1].reason


def test_what_does_not_fit_is_inconclusive_and_says_why(script: str, tmp_path: Path) -> None:
    with ray_session(None, 1):
        done = run_cases([CaseSpec("odd", script, {"gap": 1.0})], tmp_path / "store")
    (row,) = read_results(done.results)
    assert row.verdict == "inconclusive"
    assert "did you mean gap_m" in row.reason


_DRIVER = """
import sys
from pathlib import Path
from jing_scenarios import campaign
from jing_scenarios.campaign import BatchOptions, run_cases
from jing_scenarios.case_run import CaseSpec
from jing_sim.cluster.session import ray_session
campaign.code_hash = lambda: "as it is now"
cases = [CaseSpec(f"case-{k}", sys.argv[1], {"gap_m": 3.0 + 2.0 * k, "sleep_s": 0.4}) for k in range(12)]
with ray_session(None, 1):
    run_cases(cases, Path(sys.argv[2]), batch=BatchOptions(cases_per_job=4))
"""


def test_a_killed_campaign_goes_on_in_the_middle_of_a_job(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jing_scenarios.campaign.code_hash", lambda: "as it is now")
    store = tmp_path / "store"
    driver = subprocess.Popen([sys.executable, "-c", _DRIVER, script, str(store)], start_new_session=True)
    while len(_rows_so_far(store)) < 6:
        assert driver.poll() is None
        time.sleep(0.1)
    os.killpg(driver.pid, signal.SIGKILL)
    driver.wait()
    before = _rows_so_far(store)
    assert 6 <= len(before) < 12
    time.sleep(2.0)
    cases = _cases(script, 12, sleep_s=0.4)
    with ray_session(None, 1):
        done = run_cases(cases, store, batch=BatchOptions(cases_per_job=4))
        whole = run_cases(cases, tmp_path / "whole", batch=BatchOptions(cases_per_job=4))
    assert done.resumed >= 4
    assert results_hash(done.results) == results_hash(whole.results)
    begun = [
        line
        for path in (store / "progress").glob("*.jsonl")
        for line in path.read_text().splitlines()
        if "begin" in line
    ]
    assert len(begun) <= 13  # only the case that was running was begun twice


def _rows_so_far(store: Path) -> list[str]:
    lines = [line for path in (store / "progress").glob("*.jsonl") for line in path.read_text().splitlines()]
    return [line for line in lines if '"row"' in line[:10]]
