"""Tails: vehicles whose front has left a way that their rear is still on."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inner, leaf
from jing_sim.traffic.rows import PAST0, POS, T_LENGTH, TYPE, W_FROM, W_LENGTH, W_NEXT

__all__ = ["mark_tail", "mark_tails"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]


@inner
def mark_tail(
    s: int, w: int, rear: float, n_lanes: int, i: I32, wayf: F64, wayi: I32, over_rear: F32, over_slot: I32
) -> None:
    """Enters a vehicle's tail into the ways behind `w` over which it still reaches."""
    at = w
    past = 1 if w >= n_lanes else 0
    while rear < 0.0 and past <= 3:
        if at >= n_lanes:
            at = wayi[at, W_FROM]
        else:
            if past == 3 or i[s, PAST0 + past] < 0:
                return
            at = n_lanes + i[s, PAST0 + past]
            past += 1
            if wayi[at, W_NEXT] >= n_lanes:
                at = wayi[at, W_NEXT]
        rear += wayf[at, W_LENGTH]
        if rear < over_rear[at]:
            over_rear[at] = np.float32(rear)
            over_slot[at] = s


@leaf
def mark_tails(
    n_lanes: int, n: int, way: I32, f: F32, i: I32, wayf: F64, wayi: I32, typef: F64, over_rear: F32, over_slot: I32
) -> None:
    """Writes for each way the tail of vehicles whose front is beyond its end, by the first `n` rows as they stand."""
    over_rear[:] = np.float32(1.0e9)
    over_slot[:] = -1
    for s in range(n):
        rear = f[s, POS] - typef[i[s, TYPE], T_LENGTH]
        if rear < 0.0:
            mark_tail(s, way[s], rear, n_lanes, i, wayf, wayi, over_rear, over_slot)
