"""Contacts of bodies with each other and with static boxes within a substep.

Bodies are upright boxes with a yaw. Whether two meet is asked of their whole way through the substep (a swept test of
the separating axes), so none passes through another however fast it is; the axis on which they meet last is the
normal. Impulses follow by sequential projection (Catto, Iterative Dynamics with Temporal Coherence, 2005) with
Coulomb friction and Newton's restitution, and each body then goes its old way until the time of impact and its new
one after it. Bodies are visited in the order of their place, never of their ids.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.kernels_clip import touch_points
from jing_sim.driving.kernels_impulse import prepare, solve
from jing_sim.driving.kernels_slab import centre_velocity, make_slab, wall_slab
from jing_sim.driving.rows import BodyArrays, ObstacleArrays
from jing_sim.kernel_cache import leaf

__all__ = ["collide", "meet", "overlap"]

Records = NDArray[np.void]
I64 = NDArray[np.int64]

_PASSES = 3
"""A body that is pushed may meet a third one in the same substep."""
_SLOP_M = 0.003
_CORRECTION = 0.3
_DEEP_M = 0.05
"""No overlap (a body turned into another one) is left deeper than this."""
_UPON_M = 0.4
"""Bodies that overlap less than this in height, and more in the plane, came upon each other from above."""
_EPS_M = 1.0e-9


@leaf
def meet(
    px: float, py: float, p: tuple[float, float, float, float], q: tuple[float, float, float, float], vx: float,
    vy: float, dt: float,
) -> tuple[float, float, int, float]:  # fmt: skip
    """When and how two boxes in the plane meet.

    `px`, `py`: from the middle of the first to that of the second [m]; `p`, `q`: their forward axis and half sides;
    `vx`, `vy`: velocity of the second relative to the first. Returns time of impact [s] (0 where they overlap now;
    above `dt` = not at all), depth at time 0 (0 where they do not overlap), axis 0 to 3 (forward and left of the
    first, then of the second), and 1 or -1: the normal, which points from the first to the second, is this times the
    axis.
    """
    enter, leave, depth = -1.0e30, 1.0e30, 1.0e30
    late, shallow = 0, 0
    late_sign, shallow_sign = 1.0, 1.0
    for k in range(4):
        ux, uy = (p[0], p[1]) if k < 2 else (q[0], q[1])
        if k % 2 == 1:
            ux, uy = -uy, ux
        reach = (
            p[2] * abs(p[0] * ux + p[1] * uy) + p[3] * abs(p[0] * uy - p[1] * ux)
            + q[2] * abs(q[0] * ux + q[1] * uy) + q[3] * abs(q[0] * uy - q[1] * ux)
        )  # fmt: skip
        gap, rate = px * ux + py * uy, vx * ux + vy * uy
        sign = 1.0 if gap >= 0.0 else -1.0
        inside = reach - abs(gap)
        if inside < depth - _EPS_M:
            depth, shallow, shallow_sign = inside, k, sign
        if rate == 0.0:
            if inside < 0.0:
                return 2.0 * dt + 1.0, 0.0, 0, 1.0
            continue
        t0, t1 = (-reach - gap) / rate, (reach - gap) / rate
        if t0 > t1:
            t0, t1 = t1, t0
        if t0 > enter + 1e-12:
            enter, late, late_sign = t0, k, sign
        leave = min(leave, t1)
    if enter > leave or leave < 0.0 or enter > dt:
        return 2.0 * dt + 1.0, 0.0, 0, 1.0
    # Boxes that met within the last moments keep the axis on which they met.
    if depth > 0.0:
        if enter > -2.0 * dt:
            return 0.0, depth, late, late_sign
        return 0.0, depth, shallow, shallow_sign
    return max(enter, 0.0), 0.0, late, late_sign


@leaf
def _add_contact(i: int, j: int, b: BodyArrays, slabs: Records, wall: Any, found: Any, dt: float) -> bool:  # noqa: ANN401
    """Fills `found` when bodies `i` and `j` (or `i` and the slab `wall`, j < 0) meet; True if so."""
    s = slabs[i]
    o = slabs[j] if j >= 0 else wall
    if s.z0 >= o.z1 or o.z0 >= s.z1:
        return False
    svx, svy = centre_velocity(b, i, s)
    ovx, ovy = (0.0, 0.0)
    if j >= 0:
        ovx, ovy = centre_velocity(b, j, o)
    first, second = (s.ux, s.uy, s.hx, s.hy), (o.ux, o.uy, o.hx, o.hy)
    toi, depth, axis, sign = meet(o.cx - s.cx, o.cy - s.cy, first, second, ovx - svx, ovy - svy, dt)
    if toi > dt:
        return False
    if depth > _SLOP_M and j >= 0 and _lies_on(i, j, b, s, o, depth):
        return False
    ux, uy = (s.ux, s.uy) if axis < 2 else (o.ux, o.uy)
    if axis % 2 == 1:
        ux, uy = -uy, ux
    nx, ny = sign * ux, sign * uy
    if depth > _SLOP_M:
        _part(i, j, b, s, o, nx, ny, max(_CORRECTION * (depth - _SLOP_M), depth - _DEEP_M))
    ax, ay = s.cx + svx * toi, s.cy + svy * toi
    bx, by = o.cx + ovx * toi, o.cy + ovy * toi
    found.a, found.b, found.nx, found.ny, found.toi = i, j, nx, ny, toi
    found.n = touch_points(ax, ay, first, bx, by, second, axis, nx, ny, found)
    found.pz = 0.5 * (max(s.z0, o.z0) + min(s.z1, o.z1))
    amx, amy = b.position[i, 0] + s.mx + (ax - s.cx), b.position[i, 1] + s.my + (ay - s.cy)
    bmx, bmy = bx, by
    if j >= 0:
        bmx, bmy = b.position[j, 0] + o.mx + (bx - o.cx), b.position[j, 1] + o.my + (by - o.cy)
    for k in range(found.n):
        found.ax[k], found.ay[k] = found.px[k] - amx, found.py[k] - amy
        found.bx[k], found.by[k] = found.px[k] - bmx, found.py[k] - bmy
    if j >= 0:
        found.friction = math.sqrt(b.friction[i] * b.friction[j])
        found.bounce = 0.5 * (b.restitution[i] + b.restitution[j])
    else:
        found.friction, found.bounce = b.friction[i], b.restitution[i]
    return prepare(found, s, o)


@leaf
def _lies_on(i: int, j: int, b: BodyArrays, s: Any, o: Any, depth: float) -> bool:  # noqa: ANN401
    """Where a body has come upon another one from above, it lies on it; True if so."""
    overlap_m = min(s.z1, o.z1) - max(s.z0, o.z0)
    if overlap_m > min(depth, _UPON_M):
        return False
    up, low = (i, j) if s.z1 > o.z1 else (j, i)
    if b.motion[up] == 0:
        b.velocity[up, 2] = max(b.velocity[up, 2], b.velocity[low, 2])
        b.position[up, 2] += _CORRECTION * max(overlap_m - _SLOP_M, 0.0)
    return True


@leaf
def _part(i: int, j: int, b: BodyArrays, s: Any, o: Any, nx: float, ny: float, way: float) -> None:  # noqa: ANN401
    """Moves two boxes that overlap apart by `way` along the normal, the lighter one more."""
    total = s.inv_mass + o.inv_mass
    if total <= 0.0:
        return
    mine, other = way * s.inv_mass / total, way * o.inv_mass / total
    b.position[i, 0] -= mine * nx
    b.position[i, 1] -= mine * ny
    s.cx -= mine * nx
    s.cy -= mine * ny
    if j >= 0:
        b.position[j, 0] += other * nx
        b.position[j, 1] += other * ny
        o.cx += other * nx
        o.cy += other * ny


@leaf
def _before(slabs: Records, b: BodyArrays, i: int, j: int) -> bool:
    """Body `i` stands before `j` in the order of places; ids decide between bodies at one place."""
    if slabs[i].x0 != slabs[j].x0:
        return bool(slabs[i].x0 < slabs[j].x0)
    if slabs[i].y0 != slabs[j].y0:
        return bool(slabs[i].y0 < slabs[j].y0)
    if slabs[i].z0 != slabs[j].z0:
        return bool(slabs[i].z0 < slabs[j].z0)
    return bool(b.id[i] < b.id[j])


@leaf
def _sort(order: I64, n: int, slabs: Records, b: BodyArrays) -> None:
    """Insertion sort: from one substep to the next hardly anything changes."""
    for k in range(1, n):
        row = order[k]
        at = k
        while at > 0 and _before(slabs, b, row, order[at - 1]):
            order[at] = order[at - 1]
            at -= 1
        order[at] = row


@leaf
def _meet_walls(
    i: int,
    b: BodyArrays,
    slabs: Records,
    walls: ObstacleArrays,
    wall: Any,  # noqa: ANN401
    contacts: Records,
    n: int,
    counts: I64,
    dt: float,
) -> int:
    """Adds the contacts of body `i` with static boxes; returns their number, all together."""
    s = slabs[i]
    ox, oy, edge = walls.origin[0], walls.origin[1], walls.origin[2]
    x0, x1 = max(math.floor((s.x0 - ox) / edge), 0), min(math.floor((s.x1 - ox) / edge), walls.cells[0] - 1)
    y0, y1 = max(math.floor((s.y0 - oy) / edge), 0), min(math.floor((s.y1 - oy) / edge), walls.cells[1] - 1)
    for cy in range(y0, y1 + 1):
        for cx in range(x0, x1 + 1):
            cell = cy * walls.cells[0] + cx
            for at in range(walls.first[cell], walls.first[cell + 1]):
                k = walls.items[at]
                wall_slab(k, walls, wall)
                rx = wall.hx * abs(wall.ux) + wall.hy * abs(wall.uy)
                ry = wall.hx * abs(wall.uy) + wall.hy * abs(wall.ux)
                # A box in several cells counts in the first one that it shares with the body.
                if max(math.floor((wall.cx - rx - ox) / edge), x0) != cx:
                    continue
                if max(math.floor((wall.cy - ry - oy) / edge), y0) != cy:
                    continue
                if n == len(contacts):
                    counts[1] += 1
                    continue
                if _add_contact(i, -1, b, slabs, wall, contacts[n], dt):
                    contacts[n].b = -1 - k
                    n += 1
    return n


@leaf
def _find(
    b: BodyArrays, slabs: Records, order: I64, n_rows: int, walls: ObstacleArrays, wall: Any,  # noqa: ANN401
    contacts: Records, counts: I64, dt: float,
) -> int:  # fmt: skip
    """All contacts of this substep at the velocities of now; returns their number."""
    n = 0
    for p in range(n_rows):
        i = order[p]
        s = slabs[i]
        for q in range(p + 1, n_rows):
            j = order[q]
            o = slabs[j]
            if o.x0 > s.x1:
                break
            if not (s.active or o.active) or o.y0 > s.y1 or s.y0 > o.y1:
                continue
            if n == len(contacts):
                counts[1] += 1
                continue
            if _add_contact(i, j, b, slabs, wall, contacts[n], dt):
                n += 1
        if s.active and s.inv_mass > 0.0:
            n = _meet_walls(i, b, slabs, walls, wall, contacts, n, counts, dt)
    return n


@leaf
def _tell(
    b: BodyArrays, contacts: Records, n: int, slabs: Records, walls: ObstacleArrays, hits: Records, counts: I64
) -> None:
    """Adds impulses to what the step tells, and notes when each body was hit first."""
    for q in range(n):
        f = contacts[q]
        jx, jy, px, py, total = 0.0, 0.0, 0.0, 0.0, 0.0
        for k in range(f.n):
            jx -= f.jn[k] * f.nx - f.jt[k] * f.ny
            jy -= f.jn[k] * f.ny + f.jt[k] * f.nx
            px += f.jn[k] * f.px[k]
            py += f.jn[k] * f.py[k]
            total += f.jn[k]
        if total <= 0.0:
            continue
        slabs[f.a].toi, slabs[f.a].hit = min(slabs[f.a].toi, f.toi), True
        if f.b >= 0:
            slabs[f.b].toi, slabs[f.b].hit = min(slabs[f.b].toi, f.toi), True
        at = 0
        while at < counts[0] and (hits[at].a != f.a or hits[at].b != f.b):
            at += 1
        if at == counts[0]:
            if at >= len(hits):
                counts[1] += 1
                continue
            counts[0] += 1
            h = hits[at]
            h.a, h.b, h.id_a, h.label_a = f.a, f.b, b.id[f.a], b.label[f.a]
            h.id_b = b.id[f.b] if f.b >= 0 else 0
            h.label_b = b.label[f.b] if f.b >= 0 else int(walls.boxes[-1 - f.b, 7])
            h.impulse[0], h.impulse[1], h.impulse[2] = 0.0, 0.0, 0.0
            h.point[0], h.point[1], h.point[2] = px / total, py / total, f.pz
        hits[at].impulse[0] += jx
        hits[at].impulse[1] += jy


@leaf
def collide(
    b: BodyArrays, cars: Records, extra: Records, slabs: Records, order: I64, n_rows: int, walls: ObstacleArrays,
    contacts: Records, hits: Records, counts: I64, dt: float,
) -> None:  # fmt: skip
    """Changes velocities by contacts of the substep `dt` that lies ahead.

    `order[:n_rows]`: rows of bodies that collide; `slabs` `(n + 1,)`, the last one is scratch for walls; `hits` and
    `counts` (hits told, contacts for which there was no room): what the step tells. Afterwards `toi` of a slab with
    `hit` says how long its body still goes with `vx0`, `vy0`, `w0`.
    """
    moving = False
    for p in range(n_rows):
        i = order[p]
        make_slab(i, b, cars, slabs[i], dt)
        slabs[i].active = b.motion[i] != 2 and not (b.kind[i] == 1 and b.motion[i] == 0 and extra[i].still >= 40)
        moving = moving or slabs[i].active
    if not moving:
        return
    wall = slabs[len(slabs) - 1]
    for _again in range(_PASSES):
        _sort(order, n_rows, slabs, b)
        n = _find(b, slabs, order, n_rows, walls, wall, contacts, counts, dt)
        if n == 0:
            break
        wall.vx, wall.vy, wall.w, wall.inv_mass, wall.inv_inertia = 0.0, 0.0, 0.0, 0.0, 0.0
        solve(contacts, n, slabs, wall)
        _tell(b, contacts, n, slabs, walls, hits, counts)
        for p in range(n_rows):
            i = order[p]
            if slabs[i].hit:
                _take_back(i, b, extra, slabs[i], dt)


@leaf
def _take_back(i: int, b: BodyArrays, extra: Records, s: Any, dt: float) -> None:  # noqa: ANN401
    """The velocity of a body's origin from that of its centre of mass; what it sweeps with it."""
    extra[i].still = 0
    s.active = True
    b.angular[i, 2] = s.w
    b.velocity[i, 0] = s.vx + s.w * s.my
    b.velocity[i, 1] = s.vy - s.w * s.mx
    wx, wy = centre_velocity(b, i, s)
    rx, ry = s.hx * abs(s.ux) + s.hy * abs(s.uy), s.hx * abs(s.uy) + s.hy * abs(s.ux)
    s.x0, s.x1 = min(s.x0, s.cx - rx + wx * dt), max(s.x1, s.cx + rx + wx * dt)
    s.y0, s.y1 = min(s.y0, s.cy - ry + wy * dt), max(s.y1, s.cy + ry + wy * dt)


