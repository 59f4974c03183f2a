"""`jingsim scenario search`: the worst case of a scenario, or how often it fails."""

import math
import time
from dataclasses import asdict
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
from jing_cli.scenario_sweep import campaign_folder, parse_space
from jing_maps.errors import UnknownNameError
from jing_scenarios.campaign import BatchOptions
from jing_scenarios.case_run import CaseSpec
from jing_scenarios.case_source import absolute_source
from jing_scenarios.failure_rate import RateOptions, failure_rate
from jing_scenarios.margins import MarginTask, Rounds
from jing_scenarios.sampling import Space
from jing_scenarios.search import METHODS, SearchOptions, minimise
from jing_sim.cluster.session import ray_session

__all__ = ["search"]

_RATE = "rate"


def search(
    source: Annotated[str, typer.Argument(help="A scenario (.xosc), or a script (.py, .py:FUNCTION).")],
    vary: VaryOption = None,
    criterion: Annotated[str, typer.Option(help="Name of the criterion to break; default: whichever is nearest.")] = "",
    method: Annotated[
        str, typer.Option(help="bayes, cma: the worst case; rate: how often the criterion fails.")
    ] = "bayes",
    cases: Annotated[int, typer.Option(min=2, help="To run in all; of rate: of the final sample.")] = 200,
    round_size: Annotated[int, typer.Option("--round", min=2, help="Cases between two choices.")] = 20,
    seed: Annotated[int, typer.Option(help="Of the choices, and of each run.")] = 0,
    stack: StackOption = "",
    verdict: VerdictOption = None,
    dt: StepOption = 0.05,
    max_time: MaxTimeOption = 120.0,
    out: Annotated[
        Path | None, typer.Option(help="Folder; default runs/search-1, -2, ... What is in it is not run again.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the search in --out, which has to be there.")
    ] = False,
    workers: WorkersOption = None,
    ray_address: RayOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Looks for the case in which a criterion holds least, or estimates how often it fails."""
    if method not in (*METHODS, _RATE):
        raise UnknownNameError("method", method, (*METHODS, _RATE))
    space = parse_space(source, vary or [])
    template = CaseSpec(
        "template", absolute_source(source), scenario=Path(source.partition(".py:")[0]).stem, seed=seed, stack=stack,
        dt_s=dt, max_time_s=max_time, verdict=str(verdict) if verdict else "",
    )  # fmt: skip
    folder = campaign_folder("search", out, resume)
    begin = time.monotonic()
    with ray_session(ray_address, workers):
        batch = BatchOptions(cases_per_job=max(round_size // 4, 1))
        rounds = Rounds(MarginTask(template, criterion, folder, batch))
        if method == _RATE:
            figures = _rate(space, rounds, RateOptions(max(cases // 3, 20), cases, seed=seed))
        else:
            figures = _worst(space, rounds, SearchOptions(method, cases, round_size, seed))  # type: ignore[arg-type]
    figures = {"source": source, "method": method, "criterion": criterion, **figures}
    figures |= {"wall_s": time.monotonic() - begin, "report": str(folder)}
    if as_json:
        print_json(figures)
        return
    rows = [(name, _text(value)) for name, value in figures.items()]
    print_table(f"{source}: {method}", ("figure", "value"), rows)


def _worst(space: Space, rounds: Rounds, options: SearchOptions) -> dict[str, object]:
    found = minimise(space, rounds, options)
    return {
        "cases": len(found.probes),
        "failures": sum(probe.margin < 0 for probe in found.probes),
        "first_failure": found.first_failure,
        "margin": found.best.margin,
        "parameters": found.best.case,
    }


def _rate(space: Space, rounds: Rounds, options: RateOptions) -> dict[str, object]:
    say("drawing cases; the parameters' distributions are the population that is asked about")
    found = failure_rate(space, rounds, options)
    return {**asdict(found), "confidence_interval_95": [found.low, found.high]}


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else "-"
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_text(one)}" for name, one in value.items())
    return str(value)
