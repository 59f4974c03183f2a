"""Moving: the speed that drivers really take, positions, arrivals, and the rows put in the order of the ways again."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined, leaf
from jing_sim.traffic.kernels_following import HALTING_MPS, brake_gap_m, stop_mps, uniform
from jing_sim.traffic.kernels_routes import look_along_route
from jing_sim.traffic.rows import (
    ACCEL,
    ADVICE,
    AM_LEADER,
    AT,
    BLOCKED_FOLLOWER,
    BLOCKED_LEADER,
    BLOCKER,
    BRAKE,
    COOPERATIVE,
    ENTRY,
    FACTOR,
    FLAGS,
    HALTED,
    ID,
    LOSS,
    N_WORDS,
    NEXT0,
    NO_ADVICE,
    NO_PASS,
    ON_RED,
    OUTSIDE,
    PAST0,
    PAST1,
    PAST2,
    POS,
    SPACE,
    SPEED,
    STATE,
    STOOD,
    STOP,
    STRATEGIC,
    T_ACCEL,
    T_DECEL,
    T_EMERGENCY,
    T_GAP,
    T_LENGTH,
    T_SIGMA,
    T_SPEED,
    TYPE,
    UNTIL,
    W_FLAGS,
    W_FROM,
    W_GROUP,
    W_LENGTH,
    W_NEXT,
    WAIT,
    WAITED,
    WAITS,
    WANTS_LEFT,
    WANTS_RIGHT,
)

__all__ = ["busy_ways", "mark_tails", "move_vehicles", "sort_rows"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]


@leaf
def mark_tail(
    s: int, w: int, rear: float, n_lanes: int, i: I32, wayf: F64, wayi: I32, over_rear: F32, over_slot: I32
) -> None:
    """Enters a vehicle's tail into the ways behind `w` over which it still reaches."""
    at = w
    past = 1 if w >= n_lanes else 0
    while rear < 0.0 and past <= 3:
        if at >= n_lanes:
            at = wayi[at, W_FROM]
        else:
            if past == 3 or i[s, PAST0 + past] < 0:
                return
            at = n_lanes + i[s, PAST0 + past]
            past += 1
            if wayi[at, W_NEXT] >= n_lanes:
                at = wayi[at, W_NEXT]
        rear += wayf[at, W_LENGTH]
        if rear < over_rear[at]:
            over_rear[at] = np.float32(rear)
            over_slot[at] = s


@inlined
def _mark_ends(
    s: int, w: int, n_lanes: int, f: F32, i: I32, wayf: F64, wayi: I32, typef: F64, tail_rear: F32, tail_slot: I32,
    head_slot: I32, over_rear: F32, over_slot: I32,
) -> None:  # fmt: skip
    """Enters a moved vehicle as last and first one of its way, and its tail where it sticks out."""
    rear = np.float32(f[s, POS] - typef[i[s, TYPE], T_LENGTH])
    if rear < tail_rear[w]:
        tail_rear[w] = rear
        tail_slot[w] = s
    if head_slot[w] < 0 or f[head_slot[w], POS] < f[s, POS]:
        head_slot[w] = s
    if rear < 0.0:
        mark_tail(s, w, rear, n_lanes, i, wayf, wayi, over_rear, over_slot)


