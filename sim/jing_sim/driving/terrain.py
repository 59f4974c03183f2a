"""The land beside the roads: heights at the corners of a grid of cells, as high as the nearest road and below all.

Where a road has nothing below it (a bridge over no other road) the land rises with it, as an embankment.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

__all__ = ["terrain_heights", "terrain_triangles"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

# Land lies a little below the roads beside it, so that it is never taken for them.
_DROP_M = 0.02
_LEVEL_M = 1.0e-3
_AT_ONCE = 50_000
# Weights of the corners of triangles: places at which they are compared with the land.
_FEW = np.vstack([np.eye(3), np.full((1, 3), 1.0 / 3.0)])
_MANY = np.array([[i, j, 4 - i - j] for i in range(5) for j in range(5 - i)]) / 4.0
# Edges of the blocks, in cells, of which each is drawn in two triangles where the land is even.
_BLOCKS = (16, 4, 1)


def terrain_heights(triangles: F32, low: F64, edge_m: float, n_x: int, n_y: int) -> F32:
    """`(n_y + 1, n_x + 1)` heights at the corners of cells, beside and below triangles of roads `(n, 3, 3)`."""
    points = _on(triangles, _FEW)
    lowest, highest = float(points[:, 2].min()), float(points[:, 2].max())
    if highest - lowest < _LEVEL_M:
        return np.full((n_y + 1, n_x + 1), lowest - _DROP_M, np.float32)
    heights = _nearest(points, low, edge_m, n_x, n_y) - _DROP_M
    for k in range(0, len(triangles), _AT_ONCE):
        _push_below(heights, _on(triangles[k : k + _AT_ONCE], _MANY), low, edge_m)
    return heights.astype(np.float32)


def _on(triangles: F32, weights: F64) -> F64:
    """`(n k, 3)` points of triangles by `weights` `(k, 3)` of their corners."""
    points: F64 = np.einsum("kc,ncx->nkx", weights, triangles.astype(np.float64)).reshape(-1, 3)
    return points


def _nearest(points: F64, low: F64, edge_m: float, n_x: int, n_y: int) -> F64:
    """Heights of the points nearest to the corners."""
    y, x = np.meshgrid(np.arange(n_y + 1), np.arange(n_x + 1), indexing="ij")
    _, found = cKDTree(points[:, :2]).query(np.stack([x.ravel(), y.ravel()], 1) * edge_m + low)
    heights: F64 = points[found, 2].reshape(n_y + 1, n_x + 1)
    return heights


def _push_below(heights: F64, points: F64, low: F64, edge_m: float) -> None:
    """Lowers the corners of cells in which land would lie above a point of a road."""
    place = (points[:, :2] - low) / edge_m
    cell = np.floor(place).astype(np.int64)
    u, v = (place - cell).T
    column, row = cell.T
    a, b = heights[row, column], heights[row, column + 1]
    c, d = heights[row + 1, column + 1], heights[row + 1, column]
    land = a + np.where(u >= v, u * (b - a) + v * (c - b), v * (d - a) + u * (c - d))
    above = land - (points[:, 2] - _DROP_M)
    high = np.flatnonzero(above > 0.0)
    lowered = np.zeros_like(heights)
    for dy, dx in ((0, 0), (0, 1), (1, 1), (1, 0)):
        np.maximum.at(lowered, (row[high] + dy, column[high] + dx), above[high])
    heights -= lowered


def terrain_triangles(heights: F32, low: F64, edge_m: float) -> F32:
    """`(n, 3, 3)` triangles of the land as `ground_at` has it, in larger ones where it is even."""
    n_y, n_x = heights.shape[0] - 1, heights.shape[1] - 1
    done = np.zeros((n_y, n_x), np.bool_)
    parts = [np.zeros((0, 3, 3), np.float32)]
    for block in _BLOCKS:
        begins = np.arange(0, n_y - block + 1, block), np.arange(0, n_x - block + 1, block)
        row, column = (index.ravel() for index in np.meshgrid(*begins, indexing="ij"))
        open_ = ~done[row, column] & _even(heights, row, column, block)
        row, column = row[open_], column[open_]
        for dy in range(block):
            for dx in range(block):
                done[row + dy, column + dx] = True
        parts.append(_quads(heights, row, column, block, low, edge_m))
    return np.concatenate(parts)


def _even(heights: F32, row: NDArray[np.int64], column: NDArray[np.int64], block: int) -> NDArray[np.bool_]:
    """Whether all corners of blocks lie on the plane of three of their own."""
    even = np.ones(len(row), np.bool_)
    if block == 1:
        return even
    a = heights[row, column].astype(np.float64)
    along = (heights[row, column + block] - a) / block
    up = (heights[row + block, column] - a) / block
    for dy in range(block + 1):
        for dx in range(block + 1):
            even &= np.abs(heights[row + dy, column + dx] - (a + dx * along + dy * up)) <= _LEVEL_M
    return even


def _quads(heights: F32, row: NDArray[np.int64], column: NDArray[np.int64], block: int, low: F64, edge_m: float) -> F32:
    corners = [
        np.stack([low[0] + (column + dx) * edge_m, low[1] + (row + dy) * edge_m, heights[row + dy, column + dx]], 1)
        for dy, dx in ((0, 0), (0, block), (block, block), (block, 0))
    ]
    quads = np.stack(corners, 1)
    return quads[:, [[0, 1, 2], [0, 2, 3]]].reshape(-1, 3, 3).astype(np.float32)
