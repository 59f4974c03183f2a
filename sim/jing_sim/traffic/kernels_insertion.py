"""Insertion: vehicles whose time has come enter their first road when a lane has room; the others wait in line."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic.kernel_cache import kernel
from jing_sim.traffic.kernels_following import safe_follow_mps

__all__ = ["insert_vehicles"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@kernel
def insert_vehicles(
    time_s: float, dt_s: float, n_lanes: int, queued: Int, n_queued: int,
    blocked: NDArray[np.uint8], used: NDArray[np.uint8],
    first: Int, order: Int, tail_pos: Float, tail_vehicle: Int,
    way: Int, pos: Float, speed: Float, route_at: Int, next_connector: Int, entered_s: Float, wish_factor: Float,
    length: Float, min_gap: Float, max_speed: Float, decel: Float, tau: Float, kind: NDArray[np.uint16],
    roads: Int, cell_of: Int, cost_of: NDArray[np.float32], connector: Int,
    way_length: Float, limit: Float, allowed: NDArray[np.uint16], lane_start: Float,
    road_first_lane: Int, in_first: Int, in_connector: Int,
    running: Int, n_running: int, entered: Int,
) -> int:  # fmt: skip
    """Appends those that enter to `running` and `entered`; the rest stay in `queued`, in order. Returns how many enter.

    The line of a road is first come, first served; each lane takes at most one vehicle a step. A vehicle enters with
    its tail at the road's begin, at the greatest speed that is safe.
    """
    blocked[:] = 0
    used[:] = 0
    n_in = 0
    left = 0
    for q in range(n_queued):
        v = queued[q]
        at = route_at[v]
        road = roads[at]
        lane, v_in = -1, 0.0
        if not blocked[road]:
            best = 1.0e18
            for near in range(road_first_lane[road], road_first_lane[road + 1]):
                if used[near] or not allowed[near] & kind[v] or lane_start[near] > 0.0:
                    continue
                start = min(length[v], way_length[near])
                gap, lead = 1.0e9, -1
                if first[near] < first[near + 1]:
                    lead = order[first[near + 1] - 1]
                    gap = pos[lead] - length[lead] - start
                if tail_vehicle[near] >= 0 and tail_pos[near] - start < gap:
                    lead = tail_vehicle[near]
                    gap = tail_pos[near] - start
                if gap < min_gap[v]:
                    continue
                go = min(limit[near] * wish_factor[v], max_speed[v])
                if lead >= 0:
                    go = min(go, safe_follow_mps(gap - min_gap[v], speed[lead], decel[lead], decel[v], tau[v], dt_s))
                fits = True
                for j in range(in_first[near], in_first[near + 1]):
                    w = n_lanes + in_connector[j]
                    if first[w] < first[w + 1]:
                        f = order[first[w]]
                        behind = way_length[w] - pos[f] - min_gap[f]
                        if behind < 0.0 or speed[f] > safe_follow_mps(behind, go, decel[v], decel[f], tau[f], dt_s):
                            fits = False
                if not fits:
                    continue
                cost = 5.0 * cost_of[cell_of[at] + near]
                # Of lanes that serve alike, the emptier one.
                cost += min(first[near + 1] - first[near], 9)
                if cost < best:
                    best, lane, v_in = cost, near, go
        if lane < 0:
            blocked[road] = 1
            queued[left] = v
            left += 1
            continue
        used[lane] = 1
        way[v], pos[v], speed[v] = lane, min(length[v], way_length[lane]), v_in
        next_connector[v] = connector[cell_of[at] + lane]
        entered_s[v] = time_s
        running[n_running + n_in] = v
        entered[n_in] = v
        n_in += 1
    return n_in
