"""Points of a trajectory between its samples."""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.trajectories.path_rows import (
    ACCEL,
    AT_CORNERS,
    HELD,
    LIFTED,
    PH,
    PP,
    PR,
    PX,
    PY,
    PZ,
    SAID,
    SPEED,
    TANGENT,
    TIME,
    D,
)
from jing_sim.kernel_cache import leaf

__all__ = ["distance_at", "point_at"]

F64 = NDArray[np.float64]

_SMALL = 1e-6
_CORNER_M = 2.0


@leaf
def _row_at(table: F64, column: int, value: float) -> int:
    """First row i with `table[i, column] <= value <= table[i + 1, column]`; the last piece where value lies beyond."""
    low, high = 0, len(table) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if table[middle, column] < value - _SMALL:
            low = middle
        else:
            high = middle
    return low


@leaf
def _between(first: float, second: float, share: float) -> float:
    away = second - first
    return float(first + share * (away - 2 * np.pi * np.floor((away + np.pi) / (2 * np.pi))))


@leaf
def _angle_at(table: F64, i: int, column: int, ahead: float, length: float, way: int) -> float:
    """An angle on piece `i`, `ahead` metres from its begin."""
    here, after = table[i, column], table[i + 1, column]
    if way == HELD or np.isnan(here):
        return float(here)
    if way != AT_CORNERS:
        return float(here) if np.isnan(after) else _between(here, after, ahead / max(length, _SMALL))
    radius = min(_CORNER_M, length / 2)
    if ahead < radius and i > 0 and not np.isnan(table[i - 1, column]):
        return _between(table[i - 1, column], here, (radius + ahead) / (2 * radius))
    if ahead > length - radius and not np.isnan(after):
        last = i == len(table) - 2
        share = (length - ahead) / radius if last else (radius + length - ahead) / (2 * radius)
        return _between(here, after, 1 - share)
    return float(here)


@leaf
def point_at(
    table: F64, d: float, smooth: bool, way: int
) -> tuple[float, float, float, float, float, float, float, float, float, float]:
    """x, y, z, h, p, r, direction of the curve, whether h is of the file (1), speed and time at distance `d`.

    `smooth`: curves between samples (cubic, with their directions), else straight lines.
    """
    n = len(table)
    d = min(max(d, table[0, D]), table[n - 1, D])
    if n == 1 or d >= table[n - 1, D] - _SMALL:
        k = n - 1
        return (
            table[k, PX], table[k, PY], table[k, PZ] if table[k, LIFTED] else np.nan, table[k, PH], table[k, PP],
            table[k, PR], table[k, TANGENT],
            table[k, SAID], table[k, SPEED], table[k, TIME],
        )  # fmt: skip
    i = _row_at(table, D, d)
    length, ahead = table[i + 1, D] - table[i, D], d - table[i, D]
    share = ahead / max(length, _SMALL)
    x = (1 - share) * table[i, PX] + share * table[i + 1, PX]
    y = (1 - share) * table[i, PY] + share * table[i + 1, PY]
    tangent = table[i, TANGENT]
    if smooth:
        x, y, tangent = _curved(table, i, share, length)
    # From the road to the air pitch and roll do not go evenly.
    leaning = way if table[i, LIFTED] == table[i + 1, LIFTED] else HELD
    return (
        x, y, (1 - share) * table[i, PZ] + share * table[i + 1, PZ] if table[i, LIFTED] else np.nan,
        tangent if smooth and table[i, SAID] == 0.0 else _angle_at(table, i, PH, ahead, length, way),
        _angle_at(table, i, PP, ahead, length, leaning), _angle_at(table, i, PR, ahead, length, leaning), tangent,
        table[i, SAID], (1 - share) * table[i, SPEED] + share * table[i + 1, SPEED],
        (1 - share) * table[i, TIME] + share * table[i + 1, TIME],
    )  # fmt: skip


@leaf
def _curved(table: F64, i: int, u: float, length: float) -> tuple[float, float, float]:
    """The cubic through two samples that has their directions (Hermite), and its own direction."""
    c0, s0 = np.cos(table[i, TANGENT]) * length, np.sin(table[i, TANGENT]) * length
    c1, s1 = np.cos(table[i + 1, TANGENT]) * length, np.sin(table[i + 1, TANGENT]) * length
    v = 1 - u
    a, b, p, q = (1 + 2 * u) * v * v, u * u * (3 - 2 * u), u * v * v, -u * u * v
    x = a * table[i, PX] + b * table[i + 1, PX] + p * c0 + q * c1
    y = a * table[i, PY] + b * table[i + 1, PY] + p * s0 + q * s1
    da, dp, dq = -6 * u * v, v * (1 - 3 * u), u * (3 * u - 2)
    dx = da * (table[i, PX] - table[i + 1, PX]) + dp * c0 + dq * c1
    dy = da * (table[i, PY] - table[i + 1, PY]) + dp * s0 + dq * s1
    return x, y, np.arctan2(dy, dx) if dx * dx + dy * dy > 1e-18 else table[i, TANGENT]


@leaf
def distance_at(table: F64, time: float) -> float:
    """Distance at a time: on each piece with the speed and acceleration of its begin, and never back."""
    n = len(table)
    if n == 1 or time >= table[n - 1, TIME]:
        return float(table[n - 1, D])
    if time <= table[0, TIME]:
        return float(table[0, D])
    i = _row_at(table, TIME, time)
    passed, speed, accel = max(time - table[i, TIME], 0.0), table[i, SPEED], table[i, ACCEL]
    if accel < 0.0:
        passed = min(passed, -speed / accel)
    return float(min(table[i, D] + passed * (speed + accel * passed / 2), table[n - 1, D]))