@leaf
def overlap(i: int, b: BodyArrays, cars: Records, slabs: Records, walls: ObstacleArrays) -> int:
    """Row of the first body that body `i` overlaps, -1 - k for static box k, the number of rows for nothing."""
    n = len(b.id)
    s, wall = slabs[i], slabs[n]
    make_slab(i, b, cars, s, 0.0)
    first = (s.ux, s.uy, s.hx, s.hy)
    for j in range(n):
        if j == i or b.kind[j] == 0 or not b.collides[j]:
            continue
        o = slabs[j]
        make_slab(j, b, cars, o, 0.0)
        if s.x0 < o.x1 and o.x0 < s.x1 and s.y0 < o.y1 and o.y0 < s.y1 and s.z0 < o.z1 and o.z0 < s.z1:
            if meet(o.cx - s.cx, o.cy - s.cy, first, (o.ux, o.uy, o.hx, o.hy), 0.0, 0.0, 0.0)[1] > 0.0:
                return j
    for k in range(len(walls.boxes)):
        wall_slab(k, walls, wall)
        if s.z0 < wall.z1 and wall.z0 < s.z1:
            second = (wall.ux, wall.uy, wall.hx, wall.hy)
            if meet(wall.cx - s.cx, wall.cy - s.cy, first, second, 0.0, 0.0, 0.0)[1] > 0.0:
                return -1 - k
    return n
