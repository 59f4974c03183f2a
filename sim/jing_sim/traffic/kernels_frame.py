"""Where vehicles are in the plane, for recorders and viewers."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic.kernel_cache import leaf
from jing_sim.traffic.kernels_following import HALTING_MPS
from jing_sim.traffic.rows import (
    ACCEL,
    CHANGED,
    FLAGS,
    ID,
    NEXT0,
    POS,
    SPEED,
    W_CONNECTOR,
)

__all__ = ["locate_rows"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]

_LEFT, _RIGHT, _U_TURN = 1, 2, 3


@leaf
def locate_rows(
    n_lanes: int, first: I32, f: F32, i: I32, wayi: I32, offset_m: F64, line_first: I32, xyz: F64, station: F64,
    stretch: F64, turn: NDArray[np.int8], vehicle: I32, place: F64, moving: F32, lane: I32, pos: F32,
    flags: NDArray[np.uint8],
) -> None:  # fmt: skip
    """Writes the columns of a `VehicleFrame` for all rows, in their order.

    `line_first`, `xyz`, `station`: centre lines of lanes and connectors; `stretch`: drawn over driven length. `place`
    `(n, 4)`: x, y, z, heading; `moving` `(n, 2)`: speed and acceleration.
    """
    for w in range(len(first) - 1):
        line = w if w < n_lanes else n_lanes + wayi[w, W_CONNECTOR]
        at, end = line_first[line], line_first[line + 1]
        # Front to back: the segment is looked for backwards.
        seg = end - 2
        for s in range(first[w], first[w + 1]):
            p = f[s, POS] + offset_m[w]
            x = p * stretch[line]
            seg = min(seg, end - 2)
            while seg > at and station[seg] > x:
                seg -= 1
            span = station[seg + 1] - station[seg]
            share = (x - station[seg]) / span if span > 0.0 else 0.0
            for k in range(3):
                place[s, k] = xyz[seg, k] + share * (xyz[seg + 1, k] - xyz[seg, k])
            place[s, 3] = np.arctan2(xyz[seg + 1, 1] - xyz[seg, 1], xyz[seg + 1, 0] - xyz[seg, 0])
            vehicle[s] = i[s, ID]
            moving[s, 0] = f[s, SPEED]
            moving[s, 1] = f[s, ACCEL]
            lane[s] = line
            pos[s] = p
            c = i[s, NEXT0] if w < n_lanes else wayi[w, W_CONNECTOR]
            bits = 0
            if f[s, ACCEL] < -0.5:
                bits |= 1
            if c >= 0:
                if turn[c] == _LEFT or turn[c] == _U_TURN:
                    bits |= 2
                elif turn[c] == _RIGHT:
                    bits |= 4
            if f[s, SPEED] < HALTING_MPS:
                bits |= 8
            if i[s, FLAGS] & CHANGED:
                bits |= 16
            flags[s] = bits
