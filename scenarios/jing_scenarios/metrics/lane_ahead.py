"""How far others are ahead of an actor along its lane: over lane sections, roads and junctions, or straight on where
there is no map."""

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.lane_graph import LaneGraph, LaneKey
from jing_scenarios.metrics.map_facts import MapFacts, map_facts
from jing_scenarios.metrics.scenario_trace import Places, ScenarioTrace

__all__ = ["LOOK_AHEAD_M", "ahead_m", "place_codes"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]

LOOK_AHEAD_M = 250.0
"""Nobody further ahead than this is looked for beyond the end of a lane."""


def ahead_m(trace: ScenarioTrace, actor: int) -> Float:
    """`(n_t, n)` way from the actor's reference point to each other's along the lane, m; NaN = not ahead in its way.

    Ahead in its way is who drives, stands or walks on the actor's lane or on what follows it (at forks: on what the
    actor takes later in the run, else on all branches), or beside it on its road with bodies that overlap sideways.
    Without a map, or off it: who is ahead in the actor's own frame with bodies that overlap sideways.
    """
    if ("ahead", actor) not in trace.derived:
        found = _straight(trace, actor)
        if trace.odr is not None:
            on_map = trace.places.road[:, actor] >= 0
            found[on_map] = _on_lanes(trace, actor, map_facts(trace.odr))[on_map]
        found[:, actor] = np.nan
        trace.derived["ahead", actor] = found
    out: Float = trace.derived["ahead", actor]
    return out


def _straight(trace: ScenarioTrace, actor: int) -> Float:
    cos, sin = np.cos(trace.heading_rad[:, [actor]]), np.sin(trace.heading_rad[:, [actor]])
    dx, dy = trace.x_m - trace.x_m[:, [actor]], trace.y_m - trace.y_m[:, [actor]]
    along, across = dx * cos + dy * sin, dy * cos - dx * sin
    return np.where((along > 0) & (np.abs(across) < _half_widths(trace, actor)), along, np.nan)


def _half_widths(trace: ScenarioTrace, actor: int) -> Float:
    """`(n_t, n)` half of both bodies' extents across the actor's heading."""
    turn = np.abs(trace.heading_rad - trace.heading_rad[:, [actor]])
    across = np.abs(np.cos(turn)) * trace.boxes.width_m + np.abs(np.sin(turn)) * trace.boxes.length_m
    half: Float = (across + trace.boxes.width_m[actor]) / 2
    return half


def place_codes(facts: MapFacts, places: Places) -> tuple[Int, list[LaneKey]]:
    """`(n_t, n)` index into the list of the lanes on which somebody ever is, -1 = off the map."""
    road, lane, s = places.road, places.lane, places.s_m
    columns = facts.odr.columns
    known = (road >= 0) & np.isfinite(s)
    codes = np.full(road.shape, -1, dtype=np.int64)
    if not known.any():
        return codes, []
    rows = road[known]
    section = np.zeros(len(rows), dtype=np.int64)
    for row in np.unique(rows).tolist():
        first, last = int(columns.first_section[row]), int(columns.first_section[row + 1])
        here = rows == row
        at = np.searchsorted(columns.section_start_m[first:last], s[known][here], side="right") - 1
        section[here] = np.maximum(at, 0)
    # One number a lane: numpy sorts numbers much faster than rows.
    low, wide = int(lane[known].min()), int(np.ptp(lane[known])) + 1
    n_sections = int(section.max()) + 1
    numbers = (rows * n_sections + section) * wide + (lane[known] - low)
    unique, inverse = np.unique(numbers, return_inverse=True)
    codes[known] = inverse.ravel()
    over, lanes = np.divmod(unique, wide)
    roads, sections = np.divmod(over, n_sections)
    return codes, [LaneKey(*key) for key in zip(roads.tolist(), sections.tolist(), (lanes + low).tolist(), strict=True)]


def _on_lanes(trace: ScenarioTrace, actor: int, facts: MapFacts) -> Float:
    codes, keys = place_codes(facts, trace.places)
    along = np.array([facts.direction(key.road, key.lane, _middle(facts, key)) or 1 for key in keys])
    begin = np.array([_begin(facts, key, int(way)) for key, way in zip(keys, along, strict=True)])
    # What lies off the map has the code -1: the last row of these tables, which nobody reads.
    way, start = np.append(along, 1)[codes], np.append(begin, 0.0)[codes]
    progress = (trace.places.s_m - start) * way
    found = np.full(codes.shape, np.nan)
    own = codes[:, actor]
    taken = {keys[code] for code in np.unique(own).tolist() if code >= 0}
    for code in np.unique(own[own >= 0]).tolist():
        now = own == code
        begins = _downstream(facts.graph, keys[code], taken)
        offset = np.array([begins.get(key, np.nan) for key in keys] + [np.nan])
        found[now] = offset[codes[now]] + progress[now] - progress[now][:, [actor]]
    found = np.where(found > 0, found, np.nan)
    return np.where(np.isnan(found), _beside(trace, actor, way), found)


def _beside(trace: ScenarioTrace, actor: int, way: Int) -> Float:
    """Who is ahead on the same road with a body that reaches into the actor's way."""
    places = trace.places
    along = (places.s_m - places.s_m[:, [actor]]) * way[:, [actor]]
    across = np.abs(places.t_m - places.t_m[:, [actor]])
    same = (places.road == places.road[:, [actor]]) & (along > 0) & (across < _half_widths(trace, actor))
    return np.where(same, along, np.nan)


def _downstream(graph: LaneGraph, begin: LaneKey, taken: set[LaneKey]) -> dict[LaneKey, float]:
    """Way from the begin of a lane to the begins of the lanes that follow it, the shortest."""
    found = {begin: 0.0}
    if begin.lane not in graph.section(begin).lanes or begin.lane == 0:
        return found
    open_ends = [begin]
    while open_ends:
        key = open_ends.pop(0)
        section = graph.section(key)
        end = found[key] + section.end_m - section.start_m
        if key != begin and end > LOOK_AHEAD_M:
            continue
        following = graph.following(key)
        for after in [k for k in following if k in taken] or following:
            if after not in found or end < found[after]:
                found[after] = end
                open_ends.append(after)
    return found


def _middle(facts: MapFacts, key: LaneKey) -> float:
    section = facts.odr.roads[key.road].sections[key.section]
    return (section.start_m + section.end_m) / 2


def _begin(facts: MapFacts, key: LaneKey, way: int) -> float:
    section = facts.odr.roads[key.road].sections[key.section]
    return section.start_m if way > 0 else section.end_m
