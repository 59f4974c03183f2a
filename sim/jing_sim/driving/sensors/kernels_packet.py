"""Packets of 16 rays through a tree: neighbours among rays meet the same boxes and triangles.

Each loop over the 16 lanes becomes a few vector instructions (I. Wald et al., "Interactive Rendering with Coherent Ray
Tracing", 2001). Triangles are met from both sides. Each ray sees the corners in a plane across its way; a corner has
the same place there for all triangles that it belongs to, so no ray slips through between them, at edges or at corners
(after S. Woop, C. Benthin, I. Wald, "Watertight Ray/Triangle Intersection", 2013). Boxes of the tree are widened by
what rounding may take from them (T. Ize, "Robust BVH Ray Traversal", 2013).

A packet is `ROOM` numbers, rows of 16 lanes: origins, directions, one over the directions, the distance of what was met
so far, -1 in lanes that look for nothing, and two vectors across the direction. Distances are in lengths of the
direction. `found` `(16,)` is the row of the triangle that each lane has met, -1 = none.
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.sensors.kernels_tree import MOST_IN_LEAF
from jing_sim.kernel_cache import leaf

__all__ = ["FAR", "LANES", "ROOM", "WAY", "begin_packet", "box_is_met", "walk_packet"]

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]

LANES = 16
WAY = 3 * LANES
"""Where the directions are in a packet; the origins are before them."""
FAR = 9 * LANES
"""Where the distances are in a packet."""
ROOM = 16 * LANES
_Y, _Z, _WX, _WY, _WZ, _IX, _IY, _IZ = (k * LANES for k in range(1, 9))
_PX, _PY, _PZ, _QX, _QY, _QZ = (k * LANES for k in range(10, 16))
_TINY = np.float32(1.0e-30)
_ONE, _ZERO, _GONE = np.float32(1.0), np.float32(0.0), np.float32(-1.0)
_LEAST = np.float32(1.0e-5)
_WIDER = np.float32(1.0 + 4.0e-7)


@leaf
def begin_packet(s: F32, found: I32) -> None:
    """A packet whose origins, directions and distances are set is ready to be walked."""
    for k in range(3 * LANES):
        d = s[WAY + k]
        s[_IX + k] = _ONE / (d if abs(d) > _TINY else _TINY)
    for k in range(LANES):
        dx, dy, dz = s[_WX + k], s[_WY + k], s[_WZ + k]
        # Across the two larger ones of these components, whichever they are: never of no length.
        flat = abs(dx) > abs(dz)
        px = -dy if flat else _ZERO
        py = dx if flat else -dz
        pz = _ZERO if flat else dy
        s[_PX + k], s[_PY + k], s[_PZ + k] = px, py, pz
        s[_QX + k], s[_QY + k], s[_QZ + k] = dy * pz - dz * py, dz * px - dx * pz, dx * py - dy * px
        found[k] = -1


@leaf
def box_is_met(bounds: F32, node: int, side: int, s: F32) -> bool:
    """Whether a lane enters the box of a child before what it has met."""
    x0, y0, z0 = bounds[node, side, 0], bounds[node, side, 1], bounds[node, side, 2]
    x1, y1, z1 = bounds[node, side, 3], bounds[node, side, 4], bounds[node, side, 5]
    hits = np.int32(0)
    for k in range(LANES):
        ix, iy, iz = s[_IX + k], s[_IY + k], s[_IZ + k]
        ox, oy, oz = s[k], s[_Y + k], s[_Z + k]
        a, b = (x0 - ox) * ix, (x1 - ox) * ix
        c, d = (y0 - oy) * iy, (y1 - oy) * iy
        e, f = (z0 - oz) * iz, (z1 - oz) * iz
        near, out = (a if a < b else b), (b if a < b else a)
        low, high = (c if c < d else d), (d if c < d else c)
        near, out = (low if low > near else near), (high if high < out else out)
        low, high = (e if e < f else f), (f if e < f else e)
        near, out = (low if low > near else near), (high if high < out else out)
        near = near if near > _ZERO else _ZERO
        out = out * _WIDER
        far = s[FAR + k]
        out = out if out < far else far
        hits |= np.int32(near <= out)
    return bool(hits != 0)


@leaf
def _faces(s: F32) -> int:
    """Which way all lanes go, a bit an axis for a negative one; -1 where they differ."""
    signs = 0
    for axis in range(3):
        below = np.int32(0)
        for k in range(LANES):
            below += np.int32(s[_IX + axis * LANES + k] < _ZERO)
        if 0 < below < LANES:
            return -1
        if below:
            signs += 1 << axis
    return signs


@leaf
def _is_entered(bounds: F32, node: int, side: int, faces: int, s: F32) -> bool:
    """As `box_is_met`, of lanes that go the same way, so that it is known which sides they enter through."""
    x, y, z = 3 * (faces & 1), 3 * (faces >> 1 & 1), 3 * (faces >> 2 & 1)
    x0, y0, z0 = bounds[node, side, x], bounds[node, side, 1 + y], bounds[node, side, 2 + z]
    x1, y1, z1 = bounds[node, side, 3 - x], bounds[node, side, 4 - y], bounds[node, side, 5 - z]
    hits = np.int32(0)
    for k in range(LANES):
        ix, iy, iz = s[_IX + k], s[_IY + k], s[_IZ + k]
        ox, oy, oz = s[k], s[_Y + k], s[_Z + k]
        near, out = (x0 - ox) * ix, (x1 - ox) * ix
        low, high = (y0 - oy) * iy, (y1 - oy) * iy
        near, out = (low if low > near else near), (high if high < out else out)
        low, high = (z0 - oz) * iz, (z1 - oz) * iz
        near, out = (low if low > near else near), (high if high < out else out)
        near = near if near > _ZERO else _ZERO
        out = out * _WIDER
        far = s[FAR + k]
        out = out if out < far else far
        hits |= np.int32(near <= out)
    return bool(hits != 0)


@leaf
def _meets(corners: F32, q: int, first: bool, s: F32, found: I32) -> None:
    """Lanes against a triangle."""
    ax, ay, az = corners[q, 0, 0], corners[q, 0, 1], corners[q, 0, 2]
    bx, by, bz = corners[q, 1, 0], corners[q, 1, 1], corners[q, 1, 2]
    cx, cy, cz = corners[q, 2, 0], corners[q, 2, 1], corners[q, 2, 2]
    ex, ey, ez, gx, gy, gz = bx - ax, by - ay, bz - az, cx - ax, cy - ay, cz - az
    nx, ny, nz = ey * gz - ez * gy, ez * gx - ex * gz, ex * gy - ey * gx
    for k in range(LANES):
        ox, oy, oz = s[k], s[_Y + k], s[_Z + k]
        px, py, pz = s[_PX + k], s[_PY + k], s[_PZ + k]
        qx, qy, qz = s[_QX + k], s[_QY + k], s[_QZ + k]
        x0, y0, z0 = ax - ox, ay - oy, az - oz
        x1, y1, z1 = bx - ox, by - oy, bz - oz
        x2, y2, z2 = cx - ox, cy - oy, cz - oz
        l0, h0 = x0 * px + y0 * py + z0 * pz, x0 * qx + y0 * qy + z0 * qz
        l1, h1 = x1 * px + y1 * py + z1 * pz, x1 * qx + y1 * qy + z1 * qz
        l2, h2 = x2 * px + y2 * py + z2 * pz, x2 * qx + y2 * qy + z2 * qz
        u, v, w = l1 * h2 - l2 * h1, l2 * h0 - l0 * h2, l0 * h1 - l1 * h0
        t = (x0 * nx + y0 * ny + z0 * nz) / (s[_WX + k] * nx + s[_WY + k] * ny + s[_WZ + k] * nz)
        inside = ((u >= _ZERO) & (v >= _ZERO) & (w >= _ZERO)) | ((u <= _ZERO) & (v <= _ZERO) & (w <= _ZERO))
        far = s[FAR + k]
        better = inside & (t > _LEAST) & (t < far)
        s[FAR + k] = (_GONE if first else t) if better else far
        found[k] = np.int32(q) if better else found[k]


@leaf
def walk_packet(
    root: int, bounds: F32, child: I32, split: I32, corners: F32, first: bool, s: F32, found: I32, stack: I32
) -> None:  # fmt: skip
    """Each lane knows the nearest triangle of the tree that it meets, and its distance.

    `first`: only whether a lane meets something is asked; its distance is then -1. The tree is one of `build_tree`,
    `corners` `(n, 3, 3)` in its order.
    """
    top = 0
    stack[0] = root
    faces = _faces(s)
    while top >= 0:
        at = stack[top]
        top -= 1
        if at < 0:
            run = ~at
            begin = run // MOST_IN_LEAF
            for q in range(begin, begin + run % MOST_IN_LEAF + 1):
                _meets(corners, q, first, s, found)
            continue
        # What lies nearer along the way of the middle lane is looked into first.
        near = 0 if s[_WX + split[at] * LANES + LANES // 2] >= _ZERO else 1
        for side in (1 - near, near):
            if _is_entered(bounds, at, side, faces, s) if faces >= 0 else box_is_met(bounds, at, side, s):
                top += 1
                stack[top] = child[at, side]
