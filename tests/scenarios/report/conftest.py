"""Made-up results: a hundred cases of a cut-in that fail where the gap is small, and a report of them."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from jing_maps.geo_export import network_table
from jing_maps.grid import grid
from jing_scenarios.criteria import Verdict, VerdictSeries
from jing_scenarios.metrics.scenario_trace import Contact, ScenarioTrace, SignalChange, StoryChange, straight_trace
from jing_scenarios.metrics.trace_file import write_trace
from jing_scenarios.report.case_files import write_case_files
from jing_scenarios.report.evidence import RunFacts
from jing_scenarios.report.results import CaseResult, CaseVerdict, CriterionResult
from jing_scenarios.report.writing import write_report
from jing_scenarios.suite_manifest import ParameterBins, SuiteManifest, SuiteScenario, Text
from jing_sim.trace import Crs, RunManifest
from jing_sim.trace.manifest import write_manifest


def made_up(index: int, *, fails_below_m: float = 12.0) -> CaseResult:
    """A case of a made-up cut-in: fails below a gap, errs in fog at night, is inconclusive for one gap."""
    gap_m, weather = 5.0 + index % 20, ("clear", "rain", "fog")[index % 3]
    light = "night" if index % 2 else "day"
    verdict: CaseVerdict = "fail" if gap_m < fails_below_m and weather != "fog" else "pass"
    if weather == "fog" and light == "night":
        verdict = "error"
    elif gap_m == 24.0:
        verdict = "inconclusive"
    outcome: CaseVerdict = "fail" if verdict == "fail" else "pass"
    gap = CriterionResult("minimum gap", outcome, gap_m - 11.0, 0.5, ">=", "m", 3.2, "R157-5.2.5")
    reason = {"fail": "hit Target at 3.2 s", "error": "<img src=x onerror=hacked=1> in control()"}.get(verdict, "")
    return CaseResult(
        f"cut-in-{index:04d}",
        verdict,
        reason=reason,
        scenario="cut-in",
        parameters={"gap_m": gap_m, "speed_kmh": 40.0 + 10 * (index % 5), "weather": weather},
        odd={"weather": weather, "light": light},
        criteria=(gap, CriterionResult("speed limit", "pass", 15.0, 16.7, "<=", "m/s", 1.0)),
        stack="careless",
        preventable=True if verdict == "fail" else None,
        seed=index,
        sim_end_s=12.0,
        wall_s=0.05,
    )


def cut_in_trace() -> ScenarioTrace:
    """Twelve seconds: the target changes into the ego's lane and is hit at 6.2 s."""
    trace = straight_trace({"Ego": (20.0, 16.0), "Target": (45.0, 10.0)}, 12.0, 0.05)
    y = np.full_like(trace.y_m, -8.0)
    y[:, 1] = -4.8 - 3.2 * np.clip((trace.time_s - 2.0) / 2.5, 0.0, 1.0)
    story = (
        StoryChange(0.0, "act", "act", "runningState"),
        StoryChange(2.0, "cut in", "event", "runningState"),
        StoryChange(4.5, "cut in", "event", "completeState"),
    )
    signals = (SignalChange(0.0, "signal 7", "red"), SignalChange(5.0, "signal 7", "green"))
    return replace(trace, y_m=y, story=story, signals=signals, contacts=(Contact(6.2, 0, 1),))


def write_run(folder: Path, trace: ScenarioTrace) -> None:
    """A run folder as a case of a suite leaves it."""
    folder.mkdir(parents=True)
    network = grid(2, 2)
    network_table(network).to_parquet(folder / "network.parquet")
    said = RunManifest(run_id="a", area="grid", plan="x", engine="native", seed=1, dt_s=0.05, map_hash="grid")
    write_manifest(folder, msgspec.structs.replace(said, crs=Crs.of(network.frame)))
    write_trace(trace, folder)
    gap = np.abs(trace.x_m[:, 1] - trace.x_m[:, 0]) - 4.0
    worst = int(np.argmin(gap))
    verdict = Verdict(
        "minimum gap", "fail", float(gap[worst]), 0.5, ">=", "m", float(trace.time_s[worst]), "R157-5.2.5"
    )
    write_case_files(folder, [replace(verdict, series=VerdictSeries(trace.time_s, gap))])


@pytest.fixture
def cases() -> list[CaseResult]:
    return [made_up(index) for index in range(100)]


@pytest.fixture
def before() -> list[CaseResult]:
    """The same cases with a better stack."""
    return [made_up(index, fails_below_m=10.0) for index in range(100)]


@pytest.fixture
def facts() -> RunFacts:
    scenario = SuiteScenario("cut-in", "a.py:a", Text("切入", "Cut-in"), requirements=["R157-5.2.5"])
    manifest = SuiteManifest(
        "example",
        Text("示例套件", "Example suite"),
        [scenario],
        standard="UN R157",
        parameters={"gap_m": ParameterBins([0.0, 5.0, 10.0, 20.0, 30.0], "m", Text("间距", "gap"))},
        odd={"weather": ["clear", "rain", "fog", "snow"], "light": ["day", "night"]},
    )
    return RunFacts(Text("示例套件", "Example suite"), "2026-11-28T08:00:00+08:00", 12.3, "careless", "", manifest)


@pytest.fixture
def recorded(tmp_path: Path, cases: list[CaseResult]) -> tuple[list[CaseResult], Path]:
    """The cases, the first with a run folder; and the folder of the runs."""
    write_run(tmp_path / "runs" / "0", cut_in_trace())
    return [replace(cases[0], run="runs/0"), *cases[1:]], tmp_path


@pytest.fixture
def report(recorded: tuple[list[CaseResult], Path], before: list[CaseResult], facts: RunFacts, tmp_path: Path) -> Path:
    """The page of a report with a baseline."""
    cases, runs = recorded
    return write_report(cases, tmp_path / "report", facts, runs=runs, baseline=before).page
