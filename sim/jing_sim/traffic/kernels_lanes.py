"""Lane changes: to the lanes that the route needs, and to faster ones.

In one turn vehicles change to one side only (left and right by turns), so nobody moves into a lane that is entered
from its other side at the same time. Decisions read the state before the turn; then all of them are carried out.
After SUMO's lane-changing model (J. Erdmann, "SUMO's Lane-Changing Model", 2015), much simplified.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from jing_sim.traffic import layout as at
from jing_sim.traffic.kernels_follow import brake_gap, follow_speed
from jing_sim.traffic.kernels_move import insert_slot
from jing_sim.traffic.kernels_plan import plan

__all__ = ["carry_out", "choose_lanes", "follower_is_safe"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

LOOK_S = 10.0
"""A vehicle begins to change lanes for its route this long before it must have done so, for each lane."""
GAIN_MPS = 1.5
"""Speed that a change for speed must gain."""
COOL_S = 5.0
"""Time between two changes for speed."""
ASK_WITHIN_M = 60.0
_HORIZON_S = 6.0


@njit(nogil=True, cache=True)
def follower_is_safe(
    lane: int,
    back: float,
    speed: float,
    decel: float,
    slack: float,
    dt: float,
    first: Int,
    count: Int,
    sx: Float,
    sv: Float,
    sveh: Int,
    vi: Int,
    types: Float,
    wf: Float,
    wi: Int,
    in_first: Int,
    in_ways: Int,
) -> bool:
    """Whether the first vehicles on the ways into `lane` can follow one whose rear end is at `back` on it."""
    for k in range(in_first[lane], in_first[lane + 1]):
        conn = in_ways[k]
        way = conn
        gap = back + wf[conn, at.W_LENGTH]
        for _ in range(2):
            if count[way] > 0:
                slot = first[way]
                veh = sveh[slot]
                kind = vi[veh, at.TYPE]
                if way == conn or vi[veh, at.NEXT_0] == conn:
                    mine = types[kind, at.DECEL]
                    room = gap - sx[slot] - slack * types[kind, at.MIN_GAP]
                    if room < 0.0:
                        return False
                    safe = follow_speed(room, mine, types[kind, at.TAU], speed, decel, dt)
                    if safe < sv[slot] - mine * dt:
                        return False
                break
            way = wi[conn, at.FROM]
            gap += wf[way, at.W_LENGTH]
    return True


@njit(nogil=True, cache=True, forceinline=True)
def _expected(wish: float, gap: float, lead_speed: float) -> float:
    """Speed that a driver expects of a lane for the next seconds."""
    return min(wish, lead_speed + max(gap, 0.0) / _HORIZON_S)


@njit(nogil=True, cache=True)
def choose_lanes(
    n_lanes: int,
    to_left: bool,
    dt: float,
    time_s: float,
    force_after_s: float,
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
    tail: Float,
    in_first: Int,
    in_ways: Int,
    road_lane: Int,
    ask: Float,
    out_int: Int,
    out_real: Float,
) -> int:
    """Decides who changes to the given side; returns how many.

    These are in `out_int` `(n, 2)`: vehicle and new lane, and `out_real` `(n, 2)`: position there, speed. Who must
    change but cannot asks in `ask` `(n_ways, 3)` of the lane aimed at to be let in.
    """
    n_out = 0
    side = at.LEFT if to_left else at.RIGHT
    marked = at.CAN_LEFT if to_left else at.CAN_RIGHT
    for lane in range(n_lanes):
        ask[lane, 2] = 0.0
    for lane in range(n_lanes):
        goal = wi[lane, side]
        if goal < 0 or count[lane] == 0:
            continue
        index = lane - road_lane[wi[lane, at.ROAD]]
        shift = wf[lane, at.START] - wf[goal, at.START]
        end_m, goal_end = wf[lane, at.W_LENGTH], wf[goal, at.W_LENGTH]
        behind = first[goal]
        goal_stop = first[goal] + count[goal]
        for slot in range(first[lane], first[lane] + count[lane]):
            veh = sveh[slot]
            x, speed = sx[slot], sv[slot]
            kind = vi[veh, at.TYPE]
            there = x + shift
            while behind < goal_stop and sx[behind] >= there:
                behind += 1
            if not wi[goal, at.ALLOWED] & int(types[kind, at.CLASS]):
                continue
            best = vi[veh, at.BEST]
            here_best = (best >> index) & 1 == 1
            must = False
            asks = False
            forced = False
            rest = vf[veh, at.REST_S]
            if not here_best:
                up = best >> (index + 1)
                down = best & ((1 << index) - 1)
                n_up = 0
                while up and not (up >> n_up) & 1:
                    n_up += 1
                n_down = 0
                while down and not (down >> (index - 1 - n_down)) & 1:
                    n_down += 1
                steps = (n_up if up and (not down or n_up <= n_down) else n_down) + 1
                goes_left = bool(up) and (not down or n_up <= n_down)
                if goes_left == to_left and best:
                    usable = end_m - x + vf[veh, at.REACH]
                    must = usable < steps * (
                        LOOK_S * max(speed, 0.5 * wf[lane, at.LIMIT]) + 2.0 * types[kind, at.LENGTH]
                    )
                    asks = must and (usable < steps * ASK_WITHIN_M or rest > 0.0)
                    forced = must and rest >= force_after_s and end_m - x < 3.0
            length, min_gap = types[kind, at.LENGTH], types[kind, at.MIN_GAP]
            decel, tau = types[kind, at.DECEL], types[kind, at.TAU]
            if there < min(length, 0.5 * goal_end) or x < min(length, 0.5 * end_m) or there > goal_end:
                continue
            if not wi[lane, marked] and not forced:
                continue
            # Leaders here and there; a tail at the end of a lane counts.
            if behind > first[goal]:
                k = behind - 1
                lead_kind = vi[sveh[k], at.TYPE]
                gap_there = sx[k] - types[lead_kind, at.LENGTH] - there
                speed_there, decel_there = sv[k], types[lead_kind, at.DECEL]
            elif tail[goal, 0] < at.INF:
                gap_there = tail[goal, 0] - there
                speed_there, decel_there = tail[goal, 1], tail[goal, 2]
            else:
                gap_there, speed_there, decel_there = at.INF, 0.0, decel
            if not must:
                if not here_best or not (best >> (index + (1 if to_left else -1))) & 1:
                    continue
                if time_s - vf[veh, at.LAST_CHANGE] < COOL_S:
                    continue
                if slot > first[lane]:
                    lead_kind = vi[sveh[slot - 1], at.TYPE]
                    gap_here = sx[slot - 1] - types[lead_kind, at.LENGTH] - x
                    speed_here = sv[slot - 1]
                elif tail[lane, 0] < at.INF:
                    gap_here, speed_here = tail[lane, 0] - x, tail[lane, 1]
                else:
                    continue
                wish = min(types[kind, at.MAX_SPEED], wf[lane, at.LIMIT] * vf[veh, at.FACTOR])
                wish_there = min(types[kind, at.MAX_SPEED], wf[goal, at.LIMIT] * vf[veh, at.FACTOR])
                gain = _expected(wish_there, gap_there - min_gap, speed_there) - _expected(
                    wish, gap_here - min_gap, speed_here
                )
                if gain < GAIN_MPS or rest > 0.0:
                    continue
            slack = 0.1 if forced else 1.0
            ok = there + brake_gap(speed, decel, dt) < goal_end or speed < 3.0
            if gap_there < at.INF:
                room = gap_there - slack * min_gap
                ok = (
                    ok
                    and room >= 0.0
                    and follow_speed(room, decel, tau, speed_there, decel_there, dt) >= (speed - decel * dt)
                )
            back = there - length
            if ok:
                if behind < goal_stop:
                    f_kind = vi[sveh[behind], at.TYPE]
                    room = back - sx[behind] - slack * types[f_kind, at.MIN_GAP]
                    f_decel = types[f_kind, at.DECEL]
                    ok = room >= 0.0 and follow_speed(room, f_decel, types[f_kind, at.TAU], speed, decel, dt) >= (
                        sv[behind] - f_decel * dt
                    )
                else:
                    ok = follower_is_safe(
                        goal, back, speed, decel, slack, dt, first, count, sx, sv, sveh, vi, types, wf, wi,
                        in_first, in_ways,
                    )  # fmt: skip
            if ok:
                out_int[n_out, 0] = veh
                out_int[n_out, 1] = goal
                out_real[n_out, 0] = there
                out_real[n_out, 1] = speed
                n_out += 1
            elif asks and (ask[goal, 2] == 0.0 or back > ask[goal, 0]):
                ask[goal, 0] = back
                ask[goal, 1] = speed
                ask[goal, 2] = 1.0
    return n_out


@njit(nogil=True, cache=True)
def carry_out(
    n_out: int,
    time_s: float,
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
    """Moves the chosen vehicles to their new lanes; returns the first lane that overflows, or -1."""
    for k in range(n_out):
        veh, goal = out_int[k, 0], out_int[k, 1]
        lane = vi[veh, at.WAY]
        stop = first[lane] + count[lane]
        slot = first[lane]
        while sveh[slot] != veh:
            slot += 1
        for s in range(slot, stop - 1):
            sx[s] = sx[s + 1]
            sv[s] = sv[s + 1]
            sveh[s] = sveh[s + 1]
        count[lane] -= 1
        vi[veh, at.WAY] = goal
        vf[veh, at.LAST_CHANGE] = time_s
        if not insert_slot(goal, veh, out_real[k, 0], out_real[k, 1], first, count, sx, sv, sveh):
            return int(goal)
        plan(veh, goal, vi, vf, types, wi, road_lane, road_length, out_first, out_ways, routes, crowd, reach)
    return -1
