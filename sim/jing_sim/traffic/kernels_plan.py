"""Which lanes suit a vehicle's route, and which connectors it will take: looked up when it comes onto a lane.

The reach of a lane is how far one can follow the route after the end of its road without leaving its lane again, as
SUMO's best lanes (D. Krajzewicz, 2013, "SUMO lane-changing model") count it.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from jing_sim.traffic import layout as at

__all__ = ["HORIZON_M", "MAX_LANES", "MAX_ROADS", "plan"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

HORIZON_M = 800.0
MAX_ROADS = 10
MAX_LANES = 24
_CAR = 1
_BICYCLE = 32


@njit(nogil=True, cache=True)
def plan(
    veh: int,
    lane: int,
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
) -> None:
    """Sets the vehicle's connectors ahead, the mask of its best lanes, and the reach of the lane it is on.

    `reach` `(MAX_ROADS, MAX_LANES)` is room to work in; `crowd` `(n_ways,)` vehicles on each way, which break ties.
    """
    first = vi[veh, at.ROUTE_AT]
    end = vi[veh, at.ROUTE_END]
    bit = int(types[vi[veh, at.TYPE], at.CLASS])
    levels = 1
    far = 0.0
    while first + levels < end and levels < MAX_ROADS and far < HORIZON_M:
        far += road_length[routes[first + levels]]
        levels += 1
    for level in range(levels - 1, -1, -1):
        road = routes[first + level]
        for lane_k in range(road_lane[road], road_lane[road + 1]):
            value = -1.0
            if wi[lane_k, at.ALLOWED] & bit:
                value = 0.0
                if level < levels - 1:
                    ahead = routes[first + level + 1]
                    for slot in range(out_first[lane_k], out_first[lane_k + 1]):
                        conn = out_ways[slot]
                        goal = wi[conn, at.TO]
                        if wi[goal, at.ROAD] == ahead and wi[conn, at.ALLOWED] & bit:
                            beyond = reach[level + 1, goal - road_lane[ahead]]
                            if beyond >= 0.0:
                                value = max(value, beyond + road_length[ahead])
            reach[level, lane_k - road_lane[road]] = value
    # The best lanes of this road: those that reach farthest; the vehicle's own kind of lane among them if there is one.
    road = routes[first]
    base = road_lane[road]
    n_lanes = road_lane[road + 1] - base
    top = 0.0
    for k in range(n_lanes):
        top = max(top, reach[0, k])
    mask = 0
    own = 0
    for k in range(n_lanes):
        if reach[0, k] >= 0.0 and reach[0, k] >= top - 1.0:
            mask |= 1 << k
            if bit != _CAR and not wi[base + k, at.ALLOWED] & _CAR:
                own |= 1 << k
    if own:
        mask = own
    elif bit == _BICYCLE and mask:
        mask &= -mask
    vi[veh, at.BEST] = mask
    vf[veh, at.REACH] = reach[0, lane - base]
    # The connectors ahead, as far as planned.
    now = lane
    for step in range(at.N_NEXT):
        vi[veh, at.NEXT_0 + step] = at.UNKNOWN
    for step in range(at.N_NEXT):
        if first + step + 1 >= end:
            vi[veh, at.NEXT_0 + step] = at.ROUTE_OVER
            return
        if step + 1 >= levels:
            return
        ahead = routes[first + step + 1]
        chosen = at.NO_WAY
        score = -at.INF
        for slot in range(out_first[now], out_first[now + 1]):
            conn = out_ways[slot]
            goal = wi[conn, at.TO]
            if wi[goal, at.ROAD] == ahead and wi[conn, at.ALLOWED] & bit:
                beyond = reach[step + 1, goal - road_lane[ahead]]
                if beyond >= 0.0:
                    likes = 0.5 if bit != _CAR and not wi[goal, at.ALLOWED] & _CAR else 0.0
                    value = beyond + likes - 0.001 * crowd[goal]
                    if value > score:
                        score = value
                        chosen = conn
        vi[veh, at.NEXT_0 + step] = chosen
        if chosen < 0:
            return
        now = wi[chosen, at.TO]
