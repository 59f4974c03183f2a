"""Polylines as trajectories: distances, directions and speeds of their samples."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.trajectories.path_rows import (
    ACCEL,
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
    WIDTH,
    D,
)

__all__ = ["Vertex", "polyline_table", "with_motion"]

Float = NDArray[np.float64]

_SMALL = 1e-6


class Vertex(NamedTuple):
    """A vertex: place [m], time [s] or NaN; z, h, p, r NaN where the file says nothing; the road's height there [m]."""

    x: float
    y: float
    time: float = math.nan
    z: float = math.nan
    h: float = math.nan
    p: float = math.nan
    r: float = math.nan
    ground: float = 0.0


def polyline_table(vertices: Sequence[Vertex], initial_speed_mps: float | None = None) -> Float:
    """The table of a polyline; distances are those seen from above, as esmini has them.

    A vertex without heading takes the direction of the piece behind it (the last one that of the piece before). Where z
    is given, so are pitch (from the slope) and roll (0). As in esmini, a piece is off the road from a vertex with z, or
    to one with it; the height of vertices without z is that of the road.

    Args:
        initial_speed_mps: between times one accelerates evenly, from this speed on (`followingMode` follow); None:
            each piece has one speed (position).
    """
    n = len(vertices)
    table = np.full((n, WIDTH), np.nan)
    given = np.array(vertices, dtype=np.float64)
    table[:, [PX, PY, TIME, PZ, PH, PP, PR]] = given[:, :7]
    said = ~np.isnan(table[:, PZ])
    table[:, PZ] = np.where(said, table[:, PZ], given[:, 7])
    table[:, LIFTED] = said | np.append(said[1:], False)
    step = np.diff(given[:, :2], axis=0)
    table[:, D] = np.concatenate([[0.0], np.cumsum(np.hypot(step[:, 0], step[:, 1]))])
    _direct(table)
    with_motion(table, initial_speed_mps)
    return table


def with_motion(table: Float, initial_speed_mps: float | None) -> None:
    """Fills speed and acceleration of each piece from distances and times."""
    table[:, [SPEED, ACCEL]] = 0.0
    if np.isnan(table[:, TIME]).any():
        return
    speed = 0.0 if initial_speed_mps is None else initial_speed_mps
    ds, dt = np.diff(table[:, D]).tolist(), np.diff(table[:, TIME]).tolist()
    for i in range(len(ds)):
        if initial_speed_mps is None:
            speed = table[i, SPEED] = ds[i] / dt[i] if dt[i] > _SMALL else 0.0
            continue
        table[i, SPEED] = speed
        speed, table[i, ACCEL] = _evenly(speed, ds[i], dt[i])
    table[-1, SPEED] = speed


def _evenly(speed: float, ds: float, dt: float) -> tuple[float, float]:
    """Speed at the end and acceleration of somebody who covers `ds` in `dt` evenly, or stops there earlier."""
    if ds <= _SMALL or dt <= 0.0:
        return 0.0, 0.0
    accel = 2 * (ds - speed * dt) / dt**2
    if speed + accel * dt < 0.0 <= speed:
        return 0.0, -(speed**2) / (2 * ds)
    return speed + accel * dt, accel


def _direct(table: Float) -> None:
    heading, pitch = 0.0, 0.0
    long = np.diff(table[:, D]) > _SMALL
    table[:, SAID] = ~np.isnan(table[:, PH])
    if not long.any() and table[0, SAID]:
        heading = table[0, PH]
    for i in range(len(table)):
        k = int(np.argmax(long)) if i == 0 else min(i, len(long) - 1)
        if long[k] and i in {0, k}:
            dx, dy, dz = (table[k + 1, c] - table[k, c] for c in (PX, PY, PZ))
            heading, pitch = math.atan2(dy, dx), -math.atan2(dz, table[k + 1, D] - table[k, D])
        table[i, TANGENT] = heading
        if math.isnan(table[i, PH]):
            table[i, PH] = heading
        if table[i, LIFTED]:
            table[i, PP] = pitch if math.isnan(table[i, PP]) else table[i, PP]
            table[i, PR] = 0.0 if math.isnan(table[i, PR]) else table[i, PR]
