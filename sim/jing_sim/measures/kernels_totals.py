"""Sums over the drive of each vehicle."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import kernel

__all__ = ["N_SUMS", "add_step"]

Int = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float = NDArray[np.float64]

HALTING_MPS = 0.1
BRAKING_MPS2 = -0.5
# The functions were fitted to normal driving. Their squares of the acceleration would make an emergency stop the
# dirtiest moment of a drive: beyond these bounds the value at the bound is taken.
LEAST_MPS2, MOST_MPS2 = -2.0, 3.0

N_SUMS = 9
# Columns of `sums`: the four of `FUNCTIONS`, then the others.
_CO, _ELECTRICITY, _TIME, _DISTANCE, _WAITING = range(4, N_SUMS)


@kernel
def add_step(
    step: int, dt: float, vehicle: Int, speed: Float, accel: Float, kind: Int, category: Int,
    electric: NDArray[np.bool_], functions: Float, co: Float, drive: Float, air: float, gravity: float,
    standing: Int64, stops: Int, sums: Float,
) -> None:  # fmt: skip
    """Adds a step to `stops` `(n_trips,)` and `sums` `(n_trips, N_SUMS)`.

    `standing` `(n_trips,)`: the last step in which a vehicle stood.
    """
    for k in range(len(vehicle)):
        i, t = vehicle[k], kind[k]
        v, a = np.float64(speed[k]), np.float64(accel[k])
        sums[i, _TIME] += dt
        sums[i, _DISTANCE] += v * dt
        if v < HALTING_MPS:
            sums[i, _WAITING] += dt
            if standing[i] != step - 1:
                stops[i] += 1
            standing[i] = step
        c = category[t]
        if c >= 0:
            held = min(max(a, LEAST_MPS2), MOST_MPS2)
            row = 1 if held < BRAKING_MPS2 else 0
            for p in range(4):
                f = functions[row, p, c]
                rate = f[0] + f[1] * v + f[2] * v * v + f[3] * held + f[4] * held * held + f[5] * v * held
                sums[i, p] += max(rate, 0.0) * dt
            g = co[c]
            rate = g[0] + (g[1] + g[2] * held) * held * v + (g[3] + (g[4] + g[5] * v) * v) * v
            sums[i, _CO] += max(rate, 0.0) / 3600.0 * dt
        elif electric[t]:
            d = drive[t]
            before = v - a * dt
            power = 0.5 * (d[0] + d[1]) * (v * v - before * before) / dt
            power += 0.5 * air * d[2] * d[3] * v * v * v + d[4] * gravity * d[0] * v
            power = d[5] + (power / d[6] if power > 0.0 else power * d[7])
            sums[i, _ELECTRICITY] += power * dt / 3600.0
