"""Neighbours of a vehicle that thinks of changing lanes: before and behind it, on its road and beyond."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined
from jing_sim.traffic.kernels_approach import GREEN, OFF
from jing_sim.traffic.kernels_following import EPS_M, brake_gap_m, is_far, secure_gap_m, still_stops_mps
from jing_sim.traffic.rows import (
    ACCEL,
    ALL_WAY,
    AT,
    BRAKE,
    ID,
    MUST_STOP,
    NEXT0,
    POS,
    S_DIVERGES,
    S_FLAGS,
    S_OTHER,
    S_OTHER_POINT,
    SECOND_PART,
    SPEED,
    T_DECEL,
    T_EMERGENCY,
    T_GAP,
    T_LENGTH,
    T_TAU,
    TURNS_BACK,
    TYPE,
    W_FLAGS,
    W_FROM,
    W_GROUP,
    W_IN0,
    W_IN1,
    W_LENGTH,
    W_NEXT,
    W_OUT0,
    W_OUT1,
    W_ROAD,
    W_SIDE0,
    W_SIDE1,
    YIELDS,
)

__all__ = ["FAR", "foreseen_mps", "in_front", "lets_in", "too_near_beyond"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

FAR = 1.0e9
# Of all drivers, as SUMO looks back for the fastest one with the weakest brakes.
_FASTEST, _LEAST_DECEL = 1.3, 4.5


@inlined
def foreseen_mps(
    gap: float, has: bool, lead: float, lead_decel: float, lead_brake: float, distance: float, v: float, top: float,
    rising: bool, a: float, b: float, tau: float, dt: float,
) -> float:  # fmt: skip
    """Speed that a lane allows in the near future."""
    if has:
        if rising:
            top = min(top, v + a)
        room = gap + (lead_brake if lead_decel >= b else brake_gap_m(lead, b, dt))
    else:
        room = distance
    # As `safe_stop_mps`, without a branch: who has room and who has none follow one another at random.
    x = still_stops_mps(max(room - EPS_M, 0.0), b, tau, dt)
    return top if is_far(room, top, b, tau) else min(top, x if room >= EPS_M else 0.0)


@inlined
def in_front(
    f: F32, i: I32, s: int, lane: int, begin: int, at: int, pos: float, reach: float, n_lanes: int, of: F32, oi: I32,
    tail_rear: F32, tail_slot: I32, over_rear: F32, over_slot: I32, wayf: F64, wayi: I32, out: I32, to_lane: I32,
    route: I32, route_last: I32, road_first: I32, beside: bool, typef: F64,
) -> tuple[float, float, float, float, float, int]:  # fmt: skip
    """Back, speed, acceleration, deceleration, braking distance and row of the one before `pos`; back FAR = none.

    `at`: the row before `pos` on this lane (`begin` - 1 = none). The row is -1 where the vehicle is on another road.
    `beside`: the lane is not that of the vehicle in row `s`, which may take any connector to its next road from there.
    """
    if at >= begin:
        t = np.uint32(i[at, TYPE])
        return (
            f[at, POS] - typef[t, T_LENGTH], np.float64(f[at, SPEED]), np.float64(f[at, ACCEL]), typef[t, T_DECEL],
            np.float64(f[at, BRAKE]), at,
        )  # fmt: skip
    u = over_slot[lane]
    if u >= 0 and oi[u, ID] != i[s, ID]:
        return (
            np.float64(over_rear[lane]), np.float64(of[u, SPEED]), np.float64(of[u, ACCEL]),
            typef[oi[u, TYPE], T_DECEL], np.float64(of[u, BRAKE]), -1,
        )  # fmt: skip
    ahead = wayf[lane, W_LENGTH]
    # Routes are far away in memory: whoever knows its next connector need not look there.
    known = i[s, NEXT0]
    if ahead - pos > reach or (known < 0 and i[s, AT] >= route_last[i[s, ID]]):
        return FAR, 0.0, 0.0, 1.0, 0.0, -1
    way = -1
    if known >= 0 and not beside:
        way = n_lanes + known
    else:
        road = wayi[to_lane[known], W_ROAD] if known >= 0 else route[i[s, AT] + 1]
        next_first, next_end = road_first[road], road_first[road + 1]
        for q in range(wayi[lane, W_OUT0], wayi[lane, W_OUT1]):
            h = to_lane[out[q]]
            if h >= next_first and h < next_end:
                way = n_lanes + out[q]
                break
    hops = 0
    while way >= 0 and ahead - pos <= reach and hops < 4:
        u = tail_slot[way]
        back = tail_rear[way]
        if u < 0 and over_slot[way] >= 0:
            u = over_slot[way]
            back = over_rear[way]
        if u >= 0 and oi[u, ID] != i[s, ID]:
            return (
                ahead + back, np.float64(of[u, SPEED]), np.float64(of[u, ACCEL]), typef[oi[u, TYPE], T_DECEL],
                np.float64(of[u, BRAKE]), -1,
            )  # fmt: skip
        ahead += wayf[way, W_LENGTH]
        if way < n_lanes:
            break
        way = wayi[way, W_NEXT]
        hops += 1
    return FAR, 0.0, 0.0, 1.0, 0.0, -1


@inlined
def lets_in(
    lane: int, pos_rear: float, n_lanes: int, of: F32, oi: I32, head_slot: I32, wayf: F64, wayi: I32, into: I32,
    limit: F32, state: U8, own_id: int, v_ego: float, b_ego: float, typef: F64, dt: float, foresees: bool,
) -> bool:  # fmt: skip
    """Whether vehicles that come onto a lane from behind leave room for one whose tail is at `pos_rear`.

    `foresees`: one counts on their present acceleration. One looks back as far as anybody needs to brake, but not over
    links at which others give way, or where they turn back: who comes from there must only be able to stop at all.
    """
    fastest = _FASTEST * np.float64(limit[lane])
    reach = 0.5 * fastest * fastest / _LEAST_DECEL
    for q in range(wayi[lane, W_IN0], wayi[lane, W_IN1]):
        way = into[q]
        behind = pos_rear
        gives_way = False
        while behind < reach:
            u = head_slot[way]
            if u >= 0 and oi[u, ID] != own_id:
                t = oi[u, TYPE]
                gap = behind + wayf[way, W_LENGTH] - of[u, POS] - typef[t, T_GAP]
                if gives_way:
                    if gap < brake_gap_m(np.float64(of[u, SPEED]), typef[t, T_EMERGENCY], dt):
                        return False
                else:
                    fast = np.float64(of[u, SPEED])
                    fast += max(0.0, typef[t, T_TAU] * of[u, ACCEL]) if foresees else 0.0
                    if gap < secure_gap_m(fast, v_ego, typef[t, T_DECEL], b_ego, typef[t, T_TAU], dt):
                        return False
                break
            behind += wayf[way, W_LENGTH]
            if way < n_lanes:
                break
            gives_way = gives_way or _gives_way(way, wayi, state)
            way = wayi[way, W_FROM]
    return True


@inlined
def _gives_way(way: int, wayi: I32, state: U8) -> bool:
    """Whether one comes onto a connector or its second part by a link without priority, or turns back there."""
    flags, group = wayi[way, W_FLAGS], wayi[way, W_GROUP]
    if group >= 0 and state[group] != OFF:
        return bool(state[group] != GREEN or flags & TURNS_BACK != 0)
    return bool(flags & (YIELDS | MUST_STOP | ALL_WAY | SECOND_PART | TURNS_BACK) != 0)


@inlined
def too_near_beyond(
    lane: int, pos: float, v: float, b: float, tau: float, gap0: float, reach: float, at: int, last: int,
    road_first: I32, route: I32, n_lanes: int, of: F32, oi: I32, tail_rear: F32, tail_slot: I32, wayf: F64,
    wayi: I32, out: I32, to_lane: I32, sidef: F64, sidei: I32, typef: F64, own_id: int, dt: float,
) -> bool:  # fmt: skip
    """Whether somebody beyond the end of `lane` is too near to follow, on any way on from there.

    `in_front` looks along one of the connectors to the next road; the vehicle may take another one, and somebody who
    leaves by yet another one may still be in its way.
    """
    ahead = wayf[lane, W_LENGTH] - pos
    if ahead > reach or at >= last:
        return False
    next_first, next_end = road_first[route[at + 1]], road_first[route[at + 1] + 1]
    for k in range(wayi[lane, W_OUT0], wayi[lane, W_OUT1]):
        way = n_lanes + out[k]
        if not next_first <= to_lane[out[k]] < next_end:
            continue
        for q in range(wayi[way, W_SIDE0], wayi[way, W_SIDE1]):
            o = sidei[q, S_OTHER]
            u = tail_slot[o]
            if sidei[q, S_FLAGS] & S_DIVERGES and u >= 0 and tail_rear[o] < sidef[q, S_OTHER_POINT] and _too_near(
                ahead + tail_rear[o] - gap0, u, v, b, tau, of, oi, typef, own_id, dt
            ):  # fmt: skip
                return True
        beyond = ahead
        while beyond <= reach:
            u = tail_slot[way]
            if u >= 0:
                if _too_near(beyond + tail_rear[way] - gap0, u, v, b, tau, of, oi, typef, own_id, dt):
                    return True
                break
            beyond += wayf[way, W_LENGTH]
            if way < n_lanes:
                break
            way = wayi[way, W_NEXT]
    return False


@inlined
def _too_near(
    gap: float, u: int, v: float, b: float, tau: float, of: F32, oi: I32, typef: F64, own_id: int, dt: float
) -> bool:
    if oi[u, ID] == own_id:
        return False
    return gap < secure_gap_m(v, np.float64(of[u, SPEED]), b, typef[oi[u, TYPE], T_DECEL], tau, dt)
