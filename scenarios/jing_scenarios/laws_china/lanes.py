"""Monitors of lanes: bus lanes, emergency lanes, solid lines, and the wrong way."""

from datetime import datetime, timedelta

import numpy as np

from jing_maps.opendrive.model import Lane, RoadMark
from jing_scenarios.laws_china.law import Breach, LawReport
from jing_scenarios.laws_china.speeds import on_motorway
from jing_scenarios.metrics.compliance import against_traffic
from jing_scenarios.metrics.following import sample_durations_s
from jing_scenarios.metrics.lane_borders import border_overrun_m
from jing_scenarios.metrics.map_facts import MapFacts, facts_of
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["BUS_LANE_HOURS", "watch_bus_lane", "watch_emergency_lane", "watch_solid_line", "watch_wrong_way"]

Hours = tuple[tuple[float, float], ...]

BUS_LANE_HOURS: Hours = ((7.0, 9.0), (17.0, 19.0))
"""Hours of working days in which bus lanes are closed to others unless signs say otherwise (usual in Beijing)."""

_SATURDAY = 5
# Wheels on the line itself are no offence yet: a body may reach this far over a line.
_OVER_M = 0.2
_WRONG_WAY_M = 2.0


def _lanes(trace: ScenarioTrace, actor: int) -> list[Lane | None]:
    """`n_t` lanes under the actor."""
    facts = facts_of(trace, "lanes")
    road, lane, s = (c[:, actor] for c in (trace.places.road, trace.places.lane, trace.places.s_m))
    return [
        facts.lane(int(r), int(k), float(at)) if r >= 0 and np.isfinite(at) else None
        for r, k, at in zip(road.tolist(), lane.tolist(), s.tolist(), strict=True)
    ]


def watch_bus_lane(trace: ScenarioTrace, actor: int, hours: Hours = BUS_LANE_HOURS) -> LawReport:
    """Driving on a bus lane in its hours, if one is no bus."""
    on = np.array([lane is not None and lane.type == "bus" for lane in _lanes(trace, actor)])
    if not on.any() or trace.kinds[actor] == "bus":
        return LawReport(int(on.sum()))
    if not trace.t0:
        unknown = "a bus lane was driven on, but the scenario does not set the time of day"
        return LawReport(int(on.sum()), (), unknown, "曾驶入公交专用车道，但场景未设定时间")
    closed = on & np.array([_within(trace.t0, float(t), hours) for t in trace.time_s])
    if not closed.any():
        return LawReport(int(on.sum()))
    row = int(np.argmax(closed))
    time, name = float(trace.time_s[row]), trace.names[actor]
    clock = (datetime.fromisoformat(trace.t0) + timedelta(seconds=time)).strftime("%H:%M")
    spent = float((closed * sample_durations_s(trace)).sum())
    text = f"{name} was on the bus lane at {time:g} s ({clock}), {spent:.1f} s in all"
    text_zh = f"{name}在{time:g}秒（{clock}）于公交专用车道限行时段内行驶，共{spent:.1f}秒"
    return LawReport(int(on.sum()), (Breach(time, spent, text, text_zh),))


def _within(t0: str, time_s: float, hours: Hours) -> bool:
    now = datetime.fromisoformat(t0) + timedelta(seconds=time_s)
    hour = now.hour + now.minute / 60 + now.second / 3600
    return now.weekday() < _SATURDAY and any(begin <= hour < end for begin, end in hours)


def watch_emergency_lane(trace: ScenarioTrace, actor: int) -> LawReport:
    """Driving or standing on the emergency lane (hard shoulder) of a motorway."""
    motorway = on_motorway(trace, actor)
    on = motorway & np.array([lane is not None and lane.type in {"stop", "shoulder"} for lane in _lanes(trace, actor)])
    if not on.any():
        return LawReport(int(motorway.sum()))
    row = int(np.argmax(on))
    time, name = float(trace.time_s[row]), trace.names[actor]
    spent = float((on * sample_durations_s(trace)).sum())
    text = f"{name} was on the emergency lane from {time:g} s on, {spent:.1f} s in all"
    text_zh = f"{name}从{time:g}秒起占用应急车道，共{spent:.1f}秒"
    return LawReport(int(motorway.sum()), (Breach(time, spent, text, text_zh),))


