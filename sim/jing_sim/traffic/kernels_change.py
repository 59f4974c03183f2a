"""Lane changes, after the published description of SUMO's LC2013 (J. Erdmann, "Lane-Changing Model in SUMO", 2014).

Road by road, from the front vehicle to the last one over all lanes, each vehicle asks for the right and then for the
left: must it change for its route, does it help somebody, would it be faster, should it keep right. Whoever must
change and cannot asks its neighbours to adapt their speed in the next step. Ways outside the road are read as they were
before lane changes, so roads do not depend on one another.
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inner
from jing_sim.traffic.kernels_advice import inform_neighbours
from jing_sim.traffic.kernels_following import HALTING_MPS, brake_gap_m, secure_gap_m
from jing_sim.traffic.kernels_neighbours import FAR, foreseen_mps, in_front, lets_in, too_near_beyond
from jing_sim.traffic.kernels_ring import ring_bonus_m
from jing_sim.traffic.kernels_routes import look_along_route
from jing_sim.traffic.rows import (
    ACCEL,
    AM_FOLLOWER,
    AM_LEADER,
    AT,
    BLOCKED_FOLLOWER,
    BLOCKED_LEADER,
    BLOCKER,
    BRAKE,
    CHANGED,
    CHANGED_LEFT,
    COOPERATIVE,
    ENTERED,
    FACTOR,
    FLAGS,
    FROM_LEFT,
    FROM_RIGHT,
    GAIN,
    HALTED,
    ID,
    KEEP,
    LEN_HERE,
    LEN_LEFT,
    LEN_RIGHT,
    LOOK,
    N_WORDS,
    NEAR_RING,
    OFFSETS,
    OUTSIDE,
    POS,
    SPACE,
    SPEED,
    STATE,
    STRATEGIC,
    T_ACCEL,
    T_DECEL,
    T_GAP,
    T_LENGTH,
    T_SPEED,
    T_TAU,
    TYPE,
    URGENT,
    W_FLAGS,
    W_LEFT,
    W_LENGTH,
    W_RIGHT,
    W_START,
    WANTS_LEFT,
    WANTS_RIGHT,
)

__all__ = ["change_lanes"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

_LOOK_FORWARD_S = 10.0
_LOOK_LEFT = 2.0
_MEMORY = 0.9
_TURN_LANE_M = 200.0
_STOPPED_M = 100.0
_GAIN_MPS = 10.0
_GAIN_RIGHT, _GAIN_LEFT = 2.0, 0.2
_KEEP_RIGHT_S = 5.0
_FAST_MPS = 80.0 / 3.6
_NONE = -1.0e18


@inner
def change_lanes(
    dt: float, n_lanes: int, first: I32, way: I32, f: F32, i: I32, of: F32, oi: I32, tail_rear: F32, tail_slot: I32,
    head_slot: I32, over_rear: F32, over_slot: I32, brutto: F32, wayf: F64, wayi: I32, limit: F32, typef: F64,
    kind_of: NDArray[np.uint16], out: I32, to_lane: I32, into: I32, road_first: I32, changeable: I32,
    allowed: NDArray[np.uint16], route: I32, route_last: I32, stop_lane: I32, stop_pos: F32, reach: F64, turn: I32,
    change: I32, keep: I32, heads: F64, sidef: F64, sidei: I32, state: U8,
) -> int:  # fmt: skip
    """Changes lanes in place on the rows sorted by way; returns how many vehicles did.

    `of`, `oi`, `tail_*`, `head_slot`, `over_*`: rows, last and first vehicles and tails of all ways as they stood
    before.
    `changeable`: roads with more than one lane. `keep` `(N_WORDS + 64,)`, `heads` `(128,)` are scratch.
    """
    changed = 0
    half, most = 0.5**dt, 0.8**dt
    memory = 1.0 - (1.0 - _MEMORY) * dt
    nxt = keep[N_WORDS:]
    # What those who have been looked at, and so are ahead, take up of each lane.
    taken = heads[64:]
    for r in changeable:
        lane0, lane1 = road_first[r], road_first[r + 1]
        if first[lane0] == first[lane1]:
            continue
        n_own = min(lane1 - lane0, 64)
        for k in range(n_own):
            nxt[k] = first[lane0 + k]
            heads[k] = _NONE
            taken[k] = 0.0
            if nxt[k] < first[lane0 + k + 1]:
                heads[k] = f[nxt[k], POS] + wayf[lane0 + k, W_START]
        while True:
            # The next vehicle: the foremost one not looked at yet.
            pick = 0
            head = heads[0]
            for k in range(1, n_own):
                ahead = heads[k] > head
                head = heads[k] if ahead else head
                pick = k if ahead else pick
            if head == _NONE:
                break
            lane = lane0 + pick
            s = nxt[pick]
            nxt[pick] = s + 1
            behind = f[min(s + 1, len(f) - 1), POS] + wayf[lane, W_START]
            heads[pick] = behind if s + 1 < first[lane + 1] else _NONE
            flags = i[s, FLAGS] & ~(CHANGED | CHANGED_LEFT)
            i[s, FLAGS] = flags
            t = np.uint32(i[s, TYPE])
            own_len, gap0, b, a = typef[t, T_LENGTH], typef[t, T_GAP], typef[t, T_DECEL], typef[t, T_ACCEL]
            taken_here = taken[pick]
            taken[pick] += own_len + gap0
            if flags & (OUTSIDE | HALTED | ENTERED):
                continue
            tau, top = typef[t, T_TAU], typef[t, T_SPEED]
            pos, v = np.float64(f[s, POS]), np.float64(f[s, SPEED])
            packed = i[s, OFFSETS]
            here_off = (packed & 255) - 16
            state_kept = i[s, STATE] & (AM_LEADER | AM_FOLLOWER | FROM_LEFT | FROM_RIGHT)
            brake = np.float64(f[s, BRAKE])
            sight = brake + v * tau + gap0
            v_max = min(limit[lane] * np.float64(f[s, FACTOR]), top)
            here_dist = np.float64(f[s, LEN_HERE])
            looked = False
            l_back, l_v, l_a, l_d, l_b = FAR, 0.0, 0.0, 1.0, 0.0
            lead_stopped = s > first[lane] and i[s - 1, FLAGS] & HALTED != 0
            lead_gap = FAR
            if lead_stopped:
                lead_gap = f[s - 1, POS] - typef[i[s - 1, TYPE], T_LENGTH] - pos - gap0
            new_state = 0
            near_ring = wayi[lane, W_FLAGS] & NEAR_RING != 0
            if near_ring:
                look_along_route(
                    f, i, s, lane, n_lanes, wayf, wayi, out, to_lane, road_first, allowed, kind_of, route,
                    route_last[i[s, ID]], stop_lane, stop_pos, reach, turn, change,
                )  # fmt: skip
            bonus, own_dist = 0.0, here_dist
            for turn_no in range(2):
                right = turn_no == 0
                here_dist = own_dist
                other = wayi[lane, W_RIGHT] if right else wayi[lane, W_LEFT]
                if other < 0 or not allowed[other] & kind_of[t]:
                    continue
                there = pos + wayf[lane, W_START] - wayf[other, W_START]
                if there < 0.0 or there > wayf[other, W_LENGTH]:
                    continue
                # On a lane that begins here there is nothing behind it for a tail.
                if there < own_len and there != pos:
                    continue
                side = -1 if right else 1
                side_off = ((packed >> 8) & 255) - 16 if right else ((packed >> 16) & 255) - 16
                side_dist = np.float64(f[s, LEN_RIGHT]) if right else np.float64(f[s, LEN_LEFT])
                best_off = here_off
                if here_off == 0 and side_off == 0:
                    best_off = side
                to_best = best_off * side > 0
                look = np.float64(f[s, LOOK])
                mean = np.float64(np.float32(memory * look + (1.0 - memory) * v))
                look = v if v > look else mean
                f[s, LOOK] = look
                la = look * _LOOK_FORWARD_S * (1.0 if right else _LOOK_LEFT) + 2.0 * (own_len + gap0)
                p = nxt[other - lane0]
                n_stopped = p > first[other] and i[p - 1, FLAGS] & HALTED != 0
                n_gap = FAR
                if n_stopped:
                    n_gap = f[p - 1, POS] - typef[i[p - 1, TYPE], T_LENGTH] - there - gap0
                if best_off == 0 and lead_stopped and lead_gap < here_dist - pos:
                    la = 0.5 * (own_len + gap0 + 7.5 + lead_gap)
                elif best_off == side and n_stopped and n_gap < here_dist - pos:
                    la = own_len + gap0 + 7.5 + n_gap
                best_lane = min(max(lane + best_off, lane0), lane1 - 1)
                if near_ring:
                    bonus = ring_bonus_m(
                        pos, max(lane, other), best_lane, i[s, AT], n_lanes, wayf, wayi, to_lane, brutto, turn,
                        road_first, route,
                    )  # fmt: skip
                    here_dist = own_dist + bonus
                    side_dist += bonus
                usable = here_dist - pos - (taken_here if best_lane == lane else taken[best_lane - lane0])
                side_left = max(0.0, side_dist - pos - max(taken[other - lane0], taken_here))
                urgent = False
                stay = False
                if to_best and best_off == here_off and usable < la * abs(best_off):
                    urgent = True
                else:
                    over = lead_gap + own_len + 7.5
                    if (
                        lead_stopped
                        and lead_gap < _STOPPED_M
                        and min(side_dist, here_dist) - pos > over
                        and (not n_stopped or n_gap > over)
                    ):
                        urgent = True
                    elif (not to_best and side_left < la * (abs(best_off) + 2)) or (
                        best_off == 0
                        and (side_left * 2.0 < la or (not lead_stopped and bonus <= 0.0 and side_dist < _TURN_LANE_M))
                    ):
                        stay = True
                if stay:
                    continue
                if not looked:
                    looked = True
                    l_back, l_v, l_a, l_d, l_b, _ = in_front(
                        f, i, s, lane, first[lane], s - 1, pos, sight, n_lanes, of, oi, tail_rear, tail_slot,
                        over_rear, over_slot, wayf, wayi, out, to_lane, route, route_last, road_first,
                        False, typef,
                    )  # fmt: skip
                has_lead = l_back < FAR
                lead_gap = l_back - pos - gap0
                n_back, n_v, n_a, n_d, n_b, n_row = in_front(
                    f, i, s, other, first[other], p - 1, there, sight, n_lanes, of, oi, tail_rear, tail_slot,
                    over_rear, over_slot, wayf, wayi, out, to_lane, route, route_last, road_first, True,
                    typef,
                )  # fmt: skip
                has_n = n_back < FAR
                n_gap = n_back - there - gap0
                bits = WANTS_RIGHT if right else WANTS_LEFT
                wants = False
                if urgent:
                    wants = True
                    bits |= STRATEGIC | URGENT
                else:
                    n_max = min(limit[other] * np.float64(f[s, FACTOR]), top)
                    rising = (has_n and n_a > 0.0) or (has_lead and l_a > 0.0)
                    there_v = foreseen_mps(n_gap, has_n, n_v, n_d, n_b, side_dist, v, n_max, rising, a, b, tau, dt)
                    here_v = foreseen_mps(lead_gap, has_lead, l_v, l_d, l_b, here_dist, v, v_max, rising, a, b, tau, dt)
                    if right and best_off == 0 and limit[lane] > _FAST_MPS and look > HALTING_MPS:
                        continue
                    gain = np.float64(f[s, GAIN])
                    if (
                        state_kept & AM_FOLLOWER
                        and state_kept & (FROM_LEFT if right else FROM_RIGHT)
                        and (to_best or side_dist > la * (abs(best_off) + 1))
                    ):
                        wants = True
                        bits |= COOPERATIVE | URGENT
                    else:
                        better = (there_v - here_v) / max(there_v, _GAIN_MPS)
                        if right:
                            if here_v - 5.0 / 3.6 > there_v:
                                if gain < 0.0:
                                    gain *= half
                            else:
                                if gain < 0.0 or better > 0.0:
                                    gain -= dt * better
                                accept = 7.0 * (v_max / limit[lane]) * max(1.0, v)
                                needed = brake_gap_m(v_max, b, dt) + v_max * tau
                                full = max(0.0, side_dist - needed)
                                seconds = min(accept, full / max(v_max, 0.1))
                                if has_n and n_v < v_max:
                                    its = n_b if n_d >= b else brake_gap_m(n_v, b, dt)
                                    full = max(0.0, min(full, n_gap - max(0.0, needed - its)))
                                    seconds = min(seconds, full / (v_max - n_v))
                                f[s, KEEP] -= dt * _GAIN_RIGHT * (seconds / accept) / _KEEP_RIGHT_S
                                if f[s, KEEP] < -_GAIN_RIGHT:
                                    wants = True
                            if not wants and gain < -_GAIN_RIGHT and side_dist > 20.0 * max(0.1, v):
                                wants = True
                        else:
                            if here_v > there_v:
                                if gain > 0.0:
                                    gain *= half
                            elif here_v == there_v:
                                if gain > 0.0:
                                    gain *= most
                            else:
                                gain += dt * better
                            if gain > _GAIN_LEFT and better > 0.001 and side_dist > 20.0 * max(0.1, v):
                                wants = True
                        f[s, GAIN] = gain
                        if (
                            not wants
                            and to_best
                            and best_off == here_off
                            and better >= 0.0
                            and (gain < 0.0 if right else gain > 0.0)
                        ):
                            wants = True
                            bits |= STRATEGIC
                if not wants:
                    continue
                # Is there room?
                m = p if p < first[other + 1] else -1
                f_gap = FAR
                blocked = 0
                if has_n:
                    slow = n_v + min(0.0, tau * n_a)
                    quick = v + max(0.0, tau * np.float64(f[s, ACCEL]))
                    if n_gap < 0.0 or n_gap < secure_gap_m(quick, max(slow, 0.0), b, n_d, tau, dt):
                        blocked |= BLOCKED_LEADER
                ego_v = max(v + min(0.0, tau * np.float64(f[s, ACCEL])), 0.0)
                if m >= 0:
                    tm = i[m, TYPE]
                    f_gap = there - own_len - f[m, POS] - typef[tm, T_GAP]
                    quick = f[m, SPEED] + max(0.0, typef[tm, T_TAU] * f[m, ACCEL])
                    if f_gap < 0.0 or f_gap < secure_gap_m(quick, ego_v, typef[tm, T_DECEL], b, typef[tm, T_TAU], dt):
                        blocked |= BLOCKED_FOLLOWER
                elif not lets_in(
                    other, there - own_len, n_lanes, of, oi, head_slot, wayf, wayi, into, limit, state, i[s, ID], ego_v,
                    b, typef, dt, True,
                ):  # fmt: skip
                    blocked |= BLOCKED_FOLLOWER
                if urgent:
                    inform_neighbours(
                        s, m, n_row, lane, right, to_best, best_off == here_off, best_off, blocked, here_dist,
                        lead_stopped,
                        lead_gap, n_gap, n_v, n_a, n_d, n_stopped, f_gap, v_max, dt, f, i, wayf, typef,
                    )  # fmt: skip
                far = wayi[other, W_RIGHT] if right else wayi[other, W_LEFT]
                if not blocked and (
                    # From two lanes away somebody whose front is beyond this road may come over with its tail.
                    (far >= 0 and over_slot[far] >= 0 and over_rear[far] + wayf[far, W_START] < there
                     + wayf[other, W_START] + gap0)
                    or too_near_beyond(
                        other, there, v, b, tau, gap0, sight, i[s, AT], route_last[i[s, ID]], road_first, route,
                        n_lanes, of, oi, tail_rear, tail_slot, wayf, wayi, out, to_lane, sidef, sidei, typef, i[s, ID],
                        dt,
                    )
                ):  # fmt: skip
                    blocked = BLOCKED_LEADER
                if blocked:
                    if right or not (new_state & URGENT and bits & URGENT):
                        new_state |= bits | blocked
                    continue
                # It changes.
                for k in range(N_WORDS):
                    keep[k] = i[s, k]
                if right:
                    for q in range(s, p, -1):
                        for k in range(N_WORDS):
                            i[q, k] = i[q - 1, k]
                    q = p
                    way[first[lane]] = other
                    first[lane] += 1
                    nxt[other - lane0] = p + 1
                else:
                    for q in range(s, p - 1):
                        for k in range(N_WORDS):
                            i[q, k] = i[q + 1, k]
                    q = p - 1
                    first[other] -= 1
                    way[first[other]] = other
                    nxt[pick] = s
                for k in range(N_WORDS):
                    i[q, k] = keep[k]
                f[q, POS] = there
                f[q, GAIN] = 0.0
                f[q, KEEP] = 0.0
                f[q, LOOK] = 0.0
                f[q, BLOCKER] = 0.0
                f[q, SPACE] = 0.0
                i[q, STATE] = 0
                i[q, FLAGS] |= CHANGED if right else CHANGED | CHANGED_LEFT
                taken[pick] = taken_here
                taken[other - lane0] += own_len + gap0
                brutto[lane] -= np.float32(own_len + gap0)
                brutto[other] += np.float32(own_len + gap0)
                look_along_route(
                    f, i, q, other, n_lanes, wayf, wayi, out, to_lane, road_first, allowed, kind_of, route,
                    route_last[i[q, ID]], stop_lane, stop_pos, reach, turn, change,
                )  # fmt: skip
                changed += 1
                new_state = -1
                break
            if new_state >= 0:
                i[s, STATE] = new_state | (i[s, STATE] & (AM_LEADER | AM_FOLLOWER | FROM_LEFT | FROM_RIGHT))
    return changed
