"""Giving way: whether a vehicle in sight of its foes may pass a minor link, given when everybody will arrive.

After the gap acceptance that SUMO documents for unsignalised and permissive links: a foe that leaves the common
stretch before one arrives, or arrives a second after one has left it, does not block; where both end in one lane
their speeds must fit as well. Impatience grows with waiting, up to cutting in on foes that can brake.
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined, inner
from jing_sim.traffic.kernels_approach import (
    A_ARRIVE,
    A_BRAKED,
    A_DISTANCE,
    A_LEAVE,
    A_LEAVE_SPEED,
    A_NEXT,
    A_SLOT,
    P_ARRIVE,
    P_CAN_BRAKE,
    P_DISTANCE,
    P_FLAGS,
    P_LAST,
    P_LEAVE_SPEED,
    P_OPEN_V,
    P_PUSH,
    P_SLOT,
    P_SPEED,
    P_STAND_FIRST,
    P_WAIT_V,
    P_WAY,
)
from jing_sim.traffic.kernels_following import HALTING_MPS, stop_mps
from jing_sim.traffic.rows import (
    ALL_WAY,
    FLAGS,
    ON_RED,
    POS,
    S_DIVERGES,
    S_FIRST_COME,
    S_FLAGS,
    S_MERGES,
    S_OTHER,
    S_OTHER_POINT,
    S_OTHER_WIDTH,
    S_OTHER_YIELDS,
    S_PASSES,
    S_POINT,
    S_YIELDS,
    SECOND_PART,
    SPEED,
    STOOD,
    T_ACCEL,
    T_DECEL,
    T_LENGTH,
    TYPE,
    W_FLAGS,
    W_FROM,
    W_GROUP,
    W_LENGTH,
    W_SIDE0,
    W_SIDE1,
    WAIT,
    WAITS,
)

__all__ = ["decide_to_yield"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]

_AHEAD_S = 1.0
_IMPATIENT_S = 180.0


@inlined
def _unsafe(leader: float, follower: float, leader_decel: float, follower_decel: float) -> bool:
    """Whether a follower would run into a leader when both brake, in one lane."""
    return leader * leader / leader_decel <= follower * follower / follower_decel


@inlined
def _later(
    arrive: float, foe: float, braked: float, impatience: float, distance: float, decel: float, dt: float
) -> tuple[float, float]:
    """When and how fast a foe arrives if it brakes as much as impatience asks of it, from the ego's arrival on."""
    if np.floor(arrive / dt) == np.floor(foe / dt):
        return foe, braked
    arrive = np.ceil(arrive / dt) * dt
    m = decel * impatience
    span = foe - arrive
    d = span * m
    v = distance / max(foe, dt)
    left = distance - v * (arrive - dt)
    if 0.5 * v * v / m <= left:
        return foe + 30.0, 0.0
    root = 4.0 * (v - d) * (v - d) - 4.0 * m * span * d
    if root < 0.0:
        return foe + 30.0, 0.0
    x = max(0.0, (np.sqrt(root) * -0.5 - d + v) / m)
    return foe + x, v - (span + x) * m


@inlined
def _blocked(
    ego: int, arrive: float, leave: float, speed: float, leave_speed: float, merges: bool, impatience: float,
    decel: float, all_way: bool, wait: float, o: int, f: F32, i: I32, typef: F64, ask_head: I32, askf: F64,
    aski: I32, dt: float, moving_only: bool, push: bool, past_braking: bool, safe: F32,
) -> bool:  # fmt: skip
    """Whether anybody who will enter way `o` blocks a vehicle that arrives and leaves at these times.

    `push`: of those who stand, who starts in this step counts, or two would push at once. `past_braking`: only those
    count who cannot stop any more.
    """
    k = ask_head[o]
    while k >= 0:
        u = aski[k, A_SLOT]
        foe = askf[k, A_ARRIVE]
        braked = askf[k, A_BRAKED]
        skip = u == ego or (moving_only and f[u, SPEED] <= HALTING_MPS and not (push and safe[u] > HALTING_MPS))
        skip = skip or (past_braking and askf[k, A_BRAKED] <= 0.0)
        if all_way and not skip:
            if wait > f[u, WAIT] or (wait == f[u, WAIT] and (arrive < foe or (arrive == foe and ego < u))):
                skip = True
        if not skip:
            foe_decel = typef[i[u, TYPE], T_DECEL]
            if impatience > 0.0 and arrive < foe:
                late, braked = _later(arrive, foe, braked, impatience, askf[k, A_DISTANCE], foe_decel, dt)
                foe = (1.0 - impatience) * foe + impatience * late
            if askf[k, A_LEAVE] < arrive:
                if merges and (
                    arrive - askf[k, A_LEAVE] < _AHEAD_S or _unsafe(askf[k, A_LEAVE_SPEED], speed, foe_decel, decel)
                ):
                    return True
            elif foe > leave + _AHEAD_S:
                if merges and _unsafe(leave_speed, braked, decel, foe_decel):
                    return True
            else:
                return True
        k = aski[k, A_NEXT]
    return False


