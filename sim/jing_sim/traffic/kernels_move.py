"""The step of all vehicles: look ahead along the route, choose a speed, move; and hand over who leaves its way.

Vehicles read their own way as it was before the step (front to back) and other ways only through what
`kernels_view` noted, so the result does not depend on the order of the ways.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from jing_sim.traffic import layout as at
from jing_sim.traffic.kernels_follow import brake_gap, dawdle, follow_speed, idm_speed, stop_speed, uniform
from jing_sim.traffic.kernels_plan import plan
from jing_sim.traffic.kernels_view import STOP_GAP_M, has_room, rank_of, signal_stops
from jing_sim.traffic.kernels_yield import give_way

__all__ = ["hand_over", "insert_slot", "move"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

HALTING_MPS = 0.1


@njit(nogil=True, cache=True, forceinline=True)
def _limit_ahead(way: float, limit: float, decel: float, dt: float) -> float:
    """Largest speed from which one slows down to `limit` within `way`."""
    cut = decel * dt
    return max(limit, -cut + math.sqrt(cut * cut + limit * limit + 2.0 * decel * max(way, 0.0)))


@njit(nogil=True, cache=True)
def move(
    n_lanes: int,
    n_ways: int,
    dt: float,
    time_s: float,
    step: int,
    seed: int,
    idm: bool,
    first: Int,
    count: Int,
    sx: Float,
    sv: Float,
    sveh: Int,
    vi: Int,
    vf: Float,
    types: Float,
    wf: Float,
    wi: Int,
    foe_first: Int,
    foe_int: Int,
    foe_real: Float,
    signal: NDArray[np.uint8],
    red_in: Float,
    rear: Float,
    tail: Float,
    inflow: Float,
    head: Int,
    entry_int: Int,
    entry_real: Float,
    ask: Float,
    road_stats: Float,
    out_int: Int,
    out_real: Float,
) -> int:
    """Moves all vehicles by `dt`; returns how many left their way.

    These are in `out_int` `(n, 2)`: vehicle and new way (-1 = arrived), and `out_real` `(n, 2)`: position, speed.
    `ask` `(2, n_ways, 3)`: where a vehicle of the right or left neighbour lane asks to be let in: its rear end,
    minimum gap included, its speed and whether it asks. `road_stats` `(n_roads, 5)`: see `RoadStatistics`.
    """
    n_out = 0
    for way in range(n_ways):
        n_here = count[way]
        if n_here == 0:
            continue
        base = first[way]
        end_m, way_limit = wf[way, at.W_LENGTH], wf[way, at.LIMIT]
        is_lane = way < n_lanes
        road = wi[way, at.ROAD]
        lead_rear, lead_speed, lead_decel = tail[way, 0], tail[way, 1], tail[way, 2]
        asked_right = is_lane and ask[0, way, 2] > 0.0
        asked_left = is_lane and ask[1, way, 2] > 0.0
        left = 0
        for slot in range(base, base + n_here):
            x, speed, veh = sx[slot], sv[slot], sveh[slot]
            kind = vi[veh, at.TYPE]
            length, min_gap = types[kind, at.LENGTH], types[kind, at.MIN_GAP]
            accel, decel, tau = types[kind, at.ACCEL], types[kind, at.DECEL], types[kind, at.TAU]
            factor, max_speed = vf[veh, at.FACTOR], types[kind, at.MAX_SPEED]
            rest = vf[veh, at.REST_S]
            wish = min(max_speed, way_limit * factor)
            allowed = max(min(wish, speed + accel * dt), min(speed, speed - decel * dt) if speed > wish else 0.0)
            why = at.WHY_FREE
            at_conn = -1
            gap_ahead, ahead_speed = at.INF, 0.0
            hard = at.INF
            if lead_rear < at.INF:
                hard = lead_rear - x
                gap_ahead, ahead_speed = hard, lead_speed
                safe = follow_speed(hard - min_gap, decel, tau, lead_speed, lead_decel, dt)
                if safe < allowed:
                    allowed = safe
                    why = at.WHY_LEADER
            # Let in somebody from a neighbour lane, if braking for it is comfortable.
            if asked_right and x < ask[0, way, 0]:
                asked_right = False
                safe = follow_speed(ask[0, way, 0] - min_gap - x, decel, tau, ask[0, way, 1], decel, dt)
                if safe >= speed - decel * dt:
                    allowed = min(allowed, safe)
                else:
                    asked_right = True
            if asked_left and x < ask[1, way, 0]:
                asked_left = False
                safe = follow_speed(ask[1, way, 0] - min_gap - x, decel, tau, ask[1, way, 1], decel, dt)
                if safe >= speed - decel * dt:
                    allowed = min(allowed, safe)
                else:
                    asked_left = True
            # Look ahead along the route.
            fast = speed + accel * dt
            look = fast * (tau + dt) + fast * fast / (2.0 * decel) + 3.0 + min_gap
            seen = end_m - x
            step_k = 0
            lane = way
            on_lane = is_lane
            found = lead_rear < at.INF
            lifted = time_s < vf[veh, at.LIFT_UNTIL]
            if not is_lane and foe_first[way - n_lanes + 1] > foe_first[way - n_lanes]:
                rank = rank_of(wi[way, at.GROUP], True, signal)
                safe, reason = give_way(
                    veh, way, -x, speed, kind, wish, rank, rest, lifted, dt, n_lanes, vi, types, wf,
                    foe_first, foe_int, foe_real, head, entry_int, entry_real,
                )  # fmt: skip
                if safe < allowed:
                    allowed = safe
                    why = reason
                    at_conn = way
            while seen < look:
                if on_lane:
                    conn = vi[veh, at.NEXT_0 + step_k] if step_k < at.N_NEXT else at.UNKNOWN
                    if conn == at.ROUTE_OVER:
                        break
                    if conn < 0:
                        safe = stop_speed(seen - STOP_GAP_M, decel, dt, dt)
                        if safe < allowed:
                            allowed = safe
                            why = at.WHY_LANE if step_k == 0 else at.WHY_FREE
                        break
                    step_k += 1
                    group = wi[conn, at.GROUP]
                    line = seen - wf[lane, at.W_LENGTH] + wf[lane, at.STOP]
                    if group >= 0 and line >= 0.0:
                        if signal_stops(
                            signal[group], wi[conn, at.ON_RED] == 1, line, speed, decel,
                            types[kind, at.EMERGENCY], red_in[group], dt,
                        ):  # fmt: skip
                            safe = stop_speed(line - STOP_GAP_M, decel, dt, dt)
                            if safe < allowed:
                                allowed = safe
                                why = at.WHY_SIGNAL
                            break
                    top = min(wf[conn, at.LIMIT] * factor, max_speed)
                    allowed = min(allowed, _limit_ahead(seen - speed * dt, top, decel, dt))
                    if foe_first[conn - n_lanes + 1] > foe_first[conn - n_lanes]:
                        if (
                            not lifted
                            and not has_room(conn, False, length + min_gap, wf, wi, rear, inflow)
                            and brake_gap(speed, decel, dt) <= seen
                        ):
                            place = line if line >= 0.0 else seen
                            if place - STOP_GAP_M < brake_gap(speed, decel, dt):
                                place = seen
                            safe = stop_speed(place - STOP_GAP_M, decel, dt, dt)
                            if safe < allowed:
                                allowed = safe
                                why = at.WHY_ROOM
                                at_conn = conn
                            break
                        rank = rank_of(group, False, signal)
                        safe, reason = give_way(
                            veh, conn, seen, speed, kind, top, rank, rest, lifted, dt, n_lanes, vi, types, wf,
                            foe_first, foe_int, foe_real, head, entry_int, entry_real,
                        )  # fmt: skip
                        if safe < allowed:
                            allowed = safe
                            why = reason
                            at_conn = conn
                    nxt = conn
                    on_lane = False
                else:
                    # From the connector at hand to its lane.
                    nxt = wi[way if step_k == 0 else vi[veh, at.NEXT_0 + step_k - 1], at.TO]
                    lane = nxt
                    on_lane = True
                    top = min(wf[nxt, at.LIMIT] * factor, max_speed)
                    allowed = min(allowed, _limit_ahead(seen - speed * dt, top, decel, dt))
                if not found and rear[nxt, 0] < at.INF:
                    found = True
                    gap = seen + rear[nxt, 0]
                    hard = min(hard, gap)
                    gap_ahead, ahead_speed = gap, rear[nxt, 1]
                    safe = follow_speed(gap - min_gap, decel, tau, rear[nxt, 1], rear[nxt, 2], dt)
                    if safe < allowed:
                        allowed = safe
                        why = at.WHY_LEADER
                seen += wf[nxt, at.W_LENGTH]
            # The next speed.
            gentle = max(speed - decel * dt, 0.0)
            if idm:
                new = min(
                    idm_speed(speed, max(wish, 0.1), gap_ahead, ahead_speed, min_gap, accel, decel, tau, dt), allowed
                )
            else:
                draw = uniform(seed, veh, step)
                new = max(min(allowed, gentle), dawdle(allowed, accel, types[kind, at.SIGMA], draw, dt))
            new = max(new, speed - types[kind, at.EMERGENCY] * dt, 0.0)
            if new * dt > hard:
                new = max(hard, 0.0) / dt
            vf[veh, at.V_ACCEL] = (new - speed) / dt
            if new < HALTING_MPS:
                vf[veh, at.REST_S] += dt
                vf[veh, at.WAITED] += dt
                road_stats[road, 4] += dt
            else:
                vf[veh, at.REST_S] = 0.0
            lost = max(dt - new * dt / wish, 0.0)
            vf[veh, at.LOSS] += lost
            vi[veh, at.WHY] = why
            vi[veh, at.CONN_0] = at_conn
            road_stats[road, 1] += dt
            road_stats[road, 2] += new * dt
            road_stats[road, 3] += lost
            lead_rear, lead_speed, lead_decel = x - length, speed, decel
            x += new * dt
            # Stay, or leave for a way ahead.
            if x < end_m or (x <= end_m and vi[veh, at.NEXT_0] != at.ROUTE_OVER):
                sx[slot - left] = x
                sv[slot - left] = new
                sveh[slot - left] = veh
                continue
            left += 1
            here = way
            while True:
                length_m = wf[here, at.W_LENGTH]
                if here < n_lanes:
                    conn = vi[veh, at.NEXT_0]
                    if conn == at.ROUTE_OVER:
                        if x >= length_m:
                            here = -1
                        break
                    if x <= length_m:
                        break
                    if conn < 0:
                        x = length_m
                        break
                    x -= length_m
                    here = conn
                    for k in range(at.N_NEXT - 1):
                        vi[veh, at.NEXT_0 + k] = vi[veh, at.NEXT_0 + k + 1]
                    vi[veh, at.NEXT_0 + at.N_NEXT - 1] = at.UNKNOWN
                else:
                    if x <= length_m:
                        break
                    x -= length_m
                    for k in range(at.N_HISTORY - 1, 0, -1):
                        vi[veh, at.HISTORY_0 + k] = vi[veh, at.HISTORY_0 + k - 1]
                    vi[veh, at.HISTORY_0] = here
                    here = wi[here, at.TO]
                    vi[veh, at.ROUTE_AT] += 1
                    road_stats[wi[here, at.ROAD], 0] += 1.0
            out_int[n_out, 0] = veh
            out_int[n_out, 1] = here
            out_real[n_out, 0] = x
            out_real[n_out, 1] = new
            n_out += 1
        count[way] = n_here - left
    return n_out


@njit(nogil=True, cache=True)
def insert_slot(
    way: int, veh: int, x: float, speed: float, first: Int, count: Int, sx: Float, sv: Float, sveh: Int
) -> bool:
    """Puts a vehicle into a way's segment at its place by position; False where the segment is full."""
    base, n = first[way], count[way]
    if base + n >= first[way + 1]:
        return False
    slot = base + n
    while slot > base and (sx[slot - 1] < x or (sx[slot - 1] == x and sveh[slot - 1] > veh)):
        sx[slot] = sx[slot - 1]
        sv[slot] = sv[slot - 1]
        sveh[slot] = sveh[slot - 1]
        slot -= 1
    sx[slot] = x
    sv[slot] = speed
    sveh[slot] = veh
    count[way] = n + 1
    return True


@njit(nogil=True, cache=True)
def hand_over(
    n_lanes: int,
    n_out: int,
    out_int: Int,
    out_real: Float,
    first: Int,
    count: Int,
    sx: Float,
    sv: Float,
    sveh: Int,
    vi: Int,
    vf: Float,
    types: Float,
    wi: Int,
    road_lane: Int,
    road_length: Float,
    out_first: Int,
    out_ways: Int,
    routes: Int,
    crowd: Int,
    reach: Float,
) -> int:
    """Puts those who left their way where they belong and plans their lanes; returns the first way that overflows, or -1.

    The place is found by position, so the order of the handing over does not matter.
    """
    for k in range(n_out):
        veh, way = out_int[k, 0], out_int[k, 1]
        vi[veh, at.WAY] = way
        if way < 0:
            continue
        if not insert_slot(way, veh, out_real[k, 0], out_real[k, 1], first, count, sx, sv, sveh):
            return int(way)
        if way < n_lanes:
            plan(veh, way, vi, vf, types, wi, road_lane, road_length, out_first, out_ways, routes, crowd, reach)
    return -1
