"""Planning: the speed that each vehicle can take in the next step, from the state at its begin.

The order of ideas is that of SUMO's car-following loop: own limit and leader, then link by link over the ways ahead;
each link gets a speed for passing it and one for waiting at it. What must give way within sight of its foes is
decided in a second pass (`kernels_yield`), when everybody has said when it will arrive.
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic.kernel_cache import inlined, leaf
from jing_sim.traffic.kernels_following import (
    HALTING_MPS,
    arrival_s,
    brake_gap_m,
    follow_mps,
    free_mps,
    reached_mps,
    stop_mps,
    uniform,
)
from jing_sim.traffic.rows import (
    ALL_WAY,
    AT,
    BRAKE,
    CONTINUES,
    ENTRY,
    EQUAL,
    FACTOR,
    FLAGS,
    HALTED,
    ID,
    MEETS,
    MUST_STOP,
    NEXT0,
    NEXT1,
    NO_PASS,
    ON_RED,
    POS,
    ROUNDABOUT,
    SECOND_PART,
    SPEED,
    STOP,
    S_DIVERGES,
    S_FLAGS,
    S_MERGES,
    S_OTHER,
    S_OTHER_POINT,
    S_OTHER_WIDTH,
    S_PASSES,
    S_POINT,
    S_WIDTH,
    S_YIELDS,
    TYPE,
    T_ACCEL,
    T_DECEL,
    T_EMERGENCY,
    T_GAP,
    T_LENGTH,
    T_SPEED,
    T_TAU,
    WAIT,
    WAITS,
    W_FLAGS,
    W_FROM,
    W_GROUP,
    W_LENGTH,
    W_NEXT,
    W_SIDE0,
    W_SIDE1,
    W_STOP,
    W_WALK0,
    W_WALK1,
    YIELDED_TO,
    YIELDS,
)

__all__ = ["plan_speeds"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

SIGHT_M = 4.5  # SUMO's default distance from which a driver sees all foes of a minor link
LINE_GAP_M = 1.0  # kept to a line behind which one may have to stop for long
LINK_EPS_M = 0.1
_BLOCKED_S = 5.0
_LET_GO = 0.5  # share of the steps in which one of a ring of waiting drivers waives its right
_ITEMS = 10
_RED, _YELLOW, _GREEN, _PERMISSIVE, _RED_YELLOW, _OFF = 0, 1, 2, 3, 4, 5

# Columns of an approach, and of a record that the second pass decides.
A_ARRIVE, A_LEAVE, A_SPEED, A_LEAVE_SPEED, A_BRAKED, A_DISTANCE = 0, 1, 2, 3, 4, 5
A_SLOT, A_NEXT = 0, 1
P_ARRIVE, P_SPEED, P_LEAVE_SPEED, P_WAIT_V, P_PASS_V, P_DISTANCE, P_OPEN_V = 0, 1, 2, 3, 4, 5, 6
P_SLOT, P_WAY, P_FLAGS, P_LAST = 0, 1, 2, 3
P_CAN_BRAKE, P_STAND_FIRST, P_MINOR, P_PUSH = 1, 2, 4, 8


@inlined
def _leader_brake(f: F32, u: int, decel: float, own: float, v: float, dt: float) -> float:
    """A leader's braking distance at the greater one of its own and the follower's deceleration."""
    if own <= decel:
        return f[u, BRAKE]
    return brake_gap_m(v, own, dt)


@inlined
def _behind(
    model: int, dt: float, v0: float, wish: float, gap: float, before: float, f: F32, i: I32, u: int, typef: F64,
    a: float, b: float, e: float, tau: float, gap0: float,
) -> float:  # fmt: skip
    """Speed behind vehicle `u` at `gap`; where there is no gap left, the speed that stops `before` metres ahead."""
    if gap < 0.0:
        return stop_mps(model, v0, before, b, dt, wish, a)
    d = typef[i[u, TYPE], T_DECEL]
    lead = f[u, SPEED]
    return follow_mps(
        model, v0, wish, gap, lead, _leader_brake(f, u, d, b, lead, dt), max(d, b), a, b, e, tau, gap0, dt
    )


@inlined
def _first_there(f: F32, i: I32, s: int, u: int, ego_on: bool) -> bool:
    """Whether `u`, on a conflicting connector, goes before the vehicle in row `s`."""
    ego = i[s, ENTRY] if ego_on else 2147483647
    foe = i[u, ENTRY]
    if ego != foe:
        return ego > foe
    if f[s, SPEED] == f[u, SPEED]:
        return i[s, ID] > i[u, ID]
    return f[s, SPEED] < f[u, SPEED]


@inlined
def _till_last_standing(f: F32, i: I32, first: I32, w: int, length: float, typef: F64) -> tuple[float, bool]:
    """Room on a way up to the last vehicle that stands, less those that still move before it; whether one stands."""
    moving = 0.0
    for u in range(first[w + 1] - 1, first[w] - 1, -1):
        t = i[u, TYPE]
        if f[u, SPEED] < HALTING_MPS:
            return f[u, POS] - typef[t, T_LENGTH] - moving, True
        moving += typef[t, T_LENGTH] + typef[t, T_GAP]
    return length - moving, False


@inlined
def _announce(
    s: int, n_lanes: int, v: float, v_now: float, seen: float, factor: float, top: float, own_len: float, a: float,
    b: float, f: F32, i: I32, wayf: F64, wayi: I32, limit: F32, state: U8, ask_head: I32, askf: F64, aski: I32,
    n_ask: int, lead_v: float, counts: I32,
) -> int:  # fmt: skip
    """Says when a vehicle that is still far away will reach its next two links, where others give way to it there."""
    arrive = 0.0
    total = seen
    speed = v_now
    for k in range(2):
        c = i[s, NEXT0 + k]
        if c < 0:
            return n_ask
        way = n_lanes + c
        g = wayi[way, W_GROUP]
        show = state[g] if g >= 0 else _OFF
        if show == _RED or show == _YELLOW or show == _RED_YELLOW:
            return n_ask
        flags = wayi[way, W_FLAGS]
        if k == 1 and not flags & YIELDED_TO:
            return n_ask
        if k == 0 and not flags & YIELDED_TO:
            c2 = i[s, NEXT1]
            if c2 < 0 or not wayi[n_lanes + c2, W_FLAGS] & YIELDED_TO:
                return n_ask
        passing = min(reached_mps(seen, speed, a), top if k else min(lead_v, top), factor * limit[wayi[way, W_FROM]])
        minor = show == _PERMISSIVE or (show == _OFF and flags & YIELDS)
        there = min(passing, 10.2) if minor else passing
        arrive += arrival_s(seen, speed, there, a, b)
        if flags & YIELDED_TO:
            if n_ask >= len(askf):
                counts[2] += 1
                return n_ask
            leave = min(reached_mps(wayf[way, W_LENGTH], passing, a), factor * limit[way])
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
        if minor:
            return n_ask
        inside = wayf[way, W_LENGTH]
        nxt = wayi[way, W_NEXT]
        if nxt >= n_lanes:
            inside += wayf[nxt, W_LENGTH]
            nxt = wayi[nxt, W_NEXT]
        speed = max(1.0, min(passing, factor * limit[way]))
        arrive += inside / speed
        seen = wayf[nxt, W_LENGTH]
        total += inside + seen
    return n_ask


@inlined
def _in_a_ring(s: int, way: int, first: I32, f: F32, i: I32, wayi: I32, sidei: I32, n_lanes: int) -> bool:
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


@leaf
def plan_speeds(
    model: int, seed: int, dt: float, step: int, n_lanes: int, first: I32, f: F32, i: I32, wayf: F64, wayi: I32, limit: F32,
    sidef: F64, sidei: I32, typef: F64, over_rear: F32, over_slot: I32, brutto: F32, route_last: I32, state: U8,
    stop_lane: I32, stop_pos: F32, walkf: F64, walki: I32, walk_busy: U8, deadlock_s: float,
    safe: F32, least: F32, ask_head: I32, askf: F64, aski: I32, pendf: F64, pendi: I32, it: F64, links: I32,
    counts: I32,
) -> None:  # fmt: skip
    """Writes `safe` (speed) and `least` (what is driven without imperfection) of every row, and who asks where.

    `ask_head` `(n_ways,)` heads linked lists of approaches in `askf`, `aski`; `pendf`, `pendi` receive the decisions
    left to the second pass; `counts[0]`, `counts[1]` their numbers, `counts[2]` the approaches that found no place. Whoever
    has stood for `deadlock_s` goes ahead of others that stand, and into junctions that it may block.
    """
    n_ask = 0
    n_pend = 0
    ask_head[:] = -1
    inv_dt = 1.0 / dt
    for w in range(len(first) - 1):
        k0, k1 = first[w], first[w + 1]
        if k0 == k1:
            continue
        length = wayf[w, W_LENGTH]
        front = 0.0
        for s in range(k0, k1):
            t = i[s, TYPE]
            own_len, gap0 = typef[t, T_LENGTH], typef[t, T_GAP]
            in_front = front
            front += own_len + gap0
            least[s] = 0.0
            flags = i[s, FLAGS]
            if flags & HALTED:
                safe[s] = 0.0
                i[s, FLAGS] = flags | WAITS
                continue
            top, a, b = typef[t, T_SPEED], typef[t, T_ACCEL], typef[t, T_DECEL]
            e, tau = typef[t, T_EMERGENCY], typef[t, T_TAU]
            pos, v0, factor = np.float64(f[s, POS]), np.float64(f[s, SPEED]), np.float64(f[s, FACTOR])
            fastest = min(v0 + a * dt, top)
            comfort = max(v0 - b * dt, 0.0)
            wish = min(limit[w] * factor, top)
            lane_top = max(wish, comfort)
            v = min(fastest, lane_top)
            seen = length - pos
            i[s, FLAGS] = flags & ~(WAITS | NO_PASS)
            lead_v = 1.0e9
            if s > k0:
                u = s - 1
                gap = f[u, POS] - typef[i[u, TYPE], T_LENGTH] - pos - gap0
                lead_v = min(fastest, _behind(model, dt, v0, wish, gap, -1.0, f, i, u, typef, a, b, e, tau, gap0))
                v = min(v, lead_v)
            elif over_slot[w] >= 0 and over_slot[w] != s:
                u = over_slot[w]
                gap = over_rear[w] - pos - gap0
                if over_rear[w] > pos - 1.0:
                    lead_v = min(fastest, _behind(model, dt, v0, wish, gap, -1.0, f, i, u, typef, a, b, e, tau, gap0))
                    v = min(v, lead_v)
            p = i[s, STOP]
            if p >= 0 and w < n_lanes and stop_lane[p] == w:
                v = min(v, max(stop_mps(model, v0, stop_pos[p] - pos + 0.001, b, dt, wish, a), comfort))
            reach = fastest * (dt + tau) + 0.5 * fastest * fastest / b + 0.5 * fastest * dt
            at, last = i[s, AT], route_last[i[s, ID]]
            if w < n_lanes:
                if at >= last:
                    safe[s] = v
                    continue
                if seen > reach:
                    n_ask = _announce(
                        s, n_lanes, v, min(v, lane_top), seen, wish / max(limit[w], 0.1), top, own_len, a, b, f, i,
                        wayf, wayi, limit, state, ask_head, askf, aski, n_ask, lead_v, counts,
                    )  # fmt: skip
                    safe[s] = v
                    continue
            patient = f[s, WAIT] < deadlock_s
            brake = np.float64(f[s, BRAKE])
            v_pass = min(reached_mps(seen, v, a), lane_top, lead_v)
            n = 0
            cur, ci, begin = w, 0 if w < n_lanes else 1, -pos
            slowed = False
            last_item = -1
            cont_show = -1
            beyond = False
            while True:
                if last_item >= 0:
                    u = first[cur + 1] - 1
                    back = 0.0
                    if u >= first[cur]:
                        back = f[u, POS] - typef[i[u, TYPE], T_LENGTH]
                    else:
                        u = over_slot[cur]
                        back = np.float64(over_rear[cur])
                    if u >= 0 and u != s:
                        x = _behind(
                            model, dt, v0, wish, begin + back - gap0, begin - LINK_EPS_M, f, i, u, typef, a, b, e,
                            tau, gap0,
                        )  # fmt: skip
                        x = min(x, fastest)
                        v = min(v, x)
                        v_pass = min(v_pass, x)
                        it[last_item, 4] = min(it[last_item, 4], x)
                    it[last_item, 1] = min(it[last_item, 1], v)
                entry = cur < n_lanes
                nw = -1
                if entry:
                    if at < last:
                        if ci >= 4:
                            nw = -3
                        else:
                            c = i[s, NEXT0 + ci]
                            nw = n_lanes + c if c >= 0 else -2
                else:
                    nw = wayi[cur, W_NEXT]
                if nw < 0 or n == _ITEMS - 1:
                    if nw == -2:
                        v = min(v, stop_mps(model, v0, seen, b, dt, wish, a))
                    links[n, 0], links[n, 1], links[n, 2] = -1, 0, 0
                    it[n, 0], it[n, 1] = v, v
                    n += 1
                    break
                way_flags = wayi[nw, W_FLAGS]
                inner = way_flags & SECOND_PART != 0
                # What the link shows: has priority, must not be passed, or gives way.
                prio, held, stand_first = True, False, False
                yellow = False
                last_major = False
                if entry:
                    g = wayi[nw, W_GROUP]
                    show = state[g] if g >= 0 else _OFF
                    cont_show = show
                    if show == _RED or show == _RED_YELLOW:
                        held = not (way_flags & ON_RED and show == _RED)
                        stand_first = not held
                        prio = held
                    elif show == _YELLOW:
                        yellow = True
                    elif show == _PERMISSIVE:
                        prio = False
                    elif show == _OFF:
                        prio = not way_flags & (YIELDS | MUST_STOP | ALL_WAY)
                        stand_first = way_flags & (MUST_STOP | ALL_WAY) != 0
                elif inner:
                    prio = not way_flags & YIELDS
                    last_major = cont_show == _GREEN
                    if cont_show == -1:
                        g = wayi[cur, W_GROUP]
                        last_major = g >= 0 and (state[g] == _GREEN or state[g] == _YELLOW)
                offset = wayf[cur, W_STOP] if entry else 0.0
                can_brake_end = seen >= brake
                can_brake_line = seen - offset >= brake
                off = offset
                if yellow or prio:
                    off = max(LINE_GAP_M, offset)
                if can_brake_end:
                    off = min(off, seen - brake)
                off = max(LINK_EPS_M, off)
                stop_at = max(0.0, seen - off)
                leaving = not entry and last_item < 0
                request = (v > 0.001 and not (slowed and entry)) or leaving
                v_wait = min(v, stop_mps(model, v0, stop_at, b, dt, wish, a))
                if (held or yellow) and can_brake_line:
                    links[n, 0], links[n, 1], links[n, 2] = nw, 0, 0
                    it[n, 0], it[n, 1] = v, v_wait
                    n += 1
                    break
                if not entry:
                    # Vehicles on connectors that meet this one.
                    for q in range(wayi[cur, W_SIDE0], wayi[cur, W_SIDE1]):
                        o = sidei[q, S_OTHER]
                        if first[o] == first[o + 1] and over_slot[o] < 0:
                            continue
                        side = sidei[q, S_FLAGS]
                        if side & S_PASSES:
                            continue
                        merges, diverges = side & S_MERGES != 0, side & S_DIVERGES != 0
                        to_point = begin + sidef[q, S_POINT]
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
                            if past and not merges:
                                continue
                            entered = to_back < foe_len
                            in_way = entered and (
                                (not past and to_point > 0.0) or (merges and to_point > to_back - foe_len)
                            )
                            if to_point < -LINK_EPS_M and not in_way:
                                continue
                            # Of two that come from one lane, the one whose front is ahead drives on.
                            if diverges and to_back - foe_len > to_point:
                                continue
                            on_it = k >= first[o]
                            if not (merges or diverges) and on_it and i[u, FLAGS] & NO_PASS and not in_way:
                                continue
                            if not patient and not in_way and f[u, SPEED] < HALTING_MPS:
                                continue
                            if not in_way and not _first_there(f, i, s, u, begin < 0.0):
                                continue
                            gap = to_point - gap0 - to_back - o_width
                            x = _behind(
                                model, dt, v0, wish, gap, begin - LINK_EPS_M, f, i, u, typef, a, b, e, tau, gap0
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
                    v_wait = min(v_wait, v)
                if last_item >= 0:
                    it[last_item, 4] = min(it[last_item, 4], lane_top)
                speed_there = v_pass
                minor = not prio
                could = minor and brake < seen and not last_major
                if could and seen > SIGHT_M:
                    slow = stop_mps(0, v0, SIGHT_M, b, dt, wish, a)
                    speed_there = min(v_pass, reached_mps(SIGHT_M, slow, a))
                    slowed = True
                if could and way_flags & ROUNDABOUT:
                    slowed = True
                if way_flags & EQUAL and f[s, WAIT] > 0.0 and request and _in_a_ring(
                    s, nw, first, f, i, wayi, sidei, n_lanes
                ):  # fmt: skip
                    # Everybody waits for somebody: by chance one lets the others go.
                    request = uniform(seed, i[s, ID], step, 4) >= _LET_GO
                next_top = min(limit[nw] * factor, top)
                links[n, 0] = nw
                links[n, 1] = 1 if request else 0
                kind = 0
                if minor and not (entry and way_flags & CONTINUES) and not last_major:
                    kind = P_MINOR
                    if stand_first:
                        kind |= P_STAND_FIRST
                if yellow:
                    kind |= 16
                if entry:
                    kind |= 8
                links[n, 2] = kind
                it[n, 0], it[n, 1] = v, v_wait
                it[n, 2] = arrival_s(seen, v, speed_there, a, b)
                it[n, 3] = speed_there
                it[n, 4] = min(reached_mps(wayf[nw, W_LENGTH], v_pass, a), next_top)
                it[n, 5] = seen
                last_item = n
                n += 1
                if not request or v <= 0.0 or (seen > reach and beyond):
                    break
                if not entry and nw < n_lanes:
                    beyond = True
                # On to the next way.
                cur = nw
                begin = seen
                lane_top = next_top
                v = min(v, max(free_mps(seen, b, next_top, dt), comfort))
                v_pass = min(reached_mps(wayf[nw, W_LENGTH], v, a), next_top)
                seen += wayf[nw, W_LENGTH]
                if entry:
                    ci += 1
                elif nw < n_lanes:
                    at += 1
            # Room behind the junctions: who would have to stop in one does not enter it.
            if patient:
                room = -in_front
                ci = 0
                removed = -1
                for k in range(n):
                    nw = links[k, 0]
                    if nw < 0 or removed >= 0:
                        break
                    if not links[k, 2] & 8 or not wayi[nw, W_FLAGS] & MEETS:
                        if links[k, 2] & 8:
                            room += wayf[nw, W_LENGTH]
                            nw = wayi[nw, W_NEXT]
                            if nw >= n_lanes:
                                nw = wayi[nw, W_NEXT]
                            free, _ = _till_last_standing(f, i, first, nw, wayf[nw, W_LENGTH], typef)
                            room += free
                        continue
                    while nw >= n_lanes:
                        room -= brutto[nw]
                        nw = wayi[nw, W_NEXT]
                    stands = False
                    if first[nw] < first[nw + 1]:
                        free, stands = _till_last_standing(f, i, first, nw, wayf[nw, W_LENGTH], typef)
                        room += free
                        if i[first[nw + 1] - 1, FLAGS] & WAITS:
                            stands = True
                    elif over_slot[nw] >= 0 and f[over_slot[nw], SPEED] < HALTING_MPS:
                        room += over_rear[nw]
                        stands = True
                    else:
                        room += wayf[nw, W_LENGTH]
                    if stands and room < own_len + gap0:
                        removed = k
                for k in range(n):
                    if removed >= 0 and k >= removed and links[k, 0] >= 0:
                        if it[k, 5] >= brake or (it[k, 5] > 0.0 and v0 < b * dt):
                            links[k, 1] = 0
            # The outcome, as far as it does not depend on others' arrival.
            out_v = v
            pend_begin = n_pend
            waits = False
            stopped = False
            for k in range(n):
                nw = links[k, 0]
                if nw < 0 or not links[k, 1]:
                    if not stopped:
                        out_v = it[k, 1]
                        stopped = True
                        waits = waits or out_v < v0 or out_v < HALTING_MPS
                        if nw >= 0 and w >= n_lanes and k == 0:
                            i[s, FLAGS] |= NO_PASS
                    break
                # From here on it says when it will arrive.
                if wayi[nw, W_FLAGS] & YIELDED_TO:
                    if n_ask < len(askf):
                        aski[n_ask, A_SLOT] = s
                        aski[n_ask, A_NEXT] = ask_head[nw]
                        ask_head[nw] = n_ask
                        arrive = it[k, 2]
                        askf[n_ask, A_ARRIVE] = arrive
                        askf[n_ask, A_LEAVE] = arrive + (wayf[nw, W_LENGTH] + own_len) / max(
                            0.5 * (it[k, 3] + it[k, 4]), 0.001
                        )
                        askf[n_ask, A_SPEED] = it[k, 3]
                        askf[n_ask, A_LEAVE_SPEED] = it[k, 4]
                        x = v0 * v0 - 2.0 * b * it[k, 5]
                        askf[n_ask, A_BRAKED] = min(np.sqrt(x), it[k, 3]) if x > 0.0 else 0.0
                        askf[n_ask, A_DISTANCE] = it[k, 5]
                        n_ask += 1
                    else:
                        counts[2] += 1
                if stopped:
                    continue
                can_brake = it[k, 5] > brake or v0 < b * dt
                if links[k, 2] & 16 and can_brake:
                    out_v = it[k, 1]
                    stopped = waits = True
                    continue
                if links[k, 2] & P_MINOR:
                    if it[k, 5] > SIGHT_M:
                        out_v = it[k, 1]
                        stopped = waits = True
                        continue
                    if n_pend < len(pendf):
                        pendi[n_pend, P_SLOT] = s
                        pendi[n_pend, P_WAY] = nw
                        pendi[n_pend, P_FLAGS] = (
                            (links[k, 2] & P_STAND_FIRST) | (P_CAN_BRAKE if can_brake else 0) | (0 if patient else P_PUSH)
                        )
                        pendf[n_pend, P_ARRIVE] = it[k, 2]
                        pendf[n_pend, P_SPEED] = it[k, 3]
                        pendf[n_pend, P_LEAVE_SPEED] = it[k, 4]
                        pendf[n_pend, P_WAIT_V] = it[k, 1]
                        pendf[n_pend, P_PASS_V] = it[k, 0]
                        pendf[n_pend, P_DISTANCE] = it[k, 5]
                        n_pend += 1
                    else:
                        counts[2] += 1
                    least[s] = min((it[k, 5] + LINK_EPS_M) * inv_dt, it[k, 0])
                out_v = it[k, 0]
                waits = out_v < b and out_v <= it[k, 1] and out_v < fastest
            safe[s] = out_v
            if waits:
                i[s, FLAGS] |= WAITS
            for k in range(pend_begin, n_pend):
                pendf[k, P_OPEN_V] = out_v
                pendi[k, P_LAST] = 1 if k == n_pend - 1 else 0
    counts[0] = n_ask
    counts[1] = n_pend
