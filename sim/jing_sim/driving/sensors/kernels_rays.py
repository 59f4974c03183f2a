"""Rays against a scene and the bodies in it: packets go through the tree of the scene, then through that of the bodies,
whose meshes they meet in the body's own frame."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.sensors.kernels_packet import FAR, LANES, WAY, begin_packet, box_is_met, walk_packet
from jing_sim.driving.sensors.kernels_tree import MOST_IN_LEAF
from jing_sim.driving.sensors.ray_rows import Bundle, RayTables
from jing_sim.kernel_cache import leaf

__all__ = ["cast_bundle", "cast_rays", "normal_of", "normals_of", "what_of"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]


@leaf
def _to_body(pose: F64, m: int, rays: F32, own: F32) -> None:
    """The packet in the frame of body `m`."""
    fx, fy, fz = np.float32(pose[m, 3]), np.float32(pose[m, 4]), np.float32(pose[m, 5])
    lx, ly, lz = np.float32(pose[m, 6]), np.float32(pose[m, 7]), np.float32(pose[m, 8])
    ux, uy, uz = np.float32(pose[m, 9]), np.float32(pose[m, 10]), np.float32(pose[m, 11])
    px, py, pz = np.float32(pose[m, 0]), np.float32(pose[m, 1]), np.float32(pose[m, 2])
    for k in range(LANES):
        x, y, z = rays[48 + k], rays[64 + k], rays[80 + k]
        own[48 + k] = x * fx + y * fy + z * fz
        own[64 + k] = x * lx + y * ly + z * lz
        own[80 + k] = x * ux + y * uy + z * uz
        own[FAR + k] = rays[FAR + k]
    for k in range(LANES):
        x, y, z = rays[k] - px, rays[16 + k] - py, rays[32 + k] - pz
        own[k] = x * fx + y * fy + z * fz
        own[16 + k] = x * lx + y * ly + z * lz
        own[32 + k] = x * ux + y * uy + z * uz


@leaf
def _walk_bodies(tables: RayTables, skip: int, first: bool, bundle: Bundle) -> None:
    """Lanes know what they meet of bodies, where that is nearer than what they have met."""
    top, rays, own = 0, bundle.rays, bundle.own_rays
    bundle.stack[0] = 0
    while top >= 0:
        at = bundle.stack[top]
        top -= 1
        if at >= 0:
            for side in range(2):
                if box_is_met(tables.top.bounds, at, side, rays):
                    top += 1
                    bundle.stack[top] = tables.top.child[at, side]
            continue
        run = ~at
        begin = run // MOST_IN_LEAF
        for m in range(begin, begin + run % MOST_IN_LEAF + 1):
            if tables.row[m] == skip:
                continue
            _to_body(tables.pose, m, rays, own)
            begin_packet(own, bundle.own_found)
            walk_packet(
                tables.shape_root[tables.shape[m]], tables.shapes.bounds, tables.shapes.child, tables.shapes.split,
                tables.shape_corners, first, own, bundle.own_found, bundle.own_stack,
            )  # fmt: skip
            for k in range(LANES):
                if bundle.own_found[k] >= 0:
                    rays[FAR + k] = own[FAR + k]
                    bundle.found[k] = bundle.own_found[k]
                    bundle.body[k] = m


@leaf
def cast_bundle(tables: RayTables, skip: int, first: bool, bundle: Bundle) -> None:
    """The lanes of a packet, whose origins, directions and distances are set, know what they meet first.

    `skip`: row of the body that is not seen, -1 = none. `first`: as in `walk_packet`.
    """
    begin_packet(bundle.rays, bundle.found)
    for k in range(LANES):
        bundle.body[k] = -1
    if len(tables.row) > 0:
        _walk_bodies(tables, skip, first, bundle)
    for k in range(LANES):
        bundle.own_found[k] = -1
    walk_packet(
        0, tables.still.bounds, tables.still.child, tables.still.split, tables.corners, first, bundle.rays,
        bundle.own_found, bundle.stack,
    )  # fmt: skip
    for k in range(LANES):
        if bundle.own_found[k] >= 0:
            bundle.found[k], bundle.body[k] = bundle.own_found[k], -1


@leaf
def normal_of(tables: RayTables, found: int, body: int) -> tuple[float, float, float]:
    """Unit normal of a triangle in the map frame, to either side; zero for none."""
    if found < 0:
        return 0.0, 0.0, 0.0
    c = tables.corners if body < 0 else tables.shape_corners
    ax, ay, az = np.float64(c[found, 0, 0]), np.float64(c[found, 0, 1]), np.float64(c[found, 0, 2])
    ux, uy, uz = c[found, 1, 0] - ax, c[found, 1, 1] - ay, c[found, 1, 2] - az
    vx, vy, vz = c[found, 2, 0] - ax, c[found, 2, 1] - ay, c[found, 2, 2] - az
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    size = np.sqrt(nx * nx + ny * ny + nz * nz)
    if size < 1.0e-12:
        return 0.0, 0.0, 0.0
    nx, ny, nz = nx / size, ny / size, nz / size
    if body < 0:
        return nx, ny, nz
    p = tables.pose
    return (
        nx * p[body, 3] + ny * p[body, 6] + nz * p[body, 9],
        nx * p[body, 4] + ny * p[body, 7] + nz * p[body, 10],
        nx * p[body, 5] + ny * p[body, 8] + nz * p[body, 11],
    )


@leaf
def what_of(bundle: Bundle, lane: int) -> int:
    """What a lane has met in one number: a triangle of the scene, -2 - a body, or -1 = nothing."""
    body = bundle.body[lane]
    return int(-2 - body if body >= 0 else bundle.found[lane])


@leaf
def cast_rays(
    begin: int, end: int, origins: F64, directions: F64, most: float, skip: int, tables: RayTables,
    distance: F32, what: I32, cosine: F32, bundle: Bundle,
) -> None:  # fmt: skip
    """Rays `begin` to `end - 1`: `distance` (`most` = nothing met), `what_of` them, cosine of incidence.

    `origins` `(n, 3)`, or `(1, 3)` of all; `directions` `(n, 3)` of unit length.
    """
    for base in range(begin, end, LANES):
        for k in range(LANES):
            ray = min(base + k, end - 1)
            at = ray if len(origins) > 1 else 0
            for axis in range(3):
                bundle.rays[axis * LANES + k] = origins[at, axis]
                bundle.rays[WAY + axis * LANES + k] = directions[ray, axis]
            bundle.rays[FAR + k] = most if base + k < end else -1.0
        cast_bundle(tables, skip, False, bundle)
        for k in range(min(LANES, end - base)):
            ray = base + k
            distance[ray], what[ray] = bundle.rays[FAR + k], what_of(bundle, k)
            nx, ny, nz = normal_of(tables, bundle.found[k], bundle.body[k])
            cosine[ray] = abs(nx * directions[ray, 0] + ny * directions[ray, 1] + nz * directions[ray, 2])


@leaf
def normals_of(what: I32, side: I32, place: F64, tables: RayTables, out: F32) -> None:
    """Unit normals `(n, 3)` of triangles that were met, map frame, to the side from which `place` `(3,)` sees them."""
    p = tables.pose
    for k in range(len(what)):
        body = -2 - what[k] if what[k] <= -2 else -1
        nx, ny, nz = normal_of(tables, side[k], body)
        if side[k] < 0:
            continue
        corner = (tables.corners if body < 0 else tables.shape_corners)[side[k], 0]
        x, y, z = np.float64(corner[0]), np.float64(corner[1]), np.float64(corner[2])
        if body >= 0:
            ox, oy, oz = x, y, z
            x = p[body, 0] + ox * p[body, 3] + oy * p[body, 6] + oz * p[body, 9]
            y = p[body, 1] + ox * p[body, 4] + oy * p[body, 7] + oz * p[body, 10]
            z = p[body, 2] + ox * p[body, 5] + oy * p[body, 8] + oz * p[body, 11]
        away = nx * (x - place[0]) + ny * (y - place[1]) + nz * (z - place[2]) > 0.0
        out[k, 0], out[k, 1], out[k, 2] = (-nx, -ny, -nz) if away else (nx, ny, nz)
