"""`jingsim carla`: serves maps to CARLA clients without a GPU, and probes CARLA servers."""

from pathlib import Path
from typing import Annotated

import typer

from jing_cli.output import JsonFlag, print_json, print_table, say
from jing_maps.errors import UnreachableError
from jing_sim.carla.conformance.runner import CheckOptions, probe
from jing_sim.carla.rpc import RefusedError
from jing_sim.carla.serve import serve as run_server
from jing_sim.carla.service import ServerOptions

__all__ = ["app"]

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="CARLA without a GPU: serve maps to CARLA clients, probe CARLA servers.",
)


@app.command()
def serve(
    map_name: Annotated[str, typer.Option("--map", help="Area, name of a map from --maps, or an .xodr file.")] = (
        "yizhuang"
    ),
    port: Annotated[
        int, typer.Option(min=0, max=65534, help="Of the calls; streams use the next one. 0 = any.")
    ] = 2000,
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    maps: Annotated[Path | None, typer.Option(help="Folder of .xodr files to offer under their names.")] = None,
    alias: Annotated[list[str] | None, typer.Option(help="NAME=MAP: a further name of a map.")] = None,
    background: Annotated[int, typer.Option(min=0, help="Vehicles that the traffic engine drives.")] = 0,
    seed: Annotated[int, typer.Option(help="Of all randomness.")] = 0,
) -> None:
    """Serves until SIGTERM or Ctrl-C; prints one line when it is ready."""
    aliases = dict(_alias(text) for text in alias or ())
    try:
        run_server(ServerOptions(map_name, port, host, maps, aliases, seed), background)
    except RefusedError as error:
        raise typer.BadParameter(f"{error}; {_offered(maps)}") from error


@app.command()
def check(
    address: Annotated[str, typer.Argument(help="HOST:PORT of a CARLA server, ours or another.")],
    group: Annotated[list[str] | None, typer.Option(help="Only these groups of checks.")] = None,
    timeout: Annotated[float, typer.Option(min=1.0, help="Seconds for one check.")] = 30.0,
    as_json: JsonFlag = False,
) -> None:
    """Probes a server against what CARLA's documentation says of its Python API; exit code 1 if something differs."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise typer.BadParameter(f"{address!r} is no HOST:PORT, as 127.0.0.1:2000 is one")
    try:
        report = probe(host, int(port), CheckOptions(tuple(group or ()), timeout))
    except UnreachableError as error:
        say(f"error: {error}")
        raise typer.Exit(2) from error
    if as_json:
        print_json(report.as_json())
    else:
        rows = [(check.group, check.name, check.result, check.detail) for check in report.checks]
        title = f"{address}, version {report.version}: {report.passed} passed, {report.failed} failed"
        print_table(title, ("group", "check", "result", "detail"), rows)
    if report.failed:
        raise typer.Exit(1)


def _alias(text: str) -> tuple[str, str]:
    name, _, known = text.partition("=")
    if not name or not known:
        raise typer.BadParameter(f"{text!r} is no NAME=MAP, as Town01=yizhuang is one")
    return name, known


def _offered(maps: Path | None) -> str:
    return f"areas are yizhuang and zhongguancun{f', and the .xodr files below {maps}' if maps else ''}"
