"""`jingsim simulate`: traffic worlds of an area under signal plans and seeds: many on Ray, one without it."""

import itertools
from pathlib import Path
from typing import Annotated

import typer

from jing_citybrain.kpi import FIGURES, figures_by_plan
from jing_citybrain.study import Study, StudyResult, run_study, run_study_alone
from jing_cli.output import JsonFlag, print_json, print_table, say
from jing_sim.cluster.attempt import CampaignOptions
from jing_sim.cluster.progress import show_progress

__all__ = ["app", "finish", "parse_seeds", "print_figures"]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

HEADINGS = {
    "mean_travel_time_s": "travel time [s]",
    "mean_delay_s": "delay [s]",
    "travel_time_p95_s": "p95 [s]",
    "arrived": "arrived",
    "waiting_to_enter": "not yet in",
}


@app.command()
def simulate(
    area: Annotated[str, typer.Argument(help="A built-in area, or a path: .jingnet, .net.xml[.gz], .xodr, .osm[.gz].")],
    signals: Annotated[
        str, typer.Option(help="Signal plans, comma separated: map, webster, max-pressure.")
    ] = "webster",
    demand: Annotated[
        str, typer.Option(help="Factor on the area's demand, or a CSV file of origin-destination flows.")
    ] = "1.0",
    routes: Annotated[Path | None, typer.Option(help="SUMO trips (.rou.xml[.gz]) in place of the demand.")] = None,
    minutes: Annotated[float, typer.Option(min=0.1, help="Simulated time.")] = 15.0,
    begin: Annotated[str, typer.Option(help="Time of day at which it starts, HH:MM.")] = "07:30",
    seeds: Annotated[str, typer.Option(help="Seeds: 0-9 or 0,3,5.")] = "0",
    dt: Annotated[float, typer.Option(min=0.1, max=1.0, help="Step in seconds.")] = 1.0,
    car_following: Annotated[str, typer.Option(help="krauss, or idm (with --dt 0.5 or less).")] = "krauss",
    engine: Annotated[str, typer.Option(help="native, or sumo (a cross-check; needs the extra sumo).")] = "native",
    out: Annotated[Path | None, typer.Option(help="Folder of the campaign; default runs/AREA-1, -2, ...")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what is in the folder.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Worlds side by side; default: all cores.")] = None,
    ray_address: Annotated[str | None, typer.Option(help="A running Ray cluster (host:port).")] = None,
    deadline_s: Annotated[float, typer.Option(min=1.0, help="Longest wall time of one run.")] = 3600.0,
    as_json: JsonFlag = False,
) -> None:
    """Simulates an area and prints travel times and delays for each signal plan."""
    study = Study(
        area=area,
        plans=tuple(name.strip() for name in signals.split(",")),
        seeds=parse_seeds(seeds),
        minutes=minutes,
        begin=begin,
        dt_s=dt,
        car_following=car_following,
        demand=demand,
        routes=routes,
        engine=engine,
    )
    folder, options = _folder(area, out, resume), CampaignOptions(deadline_s=deadline_s)
    with show_progress(study.title, study.n_runs) as progress:
        if study.n_runs == 1 and ray_address is None:
            result = run_study_alone(study, folder, options, progress)
        else:
            from jing_sim.cluster.session import ray_session  # noqa: PLC0415 - loads Ray

            with ray_session(ray_address, workers):
                result = run_study(study, folder, options, progress)
    if as_json:
        print_json(result.as_json())
    elif result.runs:
        print_figures(study.title, result)
        say(f"run folders: {folder / 'attempts'}; a page to look at: jingsim replay RUN")
    finish(result)


def parse_seeds(text: str) -> tuple[int, ...]:
    """The seeds that `0-9`, `0,3,5` or a mixture of both names, each once, in that order."""
    seeds: dict[int, None] = {}
    try:
        for part in text.split(","):
            first, _, last = part.strip().partition("-")
            seeds.update(dict.fromkeys(range(int(first), int(last or first) + 1)))
    except ValueError:
        raise typer.BadParameter(f"--seeds {text!r}: write 0-9 or 0,3,5") from None
    if not seeds:
        raise typer.BadParameter(f"--seeds {text!r} names no seed; write 0-9 or 0,3,5")
    return tuple(seeds)


def print_figures(title: str, result: StudyResult) -> None:
    """Prints mean and 95 % interval of the figures for each plan."""
    table = figures_by_plan(result.runs)
    rows = [(row.plan, row.seeds, *(str(row.figures[name]) for name in FIGURES)) for row in table]
    columns = ("signals", "seeds", *(HEADINGS[name] for name in FIGURES))
    print_table(f"{title}: mean ± 95 % interval over seeds", columns, rows)
    for warning in result.warnings:
        say(f"warning: {warning}")


def _folder(area: str, out: Path | None, resume: bool) -> Path:
    """Where the campaign lives: a new folder, or one to go on with."""
    if out is None:
        if resume:
            raise typer.BadParameter("--resume needs --out FOLDER, the campaign to go on with")
        stem = Path(area).name.split(".")[0]
        return next(path for n in itertools.count(1) if not (path := Path("runs") / f"{stem}-{n}").exists())
    if (out / "results").exists() and not resume:
        raise typer.BadParameter(f"--out {out} holds a campaign; go on with --resume, or name another folder")
    return out


def finish(result: StudyResult) -> None:
    """Says which runs were given up, and exits with 3 if there are any; with 2 if their inputs are wrong."""
    for run, error in result.given_up.items():
        why = error.strip().splitlines()[-1]
        say(f"error: {run}: {why.partition(': ')[2]}" if run in result.refused else f"error: {run} was given up: {why}")
    if result.given_up:
        raise typer.Exit(2 if len(result.refused) == len(result.given_up) else 3)
