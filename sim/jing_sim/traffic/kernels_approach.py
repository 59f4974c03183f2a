"""Saying when one will arrive: approaches to links at which others give way, and rings of drivers that all wait."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined, inner
from jing_sim.traffic.kernels_following import arrival_s, reached_mps, safe_stop_mps
from jing_sim.traffic.rows import (
    FACTOR,
    NEXT0,
    NEXT1,
    POS,
    S_FLAGS,
    S_OTHER,
    S_YIELDS,
    T_ACCEL,
    T_DECEL,
    T_LENGTH,
    T_SPEED,
    TYPE,
    W_FROM,
    W_LENGTH,
    W_NEXT,
    W_SIDE0,
    W_SIDE1,
    WAIT,
    YIELDED_TO,
    YIELDS,
)

__all__ = ["announce", "defer", "in_a_ring", "register", "sight_mps"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

SIGHT_M = 4.5  # SUMO's default distance from which a driver sees all foes of a minor link
LET_GO = 0.5  # share of the steps in which one of a ring of waiting drivers waives its right
RED, YELLOW, GREEN, PERMISSIVE, RED_YELLOW, OFF = 0, 1, 2, 3, 4, 5

# Columns of an approach, and of a record that the second pass decides.
A_ARRIVE, A_LEAVE, A_SPEED, A_LEAVE_SPEED, A_BRAKED, A_DISTANCE = 0, 1, 2, 3, 4, 5
A_SLOT, A_NEXT = 0, 1
P_ARRIVE, P_SPEED, P_LEAVE_SPEED, P_WAIT_V, P_PASS_V, P_DISTANCE, P_OPEN_V = 0, 1, 2, 3, 4, 5, 6
P_SLOT, P_WAY, P_FLAGS, P_LAST = 0, 1, 2, 3
P_CAN_BRAKE, P_STAND_FIRST, P_MINOR, P_PUSH = 1, 2, 4, 8


@inner
def sight_mps(decel: float, dt: float) -> float:
    """The speed from which one still stops within the distance from which all foes are seen."""
    return safe_stop_mps(SIGHT_M, decel, 0.0, dt)


@inner
def announce(
    dt: float, n_far: int, far: I32, n_lanes: int, f: F32, i: I32, wayf: F64, wayi: I32, limit: F32, typef: F64,
    signs: I32, state: U8, own_way: I32, lane_v: F64, lead_v: F64, ask_head: I32, askf: F64, aski: I32, counts: I32,
) -> int:  # fmt: skip
    """Says when vehicles that are still `far` away will reach their next two links, where others give way to them.

    As in SUMO they count on their present speed for all of the way, whatever slows them down on links between.
    Returns the number of approaches.
    """
    n_ask = 0
    for place in range(n_far):
        s = np.uint32(far[place])
        lane, t = np.uint32(own_way[s]), np.uint32(i[s, TYPE])
        own_len, top, a, b = typef[t, T_LENGTH], typef[t, T_SPEED], typef[t, T_ACCEL], typef[t, T_DECEL]
        factor, v_now = np.float64(f[s, FACTOR]), lane_v[s]
        total = seen = wayf[lane, W_LENGTH] - f[s, POS]
        for k in range(2):
            c = i[s, NEXT0 + k]
            if c < 0:
                break
            way = np.uint32(n_lanes + c)
            flags = signs[way]
            g = (flags >> 16) - 1
            show = state[np.uint32(g)] if g >= 0 else OFF
            if k == 1 and (not flags & YIELDED_TO or show == RED or show == YELLOW or show == RED_YELLOW):
                break
            passing = reached_mps(seen, v_now, a, min(top if k else min(lead_v[s], top), factor * limit[lane]))
            minor = show == PERMISSIVE or (show == OFF and flags & YIELDS)
            there = passing
            if minor:
                there = reached_mps(SIGHT_M, sight_mps(b, dt), a, passing)
            arrive = arrival_s(total, v_now, there, a, b)
            if flags & YIELDED_TO:
                if n_ask >= len(askf):
                    counts[2] += 1
                    break
                leave = reached_mps(wayf[way, W_LENGTH], passing, a, min(top, factor * limit[way]))
                aski[n_ask, A_SLOT] = s
                aski[n_ask, A_NEXT] = ask_head[way]
                ask_head[way] = n_ask
                askf[n_ask, A_ARRIVE] = arrive
                askf[n_ask, A_LEAVE] = arrive + (wayf[way, W_LENGTH] + own_len) / max(0.5 * (there + leave), 0.001)
                askf[n_ask, A_SPEED] = there
                askf[n_ask, A_LEAVE_SPEED] = leave
                askf[n_ask, A_BRAKED] = 0.0
                askf[n_ask, A_DISTANCE] = total
                n_ask += 1
            c = i[s, NEXT1]
            if minor or c < 0 or not signs[np.uint32(n_lanes + c)] & YIELDED_TO:
                break
            inside = wayf[way, W_LENGTH]
            nxt = wayi[way, W_NEXT]
            if nxt >= n_lanes:
                inside += wayf[nxt, W_LENGTH]
                nxt = wayi[nxt, W_NEXT]
            lane = np.uint32(nxt)
            seen = wayf[lane, W_LENGTH]
            total += inside + seen
    return n_ask


@inlined
def in_a_ring(s: int, way: int, first: I32, f: F32, i: I32, wayi: I32, sidei: I32, n_lanes: int) -> bool:
    """Whether somebody to whom this vehicle must give way stands at the line as well."""
    for q in range(wayi[way, W_SIDE0], wayi[way, W_SIDE1]):
        if not sidei[q, S_FLAGS] & S_YIELDS:
            continue
        o = sidei[q, S_OTHER]
        if o >= n_lanes and wayi[o, W_FROM] >= n_lanes:
            o = wayi[o, W_FROM]
        lane = wayi[o, W_FROM]
        u = first[lane]
        if u < first[lane + 1] and u != s and f[u, WAIT] > 0.0 and i[u, NEXT0] == o - n_lanes:
            return True
    return False


@inlined
def register(
    n_ask: int, s: int, way: int, k: int, v0: float, b: float, own_len: float, it: F64, wayf: F64, ask_head: I32,
    askf: F64, aski: I32,
) -> int:  # fmt: skip
    """Enters the vehicle in row `s` among those who come to `way`, by its link `k`; returns the next free place."""
    aski[n_ask, A_SLOT] = s
    aski[n_ask, A_NEXT] = ask_head[way]
    ask_head[way] = n_ask
    askf[n_ask, A_ARRIVE] = it[k, 2]
    askf[n_ask, A_LEAVE] = it[k, 2] + (wayf[way, W_LENGTH] + own_len) / max(0.5 * (it[k, 3] + it[k, 4]), 0.001)
    askf[n_ask, A_SPEED] = it[k, 3]
    askf[n_ask, A_LEAVE_SPEED] = it[k, 4]
    x = v0 * v0 - 2.0 * b * it[k, 5]
    askf[n_ask, A_BRAKED] = min(np.sqrt(x), it[k, 3]) if x > 0.0 else 0.0
    askf[n_ask, A_DISTANCE] = it[k, 5]
    return n_ask + 1


@inlined
def defer(
    row: int, s: int, way: int, k: int, can_brake: bool, patient: bool, v_wait: float, it: F64, links: I32, pendf: F64,
    pendi: I32,
) -> None:  # fmt: skip
    """Writes down that the vehicle in row `s` gives way at `way`, its link `k`, for the second pass to decide."""
    pendi[row, P_SLOT] = s
    pendi[row, P_WAY] = way
    pendi[row, P_FLAGS] = links[k, 2] & P_STAND_FIRST | (P_CAN_BRAKE if can_brake else 0) | (0 if patient else P_PUSH)
    pendf[row, P_ARRIVE] = it[k, 2]
    pendf[row, P_SPEED] = it[k, 3]
    pendf[row, P_LEAVE_SPEED] = it[k, 4]
    pendf[row, P_WAIT_V] = v_wait
    pendf[row, P_PASS_V] = it[k, 0]
    pendf[row, P_DISTANCE] = it[k, 5]
