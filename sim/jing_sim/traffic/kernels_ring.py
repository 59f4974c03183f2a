"""The roundabout bonus of lane changes: who goes past the next exits may stay on the inner lane, or go there."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inner
from jing_sim.traffic.kernels_routes import MOST_LANES, MOST_ROADS
from jing_sim.traffic.rows import ROUNDABOUT, W_FLAGS, W_LENGTH

__all__ = ["ring_bonus_m"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]

_SEEN_M = 300.0
_CAR_M = 7.5
_WEIGHT = 9.0  # SUMO's


@inner
def ring_bonus_m(
    pos: float, inner: int, best: int, at: int, n_lanes: int, wayf: F64, wayi: I32, to_lane: I32, brutto: F32,
    turn: I32, road_first: I32, route: I32,
) -> float:  # fmt: skip
    """Distance that is added to what can be driven without a lane change, in and before a roundabout.

    After SUMO (LC2013, `lcCooperativeRoundabout`): it grows with the way inside the roundabout and with how much less
    the `inner` lane is taken than the `best` one, each with its continuations, `turn` of `look_along_route`. It is 0
    for the next exit, and where the inner lane does not lead out of the roundabout.
    """
    rings = 0
    seen, within, taken, taken_inner = -pos, 0.0, 0.0, 0.0
    lane, beside = best, inner
    via, via_beside = -1, -1
    row = 0
    while True:
        ring = wayi[lane, W_FLAGS] & ROUNDABOUT != 0
        if (beside < 0 and (ring or rings == 0)) or seen > _SEEN_M:
            return 0.0
        if rings > 0 and not ring:
            break
        length = wayf[lane, W_LENGTH]
        share = (length - pos) / length if row == 0 else 1.0
        taken += share * brutto[lane]
        if via >= 0:
            taken += brutto[via]
        if ring:
            rings += 1
            within += length
            if via >= 0:
                within += wayf[via, W_LENGTH]
        if beside >= 0:
            taken_inner += share * brutto[beside]
            if via_beside >= 0:
                taken_inner += brutto[via_beside]
        seen += length
        begin = road_first[route[at + row]]
        if row == MOST_ROADS - 1 or lane - begin >= MOST_LANES or turn[row, lane - begin] < 0:
            break
        via = n_lanes + turn[row, lane - begin]
        if beside >= 0:
            c = turn[row, beside - begin] if beside - begin < MOST_LANES else -1
            via_beside = n_lanes + c
            beside = to_lane[c] if c >= 0 else -1
        lane = to_lane[via - n_lanes]
        row += 1
    most = max(taken, taken_inner)
    if rings < 2 or most <= 0.0:
        return 0.0
    room = rings * _CAR_M
    return _WEIGHT * within * max(0.0, (taken - taken_inner + room) / (most + room))
