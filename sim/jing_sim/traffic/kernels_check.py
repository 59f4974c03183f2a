"""What must never happen, counted by code that shares nothing with the code that should prevent it; and deadlocks."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from jing_sim.traffic import layout as at

__all__ = ["count_overlaps", "count_red_runs", "find_deadlocks"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

TOLERANCE_M = 1e-3
_MERGING = 1


@njit(nogil=True, cache=True)
def count_red_runs(
    n_lanes: int,
    n_way: int,
    first: Int,
    count: Int,
    sx: Float,
    sveh: Int,
    vi: Int,
    wf: Float,
    wi: Int,
    signal: NDArray[np.uint8],
    was_way: Int,
    was_x: Float,
    out: Int,
) -> int:
    """Vehicles that crossed a stop line in this step while their signal was red; rows in `out`. Notes all places."""
    n = 0
    for way in range(n_way):
        for slot in range(first[way], first[way] + count[way]):
            veh, x = sveh[slot], sx[slot]
            old = was_way[veh]
            if old >= 0 and old < n_lanes and was_x[veh] <= wf[old, at.STOP]:
                conn = -1
                if way == old or (way < n_lanes and wi[way, at.ROAD] == wi[old, at.ROAD]):
                    conn = vi[veh, at.NEXT_0] if way < n_lanes and x > wf[way, at.STOP] else -1
                elif way >= n_lanes and wi[way, at.ROAD] == wi[old, at.ROAD]:
                    conn = way
                else:
                    for k in range(at.N_HISTORY):
                        past = vi[veh, at.HISTORY_0 + k]
                        if past >= 0 and wi[past, at.ROAD] == wi[old, at.ROAD]:
                            conn = past
                            break
                if conn >= 0 and wi[conn, at.GROUP] >= 0 and wi[conn, at.ON_RED] != 1:
                    if signal[wi[conn, at.GROUP]] == at.RED:
                        out[n] = veh
                        n += 1
            was_way[veh] = way
            was_x[veh] = x
    return n


@njit(nogil=True, cache=True, forceinline=True)
def _mark(a: int, b: int, vi: Int, marks: Int, out: Int, n: int) -> int:
    """Notes an overlap of a pair once for as long as it lasts."""
    if vi[a, at.OVERLAPS] == 0 and n < len(out):
        out[n, 0], out[n, 1] = a, b
        n += 1
    marks[a] = 1
    return n


@njit(nogil=True, cache=True)
def count_overlaps(
    n_lanes: int,
    n_way: int,
    first: Int,
    count: Int,
    sx: Float,
    sveh: Int,
    vi: Int,
    types: Float,
    wf: Float,
    wi: Int,
    foe_first: Int,
    foe_int: Int,
    foe_real: Float,
    marks: Int,
    out: Int,
) -> int:
    """New overlaps of bodies: along a way, over the border of ways, and where connectors join; pairs in `out`."""
    n = 0
    for way in range(n_way):
        for slot in range(first[way], first[way] + count[way]):
            veh, x = sveh[slot], sx[slot]
            marks[veh] = 0
            back = x - types[vi[veh, at.TYPE], at.LENGTH]
            if slot + 1 < first[way] + count[way] and sx[slot + 1] > back + TOLERANCE_M:
                n = _mark(veh, sveh[slot + 1], vi, marks, out, n)
            here, seen = way, 0
            while back < 0.0:
                if here >= n_lanes:
                    here = wi[here, at.FROM]
                else:
                    if seen == at.N_HISTORY or vi[veh, at.HISTORY_0 + seen] < 0:
                        break
                    here = vi[veh, at.HISTORY_0 + seen]
                    seen += 1
                back += wf[here, at.W_LENGTH]
                if count[here] > 0 and sx[first[here]] > back + TOLERANCE_M:
                    n = _mark(veh, sveh[first[here]], vi, marks, out, n)
    for way in range(n_lanes, n_way):
        if count[way] == 0:
            continue
        for k in range(foe_first[way - n_lanes], foe_first[way - n_lanes + 1]):
            foe = n_lanes + foe_int[k, at.FOE]
            if foe < way or foe_int[k, at.FOE_KIND] != _MERGING or count[foe] == 0:
                continue
            for s in range(first[way], first[way] + count[way]):
                for z in range(first[foe], first[foe] + count[foe]):
                    a, b = sveh[s], sveh[z]
                    if sx[s] <= foe_real[k, at.F_MY_ENTER] or sx[z] <= foe_real[k, at.F_FOE_ENTER]:
                        continue
                    a_end, b_end = wf[way, at.W_LENGTH] - sx[s], wf[foe, at.W_LENGTH] - sx[z]
                    a_long = types[vi[a, at.TYPE], at.LENGTH]
                    b_long = types[vi[b, at.TYPE], at.LENGTH]
                    if a_end + a_long > b_end + TOLERANCE_M and b_end + b_long > a_end + TOLERANCE_M:
                        n = _mark(min(a, b), max(a, b), vi, marks, out, n)
    for way in range(n_way):
        for slot in range(first[way], first[way] + count[way]):
            vi[sveh[slot], at.OVERLAPS] = marks[sveh[slot]]
    return n


@njit(nogil=True, cache=True)
def find_deadlocks(
    time_s: float,
    after_s: float,
    n_way: int,
    first: Int,
    count: Int,
    sveh: Int,
    vi: Int,
    vf: Float,
    wi: Int,
    chosen: Int,
) -> None:
    """Sets `chosen` `(n_junctions,)` to the vehicle that has stood longest in a deadlock at each junction, or -1.

    Such a vehicle stands before vehicles that stand themselves, or for want of room behind the junction. A junction
    where a vehicle is being let go already gets none.
    """
    chosen[:] = -1
    for way in range(n_way):
        for slot in range(first[way], first[way] + count[way]):
            veh = sveh[slot]
            conn = vi[veh, at.CONN_0]
            if conn < 0:
                continue
            junction = wi[conn, at.JUNCTION]
            if vf[veh, at.LIFT_UNTIL] > time_s:
                chosen[junction] = -2
                continue
            why = vi[veh, at.WHY]
            if vf[veh, at.REST_S] < after_s or (why != at.WHY_BLOCKED and why != at.WHY_ROOM):
                continue
            other = chosen[junction]
            if other == -2:
                continue
            if (
                other < 0
                or vf[veh, at.REST_S] > vf[other, at.REST_S]
                or (vf[veh, at.REST_S] == vf[other, at.REST_S] and veh < other)
            ):
                chosen[junction] = veh
