"""Which road a place belongs to: the one on which one was, else the nearest one.

The rules are esmini's: a point beside a road costs its distance to the edge, one before or behind it 3 m more; another
road than the last one costs 3 m unless the roads are joined; heights count where they differ by more than 2 m. Of
roads that cost the same, one is taken that the lane leads to, and of these the one that begins straightest, else the
last of the file; else the first of the file.
"""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.roads.kernels_lanes import road_sides, section_at
from jing_scenarios.roads.kernels_line import cubic_at, line_at, tilt_of
from jing_scenarios.roads.place_rows import (
    C_BEGIN,
    C_END,
    C_HIGH_X,
    C_HIGH_Y,
    C_LOW_X,
    C_LOW_Y,
    C_ROAD,
    JUNCTION_LINK,
    ROAD_LINK,
    T_AFTER,
    T_BEFORE,
    T_ELEVATION,
    T_EXIT_END,
    T_EXIT_START,
    T_FROM_LANE,
    T_PIECE,
    T_ROLL,
    T_TO_END,
    T_TO_ROAD,
)
from jing_sim.kernel_cache import leaf

__all__ = ["foot_on", "nearest_road"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

_STEPS = 12
_EXACT_M = 1e-9
_BEYOND_M = 1e-6
_OTHER_ROAD_M = 3.0
_BEYOND_COST_M = 3.0
_SAME_LEVEL_M = 2.0
_STILL_ON_M = 2.0
_SAME_CURVATURE = 1e-9


@leaf
def foot_on(
    roads: I64, cubics: F64, pieces: F64, arcs: F64, road: int, low: float, high: float, near: float, x: float, y: float
) -> tuple[float, float, float]:
    """s and t of a point on a road between the stations `low` and `high`, searched from `near`; and how many metres
    along the road it lies beyond them (negative: before `low`)."""
    s, along, across, narrow = near, 0.0, 0.0, 1.0
    for _ in range(_STEPS):
        px, py, heading, curvature = line_at(pieces, arcs, roads[road, T_PIECE], roads[road, T_PIECE + 1], s)
        cos, sin = np.cos(heading), np.sin(heading)
        along = (x - px) * cos + (y - py) * sin
        across = (y - py) * cos - (x - px) * sin
        if roads[road, T_ROLL + 1] > roads[road, T_ROLL]:
            roll, _ = cubic_at(cubics, roads[road, T_ROLL], roads[road, T_ROLL + 1], s)
            _, rise = cubic_at(cubics, roads[road, T_ELEVATION], roads[road, T_ELEVATION + 1], s)
            narrow = np.cos(roll)
            along -= across / narrow * tilt_of(rise, roll)
        # Beyond the centre of curvature the foot is a maximum of distance, not a minimum: step as on a line there.
        new = min(max(s + along / max(1 - curvature * across, 0.2), low), high)
        if abs(new - s) < _EXACT_M:
            break
        s = new
    return s, across / narrow, along


@leaf
def _joined(roads: I64, exits: I64, road: int, other: int, lane: int) -> int:
    """The end (0 start, 1 end) at which one enters another road straight from a lane of this one; -1: one does not."""
    for side, ways in ((T_BEFORE, T_EXIT_START), (T_AFTER, T_EXIT_END)):
        if roads[road, side] == ROAD_LINK and roads[road, side + 1] == other:
            return int(roads[road, side + 2])
        if roads[road, side] == JUNCTION_LINK:
            for k in range(roads[road, ways], roads[road, ways + 1]):
                if exits[k, T_TO_ROAD] == other and lane in (0, exits[k, T_FROM_LANE]):
                    return int(exits[k, T_TO_END])
    return -1


@leaf
def _cost(
    roads: I64, length_m: F64, sections: I64, spans: F64, lanes: I64, cubics: F64, road: int, s: float, t: float,
    along: float, z: float,
) -> float:  # fmt: skip
    """Metres that a point lies off a road, with what heights and the road's ends add."""
    left, right = road_sides(roads, sections, spans, lanes, cubics, section_at(roads, spans, road, s), s)
    cost = max(t - max(left, 0.0), min(right, 0.0) - t, 0.0)
    if abs(along) > _BEYOND_M:  # at an end of the stretch, or of the road
        cost = np.sqrt(cost * cost + along * along)
        cost += _BEYOND_COST_M if (s <= 0.0 and along < 0.0) or (s >= length_m[road] and along > 0.0) else 0.0
    if not np.isnan(z):
        level, _ = cubic_at(cubics, roads[road, T_ELEVATION], roads[road, T_ELEVATION + 1], s)
        apart = abs(z - level)
        cost += apart if apart > _SAME_LEVEL_M else 0.0
    return cost


@leaf
def nearest_road(
    roads: I64, length_m: F64, sections: I64, spans: F64, lanes: I64, exits: I64, cubics: F64, pieces: F64, arcs: F64,
    rows: F64, origin: F64, size: I64, first: I64, items: I64, x: float, y: float, z: float, last_road: int,
    last_lane: int, last_s: float,
) -> tuple[int, float, float, float]:  # fmt: skip
    """Road (-1: there are none), s, t and how far along the road the point lies beyond its ends (0 between them)."""
    best, best_s, best_t, best_along, least = -1, 0.0, 0.0, 0.0, 1e30
    stays = False
    if last_road >= 0:
        s, t, along = foot_on(roads, cubics, pieces, arcs, last_road, 0.0, length_m[last_road], last_s, x, y)
        least = _cost(roads, length_m, sections, spans, lanes, cubics, last_road, s, t, along, z)
        best, best_s, best_t, best_along = last_road, s, t, along
        if least <= 0.0:
            return best, best_s, best_t, 0.0
        stays = least < _STILL_ON_M
    bend = 1e30  # curvature at the begin of the best road, if the lane leads there
    column, line = int(np.floor((x - origin[0]) / origin[2])), int(np.floor((y - origin[1]) / origin[2]))
    inside = 0 <= column < size[0] and 0 <= line < size[1]
    cell = line * size[0] + column
    whole = not inside or first[cell + 1] == first[cell]
    begin, end = (0, len(rows)) if whole else (first[cell], first[cell + 1])
    for i in range(begin, end):
        k = i if whole else items[i]
        dx = max(rows[k, C_LOW_X] - x, x - rows[k, C_HIGH_X], 0.0)
        dy = max(rows[k, C_LOW_Y] - y, y - rows[k, C_HIGH_Y], 0.0)
        if np.sqrt(dx * dx + dy * dy) > least + 0.01:
            continue
        road, low, high = int(rows[k, C_ROAD]), rows[k, C_BEGIN], rows[k, C_END]
        s, t, along = foot_on(roads, cubics, pieces, arcs, road, low, high, (low + high) / 2, x, y)
        cost = _cost(roads, length_m, sections, spans, lanes, cubics, road, s, t, along, z)
        touched = -1
        if last_road >= 0 and road != last_road:
            touched = _joined(roads, exits, last_road, road, last_lane)
        if stays and touched < 0 and road != last_road:
            cost += _OTHER_ROAD_M
        if cost > least + _BEYOND_M or (cost > least - _BEYOND_M and touched < 0):
            continue
        curvature = 1e30
        if touched >= 0:
            begin_s = length_m[road] if touched == 1 else 0.0
            _, _, _, curvature = line_at(pieces, arcs, roads[road, T_PIECE], roads[road, T_PIECE + 1], begin_s)
        if cost < least - _BEYOND_M or abs(curvature) < bend + _SAME_CURVATURE:
            best, best_s, best_t, best_along, least, bend = road, s, t, along, cost, abs(curvature)
    between = 0.0 < best_s < length_m[max(best, 0)]
    return best, best_s, best_t, 0.0 if between else best_along
