"""Bodies and static boxes as contacts see them: upright boxes with a yaw, and what they sweep in a substep."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.rows import BodyArrays, ObstacleArrays
from jing_sim.kernel_cache import leaf

__all__ = ["centre_velocity", "make_slab", "wall_slab"]

Records = NDArray[np.void]

_CLEARANCE_M = 0.15
"""Below a vehicle's box there is room for kerbs."""


@leaf
def make_slab(i: int, b: BodyArrays, cars: Records, s: Any, dt: float) -> None:  # noqa: ANN401
    """Fills the slab `s` of body `i`: box, velocity of its centre of mass, and what it sweeps in `dt`."""
    yaw = b.rotation[i, 0]
    ux, uy = math.cos(yaw), math.sin(yaw)
    ox, oy = b.box_centre[i, 0], b.box_centre[i, 1]
    s.ux, s.uy = ux, uy
    s.cx, s.cy = b.position[i, 0] + ox * ux - oy * uy, b.position[i, 1] + ox * uy + oy * ux
    s.hx, s.hy = b.half_extent[i, 0], b.half_extent[i, 1]
    s.mx, s.my = 0.0, 0.0
    if b.kind[i] == 1:
        gx, gy = cars[i].centre[0], cars[i].centre[1]
        s.mx, s.my = gx * ux - gy * uy, gx * uy + gy * ux
    dynamic = b.motion[i] == 0
    s.inv_mass = 1.0 / b.mass_kg[i] if dynamic else 0.0
    s.inv_inertia = 1.0 / b.yaw_inertia[i] if dynamic and b.kind[i] != 2 else 0.0
    moves = b.motion[i] != 2
    s.w = b.angular[i, 2] if moves else 0.0
    s.vx = b.velocity[i, 0] - s.w * s.my if moves else 0.0
    s.vy = b.velocity[i, 1] + s.w * s.mx if moves else 0.0
    s.vx0, s.vy0, s.w0, s.toi, s.hit = s.vx, s.vy, s.w, dt, False
    rx, ry = s.hx * abs(ux) + s.hy * abs(uy), s.hx * abs(uy) + s.hy * abs(ux)
    wx, wy = centre_velocity(b, i, s)
    s.x0, s.x1 = s.cx - rx + min(wx * dt, 0.0), s.cx + rx + max(wx * dt, 0.0)
    s.y0, s.y1 = s.cy - ry + min(wy * dt, 0.0), s.cy + ry + max(wy * dt, 0.0)
    z = b.position[i, 2] + b.box_centre[i, 2]
    clear = min(_CLEARANCE_M, b.half_extent[i, 2]) if b.kind[i] == 1 else 0.0
    s.z0, s.z1 = z - b.half_extent[i, 2] + clear, z + b.half_extent[i, 2]


@leaf
def centre_velocity(b: BodyArrays, i: int, s: Any) -> tuple[float, float]:  # noqa: ANN401
    """Of the middle of the box, from that of the centre of mass."""
    rx, ry = s.cx - b.position[i, 0] - s.mx, s.cy - b.position[i, 1] - s.my
    return s.vx - s.w * ry, s.vy + s.w * rx


@leaf
def wall_slab(k: int, walls: ObstacleArrays, wall: Any) -> None:  # noqa: ANN401
    """Fills the slab `wall` of static box `k`."""
    box = walls.boxes[k]
    wall.cx, wall.cy, wall.hx, wall.hy = box[0], box[1], box[3], box[4]
    wall.ux, wall.uy = math.cos(box[6]), math.sin(box[6])
    wall.z0, wall.z1 = box[2] - box[5], box[2] + box[5]
    wall.vx, wall.vy, wall.w, wall.inv_mass, wall.inv_inertia = 0.0, 0.0, 0.0, 0.0, 0.0
