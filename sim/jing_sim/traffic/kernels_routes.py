"""What a vehicle sees of its route from a lane: how far each lane goes on, and which connectors it will take.

As in SUMO, a lane is judged by the distance that can be driven from its begin without a lane change; the best lanes of
a road are those that go on farthest, and a lane's offset is the number of changes to the nearest of them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined
from jing_sim.traffic.rows import (
    AT,
    LEN_HERE,
    LEN_LEFT,
    LEN_RIGHT,
    NEXT0,
    NEXT1,
    NEXT2,
    NEXT3,
    OFFSETS,
    STOP,
    TYPE,
    W_LEFT,
    W_LENGTH,
    W_OUT0,
    W_OUT1,
    W_RIGHT,
)

__all__ = ["MOST_LANES", "MOST_ROADS", "look_along_route"]

MOST_ROADS = 10
MOST_LANES = 16
_HORIZON_M = 3000.0


@inlined
def look_along_route(
    f: NDArray[np.float32], i: NDArray[np.int32], s: int, lane: int, n_lanes: int,
    wayf: NDArray[np.float64], wayi: NDArray[np.int32], out: NDArray[np.int32], to_lane: NDArray[np.int32],
    road_first: NDArray[np.int32], allowed: NDArray[np.uint16], kind_of: NDArray[np.uint16],
    route: NDArray[np.integer[Any]], last: int, stop_lane: NDArray[np.int32], stop_pos: NDArray[np.float32],
    reach: NDArray[np.float64], turn: NDArray[np.int32], change: NDArray[np.int32],
) -> None:  # fmt: skip
    """Writes NEXT0.., LEN_HERE.. and OFFSETS of the vehicle in row `s`, which is on `lane` at route entry `i[s, AT]`.

    `last`: the route's last entry. `reach`, `turn`, `change` `(MOST_ROADS, MOST_LANES)` are scratch.
    """
    kind = kind_of[i[s, TYPE]]
    at = i[s, AT]
    end = at
    seen = 0.0
    p = i[s, STOP]
    stop_road = -1
    while end < last and end - at < MOST_ROADS - 1 and seen < _HORIZON_M:
        seen += wayf[road_first[route[end]], W_LENGTH]
        if p >= 0 and stop_road < 0 and road_first[route[end]] <= stop_lane[p] < road_first[route[end] + 1]:
            stop_road = end
        end += 1
    if p >= 0 and stop_road < 0 and road_first[route[end]] <= stop_lane[p] < road_first[route[end] + 1]:
        stop_road = end
    for e in range(end, at - 1, -1):
        row, road = e - at, route[e]
        begin = road_first[road]
        n = min(road_first[road + 1] - begin, MOST_LANES)
        best = -1.0
        fewest = 1000
        # How far one comes from the next road at all, and from those of its lanes to which one gets from this road.
        beyond_best, beyond_here = 0.0, -1.0
        if e < end:
            nxt = road_first[route[e + 1]]
            n_next = min(road_first[route[e + 1] + 1] - nxt, MOST_LANES)
            for h in range(n_next):
                beyond_best = max(beyond_best, reach[row + 1, h])
            for k in range(n):
                for q in range(wayi[begin + k, W_OUT0], wayi[begin + k, W_OUT1]):
                    h = to_lane[out[q]] - nxt
                    if 0 <= h < n_next:
                        beyond_here = max(beyond_here, reach[row + 1, h])
        for k in range(n):
            way = begin + k
            far, chosen, after = -1.0, -1, 0
            if allowed[way] & kind and stop_road == e and way != stop_lane[p]:
                # Whoever has a stop on this road must be on its lane there.
                far = min(np.float64(stop_pos[p]), wayf[way, W_LENGTH])
                for q in range(wayi[way, W_OUT0], wayi[way, W_OUT1]):
                    if e < end and road_first[route[e + 1]] <= to_lane[out[q]] < road_first[route[e + 1] + 1]:
                        chosen = out[q]
            elif allowed[way] & kind:
                far = wayf[way, W_LENGTH]
                if e < end:
                    nxt = road_first[route[e + 1]]
                    n_next = min(road_first[route[e + 1] + 1] - nxt, MOST_LANES)
                    beyond = -1.0
                    for q in range(wayi[way, W_OUT0], wayi[way, W_OUT1]):
                        c = out[q]
                        h = to_lane[c] - nxt
                        if h < 0 or h >= n_next or not allowed[n_lanes + c] & kind:
                            continue
                        if reach[row + 1, h] > beyond or (
                            reach[row + 1, h] == beyond and abs(change[row + 1, h]) < abs(after)
                        ):
                            beyond, chosen, after = reach[row + 1, h], c, change[row + 1, h]
                    if beyond == beyond_here and abs(after) < 2:
                        # What is one lane beside the best way on is as good.
                        beyond = beyond_best
                    if beyond > 0.0:
                        far += beyond
            reach[row, k] = far
            turn[row, k] = chosen
            change[row, k] = after
            if far > best + 1.0e-3 or (far > best - 1.0e-3 and abs(after) < fewest):
                best, fewest = far, abs(after)
        # Offsets to the nearest of the best lanes, over changes that the markings allow.
        for k in range(n):
            if reach[row, k] >= best - 1.0e-3 and abs(change[row, k]) <= fewest:
                change[row, k] = 0
                continue
            steps = 0
            found = 0
            way = begin + k
            while found == 0 and wayi[way, W_RIGHT] >= 0:
                way = wayi[way, W_RIGHT]
                steps += 1
                h = way - begin
                # Lanes to the right have their offset already: 0 marks a best one.
                if reach[row, h] >= best - 1.0e-3 and change[row, h] == 0:
                    found = -steps
            steps = 0
            way = begin + k
            while wayi[way, W_LEFT] >= 0 and (found == 0 or steps < -found - 1):
                way = wayi[way, W_LEFT]
                steps += 1
                h = way - begin
                if reach[row, h] >= best - 1.0e-3 and abs(change[row, h]) <= fewest:
                    found = steps
                    break
            change[row, k] = found
    here = lane - road_first[route[at]]
    f[s, LEN_HERE] = reach[0, here]
    packed = min(max(change[0, here], -15), 15) + 16
    f[s, LEN_RIGHT] = -1.0
    f[s, LEN_LEFT] = -1.0
    if wayi[lane, W_RIGHT] >= 0:
        f[s, LEN_RIGHT] = reach[0, here - 1]
        packed |= (min(max(change[0, here - 1], -15), 15) + 16) << 8
    if wayi[lane, W_LEFT] >= 0:
        f[s, LEN_LEFT] = reach[0, here + 1]
        packed |= (min(max(change[0, here + 1], -15), 15) + 16) << 16
    i[s, OFFSETS] = packed
    i[s, NEXT0] = -1
    i[s, NEXT1] = -1
    i[s, NEXT2] = -1
    i[s, NEXT3] = -1
    for k in range(4):
        if at + k >= end:
            break
        c = turn[k, here]
        i[s, NEXT0 + k] = c
        if c < 0:
            break
        here = to_lane[c] - road_first[route[at + k + 1]]
