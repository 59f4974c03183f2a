"""Monitors of speeds and distances: limits, turns, and the distance on motorways."""

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.lane_use import road_type_at
from jing_scenarios.criteria.verdict import VerdictSeries
from jing_scenarios.laws_china.law import Breach, LawReport
from jing_scenarios.metrics.comfort import slopes
from jing_scenarios.metrics.compliance import limits_mps
from jing_scenarios.metrics.map_facts import facts_of
from jing_scenarios.metrics.pairs import least, pairs_of
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["on_motorway", "stretches", "turns_in_junctions", "watch_following", "watch_speed", "watch_turning"]

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

_KMH = 3.6
# Where nothing is signed: IR 78 on motorways, IR 45 on roads with one lane for each direction. On wider ones the law
# gives no number.
_MOTORWAY_KMH, _RURAL_KMH, _TOWN_KMH = 120.0, 70.0, 50.0
_TURN_KMH = 30.0
# Turning: a way through a junction that turns by at least this much.
_TURN_RAD = np.deg2rad(45.0)


def road_types(trace: ScenarioTrace, actor: int) -> list[str]:
    """`n_t` OpenDRIVE types of the road under the actor; empty where it has none."""
    roads = facts_of(trace, "road types").odr.roads
    out = [""] * trace.n_t
    known: dict[tuple[int, int], str] = {}
    road, s = trace.places.road[:, actor], trace.places.s_m[:, actor]
    for i in np.flatnonzero((road >= 0) & np.isfinite(s)).tolist():
        key = int(road[i]), int(s[i])
        if key not in known:
            kind = road_type_at(roads[key[0]], float(s[i]))
            known[key] = "" if kind is None else kind.type
        out[i] = known[key]
    return out


def on_motorway(trace: ScenarioTrace, actor: int) -> Bool:
    """`(n_t,)` the actor is on a road of type motorway."""
    return np.array([kind == "motorway" for kind in road_types(trace, actor)], dtype=np.bool_)


def _unsigned_kmh(trace: ScenarioTrace, actor: int) -> Float:
    """`(n_t,)` what the law allows where nothing is signed, by the OpenDRIVE road type; NaN where it says nothing."""
    facts = facts_of(trace, "road types")
    out = np.full(trace.n_t, np.nan)
    places = zip(road_types(trace, actor), trace.places.road[:, actor].tolist(), trace.places.lane[:, actor].tolist(),
                 trace.places.s_m[:, actor].tolist(), strict=True)  # fmt: skip
    for i, (kind, road, lane, s) in enumerate(places):
        if kind == "motorway":
            out[i] = _MOTORWAY_KMH
        elif (kind == "rural" or kind.startswith("town")) and facts.lanes_beside(road, lane, s) == 1:
            out[i] = _RURAL_KMH if kind == "rural" else _TOWN_KMH
    return out


def watch_speed(trace: ScenarioTrace, actor: int) -> LawReport:
    """Driving faster than signed; where nothing is signed, than the road's type allows."""
    signed = limits_mps(trace, actor) * _KMH
    limit = np.where(np.isnan(signed), _unsigned_kmh(trace, actor), signed)
    speed = np.abs(trace.speed_mps[:, actor]) * _KMH
    over = speed - limit
    known = np.isfinite(over)
    if not known.any():
        return LawReport(0, (), "no speed limit is known along the way", "沿途限速未知")
    series = VerdictSeries(trace.time_s[known], over[known])
    row = int(np.nanargmax(np.where(known, over, np.nan)))
    if over[row] <= 1e-6:
        return LawReport(int(known.sum()), series=series)
    time, name = float(trace.time_s[row]), trace.names[actor]
    text = f"{name} drove {speed[row]:.1f} km/h at {time:g} s where {limit[row]:.0f} km/h are allowed"
    text_zh = f"{name}在{time:g}秒车速{speed[row]:.1f}公里/小时，超过限速{limit[row]:.0f}公里/小时"
    return LawReport(int(known.sum()), (Breach(time, float(over[row]), text, text_zh),), series=series)


def turns_in_junctions(trace: ScenarioTrace, actor: int) -> list[tuple[int, int]]:
    """Begin and end (one beyond) of the actor's ways through junctions on which it turns by 45 degrees or more.

    Raises:
        MetricError: the run has no map.
    """
    inside = facts_of(trace, "turns at junctions").in_junction(trace.places.road[:, actor])
    heading = np.unwrap(np.nan_to_num(trace.heading_rad[:, actor]))
    ways = stretches(inside)
    return [(begin, end) for begin, end in ways if abs(heading[end - 1] - heading[begin]) >= _TURN_RAD]


def watch_turning(trace: ScenarioTrace, actor: int) -> LawReport:
    """Turning in a junction faster than 30 km/h."""
    turns = turns_in_junctions(trace, actor)
    heading = np.unwrap(np.nan_to_num(trace.heading_rad[:, actor]))
    turning = np.abs(slopes(trace.time_s, heading)) > np.deg2rad(3.0)
    speed = np.abs(trace.speed_mps[:, actor]) * _KMH
    breaches = []
    for begin, end in turns:
        here = np.arange(begin, end)[turning[begin:end]]
        row = int(here[np.argmax(speed[here])]) if len(here) else begin
        if speed[row] > _TURN_KMH + 1e-6:
            time, name = float(trace.time_s[row]), trace.names[actor]
            text = f"{name} turned with {speed[row]:.1f} km/h at {time:g} s"
            text_zh = f"{name}在{time:g}秒转弯时车速{speed[row]:.1f}公里/小时"
            breaches.append(Breach(time, float(speed[row] - _TURN_KMH), text, text_zh))
    return LawReport(len(turns), tuple(breaches))


def stretches(flags: Bool) -> list[tuple[int, int]]:
    """Begins and ends (one beyond) of the runs of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]


def watch_following(trace: ScenarioTrace, actor: int) -> LawReport:
    """On motorways: closer than 100 m above 100 km/h, or closer than 50 m below it, to who is ahead."""
    others = tuple(row for row in range(len(trace)) if row != actor)
    pairs = pairs_of(trace, actor, others)
    ahead = least(pairs.gap_m, pairs.rows)
    speed = np.abs(trace.speed_mps[:, actor]) * _KMH
    asked = np.where(speed > 100.0, 100.0, 50.0)
    motorway = on_motorway(trace, actor)
    # In a queue nobody can keep 50 m, and the clause is about driving: below the least speed of motorways it is silent.
    known = motorway & np.isfinite(ahead.values) & (speed >= 60.0)
    lack = np.where(known, asked - ahead.values, -np.inf)
    if not known.any():
        return LawReport(0)
    series = VerdictSeries(trace.time_s[known], lack[known])
    row = int(np.argmax(lack))
    if lack[row] <= 0:
        return LawReport(int(known.sum()), series=series)
    time, name, whom = float(trace.time_s[row]), trace.names[actor], trace.names[int(ahead.other[row])]
    text = f"{name} was {ahead.values[row]:.1f} m behind {whom} at {time:g} s with {speed[row]:.0f} km/h"
    text_zh = f"{name}在{time:g}秒以{speed[row]:.0f}公里/小时行驶，与前车{whom}仅距{ahead.values[row]:.1f}米"
    return LawReport(int(known.sum()), (Breach(time, float(lack[row]), text, text_zh, whom),), series=series)
