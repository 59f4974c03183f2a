"""`jingsim scenario sweep`: many cases of a scenario as a campaign on Ray."""

import itertools
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from jing_cli.case_options import (
    MaxTimeOption,
    RayOption,
    StackOption,
    StepOption,
    VaryOption,
    VerdictOption,
    WorkersOption,
)
from jing_cli.output import JsonFlag, print_json, print_table, say
from jing_scenarios.campaign import BatchOptions, CampaignSummary, run_cases
from jing_scenarios.report.evidence import RunFacts
from jing_scenarios.report.results import read_results
from jing_scenarios.report.writing import write_report
from jing_scenarios.script import Distribution
from jing_scenarios.suite_manifest import Text
from jing_scenarios.sweep import Method, Sweep, is_distribution_file, planned_cases, space_of, sweep_cases
from jing_scenarios.variation import parse_variation
from jing_sim.cluster.progress import show_progress
from jing_sim.cluster.session import ray_session

__all__ = ["campaign_folder", "parse_space", "summary_json", "sweep"]

MOST_REPORTED = 1000
"""A page with more cases than this is of no use to anybody."""


def sweep(
    source: Annotated[
        str,
        typer.Argument(help="A scenario or a parameter value distribution (.xosc), or a script (.py, .py:FUNCTION)."),
    ],
    vary: VaryOption = None,
    method: Annotated[
        str, typer.Option(help="own (of a distribution file), grid, sobol, covering, random; default: own or grid.")
    ] = "",
    cases: Annotated[
        int | None, typer.Option(min=1, help="How many cases; default: all, or 64 of sobol, random.")
    ] = None,
    levels: Annotated[int, typer.Option(min=1, help="Values of a continuous parameter in a grid or covering.")] = 3,
    strength: Annotated[int, typer.Option(min=1, help="Of covering: 2 = all pairs of values occur.")] = 2,
    seed: Annotated[int, typer.Option(help="Of the choice of cases, and of each run.")] = 0,
    stack: StackOption = "",
    verdict: VerdictOption = None,
    dt: StepOption = 0.05,
    max_time: MaxTimeOption = 120.0,
    out: Annotated[
        Path | None, typer.Option(help="Folder; default runs/sweep-1, -2, ... What is in it is not run again.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the campaign in --out, which has to be there.")
    ] = False,
    keep_runs: Annotated[bool, typer.Option("--keep-runs", help="Write a run folder for each case.")] = False,
    batch: Annotated[int, typer.Option(min=1, help="Cases that one task runs.")] = 25,
    workers: WorkersOption = None,
    ray_address: RayOption = None,
    no_report: Annotated[
        bool,
        typer.Option("--no-report", help=f"No report.html; sweeps above {MOST_REPORTED:,} cases have none."),
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Runs many cases of a scenario, and writes one table, results.parquet, and a report.

    Exit code 1: a case failed, its stack broke, or it could not be judged though its parameters are within the
    scenario's constraints.
    """
    plan = Sweep(
        source,
        _method(source, method),
        parse_space(source, vary or []),
        cases=cases,
        levels=levels,
        strength=strength,
        seed=seed,
        stack=stack,
        dt_s=dt,
        max_time_s=max_time,
        verdict=str(verdict) if verdict else "",
    )
    folder = campaign_folder("sweep", out, resume)
    started = datetime.now(UTC).isoformat(timespec="seconds")
    with ray_session(ray_address, workers), show_progress("cases", planned_cases(plan)) as progress:
        done = run_cases(
            sweep_cases(plan), folder, on_progress=progress, batch=BatchOptions(batch, keep_runs=keep_runs)
        )
    report = done.results if no_report or done.cases > MOST_REPORTED else _report(plan, done, folder, started)
    if as_json:
        print_json({**summary_json(done), "report": str(report)})
    else:
        columns = ("cases", "passed", "failed", "errors", "inconclusive")
        print_table(f"{source}: {plan.method}", columns, [[getattr(done, name) for name in columns]])
        rate = 60.0 * done.cases / max(done.wall_s, 1e-9)
        say(f"report: {report}" if report != done.results else "no report")
        say(f"results: {done.results}  ({done.wall_s:.1f} s, {rate:,.0f} cases a minute)")
    if done.unjudged:
        say(f"warning: not every case could be judged; the first: {done.unjudged}")
    if done.failed or done.errors or done.unjudged:
        raise typer.Exit(1)


def _report(plan: Sweep, done: CampaignSummary, folder: Path, started: str) -> Path:
    command = shlex.join(["jingsim", "scenario", "sweep", *sys.argv[3:]])
    title = Text(zh=f"扫描：{plan.source}", en=f"Sweep: {plan.source}")
    facts = RunFacts(title, started, done.wall_s, plan.stack, command)
    return write_report(read_results(done.results), folder, facts).page


def parse_space(source: str, vary: list[str]) -> dict[str, Distribution]:
    """What varies: declared by a script, and said on the command line."""
    return space_of(source, dict(parse_variation(text) for text in vary))


def campaign_folder(stem: str, out: Path | None, resume: bool) -> Path:
    """Where a campaign lives: `out`, or the first of runs/STEM-1, -2, ... that is not there."""
    if resume and (out is None or not out.is_dir()):
        raise typer.BadParameter("--resume needs --out FOLDER, the campaign to go on with")
    if out is not None:
        return out
    return next(path for n in itertools.count(1) if not (path := Path("runs") / f"{stem}-{n}").exists())


def summary_json(done: CampaignSummary) -> dict[str, object]:
    """The contract's keys, and how many cases were there before."""
    return {
        "cases": done.cases,
        "passed": done.passed,
        "failed": done.failed,
        "errors": done.errors,
        "inconclusive": done.inconclusive,
        "wall_s": done.wall_s,
        "report": str(done.results),
        "results": str(done.results),
        "resumed": done.resumed,
    }


def _method(source: str, method: str) -> Method:
    if method:
        return method  # type: ignore[return-value]  # Sweep says which there are
    return "own" if is_distribution_file(source) else "grid"