@leaf
def move_vehicles(
    model: int, seed: int, step: int, dt: float, deadlock_s: float, n_lanes: int, n_busy: int, busy: I32, first: I32,
    f: F32, i: I32,
    safe: F32, least: F32,
    wayf: F64, wayi: I32, limit: F32, typef: F64, kind_of: NDArray[np.uint16], out: I32, to_lane: I32, road_first: I32,
    allowed: NDArray[np.uint16], route: I32, route_last: I32, state: U8, stop_lane: I32, stop_pos: F32, stop_steps: I32,
    stop_until: I32, n_stops_of: I32, outside_way: I32, outside_f: F32, new_way: I32, tail_rear: F32, tail_slot: I32,
    head_slot: I32, over_rear: F32, over_slot: I32, reach: F64, turn: I32, change: I32, arrived: I32, counts: I32,
) -> None:  # fmt: skip
    """Moves all rows in place; `new_way` says where each one is now (-1 = arrived).

    `tail_rear`, `tail_slot` `(n_ways,)`: the last vehicle on each way after the step. `counts[0]`: arrivals, whose
    vehicles stand in `arrived`; `counts[1]` grows by each vehicle that entered a junction against red,
    `counts[3]` by each that drives on after standing for the deadlock time.
    """
    counts[0] = 0
    tail_rear[:] = np.float32(1.0e9)
    tail_slot[:] = -1
    head_slot[:] = -1
    over_rear[:] = np.float32(1.0e9)
    over_slot[:] = -1
    for place in range(n_busy):
        w = busy[place]
        limit_here = limit[w]
        length_here = wayf[w, W_LENGTH]
        for s in range(first[w], first[w + 1]):
            t = i[s, TYPE]
            a, b = typef[t, T_ACCEL], typef[t, T_DECEL]
            v0 = np.float64(f[s, SPEED])
            top = min(np.float64(limit_here) * f[s, FACTOR], typef[t, T_SPEED])
            flags = i[s, FLAGS]
            i[s, FLAGS] = (flags & ~(WAITED | STOOD)) | ((flags & (WAITS | NO_PASS)) << 5)
            if flags & OUTSIDE:
                v_id = i[s, ID]
                if outside_way[v_id] >= 0:
                    if outside_way[v_id] != w and outside_way[v_id] < n_lanes:
                        i[s, PAST0] = -1
                    new_way[s] = outside_way[v_id]
                    f[s, POS] = outside_f[v_id, 0]
                    f[s, ACCEL] = (outside_f[v_id, 1] - v0) / dt
                    f[s, SPEED] = outside_f[v_id, 1]
                    f[s, BRAKE] = brake_gap_m(outside_f[v_id, 1], b, dt)
                else:
                    new_way[s] = w
                _mark_ends(
                    s,
                    new_way[s],
                    n_lanes,
                    f,
                    i,
                    wayf,
                    wayi,
                    typef,
                    tail_rear,
                    tail_slot,
                    head_slot,
                    over_rear,
                    over_slot,
                )
                continue
            planned = np.float64(safe[s])
            hardest = max(v0 - typef[t, T_EMERGENCY] * dt, 0.0)
            low = min(max(v0 - b * dt, 0.0), max(planned, hardest))
            high = max(low, min(top, v0 + a * dt, typef[t, T_SPEED], planned))
            v = high
            if i[s, FLAGS] & HALTED:
                v = low = high = max(0.0, min(planned, high))
            elif model == 0:
                sigma = typef[t, T_SIGMA]
                if sigma > 0.0 and high > 0.0:
                    v = max(low, high - sigma * min(high, a) * dt * uniform(seed, i[s, ID], step, 1))
            # What lane changes ask for.
            lc = i[s, STATE]
            if lc != 0 or f[s, ADVICE] < NO_ADVICE or f[s, BLOCKER] > 0.0:
                asked = v
                got = False
                most, floor = high, low
                if f[s, BLOCKER] > 0.0:
                    space = f[s, SPACE] - f[s, BLOCKER] - 1.0 - typef[t, T_GAP]
                    if space > 0.0:
                        x = stop_mps(model, v0, space, b, dt, top, a)
                        most = min(most, max(x, hardest))
                        if x < v:
                            if x < floor and x >= hardest:
                                floor = max(hardest, x)
                            asked = max(floor, x)
                            got = True
                advice = np.float64(f[s, ADVICE])
                if advice < NO_ADVICE and advice >= floor - 0.001 and advice <= most:
                    asked = min(asked, advice)
                    got = True
                if got:
                    v = asked
                elif lc & (WANTS_LEFT | WANTS_RIGHT) and lc & (BLOCKED_LEADER | BLOCKED_FOLLOWER):
                    if lc & STRATEGIC:
                        v = (most + v) * 0.5
                    elif lc & COOPERATIVE:
                        v = (floor + v) * 0.5 if lc & BLOCKED_LEADER else (most + v) * 0.5
                elif lc & AM_LEADER:
                    v = (most + v) * 0.5
                f[s, ADVICE] = NO_ADVICE
                f[s, BLOCKER] = 0.0
                f[s, SPACE] = 0.0
                i[s, STATE] = lc & (WANTS_LEFT | WANTS_RIGHT) if lc & STRATEGIC else 0
            v = max(v, np.float64(least[s]))
            if v < 1.0e-4:
                v = 0.0
            x = f[s, POS] + v * dt
            f[s, ACCEL] = (v - v0) / dt
            f[s, SPEED] = v
            f[s, BRAKE] = brake_gap_m(v, b, dt)
            f[s, LOSS] += dt * max(0.0, 1.0 - v / max(top, 0.1))
            if v < HALTING_MPS:
                f[s, WAIT] += dt
            else:
                if f[s, WAIT] >= deadlock_s:
                    counts[3] += 1
                f[s, WAIT] = 0.0
            p = i[s, STOP]
            if p >= 0 and w < n_lanes and (not i[s, FLAGS] & HALTED or (stop_lane[p] == w and x >= stop_pos[p] - 1.5)):
                if i[s, FLAGS] & HALTED:
                    if step >= i[s, UNTIL]:
                        i[s, FLAGS] &= ~HALTED
                        i[s, STOP] = p + 1 if p + 1 < n_stops_of[i[s, ID] + 1] else -1
                        look_along_route(
                            f, i, s, w, n_lanes, wayf, wayi, out, to_lane, road_first, allowed, kind_of, route,
                            route_last[i[s, ID]], stop_lane, stop_pos, reach, turn, change,
                        )  # fmt: skip
                elif stop_lane[p] == w and v < HALTING_MPS and x >= stop_pos[p] - 1.5:
                    i[s, FLAGS] |= HALTED
                    i[s, UNTIL] = max(step + stop_steps[p], stop_until[p])
            elif i[s, FLAGS] & HALTED and step >= i[s, UNTIL]:
                i[s, FLAGS] &= ~HALTED
            here = w
            length = length_here
            gone = False
            while x > length:
                if here < n_lanes:
                    if i[s, AT] >= route_last[i[s, ID]]:
                        gone = True
                        break
                    c = i[s, NEXT0]
                    if c < 0:
                        x = length
                        break
                    nxt = n_lanes + c
                    g = wayi[nxt, W_GROUP]
                    if g >= 0 and state[g] == 0 and not wayi[nxt, W_FLAGS] & ON_RED:
                        counts[1] += 1
                    i[s, PAST2] = i[s, PAST1]
                    i[s, PAST1] = i[s, PAST0]
                    i[s, PAST0] = c
                    i[s, ENTRY] = step
                else:
                    nxt = wayi[here, W_NEXT]
                    if nxt < n_lanes:
                        i[s, AT] += 1
                        look_along_route(
                            f, i, s, nxt, n_lanes, wayf, wayi, out, to_lane, road_first, allowed, kind_of, route,
                            route_last[i[s, ID]], stop_lane, stop_pos, reach, turn, change,
                        )  # fmt: skip
                    else:
                        i[s, ENTRY] = step
                x -= length
                here = nxt
                length = wayf[here, W_LENGTH]
            if gone:
                new_way[s] = -1
                arrived[counts[0]] = s
                counts[0] += 1
                continue
            f[s, POS] = x
            new_way[s] = here
            _mark_ends(s, here, n_lanes, f, i, wayf, wayi, typef, tail_rear, tail_slot, head_slot, over_rear, over_slot)


