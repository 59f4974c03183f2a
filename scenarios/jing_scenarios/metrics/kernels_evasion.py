"""The last moment at which a manoeuvre still avoids a collision: forward simulation and bisection."""

import math

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.metrics.kernels_boxes import overlap_of
from jing_sim.kernel_cache import kernel, leaf

__all__ = ["BRAKE", "KICKDOWN", "STEER_LEFT", "STEER_RIGHT", "last_moments"]

Float = NDArray[np.float64]

BRAKE, KICKDOWN, STEER_LEFT, STEER_RIGHT = 0, 1, 2, 3

X, Y, H, VX, VY = 0, 1, 2, 5, 6
# A collision that is due later than this is none: nobody keeps velocity and heading so long.
HORIZON_S = 30.0
_STEP_S = 0.05
_BEYOND_S = 3.0
_RESOLUTION_S = 0.01


@leaf
def _place(begin: Float, at: Float, manoeuvre: int, limit: float, turn_rad: float, start_s: float, t: float) -> None:
    """Writes into `at` where the body is `t` seconds from now if it begins to evade `start_s` from now."""
    before = min(t, start_s)
    at[X], at[Y], at[H] = begin[X] + begin[VX] * before, begin[Y] + begin[VY] * before, begin[H]
    since = t - before
    if since <= 0.0:
        return
    speed = math.sqrt(begin[VX] * begin[VX] + begin[VY] * begin[VY])
    course = math.atan2(begin[VY], begin[VX])
    if manoeuvre <= KICKDOWN:
        accel = -limit if manoeuvre == BRAKE else limit
        moving = min(since, speed / limit) if manoeuvre == BRAKE else since
        way = speed * moving + accel * moving * moving / 2
        at[X] += way * math.cos(course)
        at[Y] += way * math.sin(course)
        return
    # A circle at constant speed until the heading has changed by turn_rad, then straight on.
    side = 1.0 if manoeuvre == STEER_LEFT else -1.0
    rate = side * limit / max(speed, 1e-3)
    turning = min(since, turn_rad / abs(rate))
    angle = rate * turning
    radius = speed / rate
    at[X] += radius * (math.sin(course + angle) - math.sin(course))
    at[Y] += radius * (math.cos(course) - math.cos(course + angle))
    straight = speed * (since - turning)
    at[X] += straight * math.cos(course + angle)
    at[Y] += straight * math.sin(course + angle)
    at[H] += angle


@leaf
def _hits(
    own: Float, other: Float, here: Float, there: Float, manoeuvre: int, limit: float, turn: float, start_s: float,
    end_s: float,
) -> bool:  # fmt: skip
    steps = math.ceil(end_s / _STEP_S)
    # Until it begins to evade nothing is hit: that is what the time to collision says.
    for k in range(int(start_s / _STEP_S), steps + 1):
        t = k * _STEP_S
        _place(own, here, manoeuvre, limit, turn, start_s, t)
        there[X], there[Y] = other[X] + other[VX] * t, other[Y] + other[VY] * t
        if overlap_of(here, there):
            return True
    return False


@kernel
def last_moments(own: Float, others: Float, ttc_s: Float, manoeuvre: int, limit: float, turn_rad: float) -> Float:
    """`(n_t, k)` seconds until the last moment at which the manoeuvre avoids the collision that is due after `ttc_s`.

    Everybody else keeps velocity and heading, and so does the actor until it begins. inf where no collision is due
    within 30 s, -inf where it is too late, NaN where the time to collision is not known. Looks 3 s beyond it.
    """
    n_t, n = ttc_s.shape
    out = np.full((n_t, n), np.nan)
    here, there = np.zeros(7), np.zeros(7)
    for i in range(n_t):
        for j in range(n):
            ttc = ttc_s[i, j]
            if math.isnan(ttc):
                continue
            if ttc > HORIZON_S:
                out[i, j] = math.inf
                continue
            here[:], there[:] = own[i], others[i, j]
            end = ttc + _BEYOND_S
            if ttc == 0.0 or _hits(own[i], others[i, j], here, there, manoeuvre, limit, turn_rad, 0.0, end):
                out[i, j] = -math.inf
                continue
            early, late = 0.0, ttc
            while late - early > _RESOLUTION_S:
                middle = (early + late) / 2
                if _hits(own[i], others[i, j], here, there, manoeuvre, limit, turn_rad, middle, end):
                    late = middle
                else:
                    early = middle
            out[i, j] = early
    return out
