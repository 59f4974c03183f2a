"""Heights of all roads that pass below or above a place."""

import math

import numpy as np

from jing_scenarios.roads.kernels_nearest import foot_on
from jing_scenarios.roads.place import lane_width, placed_on_road
from jing_scenarios.roads.place_rows import C_BEGIN, C_END, C_HIGH_X, C_HIGH_Y, C_LOW_X, C_LOW_Y, C_ROAD, EVERY_TYPE
from jing_scenarios.roads.plan import RoadPlan

__all__ = ["heights_at"]

_SAME_M = 0.5


def heights_at(plan: RoadPlan, x_m: float, y_m: float) -> list[float]:
    """Heights [m] of the roads' surfaces at a place, rising; those of one crossing count once."""
    rows, tables = plan.stretches.rows, plan.tables
    inside = (rows[:, C_LOW_X] <= x_m) & (x_m <= rows[:, C_HIGH_X])
    inside &= (rows[:, C_LOW_Y] <= y_m) & (y_m <= rows[:, C_HIGH_Y])
    heights: list[float] = []
    for row in rows[inside]:
        road, low, high = int(row[C_ROAD]), float(row[C_BEGIN]), float(row[C_END])
        s, t, beyond = foot_on(
            tables.roads, tables.cubics, tables.pieces, tables.arcs, road, low, high, (low + high) / 2, x_m, y_m
        )
        if abs(beyond) > 1e-3 or math.isnan(t):
            continue
        place = placed_on_road(plan, road, s, t, keeps=EVERY_TYPE)
        if abs(place.offset) <= _half_width(plan, place.road, place.lane, s):
            heights.append(place.z)
    rising = np.sort(heights).tolist()
    return [z for k, z in enumerate(rising) if k == 0 or z - rising[k - 1] > _SAME_M]


def _half_width(plan: RoadPlan, road: int, lane: int, s_m: float) -> float:
    return lane_width(plan, road, lane, s_m) / 2 if lane else 0.0
