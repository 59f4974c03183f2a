"""CommonRoad 2020a scenarios as scripts: obstacles follow their recorded trajectories, the planning problem is the ego.

Lanelets do not become roads: an OpenDRIVE file of the same roads may be given. Not read: occupancy sets, signals, all
planning problems but the first, environment and phantom obstacles. Obstacles stay where their trajectory ends.
"""

import math
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from jing_maps.errors import JingError
from jing_scenarios.script.actors import Actor
from jing_scenarios.script.conditions import time_s
from jing_scenarios.script.maneuvers import Maneuver, parallel, when
from jing_scenarios.script.models import PEDESTRIANS, VEHICLES, Model
from jing_scenarios.script.places import At, at_xy
from jing_scenarios.script.scenario import NO_ROAD, Scenario

__all__ = ["CommonRoadError", "script_of_commonroad"]

Element = etree._Element

_VEHICLES = {"car": "car", "taxi": "car", "parkedVehicle": "car", "priorityVehicle": "police", "truck": "truck",
             "bus": "bus", "motorcycle": "motorbike", "bicycle": "bicycle", "train": "bus"}  # fmt: skip


class CommonRoadError(JingError, ValueError):
    """A file that is no CommonRoad scenario, or holds what this reader cannot use."""


@dataclass(frozen=True)
class _State:
    step: int
    x_m: float
    y_m: float
    heading_rad: float
    speed_mps: float


def script_of_commonroad(path: str | Path, road: str | Path | None = None) -> Scenario:
    """The scenario of a CommonRoad file.

    Args:
        path: of the `.xml` file, version 2018b or 2020a.
        road: an OpenDRIVE file of its roads; None = the scenario has no roads.

    Raises:
        CommonRoadError: it is no such file, or an obstacle has no trajectory that can be followed.
    """
    path = Path(path)
    try:
        root = etree.parse(str(path)).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise CommonRoadError(f"{path}: {error}") from error
    if root.tag != "commonRoad":
        raise CommonRoadError(f"{path}:{root.sourceline}: <{root.tag}>; <commonRoad> would be right")
    step_s = _number(path, root, root.get("timeStepSize", "0.1"))
    scenario = Scenario(path.stem, road=road if road is not None else NO_ROAD)
    last = 0
    for problem in root.findall("planningProblem")[:1]:
        state = _state(path, _child(path, problem, "initialState"))
        model = VEHICLES["car"]
        scenario.vehicle("Ego", at=_place(state, model), speed_mps=state.speed_mps)
    for element in (*root.findall("obstacle"), *root.findall("dynamicObstacle"), *root.findall("staticObstacle")):
        last = max(last, _obstacle(path, scenario, element, step_s))
    scenario.end(time_s() > max(last * step_s, step_s))
    return scenario


def _obstacle(path: Path, scenario: Scenario, element: Element, step_s: float) -> int:
    """Adds an obstacle; returns the step of its last state."""
    kind, name = element.findtext("type", "unknown"), f"Obstacle{element.get('id')}"
    model = _model(path, element, kind)
    first = _state(path, _child(path, element, "initialState"))
    place = _place(first, model) if first.step == 0 else None
    if kind == "pedestrian":
        actor = scenario.pedestrian(name, at=place, speed_mps=first.speed_mps, model=model)
    elif kind in _VEHICLES:
        actor = scenario.vehicle(name, at=place, speed_mps=first.speed_mps, model=model)
    else:
        actor = scenario.thing(name, at=place, size_m=model.size_m)
    trajectory = element.find("trajectory")
    if trajectory is None:
        if element.find("occupancySet") is not None:
            raise CommonRoadError(f"{path}:{element.sourceline}: {name} has an occupancy set; a trajectory is needed")
        if place is None:
            scenario.do(when(time_s() >= first.step * step_s, actor.appear(_place(first, model))))
        return first.step
    states = [first, *(_state(path, state) for state in trajectory.findall("state"))]
    _follow(scenario, actor, states, step_s)
    return states[-1].step


def _follow(scenario: Scenario, actor: Actor, states: list[_State], step_s: float) -> None:
    points = [((state.step - states[0].step) * step_s, _place(state, actor.model)) for state in states]
    follow: Maneuver = actor.follow_trajectory(points)
    if actor.at is None:
        begin = time_s() >= states[0].step * step_s
        follow = when(begin, parallel(actor.appear(_place(states[0], actor.model)), follow))
    scenario.do(follow)


def _model(path: Path, element: Element, kind: str) -> Model:
    known = PEDESTRIANS["adult"] if kind == "pedestrian" else VEHICLES[_VEHICLES.get(kind, "car")]
    box, circle = element.find("shape/rectangle"), element.find("shape/circle")
    if box is not None:
        length, width = (_number(path, box, box.findtext(tag)) for tag in ("length", "width"))
    elif circle is not None:
        length = width = 2.0 * _number(path, circle, circle.findtext("radius"))
    else:
        raise CommonRoadError(f"{path}:{element.sourceline}: a shape of rectangle or circle would be right")
    share = length / known.size_m[0]
    category = known.category if kind in _VEHICLES or kind == "pedestrian" else "obstacle"
    centre = 0.0 if category == "obstacle" else known.centre_x_m * share
    return Model(
        category, (length, width, known.size_m[2]), centre, known.wheelbase_m * share, known.top_mps,
        known.accel_mps2, known.decel_mps2, known.mass_kg,
    )  # fmt: skip


def _place(state: _State, model: Model) -> At:
    """CommonRoad places the middle of the box, the standard the rear axle."""
    back = model.centre_x_m
    x = state.x_m - back * math.cos(state.heading_rad)
    y = state.y_m - back * math.sin(state.heading_rad)
    return at_xy(x, y, state.heading_rad)


def _state(path: Path, element: Element) -> _State:
    point = element.find("position/point")
    if point is None:
        raise CommonRoadError(f"{path}:{element.sourceline}: a position that is a point would be right")
    x, y = (_number(path, point, point.findtext(tag)) for tag in ("x", "y"))
    heading, speed = (_value(path, element, tag, 0.0) for tag in ("orientation", "velocity"))
    return _State(int(_value(path, element, "time", 0.0)), x, y, heading, speed)


def _value(path: Path, element: Element, tag: str, default: float) -> float:
    """The exact value, or the middle of an interval."""
    child = element.find(tag)
    if child is None:
        return default
    exact = child.findtext("exact")
    if exact is not None:
        return _number(path, child, exact)
    low, high = child.findtext("intervalStart"), child.findtext("intervalEnd")
    if low is None or high is None:
        raise CommonRoadError(f"{path}:{child.sourceline}: <{tag}> holds neither exact nor an interval")
    return (_number(path, child, low) + _number(path, child, high)) / 2


def _number(path: Path, element: Element, text: str | None) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise CommonRoadError(f"{path}:{element.sourceline}: <{element.tag}> holds {text!r}; a number would be right")
    return value


def _child(path: Path, element: Element, tag: str) -> Element:
    found = element.find(tag)
    if found is None:
        raise CommonRoadError(f"{path}:{element.sourceline}: <{element.tag}> has no <{tag}>")
    return found
