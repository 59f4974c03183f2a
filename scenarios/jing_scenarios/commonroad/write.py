"""A run as a CommonRoad 2020a file: lanelets, obstacles with their trajectories, the ego as a planning problem.

The goal of the planning problem is the place that the ego reached, within the time that it took. Not written: traffic
signals and signs, heights, and actors after they have vanished, even where they come back.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from jing_maps.errors import JingError
from jing_maps.opendrive.lane_graph import LaneKey
from jing_scenarios.commonroad.lanelets import Lanelet, lanelets_near
from jing_scenarios.metrics.scenario_runs import trace_of
from jing_scenarios.metrics.scenario_trace import ScenarioTrace
from jing_scenarios.storyboard.run import ScenarioRun

__all__ = ["CommonRoadWriteError", "write_commonroad"]

Element = etree._Element
Float = NDArray[np.float64]

_TYPES = {
    "car": "car", "van": "car", "truck": "truck", "semitrailer": "truck", "trailer": "truck", "bus": "bus",
    "motorbike": "motorcycle", "bicycle": "bicycle", "train": "train", "tram": "train", "pedestrian": "pedestrian",
    "wheelchair": "pedestrian", "animal": "unknown", "building": "building", "pole": "pillar", "tree": "pillar",
    "barrier": "constructionZone",
}  # fmt: skip
"""CommonRoad's obstacle types by the standard's categories."""

_STATIC = {"unknown", "building", "pillar", "constructionZone"}
"""Types of obstacles that stand; all but unknown can do nothing else."""

_GOAL_M = (6.0, 3.0)
_STEP_S = 0.1


class CommonRoadWriteError(JingError, ValueError):
    """A run that has no place in a CommonRoad file."""


def write_commonroad(run: ScenarioRun, path: str | Path, name: str = "") -> tuple[int, int]:
    """The run stands in the file; returns the numbers of lanelets and obstacles.

    Args:
        run: of a scenario with roads and an ego.
        path: of the `.xml` file.
        name: of the scenario; empty = the file's stem.

    Raises:
        CommonRoadWriteError: there are no roads, or nobody is called ego.
    """
    path, trace = Path(path), trace_of(run)
    if trace.odr is None:
        raise CommonRoadWriteError(f"{path.name}: the scenario has no roads; CommonRoad needs lanelets")
    if trace.ego < 0:
        raise CommonRoadWriteError(f"{path.name}: no actor is called Ego; the actors are {', '.join(trace.names)}")
    every = max(round(_STEP_S / run.dt_s), 1)
    rows = np.arange(0, trace.n_t, every)
    centre = np.stack(trace.centre_m, axis=2)
    lanelets = lanelets_near(trace.odr, centre[rows][np.isfinite(centre[rows]).all(axis=2)])
    root = _root(name or path.stem, float(trace.time_s[rows[1]] - trace.time_s[0]) if len(rows) > 1 else _STEP_S)
    ids = {lanelet.key: 1 + row for row, lanelet in enumerate(lanelets)}
    for lanelet in lanelets:
        root.append(_lanelet(lanelet, ids, lanelets))
    number = len(lanelets)
    others = [row for row in range(len(trace)) if row != trace.ego and trace.present[rows, row].any()]
    for row in others:
        number += 1
        root.append(_obstacle(trace, centre, row, rows, number))
    root.append(_problem(trace, centre, rows, number + 1))
    etree.ElementTree(root).write(str(path), xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return len(lanelets), len(others)


def _root(name: str, step_s: float) -> Element:
    words = re.sub(r"[^A-Za-z0-9]+", " ", name).title().replace(" ", "") or "Scenario"
    root = etree.Element(
        "commonRoad", timeStepSize=f"{step_s:.6g}", commonRoadVersion="2020a", author="jingsim", affiliation="jingsim",
        source="jingsim", benchmarkID=f"ZAM_{words}-1_1_T-1", date="2026-01-01",
    )  # fmt: skip
    location = etree.SubElement(root, "location")
    for tag, value in (("geoNameId", "-999"), ("gpsLatitude", "999"), ("gpsLongitude", "999")):
        etree.SubElement(location, tag).text = value
    etree.SubElement(etree.SubElement(root, "scenarioTags"), "simulated")
    return root


def _lanelet(lanelet: Lanelet, ids: dict[LaneKey, int], everyone: Sequence[Lanelet]) -> Element:
    element = etree.Element("lanelet", id=str(ids[lanelet.key]))
    for tag, line in (("leftBound", lanelet.left), ("rightBound", lanelet.right)):
        bound = etree.SubElement(element, tag)
        for x, y in line:
            _point(bound, x, y)
    before = [other.key for other in everyone if lanelet.key in other.successors]
    for tag, keys in (("predecessor", before), ("successor", lanelet.successors)):
        for key in keys:
            if key in ids:
                etree.SubElement(element, tag, ref=str(ids[key]))
    for tag, beside in (("adjacentLeft", lanelet.beside_left), ("adjacentRight", lanelet.beside_right)):
        if beside is not None and beside[0] in ids:
            etree.SubElement(element, tag, ref=str(ids[beside[0]]), drivingDir="same" if beside[1] else "opposite")
    etree.SubElement(element, "laneletType").text = lanelet.kind
    users = {"bicycleLane": "bicycle", "sidewalk": "pedestrian"}
    etree.SubElement(element, "userOneWay").text = users.get(lanelet.kind, "vehicle")
    return element


def _obstacle(trace: ScenarioTrace, centre: Float, row: int, rows: NDArray[np.int64], number: int) -> Element:
    kind, first = _TYPES.get(trace.kinds[row], "unknown"), int(np.argmax(trace.present[rows, row]))
    still = kind in _STATIC and bool(np.all(trace.speed_mps[rows, row] == 0.0))
    element = etree.Element("staticObstacle" if still else "dynamicObstacle", id=str(number))
    etree.SubElement(element, "type").text = kind if still or kind not in _STATIC else "unknown"
    shape = etree.SubElement(etree.SubElement(element, "shape"), "rectangle")
    etree.SubElement(shape, "length").text = _text(trace.boxes.length_m[row])
    etree.SubElement(shape, "width").text = _text(trace.boxes.width_m[row])
    _state(etree.SubElement(element, "initialState"), trace, centre, row, int(rows[first]), first)
    if not still:
        trajectory = etree.SubElement(element, "trajectory")
        for step, at in enumerate(rows[first + 1 :].tolist(), first + 1):
            if not trace.present[at, row]:
                break  # CommonRoad has no gaps: whoever has vanished is gone
            _state(etree.SubElement(trajectory, "state"), trace, centre, row, at, step)
    return element


def _problem(trace: ScenarioTrace, centre: Float, rows: NDArray[np.int64], number: int) -> Element:
    ego = trace.ego
    there = rows[trace.present[rows, ego]]
    element = etree.Element("planningProblem", id=str(number))
    state = etree.SubElement(element, "initialState")
    _state(state, trace, centre, ego, int(there[0]), 0)
    for tag in ("yawRate", "slipAngle"):
        etree.SubElement(etree.SubElement(state, tag), "exact").text = "0.0"
    goal = etree.SubElement(element, "goalState")
    end = int(there[-1])
    area = etree.SubElement(etree.SubElement(goal, "position"), "rectangle")
    etree.SubElement(area, "length").text, etree.SubElement(area, "width").text = map(_text, _GOAL_M)
    etree.SubElement(area, "orientation").text = _text(trace.heading_rad[end, ego])
    middle = etree.SubElement(area, "center")
    etree.SubElement(middle, "x").text, etree.SubElement(middle, "y").text = map(_text, centre[end, ego])
    time = etree.SubElement(goal, "time")
    etree.SubElement(time, "intervalStart").text = "0"
    etree.SubElement(time, "intervalEnd").text = str(max(len(there) - 1, 1))
    return element


def _state(element: Element, trace: ScenarioTrace, centre: Float, row: int, at: int, step: int) -> None:
    _point(etree.SubElement(element, "position"), *centre[at, row])
    values = (
        ("orientation", _text(trace.heading_rad[at, row])),
        ("time", str(step)),
        ("velocity", _text(trace.speed_mps[at, row])),
    )
    for tag, value in values:
        etree.SubElement(etree.SubElement(element, tag), "exact").text = value


def _point(parent: Element, x: float, y: float) -> None:
    point = etree.SubElement(parent, "point")
    etree.SubElement(point, "x").text, etree.SubElement(point, "y").text = _text(x), _text(y)


def _text(value: float) -> str:
    # The schema's decimals have no exponent.
    return f"{float(value):.6f}".rstrip("0").rstrip(".") or "0"
