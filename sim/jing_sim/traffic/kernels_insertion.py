"""Insertion: vehicles whose time has come enter their first road when a lane has room; the others wait in line."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inner
from jing_sim.traffic.kernels_following import brake_gap_m, safe_stop_mps
from jing_sim.traffic.kernels_neighbours import lets_in
from jing_sim.traffic.kernels_routes import look_along_route
from jing_sim.traffic.rows import (
    ACCEL,
    ADVICE,
    AT,
    BLOCKER,
    BRAKE,
    ENTERED,
    ENTRY,
    FACTOR,
    FLAGS,
    GAIN,
    ID,
    KEEP,
    LOOK,
    LOSS,
    NEXT0,
    NO_ADVICE,
    PAST0,
    PAST1,
    PAST2,
    POS,
    SPACE,
    SPEED,
    STATE,
    STOP,
    T_DECEL,
    T_GAP,
    T_LENGTH,
    T_SPEED,
    T_TAU,
    TYPE,
    UNTIL,
    W_FLAGS,
    W_GROUP,
    W_LENGTH,
    W_START,
    WAIT,
    YIELDS,
)

__all__ = ["insert_vehicles"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

_EPS_M = 0.1
_DEPARTED, _WAITING = 3, 4


@inner
def insert_vehicles(
    time_s: float, dt: float, step: int, n_lanes: int, n_rows: int, f: F32, i: I32, wayf: F64, wayi: I32, limit: F32,
    typef: F64, kind_of: NDArray[np.uint16], out: I32, to_lane: I32, into: I32, road_first: I32,
    allowed: NDArray[np.uint16], route: I32, route_first: I32, route_last: I32, depart_s: F64, type_of: I32,
    factor: F32, depart_lane: I32, depart_speed: F32, first_stop: I32, stop_lane: I32, stop_pos: F32,
    state: U8,
    new_way: I32, tail_rear: F32, tail_slot: I32, head_slot: I32, over_rear: F32, over_slot: I32, full: U8,
    queue: I32,
    pointers: I32, failed: I32, entered: I32, reach: F64, turn: I32, change: I32,
) -> int:  # fmt: skip
    """Appends rows of those that enter behind row `n_rows`; returns how many.

    `pointers`: number of the next trip to depart, and how many stand in `queue`. `full` `(n_lanes,)`: whether somebody
    could not enter a lane in this step; `failed` `(n_roads,)`: the step in which nobody could enter a road; those
    behind do not try. `entered` receives the vehicles.
    """
    while pointers[0] < len(depart_s) and depart_s[pointers[0]] <= time_s + 1.0e-6:
        queue[pointers[1]] = pointers[0]
        pointers[0] += 1
        pointers[1] += 1
    n_in = 0
    left = 0
    full[:] = 0
    for q in range(pointers[1]):
        v = queue[q]
        e = route_first[v]
        road = route[e]
        t = type_of[v]
        s = n_rows + n_in
        lane = -1
        speed = 0.0
        if failed[road] != step and s < len(new_way):
            begin, end = road_first[road], road_first[road + 1]
            i[s, TYPE] = t
            i[s, AT] = e
            i[s, ID] = v
            i[s, STOP] = first_stop[v] if len(first_stop) > 0 and first_stop[v] < first_stop[v + 1] else -1
            want = depart_lane[v] if len(depart_lane) > 0 else -1
            if want == -2:
                for k in range(begin, end):
                    if allowed[k] & kind_of[t] and wayf[k, W_START] <= 0.0:
                        lane = k
                        break
            elif want >= 0:
                if begin + want < end and allowed[begin + want] & kind_of[t]:
                    lane = begin + want
            else:
                look_along_route(
                    f, i, s, begin, n_lanes, wayf, wayi, out, to_lane, road_first, allowed, kind_of, route,
                    route_last[v], stop_lane, stop_pos, reach, turn, change,
                )  # fmt: skip
                # As far away as can be from the last one's front, of the lanes on which one can go on furthest.
                far, room = -1.0, -1.0
                for k in range(min(end - begin, 16)):
                    w = begin + k
                    if wayf[w, W_START] > 0.0 or reach[0, k] < 0.0:
                        continue
                    last = tail_slot[w]
                    free = np.float64(f[last, POS]) if last >= 0 else wayf[w, W_LENGTH]
                    if reach[0, k] > far + 1.0e-3 or (reach[0, k] > far - 1.0e-3 and free > room):
                        far, room, lane = max(far, reach[0, k]), free, w
            if lane >= 0 and full[lane]:
                lane = -1
        if lane >= 0:
            own_len, gap0, b = typef[t, T_LENGTH], typef[t, T_GAP], typef[t, T_DECEL]
            tau = typef[t, T_TAU]
            length = wayf[lane, W_LENGTH]
            pos = min(own_len + _EPS_M, length)
            top = min(limit[lane] * np.float64(factor[v]), typef[t, T_SPEED])
            fixed = len(depart_speed) > 0 and not np.isnan(depart_speed[v])
            speed = min(np.float64(depart_speed[v]), top) if fixed else top
            u, rear = tail_slot[lane], np.float64(tail_rear[lane])
            if u < 0 and over_slot[lane] >= 0:
                u, rear = over_slot[lane], np.float64(over_rear[lane])
            fits = True
            if u >= 0:
                gap = rear - pos - gap0
                if gap < 0.0:
                    fits = False
                else:
                    d = typef[i[u, TYPE], T_DECEL]
                    safe = safe_stop_mps(gap + brake_gap_m(np.float64(f[u, SPEED]), max(b, d), dt), b, tau, dt)
                    if safe < speed:
                        fits = not fixed
                        speed = safe
            if fits:
                look_along_route(
                    f, i, s, lane, n_lanes, wayf, wayi, out, to_lane, road_first, allowed, kind_of, route,
                    route_last[v], stop_lane, stop_pos, reach, turn, change,
                )  # fmt: skip
                c = i[s, NEXT0]
                if e < route_last[v]:
                    closed = c < 0
                    if c >= 0:
                        g = wayi[n_lanes + c, W_GROUP]
                        closed = wayi[n_lanes + c, W_FLAGS] & YIELDS != 0 or (g >= 0 and state[g] < 2)
                    if closed:
                        speed = min(speed, safe_stop_mps(length - pos - 1.0, b, tau, dt))
                fits = lets_in(
                    lane, pos - own_len, n_lanes, f, i, head_slot, wayf, wayi, into, limit, state, v, speed, b, typef,
                    dt, False,
                )  # fmt: skip
            if not fits:
                full[lane] = 1
                lane = -1
        if lane < 0:
            none_free = True
            for k in range(road_first[road], road_first[road + 1]):
                none_free &= full[k] != 0
            failed[road] = step if none_free else failed[road]
            queue[left] = v
            left += 1
            continue
        f[s, POS] = pos
        f[s, SPEED] = speed
        f[s, ACCEL] = 0.0
        f[s, FACTOR] = factor[v]
        f[s, WAIT] = 0.0
        f[s, LOSS] = 0.0
        f[s, GAIN] = 0.0
        f[s, KEEP] = 0.0
        f[s, LOOK] = 0.0
        f[s, BRAKE] = brake_gap_m(speed, b, dt)
        f[s, ADVICE] = NO_ADVICE
        f[s, SPACE] = 0.0
        f[s, BLOCKER] = 0.0
        i[s, STATE] = 0
        i[s, PAST0] = -1
        i[s, PAST1] = -1
        i[s, PAST2] = -1
        i[s, ENTRY] = step
        i[s, FLAGS] = ENTERED
        i[s, UNTIL] = 0
        new_way[s] = lane
        rear = pos - own_len
        if rear < tail_rear[lane]:
            tail_rear[lane] = np.float32(rear)
            tail_slot[lane] = s
        if head_slot[lane] < 0:
            head_slot[lane] = s
        entered[n_in] = v
        n_in += 1
    pointers[1] = left
    return n_in
