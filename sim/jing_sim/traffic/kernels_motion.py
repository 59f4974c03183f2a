"""Speeds for the next step, and the movement itself, over the ends of ways."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic.kernel_cache import inlined, kernel
from jing_sim.traffic.kernels_following import brake_gap_m, idm_accel_mps2, safe_follow_mps, stop_gap_m, uniform

__all__ = ["move_vehicles", "plan_speeds"]

Int = NDArray[np.int32]
Flags = NDArray[np.uint8]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

_CLEAR_M = 0.3
"""Vehicles stop so far before a stretch that others pass."""

_STANDS_S = 3.0
_OBLIGING_S = 30.0


@inlined
def _bounded(
    model: int, v: float, wish: float, gap: float, lead: float, lead_decel: float, accel: float, decel: float,
    tau: float, min_gap: float, dt_s: float,
) -> float:  # fmt: skip
    """The speed that a leader (or a stop line: `lead` 0) allows; `gap` is what is left beyond the minimum gap."""
    safe = safe_follow_mps(gap, lead, lead_decel, decel, tau, dt_s)
    if model == 1:
        a = idm_accel_mps2(v, wish, gap + min_gap, v - lead, accel, decel, tau, min_gap)
        # IDM alone may brake harder than its followers reckon with; beyond the comfortable only what is safe counts.
        return max(0.0, min(safe, v + max(a, -decel) * dt_s))
    return safe


@kernel
def plan_speeds(
    model: int, seed: int, step: int, dt_s: float, n_lanes: int,
    first: Int, order: Int, tail_pos: Float, tail_vehicle: Int,
    pos: Float, speed: Float, route_at: Int, next_connector: Int, granted: NDArray[np.uint8],
    give_way_to: NDArray[np.int32],
    wish_factor: Float, way: Int,
    length: Float, min_gap: Float, max_speed: Float, accel: Float, decel: Float, tau: Float, sigma: Float,
    route_last: Int, cell_of: Int, connector: Int,
    way_length: Float, limit: Float, stop: Float, lane_road: Int, lane_start: Float, to_lane: Int, free: Bool,
    from_lane: Int, side_first: Int, side_other: Int, side_enter: Float, side_exit: Float,
    other_enter: Float, other_exit: Float, side_merges: Bool, place: Int, stand_s: Float, new_speed: Float,
) -> None:  # fmt: skip
    """Writes the speed of the next step of every vehicle, reading the present ones alone."""
    for w in range(len(first) - 1):
        for k in range(first[w], first[w + 1]):
            v = order[k]
            now = speed[v]
            a, b, t, gap0 = accel[v], decel[v], tau[v], min_gap[v]
            wish = min(limit[w] * wish_factor[v], max_speed[v])
            best = min(wish, now + a * dt_s)
            if model == 1:
                best = min(wish, now + max(idm_accel_mps2(now, wish, 1.0e9, 0.0, a, b, t, gap0), -b) * dt_s)
                best = max(best, 0.0)
            if now > wish:
                best = max(wish, now - b * dt_s)
            behind = False
            if k > first[w]:
                u = order[k - 1]
                gap = pos[u] - length[u] - pos[v] - gap0
                best = min(best, _bounded(model, now, wish, gap, speed[u], decel[u], a, b, t, gap0, dt_s))
                behind = True
            if tail_vehicle[w] >= 0 and tail_vehicle[w] != v and tail_pos[w] + 1.0e-6 >= pos[v] - 1.0:
                u = tail_vehicle[w]
                gap = tail_pos[w] - pos[v] - gap0
                best = min(best, _bounded(model, now, wish, gap, speed[u], decel[u], a, b, t, gap0, dt_s))
            if w >= n_lanes:
                best = min(best, _merging(
                    model, v, w - n_lanes, way_length[w] - pos[v], now, wish, n_lanes, first, order, pos, speed,
                    length, decel, a, b, t, gap0, dt_s, way_length, side_first, side_other, other_enter, side_merges,
                ))  # fmt: skip
            c, x = w - n_lanes, pos[v]
            if w < n_lanes:
                c, x = next_connector[v] if granted[v] else -1, pos[v] - way_length[w]
            if c >= 0 and not free[c]:
                best = min(best, _crossing(
                    v, c, x, now, step, n_lanes, first, order, tail_pos, tail_vehicle, pos, speed, length, decel,
                    next_connector, granted, place, stand_s, b, t, dt_s, way_length, from_lane, side_first,
                    side_other, side_enter, side_exit, other_enter, other_exit, side_merges,
                ))  # fmt: skip
            for side in range(2):
                u = give_way_to[side, v]
                # Asked up to two steps ago: it may be elsewhere by now.
                # And who has let in nobody for long drives on.
                if (
                    u < 0
                    or stand_s[v] > _OBLIGING_S
                    or w >= n_lanes
                    or way[u] < 0
                    or way[u] >= n_lanes
                    or lane_road[way[u]] != lane_road[w]
                ):
                    continue
                gap = pos[u] + lane_start[way[u]] - lane_start[w] - length[u] - pos[v] - gap0
                if gap > -gap0:
                    wanted = _bounded(model, now, wish, max(gap, 0.0), speed[u], decel[u], a, b, t, gap0, dt_s)
                    best = min(best, max(wanted, now - b * dt_s))
            if not behind:
                best = min(best, _ahead(
                    model, v, w, best, dt_s, n_lanes, first, order, tail_pos, tail_vehicle, pos, speed, route_at,
                    next_connector, granted, wish_factor, length, decel, max_speed, a, b, t, gap0, wish, route_last,
                    cell_of, connector, way_length, limit, stop, to_lane, free, side_first, side_other, other_enter,
                    side_merges,
                ))  # fmt: skip
            elif w < n_lanes:
                best = min(best, _line(
                    v, w, pos, next_connector, granted, route_at, route_last, way_length, stop, free, b, t, dt_s,
                    limit, n_lanes, wish_factor,
                ))  # fmt: skip
            if model == 0 and sigma[v] > 0.0 and best > 0.0:
                # Krauss' imperfection, as in SUMO: at most one step's acceleration, less when starting.
                dawdle = sigma[v] * min(best, a) * dt_s * uniform(seed, v, step, 1)
                best = max(best - dawdle, 0.0)
            new_speed[v] = best


@inlined
def _line(
    v: int, w: int, pos: Float, next_connector: Int, granted: Flags, route_at: Int, route_last: Int,
    way_length: Float, stop: Float, free: Bool, b: float, t: float, dt_s: float, limit: Float, n_lanes: int,
    wish_factor: Float,
) -> float:  # fmt: skip
    """What the end of its lane allows a vehicle that follows another one: it too must be let into the junction."""
    if route_at[v] >= route_last[v]:
        return 1.0e9
    c = next_connector[v]
    if c < 0:
        return safe_follow_mps(way_length[w] - pos[v] - stop_gap_m(way_length[w]), 0.0, b, b, t, dt_s)
    if not free[c] and not granted[v]:
        return safe_follow_mps(stop[w] - pos[v] - stop_gap_m(stop[w]), 0.0, b, b, t, dt_s)
    return _slowed(way_length[w] - pos[v], limit[n_lanes + c] * wish_factor[v], b, dt_s)


@inlined
def _slowed(
    distance: float, limit: float, b: float, dt_s: float,
) -> float:  # fmt: skip
    """The greatest speed from which one can be down to `limit` after `distance`."""
    cut = b * dt_s
    return float(max(limit, np.sqrt(cut * cut * 0.25 + limit * limit + 2.0 * b * max(distance, 0.0)) - cut * 0.5))


@inlined
def _merging(
    model: int, v: int, c: int, left: float, now: float, wish: float, n_lanes: int, first: Int, order: Int,
    pos: Float, speed: Float, length: Float, decel: Float, a: float, b: float, t: float, gap0: float, dt_s: float,
    way_length: Float, side_first: Int, side_other: Int, other_enter: Float, side_merges: Bool,
) -> float:  # fmt: skip
    """The speed that vehicles on merging connectors allow which are nearer to the common lane."""
    best = 1.0e9
    for s in range(side_first[c], side_first[c + 1]):
        if not side_merges[s]:
            continue
        o = n_lanes + side_other[s]
        for k in range(first[o + 1] - 1, first[o] - 1, -1):
            u = order[k]
            theirs = way_length[o] - pos[u]
            if theirs < left or (theirs == left and u < v):
                if pos[u] >= other_enter[s] - length[u]:
                    gap = left - theirs - length[u] - gap0
                    best = min(best, _bounded(model, now, wish, max(gap, 0.0), speed[u], decel[u], a, b, t, gap0, dt_s))
                break
    return best


@inlined
def _crossing(
    v: int, c: int, x: float, now: float, step: int, n_lanes: int, first: Int, order: Int, tail_pos: Float,
    tail_vehicle: Int, pos: Float, speed: Float, length: Float, decel: Float, next_connector: Int, granted: Flags,
    place: Int, stand_s: Float, b: float, t: float, dt_s: float, way_length: Float, from_lane: Int, side_first: Int,
    side_other: Int, side_enter: Float, side_exit: Float, other_enter: Float, other_exit: Float, side_merges: Bool,
) -> float:  # fmt: skip
    """The speed from which a vehicle at `x` on connector `c` can stop before the stretches that others pass first.

    Of two vehicles that come to one stretch, that goes first which is on it or can no longer stop before it; else the
    one that was let in first. So no two can ever be there that could not have stopped.
    """
    best = 1.0e9
    mine = brake_gap_m(now, b, dt_s)
    for s in range(side_first[c], side_first[c + 1]):
        room = side_enter[s] - x - _CLEAR_M
        # On it, past it, or past stopping: others look out.
        if side_merges[s] or mine > room or side_exit[s] < x:
            continue
        o = side_other[s]
        w = n_lanes + o
        stops = tail_vehicle[w] >= 0 and tail_vehicle[w] != v and tail_pos[w] < other_exit[s]
        for k in range(first[w], first[w + 1]):
            u = order[k]
            if stops or pos[u] - length[u] >= other_exit[s]:
                continue
            stops = _goes_first(u, v, other_enter[s] - pos[u], speed, decel, place, stand_s, step, dt_s)
        lane = from_lane[o]
        for k in range(first[lane], first[lane + 1]):
            u = order[k]
            if stops or not granted[u]:
                break
            if u != v and next_connector[u] == o:
                away = way_length[lane] - pos[u] + other_enter[s]
                stops = _goes_first(u, v, away, speed, decel, place, stand_s, step, dt_s)
        if stops:
            best = min(best, safe_follow_mps(room, 0.0, b, b, t, dt_s))
    return best


@inlined
def _goes_first(
    u: int, v: int, away: float, speed: Float, decel: Float, place: Int, stand_s: Float, step: int, dt_s: float,
) -> bool:  # fmt: skip
    """Whether `u`, `away` from the stretch, passes it before `v`, which can still stop."""
    if brake_gap_m(speed[u], decel[u], dt_s) > away - _CLEAR_M:
        return True
    u_stands, v_stands = stand_s[u] > _STANDS_S, stand_s[v] > _STANDS_S
    if u_stands != v_stands:
        return bool(v_stands)
    # Two that stand before each other may both wait for a third: they take turns in going first.
    turned = u_stands and (step // 8) % 2 == 1
    return bool((place[u] < place[v]) != turned)


@inlined
def _ahead(
    model: int, v: int, w: int, best: float, dt_s: float, n_lanes: int, first: Int, order: Int, tail_pos: Float,
    tail_vehicle: Int, pos: Float, speed: Float, route_at: Int, next_connector: Int, granted: Flags,
    wish_factor: Float, length: Float, decel: Float, max_speed: Float, a: float, b: float, t: float, gap0: float,
    wish: float, route_last: Int, cell_of: Int, connector: Int, way_length: Float, limit: Float, stop: Float,
    to_lane: Int, free: Bool, side_first: Int, side_other: Int, other_enter: Float, side_merges: Bool,
) -> float:  # fmt: skip
    """What the ways ahead allow the first vehicle of a way: lines, speed limits, the next vehicle."""
    now = speed[v]
    look = brake_gap_m(max(best, now), b, dt_s) + (max(best, now) + 1.0) * (t + dt_s) + 10.0
    ahead = way_length[w] - pos[v]
    at, last = route_at[v], route_last[v]
    here = w
    own = True
    while ahead < look:
        if here < n_lanes:
            if at >= last:
                return best
            c = next_connector[v] if own else connector[cell_of[at] + here]
            if c < 0:
                end = ahead - stop_gap_m(way_length[here])
                return min(best, _bounded(model, now, wish, end, 0.0, b, a, b, t, gap0, dt_s))
            if not free[c] and not (own and granted[v]):
                line = ahead - (way_length[here] - stop[here]) - stop_gap_m(stop[here])
                return min(best, _bounded(model, now, wish, line, 0.0, b, a, b, t, gap0, dt_s))
            own = False
            nxt = n_lanes + c
            best = min(best, _merging(
                model, v, c, ahead + way_length[nxt], now, wish, n_lanes, first, order, pos, speed, length, decel, a,
                b, t, gap0, dt_s, way_length, side_first, side_other, other_enter, side_merges,
            ))  # fmt: skip
        else:
            nxt = to_lane[here - n_lanes]
            at += 1
            own = False
        best = min(best, _slowed(ahead, min(limit[nxt] * wish_factor[v], max_speed[v]), b, dt_s))
        gap, lead = 1.0e9, -1
        if first[nxt] < first[nxt + 1]:
            lead = order[first[nxt + 1] - 1]
            gap = ahead + pos[lead] - length[lead] - gap0
        if tail_vehicle[nxt] >= 0 and tail_vehicle[nxt] != v and ahead + tail_pos[nxt] - gap0 < gap:
            lead = tail_vehicle[nxt]
            gap = ahead + tail_pos[nxt] - gap0
        if lead >= 0:
            return min(best, _bounded(model, now, wish, gap, speed[lead], decel[lead], a, b, t, gap0, dt_s))
        ahead += way_length[nxt]
        here = nxt
    return best


@kernel
def move_vehicles(
    dt_s: float, n_lanes: int, running: Int, n_running: int,
    way: Int, pos: Float, speed: Float, accel_now: Float, new_speed: Float, stand_s: Float, waiting_s: Float,
    time_loss_s: Float, route_at: Int, next_connector: Int, granted: NDArray[np.uint8], history: NDArray[np.int32],
    wish_factor: Float, max_speed: Float, route_last: Int, cell_of: Int, connector: Int,
    way_length: Float, limit: Float, to_lane: Int, group: Int, on_red: Bool, state: NDArray[np.uint8],
    arrived: Int, counts: Int,
) -> int:  # fmt: skip
    """Moves all running vehicles; returns how many remain in `running`.

    `arrived` receives those that reached the end of their route. `counts[0]` is their number, `counts[1]` grows by each
    vehicle that drove into a junction against red.
    """
    counts[0] = 0
    kept = 0
    for k in range(n_running):
        v = running[k]
        w = way[v]
        x = pos[v] + new_speed[v] * dt_s
        accel_now[v] = (new_speed[v] - speed[v]) / dt_s
        speed[v] = new_speed[v]
        top = min(limit[w] * wish_factor[v], max_speed[v])
        time_loss_s[v] += dt_s * max(0.0, 1.0 - speed[v] / top)
        if speed[v] < 0.1:
            stand_s[v] += dt_s
            waiting_s[v] += dt_s
        else:
            stand_s[v] = 0.0
        gone = False
        while x > way_length[w]:
            last = route_last[v]
            if w < n_lanes:
                if route_at[v] >= last:
                    gone = True
                    break
                c = next_connector[v]
                if c < 0:
                    # A lane that does not lead on: planned speeds stop before its end.
                    x = way_length[w]
                    break
                if group[c] >= 0 and state[group[c]] == 0 and not on_red[c]:
                    counts[1] += 1
                nxt = n_lanes + c
                granted[v] = 0
            else:
                nxt = to_lane[w - n_lanes]
                route_at[v] += 1
            x -= way_length[w]
            for h in range(history.shape[1] - 1, 0, -1):
                history[v, h] = history[v, h - 1]
            history[v, 0] = w
            w = nxt
            if w < n_lanes:
                next_connector[v] = connector[cell_of[route_at[v]] + w]
        if gone:
            arrived[counts[0]] = v
            counts[0] += 1
            way[v] = -1
            continue
        way[v], pos[v] = w, x
        running[kept] = v
        kept += 1
    return kept
