"""Metrics of traffic rules: lights, stop lines, limits, directions, lanes, the road itself, the route."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.metrics.lane_borders import lane_room_m, road_room_m, turn_on_road
from jing_scenarios.metrics.lights import Light, light_of
from jing_scenarios.metrics.map_facts import facts_of
from jing_scenarios.metrics.registry import Series, metric
from jing_scenarios.metrics.road_lines import Passage, lines_of, passages
from jing_scenarios.metrics.route_progress import route_progress
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["against_traffic", "light_passages", "limits_mps", "red_passages", "stop_sign_passages"]

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Rows = tuple[int, ...]

_LEADERBOARD = "CARLA Leaderboard 1.0 (evaluation and metrics, infractions)"
_STANDS_MPS = 0.1
_STOP_ZONE_M = 5.0
_BEYOND_M = 10.0
# Lines that are passed within this time are one: lights of one approach, each with its own.
_ONE_LINE_S = 0.5


def red_passages(trace: ScenarioTrace, actor: int) -> tuple[Passage, ...]:
    """Passages of an actor's front over the stop line of a light that is red; raises MetricError without a map."""
    return tuple(passage for passage, light in light_passages(trace, actor) if light == "red")


def light_passages(trace: ScenarioTrace, actor: int) -> list[tuple[Passage, Light]]:
    """Passages over stop lines of lights, and what the lights showed; raises MetricError without a map.

    Several lights may rule one lane, one for each way on, and a map does not say which is for which: the line is passed
    at red if all of them are red.
    """
    facts_of(trace, "red lights")
    groups: list[list[Passage]] = []
    for passage in passages(trace, actor):
        if passage.line.kind != "light":
            continue
        first = groups[-1][0] if groups else None
        if first is not None and trace.time_s[passage.row] - trace.time_s[first.row] <= _ONE_LINE_S:
            groups[-1].append(passage)
        else:
            groups.append([passage])
    return [(group[0], _shown(trace, group)) for group in groups]


def _shown(trace: ScenarioTrace, group: list[Passage]) -> Light:
    lights = [light_of(trace.signal_states(p.line.signal)[p.row]) for p in group]
    known = [light for light in lights if light != "unknown"]
    return next((light for light in known if light != "red"), "red") if known else "unknown"


def stop_sign_passages(trace: ScenarioTrace, actor: int) -> tuple[Passage, ...]:
    """Passages of the line of a stop sign by who has not stood within 5 m before it; MetricError without a map."""
    facts_of(trace, "stop signs")
    x, y = (column[:, actor] for column in trace.front_m)
    stands = np.abs(trace.speed_mps[:, actor]) < _STANDS_MPS
    found = []
    for passage in passages(trace, actor):
        if passage.line.kind != "stop sign":
            continue
        ahead, origin = passage.line.ahead, passage.line.ends[0]
        along = (x - origin[0]) * ahead[0] + (y - origin[1]) * ahead[1]
        before = (along <= 0) & (along >= -_STOP_ZONE_M) & (np.arange(trace.n_t) < passage.row)
        if not np.any(stands & before):
            found.append(passage)
    return tuple(found)


def _count(trace: ScenarioTrace, actor: int, found: tuple[Passage, ...]) -> Series:
    out = np.where(trace.present[:, actor], 0.0, np.nan)
    for passage in found:
        out[passage.row] = 1.0
    return Series.alone(out)


