"""`jingsim doctor`: what is installed, what each extra would add, and whether a Ray cluster answers."""

import importlib.metadata
import platform
import re
import shutil
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from jing_cli.output import JsonFlag, print_json, print_table, say
from jing_sim.cluster.job import CampaignError
from jing_sim.cluster.session import cluster_resources, ray_session

__all__ = ["app"]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

EXTRA_PURPOSE = {
    "sumo": "OSM import, SUMO net export, cross-checks against SUMO",
    "osm": "maps of any place by bounding box, .osm.pbf files",
    "report": "MCAP and PDF of validation reports",
    "dev": "tests and checks",
}


@app.command()
def doctor(
    ray_address: Annotated[str | None, typer.Option(help="Cluster to ask (host:port); none asks no cluster.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Says what is installed, what each extra would add, and whether a Ray cluster answers."""
    packages = [(extra, name, _version(name)) for extra, name in sorted(_requirements())]
    missing = [(extra, name) for extra, name, version in packages if version is None]
    report: dict[str, object] = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": [{"extra": extra, "package": name, "version": version} for extra, name, version in packages],
        "missing_extras": sorted({extra for extra, _ in missing} - {"core"}),
        "broken": [name for extra, name in missing if extra == "core"],
        "chromium": shutil.which("chromium"),
        "ray": _ask(ray_address) if ray_address else None,
    }
    if as_json:
        print_json(report)
    else:
        _print(report, packages)
    if report["broken"] or (ray_address and not report["ray"]):
        raise typer.Exit(3)


def _requirements() -> set[tuple[str, str]]:
    """(extra, distribution) for each requirement of the installed jingsim; `core` for those without an extra."""
    found = set()
    for line in importlib.metadata.requires("jingsim") or []:
        name = re.match(r"[A-Za-z0-9._-]+", line)
        extra = re.search(r"extra == ['\"](\w+)['\"]", line)
        if name:
            found.add((extra.group(1) if extra else "core", name.group()))
    return found


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _ask(address: str) -> dict[str, float] | None:
    try:
        with ray_session(address):
            return cluster_resources()
    except CampaignError as error:
        say(f"error: {error}")
        return None


def _print(report: Mapping[str, object], packages: Sequence[tuple[str, str, str | None]]) -> None:
    rows = [(extra, name, version or "missing") for extra, name, version in packages]
    print_table(f"jingsim on Python {report['python']}, {report['platform']}", ("extra", "package", "version"), rows)
    for extra in sorted({extra for extra, _, version in packages if version is None} - {"core"}):
        say(f"extra {extra} ({EXTRA_PURPOSE[extra]}): pip install 'jingsim[{extra}]'")
    if report["broken"]:
        say("core packages are missing: pip install -c constraints.txt -e .")
    say(f"browser for replay tests: {report['chromium'] or 'none (Debian: apt install chromium)'}")
    if report["ray"]:
        say(f"Ray cluster: {report['ray']}")
