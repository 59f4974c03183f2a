"""Differences between drivers: each one's wish speed relative to the limit."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import kernel
from jing_sim.traffic.kernels_following import uniform
from jing_sim.trips import Trips

__all__ = ["wish_factors"]

Float = NDArray[np.float64]

# SUMO's default for passenger cars is normc(1, 0.1, 0.2, 2): a normal distribution cut at these bounds.
_LEAST, _MOST = 0.2, 2.0


def wish_factors(trips: Trips, seed: int) -> Float:
    """`(n_trips,)` wish speed over speed limit: normal by vehicle type, a hash of seed and vehicle."""
    row = trips.vehicle_type
    return _draw(seed, trips.types.speed_factor[row], trips.types.speed_deviation[row])


@kernel
def _draw(seed: int, mean: Float, deviation: Float) -> Float:
    out = np.empty(len(mean))
    for v in range(len(mean)):
        # Box and Muller 1958; drawn again (another stream) when beyond the bounds.
        for attempt in range(16):
            u1, u2 = uniform(seed, v, attempt, 2), uniform(seed, v, attempt, 3)
            normal = np.sqrt(-2.0 * np.log(1.0 - u1)) * np.cos(2.0 * np.pi * u2)
            out[v] = mean[v] + deviation[v] * normal
            if _LEAST <= out[v] <= _MOST:
                break
        out[v] = min(max(out[v], _LEAST), _MOST)
    return out
