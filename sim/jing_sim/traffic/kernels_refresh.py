"""Rows that look along their routes again, after routes changed or ways were closed or opened."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import kernel
from jing_sim.traffic.kernels_routes import look_along_route
from jing_sim.traffic.rows import AT, ID, NEXT0, NEXT1, NEXT2, NEXT3, W_CONNECTOR

__all__ = ["refresh_rows"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]


@kernel
def refresh_rows(
    some: I32, ways: I32, f: F32, i: I32, n_lanes: int, wayf: F64, wayi: I32, out: I32, to_lane: I32, road_first: I32,
    allowed: NDArray[np.uint16], kind_of: NDArray[np.uint16], route: NDArray[np.integer[Any]], route_last: I32,
    stop_lane: I32, stop_pos: F32, reach: F64, turn: I32, change: I32,
) -> None:  # fmt: skip
    """Writes NEXT0.., LEN_HERE.. and OFFSETS of the rows `some`, which are on `ways` (of all rows).

    Who is on a connector has left its lane: NEXT0 stays this connector, the others are seen from the lane it leads to.
    """
    for k in range(len(some)):
        s = some[k]
        w = ways[s]
        last = route_last[i[s, ID]]
        if w < n_lanes:
            look_along_route(
                f, i, s, w, n_lanes, wayf, wayi, out, to_lane, road_first, allowed, kind_of, route, last, stop_lane,
                stop_pos, reach, turn, change,
            )  # fmt: skip
            continue
        c = wayi[w, W_CONNECTOR]
        i[s, AT] += 1
        look_along_route(
            f, i, s, to_lane[c], n_lanes, wayf, wayi, out, to_lane, road_first, allowed, kind_of, route, last,
            stop_lane, stop_pos, reach, turn, change,
        )  # fmt: skip
        i[s, AT] -= 1
        i[s, NEXT3] = i[s, NEXT2]
        i[s, NEXT2] = i[s, NEXT1]
        i[s, NEXT1] = i[s, NEXT0]
        i[s, NEXT0] = c
