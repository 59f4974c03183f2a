"""`jingsim demo`: the main job on embedded defaults: both areas, two signal plans, several seeds, scenarios, and a
replay."""

import itertools
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from jing_citybrain.kpi import PlanFigures, figures_by_plan
from jing_citybrain.replay import IndexEntry, write_index, write_replay
from jing_citybrain.study import Study, StudyResult, run_studies
from jing_cli.demo_scenarios import print_scenarios, run_scenarios
from jing_cli.output import JsonFlag, print_json, print_table, say
from jing_cli.simulate_command import finish, parse_seeds, print_figures
from jing_maps.areas import AREAS
from jing_sim.cluster.campaign import CampaignOptions
from jing_sim.cluster.carla_drives import DriveJob, drive_on_servers
from jing_sim.cluster.progress import show_progress
from jing_sim.cluster.session import ray_session

__all__ = ["app"]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

PLANS = ("webster", "max-pressure")


@app.command()
def demo(
    minutes: Annotated[float, typer.Option(min=0.5, help="Simulated time of the morning peak, from 07:30.")] = 10.0,
    seeds: Annotated[str, typer.Option(help="Seeds: 0-9 or 0,3,5.")] = "0-3",
    out: Annotated[Path | None, typer.Option(help="Folder to write; default runs/demo-1, -2, ...")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Worlds side by side; default: all cores.")] = None,
    ray_address: Annotated[str | None, typer.Option(help="A running Ray cluster (host:port).")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Simulates the morning peak of both areas under two signal plans, drives in two headless CARLA worlds, runs
    scenarios, and writes a replay and a report."""
    begin = time.monotonic()
    folder = out or next(path for n in itertools.count(1) if not (path := Path("runs") / f"demo-{n}").exists())
    studies = [Study(area, PLANS, parse_seeds(seeds), minutes) for area in AREAS]
    with ray_session(ray_address, workers), show_progress("demo", sum(study.n_runs for study in studies)) as progress:
        results = run_studies(studies, folder, CampaignOptions(deadline_s=600), progress)
        say("two CARLA worlds without a GPU: 30 vehicles of background traffic in each, and a car that drives")
        drives = drive_on_servers(DriveJob())
        say("scenarios: 20 cut-ins of a sweep, and four cases of GB/T 41798 with their report")
        scenarios = run_scenarios(folder / "scenarios")
    for result in results:
        finish(result)
    pages = [_page(folder, study, result) for study, result in zip(studies, results, strict=True)]
    index = folder / "index.html"
    write_index(pages, index, title_zh="京镜：早高峰对照", title_en="Jingsim: the morning peak, two signal plans")
    wall_s = time.monotonic() - begin
    if as_json:
        report = str(scenarios.suite.report.page)
        figures = {**_summary(results, pages, index, wall_s), "scenarios": scenarios.as_json(), "report": report}
        print_json({**figures, "carla": drives})
        return
    for study, result in zip(studies, results, strict=True):
        print_figures(study.title, result)
    columns = tuple(drives[0])
    print_table("headless CARLA worlds, Yizhuang", columns, [[drive[name] for name in columns] for drive in drives])
    print_scenarios(scenarios)
    say(f"\nreport: {scenarios.suite.report.page.resolve()}")
    say(f"replay: {index.resolve()}  (open it in a browser; it needs no network)\nall in {wall_s:.0f} s")


def _page(folder: Path, study: Study, result: StudyResult) -> IndexEntry:
    """The replay of an area: its first seed under both plans, side by side, with the figures over all seeds."""
    first = {str(run["plan"]): Path(str(run["run"])) for run in result.runs if run["seed"] == study.seeds[0]}
    area, figures = AREAS[study.area], figures_by_plan(result.runs)
    page = folder / f"{study.area}.html"
    write_replay(
        [first[plan] for plan in study.plans], page, title_zh=area.title_zh, title_en=area.title_en, kpis=figures
    )
    return IndexEntry(page, area.title_zh, area.title_en, figures)


def _summary(results: list[StudyResult], pages: list[IndexEntry], index: Path, wall_s: float) -> dict[str, object]:
    areas = {
        result.area: {**result.as_json(), "plans": [_plan(row) for row in page.kpis], "replay": str(page.replay)}
        for result, page in zip(results, pages, strict=True)
    }
    return {"areas": areas, "replay": str(index), "wall_s": wall_s}


def _plan(row: PlanFigures) -> dict[str, object]:
    return {"plan": row.plan, "seeds": row.seeds, **{name: asdict(value) for name, value in row.figures.items()}}
