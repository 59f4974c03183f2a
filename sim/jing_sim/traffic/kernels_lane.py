"""What each vehicle can drive by its own lane and leader, and who must look beyond: the first pass of planning.

One tight loop over all rows does the arithmetic of car following without branches, for it is the same for everybody
and a branch that is guessed wrong costs more than a root. It leaves lists of the few who need more.
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined, inner
from jing_sim.traffic.kernels_approach import RED, RED_YELLOW, YELLOW
from jing_sim.traffic.kernels_following import (
    EPS_M,
    HALTING_MPS,
    ROUND_M,
    brake_gap_m,
    is_far,
    safe_stop_mps,
    still_stops_mps,
    stop_mps,
)
from jing_sim.traffic.kernels_sight import LINE_GAP_M, LINK_EPS_M, behind_mps
from jing_sim.traffic.rows import (
    BRAKE,
    FACTOR,
    FLAGS,
    HALTED,
    NEXT0,
    NEXT1,
    NO_PASS,
    ON_RED,
    POS,
    SPEED,
    STOP,
    T_ACCEL,
    T_DECEL,
    T_EMERGENCY,
    T_GAP,
    T_LENGTH,
    T_SPEED,
    T_TAU,
    TYPE,
    W_LENGTH,
    W_STOP,
    WAITED,
    WAITS,
    YIELDED_TO,
)

__all__ = ["BLOCK_WORDS", "NOBODY_MPS", "mark_taken", "plan_odd", "plan_on_lanes", "stop_at_red"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

NOBODY_MPS = 1.0e9
_SHUT = 1 << RED | 1 << YELLOW | 1 << RED_YELLOW
_HARD_SHARE = 0.99  # of the deceleration: whoever brakes harder may be in an emergency
# Columns of a block of rows, on which the compiler can work several rows at a time.
_BLOCK = 64
BLOCK_WORDS = 12 * _BLOCK
_ROOM, _V0, _WISH, _SEEN, _TOP, _A, _B, _TAU, _LEAD, _V, _HARD, _PAST = range(0, BLOCK_WORDS, _BLOCK)


@inner
def mark_taken(n_busy: int, busy: I32, over_slot: I32, taken: U8) -> None:
    """Writes which ways are `taken`: have a vehicle on them, or a tail over them."""
    for w in range(len(taken)):
        taken[w] = over_slot[w] >= 0
    for place in range(n_busy):
        taken[busy[place]] = 1


@inlined
def _gather(
    dt: float, begin: int, end: int, before: np.int64, u: int, f: F32, i: I32, wayf: F64, limit: F32, typef: F64,
    way: I32, block: F64, stands: U8,
) -> None:  # fmt: skip
    """Columns of `block` for rows `begin` to `end - 1`; row `u` on way `before` is the one in front of them."""
    t = i[u, TYPE]
    lead_v, lead_decel = np.float64(f[u, SPEED]), typef[t, T_DECEL]
    lead_brake: float = np.float64(f[u, BRAKE])
    rear = f[u, POS] - typef[t, T_LENGTH]
    f, i, way = f[begin:end], i[begin:end], way[begin:end]
    for j in range(end - begin):
        w, t = np.uint32(way[j]), np.uint32(i[j, TYPE])
        pos, v0, b = np.float64(f[j, POS]), np.float64(f[j, SPEED]), typef[t, T_DECEL]
        gap = rear - pos - typef[t, T_GAP]
        if b > lead_decel:
            lead_brake = brake_gap_m(lead_v, b, dt)
        room = gap + lead_brake - EPS_M
        room = room if gap >= 0.0 else -1.0
        block[_ROOM + j] = room if w == before else np.inf
        block[_V0 + j] = v0
        block[_WISH + j] = limit[w] * np.float64(f[j, FACTOR])
        block[_SEEN + j] = wayf[w, W_LENGTH] - pos
        block[_TOP + j] = typef[t, T_SPEED]
        block[_A + j] = typef[t, T_ACCEL]
        block[_B + j] = b
        block[_TAU + j] = typef[t, T_TAU]
        stands[w] |= (v0 < HALTING_MPS) | (i[j, FLAGS] & WAITED != 0)
        before = np.int64(w)
        rear = f[j, POS] - typef[t, T_LENGTH]
        lead_v, lead_brake, lead_decel = v0, np.float64(f[j, BRAKE]), b


@inlined
def _follow(dt: float, block: F64) -> None:
    """Speeds behind a leader and on the lane, for all rows of a block at once."""
    for j in range(_BLOCK):
        room, v0, tau, b = block[_ROOM + j], block[_V0 + j], block[_TAU + j], block[_B + j]
        fastest = min(v0 + block[_A + j] * dt, block[_TOP + j])
        c = b * dt
        x = still_stops_mps(max(room, 0.0), b, tau, dt)
        x = min(x, fastest) if room >= 0.0 else 0.0
        x = fastest if room >= fastest * (tau + 0.5 * fastest / b) else x
        x = x if room < NOBODY_MPS else NOBODY_MPS
        reach = fastest * (dt + tau) + 0.5 * fastest * fastest / b + 0.5 * fastest * dt
        block[_LEAD + j] = x
        block[_V + j] = min(fastest, max(min(block[_WISH + j], block[_TOP + j]), v0 - c, 0.0), x)
        block[_HARD + j] = v0 - x - _HARD_SHARE * c
        block[_PAST + j] = block[_SEEN + j] - reach


@inner
def plan_on_lanes(
    model: int, dt: float, n: int, n_lanes: int, f: F32, i: I32, wayf: F64, limit: F32, typef: F64, signs: I32,
    state: U8, over_slot: I32, way: I32, lane_v: F64, lead_v: F64, safe: F32, least: F32, far: I32, near: I32,
    odd: I32, stands: U8, block: F64, counts: I32,
) -> None:  # fmt: skip
    """Writes `lane_v` (the speed that lane and leader allow), `lead_v` (the leader alone) and `safe`, clears flags.

    `far`: those far from the end of their lane to whom others may give way there; `near`: those who must look beyond
    it; `odd`: those for whom `plan_odd` must do this anew. `counts[0]` to `counts[2]`: their numbers. `stands`: ways
    on which somebody stands or waited.
    """
    n_far = n_near = n_odd = 0
    stands[:] = 0
    before = np.int64(-1)
    for begin in range(0, n, _BLOCK):
        end = min(n, begin + _BLOCK)
        _gather(dt, begin, end, before, max(begin - 1, 0), f, i, wayf, limit, typef, way, block, stands)
        _follow(dt, block)
        some_i, some_ways, some_v, some_leads = i[begin:end], way[begin:end], lane_v[begin:end], lead_v[begin:end]
        for j in range(end - begin):
            s = begin + j
            w = np.uint32(some_ways[j])
            flags = some_i[j, FLAGS]
            halted = flags & HALTED != 0
            some_i[j, FLAGS] = flags | WAITS if halted else flags & ~(WAITS | NO_PASS)
            some_v[j] = block[_V + j]
            some_leads[j] = block[_LEAD + j]
            away = (w < n_lanes) & (block[_PAST + j] > 0.0)
            near[np.uint32(n_near)] = s
            n_near += (not away) & (not halted)
            c0, c1 = some_i[j, NEXT0], some_i[j, NEXT1]
            sign = signs[np.uint32(n_lanes + max(c0, 0))]
            later = signs[np.uint32(n_lanes + max(c1, 0))] & YIELDED_TO != 0
            group = (sign >> 16) - 1
            show = np.int64(state[np.uint32(max(group, 0))])
            shut = (group >= 0) & ((_SHUT >> show) & 1 != 0)
            asks = (c0 >= 0) & (not shut) & ((sign & YIELDED_TO != 0) | ((c1 >= 0) & later))
            far[np.uint32(n_far)] = s
            n_far += away & asks & (not halted)
            odd[np.uint32(n_odd)] = s
            tail = (w != before) & (over_slot[w] >= 0)
            n_odd += halted | tail | (some_i[j, STOP] >= 0) | (block[_HARD + j] > 0.0)
            before = np.int64(w)
    if model != 0:
        for s in range(n):
            odd[s] = s
        n_odd = n
    for s in range(n):
        safe[s] = lane_v[s]
        least[s] = 0.0
    counts[0], counts[1], counts[2] = n_far, n_near, n_odd


@inner
def plan_odd(
    model: int, dt: float, n_odd: int, odd: I32, n_lanes: int, first: I32, f: F32, i: I32, limit: F32, typef: F64,
    over_rear: F32, over_slot: I32, stop_lane: I32, stop_pos: F32, way: I32, lane_v: F64, lead_v: F64, safe: F32,
) -> None:  # fmt: skip
    """Writes `lane_v`, `lead_v` and `safe` with all that is rare: tails from other ways, stops, emergencies, models."""
    for k in range(n_odd):
        s = odd[k]
        w = way[s]
        if i[s, FLAGS] & HALTED:
            lane_v[s] = 0.0
            safe[s] = 0.0
            continue
        t = i[s, TYPE]
        gap0, top, a, b = typef[t, T_GAP], typef[t, T_SPEED], typef[t, T_ACCEL], typef[t, T_DECEL]
        e, tau = typef[t, T_EMERGENCY], typef[t, T_TAU]
        pos, v0 = np.float64(f[s, POS]), np.float64(f[s, SPEED])
        fastest = min(v0 + a * dt, top)
        comfort = max(v0 - b * dt, 0.0)
        wish = min(limit[w] * np.float64(f[s, FACTOR]), top)
        u, gap = -1, 0.0
        if s > first[w]:
            u = s - 1
            gap = f[u, POS] - typef[i[u, TYPE], T_LENGTH] - pos - gap0
        elif over_slot[w] >= 0 and over_slot[w] != s and over_rear[w] > pos - 1.0:
            u = over_slot[w]
            gap = over_rear[w] - pos - gap0
        x = NOBODY_MPS
        if u >= 0:
            x = behind_mps(model, dt, v0, wish, fastest, gap, -1.0, f, i, u, typef, a, b, e, tau, gap0)
        v = min(fastest, max(wish, comfort), x)
        p = i[s, STOP]
        if p >= 0 and w < n_lanes and stop_lane[p] == w:
            v = min(v, max(stop_mps(model, v0, stop_pos[p] - pos + 0.001, b, dt, wish, a), comfort))
        lane_v[s] = v
        lead_v[s] = x
        safe[s] = v


@inner
def stop_at_red(
    model: int, dt: float, n_near: int, near: I32, red: I32, n_lanes: int, f: F32, i: I32, wayf: F64, limit: F32,
    typef: F64, signs: I32, state: U8, way: I32, lane_v: F64, safe: F32,
) -> int:  # fmt: skip
    """Plans for those of `near` who wait at red, and leaves the others there; returns how many they are.

    Most of those near a junction wait at red: nothing beyond the line matters to them.
    """
    n_red = n_left = 0
    for k in range(n_near):
        s = np.uint32(near[k])
        w = np.uint32(way[s])
        c = i[s, NEXT0]
        sign = signs[np.uint32(n_lanes + max(c, 0))]
        group = (sign >> 16) - 1
        show = state[np.uint32(max(group, 0))]
        shut = (group >= 0) & ((show == RED_YELLOW) | ((show == RED) & (sign & ON_RED == 0)))
        brakes = wayf[w, W_LENGTH] - f[s, POS] - wayf[w, W_STOP] >= f[s, BRAKE] - ROUND_M
        waits = (w < n_lanes) & (c >= 0) & shut & brakes
        near[np.uint32(n_left)] = s
        n_left += not waits
        red[np.uint32(n_red)] = s
        n_red += waits
    for k in range(n_red):
        s = np.uint32(red[k])
        w, t = np.uint32(way[s]), np.uint32(i[s, TYPE])
        b = typef[t, T_DECEL]
        v0, brake, v = np.float64(f[s, SPEED]), np.float64(f[s, BRAKE]), lane_v[s]
        seen = wayf[w, W_LENGTH] - f[s, POS]
        off = max(LINE_GAP_M, wayf[w, W_STOP])
        off = min(off, seen - brake) if seen >= brake - ROUND_M else off
        line = max(0.0, seen - max(LINK_EPS_M, off))
        x = min(v, safe_stop_mps(line, b, dt, dt))
        x = v if is_far(line, v, b, dt) else x
        if model != 0:
            top = typef[t, T_SPEED]
            x = min(
                v, stop_mps(model, v0, line, b, dt, min(limit[w] * np.float64(f[s, FACTOR]), top), typef[t, T_ACCEL])
            )
        safe[s] = x
        i[s, FLAGS] |= WAITS if (x < v0) | (x < HALTING_MPS) else 0
    return n_left
