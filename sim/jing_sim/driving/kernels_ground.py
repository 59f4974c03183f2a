"""The ground below a point: the uppermost surface that is not above it."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import leaf

__all__ = ["ground_at", "ground_below"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

ABOVE_M = 0.5
"""A surface so far above a point is still taken for the one on which it stands."""
_EDGE = -1.0e-4
_SAME_M = 0.005


@leaf
def ground_at(
    x: float, y: float, z_near: float, origin: F64, cells: I32, first: I32, items: I32, triangles: F32, friction: F32,
    label: U8, terrain: F32,
) -> tuple[float, float, float, float, float, int]:  # fmt: skip
    """Height, unit normal, friction share and label of the ground at `x`, `y` for somebody at height `z_near`.

    `origin` `(4,)`: least x and y, edge of a cell and of a terrain cell [m]; `cells` `(4,)`: numbers of cells along x
    and y, of terrain cells along x and y. Of surfaces within 5 mm the first one counts: roads stand first. Outside of
    them is terrain, two triangles a cell.
    """
    best = -1.0e30
    nx, ny, nz, grip, kind = 0.0, 0.0, 1.0, 0.6, 10
    cx, cy = int(np.floor((x - origin[0]) / origin[2])), int(np.floor((y - origin[1]) / origin[2]))
    if 0 <= cx < cells[0] and 0 <= cy < cells[1]:
        cell = cy * cells[0] + cx
        for k in range(first[cell], first[cell + 1]):
            q = items[k]
            ax, ay, az = np.float64(triangles[q, 0, 0]), np.float64(triangles[q, 0, 1]), np.float64(triangles[q, 0, 2])
            bx, by, bz = triangles[q, 1, 0] - ax, triangles[q, 1, 1] - ay, triangles[q, 1, 2] - az
            cx_, cy_, cz = triangles[q, 2, 0] - ax, triangles[q, 2, 1] - ay, triangles[q, 2, 2] - az
            area = bx * cy_ - by * cx_
            px, py = x - ax, y - ay
            u = (px * cy_ - py * cx_) / area
            v = (bx * py - by * px) / area
            if u < _EDGE or v < _EDGE or u + v > 1.0 - _EDGE:
                continue
            z = az + u * bz + v * cz
            if z > best + _SAME_M and z <= z_near + ABOVE_M:
                best = z
                sx, sy, sz = by * cz - bz * cy_, bz * cx_ - bx * cz, area
                size = np.sqrt(sx * sx + sy * sy + sz * sz)
                nx, ny, nz = sx / size, sy / size, sz / size
                grip, kind = np.float64(friction[q]), int(label[q])
    if best < -1.0e29:
        i = min(max(int(np.floor((x - origin[0]) / origin[3])), 0), cells[2] - 1)
        j = min(max(int(np.floor((y - origin[1]) / origin[3])), 0), cells[3] - 1)
        u = min(max((x - origin[0]) / origin[3] - i, 0.0), 1.0)
        v = min(max((y - origin[1]) / origin[3] - j, 0.0), 1.0)
        za, zc = np.float64(terrain[j, i]), np.float64(terrain[j + 1, i + 1])
        if u >= v:
            zb = np.float64(terrain[j, i + 1])
            along, up = zb - za, zc - zb
        else:
            zb = np.float64(terrain[j + 1, i])
            along, up = zc - zb, zb - za
        best = za + u * along + v * up
        along, up = along / origin[3], up / origin[3]
        size = np.sqrt(1.0 + along * along + up * up)
        nx, ny, nz = -along / size, -up / size, 1.0 / size
    return best, nx, ny, nz, grip, kind


@leaf
def ground_below(
    points: F64, origin: F64, cells: I32, first: I32, items: I32, triangles: F32, friction: F32, label: U8,
    terrain: F32, out: F64,
) -> None:  # fmt: skip
    """`ground_at` of all `points` `(n, 3)`: `out` `(n, 6)` height, normal, friction and label."""
    for k in range(len(points)):
        z, nx, ny, nz, grip, kind = ground_at(
            points[k, 0], points[k, 1], points[k, 2], origin, cells, first, items, triangles, friction, label, terrain
        )
        out[k, 0], out[k, 1], out[k, 2], out[k, 3], out[k, 4], out[k, 5] = z, nx, ny, nz, grip, kind