@leaf
def sort_rows(
    n: int, new_way: I32, f: F32, i: I32, to_f: F32, to_i: I32, first: I32, fill: I32,
    typef: F64, brutto: F32,
) -> None:  # fmt: skip
    """Copies the first `n` rows with `new_way >= 0` to `to_i` in the order of the ways, front to back.

    Writes `first` `(n_ways + 1,)`, and for each way the length that its vehicles take with their gaps (`brutto`).
    """
    n_ways = len(first) - 1
    first[:] = 0
    for s in range(n):
        if new_way[s] >= 0:
            first[new_way[s] + 1] += 1
    for w in range(n_ways):
        first[w + 1] += first[w]
        fill[w] = first[w]
        brutto[w] = np.float32(0.0)
    for s in range(n):
        w = new_way[s]
        if w < 0:
            continue
        at = fill[w]
        fill[w] += 1
        # Equal positions (none, unless something is wrong) are ordered by vehicle.
        while at > first[w] and (
            to_f[at - 1, POS] < f[s, POS] or (to_f[at - 1, POS] == f[s, POS] and to_i[at - 1, ID] > i[s, ID])
        ):
            for k in range(N_WORDS):
                to_i[at, k] = to_i[at - 1, k]
            at -= 1
        for k in range(N_WORDS):
            to_i[at, k] = i[s, k]
        brutto[w] += np.float32(typef[i[s, TYPE], T_LENGTH] + typef[i[s, TYPE], T_GAP])


@leaf
def busy_ways(first: I32, busy: I32) -> int:
    """Writes the ways that have vehicles, in their order; returns how many they are."""
    n = 0
    for w in range(len(first) - 1):
        busy[n] = w
        n += 1 if first[w + 1] > first[w] else 0
    return n


@leaf
def mark_tails(
    n_lanes: int, n_busy: int, busy: I32, first: I32, f: F32, i: I32, wayf: F64, wayi: I32, typef: F64,
    over_rear: F32, over_slot: I32,
) -> None:  # fmt: skip
    """Writes for each way the tail of vehicles whose front is beyond its end, by the rows as they stand."""
    over_rear[:] = np.float32(1.0e9)
    over_slot[:] = -1
    for place in range(n_busy):
        w = busy[place]
        # Only the last vehicles of a way can reach back over its begin.
        for s in range(first[w + 1] - 1, first[w] - 1, -1):
            if f[s, POS] > 40.0:
                break
            rear = f[s, POS] - typef[i[s, TYPE], T_LENGTH]
            if rear < 0.0:
                mark_tail(s, w, rear, n_lanes, i, wayf, wayi, over_rear, over_slot)
