"""Static boxes that bodies bounce off, sorted into the cells of a grid."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.rows import ObstacleArrays

__all__ = ["obstacle_grid"]

_CELL_M = 16.0


def obstacle_grid(boxes: NDArray[np.float64]) -> ObstacleArrays:
    """The boxes `(m, 8)` (centre, half extent, yaw, label; map frame) in cells of 16 m by their bounding rectangles."""
    boxes = np.ascontiguousarray(boxes, np.float64).reshape(-1, 8)
    if len(boxes) == 0:
        nothing = np.zeros(0, np.int64)
        return ObstacleArrays(
            boxes, np.zeros(2, np.int64), nothing, np.array([0.0, 0.0, _CELL_M]), np.ones(2, np.int64)
        )
    cos, sin = np.abs(np.cos(boxes[:, 6])), np.abs(np.sin(boxes[:, 6]))
    reach = np.stack([boxes[:, 3] * cos + boxes[:, 4] * sin, boxes[:, 3] * sin + boxes[:, 4] * cos], axis=1)
    low, high = boxes[:, :2] - reach, boxes[:, :2] + reach
    origin = low.min(axis=0)
    cells = (np.floor((high.max(axis=0) - origin) / _CELL_M) + 1).astype(np.int64)
    begin = np.floor((low - origin) / _CELL_M).astype(np.int64)
    size = np.floor((high - origin) / _CELL_M).astype(np.int64) - begin + 1
    count = size[:, 0] * size[:, 1]
    item = np.repeat(np.arange(len(boxes)), count)
    place = np.arange(len(item)) - np.repeat(np.cumsum(count) - count, count)
    column = begin[item, 0] + place % size[item, 0]
    cell = (begin[item, 1] + place // size[item, 0]) * cells[0] + column
    order = np.argsort(cell, kind="stable")
    first = np.zeros(int(cells[0] * cells[1]) + 1, np.int64)
    first[1:] = np.cumsum(np.bincount(cell, minlength=len(first) - 1))
    return ObstacleArrays(boxes, first, item[order], np.array([origin[0], origin[1], _CELL_M]), cells)
