"""Who stands in a lane that does not lead to its next road."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import leaf
from jing_sim.traffic.rows import AT, ID, NEXT0, WAIT

__all__ = ["next_stuck"]

I32 = NDArray[np.int32]


@leaf
def next_stuck(
    lane: int, n_lanes: int, deadlock_s: float, first: I32, f: NDArray[np.float32], i: I32, route_last: I32
) -> int:
    """The first lane from `lane` on whose first vehicle has stood too long where its route does not go on; -1 = none.

    Those behind the first one are in no one's way yet.
    """
    for k in range(lane, n_lanes):
        s = first[k]
        if s < first[k + 1] and f[s, WAIT] >= deadlock_s and i[s, NEXT0] < 0 and i[s, AT] < route_last[i[s, ID]]:
            return k
    return -1
