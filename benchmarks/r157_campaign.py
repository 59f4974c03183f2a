"""UN R157: the ASAM set's 15 variation files expand to 121,060 cases; some of them, over all files, as a Ray campaign.

Prints cases a minute on one and on two workers, whether both found the same bits, and whether a campaign that was
killed half-way and resumed did too. Needs the files at ../shared/data/openscenario beside the checkout.
"""

import argparse
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from jing_scenarios.campaign import BatchOptions, CampaignSummary, results_hash, run_cases
from jing_scenarios.case_run import OUTSIDE, CaseSpec
from jing_scenarios.openscenario.distributions import load_distribution
from jing_scenarios.report.results import read_results
from jing_scenarios.sweep import Sweep, sweep_cases
from jing_sim.cluster.progress import show_progress
from jing_sim.cluster.session import ray_session

FOLDER = Path("../shared/data/openscenario/corpus/asam_alks/logical_scenarios")
DT_S = 0.05
LONGEST_S = 60.0


def variation_files() -> list[Path]:
    """The 15 files; none where the set is not there."""
    return [file.resolve() for file in sorted(FOLDER.glob("*_variation*.xosc"))]


def shares(counts: list[int], total: int) -> list[int]:
    """How many cases of each file: equal shares, of small files all.

    >>> shares([2, 100, 100], 50)
    [2, 24, 24]
    """
    taken = [0] * len(counts)
    while sum(taken) < min(total, sum(counts)):
        open_rows = [row for row, count in enumerate(counts) if taken[row] < count]
        room = max((total - sum(taken)) // len(open_rows), 1)
        for row in open_rows:
            taken[row] += min(room, counts[row] - taken[row], total - sum(taken))
    return taken


def cases(total: int) -> Iterator[CaseSpec]:
    """The cases, file after file, evenly spread in each."""
    files = variation_files()
    wanted = shares([load_distribution(file).count for file in files], total)
    sweeps = [
        Sweep(str(file), "own", cases=n, dt_s=DT_S, max_time_s=LONGEST_S) for file, n in zip(files, wanted, strict=True)
    ]
    return itertools.chain.from_iterable(map(sweep_cases, sweeps))


def campaign(total: int, folder: Path, workers: int) -> CampaignSummary:
    """Runs them."""
    with ray_session(None, workers), show_progress(f"{workers} workers", total) as progress:
        return run_cases(cases(total), folder, on_progress=progress, batch=BatchOptions(cases_per_job=20))


def killed_and_resumed(total: int, folder: Path, workers: int) -> tuple[CampaignSummary, int]:
    """The summary of a campaign whose driver was killed at about a third, and the jobs that were done by then."""
    command = [sys.executable, "-m", "benchmarks.r157_campaign", "--child", str(folder), "--cases", str(total)]
    driver = subprocess.Popen([*command, "--workers", str(workers)], start_new_session=True)
    enough = max(total // 20 // 3, 1)
    while driver.poll() is None and len(list((folder / "results").glob("*.json"))) < enough:
        time.sleep(0.2)
    os.killpg(driver.pid, signal.SIGKILL)
    driver.wait()
    done = len(list((folder / "results").glob("*.json")))
    time.sleep(3.0)  # Ray's processes of the dead driver end by themselves
    return campaign(total, folder, workers), done


def figures(done: CampaignSummary) -> dict[str, object]:
    """What a campaign found."""
    rows = read_results(done.results)
    ran = [row for row in rows if not row.reason.startswith(OUTSIDE)]
    return {
        "cases": done.cases, "outside_constraints": len(rows) - len(ran), "ran": len(ran), "passed": done.passed,
        "failed": done.failed, "errors": done.errors, "inconclusive": done.inconclusive,
        "wall_s": round(done.wall_s, 1), "cases_a_minute": round(60 * done.cases / done.wall_s),
        "runs_a_minute": round(60 * len(ran) / done.wall_s),
        "simulated_over_wall": round(sum(row.sim_end_s for row in ran if row.sim_end_s == row.sim_end_s) / done.wall_s),
        "hash": results_hash(done.results)[:16],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("runs/r157"))
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        campaign(options.cases, options.child, options.workers)
        return
    files = variation_files()
    if not files:
        print(f"skipped: {FOLDER} is not there; this benchmark needs the files of the ASAM ALKS set")
        return
    expanded = sum(load_distribution(file).count for file in files)
    print(json.dumps({"files": len(files), "expanded": expanded}), flush=True)
    shutil.rmtree(options.out, ignore_errors=True)
    found = {}
    for workers in (options.workers, 1):
        found[workers] = figures(campaign(options.cases, options.out / f"workers-{workers}", workers))
        print(json.dumps({"workers": workers, **found[workers]}), flush=True)
    again, before = killed_and_resumed(options.cases, options.out / "killed", options.workers)
    resumed = figures(again)
    print(json.dumps({"killed_after_jobs": before, "resumed_cases": again.resumed, **resumed}), flush=True)
    hashes = {str(one["hash"]) for one in (*found.values(), resumed)}
    print(json.dumps({"identical_on_1_and_2_workers_and_after_a_kill": len(hashes) == 1}))


if __name__ == "__main__":
    main()
