"""Moving: the speed that drivers really take, positions, and what becomes of those who leave their way."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined, inner
from jing_sim.traffic.kernels_following import HALTING_MPS, ROUND_M, brake_gap_m, stop_mps, uniform
from jing_sim.traffic.kernels_routes import look_along_route
from jing_sim.traffic.kernels_tails import mark_tail
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
    ENTERED,
    ENTRY,
    FACTOR,
    FLAGS,
    HALTED,
    ID,
    LOSS,
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
    W_GROUP,
    W_LENGTH,
    W_NEXT,
    WAIT,
    WAITED,
    WAITS,
    WANTS_LEFT,
    WANTS_RIGHT,
)

__all__ = ["drive", "move_on"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

_ARRIVED_M = 0.1  # before the end of the last road


@inner
def _asked_mps(
    model: int, dt: float, s: int, f: F32, i: I32, v0: float, v: float, low: float, high: float, hardest: float,
    top: float, a: float, b: float, gap0: float,
) -> float:  # fmt: skip
    """The speed that lane changes ask for, of a driver who would take `v` out of `low` to `high`."""
    lc = i[s, STATE]
    asked = v
    got = False
    most, floor = high, low
    if f[s, BLOCKER] > 0.0:
        space = f[s, SPACE] - f[s, BLOCKER] - 1.0 - gap0
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
    return v


@inlined
def _advance(
    model: int, seed: int, step: int, dt: float, deadlock_s: float, s: int, limit: float, f: F32, i: I32, safe: F32,
    least: F32, typef: F64, flags: int,
) -> tuple[float, int]:  # fmt: skip
    """Takes the speed of the step that begins; where the front comes to, and 1 where a standstill for long ends."""
    t = i[s, TYPE]
    a, b, most_mps = typef[t, T_ACCEL], typef[t, T_DECEL], typef[t, T_SPEED]
    v0 = np.float64(f[s, SPEED])
    top = min(limit * f[s, FACTOR], most_mps)
    i[s, FLAGS] = (flags & ~(WAITED | STOOD | ENTERED)) | ((flags & (WAITS | NO_PASS)) << 5)
    planned = np.float64(safe[s])
    hardest = max(v0 - typef[t, T_EMERGENCY] * dt, 0.0)
    low = min(max(v0 - b * dt, 0.0), max(planned, hardest))
    high = max(low, min(top, v0 + a * dt, most_mps, planned))
    v = high
    if flags & HALTED:
        v = low = high = max(0.0, min(planned, high))
    elif model == 0:
        v = max(low, high - typef[t, T_SIGMA] * min(high, a) * dt * uniform(seed, i[s, ID], step, 1))
    if i[s, STATE] != 0 or f[s, ADVICE] < NO_ADVICE or f[s, BLOCKER] > 0.0:
        v = _asked_mps(model, dt, s, f, i, v0, v, low, high, hardest, top, a, b, typef[t, T_GAP])
    v = max(v, np.float64(least[s]))
    v = 0.0 if v < 1.0e-4 else v
    f[s, ACCEL] = (v - v0) / dt
    f[s, SPEED] = v
    f[s, BRAKE] = brake_gap_m(v, b, dt)
    f[s, LOSS] += dt * max(0.0, 1.0 - v / max(top, 0.1))
    waited = np.float64(f[s, WAIT])
    stands = v < HALTING_MPS
    f[s, WAIT] = waited + dt if stands else 0.0
    return f[s, POS] + v * dt, 0 if stands or waited < deadlock_s else 1


@inner
def drive(
    model: int, seed: int, step: int, dt: float, deadlock_s: float, n: int, way: I32, f: F32, i: I32, safe: F32,
    least: F32, wayf: F64, limit: F32, typef: F64, new_way: I32, tail_rear: F32, tail_slot: I32, head_slot: I32,
    later: I32, later_x: F64, counts: I32,
) -> int:  # fmt: skip
    """Moves those of `n` rows who stay on their way; returns how many are left to `move_on`, in `later`.

    `tail_rear`, `tail_slot` `(n_ways,)` and `head_slot`: the last and the first one on each way after the step.
    `later_x`: where the front comes to, or -1 where somebody has not moved yet: whoever halts, has a stop ahead, or is
    moved from outside. `counts[3]` grows by each that drives on after standing for the deadlock time.
    """
    left = drove_on = 0
    for s in range(n):
        w = way[s]
        flags = i[s, FLAGS]
        new_way[s] = w
        if flags & (OUTSIDE | HALTED) or i[s, STOP] >= 0:
            later[left], later_x[left] = s, -1.0
            left += 1
            continue
        x, drives_on = _advance(
            model, seed, step, dt, deadlock_s, s, np.float64(limit[w]), f, i, safe, least, typef, flags
        )  # fmt: skip
        drove_on += drives_on
        here = np.float32(x)
        rear = np.float32(here - typef[i[s, TYPE], T_LENGTH])
        if x > wayf[w, W_LENGTH] - _ARRIVED_M or rear < 0.0:
            later[left], later_x[left] = s, x
            left += 1
            continue
        f[s, POS] = here
        # Rows of a way follow each other front to back.
        tail_rear[w], tail_slot[w] = rear, s
        head_slot[w] = s if head_slot[w] < 0 else head_slot[w]
    counts[3] += drove_on
    return left


@inner
def move_on(
    model: int, seed: int, step: int, dt: float, deadlock_s: float, n_lanes: int, n_later: int, later: I32,
    later_x: F64, f: F32, i: I32, safe: F32, least: F32, wayf: F64, wayi: I32, limit: F32, typef: F64,
    kind_of: NDArray[np.uint16], out: I32, to_lane: I32, road_first: I32, allowed: NDArray[np.uint16], route: I32,
    route_last: I32, state: U8, stop_lane: I32, stop_pos: F32, stop_steps: I32, stop_until: I32, n_stops_of: I32,
    outside_way: I32, outside_f: F32, new_way: I32, tail_rear: F32, tail_slot: I32, head_slot: I32, over_rear: F32,
    over_slot: I32, fill: I32, reach: F64, turn: I32, change: I32, arrived: I32, counts: I32,
) -> int:  # fmt: skip
    """Moves those whom `drive` left: over the end of their way, from outside, or to and from stops.

    `later` then holds those who came onto another way, and their number is returned. `new_way` is -1 for those who
    arrive; `counts[0]`: how many, and `arrived` has their rows. `fill` `(n_ways,)`: how many are on each way, before
    and after. `counts[1]` grows by each vehicle that entered a junction against red.
    """
    n = 0
    counts[0] = 0
    for k in range(n_later):
        s, x = later[k], later_x[k]
        w = new_way[s]
        flags = i[s, FLAGS]
        if x < 0.0 and flags & OUTSIDE:
            i[s, FLAGS] = (flags & ~(WAITED | STOOD | ENTERED)) | ((flags & (WAITS | NO_PASS)) << 5)
            v_id = i[s, ID]
            if outside_way[v_id] >= 0:
                if outside_way[v_id] != w and outside_way[v_id] < n_lanes:
                    i[s, PAST0] = -1
                new_way[s] = outside_way[v_id]
                f[s, POS] = outside_f[v_id, 0]
                f[s, ACCEL] = (outside_f[v_id, 1] - np.float64(f[s, SPEED])) / dt
                f[s, SPEED] = outside_f[v_id, 1]
                f[s, BRAKE] = brake_gap_m(outside_f[v_id, 1], typef[i[s, TYPE], T_DECEL], dt)
        else:
            if x < 0.0:
                x, drives_on = _advance(
                    model, seed, step, dt, deadlock_s, s, np.float64(limit[w]), f, i, safe, least, typef, flags
                )  # fmt: skip
                counts[3] += drives_on
                p = i[s, STOP]
                halted = flags & HALTED != 0
                if p >= 0 and w < n_lanes and (not halted or (stop_lane[p] == w and x >= stop_pos[p] - 1.5)):
                    if halted:
                        if step >= i[s, UNTIL]:
                            i[s, FLAGS] &= ~HALTED
                            i[s, STOP] = p + 1 if p + 1 < n_stops_of[i[s, ID] + 1] else -1
                            look_along_route(
                                f, i, s, w, n_lanes, wayf, wayi, out, to_lane, road_first, allowed, kind_of, route,
                                route_last[i[s, ID]], stop_lane, stop_pos, reach, turn, change,
                            )  # fmt: skip
                    elif stop_lane[p] == w and f[s, SPEED] < HALTING_MPS and x >= stop_pos[p] - 1.5:
                        i[s, FLAGS] |= HALTED
                        i[s, UNTIL] = max(step + stop_steps[p], stop_until[p])
                elif halted and step >= i[s, UNTIL]:
                    i[s, FLAGS] &= ~HALTED
            here = w
            length = wayf[w, W_LENGTH]
            gone = False
            while x > length - _ARRIVED_M:
                if here < n_lanes and i[s, AT] >= route_last[i[s, ID]]:
                    gone = True
                    break
                if x <= length + ROUND_M:
                    x = min(x, length)
                    break
                if here < n_lanes:
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
                fill[w] -= 1
                new_way[s] = -1
                arrived[counts[0]] = s
                counts[0] += 1
                continue
            f[s, POS] = x
            new_way[s] = here
        here = new_way[s]
        if here != w:
            fill[w] -= 1
            fill[here] += 1
            later[n] = s
            n += 1
        rear = np.float32(f[s, POS] - typef[i[s, TYPE], T_LENGTH])
        if rear < tail_rear[here]:
            tail_rear[here], tail_slot[here] = rear, s
        if head_slot[here] < 0 or f[head_slot[here], POS] < f[s, POS]:
            head_slot[here] = s
        if rear < 0.0:
            mark_tail(s, here, rear, n_lanes, i, wayf, wayi, over_rear, over_slot)
    return n
