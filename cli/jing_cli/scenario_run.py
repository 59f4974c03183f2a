"""`jingsim scenario run`: one scenario and its verdict."""

import itertools
import json
import re
from pathlib import Path
from typing import Annotated

import typer

from jing_cli.output import JsonFlag, print_json, print_table, say
from jing_maps.errors import JingError
from jing_scenarios.actions.action import UnsupportedElementError
from jing_scenarios.drivers.driver import DriverError
from jing_scenarios.run_file import FileRun, RunRequest, run_file

__all__ = ["run"]

_ADDRESS = re.compile(r"[\w.\-]+:\d+")


def run(
    file: Annotated[str, typer.Argument(help="FILE.xosc, or FILE.py with a scenario.")],
    address: Annotated[
        str, typer.Argument(help="HOST:PORT of the CARLA server; without it a headless one is started for the run.")
    ] = "",
    world: Annotated[str, typer.Option(help="native, carla, or both (and how far the two are apart).")] = "native",
    dt: Annotated[float, typer.Option(min=0.001, max=1.0, help="Step in seconds.")] = 0.05,
    seed: Annotated[int, typer.Option(min=0, help="Of all randomness.")] = 0,
    param: Annotated[list[str] | None, typer.Option("--param", help="NAME=VALUE: a parameter of the file.")] = None,
    stack: Annotated[
        str,
        typer.Option(help="Driver of the ego: careful, careless, idm, aeb, alks, replay, module:Class ..."),
    ] = "",
    ego: Annotated[str, typer.Option(help="Entity that the stack drives; default: who is called ego or hero.")] = "",
    controller: Annotated[
        list[str] | None, typer.Option(help="NAME=SPEC: the driver that stands for a controller of the file.")
    ] = None,
    verdict: Annotated[Path | None, typer.Option(help="File of criteria beside those of the scenario.")] = None,
    maps: Annotated[
        list[Path] | None, typer.Option(help="Folder of .xodr files: the maps that scenarios name; repeat it.")
    ] = None,
    max_time: Annotated[float, typer.Option(min=0.01, help="Longest simulated time in seconds.")] = 120.0,
    out: Annotated[Path | None, typer.Option(help="Run folder; default runs/NAME-1, -2, ...")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Runs one scenario and gives its verdict: exit code 0 passed, 1 not passed, 2 bad input, 3 the platform failed.

    `verdict.yaml` or `NAME.verdict.yaml` beside the file says what must hold.
    """
    file, address = _sorted_words(file, address)
    if out is not None and out.exists():
        raise typer.BadParameter(f"--out {out} is there already; name a new folder")
    parameters, controllers = _pairs("--param", param), _pairs("--controller", controller)
    try:
        request = RunRequest(
            Path(file), parameters, world, address, stack, ego, controllers, verdict, dt, seed, max_time,
            tuple(maps or ()),
        )  # fmt: skip
        done = run_file(request)
    except JingError as error:
        _refused(file, world, error, as_json)
        raise typer.Exit(2) from error
    folder = done.write(out or _new_folder(request.file))
    if as_json:
        print_json(done.as_json(folder))
    else:
        _print(done, folder)
    if done.outcome.outcome != "pass":
        raise typer.Exit(1)


def _sorted_words(file: str, address: str) -> tuple[str, str]:
    """File and address, whichever comes first; an address is HOST:PORT and no file."""
    if _ADDRESS.fullmatch(file) and not Path(file).exists() and address:
        file, address = address, file
    if address and not _ADDRESS.fullmatch(address):
        raise typer.BadParameter(f"{address!r} is no HOST:PORT, as 127.0.0.1:2000 is one")
    return file, address


def _pairs(option: str, texts: list[str] | None) -> dict[str, str]:
    pairs = {}
    for text in texts or ():
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise typer.BadParameter(f"{option} {text!r} is no NAME=VALUE")
        pairs[name] = value
    return pairs


def _new_folder(file: Path) -> Path:
    return next(path for n in itertools.count(1) if not (path := Path("runs") / f"{file.stem}-{n}").exists())


def _refused(file: str, world: str, error: JingError, as_json: bool) -> None:
    """Says what is wrong; with --json also what is not supported, so that a program can tell the two apart."""
    say(f"error: {error}")
    if not as_json:
        return
    unsupported = list(error.findings) if isinstance(error, UnsupportedElementError) else []
    broke = "error" if isinstance(error, DriverError) else "inconclusive"
    print_json({
        "file": file, "world": world, "verdict": broke, "reason": str(error), "sim_end_s": None,
        "stopped_by": "", "criteria": [], "storyboard": [], "unsupported": unsupported, "run": None,
    })  # fmt: skip


def _print(done: FileRun, folder: Path) -> None:
    run, outcome = done.run, done.outcome
    rows = [
        (v.name, v.outcome, _number(v.value), _number(v.threshold), v.unit, _number(v.worst_time_s), v.reason)
        for v in outcome.verdicts
    ]
    if rows:
        head = ("criterion", "verdict", "value", "threshold", "unit", "worst at [s]", "why")
        print_table(f"{done.request.file.name}: {outcome.outcome}", head, rows)
    if done.deviations:
        far = [(d.actor, f"{d.max_m:.3f}", f"{d.at_s:.2f}", f"{d.mean_m:.3f}", "pedals" if d.driven else "placed")
               for d in done.deviations]  # fmt: skip
        print_table("native against CARLA", ("actor", "most [m]", "at [s]", "mean [m]", "moved by"), far)
    print(f"{outcome.outcome}: {outcome.reason}")
    print(f"ended at {run.sim_end_s:g} s by {run.stopped_by}; {len(run.storyboard)} changes of the storyboard")
    for warning in done.warnings:
        say(f"warning: {warning}")
    say(f"run folder: {folder}; a page to look at: jingsim replay {json.dumps(str(folder))}")


def _number(value: float) -> str:
    return f"{value:.3g}" if value == value and abs(value) != float("inf") else "-"  # noqa: PLR0124 - NaN
