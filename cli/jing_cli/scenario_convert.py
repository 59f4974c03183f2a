"""`jingsim scenario convert`: between OpenSCENARIO, scripts and CommonRoad."""

from pathlib import Path
from typing import Annotated

import typer

from jing_cli.output import JsonFlag, print_json, say
from jing_maps.errors import JingError
from jing_scenarios.commonroad import script_of_commonroad, write_commonroad
from jing_scenarios.openscenario.flatten import write_flattened
from jing_scenarios.openscenario.read import load_scenario
from jing_scenarios.script.load import load_script
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.run_scenario import run_scenario

__all__ = ["convert"]


class ConversionError(JingError, ValueError):
    """Two kinds of files between which nothing is converted."""


def convert(
    source: Annotated[Path, typer.Argument(help="A scenario (.xosc), a script (.py), or a CommonRoad file (.xml).")],
    target: Annotated[Path, typer.Argument(help="FILE.xosc, or FILE.xml for CommonRoad.")],
    road: Annotated[Path | None, typer.Option(help="OpenDRIVE file of a CommonRoad scenario's roads.")] = None,
    dt: Annotated[float, typer.Option(min=0.001, max=0.5, help="Step of the run that CommonRoad gets.")] = 0.05,
    max_time: Annotated[float, typer.Option(min=0.1, help="Longest simulated time of that run, seconds.")] = 120.0,
    as_json: JsonFlag = False,
) -> None:
    """Converts a scenario.

    To CommonRoad it is run: the file holds what the actors did, and the ego's task as a planning problem. From
    CommonRoad the obstacles follow their trajectories. Scripts become OpenSCENARIO 1.3, and so do files of other
    versions: with parameters at their values and catalogs' elements in place.
    """
    pair = (source.suffix, target.suffix)
    if pair in {(".xosc", ".xml"), (".py", ".xml")}:
        figures = _to_commonroad(source, target, dt, max_time)
    elif pair == (".xml", ".xosc"):
        beside = source.with_suffix(".xodr")
        roads = road or (beside if beside.is_file() else None)
        script_of_commonroad(source, roads).export(target)
        figures = {"roads": str(roads or "")}
    elif pair == (".py", ".xosc"):
        load_script(source).export(target)
        figures = {}
    elif pair == (".xosc", ".xosc"):
        write_flattened(load_scenario(source), target)
        figures = {}
    else:
        raise ConversionError(f"{source} to {target}: .xosc, .py or .xml to .xosc, .xosc or .py to .xml would be right")
    if as_json:
        print_json({"source": str(source), "target": str(target), **figures})
    else:
        say(f"{target} is written")


def _to_commonroad(source: Path, target: Path, dt_s: float, max_time_s: float) -> dict[str, object]:
    if source.suffix == ".py":
        run = load_script(source).run(dt_s=dt_s, max_time_s=max_time_s)
    else:
        run = run_scenario(load_scenario(source), RunOptions(dt_s=dt_s, max_time_s=max_time_s))
    lanelets, obstacles = write_commonroad(run, target, source.stem)
    return {"lanelets": lanelets, "obstacles": obstacles}
