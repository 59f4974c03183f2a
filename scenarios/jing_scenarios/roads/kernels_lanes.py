"""Sections and lanes of roads: where their borders run, and which lane is closest to a place."""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.roads.kernels_line import cubic_at
from jing_scenarios.roads.place_rows import (
    NOTHING,
    T_BORDER,
    T_INNER,
    T_KIND,
    T_LEFT,
    T_N_LEFT,
    T_N_RIGHT,
    T_OF_ROAD,
    T_OUTER,
    T_RIGHT,
    T_SECTION,
    T_SHIFT,
    T_WIDTH,
)
from jing_sim.kernel_cache import leaf

__all__ = ["closest_lane", "lane_height", "lane_of", "lane_strip", "road_sides", "section_at"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

_THIN_M = 1e-6


@leaf
def section_at(roads: I64, spans: F64, road: int, s: float) -> int:
    """Row of the lane section of a road at s."""
    low, high = roads[road, T_SECTION], roads[road, T_SECTION + 1]
    while high - low > 1:
        middle = (low + high) // 2
        if spans[middle, 0] <= s:
            low = middle
        else:
            high = middle
    return int(low)


@leaf
def lane_of(sections: I64, section: int, lane: int) -> int:
    """Row of a lane, -1 where the section has no such lane (and for lane 0)."""
    if lane < 0:
        return int(sections[section, T_RIGHT] - lane - 1) if -lane <= sections[section, T_N_RIGHT] else -1
    if lane > 0:
        return int(sections[section, T_LEFT] + lane - 1) if lane <= sections[section, T_N_LEFT] else -1
    return -1


@leaf
def _next_border(
    lanes: I64, cubics: F64, row: int, sign: float, ds: float, inner: float, slope: float
) -> tuple[float, float]:
    """Outer border of lane `row` and its slope, from those of its inner border."""
    if lanes[row, T_WIDTH + 1] > lanes[row, T_WIDTH] or lanes[row, T_BORDER + 1] == lanes[row, T_BORDER]:
        width, wider = cubic_at(cubics, lanes[row, T_WIDTH], lanes[row, T_WIDTH + 1], ds)
        return inner + sign * width, slope + sign * wider
    border, border_slope = cubic_at(cubics, lanes[row, T_BORDER], lanes[row, T_BORDER + 1], ds)
    mirror = -1.0 if border * sign < 0 else 1.0
    return mirror * border, mirror * border_slope


@leaf
def lane_strip(
    roads: I64, sections: I64, spans: F64, lanes: I64, cubics: F64, section: int, lane: int, s: float
) -> tuple[float, float, float, float]:
    """t of the inner and of the outer border of a lane at s, and their slopes over s; NaN where it is not there."""
    road = sections[section, T_OF_ROAD]
    outer, slope = cubic_at(cubics, roads[road, T_SHIFT], roads[road, T_SHIFT + 1], s)
    if lane == 0:
        return outer, outer, slope, slope
    row = lane_of(sections, section, lane)
    if row < 0:
        return np.nan, np.nan, np.nan, np.nan
    count = abs(lane)
    sign = 1.0 if lane > 0 else -1.0
    ds = s - spans[section, 0]
    inner, inner_slope = outer, slope
    for k in range(row - count + 1, row + 1):
        inner, inner_slope = outer, slope
        outer, slope = _next_border(lanes, cubics, k, sign, ds, inner, inner_slope)
    return inner, outer, inner_slope, slope


@leaf
def lane_height(lanes: I64, cubics: F64, row: int, ds: float, share: float) -> float:
    """How high a lane lies above the road, `share` of its width away from its inner border (0 ... 1)."""
    if lanes[row, T_INNER + 1] == lanes[row, T_INNER]:
        return 0.0
    inner, _ = cubic_at(cubics, lanes[row, T_INNER], lanes[row, T_INNER + 1], ds)
    outer, _ = cubic_at(cubics, lanes[row, T_OUTER], lanes[row, T_OUTER + 1], ds)
    return inner + min(max(share, 0.0), 1.0) * (outer - inner)


@leaf
def closest_lane(
    roads: I64, sections: I64, spans: F64, lanes: I64, cubics: F64, section: int, s: float, t: float, keeps: int,
    side: int,
) -> tuple[int, float]:  # fmt: skip
    """Id of the lane of the types `keeps` whose strip holds t, else of the one with the nearest centre; and the offset
    of t from its centre. `side` 1 or -1 looks at left or at right lanes only. Lane 0 where there is no such lane.
    """
    road = sections[section, T_OF_ROAD]
    shift, _ = cubic_at(cubics, roads[road, T_SHIFT], roads[road, T_SHIFT + 1], s)
    best, offset = 0, t - shift
    found = False
    for sign in (1, -1):
        if side * sign < 0:
            continue
        count = sections[section, T_N_LEFT] if sign > 0 else sections[section, T_N_RIGHT]
        outer, slope = shift, 0.0
        for k in range(1, count + 1):
            row = lane_of(sections, section, sign * k)
            inner = outer
            outer, slope = _next_border(lanes, cubics, row, float(sign), s - spans[section, 0], inner, slope)
            wide = abs(outer - inner)
            if wide < _THIN_M or not lanes[row, T_KIND] & keeps:
                continue
            away = t - (inner + outer) / 2
            if abs(away) < wide / 2:
                return sign * k, away
            if not found or abs(away) < abs(offset):
                best, offset, found = sign * k, away, True
    return best, offset


@leaf
def road_sides(
    roads: I64, sections: I64, spans: F64, lanes: I64, cubics: F64, section: int, s: float
) -> tuple[float, float]:
    """t of the left and of the right edge of a road at s, as wide as its lanes that are of some type."""
    road = sections[section, T_OF_ROAD]
    shift, _ = cubic_at(cubics, roads[road, T_SHIFT], roads[road, T_SHIFT + 1], s)
    high, low = shift, shift
    for sign in (1, -1):
        count = sections[section, T_N_LEFT] if sign > 0 else sections[section, T_N_RIGHT]
        outer, slope = shift, 0.0
        for k in range(1, count + 1):
            row = lane_of(sections, section, sign * k)
            inner = outer
            outer, slope = _next_border(lanes, cubics, row, float(sign), s - spans[section, 0], inner, slope)
            if lanes[row, T_KIND] == NOTHING:
                continue
            if sign > 0:
                high += abs(outer - inner)
            else:
                low -= abs(outer - inner)
    return high, low
