"""What follows from a step's motion for every entity: velocity, acceleration, odometer, standing still, off road."""

import math

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.roads.place_rows import ALONG, END_OF_ROAD, FLAGS, HOW, OFF_ROAD, ROAD, STAY, H, X, Y, Z
from jing_scenarios.storyboard.kernels_boxes import overlaps
from jing_sim.kernel_cache import leaf

__all__ = ["STAND_STILL_MPS", "default_motion", "note_step"]

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

STAND_STILL_MPS = 1e-3
"""Slower than this is standing still."""

NO_SPEED = 1e-6


@leaf
def default_motion(
    ds_m: Float, on: NDArray[np.int64], speed: Float, flags: tuple[Bool, Bool, Bool, Bool, Bool], dt_s: float
) -> None:
    """Whoever moves and whom nobody has moved along, goes speed * dt along its lane; without roads it stands.

    `flags`: alive, long_set, speed_set, towed, driven.
    """
    alive, long_set, speed_set, towed, driven = flags
    for i in range(len(ds_m)):
        if alive[i] and not long_set[i] and not (towed[i] or driven[i]) and abs(speed[i]) > NO_SPEED:
            if on[i, ROAD] < 0:
                speed[i] = 0.0
            ds_m[i] += speed[i] * dt_s
            if on[i, HOW] == STAY:
                on[i, HOW] = ALONG
            speed_set[i] = True


@leaf
def note_step(
    on: NDArray[np.int64], pose: Float, before: Float, rates: Float, since: Float, speed: Float, boxes: Float,
    flags: tuple[Bool, Bool, Bool], pairs: NDArray[np.int64], time_s: float, dt_s: float,
) -> int:  # fmt: skip
    """All that follows from a step; returns how many boxes overlap, of which `pairs` gets the rows.

    `before`: (n, 4) x y z h of the step before; `rates`: (n, 9) vx vy vz ax ay az h_rate odometer accel; `since`:
    (n, 3); `flags`: alive, put, speed_set.
    """
    _note_states(on, speed, rates, since, time_s)
    _settle(pose, before, rates, speed, flags, dt_s)
    return overlaps(pose, boxes, flags[0], pairs)


@leaf
def _note_states(on: NDArray[np.int64], speed: Float, rates: Float, since: Float, time_s: float) -> None:
    """Since when entities are at the end of their road, off road, standing; `since`: (n, 3), NaN = they are not.

    Who has come to rest at the end of its road has no speed any more.
    """
    for i in range(len(speed)):
        flags = on[i, FLAGS]
        if flags & END_OF_ROAD != 0 and not math.isnan(since[i, 0]):
            if abs(rates[i, 0]) + abs(rates[i, 1]) + abs(rates[i, 2]) < NO_SPEED:
                speed[i] = 0.0
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


@leaf
def _settle(
    pose: Float, before: Float, rates: Float, speed: Float, flags: tuple[Bool, Bool, Bool], dt_s: float
) -> None:
    """Velocity and acceleration from how the poses have changed."""
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
