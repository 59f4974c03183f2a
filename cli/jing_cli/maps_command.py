"""`jingsim maps`: list, info, check, build, import, export, plot."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jing_cli.output import JsonFlag, print_json, print_table, say
from jing_maps.areas import AREAS, build_area
from jing_maps.check import Finding, check
from jing_maps.errors import UnknownNameError
from jing_maps.geo_export import write_geojson, write_geoparquet
from jing_maps.info import network_info
from jing_maps.network import RoadNetwork
from jing_maps.opendrive.write import write_opendrive
from jing_maps.osm import import_bbox_with_warnings
from jing_maps.plot import plot_network
from jing_maps.read import read_map, read_map_with_warnings
from jing_maps.store import content_hash, save
from jing_maps.sumo import write_net

__all__ = ["app"]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, no_args_is_help=True)

Area = Annotated[str, typer.Argument(help="A built-in area, or a path: .jingnet, .net.xml[.gz], .xodr, .osm[.gz].")]


class Format(StrEnum):
    """What a network can be written as."""

    XODR = "xodr"
    SUMO = "sumo"
    GEOJSON = "geojson"
    GEOPARQUET = "geoparquet"
    JINGNET = "jingnet"


SUFFIX = {
    Format.XODR: ".xodr",
    Format.SUMO: ".net.xml",
    Format.GEOJSON: ".geojson",
    Format.GEOPARQUET: ".parquet",
    Format.JINGNET: ".jingnet",
}
WRITERS: dict[Format, Callable[[RoadNetwork, Path], Sequence[str] | None]] = {
    Format.XODR: write_opendrive,
    Format.SUMO: write_net,
    Format.GEOJSON: write_geojson,
    Format.GEOPARQUET: write_geoparquet,
    Format.JINGNET: save,
}


@app.callback()
def maps() -> None:
    """Road networks: list, info, check, build, import, export, plot."""


@app.command("list")
def list_areas(as_json: JsonFlag = False) -> None:
    """Lists the built-in areas."""
    rows = [{"name": name, "title_zh": area.title_zh, "title_en": area.title_en} for name, area in AREAS.items()]
    if as_json:
        print_json({"areas": rows})
    else:
        print_table("Built-in areas", ("name", "中文", "English"), [tuple(row.values()) for row in rows])


@app.command()
def info(area: Area, as_json: JsonFlag = False) -> None:
    """Counts what a network holds."""
    figures = asdict(network_info(read_map(area)))
    if as_json:
        print_json(figures)
    else:
        print_table(str(figures["name"]), ("what", "value"), list(figures.items()))


@app.command("check")
def check_map(area: Area, as_json: JsonFlag = False) -> None:
    """Looks for faults; each finding has a place and a cure. Exit code 1 when there is an error."""
    findings = check(read_map(area))
    errors = [finding for finding in findings if finding.severity == "error"]
    if as_json:
        rows = [asdict(finding) for finding in findings]
        print_json({"errors": len(errors), "warnings": len(findings) - len(errors), "findings": rows})
    else:
        _print_findings(area, findings, len(errors))
    if errors:
        raise typer.Exit(1)


@app.command()
def build(
    area: Annotated[str, typer.Argument(help="A built-in area.")],
    out: Annotated[Path | None, typer.Option(help="File to write; default AREA.jingnet.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Compiles a built-in area from its street register and says whether it equals the one shipped."""
    if area not in AREAS:
        raise UnknownNameError("area", area, AREAS)
    network = build_area(area)
    path = out or Path(f"{area}.jingnet")
    save(network, path)
    same = content_hash(network) == content_hash(read_map(area))
    if as_json:
        print_json({"area": area, "file": str(path), "map_hash": content_hash(network), "equals_shipped": same})
    else:
        say(f"{path}: {'equal to' if same else 'differs from'} the network that is shipped")


@app.command("import")
def import_map(
    source: Annotated[str | None, typer.Argument(help="A map file: .osm, .osm.pbf, .net.xml[.gz], .xodr.")] = None,
    bbox: Annotated[str | None, typer.Option(help="WEST,SOUTH,EAST,NORTH in degrees: fetched from OSM.")] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; default SOURCE.jingnet.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Reads a map file, or any place of the world by its bounding box, and stores it as a network."""
    if (source is None) == (bbox is None):
        raise typer.BadParameter("give either a file or --bbox WEST,SOUTH,EAST,NORTH")
    network, warnings = read_map_with_warnings(source) if source else import_bbox_with_warnings(*_corners(bbox or ""))
    path = out or Path(_stem(source) if source else "bbox").with_suffix(".jingnet")
    if path.suffix != ".jingnet":
        raise typer.BadParameter(f"--out {path}: a network store ends in .jingnet")
    save(network, path)
    for warning in warnings:
        say(f"warning: {warning}")
    figures = {**asdict(network_info(network)), "file": str(path)}
    if as_json:
        print_json({**figures, "warnings": warnings})
    else:
        print_table(f"{source or bbox} -> {path}", ("what", "value"), list(figures.items()))


@app.command()
def export(
    area: Area,
    to: Annotated[Format, typer.Option(help="Format to write.")],
    out: Annotated[Path | None, typer.Option(help="File to write; default AREA with the format's suffix.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Writes a network as OpenDRIVE, SUMO net, GeoJSON, GeoParquet or network store."""
    network = read_map(area)
    path = out or Path(_stem(area) + SUFFIX[to])
    warnings = list(WRITERS[to](network, path) or ())
    for warning in warnings:
        say(f"warning: {warning}")
    if as_json:
        print_json({"file": str(path), "bytes": path.stat().st_size, "warnings": warnings})
    else:
        say(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


@app.command()
def plot(area: Area, out: Annotated[Path | None, typer.Option(help="PNG to write; default AREA.png.")] = None) -> None:
    """Draws a network as PNG."""
    path = out or Path(_stem(area) + ".png")
    plot_network(read_map(area), path)
    say(str(path))


def _print_findings(area: str, findings: list[Finding], errors: int) -> None:
    rows = [(f.severity, f.code, f.place, f.message) for f in findings]
    if rows:
        print_table(area, ("severity", "code", "place", "what, and the cure"), rows)
    say(f"{area}: {errors} errors, {len(findings) - errors} warnings")


def _corners(bbox: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError:
        raise typer.BadParameter(f"--bbox {bbox!r}: four numbers, WEST,SOUTH,EAST,NORTH") from None
    return west, south, east, north


def _stem(source: str) -> str:
    name = Path(source).name
    for suffix in (".gz", ".pbf", ".xml", ".net", ".osm", ".xodr", ".jingnet"):
        name = name.removesuffix(suffix)
    return name