@inlined
def _starts_beside(
    w: int, reached_m: float, first: I32, f: F32, i: I32, wayi: I32, sidef: F64, sidei: I32, safe: F32
) -> bool:
    """Whether somebody who stood inside the junction, and was not looked at for that, starts where one would be now.

    `reached_m`: how far one comes on way `w` in this step.
    """
    for q in range(wayi[w, W_SIDE0], wayi[w, W_SIDE1]):
        if sidei[q, S_FLAGS] & (S_MERGES | S_DIVERGES | S_PASSES) or reached_m < sidef[q, S_POINT]:
            continue
        o = sidei[q, S_OTHER]
        for u in range(first[o], first[o + 1]):
            here = f[u, POS] <= sidef[q, S_OTHER_POINT] + sidef[q, S_OTHER_WIDTH]
            if here and i[u, FLAGS] & STOOD and safe[u] > HALTING_MPS:
                return True
    return False


@inner
def decide_to_yield(
    model: int, dt: float, n_pend: int, first: I32, f: F32, i: I32, wayf: F64, wayi: I32, sidef: F64, sidei: I32,
    typef: F64,
    state: NDArray[np.uint8], ask_head: I32, askf: F64, aski: I32, pendf: F64, pendi: I32, safe: F32, least: F32,
) -> None:  # fmt: skip
    """Decides the records that planning left open, and writes `safe` and `least` of their vehicles."""
    done = -1
    for row in range(2 * n_pend):
        # First those who do not push: who pushes must know whether they start.
        k = row if row < n_pend else row - n_pend
        s = pendi[k, P_SLOT]
        push = pendi[k, P_FLAGS] & P_PUSH != 0
        if s == done or push != (row >= n_pend):
            continue
        t = i[s, TYPE]
        b, own_len = typef[t, T_DECEL], typef[t, T_LENGTH]
        w = pendi[k, P_WAY]
        flags = pendi[k, P_FLAGS]
        wait = np.float64(f[s, WAIT])
        arrive, speed = pendf[k, P_ARRIVE], pendf[k, P_SPEED]
        leave_speed = pendf[k, P_LEAVE_SPEED]
        leave = arrive + (wayf[w, W_LENGTH] + own_len) / max(0.5 * (speed + leave_speed), 0.001)
        impatience = min(wait / _IMPATIENT_S, 1.0) if flags & P_CAN_BRAKE else 1.0
        all_way = wayi[w, W_FLAGS] & ALL_WAY != 0
        opened = not (flags & P_STAND_FIRST and wait <= 0.0)
        on_red = False
        if wayi[w, W_FLAGS] & ON_RED:
            g = wayi[w, W_GROUP]
            on_red = g >= 0 and state[g] == 0
        moving_only = push
        inside = wayi[w, W_FLAGS] & SECOND_PART != 0
        if inside:
            g = wayi[wayi[w, W_FROM], W_GROUP]
            moving_only = moving_only or (g >= 0 and state[g] == 0)
        if opened:
            for q in range(wayi[w, W_SIDE0], wayi[w, W_SIDE1]):
                side = sidei[q, S_FLAGS]
                rules = side & (S_YIELDS | S_OTHER_YIELDS)
                # Where neither gives way their greens exclude each other: late at yellow somebody may still come.
                unruled = inside and rules == 0 and not side & (S_MERGES | S_PASSES)
                if side & S_DIVERGES or not (side & S_YIELDS or unruled or (on_red and not side & S_OTHER_YIELDS)):
                    continue
                o = sidei[q, S_OTHER]
                while opened:
                    opened = not _blocked(
                        s, arrive, leave, speed, leave_speed, side & S_MERGES != 0, impatience, b,
                        all_way or side & S_FIRST_COME != 0, wait, o, f, i, typef, ask_head, askf, aski, dt,
                        moving_only, push, unruled, safe,
                    )  # fmt: skip
                    if not wayi[o, W_FLAGS] & SECOND_PART:
                        break
                    # Also those who are still on their way to where they may wait.
                    o = wayi[o, W_FROM]
                if not opened:
                    break
        if opened and _starts_beside(
            w, pendf[k, P_OPEN_V] * dt - pendf[k, P_DISTANCE], first, f, i, wayi, sidef, sidei, safe
        ):  # fmt: skip
            opened = False
        if not opened:
            safe[s] = pendf[k, P_WAIT_V]
            least[s] = 0.0
            i[s, FLAGS] |= WAITS
            done = s
            continue
        if pendi[k, P_LAST]:
            v, v0 = pendf[k, P_OPEN_V], np.float64(f[s, SPEED])
            if v + 0.001 < least[s]:
                if flags & P_CAN_BRAKE and v < v0:
                    v = min(v, stop_mps(model, v0, pendf[k, P_DISTANCE], b, dt, v0, typef[t, T_ACCEL]))
                    least[s] = 0.0
                    i[s, FLAGS] |= WAITS
                else:
                    least[s] = v
            safe[s] = v
