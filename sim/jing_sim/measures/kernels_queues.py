"""Queues: the vehicles that stand one behind the other before a stop line."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import kernel

__all__ = ["measure_queues"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@kernel
def measure_queues(
    lane: Int, stop_line: Float, halting: float, gap: float, first: Int, pos: Float, speed: Float, length: Float,
    vehicles: Int, metres: Float,
) -> None:  # fmt: skip
    """Fills `vehicles` and `metres` `(n,)` for each lane; those beyond the stop line have left the queue."""
    for j in range(len(lane)):
        tail = stop_line[j]
        vehicles[j] = 0
        for k in range(first[lane[j]], first[lane[j] + 1]):
            if pos[k] > stop_line[j]:
                continue
            if speed[k] >= halting or tail - pos[k] > gap:
                break
            vehicles[j] += 1
            tail = pos[k] - length[k]
        metres[j] = stop_line[j] - tail
