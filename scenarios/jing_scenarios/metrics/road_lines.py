"""Stop lines of an OpenDRIVE map that a light or a stop sign rules, and when an actor's front passes them."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.lane_use import travel_direction
from jing_maps.opendrive.model import Road, RoadObject, Signal, SignalReference
from jing_maps.opendrive.place import lane_borders, road_pose
from jing_scenarios.metrics.map_facts import MapFacts, map_facts
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["Passage", "RoadLine", "lines_of", "passages"]

Float = NDArray[np.float64]

# Vehicle lights: with or without arrows, and for buses; those of walkers and cyclists alone (1000002, 1000007) not.
_LIGHTS = {"1000001", "1000008", "1000009", "1000010", "1000011", "1000012", "1000016"}
_ARROWS, _ARROW_SUBTYPES = {"1000011", "1000012"}, {"10", "20", "30", "40", "50", "60", "70"}
_STOP_SIGN = "206"
# A drawn stop line further from its signal than this belongs to something else.
_REACH_M = 30.0
# A passage counts for a signal if the actor is on the signal's road within this time of it.
_NEAR_S = 4.0


@dataclass(frozen=True)
class RoadLine:
    """A line across lanes that one may not pass against the signal.

    Attributes:
        signal: id of the traffic signal. kind: light or stop sign.
        road: row of the road on which the signal rules. lanes: OpenDRIVE ids of the lanes.
        ends: `(2, 2)` its ends in the map frame.
        ahead: `(2,)` unit vector in driving direction.
        arrow: the signal shows arrows (types 1000011 and 1000012, or the subtype of a direction).
    """

    signal: str
    kind: str
    road: int
    lanes: tuple[int, ...]
    ends: Float
    ahead: Float
    arrow: bool


@dataclass(frozen=True)
class Passage:
    """The front of an actor passes a line: row of the first instant beyond it, and the line."""

    row: int
    line: RoadLine


def lines_of(facts: MapFacts) -> tuple[RoadLine, ...]:
    """All ruled lines of a map."""
    return facts.once("road lines", lambda: _find_lines(facts))


def _find_lines(facts: MapFacts) -> tuple[RoadLine, ...]:
    roads = facts.odr.roads
    by_id = {signal.id: signal for road in roads for signal in road.signals}
    found = []
    for row, road in enumerate(roads):
        placed: list[tuple[Signal, Signal | SignalReference]] = [(signal, signal) for signal in road.signals]
        placed += [(by_id[ref.id], ref) for ref in road.signal_references if ref.id in by_id]
        for signal, place in placed:
            kind = _kind(signal)
            if kind:
                found += [line for way in (1, -1) if (line := _line(facts, row, signal, place, kind, way)) is not None]
    return tuple(found)


def _kind(signal: Signal) -> str:
    if signal.dynamic and signal.type in _LIGHTS:
        return "light"
    return "stop sign" if not signal.dynamic and signal.type == _STOP_SIGN else ""


def _line(
    facts: MapFacts, row: int, signal: Signal, place: Signal | SignalReference, kind: str, way: int
) -> RoadLine | None:
    if {"+": 1, "-": -1}.get(place.orientation, way) != way:
        return None
    road = facts.odr.roads[row]
    lanes = _lanes(facts, row, place, way)
    if not lanes:
        return None
    s = _line_s(road, place.s_m, lanes, way)
    borders = lane_borders(facts.odr, [row] * len(lanes), list(lanes), [s] * len(lanes))
    sides = np.concatenate([borders.inner_m, borders.outer_m])
    sides = sides[np.isfinite(sides)]
    if not len(sides):
        return None
    pose = road_pose(facts.odr, [row, row], [s, s], [sides.min(), sides.max()])
    heading = float(pose.heading_rad[0])
    ahead = way * np.array([np.cos(heading), np.sin(heading)])
    arrow = signal.type in _ARROWS or signal.subtype in _ARROW_SUBTYPES
    return RoadLine(signal.id, kind, row, lanes, np.stack([pose.x_m, pose.y_m], axis=1), ahead, arrow)


def _lanes(facts: MapFacts, row: int, place: Signal | SignalReference, way: int) -> tuple[int, ...]:
    road = facts.odr.roads[row]
    section = road.sections[facts.section(row, place.s_m)]
    return tuple(
        lane.id
        for lane in section.lanes.values()
        if lane.id != 0
        and travel_direction(road, lane) == way
        and (not place.validity or any(min(r) <= lane.id <= max(r) for r in place.validity))
    )


def _line_s(road: Road, signal_s_m: float, lanes: tuple[int, ...], way: int) -> float:
    """Station of the drawn stop line nearest to the signal, else of the signal itself."""
    drawn = [
        thing.s_m
        for thing in road.objects
        if _is_stop_line(thing)
        and abs(thing.s_m - signal_s_m) <= _REACH_M
        and {"+": 1, "-": -1}.get(thing.orientation, way) == way
        and (not thing.validity or any(min(r) <= lane <= max(r) for r in thing.validity for lane in lanes))
    ]
    return min(drawn, key=lambda s: abs(s - signal_s_m)) if drawn else signal_s_m


def _is_stop_line(thing: RoadObject) -> bool:
    return any(re.sub(r"[^a-z]", "", word.lower()) == "stopline" for word in (thing.type, thing.subtype, thing.name))


def passages(trace: ScenarioTrace, actor: int) -> tuple[Passage, ...]:
    """All passages of an actor's front over ruled lines, forwards, in the order of time; none without a map."""
    if ("passages", actor) not in trace.derived:
        found: list[Passage] = []
        if trace.odr is not None:
            x, y = (column[:, actor] for column in trace.front_m)
            for line in _near(map_facts(trace.odr), x, y):
                found += [Passage(row, line) for row in _passes(x, y, line) if _on_road(trace, actor, line, row)]
        trace.derived["passages", actor] = tuple(sorted(found, key=lambda passage: passage.row))
    kept: tuple[Passage, ...] = trace.derived["passages", actor]
    return kept


