"""The world's own audit: overlaps on one way and on crossings; merges and diverging connectors are not covered."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic.kernel_cache import inlined, kernel

__all__ = ["count_overlaps"]

Int = NDArray[np.int32]
Flags = NDArray[np.uint8]
Float = NDArray[np.float64]

_TOLERANCE_M = 0.01


@kernel
def count_overlaps(
    first: Int, order: Int, tail_pos: Float, tail_vehicle: Int, pos: Float, length: Float, n_lanes: int,
    conflict_first: Int, conflict_second: Int, a_enter: Float, a_exit: Float, b_enter: Float, b_exit: Float,
    crossing: Int, seen: NDArray[np.uint8],
) -> int:  # fmt: skip
    """Vehicles that overlap their leader on a way, and pairs that stand on one crossing at the same time.

    Each vehicle counts once for as long as it overlaps: `seen` `(n_trips,)` remembers.
    """
    found = 0
    for w in range(len(first) - 1):
        for k in range(first[w], first[w + 1]):
            v = order[k]
            bad = k > first[w] and pos[order[k - 1]] - length[order[k - 1]] < pos[v] - _TOLERANCE_M
            if k == first[w] and tail_vehicle[w] >= 0 and tail_vehicle[w] != v:
                bad = bad or tail_pos[w] < pos[v] - _TOLERANCE_M
            if bad and not seen[v]:
                found += 1
            seen[v] = 1 if bad else 0
    for i in range(len(crossing)):
        c = crossing[i]
        a = _occupant(
            n_lanes + conflict_first[c], a_enter[c], a_exit[c], first, order, tail_pos, tail_vehicle, pos, length
        )
        if a < 0:
            continue
        b = _occupant(
            n_lanes + conflict_second[c], b_enter[c], b_exit[c], first, order, tail_pos, tail_vehicle, pos, length
        )
        if b >= 0 and not seen[b]:
            found += 1
            seen[b] = 1
    return found


@inlined
def _occupant(
    w: int, enter: float, leave: float, first: Int, order: Int, tail_pos: Float, tail_vehicle: Int, pos: Float,
    length: Float,
) -> int:  # fmt: skip
    for k in range(first[w], first[w + 1]):
        v = order[k]
        if pos[v] > enter + 0.2 and pos[v] - length[v] < leave - 0.2:
            return int(v)
    if tail_vehicle[w] >= 0 and tail_pos[w] < leave - 0.2:
        return int(tail_vehicle[w])
    return -1
