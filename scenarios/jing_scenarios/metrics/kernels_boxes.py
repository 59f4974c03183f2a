"""Boxes in the plane, one actor against others at many instants: gap, overlap, and time until they touch."""

import math

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import kernel, leaf

__all__ = ["box_gaps", "box_times", "encroachments", "gap_of", "overlap_of"]

Float = NDArray[np.float64]

# Columns of a body: centre x, y, heading, half length, half width, velocity x, y.
X, Y, H, L, W, VX, VY = 0, 1, 2, 3, 4, 5, 6


@leaf
def _corner_distance(p: Float, q: Float) -> float:
    """Least distance of the corners of `p` to the box `q`."""
    cos_p, sin_p = math.cos(p[H]), math.sin(p[H])
    cos_q, sin_q = math.cos(q[H]), math.sin(q[H])
    least = math.inf
    for k in range(4):
        along = p[L] if k < 2 else -p[L]
        across = p[W] if k % 2 == 0 else -p[W]
        dx = p[X] + along * cos_p - across * sin_p - q[X]
        dy = p[Y] + along * sin_p + across * cos_p - q[Y]
        out_x = max(abs(dx * cos_q + dy * sin_q) - q[L], 0.0)
        out_y = max(abs(dy * cos_q - dx * sin_q) - q[W], 0.0)
        least = min(least, out_x * out_x + out_y * out_y)
    return math.sqrt(least)


@leaf
def overlap_of(p: Float, q: Float) -> bool:
    """Whether two boxes overlap or touch (separating axes)."""
    dx, dy = q[X] - p[X], q[Y] - p[Y]
    reach = math.sqrt(p[L] * p[L] + p[W] * p[W]) + math.sqrt(q[L] * q[L] + q[W] * q[W])
    if dx * dx + dy * dy > reach * reach:
        return False
    turn = q[H] - p[H]
    cos, sin = abs(math.cos(turn)), abs(math.sin(turn))
    for k in range(2):
        own, other = (p, q) if k == 0 else (q, p)
        cos_h, sin_h = math.cos(own[H]), math.sin(own[H])
        if abs(dx * cos_h + dy * sin_h) > own[L] + other[L] * cos + other[W] * sin:
            return False
        if abs(dy * cos_h - dx * sin_h) > own[W] + other[L] * sin + other[W] * cos:
            return False
    return True


@leaf
def gap_of(p: Float, q: Float) -> float:
    """Distance of two boxes, 0 where they overlap."""
    if overlap_of(p, q):
        return 0.0
    return min(_corner_distance(p, q), _corner_distance(q, p))


@kernel
def box_gaps(own: Float, others: Float) -> Float:
    """`(n_t, k)` distances of `own` `(n_t, 7)` to `others` `(n_t, k, 7)`; NaN where either is not there."""
    n_t, k = others.shape[0], others.shape[1]
    out = np.full((n_t, k), np.nan)
    for i in range(n_t):
        for j in range(k):
            if not math.isnan(own[i, X] + others[i, j, X]):
                out[i, j] = gap_of(own[i], others[i, j])
    return out


@leaf
def _time_to_touch(p: Float, q: Float) -> float:
    """Time until two boxes that keep velocity and heading touch; inf = never."""
    if overlap_of(p, q):
        return 0.0
    dx, dy, vx, vy = q[X] - p[X], q[Y] - p[Y], q[VX] - p[VX], q[VY] - p[VY]
    turn = q[H] - p[H]
    cos, sin = abs(math.cos(turn)), abs(math.sin(turn))
    begin, end = 0.0, math.inf
    for k in range(4):
        own, other = (p, q) if k < 2 else (q, p)
        ux, uy = math.cos(own[H]), math.sin(own[H])
        reach = own[L] + other[L] * cos + other[W] * sin
        if k % 2 == 1:
            ux, uy = -uy, ux
            reach = own[W] + other[L] * sin + other[W] * cos
        apart, speed = dx * ux + dy * uy, vx * ux + vy * uy
        if abs(speed) < 1e-12:
            if abs(apart) > reach:
                return math.inf
            continue
        first, last = (-reach - apart) / speed, (reach - apart) / speed
        if first > last:
            first, last = last, first
        begin, end = max(begin, first), min(end, last)
        if begin > end:
            return math.inf
    return begin if end >= 0.0 else math.inf


@kernel
def box_times(own: Float, others: Float) -> Float:
    """`(n_t, k)` times to collision at constant velocity and heading; NaN where either is not there."""
    n_t, k = others.shape[0], others.shape[1]
    out = np.full((n_t, k), np.nan)
    for i in range(n_t):
        for j in range(k):
            if not math.isnan(own[i, X] + others[i, j, X]):
                out[i, j] = _time_to_touch(own[i], others[i, j])
    return out


@kernel
def encroachments(time_s: Float, own: Float, other: Float, min_angle_rad: float) -> Float:
    """`(n_t,)` for each instant: time (signed) between this actor's being here and the other's, the least in size.

    Positive = the other was here before. Only where their ways cross at `min_angle_rad` or more; inf where the other
    never is here. `own`, `other`: `(n_t, 7)`.
    """
    n_t = len(time_s)
    out = np.full(n_t, math.inf)
    least_cos = math.cos(min_angle_rad)
    # The part of the plane that the other ever is in: who stays out of it need not be asked about each instant.
    low_x = low_y = math.inf
    high_x = high_y = -math.inf
    for j in range(n_t):
        if not math.isnan(other[j, X]):
            reach = math.hypot(other[j, L], other[j, W])
            low_x, high_x = min(low_x, other[j, X] - reach), max(high_x, other[j, X] + reach)
            low_y, high_y = min(low_y, other[j, Y] - reach), max(high_y, other[j, Y] + reach)
    for i in range(n_t):
        own_reach = math.hypot(own[i, L], own[i, W])
        x, y = own[i, X], own[i, Y]
        if not (low_x <= x + own_reach and x - own_reach <= high_x):
            continue
        if not (low_y <= y + own_reach and y - own_reach <= high_y):
            continue
        for j in range(n_t):
            apart = time_s[i] - time_s[j]
            if abs(apart) >= abs(out[i]) or math.isnan(other[j, X]):
                continue
            if math.cos(own[i, H] - other[j, H]) <= least_cos and overlap_of(own[i], other[j]):
                out[i] = apart
    return out
