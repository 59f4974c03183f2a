"""Which upright boxes points lie in."""

import math

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.rows import ObstacleArrays
from jing_sim.kernel_cache import kernel

__all__ = ["box_at"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@kernel
def box_at(points: F64, grid: ObstacleArrays, out: I64) -> None:
    """`out` `(n,)`: the first box of the grid that each of `points` `(n, 3)` is in, -1 = none; heights count."""
    nx, ny = grid.cells[0], grid.cells[1]
    for k in range(len(points)):
        out[k] = -1
        i = math.floor((points[k, 0] - grid.origin[0]) / grid.origin[2])
        j = math.floor((points[k, 1] - grid.origin[1]) / grid.origin[2])
        if i < 0 or j < 0 or i >= nx or j >= ny:
            continue
        cell = j * nx + i
        for item in range(grid.first[cell], grid.first[cell + 1]):
            b = grid.items[item]
            dx, dy = points[k, 0] - grid.boxes[b, 0], points[k, 1] - grid.boxes[b, 1]
            c, s = math.cos(grid.boxes[b, 6]), math.sin(grid.boxes[b, 6])
            along, across = c * dx + s * dy, c * dy - s * dx
            high = abs(points[k, 2] - grid.boxes[b, 2]) <= grid.boxes[b, 5]
            if abs(along) <= grid.boxes[b, 3] and abs(across) <= grid.boxes[b, 4] and high:
                out[k] = b
                break
