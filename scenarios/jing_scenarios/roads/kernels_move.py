"""Moving along lanes: over sections, roads and junctions, as esmini does it.

A step of `ds` metres is `ds / (1 - k t)` on the reference line, with the curvature k and the offset t at its begin. The
offset from the lane's centre and the heading relative to the lane stay as they are.
"""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.roads.kernels_lanes import closest_lane, lane_of, lane_strip, section_at
from jing_scenarios.roads.kernels_line import line_at
from jing_scenarios.roads.place_rows import (
    BLOCKED,
    DRIVING,
    END_OF_ROAD,
    END_OF_ROUTE,
    EVERY_TYPE,
    JUNCTION_LINK,
    NO_LANE,
    NO_LINK,
    T_AFTER,
    T_BEFORE,
    T_EXIT_END,
    T_EXIT_START,
    T_FROM_LANE,
    T_KIND,
    T_LANE_AFTER,
    T_LANE_BEFORE,
    T_OUT_ROAD,
    T_PIECE,
    T_SECTION,
    T_TO_END,
    T_TO_LANE,
    T_TO_ROAD,
)
from jing_sim.kernel_cache import leaf

__all__ = ["forward", "moved"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

_MOST_LINKS = 64
_SMALL = 1e-6
# Inside a curve as tight as the offset nothing can be driven; the line of a lane has at least this share of the curve's
# radius, or what is a kink of the file would be a leap.
_LEAST_RADIUS_SHARE = 0.2


@leaf
def forward(heading_rel: float) -> bool:
    """Whether somebody faces along growing s."""
    return bool(np.cos(heading_rel) >= 0.0)


@leaf
def _wanted_types(kind: int, keeps: int) -> int:
    """Lane types to which one may slip from a lane of a kind that goes on as another one."""
    return keeps & DRIVING if kind == DRIVING and keeps & DRIVING else keeps


@leaf
def _in_section(
    roads: I64, sections: I64, spans: F64, lanes: I64, cubics: F64, section: int, lane: int, s: float, keeps: int
) -> tuple[int, int]:
    """Lane section at s of the road of `section`, and the lane there that continues `lane` of `section`."""
    target = section_at(roads, spans, sections[section, 4], s)
    while section != target:
        up = target > section
        row = lane_of(sections, section, lane)
        inner, outer, _, _ = lane_strip(
            roads, sections, spans, lanes, cubics, section, lane, spans[section, 1] if up else spans[section, 0]
        )
        if row >= 0:
            link = lanes[row, T_LANE_AFTER] if up else lanes[row, T_LANE_BEFORE]
            lane = lane if link == NO_LANE else link
        section += 1 if up else -1
        if lane == 0:
            continue
        new, before = lane_of(sections, section, lane), row
        kind = lanes[before, T_KIND] if before >= 0 else EVERY_TYPE
        types = _wanted_types(kind, keeps)
        if new < 0 or (kind & types and not lanes[new, T_KIND] & types):
            lane, _ = closest_lane(roads, sections, spans, lanes, cubics, section, s, (inner + outer) / 2, types, 0)
    return section, lane


@leaf
def _behind(cursor: int, last: int, again: int) -> int:
    """The next place on a route that ends before `last` and, if it is closed, goes on at `again`; -1 at its end."""
    return cursor + 1 if cursor + 1 < last else again


@leaf
def _chosen_exit(
    roads: I64,
    exits: I64,
    turns: F64,
    road: int,
    at_end: bool,
    lane: int,
    angle: float,
    path: I64,
    cursor: int,
    last: int,
    again: int,
) -> int:
    """Row of the way from a lane into a junction: on the route, else nearest to `angle`, of equally near ones the last
    in the file; where the lane has none, that of another lane that is on the route; -1: there is none."""
    side = T_EXIT_END if at_end else T_EXIT_START
    best, least = -1, 1e30
    first = _behind(cursor, last, again)
    second = _behind(first, last, again) if first >= 0 else -1
    for k in range(roads[road, side], roads[road, side + 1]):
        away = turns[k] - angle
        cost = abs(away - 2 * np.pi * np.floor((away + np.pi) / (2 * np.pi)))
        on_route = False
        if first >= 0:
            if exits[k, T_TO_ROAD] == path[first]:
                cost, on_route = cost - 200.0, True
            elif exits[k, T_OUT_ROAD] == path[first] or (second >= 0 and exits[k, T_OUT_ROAD] == path[second]):
                cost, on_route = cost - 100.0, True
        if exits[k, T_FROM_LANE] != lane:
            if not on_route:
                continue
            cost += 1000.0 + abs(exits[k, T_FROM_LANE] - lane)
        if cost < least + _SMALL:
            best, least = k, cost
    return best


@leaf
def _next_cursor(path: I64, cursor: int, last: int, again: int, road: int) -> int:
    """Place on a route after entering a road: the next one, else a later one, else as before."""
    k = _behind(cursor, last, again)
    while k >= 0 and k != cursor:
        if path[k] == road:
            return k
        k = _behind(k, last, again)
    return cursor


@leaf
def moved(
    roads: I64, length_m: F64, sections: I64, spans: F64, lanes: I64, exits: I64, cubics: F64, pieces: F64, arcs: F64,
    turns: F64, road: int, lane: int, s: float, offset: float, heading_rel: float, ds: float, angle: float, keeps: int,
    path: I64, cursor: int, last: int, again: int,
) -> tuple[int, int, int, float, float, float, int, int]:  # fmt: skip
    """Road, section, lane, s, offset, relative heading, flags and place on the route after `ds` metres."""
    section = section_at(roads, spans, road, s)
    inner, outer, _, _ = lane_strip(roads, sections, spans, lanes, cubics, section, lane, s)
    t = (inner + outer) / 2 + offset
    if ds != 0.0:
        _, _, _, curvature = line_at(pieces, arcs, roads[road, T_PIECE], roads[road, T_PIECE + 1], s)
        if curvature != 0.0 and not np.isnan(t):
            ds /= max(1.0 - curvature * t, _LEAST_RADIUS_SHARE)
        if not forward(heading_rel):
            ds = -ds
    flags = 0
    for _ in range(_MOST_LINKS):
        goal = s + ds
        if 0.0 <= goal <= length_m[road]:
            section, lane = _in_section(roads, sections, spans, lanes, cubics, section, lane, goal, keeps)
            s = goal
            break
        at_end = goal > 0.0
        stop = length_m[road] if at_end else 0.0
        section, lane = _in_section(roads, sections, spans, lanes, cubics, section, lane, stop, keeps)
        ds, s = goal - stop, stop
        side = T_AFTER if at_end else T_BEFORE
        kind, to_road, to_end, to_lane = roads[road, side], roads[road, side + 1], roads[road, side + 2], NO_LANE
        row, beside = lane_of(sections, section, lane), False
        if kind == JUNCTION_LINK:
            k = _chosen_exit(roads, exits, turns, road, at_end, lane, angle, path, cursor, last, again)
            if k < 0:
                kind = NO_LINK
            else:
                to_road, to_end = exits[k, T_TO_ROAD], exits[k, T_TO_END]
                beside = exits[k, T_FROM_LANE] != lane
                to_lane = NO_LANE if beside else exits[k, T_TO_LANE]
        elif row >= 0:
            to_lane = lanes[row, T_LANE_AFTER] if at_end else lanes[row, T_LANE_BEFORE]
        if kind == NO_LINK:
            flags |= END_OF_ROAD
            break
        inner, outer, _, _ = lane_strip(roads, sections, spans, lanes, cubics, section, lane, s)
        turned = (to_end == 1) == at_end
        t = (inner + outer) / 2 + offset
        t = -t if turned else t
        heading_rel = heading_rel + np.pi if turned else heading_rel
        offset = -offset if turned else offset
        lane = -lane if lane != 0 and to_lane == NO_LANE and turned else lane
        road = to_road
        section = roads[road, T_SECTION + 1] - 1 if to_end == 1 else roads[road, T_SECTION]
        s = length_m[road] if to_end == 1 else 0.0
        ds = -abs(ds) if to_end == 1 else abs(ds)
        if (
            to_lane != NO_LANE
            and (to_lane == 0) == (lane == 0)
            and (to_lane == 0 or lane_of(sections, section, to_lane) >= 0)
        ):
            lane = to_lane
        elif lane != 0:
            types = _wanted_types(lanes[row, T_KIND] if row >= 0 else keeps, keeps)
            lane, away = closest_lane(roads, sections, spans, lanes, cubics, section, s, t, types, 0)
            offset = away if beside else 0.0
        if cursor < last:
            cursor = _next_cursor(path, cursor, last, again, road)
            if path[cursor] != road:
                flags |= END_OF_ROUTE
    else:
        flags |= BLOCKED
    lane, offset = _off_vanished(roads, sections, spans, lanes, cubics, section, lane, s, offset, keeps)
    ends = (s < _SMALL and roads[road, T_BEFORE] == NO_LINK) or (
        s > length_m[road] - _SMALL and roads[road, T_AFTER] == NO_LINK
    )
    return road, section, lane, s, offset, heading_rel, flags | END_OF_ROAD if ends else flags, cursor


@leaf
def _off_vanished(
    roads: I64, sections: I64, spans: F64, lanes: I64, cubics: F64, section: int, lane: int, s: float, offset: float,
    keeps: int,
) -> tuple[int, float]:  # fmt: skip
    """Lane and offset; where the lane has no width, those of the nearest one on its side of the road."""
    row = lane_of(sections, section, lane)
    if row < 0:
        return lane, offset
    inner, outer, _, _ = lane_strip(roads, sections, spans, lanes, cubics, section, lane, s)
    if abs(outer - inner) >= _SMALL:
        return lane, offset
    side = 1 if lane > 0 else -1
    types = _wanted_types(lanes[row, T_KIND], keeps)
    beside, _ = closest_lane(roads, sections, spans, lanes, cubics, section, s, outer + offset, types, side)
    return (beside, 0.0) if beside != 0 else (lane, offset)
