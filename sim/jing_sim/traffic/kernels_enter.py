"""Vehicles that want to enter the network wait outside and come in where and as soon as it is safe."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from jing_sim.traffic import layout as at
from jing_sim.traffic.kernels_follow import follow_speed, stop_speed
from jing_sim.traffic.kernels_lanes import follower_is_safe
from jing_sim.traffic.kernels_move import insert_slot
from jing_sim.traffic.kernels_plan import plan

__all__ = ["enter"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

ATTEMPTS = 12
"""So many of those who wait at one road are tried in a step; the others stand behind them."""


@njit(nogil=True, cache=True)
def enter(
    time_s: float,
    dt: float,
    queue_first: Int,
    queue_trip: Int,
    queue_at: Int,
    depart: Float,
    entered: Float,
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
    rear: Float,
    in_first: Int,
    in_ways: Int,
    road_lane: Int,
    road_length: Float,
    out_first: Int,
    out_ways: Int,
    routes: Int,
    crowd: Int,
    reach: Float,
    used: Float,
    out: Int,
) -> int:
    """Lets in who can; their rows are in `out`, and their number is returned.

    A queue `queue_first[q] .. queue_first[q + 1] - 1` of `queue_trip` holds the trips that begin on one road, by
    departure; `queue_at` is how far it is worked off. A vehicle enters with its rear end at the lane's begin, on the
    best lane with most room, as fast as is safe (SUMO's departPos base, departSpeed max). At most one vehicle a lane
    and step; `used` `(n_ways,)` holds the time of the last one.
    """
    n = 0
    for q in range(len(queue_at)):
        at_front = True
        tries = 0
        k = queue_at[q]
        while k < queue_first[q + 1] and tries < ATTEMPTS:
            veh = queue_trip[k]
            if entered[veh] >= 0.0:
                k += 1
                if at_front:
                    queue_at[q] = k
                continue
            if depart[veh] > time_s + 1e-9:
                break
            tries += 1
            road = routes[vi[veh, at.ROUTE_AT]]
            kind = vi[veh, at.TYPE]
            length, min_gap = types[kind, at.LENGTH], types[kind, at.MIN_GAP]
            base = road_lane[road]
            plan(veh, base, vi, vf, types, wi, road_lane, road_length, out_first, out_ways, routes, crowd, reach)
            best = vi[veh, at.BEST]
            lane, space = -1, -at.INF
            for way in range(base, road_lane[road + 1]):
                if (best >> (way - base)) & 1 and used[way] != time_s and wf[way, at.START] < length + 1.0:
                    if count[way] > 0:
                        last = first[way] + count[way] - 1
                        room = sx[last] - types[vi[sveh[last], at.TYPE], at.LENGTH]
                    else:
                        room = min(tail[way, 0], wf[way, at.W_LENGTH] + 1000.0)
                    if room > space:
                        lane, space = way, room
            if lane < 0:
                # The best lanes begin later (turn pockets): any lane that the vehicle may use.
                for way in range(base, road_lane[road + 1]):
                    begins = wf[way, at.START] < length + 1.0
                    if reach[0, way - base] >= 0.0 and used[way] != time_s and begins:
                        if count[way] > 0:
                            last = first[way] + count[way] - 1
                            room = sx[last] - types[vi[sveh[last], at.TYPE], at.LENGTH]
                        else:
                            room = min(tail[way, 0], wf[way, at.W_LENGTH] + 1000.0)
                        if room > space and not _has_best_at_begin(best, base, road_lane[road + 1], wf, length):
                            lane, space = way, room
            done = False
            if lane >= 0:
                x = min(length, wf[lane, at.W_LENGTH])
                gap = space - x - min_gap
                if gap >= 0.0:
                    decel = types[kind, at.DECEL]
                    speed = min(types[kind, at.MAX_SPEED], wf[lane, at.LIMIT] * vf[veh, at.FACTOR])
                    if count[lane] > 0:
                        last = first[lane] + count[lane] - 1
                        lead_decel = types[vi[sveh[last], at.TYPE], at.DECEL]
                        speed = min(speed, follow_speed(gap, decel, types[kind, at.TAU], sv[last], lead_decel, dt))
                    elif tail[lane, 0] < at.INF:
                        speed = min(
                            speed, follow_speed(gap, decel, types[kind, at.TAU], tail[lane, 1], tail[lane, 2], dt)
                        )
                    speed = min(speed, stop_speed(wf[lane, at.STOP] - x - 1.0, decel, dt, dt))
                    if follower_is_safe(
                        lane, x - length, speed, decel, 1.0, dt, first, count, sx, sv, sveh, vi, types, wf, wi,
                        in_first, in_ways,
                    ) and insert_slot(lane, veh, x, speed, first, count, sx, sv, sveh):  # fmt: skip
                        vi[veh, at.WAY] = lane
                        plan(
                            veh, lane, vi, vf, types, wi, road_lane, road_length, out_first, out_ways, routes,
                            crowd, reach,
                        )  # fmt: skip
                        entered[veh] = time_s
                        rear[lane, 0], rear[lane, 1], rear[lane, 2] = x - length, speed, decel
                        used[lane] = time_s
                        out[n] = veh
                        n += 1
                        done = True
            k += 1
            if done and at_front:
                queue_at[q] = k
            elif not done:
                at_front = False
    return n


@njit(nogil=True, cache=True, forceinline=True)
def _has_best_at_begin(best: int, base: int, stop: int, wf: Float, length: float) -> bool:
    """Whether one of the best lanes begins with the road."""
    for way in range(base, stop):
        if (best >> (way - base)) & 1 and wf[way, at.START] < length + 1.0:
            return True
    return False
