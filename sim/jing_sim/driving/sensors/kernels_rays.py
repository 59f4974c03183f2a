"""Rays against triangles and oriented boxes, through trees of bounding boxes.

A tree is complete and implicit: node `i` has the children `2 i + 1` and `2 i + 2`, and the leaves hold runs of things
in the order of a space-filling curve (C. Lauterbach et al., "Fast BVH Construction on GPUs", 2009). Triangles are met
from both sides (T. Moeller, B. Trumbore, "Fast, Minimum Storage Ray-Triangle Intersection", 1997).
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import leaf

__all__ = ["cast", "cast_all", "fill_tree"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]

_DEEP = 64
_EPS = 1.0e-9


@leaf
def fill_tree(low: F32, high: F32, n_leaves: int, per_leaf: int, nodes: F32) -> None:
    """Bounds of all nodes `(2 n_leaves - 1, 6)` of a tree over things with bounds `low`, `high` `(n, 3)`, in order."""
    n = len(low)
    for k in range(n_leaves):
        at = n_leaves - 1 + k
        for axis in range(3):
            nodes[at, axis] = np.float32(3.0e38)
            nodes[at, 3 + axis] = np.float32(-3.0e38)
        for q in range(k * per_leaf, min((k + 1) * per_leaf, n)):
            for axis in range(3):
                nodes[at, axis] = min(nodes[at, axis], low[q, axis])
                nodes[at, 3 + axis] = max(nodes[at, 3 + axis], high[q, axis])
    for at in range(n_leaves - 2, -1, -1):
        for axis in range(3):
            nodes[at, axis] = min(nodes[2 * at + 1, axis], nodes[2 * at + 2, axis])
            nodes[at, 3 + axis] = max(nodes[2 * at + 1, 3 + axis], nodes[2 * at + 2, 3 + axis])


@leaf
def _enters(nodes: F32, at: int, ox: float, oy: float, oz: float, ix: float, iy: float, iz: float, far: float) -> float:
    """Distance at which a ray enters a node, or 1e30; `ix` .. are 1 over the direction."""
    a, b = (nodes[at, 0] - ox) * ix, (nodes[at, 3] - ox) * ix
    near, out = min(a, b), max(a, b)
    a, b = (nodes[at, 1] - oy) * iy, (nodes[at, 4] - oy) * iy
    near, out = max(near, min(a, b)), min(out, max(a, b))
    a, b = (nodes[at, 2] - oz) * iz, (nodes[at, 5] - oz) * iz
    near, out = max(near, min(a, b)), min(out, max(a, b))
    if out < max(near, 0.0) or near > far:
        return 1.0e30
    entered: float = max(near, 0.0)
    return entered


@leaf
def _triangle(corners: F32, q: int, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float) -> float:
    """Distance to triangle `q`, or 1e30."""
    ax, ay, az = np.float64(corners[q, 0, 0]), np.float64(corners[q, 0, 1]), np.float64(corners[q, 0, 2])
    e1x, e1y, e1z = corners[q, 1, 0] - ax, corners[q, 1, 1] - ay, corners[q, 1, 2] - az
    e2x, e2y, e2z = corners[q, 2, 0] - ax, corners[q, 2, 1] - ay, corners[q, 2, 2] - az
    px, py, pz = dy * e2z - dz * e2y, dz * e2x - dx * e2z, dx * e2y - dy * e2x
    det = e1x * px + e1y * py + e1z * pz
    if abs(det) < _EPS:
        return 1.0e30
    inv = 1.0 / det
    tx, ty, tz = ox - ax, oy - ay, oz - az
    u = (tx * px + ty * py + tz * pz) * inv
    if u < -1.0e-7 or u > 1.0000001:
        return 1.0e30
    qx, qy, qz = ty * e1z - tz * e1y, tz * e1x - tx * e1z, tx * e1y - ty * e1x
    v = (dx * qx + dy * qy + dz * qz) * inv
    if v < -1.0e-7 or u + v > 1.0000001:
        return 1.0e30
    t = (e2x * qx + e2y * qy + e2z * qz) * inv
    return t if t > 1.0e-6 else 1.0e30


@leaf
def _box(boxes: F64, q: int, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float) -> tuple[float, int]:
    """Distance to box `q` from outside, or 1e30, and the side: 0 to 2, by axis."""
    rx, ry, rz = ox - boxes[q, 0], oy - boxes[q, 1], oz - boxes[q, 2]
    near, out, side = -1.0e30, 1.0e30, 0
    for axis in range(3):
        ux, uy, uz = boxes[q, 6 + 3 * axis], boxes[q, 7 + 3 * axis], boxes[q, 8 + 3 * axis]
        o, d, half = rx * ux + ry * uy + rz * uz, dx * ux + dy * uy + dz * uz, boxes[q, 3 + axis]
        if abs(d) < 1.0e-12:
            if abs(o) > half:
                return 1.0e30, 0
            continue
        a, b = (-half - o) / d, (half - o) / d
        if a > b:
            a, b = b, a
        if a > near:
            near, side = a, axis
        out = min(out, b)
    if out < near or near <= 1.0e-6:
        return 1.0e30, 0
    return near, side


@leaf
def cast(
    ox: float, oy: float, oz: float, dx: float, dy: float, dz: float, most: float, skip: int, nodes: F32,
    n_leaves: int, per_leaf: int, corners: F32, box_nodes: F32, n_box_leaves: int, boxes: F64, box_body: I32,
    stack: I32,
) -> tuple[float, int, int]:  # fmt: skip
    """Distance to the first thing that a ray meets within `most`, what it is, and the side of a box.

    The thing is the row of a triangle, or -2 - row of a box, or -1 = nothing. `skip`: body whose boxes are not seen.
    `corners` `(n, 3, 3)`; `boxes` `(m, 15)` centre, half sizes, three axes; `stack` `(64,)` is scratch.
    """
    ix = 1.0 / dx if dx != 0.0 else 1.0e30
    iy = 1.0 / dy if dy != 0.0 else 1.0e30
    iz = 1.0 / dz if dz != 0.0 else 1.0e30
    best, what, side = most, -1, 0
    if len(box_body):
        top = 0
        stack[0] = 0
        while top >= 0:
            at = stack[top]
            top -= 1
            if _enters(box_nodes, at, ox, oy, oz, ix, iy, iz, best) > 1.0e29:
                continue
            if at < n_box_leaves - 1:
                stack[top + 1] = 2 * at + 1
                stack[top + 2] = 2 * at + 2
                top += 2
                continue
            q = at - n_box_leaves + 1
            if q < len(box_body) and box_body[q] != skip:
                t, face = _box(boxes, q, ox, oy, oz, dx, dy, dz)
                if t < best:
                    best, what, side = t, -2 - q, face
    top = 0
    stack[0] = 0
    if n_leaves == 0:
        return best, what, side
    while top >= 0:
        at = stack[top]
        top -= 1
        if at >= n_leaves - 1:
            begin = (at - n_leaves + 1) * per_leaf
            for q in range(begin, min(begin + per_leaf, len(corners))):
                t = _triangle(corners, q, ox, oy, oz, dx, dy, dz)
                if t < best:
                    best, what = t, q
            continue
        a = _enters(nodes, 2 * at + 1, ox, oy, oz, ix, iy, iz, best)
        b = _enters(nodes, 2 * at + 2, ox, oy, oz, ix, iy, iz, best)
        # The farther child first onto the stack, so that the nearer one is looked into first.
        if a <= b:
            if b < 1.0e29:
                top += 1
                stack[top] = 2 * at + 2
            if a < 1.0e29:
                top += 1
                stack[top] = 2 * at + 1
        else:
            if a < 1.0e29:
                top += 1
                stack[top] = 2 * at + 1
            top += 1
            stack[top] = 2 * at + 2
    return best, what, side


@leaf
def cast_all(
    begin: int, end: int, origins: F64, directions: F64, most: float, skip: int, nodes: F32, n_leaves: int,
    per_leaf: int, corners: F32, box_nodes: F32, n_box_leaves: int, boxes: F64, box_body: I32, distance: F32,
    what: I32, cosine: F32, stack: I32,
) -> None:  # fmt: skip
    """Rays `begin` to `end - 1`: `distance` (`most` = nothing met), `what` as `cast`, cosine of incidence."""
    for k in range(begin, end):
        dx, dy, dz = directions[k, 0], directions[k, 1], directions[k, 2]
        t, thing, side = cast(
            origins[k, 0], origins[k, 1], origins[k, 2], dx, dy, dz, most, skip, nodes, n_leaves, per_leaf, corners,
            box_nodes, n_box_leaves, boxes, box_body, stack,
        )  # fmt: skip
        distance[k], what[k] = t, thing
        nx, ny, nz = normal(thing, side, corners, boxes)
        cosine[k] = abs(nx * dx + ny * dy + nz * dz)


@leaf
def normal(thing: int, side: int, corners: F32, boxes: F64) -> tuple[float, float, float]:
    """Unit normal of what was met, towards either side; zero for nothing."""
    if thing <= -2:
        q = -2 - thing
        return boxes[q, 6 + 3 * side], boxes[q, 7 + 3 * side], boxes[q, 8 + 3 * side]
    if thing < 0:
        return 0.0, 0.0, 0.0
    ax, ay, az = np.float64(corners[thing, 0, 0]), np.float64(corners[thing, 0, 1]), np.float64(corners[thing, 0, 2])
    ux, uy, uz = corners[thing, 1, 0] - ax, corners[thing, 1, 1] - ay, corners[thing, 1, 2] - az
    vx, vy, vz = corners[thing, 2, 0] - ax, corners[thing, 2, 1] - ay, corners[thing, 2, 2] - az
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    size = np.sqrt(nx * nx + ny * ny + nz * nz)
    if size < 1.0e-12:
        return 0.0, 0.0, 0.0
    return nx / size, ny / size, nz / size
