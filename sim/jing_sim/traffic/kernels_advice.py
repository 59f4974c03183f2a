"""Advice among neighbours: a vehicle that must change lanes adapts its speed, and asks others to adapt theirs."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined
from jing_sim.traffic.kernels_following import brake_gap_m, follow_mps, safe_stop_mps, secure_gap_m
from jing_sim.traffic.kernels_neighbours import FAR
from jing_sim.traffic.rows import (
    ADVICE,
    AM_FOLLOWER,
    AM_LEADER,
    BLOCKED_FOLLOWER,
    BLOCKED_LEADER,
    BLOCKER,
    BRAKE,
    FROM_LEFT,
    FROM_RIGHT,
    LOOK,
    NO_ADVICE,
    POS,
    SPACE,
    SPEED,
    STATE,
    STRATEGIC,
    T_ACCEL,
    T_DECEL,
    T_GAP,
    T_LENGTH,
    T_TAU,
    TYPE,
    W_LENGTH,
    WANTS_LEFT,
    WANTS_RIGHT,
)

__all__ = ["inform_neighbours"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]

_HELP_MPS = 10.0 / 3.6
_FALL_BEHIND_MPS2 = 7.0 / 3.6
_CUT_IN_MPS = 27.0
_RAMP_M = 200.0


@inlined
def advise(f: F32, i: I32, u: int, v: float, bits: int, typef: F64, dt: float) -> None:
    """Tells vehicle `u` what speed would help; what it cannot brake to is of no use to anybody."""
    i[u, STATE] |= bits
    if v >= f[u, SPEED] - typef[i[u, TYPE], T_DECEL] * dt - 0.001 and v < f[u, ADVICE]:
        f[u, ADVICE] = v


@inlined
def inform_neighbours(
    s: int, m: int, n_row: int, lane: int, right: bool, to_best: bool, here_best: bool, best_off: int, blocked: int,
    here_dist: float, lead_stopped: bool, lead_gap: float, n_gap: float, n_v: float, n_a: float, n_d: float,
    n_stopped: bool, f_gap: float, v_max: float, dt: float, f: F32, i: I32, wayf: F64, typef: F64,
) -> None:  # fmt: skip
    """Lets neighbours know of a vehicle that must change lanes, and makes room for those who change the other way.

    `n_row`, `m`: rows of the leader and the follower on the other lane (-1 = none on this road), with their gaps.
    """
    t = i[s, TYPE]
    own_len, gap0, b, a = typef[t, T_LENGTH], typef[t, T_GAP], typef[t, T_DECEL], typef[t, T_ACCEL]
    tau, pos, v = typef[t, T_TAU], np.float64(f[s, POS]), np.float64(f[s, SPEED])
    brake, look = np.float64(f[s, BRAKE]), np.float64(f[s, LOOK])
    has_n = n_gap < FAR * 0.5
    # Letting others know, and making room for those who change the other way.
    space = here_dist - pos
    if lead_stopped and not (to_best and here_best):
        space = lead_gap
    f[s, SPACE] = space
    if to_best and abs(best_off) > 1:
        f[s, BLOCKER] = max(f[s, BLOCKER], np.float32(20.0 if right else 40.0))
    if n_row >= 0 and i[n_row, STATE] & (WANTS_LEFT if right else WANTS_RIGHT) and (i[n_row, STATE] & STRATEGIC):
        room = typef[i[n_row, TYPE], T_LENGTH] + typef[i[n_row, TYPE], T_GAP]
        if space - room - 1.0 - gap0 > 0.0:
            f[s, BLOCKER] = max(f[s, BLOCKER], np.float32(room))
    seconds = max(dt, space / max(look, 0.001) / max(1, abs(best_off)) / 2.0)
    from_bit = FROM_LEFT if right else FROM_RIGHT
    planned = min(v, safe_stop_mps(space - f[s, BLOCKER], b, dt, dt))
    if f[s, ADVICE] < NO_ADVICE:
        planned = min(planned, np.float64(f[s, ADVICE]))
    if has_n:
        n_next = n_v - dt * max(1.0, -n_a)
        next_gap = n_gap + dt * (n_next - planned)
        if blocked & BLOCKED_LEADER:
            past = n_gap + own_len + own_len + gap0 + secure_gap_m(n_v, v, b, b, tau, dt)
            dv = planned - n_v
            when = past / dv if dv > 0.0 else seconds + 1.0
            if (
                dv < 0.0
                or (not right and v > 60.0 / 3.6)
                or space - f[s, BLOCKER] - brake - v * tau < past
                or seconds < when
            ) and not n_stopped:
                if n_row >= 0:
                    i[n_row, STATE] |= AM_LEADER | from_bit
                goal = max(v - b * dt, 0.0)
                if next_gap >= 0.0:
                    goal = max(goal, follow_mps(
                        0, v, v_max, next_gap, max(n_next, 0.0),
                        brake_gap_m(max(n_next, 0.0), max(b, n_d), dt), max(b, n_d), a, b, b, tau,
                        gap0, dt,
                    ))  # fmt: skip
                if goal < v:
                    soft = min(b, max(_FALL_BEHIND_MPS2, (v - goal) / seconds))
                    planned = min(planned, max(0.0, v - soft * dt))
                    advise(f, i, s, planned, 0, typef, dt)
                else:
                    advise(f, i, s, goal, 0, typef, dt)
            else:
                if n_row >= 0:
                    advise(f, i, n_row, n_v, AM_LEADER | from_bit, typef, dt)
                planned = -1.0
        else:
            goal = max(v - b * dt, 0.0)
            if next_gap >= 0.0:
                goal = max(goal, follow_mps(
                    0, v, v_max, next_gap, max(n_next, 0.0),
                    brake_gap_m(max(n_next, 0.0), max(b, n_d), dt), max(b, n_d), a, b, b, tau, gap0,
                    dt,
                ))  # fmt: skip
            advise(f, i, s, goal, 0, typef, dt)
            planned = min(planned, goal)
    if planned >= 0.0 and m >= 0:
        tm = i[m, TYPE]
        m_v, m_b, m_tau = np.float64(f[m, SPEED]), typef[tm, T_DECEL], typef[tm, T_TAU]
        if blocked & BLOCKED_FOLLOWER:
            told = False
            if planned - m_v >= _HELP_MPS:
                need = secure_gap_m(m_v, planned, m_b, b, m_tau, dt)
                if (need - f_gap) / seconds < planned - m_v:
                    advise(f, i, m, planned - _HELP_MPS, AM_FOLLOWER | from_bit, typef, dt)
                    told = True
            if not told:
                m_new = max(0.0, m_v - m_b * dt)
                m_new1 = max(0.0, m_v - m_b)
                dv = planned - m_new1
                left = f_gap + dv
                need = secure_gap_m(m_new1, planned, m_b, b, m_tau, dt)
                if left > 0.0 and left >= need:
                    x = max(m_new, safe_stop_mps(
                        f_gap + dt * planned + brake_gap_m(planned, max(b, m_b), dt), m_b, m_tau, dt
                    ))  # fmt: skip
                    x = max(m_new, safe_stop_mps(
                        f_gap + dt * (planned - x) + brake_gap_m(planned, max(b, m_b), dt), m_b,
                        m_tau, dt,
                    ))  # fmt: skip
                    advise(f, i, m, x, AM_FOLLOWER | from_bit, typef, dt)
                elif dv > 0.0 and dv * seconds > need - left + 0.1:
                    advise(f, i, m, m_new, AM_FOLLOWER | from_bit, typef, dt)
                elif right and m_v > 60.0 / 3.6:
                    advise(f, i, m, max(m_new, _HELP_MPS), AM_FOLLOWER | from_bit, typef, dt)
                else:
                    x = max(m_v, v + _HELP_MPS)
                    told = False
                    if m_v > v and (right or planned > _CUT_IN_MPS or wayf[lane, W_LENGTH] > _RAMP_M):
                        x = max(m_new, v + _HELP_MPS)
                        if (m_v - v) / m_b < seconds:
                            told = True
                    advise(f, i, m, x, AM_FOLLOWER | from_bit, typef, dt)
                    if not told:
                        past = max(0.0, f_gap + own_len + gap0 + typef[tm, T_LENGTH] + secure_gap_m(
                            planned, x, b, m_b, tau, dt
                        ))  # fmt: skip
                        x = max(x - past / seconds, v - b * dt)
                        advise(f, i, s, max(x, 0.0), 0, typef, dt)
        elif blocked & BLOCKED_LEADER:
            x = safe_stop_mps(f_gap + dt * planned + brake_gap_m(planned, max(b, m_b), dt), m_b, m_tau, dt)
            x = safe_stop_mps(f_gap + dt * (planned - x) + brake_gap_m(planned, max(b, m_b), dt), m_b, m_tau, dt)
            advise(f, i, m, x, from_bit, typef, dt)
