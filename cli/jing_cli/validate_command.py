"""`jingsim validate`: a suite against a stack, and its report folder."""

import itertools
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from jing_cli.case_options import RayOption, WorkersOption
from jing_cli.output import JsonFlag, print_json, print_table, say
from jing_scenarios.report.writing import ReportOptions
from jing_scenarios.suite import Suite, builtin_suites, find_suite
from jing_scenarios.validate import Validation, ValidationOptions, case_specs
from jing_scenarios.validate import validate as run_suite
from jing_sim.cluster.progress import show_progress
from jing_sim.cluster.session import ray_session

__all__ = ["app", "exit_code", "print_validation", "validation_json"]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

_SUITES = ", ".join(sorted(builtin_suites()))


@app.command()
def validate(
    suite: Annotated[str, typer.Argument(help=f"A built-in suite ({_SUITES}), or a folder with manifest.toml.")],
    stack: Annotated[str, typer.Option(help="Who drives: careful, careless, package.module:Class, file.py:Class.")],
    baseline: Annotated[Path | None, typer.Option(help="Report folder of another run: new, fixed, same.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this scenario or case; may be repeated.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write; default runs/validate-SUITE-1, -2, ...")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what is in the folder.")] = False,
    mcap: Annotated[list[str] | None, typer.Option(help="Export this case as MCAP; may be repeated.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write report.pdf too (extra report).")] = False,
    workers: WorkersOption = None,
    ray_address: RayOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Drives every case of a suite with a stack, and writes the report.

    Exit code 1: a case did not pass: it failed, the stack broke, or nothing could be judged.
    """
    found = find_suite(suite)
    options = ValidationOptions(
        only=tuple(only or ()),
        baseline=baseline,
        report=ReportOptions(mcap=tuple(mcap or ()), pdf=pdf),
        command=shlex.join(["jingsim", "validate", *sys.argv[2:]]),
    )
    total = len(case_specs(found, stack, options.only))
    folder = _folder(found, out, resume)
    with ray_session(ray_address, workers), show_progress(f"{found.name}, {stack}", total) as progress:
        result = run_suite(found, stack, folder, options, progress)
    if as_json:
        print_json(validation_json(found, stack, result))
    else:
        print_validation(found, stack, result)
    raise typer.Exit(exit_code(result))


def validation_json(suite: Suite, stack: str, result: Validation) -> dict[str, object]:
    """What `--json` prints."""
    compared = result.report.comparison
    return {
        "suite": suite.name,
        "stack": stack,
        "cases": len(result.cases),
        "passed": result.count("pass"),
        "failed": result.count("fail"),
        "errors": result.count("error"),
        "inconclusive": result.count("inconclusive"),
        "wall_s": result.wall_s,
        "report": str(result.report.page),
        "junit": str(result.report.junit),
        "evidence": str(result.report.evidence),
        "results": str(result.report.results),
        "baseline": None if compared is None else {"new": compared.new, "fixed": compared.fixed},
    }


def print_validation(suite: Suite, stack: str, result: Validation) -> None:
    """Prints a row for each scenario, and where the report is."""
    rows = []
    for scenario in suite.manifest.scenario:
        own = [case.verdict for case in result.cases if case.scenario == scenario.id]
        if own:
            counts = [own.count(verdict) for verdict in ("pass", "fail", "error", "inconclusive")]
            rows.append((scenario.id, scenario.title.en or scenario.title.zh, len(own), *counts))
    columns = ("scenario", "title", "cases", "passed", "failed", "errors", "inconclusive")
    print_table(f"{suite.manifest.title.en}: {stack}", columns, rows)
    compared = result.report.comparison
    if compared is not None:
        say(f"against the baseline: {len(compared.new)} new failures, {len(compared.fixed)} fixed")
    say(f"report: {result.report.page.resolve()}")


def exit_code(result: Validation) -> int:
    """0 all passed, 1 something did not."""
    return 0 if result.count("pass") == len(result.cases) else 1


def _folder(suite: Suite, out: Path | None, resume: bool) -> Path:
    if out is None:
        if resume:
            raise typer.BadParameter("--resume needs --out FOLDER, the run to go on with")
        stem = f"validate-{suite.name}"
        return next(path for n in itertools.count(1) if not (path := Path("runs") / f"{stem}-{n}").exists())
    if (out / "results").exists() and not resume:
        raise typer.BadParameter(f"--out {out} holds a run; go on with --resume, or name another folder")
    return out
