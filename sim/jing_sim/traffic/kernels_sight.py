"""What a driver sees: the vehicle before it, room behind a junction, others on connectors that meet its own."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined
from jing_sim.traffic.kernels_following import HALTING_MPS, brake_gap_m, follow_mps, is_far, stop_mps
from jing_sim.traffic.rows import (
    BRAKE,
    CONTINUES,
    ENTRY,
    FLAGS,
    HALTED,
    ID,
    MEETS,
    POS,
    ROUNDABOUT,
    S_DIVERGES,
    S_FLAGS,
    S_MERGES,
    S_OTHER,
    S_OTHER_POINT,
    S_OTHER_WIDTH,
    S_PASSES,
    S_POINT,
    S_RADIUS,
    S_WIDTH,
    SECOND_PART,
    SPEED,
    STOOD,
    T_DECEL,
    T_EMERGENCY,
    T_GAP,
    T_LENGTH,
    T_TAU,
    TYPE,
    W_FLAGS,
    W_LENGTH,
    W_SIDE0,
    W_SIDE1,
    W_WALK0,
    W_WALK1,
    WAIT,
    WAITED,
)

__all__ = ["behind_mps", "keep_clear", "meet_others", "wait_mps"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

LINE_GAP_M = 1.0  # kept to a line behind which one may have to stop for long
LINK_EPS_M = 0.1
FREE_M = 1.0e9  # to where one would stop, of links before which one need not
_BLOCKED_S = 5.0
_SLACK_M = 2.0
_STOPPED, _SPACE = 3, 10  # columns of links: somebody stops behind it, room behind it


@inlined
def leader_brake_m(f: F32, u: int, decel: float, own: float, v: float, dt: float) -> float:
    """A leader's braking distance at the greater one of its own and the follower's deceleration."""
    if own <= decel:
        return f[u, BRAKE]
    return brake_gap_m(v, own, dt)


@inlined
def behind_mps(
    model: int, dt: float, v0: float, wish: float, fastest: float, gap: float, before: float, f: F32, i: I32, u: int,
    typef: F64, a: float, b: float, e: float, tau: float, gap0: float,
) -> float:  # fmt: skip
    """Speed behind vehicle `u` at `gap`, at most `fastest`; without a gap, that stops `before` metres ahead."""
    if gap < 0.0:
        return min(stop_mps(model, v0, before, b, dt, wish, a), fastest)
    d = typef[i[u, TYPE], T_DECEL]
    lead = f[u, SPEED]
    brake = leader_brake_m(f, u, d, b, lead, dt)
    if model == 0 and is_far(gap + brake, fastest, b, tau):
        return fastest
    return min(follow_mps(model, v0, wish, gap, lead, brake, max(d, b), a, b, e, tau, gap0, dt), fastest)


@inlined
def wait_mps(model: int, k: int, v0: float, b: float, dt: float, wish: float, a: float, it: F64) -> float:
    """Speed of a vehicle that stops before its link `k`."""
    if it[k, 7] >= FREE_M or (model == 0 and is_far(it[k, 7], it[k, 6], b, dt)):
        return it[k, 1]
    return min(it[k, 1], stop_mps(model, v0, it[k, 7], b, dt, wish, a))


@inlined
def first_there(f: F32, i: I32, s: int, u: int, ego_on: bool) -> bool:
    """Whether `u`, on a conflicting connector, goes before the vehicle in row `s`."""
    ego = i[s, ENTRY] if ego_on else 2147483647
    foe = i[u, ENTRY]
    if ego != foe:
        return ego > foe
    if f[s, SPEED] == f[u, SPEED]:
        return i[s, ID] > i[u, ID]
    return f[s, SPEED] < f[u, SPEED]


@inlined
def till_last_standing(f: F32, i: I32, first: I32, w: int, length: float, typef: F64) -> tuple[float, bool]:
    """Room on a way up to the last vehicle that stands, less those that still move before it; whether one stands."""
    moving = 0.0
    for u in range(first[w + 1] - 1, first[w] - 1, -1):
        t = i[u, TYPE]
        if f[u, SPEED] < HALTING_MPS:
            return f[u, POS] - typef[t, T_LENGTH] - moving, True
        moving += typef[t, T_LENGTH] + typef[t, T_GAP]
    return length - moving, False


@inlined
def _sagitta_m(radius: float, own_len: float) -> float:
    """How much further than its centre line a turning vehicle reaches, with some slack; turns may be too narrow."""
    half = 0.5 * (own_len + _SLACK_M)
    return radius - np.sqrt(radius * radius - half * half) if half < radius else FREE_M


@inlined
def meet_others(
    model: int, dt: float, s: int, cur: int, begin: float, last_item: int, v: float, v_pass: float, request: bool,
    patient: bool, v0: float, wish: float, fastest: float, comfort: float, first: I32, f: F32, i: I32,
    wayi: I32, sidef: F64, sidei: I32, typef: F64, over_rear: F32, over_slot: I32, walkf: F64, walki: I32,
    walk_busy: U8,
    it: F64, links: I32,
) -> tuple[float, float, bool]:  # fmt: skip
    """Speed, passing speed and request of a vehicle that drives on connector `cur`, for those who meet it there.

    `begin`: distance to the connector's begin (negative = on it); `last_item`: the link by which it comes in, or -1.
    """
    t = i[s, TYPE]
    gap0, a, b = typef[t, T_GAP], it[0, 8], typef[t, T_DECEL]
    e, tau = typef[t, T_EMERGENCY], typef[t, T_TAU]
    stood = begin < 0.0 and i[s, FLAGS] & STOOD != 0
    # Who stands on the very edge of a common stretch is in the other's way already: both would wait for ever.
    past_m = 0.0 if v0 < HALTING_MPS else -LINK_EPS_M
    second_part = wayi[cur, W_FLAGS] & SECOND_PART != 0
    # Vehicles on connectors that meet this one.
    for q in range(wayi[cur, W_SIDE0], wayi[cur, W_SIDE1]):
        o = sidei[q, S_OTHER]
        if first[o] == first[o + 1] and over_slot[o] < 0:
            continue
        side = sidei[q, S_FLAGS]
        if side & S_PASSES:
            continue
        merges, diverges = side & S_MERGES != 0, side & S_DIVERGES != 0
        # Whoever has not passed the place to wait inside does not drive up to crossings beyond it.
        waits_before = begin > 0.0 and second_part and not (merges or diverges)
        to_point = begin if waits_before else begin + sidef[q, S_POINT]
        width, o_width = sidef[q, S_WIDTH], sidef[q, S_OTHER_WIDTH]
        if to_point + width < 0.0 and not merges:
            continue
        lo = first[o] if over_slot[o] < 0 else first[o] - 1
        for k in range(first[o + 1] - 1, lo - 1, -1):
            u = k
            foe_back = 0.0
            if k < first[o]:
                u = over_slot[o]
                foe_back = np.float64(over_rear[o])
            else:
                foe_back = f[u, POS] - typef[i[u, TYPE], T_LENGTH]
            if u == s:
                continue
            foe_len = typef[i[u, TYPE], T_LENGTH]
            to_back = sidef[q, S_OTHER_POINT] - foe_back
            past = to_back + o_width < 0.0
            if past and sidef[q, S_RADIUS] > 0.0:
                past = to_back + o_width + _sagitta_m(sidef[q, S_RADIUS], typef[t, T_LENGTH]) < 0.0
            if past and not merges:
                continue
            entered = to_back < foe_len
            in_way = entered and ((not past and to_point > 0.0) or (merges and to_point > to_back - foe_len))
            if to_point < past_m and not in_way:
                continue
            # Of two that come from one lane, the one whose front is ahead drives on.
            if diverges and to_back - foe_len > to_point:
                continue
            on_it = k >= first[o]
            if not diverges and on_it and i[u, FLAGS] & STOOD and not in_way:
                continue
            if not patient and not in_way and f[u, SPEED] < HALTING_MPS:
                continue
            # Whoever stood inside is not looked at by those who move: it lets them pass.
            unseen = stood and not (merges or diverges) and on_it and f[u, SPEED] >= HALTING_MPS
            unseen = unseen and not i[u, FLAGS] & STOOD
            if not in_way and not unseen and not first_there(f, i, s, u, begin < 0.0):
                continue
            gap = to_point - gap0 - to_back - o_width
            x = behind_mps(
                model, dt, v0, wish, fastest, gap, begin - LINK_EPS_M, f, i, u, typef, a, b, e, tau, gap0
            )  # fmt: skip
            if not (merges or diverges) and to_point >= 0.0:
                # Drive up to the crossing point, to be there when the other has passed it.
                when = (to_point - gap) / max(np.float64(f[u, SPEED]), HALTING_MPS)
                goal = max(v0, 2.0 * (to_point - gap0) / when - v0)
                x = max(x, min(
                    v0 + dt * (goal - v0) / when,
                    stop_mps(model, v0, to_point - gap0, b, dt, wish, a),
                ))  # fmt: skip
            x = min(x, fastest)
            v = min(v, x)
            v_pass = min(v_pass, x)
            if last_item >= 0:
                it[last_item, 4] = min(it[last_item, 4], x)
                v = max(v, it[last_item, 1])
            if v < HALTING_MPS and (diverges or f[u, WAIT] > _BLOCKED_S or i[u, FLAGS] & HALTED):
                request = False
                if last_item >= 0 and diverges:
                    links[last_item, 1] = 0
    for q in range(wayi[cur, W_WALK0], wayi[cur, W_WALK1]):
        to_walk = begin + walkf[q, 0]
        if walk_busy[walki[q]] and to_walk > -LINK_EPS_M:
            x = stop_mps(model, v0, to_walk - LINE_GAP_M, b, dt, wish, a)
            if x >= comfort or f[s, SPEED] < HALTING_MPS:
                v = min(v, x)
                v_pass = min(v_pass, x)
                if last_item >= 0:
                    v = max(v, it[last_item, 1])
    return v, v_pass, request


@inlined
def _keeps_clear(way: int, n_lanes: int, wayi: I32) -> bool:
    """Whether nobody stops on a way: on a connector that others cross or merge with, and on second parts."""
    return way >= n_lanes and wayi[way, W_FLAGS] & (MEETS | SECOND_PART) != 0


@inlined
def keep_clear(
    model: int, n: int, n_lanes: int, s: int, w: int, v0: float, brake: float, t: int, dt: float, wish: float,
    first: I32, f: F32, i: I32, wayf: F64, wayi: I32, typef: F64, over_slot: I32, brutto: F32, it: F64, links: I32,
) -> None:  # fmt: skip
    """Takes back the requests of a vehicle of type `t` from the first junction on in which it would have to stop.

    Room behind each link is what the ways up to there leave up to the last one who stands, and that behind the next
    links as long as nothing keeps the vehicle from going on to there.
    """
    b = typef[t, T_DECEL]
    own_len = typef[t, T_LENGTH] + typef[t, T_GAP]
    room = 0.0
    for u in range(first[w], s):
        room -= typef[i[u, TYPE], T_LENGTH] + typef[i[u, TYPE], T_GAP]
    found = False
    for k in range(n):
        nw = links[k, 0]
        links[k, _STOPPED] = 0
        if nw >= 0 and not found:
            free, standing = till_last_standing(f, i, first, nw, wayf[nw, W_LENGTH], typef)
            standing = standing and not wayi[nw, W_FLAGS] & ROUNDABOUT
            taken = first[nw] < first[nw + 1]
            if _keeps_clear(nw, n_lanes, wayi):
                room -= brutto[nw]
            elif nw >= n_lanes:
                room += free
                found = standing
            elif not taken and over_slot[nw] < 0:
                # A lane on which one has no place is none to stop on.
                room += free if free > typef[t, T_LENGTH] else 0.0
            else:
                room += free
                last = first[nw + 1] - 1 if taken else over_slot[nw]
                found = standing or i[last, FLAGS] & (WAITED | HALTED) != 0
                links[k, _STOPPED] = 1 if found else 0
        it[k, _SPACE] = room
    for k in range(n - 1, 0, -1):
        nw = links[k - 1, 0]
        opened = nw < n_lanes or links[k, 0] < 0 or links[k, 1] != 0
        goes_on = (opened or wayi[nw, W_FLAGS] & CONTINUES != 0) and links[k - 1, _STOPPED] == 0
        if not opened:
            found = True
            goes_on = goes_on or (k > 1 and wayi[links[k - 2, 0], W_FLAGS] & CONTINUES != 0)
        if goes_on:
            it[k - 1, _SPACE] = it[k, _SPACE]
    removed = n
    for k in range(n - 1, -1, -1):
        if found and links[k, 0] >= 0 and it[k, _SPACE] < own_len and _keeps_clear(links[k, 0], n_lanes, wayi):
            removed = k
    if removed == 0 and w >= n_lanes:
        return
    for k in range(removed, n):
        if links[k, 0] < 0:
            break
        it[k, 0] = wait_mps(model, k, v0, b, dt, wish, it[0, 8], it)
        # Whoever goes into a junction leaves it.
        leaves = links[k, 0] < n_lanes and k > 0 and links[k - 1, 1] != 0
        if it[k, 5] >= brake + LINK_EPS_M and not leaves:
            links[k, 1] = 0
