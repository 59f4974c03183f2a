"""Lane changes: for the route first, then for speed. Decided on the state at time t, one side a step."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic.kernel_cache import kernel
from jing_sim.traffic.kernels_following import STOP_GAP_M, brake_gap_m, safe_follow_mps

__all__ = ["change_lanes"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

_ROUTE_RANGE_M = 400.0
_COOL_S = 5.0
_GAIN_MPS = 1.5
_SQUEEZE_M = 0.1
"""Gap before and behind it that does for a vehicle that must change."""


@kernel
def change_lanes(
    time_s: float, dt_s: float, n_lanes: int,
    first: Int, order: Int, tail_pos: Float, tail_vehicle: Int,
    way: Int, pos: Float, speed: Float, stand_s: Float, cool_until_s: Float, route_at: Int, wish_factor: Float,
    length: Float, min_gap: Float, max_speed: Float, decel: Float, tau: Float, kind: NDArray[np.uint16],
    history: NDArray[np.int32], give_way_to: Int, target_way: Int,
    next_connector: Int, granted: NDArray[np.uint8], cell_of: Int, cost_of: NDArray[np.float32],
    connector: Int,
    way_length: Float, limit: Float, allowed: NDArray[np.uint16], lane_start: Float, stop: Float,
    neighbour: Int, may_change: Bool, in_first: Int, in_connector: Int,
) -> int:  # fmt: skip
    """Moves vehicles to the neighbouring lane on one side; returns how many.

    Two passes: all decisions are made on the lanes as they stood, then applied. `give_way_to[f] = v` asks follower `f`
    to open a gap for `v`, which must change and cannot.
    """
    changed = 0
    for lane in range(n_lanes):
        other = neighbour[lane]
        if other < 0 or not may_change[lane]:
            continue
        ahead_tail = 1.0e18  # rear of the vehicle that changed before, in the other lane's coordinate
        ahead_speed = 0.0
        for k in range(first[lane], first[lane + 1]):
            v = order[k]
            if not allowed[other] & kind[v]:
                continue
            there = pos[v] + lane_start[lane] - lane_start[other]
            if there < length[v] or pos[v] < length[v] or there > way_length[other] - 0.5:
                continue
            cell = cell_of[route_at[v]]
            gain = cost_of[cell + lane] - cost_of[cell + other]
            to_end = way_length[lane] - pos[v]
            # Leave to enter the junction is lost with the lane: it must be able to stop.
            if brake_gap_m(speed[v], decel[v], dt_s) > max(stop[other] - there - 2.0 * STOP_GAP_M, 0.0):
                continue
            must = gain > 0.0 and next_connector[v] < 0
            wants = must or (gain > 0.0 and to_end < _ROUTE_RANGE_M)
            if gain < 0.0 and (to_end < _ROUTE_RANGE_M or connector[cell + other] < 0):
                continue
            # Leader and follower in the other lane.
            lo, hi = first[other], first[other + 1]
            while lo < hi:
                mid = (lo + hi) // 2
                if pos[order[mid]] >= there:
                    lo = mid + 1
                else:
                    hi = mid
            lead = order[lo - 1] if lo > first[other] else -1
            follow = order[lo] if lo < first[other + 1] else -1
            gap = 1.0e9
            lead_speed, lead_decel = 1.0e3, decel[v]
            if lead >= 0:
                gap = pos[lead] - length[lead] - there
                lead_speed, lead_decel = speed[lead], decel[lead]
            if tail_vehicle[other] >= 0 and tail_pos[other] - there < gap:
                gap = tail_pos[other] - there
                lead_speed, lead_decel = speed[tail_vehicle[other]], decel[tail_vehicle[other]]
            if ahead_tail - there < gap:
                gap = ahead_tail - there
                lead_speed = ahead_speed
            if not wants:
                if time_s < cool_until_s[v] or to_end < 60.0:
                    continue
                wish = min(limit[lane] * wish_factor[v], max_speed[v])
                own_lead_speed = wish
                own_gap = 1.0e9
                if k > first[lane]:
                    own = order[k - 1]
                    own_lead_speed = speed[own]
                    own_gap = pos[own] - length[own] - pos[v] - min_gap[v]
                if own_gap > 80.0 or own_lead_speed > wish - 1.0:
                    continue
                now = min(wish, safe_follow_mps(own_gap, own_lead_speed, decel[v], decel[v], tau[v], dt_s))
                then = min(limit[other] * wish_factor[v], max_speed[v], safe_follow_mps(
                    gap - min_gap[v], lead_speed, lead_decel, decel[v], tau[v], dt_s,
                ))  # fmt: skip
                if then < max(now, own_lead_speed) + _GAIN_MPS:
                    continue
            ease = decel[v] * dt_s if must else 0.0
            least = min(min_gap[v], _SQUEEZE_M) if must else min_gap[v]
            fits = gap >= least and speed[v] <= safe_follow_mps(
                gap - min_gap[v], lead_speed, lead_decel, decel[v], tau[v], dt_s,
            ) + ease  # fmt: skip
            if follow >= 0:
                behind = there - length[v] - pos[follow]
                ease = decel[follow] * dt_s if must else 0.0
                safe = safe_follow_mps(behind - min_gap[follow], speed[v], decel[v], decel[follow], tau[follow], dt_s)
                least = min(min_gap[follow], _SQUEEZE_M) if must else min_gap[follow]
                fits = fits and behind >= least and speed[follow] <= safe + ease
                if must and not fits and behind >= 0.0 and (stand_s[v] > 1.0 or to_end < 60.0):
                    give_way_to[follow] = v
                elif must and not fits and lo + 1 < first[other + 1] and (stand_s[v] > 1.0 or to_end < 60.0):
                    give_way_to[order[lo + 1]] = v
            else:
                for j in range(in_first[other], in_first[other + 1]):
                    w = n_lanes + in_connector[j]
                    if first[w] < first[w + 1]:
                        f = order[first[w]]
                        behind = there - length[v] + way_length[w] - pos[f]
                        safe = safe_follow_mps(behind - min_gap[f], speed[v], decel[v], decel[f], tau[f], dt_s)
                        fits = fits and speed[f] <= safe
            if must and not fits and lead >= 0 and to_end < 100.0 and give_way_to[v] < 0:
                give_way_to[v] = lead  # fall in behind it
            if fits:
                target_way[v] = other
                ahead_tail = there - length[v]
                ahead_speed = speed[v]
                changed += 1
    if changed:
        for lane in range(n_lanes):
            for k in range(first[lane], first[lane + 1]):
                v = order[k]
                if target_way[v] >= 0:
                    other = target_way[v]
                    pos[v] += lane_start[lane] - lane_start[other]
                    way[v] = other
                    granted[v] = 0
                    next_connector[v] = connector[cell_of[route_at[v]] + other]
                    history[v, :] = -1  # the whole vehicle is on the lane
                    cool_until_s[v] = time_s + _COOL_S
    return changed
