"""Junctions: who may enter. At each one, the vehicles that come near ask in the order in which they would arrive.

A vehicle may enter if its signal lets it, if there is room behind the junction, and if for every connector that meets
its own the times at which it and the others cover the common stretch are apart.
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic.kernel_cache import inlined, kernel
from jing_sim.traffic.kernels_following import brake_gap_m, stop_gap_m

__all__ = ["grant_entries"]

Int = NDArray[np.int32]
Flags = NDArray[np.uint8]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
State = NDArray[np.uint8]

_RED, _YELLOW, _GREEN, _PERMISSIVE, _RED_YELLOW = 0, 1, 2, 3, 4
_MARGIN_S = 1.0
_CLEAR_S = 0.4
_PUSH_S = 1.5
_MOST = 96


@inlined
def _time_to(distance: float, v: float, a: float, top: float) -> float:
    """Seconds to cover a distance, accelerating up to `top`."""
    if distance <= 0.0:
        return 0.0
    top = max(top, v)
    t_up = (top - v) / a
    d_up = (v + top) * 0.5 * t_up
    if distance <= d_up:
        return float((np.sqrt(v * v + 2.0 * a * distance) - v) / a)
    return t_up + (distance - d_up) / top


@kernel
def grant_entries(
    junction_first: Int, junction_lane: Int, n_lanes: int, dt_s: float, patience_s: float, deadlock_s: float,
    first: Int, order: Int, tail_pos: Float, tail_vehicle: Int,
    way: Int, pos: Float, speed: Float, stand_s: Float, next_connector: Int, granted: NDArray[np.uint8], place: Int,
    place_next: Int,
    length: Float, min_gap: Float, accel: Float, decel: Float, brake: Float, wish_factor: Float, max_speed: Float,
    state: State, way_length: Float, limit: Float, stop: Float, from_lane: Int, to_lane: Int, group: Int, on_red: Bool,
    free: Bool, crosses: Bool, in_first: Int, in_connector: Int,
    side_first: Int, side_other: Int, side_enter: Float, side_exit: Float, other_enter: Float, other_exit: Float,
    side_yields: Bool, side_merges: Bool,
    forced: Int,
) -> int:  # fmt: skip
    """Sets `granted` for every vehicle that may drive on past the end of its lane; returns how many deadlocks it broke.

    `forced` receives the vehicles that went although they should have given way.
    """
    asks = np.empty(_MOST, dtype=np.int32)
    key = np.empty(_MOST, dtype=np.float64)
    won = np.empty(_MOST, dtype=np.int32)
    n_forced = 0
    for j in range(len(junction_first) - 1):
        n = 0
        for q in range(junction_first[j], junction_first[j + 1]):
            lane = junction_lane[q]
            for k in range(first[lane], first[lane + 1]):
                v = order[k]
                c = next_connector[v]
                reach = way_length[lane] - pos[v]
                if c < 0 or reach > brake_gap_m(speed[v], decel[v], dt_s) + 3.0 * speed[v] + 15.0:
                    granted[v] = 0
                    continue
                if n < _MOST:
                    held = granted[v] and brake_gap_m(speed[v], decel[v], dt_s) > stop[lane] - pos[v] - stop_gap_m(
                        stop[lane]
                    )
                    t = _time_to(reach, speed[v], accel[v], limit[lane] * wish_factor[v])
                    asks[n] = v
                    # Who cannot stop any more comes first; those who stand, by how long they have stood.
                    key[n] = -1.0e6 + t if held else t - 0.02 * min(stand_s[v], 60.0)
                    n += 1
        for i in range(1, n):
            v, t = asks[i], key[i]
            h = i - 1
            while h >= 0 and (key[h] > t or (key[h] == t and asks[h] > v)):
                asks[h + 1], key[h + 1] = asks[h], key[h]
                h -= 1
            asks[h + 1], key[h + 1] = v, t
        n_won = 0
        for i in range(n):
            v = asks[i]
            c = next_connector[v]
            lane = way[v]
            held = key[i] < -1.0e5
            had = granted[v]
            granted[v] = 1
            if free[c]:
                continue
            show = state[group[c]] if group[c] >= 0 else _PERMISSIVE
            turning_on_red = show == _RED and on_red[c]
            # Red for so long that it ought to have gone: it brakes as hard as it can.
            if held and show == _RED and not on_red[c] and brake_gap_m(speed[v], brake[v], dt_s) <= stop[lane] - pos[v]:
                held = False
            if not held:
                if (show == _RED and not on_red[c]) or show == _RED_YELLOW:
                    granted[v] = 0
                    continue
                if show == _YELLOW and brake_gap_m(speed[v], decel[v], dt_s) <= stop[lane] - pos[v] - stop_gap_m(
                    stop[lane]
                ):
                    granted[v] = 0
                    continue
                # The vehicle in front must have gone, or go.
                blocked = False
                for k in range(first[lane], first[lane + 1]):
                    u = order[k]
                    if u == v:
                        break
                    if not granted[u]:
                        blocked = True
                        break
                if blocked or not _has_room(
                    v, c, crosses, first, order, n_lanes, to_lane, in_first, in_connector, tail_pos, tail_vehicle,
                    pos, speed, length, min_gap, won, n_won, next_connector, decel, dt_s,
                ):  # fmt: skip
                    granted[v] = 0
                    continue
            d = way_length[lane] - pos[v]
            top = min(limit[n_lanes + c] * wish_factor[v], max_speed[v])
            impatient = stand_s[v] > patience_s + 0.1 * (v % 32)
            desperate = stand_s[v] > deadlock_s + 0.1 * (v % 32)
            ignored = False
            for s in range(side_first[c], side_first[c + 1]):
                if held:
                    break
                o = side_other[s]
                t_in = _time_to(d + side_enter[s], speed[v], accel[v], top)
                t_out = _time_to(d + side_exit[s] + length[v], speed[v], accel[v], top)
                if not _is_free(
                    s, c, o, d, t_in, t_out, n_lanes, first, order, tail_pos, tail_vehicle, pos, speed, accel, length,
                    limit, wish_factor, way_length, other_enter, other_exit, side_merges, won, n_won, next_connector,
                    way,
                ):  # fmt: skip
                    granted[v] = 0
                    break
                gives_way = side_yields[s] or turning_on_red
                # A protected green goes before what other signals rule, not before what has none.
                if not gives_way or (group[o] >= 0 and show in (_GREEN, _YELLOW)):
                    continue
                if group[o] >= 0:
                    other_show = state[group[o]]
                    if other_show in (_RED, _RED_YELLOW):
                        continue
                if _someone_comes(
                    o, from_lane[o], t_in, t_out, other_enter[s], other_exit[s], impatient, side_merges[s], n_lanes,
                    first, order, pos, speed, accel, length, limit, wish_factor, max_speed, next_connector, stand_s,
                    way_length, in_first, in_connector,
                ):  # fmt: skip
                    if desperate:
                        ignored = True
                        continue
                    granted[v] = 0
                    break
            if granted[v]:
                if not had:
                    place[v] = place_next[0]
                    place_next[0] += 1
                if ignored and not had and n_forced < len(forced):
                    forced[n_forced] = v
                    n_forced += 1
                if n_won < _MOST:
                    won[n_won] = v
                    n_won += 1
    return n_forced


@inlined
def _has_room(
    v: int, c: int, crosses: Bool, first: Int, order: Int, n_lanes: int, to_lane: Int, in_first: Int,
    in_connector: Int, tail_pos: Float, tail_vehicle: Int, pos: Float, speed: Float, length: Float, min_gap: Float,
    won: Int, n_won: int, next_connector: Int, decel: Float, dt_s: float,
) -> bool:  # fmt: skip
    """Whether the vehicle finds room on the lane behind the junction, so that it does not block crossing traffic."""
    if not crosses[c]:
        return True
    lane = to_lane[c]
    room = 1.0e9
    if first[lane] < first[lane + 1]:
        u = order[first[lane + 1] - 1]
        # A leader that moves still covers its braking distance, whatever happens.
        room = pos[u] - length[u] + brake_gap_m(speed[u], decel[u], dt_s)
    if tail_vehicle[lane] >= 0:
        u = tail_vehicle[lane]
        room = min(room, tail_pos[lane] + brake_gap_m(speed[u], decel[u], dt_s))
    if room > 1.0e8:
        return True
    for q in range(in_first[lane], in_first[lane + 1]):
        w = n_lanes + in_connector[q]
        for k in range(first[w], first[w + 1]):
            room -= length[order[k]] + min_gap[order[k]]
    for i in range(n_won):
        if to_lane[next_connector[won[i]]] == lane:
            room -= length[won[i]] + min_gap[won[i]]
    return bool(room >= length[v] + min_gap[v])


@inlined
def _is_free(
    s: int, c: int, o: int, d: float, t_in: float, t_out: float, n_lanes: int, first: Int, order: Int,
    tail_pos: Float, tail_vehicle: Int, pos: Float, speed: Float, accel: Float, length: Float, limit: Float,
    wish_factor: Float, way_length: Float, other_enter: Float, other_exit: Float, side_merges: Bool, won: Int,
    n_won: int, next_connector: Int, way: Int,
) -> bool:  # fmt: skip
    """Whether vehicles that are on connector `o`, or have just been let onto it, leave the common stretch in time."""
    w = n_lanes + o
    for k in range(first[w], first[w + 1]):
        u = order[k]
        if side_merges[s]:
            # Ahead on the way to the common lane: a leader. Behind: let it pass.
            if way_length[w] - pos[u] < d + way_length[n_lanes + c]:
                continue
        elif pos[u] - length[u] >= other_exit[s]:
            continue
        if speed[u] < 0.5 and not side_merges[s]:
            return False
        top = limit[w] * wish_factor[u]
        u_in = _time_to(other_enter[s] - pos[u], speed[u], accel[u], top)
        u_out = _time_to(other_exit[s] + length[u] - pos[u], max(speed[u], 0.5), accel[u], top)
        if not (t_in > u_out + _CLEAR_S or t_out + _MARGIN_S < u_in):
            return False
    if tail_vehicle[w] >= 0 and not side_merges[s] and tail_pos[w] < other_exit[s]:
        u = tail_vehicle[w]
        if speed[u] < 0.5 or t_in < (other_exit[s] - tail_pos[w]) / speed[u] + _CLEAR_S:
            return False
    for i in range(n_won):
        u = won[i]
        if next_connector[u] != o:
            continue
        du = way_length[way[u]] - pos[u]
        top = limit[w] * wish_factor[u]
        u_in = _time_to(du + other_enter[s], speed[u], accel[u], top)
        u_out = _time_to(du + other_exit[s] + length[u], speed[u], accel[u], top)
        if not (t_in > u_out + _CLEAR_S or t_out + _CLEAR_S < u_in):
            return False
    return True


@inlined
def _someone_comes(
    o: int, lane: int, t_in: float, t_out: float, enter: float, leave: float, impatient: bool, merges: bool,
    n_lanes: int, first: Int, order: Int, pos: Float, speed: Float, accel: Float, length: Float, limit: Float,
    wish_factor: Float, max_speed: Float, next_connector: Int, stand_s: Float, way_length: Float, in_first: Int,
    in_connector: Int,
) -> bool:  # fmt: skip
    """Whether a vehicle with the right of way would reach the common stretch while we are on it, or just before."""
    top_limit = limit[n_lanes + o]
    # After a long wait a driver merges just before another one, which then follows.
    until = t_in + _PUSH_S if impatient and merges else t_out + _MARGIN_S
    for k in range(first[lane], first[lane + 1]):
        u = order[k]
        reach = way_length[lane] - pos[u]
        if reach > 150.0:
            break
        if next_connector[u] != o:
            # It stands before ours: nobody behind it can come.
            if speed[u] < 0.1:
                return False
            continue
        if speed[u] < 0.5 and (impatient or stand_s[u] > 5.0):
            return bool(k == first[lane] and not impatient)
        top = min(max(top_limit * wish_factor[u], speed[u]), max_speed[u])
        u_in = _time_to(reach + enter, speed[u], accel[u], top)
        u_out = _time_to(reach + leave + length[u], speed[u], accel[u], top)
        if not (t_in > u_out + _CLEAR_S or until < u_in):
            return True
        if u_in > t_out + 8.0:
            return False
    if way_length[lane] < 60.0:
        for q in range(in_first[lane], in_first[lane + 1]):
            w = n_lanes + in_connector[q]
            if first[w] < first[w + 1]:
                u = order[first[w]]
                reach = way_length[w] - pos[u] + way_length[lane]
                u_in = _time_to(reach + enter, speed[u], accel[u], max(top_limit, speed[u]))
                u_out = _time_to(reach + leave + length[u], max(speed[u], 1.0), accel[u], max(top_limit, speed[u]))
                if not (t_in > u_out + _CLEAR_S or until < u_in):
                    return True
    return False
