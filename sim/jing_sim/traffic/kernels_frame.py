"""Where vehicles are in the plane, for recorders and viewers."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import leaf
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

__all__ = ["K_ID", "N_KEPT", "P_HEADING", "P_STATION", "P_STEP_X", "P_X", "keep_rows", "locate_rows"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

# Columns of points, one cache line each: place, station, the way made in a metre, heading.
P_X, P_STATION, P_STEP_X, P_HEADING = 0, 3, 4, 7
# Words that a frame is made of.
K_POS, K_SPEED, K_ACCEL, K_ID, K_NEXT, K_FLAGS = range(6)
N_KEPT = 6


@leaf
def keep_rows(n: int, f: F32, i: I32, kept_f: F32, kept_i: I32) -> None:
    """Copies what a frame needs of the first `n` rows; `kept_f`, `kept_i` `(n, N_KEPT)` are the same memory."""
    for s in range(n):
        kept_f[s, K_POS] = f[s, POS]
        kept_f[s, K_SPEED] = f[s, SPEED]
        kept_f[s, K_ACCEL] = f[s, ACCEL]
        kept_i[s, K_ID] = i[s, ID]
        kept_i[s, K_NEXT] = i[s, NEXT0]
        kept_i[s, K_FLAGS] = i[s, FLAGS]


@leaf
def locate_rows(
    n_lanes: int, first: I32, f: F32, i: I32, wayi: I32, offset_m: F64, line_first: I32, points: F64, turn_flag: U8,
    lowest: int, at: I32, vehicle: I32, place: F64, moving: F64, lane: I32, flags: U8,
) -> None:  # fmt: skip
    """Writes the columns of a `VehicleFrame` for all rows, as `keep_rows` kept them, sorted by vehicle.

    `line_first`, `points` `(n_points, 8)`: centre lines of lanes and connectors (see `Drawing`); `turn_flag`: of
    connectors. `at`: zeros, one for each vehicle from `lowest` to the highest there is. `place` `(4, n)`: x, y, z,
    heading; `moving` `(3, n)`: speed, acceleration, position.
    """
    for s in range(len(i)):
        at[i[s, K_ID] - lowest] = 1
    k = 0
    for v in range(len(at)):
        k += at[v]
        at[v] = k - 1
    for w in range(len(first) - 1):
        if first[w] == first[w + 1]:
            continue
        line = w if w < n_lanes else n_lanes + wayi[w, W_CONNECTOR]
        begin, shift = line_first[line], 0.0 if w < n_lanes else offset_m[w]
        # Front to back: the stretch between two points is looked for backwards.
        seg = line_first[line + 1] - 2
        for s in range(first[w], first[w + 1]):
            p = f[s, K_POS] + shift
            while seg > begin and points[seg, P_STATION] > p:
                seg -= 1
            k = at[i[s, K_ID] - lowest]
            along = p - points[seg, P_STATION]
            for axis in range(3):
                place[axis, k] = points[seg, P_X + axis] + along * points[seg, P_STEP_X + axis]
            place[3, k] = points[seg, P_HEADING]
            vehicle[k] = i[s, K_ID]
            moving[0, k] = f[s, K_SPEED]
            moving[1, k] = f[s, K_ACCEL]
            moving[2, k] = np.float32(p)
            lane[k] = line
            c = i[s, K_NEXT] if w < n_lanes else wayi[w, W_CONNECTOR]
            bits = turn_flag[c] if c >= 0 else 0
            bits |= 1 if f[s, K_ACCEL] < -0.5 else 0
            bits |= 8 if f[s, K_SPEED] < HALTING_MPS else 0
            bits |= 16 if i[s, K_FLAGS] & CHANGED else 0
            flags[k] = bits
