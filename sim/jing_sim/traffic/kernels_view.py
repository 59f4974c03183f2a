"""What vehicles can see of other ways at time t: the rear end of the last vehicle, tails, and who nears a junction.

All of it is written before anything moves and only read while vehicles move, so the order of ways does not matter.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from jing_sim.traffic import layout as at
from jing_sim.traffic.kernels_follow import brake_gap

__all__ = ["STOP_GAP_M", "has_room", "note_approaches", "note_rears", "rank_of", "signal_stops"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

STOP_GAP_M = 0.2
"""Vehicles stop this far before a line, so that rounding never carries them over it."""
APPROACH_S = 9.0
"""Vehicles that could reach a conflict within about this time are noted there."""


@njit(nogil=True, cache=True)
def note_rears(
    n_ways: int,
    first: Int,
    count: Int,
    sx: Float,
    sv: Float,
    sveh: Int,
    vi: Int,
    types: Float,
    wf: Float,
    wi: Int,
    rear: Float,
    tail: Float,
    inflow: Float,
) -> None:
    """Fills `rear` and `tail` `(n_ways, 3)`: position, speed and deceleration of the last thing on a way.

    `tail`: the last one of vehicles whose front has left the way already; `rear`: of all. INF where there is none; a
    rear may lie before the way's begin. `inflow` `(n_ways,)`: metres that vehicles on connectors will need of a lane.
    """
    for way in range(n_ways):
        rear[way, 0] = at.INF
        tail[way, 0] = at.INF
        inflow[way] = 0.0
    for way in range(n_ways):
        if count[way] == 0:
            continue
        goal = wi[way, at.TO]
        for slot in range(first[way] + count[way] - 1, first[way] - 1, -1):
            veh = sveh[slot]
            kind = vi[veh, at.TYPE]
            back = sx[slot] - types[kind, at.LENGTH]
            if goal >= 0:
                inflow[goal] += types[kind, at.LENGTH] + types[kind, at.MIN_GAP]
            elif back >= 0.0:
                break
            # Walk back over the ways on which the vehicle's tail still lies.
            at_conn = goal >= 0
            here = way
            seen = 0
            while back < 0.0:
                if at_conn:
                    here = wi[here, at.FROM]
                    at_conn = False
                else:
                    if seen == at.N_HISTORY:
                        break
                    here = vi[veh, at.HISTORY_0 + seen]
                    seen += 1
                    if here < 0:
                        break
                    at_conn = True
                back += wf[here, at.W_LENGTH]
                if back < tail[here, 0]:
                    tail[here, 0] = back
                    tail[here, 1] = sv[slot]
                    tail[here, 2] = types[kind, at.DECEL]
    for way in range(n_ways):
        if count[way] > 0:
            slot = first[way] + count[way] - 1
            kind = vi[sveh[slot], at.TYPE]
            rear[way, 0] = sx[slot] - types[kind, at.LENGTH]
            rear[way, 1] = sv[slot]
            rear[way, 2] = types[kind, at.DECEL]
        else:
            rear[way, 0] = tail[way, 0]
            rear[way, 1] = tail[way, 1]
            rear[way, 2] = tail[way, 2]


@njit(nogil=True, cache=True, forceinline=True)
def signal_stops(
    state: int, on_red: bool, way: float, speed: float, decel: float, emergency: float, red_in: float, dt: float
) -> bool:
    """Whether a vehicle `way` metres before the stop line has to stop there."""
    if state in (at.RED, at.RED_YELLOW):
        return not on_red
    if state == at.YELLOW:
        if brake_gap(speed, decel, dt) <= way - STOP_GAP_M + 1e-9:
            return True
        return way > speed * (red_in - dt) and brake_gap(speed, emergency, dt) <= way - STOP_GAP_M
    return False


@njit(nogil=True, cache=True, forceinline=True)
def has_room(conn: int, inside: bool, need: float, wf: Float, wi: Int, rear: Float, inflow: Float) -> bool:
    """Whether a vehicle of `need` metres that enters a connector can clear the last crossing of it.

    Room is counted up to where the last vehicle of the lane behind would come to a stand.
    """
    last = wf[conn, at.CROSS_EXIT]
    if last < 0.0:
        return True
    goal = wi[conn, at.TO]
    beyond = wf[conn, at.W_LENGTH] - last
    if rear[goal, 0] < at.INF:
        free = rear[goal, 0] + rear[goal, 1] * rear[goal, 1] / (2.0 * rear[goal, 2])
    elif wf[goal, at.W_LENGTH] < need:
        return True
    else:
        free = wf[goal, at.W_LENGTH]
    taken = inflow[goal] - (need if inside else 0.0)
    return beyond + free - taken >= need


@njit(nogil=True, cache=True, forceinline=True)
def _enter(
    conn: int,
    head: Int,
    entry_int: Int,
    entry_real: Float,
    n: int,
    veh: int,
    rank: int,
    pos: float,
    speed: float,
    length: float,
    top: float,
    rest: float,
) -> int:
    entry_int[n, at.E_VEH] = veh
    entry_int[n, at.E_RANK] = rank
    entry_int[n, at.E_NEXT] = head[conn]
    head[conn] = n
    entry_real[n, at.ENTRY_POS] = pos
    entry_real[n, at.ENTRY_SPEED] = speed
    entry_real[n, at.ENTRY_LEN] = length
    entry_real[n, at.ENTRY_VMAX] = top
    entry_real[n, at.ENTRY_REST] = rest
    return n + 1


@njit(nogil=True, cache=True, forceinline=True)
def rank_of(group: int, inside: bool, signal: NDArray[np.uint8]) -> int:
    """Rank at a junction: 3 clears it after its green, 2 protected, 1 by the table of conflicts, 0 turns on red."""
    if group < 0:
        return 1
    state = signal[group]
    if state == at.GREEN:
        return 2
    if state in (at.PERMISSIVE, at.OFF):
        return 1
    if inside or state == at.YELLOW:
        return 3 if inside else 2
    return 0


@njit(nogil=True, cache=True)
def note_approaches(
    n_lanes: int,
    n_ways: int,
    dt: float,
    time_s: float,
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
    signal: NDArray[np.uint8],
    red_in: Float,
    rear: Float,
    inflow: Float,
    head: Int,
    entry_int: Int,
    entry_real: Float,
) -> int:
    """Notes at each connector with conflicts the vehicles that are on it or will come; returns how many notes.

    Left out are vehicles that will not come: those who stop at a signal, have no room behind the junction, are in a
    lane that does not lead on, or stand behind such a vehicle.
    """
    n = 0
    for conn in range(n_ways - n_lanes):
        head[conn] = -1
    for way in range(n_ways):
        stopped = False
        for slot in range(first[way], first[way] + count[way]):
            veh = sveh[slot]
            kind = vi[veh, at.TYPE]
            x, speed = sx[slot], sv[slot]
            length, decel = types[kind, at.LENGTH], types[kind, at.DECEL]
            rest = vf[veh, at.REST_S]
            if way >= n_lanes:
                if foe_first[way - n_lanes + 1] > foe_first[way - n_lanes]:
                    rank = rank_of(wi[way, at.GROUP], True, signal)
                    top = min(wf[way, at.LIMIT] * vf[veh, at.FACTOR], types[kind, at.MAX_SPEED])
                    n = _enter(way - n_lanes, head, entry_int, entry_real, n, veh, rank, x, speed, length, top, rest)
            # Tails on connectors left behind.
            back = x - length
            at_conn = way >= n_lanes
            here = way
            seen = 0
            while back < 0.0:
                if at_conn:
                    here = wi[here, at.FROM]
                    at_conn = False
                    back += wf[here, at.W_LENGTH]
                    continue
                if seen == at.N_HISTORY:
                    break
                here = vi[veh, at.HISTORY_0 + seen]
                seen += 1
                if here < 0:
                    break
                at_conn = True
                back += wf[here, at.W_LENGTH]
                if foe_first[here - n_lanes + 1] > foe_first[here - n_lanes]:
                    pos = back + length
                    n = _enter(
                        here - n_lanes, head, entry_int, entry_real, n, veh, 3, pos, speed, length, speed + 0.1, rest
                    )
            # Connectors ahead.
            if stopped:
                continue
            seen_m = wf[way, at.W_LENGTH] - x
            line = wf[way, at.STOP] - x if way < n_lanes else 0.0
            lane = way
            if way >= n_lanes:
                lane = wi[way, at.TO]
                line = seen_m + wf[lane, at.STOP]
                seen_m += wf[lane, at.W_LENGTH]
            for step in range(at.N_NEXT):
                conn = vi[veh, at.NEXT_0 + step]
                if conn < 0:
                    if conn == at.NO_WAY and step == 0 and way < n_lanes:
                        stopped = True
                    break
                top = min(wf[conn, at.LIMIT] * vf[veh, at.FACTOR], types[kind, at.MAX_SPEED])
                fast = max(top, wf[lane, at.LIMIT])
                if seen_m > APPROACH_S * fast + 10.0:
                    break
                group = wi[conn, at.GROUP]
                on_red = wi[conn, at.ON_RED] == 1
                if group >= 0 and line >= 0.0:
                    state = signal[group]
                    gap = types[kind, at.EMERGENCY]
                    if (
                        signal_stops(state, on_red, line, speed, decel, gap, red_in[group], dt)
                        and brake_gap(speed, gap, dt) <= line
                    ):
                        stopped = way < n_lanes and step == 0
                        break
                if foe_first[conn - n_lanes + 1] > foe_first[conn - n_lanes]:
                    if (
                        time_s >= vf[veh, at.LIFT_UNTIL]
                        and not has_room(conn, False, length + types[kind, at.MIN_GAP], wf, wi, rear, inflow)
                        and brake_gap(speed, decel, dt) <= seen_m
                    ):
                        stopped = way < n_lanes and step == 0
                        break
                    rank = rank_of(group, False, signal)
                    n = _enter(
                        conn - n_lanes, head, entry_int, entry_real, n, veh, rank, -seen_m, speed, length, top, rest
                    )
                seen_m += wf[conn, at.W_LENGTH]
                lane = wi[conn, at.TO]
                line = seen_m + wf[lane, at.STOP]
                seen_m += wf[lane, at.W_LENGTH]
    return n
