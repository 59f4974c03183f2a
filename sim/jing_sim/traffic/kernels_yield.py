"""Right of way: how fast a vehicle may be in view of those on connectors that cross or join its own.

A pair of connectors shares a stretch on each. A vehicle that can still stop before its stretch gives way to one that
is in the foe's stretch, cannot stop any more, or has priority, unless one of them is gone before the other arrives
(arrival windows, as in SUMO's junction model; J. Erdmann, D. Krajzewicz, "SUMO's Road Intersection Model", 2014).
So one of each pair can always stop. Where two connectors join, who comes second follows the first one's rear end.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from jing_sim.traffic import layout as at
from jing_sim.traffic.kernels_follow import brake_gap, follow_speed, stop_speed, travel_time

__all__ = ["WAIT_GAP_M", "give_way"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

WAIT_GAP_M = 0.5
"""Vehicles that give way inside a junction stop this far before the stretch."""
MINOR_GAP_S = 1.0
"""Time that one who gives way wants to spare before a vehicle with priority comes."""
MAJOR_GAP_S = 0.3
"""Time to spare between two windows otherwise."""
_STANDS_MPS = 0.5
_CAUTION = 0.7
"""Share of its acceleration that a driver counts on when crossing before another one."""
_MERGING = 1


@njit(nogil=True, cache=True)
def give_way(
    veh: int,
    conn: int,
    ahead: float,
    speed: float,
    kind: int,
    top: float,
    my_rank: int,
    rest: float,
    lifted: bool,
    dt: float,
    n_lanes: int,
    vi: Int,
    types: Float,
    wf: Float,
    foe_first: Int,
    foe_int: Int,
    foe_real: Float,
    head: Int,
    entry_int: Int,
    entry_real: Float,
) -> tuple[float, int]:
    """Speed that the conflicts of connector `conn` allow, and why: 0 free, WHY_YIELD or WHY_BLOCKED.

    `ahead` is the way to the connector's begin, negative on it. The vehicle stops before the first of the connector's
    stretches that it has not reached yet, so that it never stands in one stretch to wait for another one.
    """
    length, min_gap = types[kind, at.LENGTH], types[kind, at.MIN_GAP]
    accel, decel, tau = types[kind, at.ACCEL], types[kind, at.DECEL], types[kind, at.TAU]
    begin, stop = foe_first[conn - n_lanes], foe_first[conn - n_lanes + 1]
    brake = brake_gap(speed, decel, dt)
    # Where it would wait: before the first stretch ahead.
    wait = at.INF
    for k in range(begin, stop):
        enter = ahead + foe_real[k, at.F_MY_ENTER]
        if enter > 0.0:
            wait = min(wait, enter)
    allowed = at.INF
    why = at.WHY_FREE
    halt = -1.0
    my_end = ahead + wf[conn, at.W_LENGTH]
    for k in range(begin, stop):
        entry = head[foe_int[k, at.FOE]]
        if entry < 0:
            continue
        enter = ahead + foe_real[k, at.F_MY_ENTER]
        leave = ahead + foe_real[k, at.F_MY_EXIT]
        if leave + length < 0.0:
            continue
        foe_enter, foe_exit = foe_real[k, at.F_FOE_ENTER], foe_real[k, at.F_FOE_EXIT]
        merging = foe_int[k, at.FOE_KIND] == _MERGING
        if enter <= 0.0 and not merging:
            continue
        foe_way = n_lanes + foe_int[k, at.FOE]
        arrive = -1.0
        clear = 0.0
        arrive_full = 0.0
        stoppable = enter > 0.0 and brake <= max(enter - WAIT_GAP_M, 0.0) + 1e-6
        while entry >= 0:
            other = entry_int[entry, at.E_VEH]
            pos = entry_real[entry, at.ENTRY_POS]
            foe_speed = entry_real[entry, at.ENTRY_SPEED]
            foe_length = entry_real[entry, at.ENTRY_LEN]
            foe_top = entry_real[entry, at.ENTRY_VMAX]
            foe_rank = entry_int[entry, at.E_RANK]
            foe_rest = entry_real[entry, at.ENTRY_REST]
            entry = entry_int[entry, at.E_NEXT]
            if other == veh or pos - foe_length >= foe_exit:
                continue
            foe_kind = vi[other, at.TYPE]
            foe_accel, foe_decel = types[foe_kind, at.ACCEL], types[foe_kind, at.DECEL]
            occupies = pos > foe_enter
            foe_end = wf[foe_way, at.W_LENGTH] - pos
            if arrive < 0.0:
                arrive = travel_time(enter, speed, accel, top)
                arrive_full = arrive - rest
                clear = travel_time(leave + length, speed, accel * _CAUTION, top)
            first = False
            if merging and enter <= 0.0:
                if not occupies:
                    continue
                first = foe_end < my_end or (foe_end == my_end and other < veh)
                if not first:
                    continue
            elif occupies:
                if merging:
                    first = True
                elif foe_speed > _STANDS_MPS and arrive > (foe_exit + foe_length - pos) / foe_speed + MAJOR_GAP_S:
                    continue
            else:
                if lifted and foe_speed < _STANDS_MPS:
                    continue
                foe_brake = brake_gap(foe_speed, foe_decel, dt)
                foe_way_m = foe_enter - pos
                bound = foe_brake > max(foe_way_m - WAIT_GAP_M, 0.0) + 1e-6
                foe_arrive = travel_time(foe_way_m, foe_speed, foe_accel, foe_top)
                side = foe_int[k, at.FOE_YIELD]
                if my_rank != foe_rank:
                    mine = my_rank > foe_rank
                elif side != 0:
                    mine = side < 0
                else:
                    early, foe_early = arrive_full, foe_arrive - foe_rest
                    mine = early < foe_early or (early == foe_early and veh < other)
                if mine and not bound:
                    continue
                if not stoppable and not bound:
                    continue
                spare = MAJOR_GAP_S if mine else MINOR_GAP_S
                if merging:
                    spare += tau + max(foe_speed - top, 0.0) / (2.0 * foe_decel)
                    if clear + spare < foe_arrive:
                        continue
                    first = True
                else:
                    if clear + spare < foe_arrive:
                        continue
                    gone = travel_time(foe_exit + foe_length - pos, foe_speed, foe_accel * _CAUTION, foe_top)
                    if arrive > gone + MAJOR_GAP_S:
                        continue
            limit = stop_speed(wait - WAIT_GAP_M, decel, dt, dt) if wait < at.INF else 0.0
            if enter > 0.0 and wait - WAIT_GAP_M < brake - 1e-6:
                # Too late for the place to wait; at least not into the stretch itself.
                limit = stop_speed(enter - WAIT_GAP_M, decel, dt, dt)
            if merging and first:
                gap = my_end - foe_end - foe_length - min_gap
                behind = follow_speed(gap, decel, tau, foe_speed, foe_decel, dt)
                limit = behind if enter <= 0.0 else max(limit, behind)
            if limit < allowed:
                allowed = limit
            stands = 1.0 if foe_speed < _STANDS_MPS else 0.0
            halt = stands if halt < 0.0 else min(halt, stands)
    if allowed < at.INF:
        why = at.WHY_BLOCKED if halt > 0.5 else at.WHY_YIELD
    return allowed, why