def _near(facts: MapFacts, x_m: Float, y_m: Float) -> list[RoadLine]:
    """The lines that lie in the part of the map in which these points are."""
    lines = lines_of(facts)
    if not lines or not np.isfinite(x_m).any():
        return []
    ends = facts.once("ends of road lines", lambda: np.stack([line.ends for line in lines]))
    low = np.array([np.nanmin(x_m), np.nanmin(y_m)])
    high = np.array([np.nanmax(x_m), np.nanmax(y_m)])
    inside = np.all((ends.max(axis=1) >= low - 1.0) & (ends.min(axis=1) <= high + 1.0), axis=1)
    return [lines[k] for k in np.flatnonzero(inside).tolist()]


def _passes(x_m: Float, y_m: Float, line: RoadLine) -> list[int]:
    """Rows at which the point has just come from before the line to beyond it, between its ends."""
    origin = line.ends[0]
    side = line.ends[1] - origin
    width = float(np.hypot(*side))
    if width < 1e-6:
        return []
    along = (x_m - origin[0]) * line.ahead[0] + (y_m - origin[1]) * line.ahead[1]
    crossing = np.flatnonzero((along[:-1] <= 0) & (along[1:] > 0))
    rows = []
    for k in crossing.tolist():
        share = -along[k] / (along[k + 1] - along[k])
        px, py = x_m[k] + share * (x_m[k + 1] - x_m[k]), y_m[k] + share * (y_m[k + 1] - y_m[k])
        across = ((px - origin[0]) * side[0] + (py - origin[1]) * side[1]) / width
        # Half a metre: the front's middle may just miss a line that the body runs over.
        if -0.5 <= across <= width + 0.5:
            rows.append(k + 1)
    return rows


def _on_road(trace: ScenarioTrace, actor: int, line: RoadLine, row: int) -> bool:
    """The actor is in a lane that the signal rules: when it passes the line, or soon if the road begins behind it."""
    road, lane = trace.places.road[:, actor], trace.places.lane[:, actor]
    for here in (row - 1, row):
        if road[here] == line.road:
            return int(lane[here]) in line.lanes
    near = np.abs(trace.time_s - trace.time_s[row]) <= _NEAR_S
    return bool(np.any(near & (road == line.road) & np.isin(lane, line.lanes)))
