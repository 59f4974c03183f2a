"""What vehicles stand on: triangles of lanes in a grid of cells, and terrain beside them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.kernels_ground import ground_below
from jing_sim.driving.terrain import terrain_heights

__all__ = ["Ground", "flat_ground", "ground_of"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]

_CELL_M = 8.0
_TERRAIN_CELL_M = 8.0
_MARGIN_M = 100.0
_NEAR_M = 0.01


@dataclass(frozen=True)
class Ground:
    """Surfaces in cells, as `kernels_ground` reads them.

    Attributes:
        origin: `(4,)` least x and y, edge of a cell, edge of a terrain cell [m].
        cells: `(4,)` numbers of cells along x and y, of terrain cells along x and y.
        first, items: CSR over the cells, rows of `triangles`.
        triangles: `(n, 3, 3)` counter-clockwise from above.
        friction: `(n,)` share of a dry road's; label: `(n,)` semantic label.
        terrain: `(ny + 1, nx + 1)` heights beside the roads, at the corners of the terrain cells.
    """

    origin: F64
    cells: I32
    first: I32
    items: I32
    triangles: F32
    friction: F32
    label: NDArray[np.uint8]
    terrain: F32

    def columns(self) -> tuple[F64, I32, I32, I32, F32, F32, NDArray[np.uint8], F32]:
        """The arguments of the kernels."""
        return (
            self.origin, self.cells, self.first, self.items, self.triangles, self.friction, self.label, self.terrain,
        )  # fmt: skip

    def at(self, points: F64) -> F64:
        """`(n, 6)` height, unit normal, friction share and label below `points` `(n, 3)`."""
        out = np.zeros((len(points), 6))
        ground_below(np.ascontiguousarray(points, np.float64), *self.columns(), out)
        return out


def flat_ground(z_m: float = 0.0, friction: float = 1.0) -> Ground:
    """A paved plane, 20 km wide, in two triangles."""
    half = 10_000.0
    corners = np.array([[-half, -half, z_m], [half, -half, z_m], [half, half, z_m], [-half, half, z_m]], np.float32)
    triangles = corners[[[0, 1, 2], [0, 2, 3]]]
    return Ground(
        origin=np.array([-half, -half, 2 * half, 2 * half]),
        cells=np.ones(4, np.int32),
        first=np.array([0, 2], np.int32),
        items=np.array([0, 1], np.int32),
        triangles=triangles,
        friction=np.full(2, friction, np.float32),
        label=np.ones(2, np.uint8),
        terrain=np.full((2, 2), z_m, np.float32),
    )


def ground_of(triangles: F32, friction: F32, label: NDArray[np.uint8]) -> Ground:
    """Ground of these triangles `(n, 3, 3)`; beside them the terrain follows the nearest one."""
    low = triangles[:, :, :2].min(axis=(0, 1)).astype(np.float64) - _MARGIN_M
    high = triangles[:, :, :2].max(axis=(0, 1)).astype(np.float64) + _MARGIN_M
    n_x, n_y = (int(k) for k in np.ceil((high - low) / _CELL_M))
    first, items = _in_cells(triangles, low, n_x, n_y)
    t_x, t_y = (int(k) for k in np.ceil((high - low) / _TERRAIN_CELL_M))
    return Ground(
        origin=np.array([low[0], low[1], _CELL_M, _TERRAIN_CELL_M]),
        cells=np.array([n_x, n_y, t_x, t_y], np.int32),
        first=first,
        items=items,
        triangles=np.ascontiguousarray(triangles),
        friction=friction,
        label=label,
        terrain=terrain_heights(triangles, low, _TERRAIN_CELL_M, t_x, t_y),
    )


def _in_cells(triangles: F32, low: F64, n_x: int, n_y: int) -> tuple[I32, I32]:
    """CSR of the triangles that touch each cell."""
    box_low = np.floor((triangles[:, :, :2].min(axis=1) - low) / _CELL_M).astype(np.int64)
    box_high = np.floor((triangles[:, :, :2].max(axis=1) - low) / _CELL_M).astype(np.int64)
    wide, tall = (box_high - box_low + 1).T
    count = wide * tall
    row = np.repeat(np.arange(len(triangles)), count)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    column, line = box_low[row, 0] + place % wide[row], box_low[row, 1] + place // wide[row]
    kept = (count[row] == 1) | _touches(triangles, row, np.stack([column, line], 1) * _CELL_M + low)
    row, cell = row[kept], (line * n_x + column)[kept]
    order = np.argsort(cell, kind="stable")
    first = np.zeros(n_x * n_y + 1, np.int32)
    first[1:] = np.cumsum(np.bincount(cell, minlength=n_x * n_y))
    return first, row[order].astype(np.int32)


def _touches(triangles: F32, row: NDArray[np.int64], corner: F64) -> NDArray[np.bool_]:
    """`(k,)` whether no side of the triangles `row` has the whole cell with its least `corner` outside of it."""
    middle = corner + _CELL_M / 2
    inside = np.ones(len(row), np.bool_)
    for k in range(3):
        a, b = triangles[:, k, :2].astype(np.float64), triangles[:, (k + 1) % 3, :2].astype(np.float64)
        normal = np.stack([b[:, 1] - a[:, 1], a[:, 0] - b[:, 0]], 1)
        reach = np.abs(normal).sum(axis=1) * (_CELL_M / 2 + _NEAR_M)
        inside &= ((middle - a[row]) * normal[row]).sum(axis=1) <= reach[row]
    return inside
