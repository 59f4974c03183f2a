"""Walkers and props over one substep: on the ground or falling."""

import math

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.kernels_attitude import wrapped
from jing_sim.driving.kernels_ground import ground_at
from jing_sim.driving.rows import BodyArrays, GroundArrays
from jing_sim.kernel_cache import leaf

__all__ = ["move_prop", "move_walker"]

Records = NDArray[np.void]

_ACCEL_MPS2 = 10.0
"""Of a walker who starts or stops."""
_SLIDE = 0.6
"""Friction of a body that slides over the ground."""
_KNOCKED_MPS = 4.0
"""A walker whose velocity is so far from the wanted one was hit, and slides."""
_JUMP_MPS = 4.2
_TURN_RADPS = 8.0
_STEP_M = 0.3
"""A walker goes down such a step without falling."""


@leaf
def _settle(i: int, b: BodyArrays, e: object, ground: GroundArrays, gravity: float, dt: float, step_m: float) -> bool:
    """Puts a body that has reached the ground on it, or lets it fall; True on the ground."""
    low = b.half_extent[i, 2] - b.box_centre[i, 2]
    z, _nx, _ny, _nz, _grip, kind = ground_at(
        b.position[i, 0], b.position[i, 1], b.position[i, 2] - low, ground.origin, ground.cells, ground.first,
        ground.items, ground.triangles, ground.friction, ground.label, ground.terrain,
    )  # fmt: skip
    above = b.position[i, 2] - low - z
    if above <= step_m and b.velocity[i, 2] <= 0.0:
        b.position[i, 2] = z + low
        b.velocity[i, 2] = 0.0
        e.ground_label = kind  # type: ignore[attr-defined]
        return True
    if b.gravity[i]:
        b.velocity[i, 2] -= gravity * dt
        if above + b.velocity[i, 2] * dt < 0.0:
            b.velocity[i, 2] = min(-above / dt, 0.0)
    return False


@leaf
def move_walker(i: int, b: BodyArrays, extra: Records, ground: GroundArrays, gravity: float, dt: float) -> None:
    """Velocity towards the wanted one at a bounded acceleration; the walker turns to where it goes."""
    e = extra[i]
    e.grounded = _settle(i, b, e, ground, gravity, dt, _STEP_M if e.grounded else 0.02)
    size = math.sqrt(e.walk[0] * e.walk[0] + e.walk[1] * e.walk[1])
    wx, wy = 0.0, 0.0
    if size > 1e-9 and e.walk_mps > 0.0:
        wx, wy = e.walk[0] / size * e.walk_mps, e.walk[1] / size * e.walk_mps
    b.angular[i, 0], b.angular[i, 1], b.angular[i, 2] = 0.0, 0.0, 0.0
    if e.grounded:
        dx, dy = wx - b.velocity[i, 0], wy - b.velocity[i, 1]
        gap = math.sqrt(dx * dx + dy * dy)
        knocked = gap > max(_KNOCKED_MPS, 1.5 * e.walk_mps)
        most = (_SLIDE * gravity if knocked else _ACCEL_MPS2) * dt
        share = 1.0 if gap <= most else most / gap
        b.velocity[i, 0] += share * dx + dt * e.force[0] / b.mass_kg[i]
        b.velocity[i, 1] += share * dy + dt * e.force[1] / b.mass_kg[i]
        if e.jump:
            b.velocity[i, 2] = _JUMP_MPS
            e.grounded = False
        if wx != 0.0 or wy != 0.0:
            turn = wrapped(math.atan2(wy, wx) - b.rotation[i, 0])
            b.angular[i, 2] = min(max(turn / dt, -_TURN_RADPS), _TURN_RADPS)
    e.jump = False
    b.velocity[i, 2] += dt * e.force[2] / b.mass_kg[i]


@leaf
def move_prop(i: int, b: BodyArrays, extra: Records, ground: GroundArrays, gravity: float, dt: float) -> None:
    """A loose prop slides on the ground until friction has stopped it."""
    e = extra[i]
    e.grounded = _settle(i, b, e, ground, gravity, dt, 0.02)
    for a in range(3):
        b.velocity[i, a] += dt * e.force[a] / b.mass_kg[i]
    b.angular[i, 2] += dt * e.torque[2] / b.yaw_inertia[i]
    b.angular[i, 0], b.angular[i, 1] = 0.0, 0.0
    if e.grounded:
        speed = math.sqrt(b.velocity[i, 0] ** 2 + b.velocity[i, 1] ** 2)
        keep = max(speed - _SLIDE * gravity * dt, 0.0) / speed if speed > 0.0 else 0.0
        b.velocity[i, 0] *= keep
        b.velocity[i, 1] *= keep
        arm = max(b.half_extent[i, 0], b.half_extent[i, 1])
        slow = _SLIDE * gravity * dt / arm
        b.angular[i, 2] = math.copysign(max(abs(b.angular[i, 2]) - slow, 0.0), b.angular[i, 2])
