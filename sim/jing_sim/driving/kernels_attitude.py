"""Attitudes: the axes of a body from yaw, pitch and roll, and how these change with an angular velocity."""

import math

from jing_sim.kernel_cache import inlined, leaf

__all__ = ["euler_rates", "forward_left_up", "wrapped"]


@leaf
def forward_left_up(
    yaw: float, pitch: float, roll: float
) -> tuple[float, float, float, float, float, float, float, float, float]:
    """Unit vectors of a body's forward, left and up axis in the map frame."""
    cy, sy = math.cos(yaw), math.sin(yaw)
    cp, sp = math.cos(pitch), math.sin(pitch)
    cr, sr = math.cos(roll), math.sin(roll)
    return (
        cy * cp, sy * cp, sp,
        -cy * sp * sr - sy * cr, cy * cr - sy * sp * sr, cp * sr,
        sy * sr - cy * sp * cr, -sy * sp * cr - cy * sr, cp * cr,
    )  # fmt: skip


@inlined
def euler_rates(yaw: float, pitch: float, wx: float, wy: float, wz: float) -> tuple[float, float, float]:
    """Rates of yaw, pitch and roll at the angular velocity `(wx, wy, wz)` in the map frame."""
    cy, sy = math.cos(yaw), math.sin(yaw)
    cp = max(math.cos(pitch), 0.1)
    roll_rate = (wx * cy + wy * sy) / cp
    return wz - roll_rate * math.sin(pitch), wx * sy - wy * cy, roll_rate


@inlined
def wrapped(angle: float) -> float:
    """The angle in (-pi, pi]."""
    if -math.pi < angle <= math.pi:
        return angle
    return angle - 2.0 * math.pi * math.ceil((angle - math.pi) / (2.0 * math.pi))
