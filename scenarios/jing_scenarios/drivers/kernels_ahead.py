"""The way ahead of a vehicle, and where others are along it."""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.roads.kernels_step import step_all
from jing_scenarios.roads.place_rows import (
    ALONG,
    DS,
    END_OF_ROAD,
    FLAGS,
    H_REL,
    HOW,
    LANE,
    LANE_SET,
    OFFSET,
    ROAD,
    H,
    S,
    X,
    Y,
)
from jing_scenarios.roads.stretches import Stretches
from jing_scenarios.roads.tables import RoadTables
from jing_sim.kernel_cache import kernel, leaf

__all__ = ["P_HEADING", "P_LANE", "P_ROAD", "P_S", "along_path", "around", "trace_ahead"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

# Columns of a path, (k, 6): x, y, heading of travel, row of the road, lane, s.
P_HEADING, P_ROAD, P_LANE, P_S = 2, 3, 4, 5


@kernel
def trace_ahead(
    roads: RoadTables, near: Stretches, pose: F64, along: F64, on: I64, path: I64, spacing_m: float, out: F64
) -> int:
    """Fills `out` `(k, 6)` with points on the lane's centre, `spacing_m` apart; how many there are.

    `pose` `(1, 6)`, `along` `(1, 9)`, `on` `(1, 7)`: copies of the vehicle's columns, which are driven along.
    """
    along[0, OFFSET] = 0.0
    along[0, H_REL] = 0.0 if np.cos(along[0, H_REL]) >= 0.0 else np.pi
    along[0, DS] = 0.0
    on[0, HOW] = LANE_SET
    for k in range(len(out)):
        step_all(roads, near, pose, along, on, path)
        out[k, 0], out[k, 1], out[k, P_HEADING] = pose[0, X], pose[0, Y], pose[0, H]
        out[k, P_ROAD], out[k, P_LANE], out[k, P_S] = on[0, ROAD], on[0, LANE], along[0, S]
        if k > 0 and on[0, FLAGS] & END_OF_ROAD:
            return k + 1
        along[0, DS] = spacing_m
        on[0, HOW] = ALONG
    return len(out)


@leaf
def along_path(points: F64, n: int, lengths: F64, x: float, y: float) -> tuple[float, float, float]:
    """Distance along a path, offset to its left, and its heading there; both ends go on straight.

    `points` `(n, >= 3)`: x, y, heading; `lengths` `(n,)` from the first one.
    """
    best, least = 0, 1e30
    for k in range(n):
        d = (points[k, 0] - x) ** 2 + (points[k, 1] - y) ** 2
        if d < least:
            best, least = k, d
    h = points[best, 2]
    dx, dy = x - points[best, 0], y - points[best, 1]
    ahead = dx * np.cos(h) + dy * np.sin(h)
    k = best if ahead >= 0.0 else best - 1
    if k < 0 or k >= n - 1:
        # Before the first point, or behind the last one: straight on.
        return lengths[best] + ahead, -dx * np.sin(h) + dy * np.cos(h), h
    ux, uy = points[k + 1, 0] - points[k, 0], points[k + 1, 1] - points[k, 1]
    size = np.sqrt(ux * ux + uy * uy)
    if size <= 0.0:
        return lengths[best] + ahead, -dx * np.sin(h) + dy * np.cos(h), h
    dx, dy = x - points[k, 0], y - points[k, 1]
    share = min(max((dx * ux + dy * uy) / (size * size), 0.0), 1.0)
    offset = (-dx * uy + dy * ux) / size
    turn = points[k + 1, 2] - points[k, 2]
    turn -= 2 * np.pi * np.floor((turn + np.pi) / (2 * np.pi))
    return lengths[k] + share * (lengths[k + 1] - lengths[k]), offset, points[k, 2] + share * turn


@kernel
def around(
    points: F64, n: int, lengths: F64, own: int, pose: F64, velocity: F64, boxes: F64, alive: Bool, front_m: float,
    reach_m: float, out: F64,
) -> tuple[int, float, float, float]:  # fmt: skip
    """Fills `out` with those within reach; how many, and the own distance, offset and path heading.

    `velocity` `(m, 2)`; `boxes` `(m, 6)` length, width, height and middle; a row of `out` `(m, 10)`: row, gap, offset,
    half extent across, speed along, speed across, x, y and heading of the middle, length.
    """
    own_s, own_offset, own_heading = along_path(points, n, lengths, pose[own, 0], pose[own, 1])
    found = 0
    for i in range(len(pose)):
        if i == own or not alive[i]:
            continue
        h = pose[i, 3]
        c, s = np.cos(h), np.sin(h)
        x = pose[i, 0] + boxes[i, 3] * c - boxes[i, 4] * s
        y = pose[i, 1] + boxes[i, 3] * s + boxes[i, 4] * c
        if (x - pose[own, 0]) ** 2 + (y - pose[own, 1]) ** 2 > reach_m * reach_m:
            continue
        at, offset, heading = along_path(points, n, lengths, x, y)
        turn = h - heading
        half_along = 0.5 * (boxes[i, 0] * abs(np.cos(turn)) + boxes[i, 1] * abs(np.sin(turn)))
        half_across = 0.5 * (boxes[i, 0] * abs(np.sin(turn)) + boxes[i, 1] * abs(np.cos(turn)))
        out[found, 0] = i
        out[found, 1] = at - half_along - own_s - front_m
        out[found, 2], out[found, 3] = offset, half_across
        out[found, 4] = velocity[i, 0] * np.cos(heading) + velocity[i, 1] * np.sin(heading)
        out[found, 5] = -velocity[i, 0] * np.sin(heading) + velocity[i, 1] * np.cos(heading)
        out[found, 6], out[found, 7], out[found, 8], out[found, 9] = x, y, h, boxes[i, 0]
        found += 1
    return found, own_s, own_offset, own_heading
