"""Campaigns of cases: one row each, whatever dies on the way, the same bits on any number of workers."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jing_scenarios.campaign import BatchOptions, results_hash, run_cases
from jing_scenarios.case_run import CaseSpec, run_case
from jing_scenarios.case_source import CaseSourceError, source_hash
from jing_scenarios.report.results import CaseResult, read_results
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
            done = run_cases(_cases(script, 4), tmp_path / f"on{workers}", batch=batch)
            again = run_cases(_cases(script, 4), tmp_path / f"on{workers}", batch=batch)
        hashes += [results_hash(done.results), results_hash(again.results)]
        assert (done.cases, done.resumed, again.resumed) == (4, 0, 4)
        assert done.passed + done.failed == 4
        assert done.failed >= 1
    assert len(set(hashes)) == 1
    rows = read_results(tmp_path / "on1")
    assert [row.case for row in rows] == [f"case-{k}" for k in range(4)]
    assert all(row.state_hash and row.map_hash and row.code_hash for row in rows)
    assert pq.read_table(tmp_path / "on1" / "results.parquet").column("param.gap_m").to_pylist()[:2] == [3.0, 5.0]


def test_a_case_that_kills_its_process_costs_its_own_row_alone(script: str, tmp_path: Path) -> None:
    cases = _cases(script, 3)
    cases[1] = CaseSpec("case-1", script, {"gap_m": 5.0, "dies": 1})
    cases.append(CaseSpec("odd", script, {"gap": 1.0}))
    with ray_session(None, 1):
        done = run_cases(cases, tmp_path / "store", batch=BatchOptions(cases_per_job=4))
    rows = read_results(done.results)
    assert [row.verdict == "inconclusive" for row in rows] == [False, True, False, True]
    assert "died 2 times" in rows[1].reason
    assert "did you mean gap_m" in rows[3].reason


_BATCH = """
import json, sys
from pathlib import Path
from jing_scenarios.case_batch import run_batch
run_batch(json.loads(sys.argv[1]), Path(sys.argv[2]))
"""


def test_a_case_that_hangs_is_ended(script: str, tmp_path: Path) -> None:
    folder = tmp_path / "attempts" / "key.1-campaign"
    folder.mkdir(parents=True)
    case = asdict(CaseSpec("stuck", script, {"hangs": 1}))
    params = {"cases": [case], "keep_runs": False, "together": 1, "deadline_s": 0.5}
    done = subprocess.run([sys.executable, "-c", _BATCH, json.dumps(params), str(folder)], timeout=120, check=False)
    assert done.returncode == -signal.SIGALRM
    assert '"begin": "stuck"' in (tmp_path / "progress" / "key.1-campaign.jsonl").read_text(encoding="utf-8")


_DRIVER = """
import sys
from pathlib import Path
from jing_scenarios import campaign
from jing_scenarios.campaign import BatchOptions, run_cases
from jing_scenarios.case_source import CaseSourceError, source_hash
from jing_scenarios.case_run import CaseSpec
from jing_sim.cluster.session import ray_session
campaign.code_hash = lambda: "as it is now"
cases = [CaseSpec(f"case-{k}", sys.argv[1], {"gap_m": 3.0 + 2.0 * k, "sleep_s": 0.3}) for k in range(6)]
with ray_session(None, 1):
    run_cases(cases, Path(sys.argv[2]), batch=BatchOptions(cases_per_job=3))
"""


def test_a_killed_campaign_goes_on_in_the_middle_of_a_job(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jing_scenarios.campaign.code_hash", lambda: "as it is now")
    store = tmp_path / "store"
    driver = subprocess.Popen([sys.executable, "-c", _DRIVER, script, str(store)], start_new_session=True)
    while len(_rows_so_far(store)) < 4:
        assert driver.poll() is None
        time.sleep(0.05)
    os.killpg(driver.pid, signal.SIGKILL)
    driver.wait()
    assert 4 <= len(_rows_so_far(store)) < 6
    time.sleep(1.0)
    cases = _cases(script, 6, sleep_s=0.3)
    with ray_session(None, 1):
        done = run_cases(cases, store, batch=BatchOptions(cases_per_job=3))
    assert done.resumed >= 3
    assert [_told(row) for row in read_results(done.results)] == [_told(run_case(case)) for case in cases]
    logs = (store / "progress").glob("*.jsonl")
    begun = [line for path in logs for line in path.read_text(encoding="utf-8").splitlines() if "begin" in line]
    assert len(begun) <= 7  # only the case that was running was begun twice


def _told(row: CaseResult) -> str:
    return repr(replace(row, wall_s=0.0, code_hash="", scenario_hash=""))


def _rows_so_far(store: Path) -> list[str]:
    lines = [line for path in (store / "progress").glob("*.jsonl") for line in path.read_text().splitlines()]
    return [line for line in lines if '"row"' in line[:10]]


def test_a_module_is_a_source_whose_file_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    file = tmp_path / "own_scenarios_of_a_test.py"
    file.write_text("def make(): ...\n", encoding="utf-8")
    before = source_hash("own_scenarios_of_a_test:make")
    file.write_text("def make(): return None\n", encoding="utf-8")
    assert source_hash("own_scenarios_of_a_test:make") != before
    with pytest.raises(CaseSourceError, match="no such module"):
        source_hash("own_scenarios_that_are_not_there:make")
