"""Planning: the speed that each vehicle can take in the next step, from the state at its begin.

The order of ideas is that of SUMO's car-following loop: own limit and leader, then link by link over the ways ahead;
each link gets a speed for passing it and one for waiting at it. What must give way within sight of its foes is
decided in a second pass (`kernels_yield`), when everybody has said when it will arrive.
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import leaf
from jing_sim.traffic.kernels_approach import (
    GREEN,
    LET_GO,
    OFF,
    P_LAST,
    P_MINOR,
    P_OPEN_V,
    P_STAND_FIRST,
    PERMISSIVE,
    RED,
    RED_YELLOW,
    SIGHT_M,
    YELLOW,
    announce,
    defer,
    in_a_ring,
    register,
)
from jing_sim.traffic.kernels_following import (
    HALTING_MPS,
    arrival_s,
    free_mps,
    is_far,
    reached_mps,
    safe_stop_mps,
    stop_mps,
    uniform,
)
from jing_sim.traffic.kernels_sight import (
    LINE_GAP_M,
    LINK_EPS_M,
    behind_mps,
    keep_clear,
    meet_others,
    red_line_m,
)
from jing_sim.traffic.rows import (
    ALL_WAY,
    AT,
    BRAKE,
    CONTINUES,
    EQUAL,
    FACTOR,
    FIRST_COME,
    FLAGS,
    HALTED,
    ID,
    MUST_STOP,
    NEXT0,
    NO_PASS,
    ON_RED,
    POS,
    ROUNDABOUT,
    SECOND_PART,
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
    W_FLAGS,
    W_GROUP,
    W_LENGTH,
    W_NEXT,
    W_STOP,
    WAIT,
    WAITS,
    YIELDED_TO,
    YIELDS,
)

__all__ = ["plan_speeds"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

_ITEMS = 10
_CLEARS = 32
_YELLOW_S = 2.0  # who is slowed down and needs longer comes when the shortest yellow of 3 s is over
_HARD = 0.8  # of what brakes can do


@leaf
def plan_speeds(
    model: int, seed: int, dt: float, step: int, n_lanes: int, n_busy: int, busy: I32, first: I32, f: F32, i: I32,
    wayf: F64, wayi: I32, limit: F32,
    sidef: F64, sidei: I32, typef: F64, over_rear: F32, over_slot: I32, brutto: F32, route_last: I32, state: U8,
    stop_lane: I32, stop_pos: F32, walkf: F64, walki: I32, walk_busy: U8, deadlock_s: float,
    safe: F32, least: F32, ask_head: I32, askf: F64, aski: I32, pendf: F64, pendi: I32, it: F64, links: I32,
    counts: I32,
) -> None:  # fmt: skip
    """Writes `safe` (speed) and `least` (what is driven without imperfection) of every row, and who asks where.

    `ask_head` `(n_ways,)` heads linked lists of approaches in `askf`, `aski`; `pendf`, `pendi` receive the decisions
    left to the second pass; `counts[0]`, `counts[1]` their numbers, `counts[2]` the approaches that found no place.
    Whoever has stood for `deadlock_s` goes ahead of others that stand, and into junctions that it may block.
    """
    n_ask = n_pend = 0
    ask_head[:] = -1
    inv_dt = 1.0 / dt
    for place in range(n_busy):
        w = busy[place]
        k0, k1 = first[w], first[w + 1]
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
                lead_v = behind_mps(model, dt, v0, wish, fastest, gap, -1.0, f, i, u, typef, a, b, e, tau, gap0)
            elif over_slot[w] >= 0 and over_slot[w] != s:
                u = over_slot[w]
                gap = over_rear[w] - pos - gap0
                if over_rear[w] > pos - 1.0:
                    lead_v = behind_mps(model, dt, v0, wish, fastest, gap, -1.0, f, i, u, typef, a, b, e, tau, gap0)
            v = min(v, lead_v)
            p = i[s, STOP]
            if p >= 0 and w < n_lanes and stop_lane[p] == w:
                v = min(v, max(stop_mps(model, v0, stop_pos[p] - pos + 0.001, b, dt, wish, a), comfort))
            reach = fastest * (dt + tau) + 0.5 * fastest * fastest / b + 0.5 * fastest * dt
            if w < n_lanes:
                if i[s, NEXT0] < 0 and i[s, AT] >= route_last[i[s, ID]]:
                    safe[s] = v
                    continue
                if seen > reach:
                    n_ask = announce(
                        s, n_lanes, min(v, lane_top), seen, factor, top, own_len, a, b, dt, i,
                        wayf, wayi, limit, state, ask_head, askf, aski, n_ask, lead_v, counts,
                    )  # fmt: skip
                    safe[s] = v
                    continue
            brake = np.float64(f[s, BRAKE])
            if w < n_lanes:
                line = red_line_m(i[s, NEXT0], seen, brake, w, n_lanes, wayf, wayi, state)
                if line >= 0.0:
                    # Most of those near a junction wait at red: nothing beyond the line matters to them.
                    v_wait = v
                    if model or not is_far(line, v, b, dt):
                        v_wait = min(v, stop_mps(model, v0, line, b, dt, wish, a))
                    safe[s] = v_wait
                    if v_wait < v0 or v_wait < HALTING_MPS:
                        i[s, FLAGS] |= WAITS
                    continue
            at, last = i[s, AT], route_last[i[s, ID]]
            patient = f[s, WAIT] < deadlock_s
            v_pass = reached_mps(seen, v, a, min(lane_top, lead_v))
            n = 0
            cur, ci, begin = w, 0 if w < n_lanes else 1, -pos
            last_item = cont_show = -1
            slowed = beyond = False
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
                        x = behind_mps(
                            model, dt, v0, wish, fastest, begin + back - gap0, begin - LINK_EPS_M, f, i, u, typef, a, b,
                            e, tau, gap0,
                        )  # fmt: skip
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
                clears = False
                if entry:
                    g = wayi[nw, W_GROUP]
                    show = state[g] if g >= 0 else OFF
                    cont_show = show
                    if show == RED or show == RED_YELLOW:
                        held = not (way_flags & ON_RED and show == RED)
                        stand_first = not held
                        prio = held
                    elif show == YELLOW:
                        yellow = True
                    elif show == PERMISSIVE:
                        prio = False
                    elif show == OFF:
                        prio = not way_flags & (YIELDS | MUST_STOP | ALL_WAY)
                        stand_first = way_flags & (MUST_STOP | ALL_WAY) != 0
                elif inner:
                    prio = not way_flags & YIELDS
                    last_major = cont_show == GREEN
                    if cont_show == -1:
                        g = wayi[cur, W_GROUP]
                        clears = g >= 0 and state[g] == YELLOW
                        last_major = clears or (g >= 0 and state[g] == GREEN)
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
                v_wait = v
                if model or not is_far(stop_at, v, b, dt):
                    v_wait = min(v, stop_mps(model, v0, stop_at, b, dt, wish, a))
                if (held or yellow) and can_brake_line:
                    links[n, 0], links[n, 1], links[n, 2] = nw, 0, 0
                    it[n, 0], it[n, 1] = v, v_wait
                    n += 1
                    break
                if not entry:
                    v, v_pass, request = meet_others(
                        model, dt, s, cur, begin, last_item, v, v_pass, request, patient, v0, wish, fastest, comfort,
                        first, f, i, wayi, sidef, sidei, typef, over_rear, over_slot, walkf, walki, walk_busy,
                        it, links,
                    )  # fmt: skip
                    v_wait = min(v_wait, v)
                if last_item >= 0:
                    it[last_item, 4] = min(it[last_item, 4], lane_top)
                speed_there = v_pass
                minor = not prio
                could = minor and brake < seen and not last_major
                if could and seen > SIGHT_M:
                    slow = safe_stop_mps(SIGHT_M, b, 0.0, dt)
                    speed_there = reached_mps(SIGHT_M, slow, a, v_pass)
                    slowed = True
                if could and way_flags & ROUNDABOUT:
                    slowed = True
                if way_flags & EQUAL and f[s, WAIT] > 0.0 and request and in_a_ring(
                    s, nw, first, f, i, wayi, sidei, n_lanes
                ):  # fmt: skip
                    # Everybody waits for somebody: by chance one lets the others go.
                    request = uniform(seed, i[s, ID], step, 4) >= LET_GO
                next_top = min(limit[nw] * factor, top)
                links[n, 0] = nw
                links[n, 1] = 1 if request else 0
                kind = 0
                if minor and not (entry and way_flags & CONTINUES) and (clears or not last_major):
                    # At yellow one clears the junction, but not before those who cannot stop any more.
                    kind = P_MINOR | (_CLEARS if clears else 0)
                    if stand_first:
                        kind |= P_STAND_FIRST
                elif prio and way_flags & FIRST_COME and not (entry and way_flags & CONTINUES):
                    kind = P_MINOR | _CLEARS
                if yellow:
                    kind |= 16
                if entry:
                    kind |= 8
                links[n, 2] = kind
                it[n, 0], it[n, 1] = v, v_wait
                it[n, 2] = arrival_s(seen, v, speed_there, a, b)
                it[n, 3] = speed_there
                it[n, 4] = reached_mps(wayf[nw, W_LENGTH], v_pass, a, next_top)
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
                if v > next_top:
                    v = min(v, max(free_mps(seen, b, next_top, dt), comfort))
                v_pass = reached_mps(wayf[nw, W_LENGTH], v, a, next_top)
                seen += wayf[nw, W_LENGTH]
                if entry:
                    ci += 1
                elif nw < n_lanes:
                    at += 1
            if patient:
                keep_clear(
                    n, n_lanes, in_front, v0, brake, i[s, TYPE], dt, first, f, i, wayf, wayi, typef, over_rear,
                    over_slot, brutto,
                    it, links,
                )  # fmt: skip
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
                        n_ask = register(n_ask, s, nw, k, v0, b, own_len, it, wayf, ask_head, askf, aski)
                    else:
                        counts[2] += 1
                if stopped:
                    continue
                can_brake = it[k, 5] > brake or v0 < b * dt
                # At yellow; also who cannot brake as usual, but must slow down anyway and would come too late.
                if links[k, 2] & 16 and (
                    can_brake
                    or (v < v0 - 0.5 * b * dt and it[k, 5] > _YELLOW_S * v and it[k, 1] >= v0 - _HARD * e * dt)
                ):
                    out_v = it[k, 1]
                    stopped = waits = True
                    continue
                if links[k, 2] & P_MINOR:
                    if it[k, 5] > SIGHT_M and not links[k, 2] & _CLEARS:
                        out_v = it[k, 1]
                        stopped = waits = True
                        continue
                    if n_pend < len(pendf):
                        defer(n_pend, s, nw, k, can_brake, patient, it, links, pendf, pendi)
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