def watch_wrong_way(trace: ScenarioTrace, actor: int) -> LawReport:
    """Driving more than 2 m against the direction of lanes."""
    against = against_traffic(trace, actor)
    step = np.nan_to_num(np.abs(trace.speed_mps[:, actor])) * np.append(0.0, np.diff(trace.time_s))
    way = float((step * against).sum())
    moved = int((step > 0).sum())
    if way <= _WRONG_WAY_M:
        return LawReport(moved)
    time, name = float(trace.time_s[int(np.argmax(against))]), trace.names[actor]
    text = f"{name} drove {way:.1f} m against the traffic, from {time:g} s on"
    return LawReport(moved, (Breach(time, way, text, f"{name}从{time:g}秒起逆行{way:.1f}米"),))


def watch_solid_line(trace: ScenarioTrace, actor: int) -> LawReport:
    """Driving over a line that may not be crossed from the actor's side."""
    facts = facts_of(trace, "lines")
    right, left = border_overrun_m(trace, actor)
    moves = np.abs(np.nan_to_num(trace.speed_mps[:, actor])) > 0.1
    occasions, worst = 0, None
    # Borders the body is over, and whether they may be crossed from where it came: that stays so until it is across.
    under: dict[tuple[int, int], bool] = {}
    for row in range(trace.n_t):
        over_now: dict[tuple[int, int], bool] = {}
        for side, over in ((-1, right[row]), (1, left[row])):
            if not (moves[row] and over > _OVER_M):
                continue
            border = _border(trace, actor, row, side)
            allowed = under[border] if border in under else _may_cross(facts, trace, actor, row, side)
            over_now[border] = allowed
            occasions += border not in under
            if not allowed and (worst is None or over > worst.value):
                time, name = float(trace.time_s[row]), trace.names[actor]
                text = f"{name} drove {over:.2f} m over a solid line at {time:g} s"
                worst = Breach(time, float(over), text, f"{name}在{time:g}秒越过实线{over:.2f}米")
        under = over_now
    return LawReport(occasions, () if worst is None else (worst,))


def _border(trace: ScenarioTrace, actor: int, row: int, side: int) -> tuple[int, int]:
    """Road and lane to which the border on the right (-1) or left (1) of the actor's lane, along s, belongs.

    A border belongs to the lane of which it is the outer one; the inner border is that of the lane nearer the centre.
    """
    road, lane = int(trace.places.road[row, actor]), int(trace.places.lane[row, actor])
    outwards = (side > 0) == (lane > 0)
    return road, lane if outwards else lane - (1 if lane > 0 else -1)


def _may_cross(facts: MapFacts, trace: ScenarioTrace, actor: int, row: int, side: int) -> bool:
    """Whether the marking on that side may be crossed from the actor's lane."""
    road, owner = _border(trace, actor, row, side)
    s = float(trace.places.s_m[row, actor])
    section = facts.odr.roads[road].sections[facts.section(road, s)]
    holder = section.lanes.get(owner)
    mark = _mark_at(holder, s - section.start_m) if holder is not None else None
    from_inner = owner == int(trace.places.lane[row, actor])
    return mark is None or _crossable(mark, owner, from_inner=from_inner, to_left=side > 0)


def _mark_at(lane: Lane, ds_m: float) -> RoadMark | None:
    return next((mark for mark in reversed(lane.marks) if mark.s_offset_m <= ds_m + 1e-6), None)


def _crossable(mark: RoadMark, owner: int, *, from_inner: bool, to_left: bool) -> bool:
    if mark.lane_change:
        # The standard's words are about ids: they increase to the left.
        return mark.lane_change in {"both", "increase" if to_left else "decrease"}
    lines = mark.type.split()
    if len(lines) == 2 and set(lines) <= {"solid", "broken"}:
        # Two lines are named from the inside to the outside, those of the centre lane from the left to the right.
        first = (not to_left) if owner == 0 else from_inner
        return lines[0 if first else 1] == "broken"
    return "solid" not in mark.type
