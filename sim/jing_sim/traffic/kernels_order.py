"""Vehicles in the order in which they stand on their ways, and the tails that stick out over the begin of a way."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic.kernel_cache import kernel

__all__ = ["order_vehicles", "tails"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

HISTORY = 6
"""Ways behind its present one over which a vehicle's tail may reach."""


@kernel
def order_vehicles(running: Int, n_running: int, way: Int, pos: Float, first: Int, order: Int) -> None:
    """Fills `order` with the running vehicles way by way, front to back; way `w` is `order[first[w]:first[w + 1]]`.

    Equal positions (none, unless something is wrong) are ordered by vehicle.
    """
    n_ways = len(first) - 1
    first[:] = 0
    for k in range(n_running):
        first[way[running[k]] + 1] += 1
    for w in range(n_ways):
        first[w + 1] += first[w]
    fill = first[:-1].copy()
    for k in range(n_running):
        v = running[k]
        w = way[v]
        at = fill[w]
        fill[w] += 1
        while at > first[w]:
            u = order[at - 1]
            if pos[u] > pos[v] or (pos[u] == pos[v] and u < v):
                break
            order[at] = u
            at -= 1
        order[at] = v


@kernel
def tails(
    running: Int,
    n_running: int,
    pos: Float,
    length: Float,
    history: NDArray[np.int32],
    way_length: Float,
    tail_pos: Float,
    tail_vehicle: Int,
) -> None:
    """For each way the rearmost tail of vehicles whose front is beyond its end: position and vehicle (-1 = none)."""
    tail_pos[:] = 1.0e18
    tail_vehicle[:] = -1
    for k in range(n_running):
        v = running[k]
        rear = pos[v] - length[v]
        back = 0
        while rear < 0.0 and back < history.shape[1]:
            w = history[v, back]
            if w < 0:
                break
            rear += way_length[w]
            if rear < tail_pos[w] or (rear == tail_pos[w] and v < tail_vehicle[w]):
                tail_pos[w] = rear
                tail_vehicle[w] = v
            back += 1
