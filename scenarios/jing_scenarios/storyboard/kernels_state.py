"""What follows from a step's motion for every entity: velocity, acceleration, odometer, standing still, off road."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from jing_scenarios.roads.place_rows import END_OF_ROAD, FLAGS, OFF_ROAD, H, X, Y, Z

__all__ = ["STAND_STILL_MPS", "default_motion", "note_states", "settle"]

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

STAND_STILL_MPS = 1e-3
"""Slower than this is standing still."""

NO_SPEED = 1e-6


@njit(cache=True)
def default_motion(
    ds_m: Float, how: NDArray[np.int64], speed: Float, flags: tuple[Bool, Bool, Bool, Bool, Bool], dt_s: float
) -> None:
    """Whoever moves and whom nobody has moved along, goes speed * dt along its lane.

    `flags`: alive, long_set, speed_set, towed, driven.
    """
    alive, long_set, speed_set, towed, driven = flags
    for i in range(len(ds_m)):
        if alive[i] and not long_set[i] and not (towed[i] or driven[i]) and abs(speed[i]) > NO_SPEED:
            ds_m[i] = speed[i] * dt_s
            if how[i] == 0:
                how[i] = 1
            speed_set[i] = True


@njit(cache=True)
def note_states(on: NDArray[np.int64], speed: Float, since: Float, time_s: float) -> None:
    """Since when entities are at the end of their road, off road, standing; `since`: (n, 3), NaN = they are not."""
    for i in range(len(speed)):
        flags = on[i, FLAGS]
        for k in range(3):
            holds = abs(speed[i]) < STAND_STILL_MPS
            if k == 0:
                holds = flags & END_OF_ROAD != 0
            elif k == 1:
                holds = flags & OFF_ROAD != 0
            if not holds:
                since[i, k] = math.nan
            elif math.isnan(since[i, k]):
                since[i, k] = time_s


@njit(cache=True)
def settle(pose: Float, before: Float, rates: Float, speed: Float, flags: tuple[Bool, Bool, Bool], dt_s: float) -> None:
    """Velocity and acceleration from how the poses have changed.

    `before`: (n, 4) x y z h of the step before; `rates`: (n, 9) vx vy vz ax ay az h_rate odometer accel;
    `flags`: alive, put, speed_set.
    """
    alive, put, speed_set = flags
    for i in range(len(speed)):
        if not alive[i]:
            continue
        dx, dy, dz = pose[i, X] - before[i, 0], pose[i, Y] - before[i, 1], pose[i, Z] - before[i, 2]
        vx, vy, vz = rates[i, 0], rates[i, 1], rates[i, 2]
        if put[i] or dt_s <= 0.0:
            rates[i, 0], rates[i, 1], rates[i, 2] = (
                speed[i] * math.cos(pose[i, H]),
                speed[i] * math.sin(pose[i, H]),
                0.0,
            )
        else:
            rates[i, 0], rates[i, 1], rates[i, 2] = dx / dt_s, dy / dt_s, dz / dt_s
        if dt_s > 0.0:
            if not speed_set[i]:
                speed[i] = math.hypot(rates[i, 0], rates[i, 1])
            rates[i, 3], rates[i, 4] = (rates[i, 0] - vx) / dt_s, (rates[i, 1] - vy) / dt_s
            rates[i, 5] = (rates[i, 2] - vz) / dt_s
            turn = (pose[i, H] - before[i, 3] + math.pi) % (2.0 * math.pi) - math.pi
            rates[i, 6] = turn / dt_s
        if not put[i]:
            rates[i, 7] += math.hypot(dx, dy)
        rates[i, 8] = rates[i, 3] * math.cos(pose[i, H]) + rates[i, 4] * math.sin(pose[i, H])
        before[i, 0], before[i, 1], before[i, 2], before[i, 3] = pose[i, X], pose[i, Y], pose[i, Z], pose[i, H]
