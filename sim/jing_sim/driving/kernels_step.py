"""A step of a driving world: substeps of forces, contacts and motion over all bodies of a range of rows."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.kernels_attitude import euler_rates, forward_left_up, wrapped
from jing_sim.driving.kernels_contact import collide, overlap
from jing_sim.driving.kernels_vehicle import ASLEEP, move_vehicle
from jing_sim.driving.kernels_walker import move_prop, move_walker
from jing_sim.driving.rows import BodyArrays, GroundArrays, ObstacleArrays
from jing_sim.kernel_cache import kernel, leaf

__all__ = ["StateArrays", "overlap_of", "step_worlds"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Records = NDArray[np.void]


class StateArrays(NamedTuple):
    """All that changes in a world, and its scratch.

    `bodies`; `cars`, `extra` `(n,)` records; `slabs` `(n + 1,)`, `contacts`, `order` `(n,)`: scratch; `hits` and
    `counts` `(3,)`: what the last step tells (hits, contacts without room, 1 + row that is not finite); `zones`
    `(k, 9)`: of friction.
    """

    bodies: BodyArrays
    cars: Records
    extra: Records
    slabs: Records
    contacts: Records
    order: I64
    hits: Records
    counts: I64
    zones: F64


@leaf
def _forces(s: StateArrays, i: int, ground: GroundArrays, gravity: float, road: float, dt: float) -> None:
    b, e = s.bodies, s.extra[i]
    if b.kind[i] == 1:
        move_vehicle(i, b, s.cars, s.extra, ground, s.zones, gravity, road, dt)
    elif b.kind[i] == 2:
        move_walker(i, b, s.extra, ground, gravity, dt)
    else:
        move_prop(i, b, s.extra, ground, gravity, dt)
    if e.constant:
        fx, fy, fz, lx, ly, lz, ux, uy, uz = forward_left_up(b.rotation[i, 0], b.rotation[i, 1], b.rotation[i, 2])
        f, a, u = e.constant_velocity[0], e.constant_velocity[1], e.constant_velocity[2]
        b.velocity[i, 0] = f * fx + a * lx + u * ux
        b.velocity[i, 1] = f * fy + a * ly + u * uy
        # Along the ground: gravity and springs keep the height unless a height is asked for.
        if u != 0.0:
            b.velocity[i, 2] = f * fz + a * lz + u * uz
    if e.held:
        for a in range(3):
            b.velocity[i, a] = e.held_velocity[a]


@leaf
def _integrate(s: StateArrays, i: int, dt: float) -> None:
    """Position and attitude; a body that was hit went its old way until then."""
    b, slab = s.bodies, s.slabs[i]
    if slab.hit:
        t = slab.toi
        b.position[i, 0] += (slab.vx0 + slab.w0 * slab.my - b.velocity[i, 0]) * t
        b.position[i, 1] += (slab.vy0 - slab.w0 * slab.mx - b.velocity[i, 1]) * t
        b.rotation[i, 0] += (slab.w0 - slab.w) * t
        slab.hit = False
    for a in range(3):
        b.position[i, a] += b.velocity[i, a] * dt
    yaw, pitch, roll = euler_rates(
        b.rotation[i, 0], b.rotation[i, 1], b.angular[i, 0], b.angular[i, 1], b.angular[i, 2]
    )
    b.rotation[i, 0] = wrapped(b.rotation[i, 0] + yaw * dt)
    tilt = b.rotation[i, 1] + pitch * dt
    side = b.rotation[i, 2] + roll * dt
    if b.motion[i] == 0:
        if abs(tilt) > 1.2 or abs(side) > 1.2:
            b.angular[i, 0], b.angular[i, 1] = 0.0, 0.0
        tilt, side = min(max(tilt, -1.2), 1.2), min(max(side, -1.2), 1.2)
    b.rotation[i, 1], b.rotation[i, 2] = tilt, wrapped(side)


@leaf
def step_bodies(
    s: StateArrays, ground: GroundArrays, walls: ObstacleArrays, gravity: float, road: float, dt: float, substeps: int
) -> None:
    """Moves a world on by `dt` in equal substeps."""
    b = s.bodies
    n = len(b.id)
    h = dt / substeps
    rows = 0
    for i in range(n):
        if b.kind[i] != 0:
            for a in range(3):
                s.extra[i].from_velocity[a] = b.velocity[i, a]
            s.slabs[i].hit = False
            if b.collides[i]:
                s.order[rows] = i
                rows += 1
    s.counts[0], s.counts[1], s.counts[2] = 0, 0, 0
    for _k in range(substeps):
        for i in range(n):
            if b.kind[i] != 0 and b.motion[i] == 0 and not (b.kind[i] == 1 and s.extra[i].still >= ASLEEP):
                _forces(s, i, ground, gravity, road, h)
        collide(b, s.cars, s.extra, s.slabs, s.order, rows, walls, s.contacts, s.hits, s.counts, h)
        for i in range(n):
            if b.kind[i] != 0 and b.motion[i] != 2 and not (b.kind[i] == 1 and s.extra[i].still >= ASLEEP):
                _integrate(s, i, h)
    for i in range(n):
        if b.kind[i] != 0:
            e = s.extra[i]
            e.held = False
            for a in range(3):
                e.force[a], e.torque[a] = 0.0, 0.0
                b.acceleration[i, a] = (b.velocity[i, a] - e.from_velocity[a]) / dt
                if not math.isfinite(b.position[i, a]):
                    s.counts[2] = i + 1


@kernel
def step_worlds(
    s: StateArrays, begin: int, end: int, ground: GroundArrays, walls: ObstacleArrays, gravity: F64, road: F64,
    dt: float, substeps: int,
) -> None:  # fmt: skip
    """Moves worlds `begin` to `end - 1` on by `dt` each; all arrays of `s` have a leading axis of worlds.

    `gravity`, `road` `(n_worlds,)`: m/s2 downwards, factor on friction.
    """
    for w in range(begin, end):
        b = s.bodies
        bodies = BodyArrays(
            b.id[w], b.kind[w], b.motion[w], b.label[w], b.position[w], b.rotation[w], b.velocity[w], b.angular[w],
            b.acceleration[w], b.half_extent[w], b.box_centre[w], b.mass_kg[w], b.yaw_inertia[w], b.friction[w],
            b.restitution[w], b.collides[w], b.gravity[w],
        )  # fmt: skip
        world = StateArrays(
            bodies, s.cars[w], s.extra[w], s.slabs[w], s.contacts[w], s.order[w], s.hits[w], s.counts[w], s.zones[w]
        )
        step_bodies(world, ground, walls, gravity[w], road[w], dt, substeps)


@kernel
def overlap_of(s: StateArrays, i: int, walls: ObstacleArrays) -> int:
    """Row of the first body that row `i` overlaps, -1 - k for static box k, `n` for nothing."""
    return overlap(i, s.bodies, s.cars, s.slabs, walls)
