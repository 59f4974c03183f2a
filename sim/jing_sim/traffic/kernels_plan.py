"""Planning: the speed that each vehicle can take in the next step, from the state at its begin.

The order of ideas is that of SUMO's car-following loop: own limit and leader, then link by link over the ways ahead;
each link gets a speed for passing it and one for waiting at it. What must give way within sight of its foes is
decided in a second pass (`kernels_yield`), when everybody has said when it will arrive.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inner
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
    sight_mps,
)
from jing_sim.traffic.kernels_following import (
    HALTING_MPS,
    ROUND_M,
    arrival_s,
    free_mps,
    reached_mps,
    stop_mps,
    uniform,
)
from jing_sim.traffic.kernels_lane import NOBODY_MPS, mark_taken, plan_odd, plan_on_lanes, stop_at_red
from jing_sim.traffic.kernels_sight import (
    FREE_M,
    LINE_GAP_M,
    LINK_EPS_M,
    behind_mps,
    keep_clear,
    meet_others,
    wait_mps,
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
    ID,
    MUST_STOP,
    NEXT0,
    NO_PASS,
    ON_RED,
    POS,
    ROUNDABOUT,
    S_OTHER,
    SECOND_PART,
    SPEED,
    T_ACCEL,
    T_DECEL,
    T_EMERGENCY,
    T_GAP,
    T_LENGTH,
    T_SPEED,
    T_TAU,
    TYPE,
    W_LENGTH,
    W_NEXT,
    W_SIDE0,
    W_SIDE1,
    W_STOP,
    WAIT,
    WAITS,
    WALKS,
    YIELDED_TO,
    YIELDS,
)

__all__ = ["plan_speeds"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

_ITEMS = 10
# Columns of a link: speed, speed if it waits, arrival, speed there, when leaving, distance; 6 and 7: see `wait_mps`.
# What a link is, beside P_MINOR and P_STAND_FIRST; told: others give way there and must know.
_ENTRY, _YELLOW, _CLEARS, _TOLD = 8, 16, 32, 64
_GIVES_WAY = YIELDS | MUST_STOP | ALL_WAY
_STANDS = MUST_STOP | ALL_WAY
_YELLOW_S = 2.0  # who is slowed down and needs longer comes when the shortest yellow of 3 s is over
_HARD = 0.8  # of what brakes can do
_SPACE_LENGTHS = 5.0  # of lanes behind junctions that one looks at, in vehicle lengths


@inner
def plan_speeds(
    model: int, seed: int, dt: float, step: int, n_lanes: int, n_busy: int, busy: I32, first: I32, f: F32, i: I32,
    wayf: F64, wayi: I32, limit: F32,
    sidef: F64, sidei: I32, typef: F64, over_rear: F32, over_slot: I32, brutto: F32, route_last: I32, state: U8,
    stop_lane: I32, stop_pos: F32, walkf: F64, walki: I32, walk_busy: U8, deadlock_s: float,
    safe: F32, least: F32, ask_head: I32, askf: F64, aski: I32, pendf: F64, pendi: I32, it: F64, links: I32,
    counts: I32, signs: I32, way: I32, lane_v: F64, lead_v: F64, far: I32, near: I32, odd: I32,
    taken: U8, stands: U8, block: F64,
) -> None:  # fmt: skip
    """Writes `safe` (speed) and `least` (what is driven without imperfection) of every row, and who asks where.

    `ask_head` `(n_ways,)` heads linked lists of approaches in `askf`, `aski`; `pendf`, `pendi` receive the decisions
    left to the second pass; `counts[0]`, `counts[1]` their numbers, `counts[2]` the approaches that found no place.
    Whoever has stood for `deadlock_s` goes ahead of others that stand, and into junctions that it may block.
    """
    n = first[len(first) - 1]
    ask_head[:] = -1
    mark_taken(n_busy, busy, over_slot, taken)
    plan_on_lanes(
        model, dt, n, n_lanes, f, i, wayf, limit, typef, signs, state, over_slot, way, lane_v, lead_v, safe, least,
        far, near, odd, stands, block, counts,
    )  # fmt: skip
    n_far, n_near, n_odd = counts[0], counts[1], counts[2]
    counts[2] = 0
    plan_odd(
        model, dt, n_odd, odd, n_lanes, first, f, i, limit, typef, over_rear, over_slot, stop_lane, stop_pos, way,
        lane_v, lead_v, safe,
    )  # fmt: skip
    counts[0] = announce(
        dt, n_far, far, n_lanes, f, i, wayf, wayi, limit, typef, signs, state, way, lane_v, lead_v, ask_head, askf,
        aski, counts,
    )  # fmt: skip
    n_near = stop_at_red(
        model, dt, n_near, near, odd, n_lanes, f, i, wayf, limit, typef, signs, state, way, lane_v, safe
    )
    look_ahead(
        model, seed, dt, step, n_near, near, n_lanes, first, f, i, wayf, wayi, limit, sidef, sidei, typef, over_rear,
        over_slot, brutto, route_last, state, walkf, walki, walk_busy, deadlock_s, way, lane_v, lead_v, safe, least,
        ask_head, askf, aski, pendf, pendi, it, links, taken, stands, signs, counts,
    )  # fmt: skip


@inner
def look_ahead(
    model: int, seed: int, dt: float, step: int, n_near: int, near: I32, n_lanes: int, first: I32, f: F32, i: I32,
    wayf: F64, wayi: I32, limit: F32, sidef: F64, sidei: I32, typef: F64, over_rear: F32, over_slot: I32, brutto: F32,
    route_last: I32, state: U8, walkf: F64, walki: I32, walk_busy: U8, deadlock_s: float, way: I32, lane_v: F64,
    lead_v: F64, safe: F32, least: F32, ask_head: I32, askf: F64, aski: I32, pendf: F64, pendi: I32, it: F64,
    links: I32, taken: U8, stands: U8, signs: I32, counts: I32,
) -> None:  # fmt: skip
    """Plans link by link for those who are `near` the end of their way."""
    n_ask, n_pend = counts[0], 0
    inv_dt = 1.0 / dt
    for place in range(n_near):
        # Unsigned, an index is not tested for counting from the end.
        s: Any = np.uint32(near[place])
        w: Any = np.uint32(way[s])
        at = i[s, AT]
        if w < n_lanes and i[s, NEXT0] < 0 and at >= route_last[i[s, ID]]:
            continue
        t: Any = np.uint32(i[s, TYPE])
        gap0, top, a, b = typef[t, T_GAP], typef[t, T_SPEED], typef[t, T_ACCEL], typef[t, T_DECEL]
        e, tau = typef[t, T_EMERGENCY], typef[t, T_TAU]
        pos, v0, factor = np.float64(f[s, POS]), np.float64(f[s, SPEED]), np.float64(f[s, FACTOR])
        brake = np.float64(f[s, BRAKE])
        fastest = min(v0 + a * dt, top)
        comfort = max(v0 - b * dt, 0.0)
        wish = min(limit[w] * factor, top)
        lane_top = max(wish, comfort)
        reach = fastest * (dt + tau) + 0.5 * fastest * fastest / b + 0.5 * fastest * dt
        seen = wayf[w, W_LENGTH] - pos
        v = lane_v[s]
        patient = f[s, WAIT] < deadlock_s
        # How fast one passes the next link is asked for where others must know it: from speed `run_v`, over `run_m`.
        run_m, run_v, run_top, cap = seen, v, min(lane_top, lead_v[s]), NOBODY_MPS
        # Through memory: otherwise the compiler works out for everybody what rare branches need.
        it[0, 8], it[0, 9] = a, b
        n = 0
        cur: Any = np.int64(w)
        ci, begin = 0 if w < n_lanes else 1, -pos
        last_item = cont_show = -1
        slowed = jam = False
        lanes_m, inside_m = 0.0, 0.0 if w < n_lanes else seen
        while True:
            if last_item >= 0:
                on = np.uint32(cur)
                end = first[np.uint32(on + 1)]
                taken_here = end > first[on]
                last = end - 1 if taken_here else over_slot[on]
                if last >= 0 and last != s:
                    u: Any = np.uint32(last)
                    back = (
                        f[u, POS] - typef[np.uint32(i[u, TYPE]), T_LENGTH] if taken_here else np.float64(over_rear[on])
                    )
                    x = behind_mps(
                        model, dt, v0, wish, fastest, begin + back - gap0, begin - LINK_EPS_M, f, i, u, typef,
                        it[0, 8], b, e, tau, gap0,
                    )  # fmt: skip
                    v = min(v, x)
                    cap = x
                    # How fast it could follow when it comes to leave the link before.
                    then = it[last_item, 4]
                    it[last_item, 4] = min(then, behind_mps(
                        model, dt, then, wish, then, begin + back - gap0, begin - LINK_EPS_M, f, i, u, typef,
                        it[0, 8], b, e, tau, gap0,
                    ))  # fmt: skip
                it[last_item, 1] = min(it[last_item, 1], v)
            entry = cur < n_lanes
            nw = -1
            if entry:
                if ci < 4:
                    c = i[s, np.uint32(NEXT0 + ci)]
                    nw = n_lanes + c if c >= 0 else -2
            else:
                nw = wayi[np.uint32(cur), W_NEXT]
            if nw < 0 or n == _ITEMS - 1:
                if nw == -2 and at < route_last[i[s, ID]]:
                    v = min(v, stop_mps(model, v0, seen, b, dt, wish, it[0, 8]))
                links[n, 0], links[n, 1], links[n, 2] = -1, 0, 0
                it[n, 0], it[n, 1], it[n, 7] = v, v, FREE_M
                n += 1
                break
            sign = signs[np.uint32(nw)]
            way_flags = sign & 65535
            # What the link shows: has priority, must not be passed, or gives way.
            prio, held, stand_first = True, False, False
            yellow = False
            last_major = False
            clears = False
            if entry:
                g = (sign >> 16) - 1
                show = state[np.uint32(g)] if g >= 0 else OFF
                cont_show = show
                on_red = show == RED and way_flags & ON_RED != 0
                held = (show == RED or show == RED_YELLOW) and not on_red
                yellow = show == YELLOW
                prio = not (on_red or show == PERMISSIVE or (show == OFF and way_flags & _GIVES_WAY))
                stand_first = on_red or (show == OFF and way_flags & _STANDS)
            elif way_flags & SECOND_PART:
                prio = not way_flags & YIELDS
                if cont_show == -1:
                    g = (signs[np.uint32(cur)] >> 16) - 1
                    cont_show = state[np.uint32(g)] if g >= 0 else OFF
                clears = cont_show == YELLOW
                last_major = clears or cont_show == GREEN
                clears = clears or (last_major and (signs[np.uint32(cur)] | sign) & WALKS != 0)
            offset = wayf[np.uint32(cur), W_STOP] if entry else 0.0
            off = max(offset, LINE_GAP_M if yellow or prio else wayf[np.uint32(nw), W_STOP])
            off = min(off, seen - brake) if seen >= brake - ROUND_M else off
            stop_at = max(0.0, seen - max(LINK_EPS_M, off))
            leaving = not entry and last_item < 0
            request = (v > 0.001 and not (slowed and entry)) or leaving
            it[n, 6], it[n, 7] = v, stop_at
            if (held or yellow) and seen - offset >= brake - ROUND_M:
                links[n, 0], links[n, 1], links[n, 2] = nw, 0, 0
                it[n, 0], it[n, 1] = v, v
                n += 1
                break
            if not entry:
                meets = signs[np.uint32(cur)] & WALKS
                for q in range(wayi[np.uint32(cur), W_SIDE0], wayi[np.uint32(cur), W_SIDE1]):
                    meets |= taken[np.uint32(sidei[np.uint32(q), S_OTHER])]
                if meets:
                    if last_item >= 0:
                        it[last_item, 1] = wait_mps(model, last_item, v0, b, dt, wish, it[0, 8], it)
                        it[last_item, 7] = FREE_M
                    v, cap, request = meet_others(
                        model, dt, s, cur, begin, last_item, v, cap, request, patient, v0, wish, fastest, comfort,
                        first, f, i, wayi, sidef, sidei, typef, over_rear, over_slot, walkf, walki, walk_busy, it,
                        links,
                    )  # fmt: skip
            minor = not prio
            kind = 0
            if minor:
                sees = seen <= SIGHT_M
                could = brake < seen and not last_major
                slowed = slowed or (could and (not sees or way_flags & ROUNDABOUT != 0))
                if not (entry and way_flags & CONTINUES) and (clears or not last_major):
                    # At yellow one clears the junction, but not before those who cannot stop any more.
                    kind = P_MINOR | (_CLEARS if clears else 0) | (P_STAND_FIRST if stand_first else 0)
            elif way_flags & FIRST_COME and not (entry and way_flags & CONTINUES):
                kind = P_MINOR | _CLEARS
            if way_flags & EQUAL and f[s, WAIT] > 0.0 and request and in_a_ring(
                s, nw, first, f, i, wayi, sidei, n_lanes
            ):  # fmt: skip
                # Everybody waits for somebody: by chance one lets the others go.
                request = uniform(seed, i[s, ID], step, 4) >= LET_GO
            next_top = min(limit[np.uint32(nw)] * factor, top)
            told = _TOLD if way_flags & YIELDED_TO else 0
            if kind | told:
                passing = min(reached_mps(run_m, run_v, a, run_top), cap)
                there = passing
                if minor and brake < seen and not last_major and seen > SIGHT_M:
                    there = reached_mps(SIGHT_M, sight_mps(it[0, 9], dt), a, passing)
                it[n, 2] = arrival_s(seen, v, there, a, b)
                it[n, 3] = there
                it[n, 4] = reached_mps(wayf[np.uint32(nw), W_LENGTH], there, a, next_top)
            links[n, 0] = nw
            links[n, 1] = 1 if request else 0
            links[n, 2] = kind | told | (_YELLOW if yellow else 0) | (_ENTRY if entry else 0)
            jam = jam or stands[np.uint32(nw)] or (n > 0 and not request)
            if nw < n_lanes and first[nw] == first[nw + 1] and over_slot[nw] >= 0:
                jam = True
            it[n, 0], it[n, 1], it[n, 5] = v, v, seen
            last_item = n
            n += 1
            # As far as one must know whether there is room behind a junction.
            enough_m = max(_SPACE_LENGTHS * typef[t, T_LENGTH], typef[t, T_LENGTH] + inside_m)
            if not request or v <= 0.0 or (seen > reach and lanes_m > enough_m):
                break
            # On to the next way.
            cur = nw
            begin = seen
            lane_top = next_top
            if v > next_top:
                v = min(v, max(free_mps(seen, b, next_top, dt), comfort))
            run_m, run_v, run_top, cap = wayf[np.uint32(nw), W_LENGTH], v, next_top, NOBODY_MPS
            seen += run_m
            if nw < n_lanes:
                lanes_m += run_m
            else:
                inside_m += run_m
            if entry:
                ci += 1
            elif nw < n_lanes:
                at += 1
        if patient and jam and (w >= n_lanes or not signs[w] & ROUNDABOUT):
            keep_clear(
                model, n, n_lanes, s, w, v0, brake, t, dt, wish, first, f, i, wayf, wayi, typef, over_slot, brutto, it,
                links,
            )  # fmt: skip
        # The outcome, as far as it does not depend on others' arrival.
        out_v = v
        pend_begin = n_pend
        waits = False
        stopped = False
        for k in range(n):
            nw, kind = links[k, 0], links[k, 2]
            if nw < 0 or not links[k, 1]:
                if not stopped:
                    out_v = wait_mps(model, k, v0, b, dt, wish, it[0, 8], it)
                    if out_v < v0 or out_v < HALTING_MPS:
                        waits = True
                    if nw >= 0 and w >= n_lanes and k == 0:
                        i[s, FLAGS] |= NO_PASS
                break
            # From here on it says when it will arrive.
            if kind & _TOLD:
                if n_ask < len(askf):
                    n_ask = register(n_ask, s, nw, k, v0, b, typef[t, T_LENGTH], it, wayf, ask_head, askf, aski)
                else:
                    counts[2] += 1
            if stopped:
                continue
            can_brake = it[k, 5] > brake or v0 < b * dt
            # At yellow; also who cannot brake as usual, but must slow down anyway and would come too late.
            if kind & _YELLOW and (
                can_brake
                or (
                    v < v0 - 0.5 * b * dt
                    and it[k, 5] > _YELLOW_S * v
                    and wait_mps(model, k, v0, b, dt, wish, it[0, 8], it) >= v0 - _HARD * e * dt
                )
            ):
                out_v = wait_mps(model, k, v0, b, dt, wish, it[0, 8], it)
                stopped = waits = True
                continue
            if kind & P_MINOR:
                if it[k, 5] > SIGHT_M and not kind & _CLEARS:
                    out_v = wait_mps(model, k, v0, b, dt, wish, it[0, 8], it)
                    stopped = waits = True
                    continue
                if n_pend < len(pendf):
                    wait_v = wait_mps(model, k, v0, b, dt, wish, it[0, 8], it)
                    defer(n_pend, s, nw, k, can_brake, patient, wait_v, it, links, pendf, pendi)
                    n_pend += 1
                else:
                    counts[2] += 1
                least[s] = min((it[k, 5] + LINK_EPS_M) * inv_dt, it[k, 0])
            out_v = it[k, 0]
            waits = out_v < b and out_v < fastest and out_v <= wait_mps(model, k, v0, b, dt, wish, it[0, 8], it)
        safe[s] = out_v
        if waits:
            i[s, FLAGS] |= WAITS
        for k in range(pend_begin, n_pend):
            pendf[k, P_OPEN_V] = out_v
            pendi[k, P_LAST] = 1 if k == n_pend - 1 else 0
    counts[0] = n_ask
    counts[1] = n_pend
