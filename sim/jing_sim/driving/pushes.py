"""What acts on a body from outside: velocities, impulses, forces; on one row of a world's state."""

import math

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.bodies import BodyKind, Motion
from jing_sim.driving.kernels_step import StateArrays

__all__ = ["Vector", "add_angular_impulse", "add_impulse", "carry", "keep_velocity"]

Float = NDArray[np.float64]
Vector = tuple[float, float, float] | Float


def keep_velocity(state: StateArrays, row: int, velocity_mps: Vector) -> None:
    """The next step keeps this velocity (map frame); the wheels of a vehicle roll along."""
    state.bodies.velocity[row] = velocity_mps
    extra = state.extra[row]
    extra["held"], extra["held_velocity"] = True, velocity_mps
    if int(state.bodies.kind[row]) == BodyKind.VEHICLE:
        yaw = float(state.bodies.rotation[row, 0])
        along = float(velocity_mps[0]) * math.cos(yaw) + float(velocity_mps[1]) * math.sin(yaw)
        car = state.cars[row]
        n = int(car["n_wheels"])
        car["omega"][:n] = along / car["radius"][:n]


def carry(state: StateArrays, rows: NDArray[np.int64], position: Float, rotation: Float, velocity_mps: Float) -> None:
    """Vehicles are there at once and keep their velocity in the next step, as with `set_pose` and `keep_velocity`.

    `rows` `(n,)`; `position` and `velocity_mps` `(n, 3)` in the map frame, `rotation` `(n, 3)` yaw, pitch, roll.
    """
    bodies, extra = state.bodies, state.extra
    bodies.position[rows], bodies.rotation[rows], bodies.velocity[rows] = position, rotation, velocity_mps
    extra["held"][rows], extra["held_velocity"][rows], extra["still"][rows] = True, velocity_mps, 0
    along = velocity_mps[:, 0] * np.cos(rotation[:, 0]) + velocity_mps[:, 1] * np.sin(rotation[:, 0])
    radius = state.cars["radius"][rows]
    state.cars["omega"][rows] = np.divide(along[:, None], radius, out=np.zeros_like(radius), where=radius > 0.0)


def add_impulse(state: StateArrays, row: int, impulse_ns: Vector, at: Vector | None) -> None:
    """On the middle of the mass, or at a point (map frame); bodies that are not DYNAMIC take none."""
    bodies = state.bodies
    if int(bodies.motion[row]) != Motion.DYNAMIC:
        return
    impulse = np.asarray(impulse_ns, np.float64)
    bodies.velocity[row] += impulse / bodies.mass_kg[row]
    if at is not None:
        add_angular_impulse(state, row, np.cross(np.asarray(at, np.float64) - bodies.position[row], impulse))


def add_angular_impulse(state: StateArrays, row: int, impulse_nms: Vector) -> None:
    """Map frame; about the body's own axes with the inertia of each."""
    bodies = state.bodies
    if int(bodies.motion[row]) != Motion.DYNAMIC:
        return
    yaw_inertia = float(bodies.yaw_inertia[row])
    roll, pitch = yaw_inertia, yaw_inertia
    if int(bodies.kind[row]) == BodyKind.VEHICLE:
        roll, pitch = float(state.cars[row]["roll_inertia"]), float(state.cars[row]["pitch_inertia"])
    yaw = float(bodies.rotation[row, 0])
    cos, sin = math.cos(yaw), math.sin(yaw)
    x, y, z = (float(v) for v in impulse_nms)
    along, across = (x * cos + y * sin) / roll, (y * cos - x * sin) / pitch
    bodies.angular[row] += (along * cos - across * sin, along * sin + across * cos, z / yaw_inertia)
