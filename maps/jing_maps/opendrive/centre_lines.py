"""Centre lines of OpenDRIVE lanes as polylines, as few points as the tolerance allows."""

import math

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.place import lane_borders, lane_pose

__all__ = ["joined", "lane_line", "thinned"]

Float = NDArray[np.float64]

# Samples are this dense before thinning: 0.5 m on a circle of 5 m radius stay within 7 mm of it.
_STEP_M = 0.5
_LONG_ROAD_M, _LONG_STEP_M = 1000.0, 1.0
_TOLERANCE_M = 0.02


def lane_line(odr: OpenDriveMap, road: int, lane: int, from_m: float, to_m: float) -> tuple[Float, float]:
    """Centre line `(k, 3)` of a lane from one station to another (either way), and its mean width [m]."""
    step = _STEP_M if abs(to_m - from_m) < _LONG_ROAD_M else _LONG_STEP_M
    n = max(2, math.ceil(abs(to_m - from_m) / step) + 1)
    low, high = min(from_m, to_m), max(from_m, to_m)
    # The section begins at `low`, and the next one at `high`: the last sample must still be this section's.
    s = np.linspace(low, np.nextafter(high, low), n)
    rows, ids = np.full(n, road), np.full(n, lane)
    pose, borders = lane_pose(odr, rows, ids, s), lane_borders(odr, rows, ids, s)
    points = np.stack([pose.x_m, pose.y_m, pose.z_m], axis=1)
    width = float(np.abs(borders.outer_m - borders.inner_m).mean())
    return (points if to_m > from_m else points[::-1]), width


def joined(lines: list[Float]) -> Float:
    """One line through several that follow one another; points closer than 1 mm (in x, y) count once."""
    points = np.concatenate(lines)
    step = np.hypot(np.diff(points[:, 0]), np.diff(points[:, 1]))
    keep = np.concatenate([[True], step > 1e-3])
    if keep.sum() < 2:
        return np.stack([points[0], points[-1]])
    # The end must stay where it is: the next way begins there.
    kept = np.asarray(points[keep])
    kept[-1] = points[-1]
    return kept


def thinned(line: Float, tolerance_m: float = _TOLERANCE_M) -> Float:
    """The fewest of a line's points (Douglas and Peucker 1973, in space) that keep it within the tolerance."""
    keep = np.zeros(len(line), dtype=np.bool_)
    keep[[0, -1]] = True
    todo = [(0, len(line) - 1)]
    while todo:
        a, b = todo.pop()
        if b - a < 2:
            continue
        chord, inner = line[b] - line[a], line[a + 1 : b] - line[a]
        square = float(chord @ chord)
        along = np.clip(inner @ chord / square, 0, 1) if square > 0 else np.zeros(len(inner))
        apart = ((inner - along[:, None] * chord) ** 2).sum(axis=1)
        worst = int(np.argmax(apart))
        if apart[worst] > tolerance_m**2:
            middle = a + 1 + worst
            keep[middle] = True
            todo += [(a, middle), (middle, b)]
    return line[keep]
