"""What a vehicle sees of its route from a lane: how far each lane goes on, and which connectors it will take.

As in SUMO, a lane is judged by the distance that can be driven from its begin without a lane change; the best lanes of
a road are those that go on farthest, and a lane's offset is the number of changes to the nearest of them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined, inner
from jing_sim.traffic.rows import (
    ALL_WAY,
    AT,
    EQUAL,
    LEN_HERE,
    LEN_LEFT,
    LEN_RIGHT,
    MUST_STOP,
    NEXT0,
    NEXT1,
    NEXT2,
    NEXT3,
    OFFSETS,
    STOP,
    TYPE,
    W_FLAGS,
    W_GROUP,
    W_LEFT,
    W_LENGTH,
    W_OUT0,
    W_OUT1,
    W_RIGHT,
    YIELDS,
)

__all__ = ["MOST_LANES", "MOST_ROADS", "look_along_route"]

MOST_ROADS = 40
MOST_LANES = 16
_HORIZON_M = 3000.0
_BRAKING_M = 429.2  # that a car needs from its greatest speed, 200 km/h
_ROADS_FAR, _ROADS_NEAR = 4, 8  # as many and one more are looked at, whatever their length
_GIVES_WAY = YIELDS | MUST_STOP | ALL_WAY | EQUAL


@inlined
def _rank(connector: int, n_lanes: int, wayi: NDArray[np.int32]) -> int:
    """1 for a connector with priority or a signal, 0 for one that gives way, -1 for none."""
    if connector < 0:
        return -1
    way = n_lanes + connector
    return 1 if wayi[way, W_GROUP] >= 0 or not wayi[way, W_FLAGS] & _GIVES_WAY else 0


@inner
def _write_offsets(
    begin: int, n: int, first_best: int, last_best: int, best: float, fewest: int, rank: int, row: int, kind: int,
    n_lanes: int, wayf: NDArray[np.float64], wayi: NDArray[np.int32], allowed: NDArray[np.uint16],
    reach: NDArray[np.float64], turn: NDArray[np.int32], change: NDArray[np.int32],
) -> float:  # fmt: skip
    """Changes that the lanes of a road need to the first or the last of the best ones, whichever is nearer.

    Returns how far the best lane goes on.
    """
    if n == 1:
        change[row, 0] = 0
        return best
    shut_right = False
    shut_left = -1
    for k in range(n):
        way = begin + k
        lower = _rank(turn[row, k], n_lanes, wayi) < rank
        if reach[row, k] > best - 1.0e-3 and abs(change[row, k]) <= fewest and not lower:
            change[row, k] = 0
            continue
        offset = last_best - k
        if abs(first_best - k) < abs(last_best - k):
            offset = first_best - k
        change[row, k] = offset
        if lower and reach[row, k] >= 0.0:
            # One leaves a lane that gives way behind it before its end.
            reach[row, k] = wayf[way, W_LENGTH]
        ends_here = reach[row, k] <= wayf[way, W_LENGTH]
        if offset < 0 and (shut_right or wayi[way, W_RIGHT] < 0 or not allowed[wayi[way, W_RIGHT]] & kind):
            # Neither from here nor from farther left can one change so far.
            shut_right = True
            reach[row, k] = 0.0 if ends_here else reach[row, k]
        elif offset > 0 and (wayi[way, W_LEFT] < 0 or not allowed[wayi[way, W_LEFT]] & kind):
            shut_left = k
    for k in range(shut_left + 1):
        if reach[row, k] <= wayf[begin + k, W_LENGTH]:
            reach[row, k] = min(reach[row, k], 0.0)
    return best


@inner
def _connected_m(
    begin: int, n: int, nxt: int, n_next: int, row: int, wayi: NDArray[np.int32], out: NDArray[np.int32],
    to_lane: NDArray[np.int32], reach: NDArray[np.float64],
) -> float:  # fmt: skip
    """How far the best of the next road's lanes goes on onto which a way leads."""
    connected = -1.0
    for q in range(wayi[begin, W_OUT0], wayi[begin + n - 1, W_OUT1]):
        h = to_lane[out[q]] - nxt
        if 0 <= h < n_next:
            connected = max(connected, reach[row + 1, h])
    return connected


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
    longest = -1.0
    p = i[s, STOP]
    stop_road = -1
    near = wayf[lane, W_LENGTH] + _BRAKING_M
    while end < last and end - at < MOST_ROADS - 1:
        seen += wayf[road_first[route[end]], W_LENGTH]
        if p >= 0 and stop_road < 0 and road_first[route[end]] <= stop_lane[p] < road_first[route[end] + 1]:
            stop_road = end
        roads = end - at + 1
        if seen >= near and ((roads > _ROADS_FAR and seen >= _HORIZON_M) or roads > _ROADS_NEAR):
            break
        end += 1
    if p >= 0 and stop_road < 0 and road_first[route[end]] <= stop_lane[p] < road_first[route[end] + 1]:
        stop_road = end
    for e in range(end, at - 1, -1):
        row, road = e - at, route[e]
        begin = road_first[road]
        n = min(road_first[road + 1] - begin, MOST_LANES)
        nxt = n_next = 0
        if e < end:
            nxt = road_first[route[e + 1]]
            n_next = min(road_first[route[e + 1] + 1] - nxt, MOST_LANES)
        first_best = last_best = 0
        best, fewest, rank = -1.0, 1000, -2
        for k in range(n):
            way = begin + k
            far, chosen, after = -1.0, -1, 0
            if allowed[way] & kind and stop_road == e and way != stop_lane[p]:
                # Whoever has a stop on this road must be on its lane there.
                far = min(np.float64(stop_pos[p]), wayf[way, W_LENGTH])
                for q in range(wayi[way, W_OUT0], wayi[way, W_OUT1]):
                    if 0 <= to_lane[out[q]] - nxt < n_next:
                        chosen = out[q]
            elif allowed[way] & kind:
                far = wayf[way, W_LENGTH]
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
                if beyond > 0.0:
                    # One change away from the best lane there is as good as on it, where no way leads onto that.
                    if beyond < longest and abs(after) < 2 and beyond >= _connected_m(
                        begin, n, nxt, n_next, row, wayi, out, to_lane, reach
                    ):  # fmt: skip
                        beyond = longest
                    far += beyond
            reach[row, k] = far
            turn[row, k] = chosen
            change[row, k] = after
            r = _rank(chosen, n_lanes, wayi)
            if far > best + 1.0e-3 or (
                far > best - 1.0e-3 and (abs(after) < fewest or (abs(after) == fewest and r > rank))
            ):
                best, fewest, rank = max(far, best), abs(after), r
                first_best = last_best = k
            elif far > best - 1.0e-3 and abs(after) == fewest and r == rank:
                last_best = k
        longest = _write_offsets(
            begin, n, first_best, last_best, best, fewest, rank, row, kind, n_lanes, wayf, wayi, allowed, reach, turn,
            change,
        )  # fmt: skip
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