@metric(
    "red_lights_run_1", "1", "red lights",
    "Number of stop lines that the front passes while their light is red; not known if a light's state is not.",
    f"{_LEADERBOARD}; Road Traffic Safety Law of the PRC, article 38", "total",
)  # fmt: skip
def _red(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    met = light_passages(trace, actor)
    red = tuple(passage for passage, light in met if light == "red")
    if not red and any(light == "unknown" for _, light in met):
        return Series.alone(np.full(trace.n_t, np.nan))
    return _count(trace, actor, red)


@metric(
    "stop_signs_run_1", "1", "stop signs", "Number of stop signs passed without standing within 5 m before the line.",
    _LEADERBOARD, "total",
)  # fmt: skip
def _stop_signs(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    return _count(trace, actor, stop_sign_passages(trace, actor))


@metric(
    "beyond_stop_line_m", "m", "stop line", "How far the front stands beyond the line of a red light; 0 before it.",
    "Implementing Regulations of the Road Traffic Safety Law of the PRC, article 38", "max",
)  # fmt: skip
def _beyond(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    facts = facts_of(trace, "stop lines")
    x, y = (column[:, actor] for column in trace.front_m)
    stands = np.abs(trace.speed_mps[:, actor]) < _STANDS_MPS
    out = np.where(trace.present[:, actor], 0.0, np.nan)
    passed = {(p.line.signal, p.line.road): p.row for p in passages(trace, actor)}
    for line in lines_of(facts):
        first = passed.get((line.signal, line.road)) if line.kind == "light" else None
        if first is None:
            continue
        red = np.array([light_of(state) == "red" for state in trace.signal_states(line.signal)])
        along = (x - line.ends[0, 0]) * line.ahead[0] + (y - line.ends[0, 1]) * line.ahead[1]
        here = stands & red & (along > 0) & (along <= _BEYOND_M) & (np.arange(trace.n_t) >= first)
        out = np.where(here, np.maximum(out, along), out)
    return Series.alone(out)


def limits_mps(trace: ScenarioTrace, actor: int) -> Float:
    """`(n_t,)` speed limit at the actor's place; NaN where the map gives none.

    Within junctions the limit of the road that led there holds: maps give connecting roads the speed at which one can
    turn, which is no sign.
    """
    facts = facts_of(trace, "speed limits")
    given = _by_place(trace, actor, "limit", facts.limit_mps)
    road = trace.places.road[:, actor]
    inside = facts.in_junction(road)
    before = np.maximum.accumulate(np.where(inside | (road < 0), -1, np.arange(trace.n_t)))
    return np.where(inside & (before >= 0), given[np.maximum(before, 0)], given)


def _by_place(trace: ScenarioTrace, actor: int, what: str, ask: Callable[[int, int, float], float]) -> Float:
    """A fact of the map along the actor's way, asked for (road, lane, s) once a metre."""
    if (what, actor) not in trace.derived:
        out = np.full(trace.n_t, np.nan)
        road, lane, s = (c[:, actor] for c in (trace.places.road, trace.places.lane, trace.places.s_m))
        known: dict[tuple[int, int, int], float] = {}
        for i in np.flatnonzero((road >= 0) & np.isfinite(s)).tolist():
            key = (int(road[i]), int(lane[i]), int(s[i]))
            if key not in known:
                known[key] = float(ask(key[0], key[1], float(s[i])))
            out[i] = known[key]
        trace.derived[what, actor] = out
    found: Float = trace.derived[what, actor]
    return found


@metric(
    "over_limit_mps", "m/s", "speed limit", "Speed above the limit that the map gives; negative below it.",
    "Road Traffic Safety Law of the PRC, article 42", "max",
)  # fmt: skip
def _over_limit(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    return Series.alone(np.abs(trace.speed_mps[:, actor]) - limits_mps(trace, actor))


@metric("speed_mps", "m/s", "speed", "Speed of the actor, whichever way.", "-", "max")
def _speed(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    return Series.alone(np.abs(trace.speed_mps[:, actor]))


def against_traffic(trace: ScenarioTrace, actor: int) -> Bool:
    """`(n_t,)` the actor moves against the direction of its lane; raises MetricError without a map."""
    direction = _by_place(trace, actor, "direction", facts_of(trace, "driving directions").direction)
    # Who backs is not driving against the traffic: the heading tells, and a speed forwards.
    facing = np.cos(turn_on_road(trace, actor))
    return np.asarray((trace.speed_mps[:, actor] > _STANDS_MPS) & (direction * facing < 0))


@metric(
    "wrong_way_m", "m", "wrong way", "Way driven against the direction of the lane.",
    "nuPlan-devkit, metric driving_direction_compliance; Road Traffic Safety Law of the PRC, article 35", "total",
)  # fmt: skip
def _wrong_way(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    step = np.abs(trace.speed_mps[:, actor]) * np.append(0.0, np.diff(trace.time_s))
    return Series.alone(np.where(trace.present[:, actor], step * against_traffic(trace, actor), np.nan))


@metric(
    "lane_departure_m", "m", "lane departure", "How far the body reaches over the border of its lane; 0 within it.",
    "ISO 17361:2017", "max",
)  # fmt: skip
def _lane_departure(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    facts_of(trace, "lane departures")
    return Series.alone(np.maximum(-lane_room_m(trace, actor), 0.0))


@metric(
    "road_departure_m", "m", "road departure",
    "How far the reference point is beyond the edge of the road's drivable lanes; 0 on it, inf off the map.",
    "nuPlan-devkit, metric drivable_area_compliance", "max",
)  # fmt: skip
def _road_departure(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    return Series.alone(np.maximum(-road_room_m(trace, actor), 0.0))


@metric(
    "route_completion_1", "1", "route completion", "Share of the planned route that has been driven.", _LEADERBOARD,
    "last",
)  # fmt: skip
def _route(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    return Series.alone(route_progress(trace, actor))
