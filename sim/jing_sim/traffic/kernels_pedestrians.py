"""People at crosswalks: they come, wait for green or for a gap, and walk; drivers stop for a walk that is busy."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined, kernel
from jing_sim.traffic.kernels_following import HALTING_MPS, uniform
from jing_sim.traffic.rows import (
    BRAKE,
    NEXT0,
    ON_RED,
    POS,
    SPEED,
    T_LENGTH,
    TYPE,
    W_CONNECTOR,
    W_FLAGS,
    W_FROM,
    W_GROUP,
    W_LENGTH,
)

__all__ = ["step_pedestrians"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

_RED, _GREEN, _PERMISSIVE, _OFF = 0, 2, 3, 5
_ARRIVALS = 64  # stream of the random numbers
_MARGIN_M = 2.0
_MARGIN_S = 1.0
_HALTED_M = 0.5


@inlined
def _arrivals(seed: int, walk: int, step: int, mean: float) -> int:
    """A Poisson number, by inversion (Devroye 1986, III.3): a hash of seed, crosswalk and step."""
    u = uniform(seed, walk, step, _ARRIVALS)
    n, p = 0, np.exp(-mean)
    total = p
    while u > total and n < 100:
        n += 1
        p *= mean / n
        total += p
    return n


@inlined
def _in_the_way(ahead_m: float, v: float, brake_m: float, walk_s: float, insists: bool) -> bool:
    """Whether a driver `ahead_m` before the walk keeps people from stepping onto it."""
    if v < HALTING_MPS and ahead_m > _HALTED_M:
        return False
    if ahead_m < brake_m + v * _MARGIN_S + _MARGIN_M:
        return True
    return not insists and ahead_m < v * (walk_s + _MARGIN_S)


@kernel
def _blocked(
    q: int, way_of: I32, from_m: F64, to_m: F64, n_lanes: int, first: I32, f: F32, i: I32, over_rear: F32,
    over_slot: I32, wayf: F64, wayi: I32, typef: F64, signal: U8, walk_s: float, insists: bool,
) -> bool:  # fmt: skip
    """Whether somebody stands on stretch `q` of a walk, cannot stop before it, or leaves no gap."""
    way = way_of[q]
    if over_slot[way] >= 0 and over_rear[way] < to_m[q]:
        return True
    for s in range(first[way], first[way + 1]):
        rear = f[s, POS] - typef[i[s, TYPE], T_LENGTH]
        if rear >= to_m[q]:
            continue
        if f[s, POS] > from_m[q]:
            return True
        if _in_the_way(from_m[q] - f[s, POS], f[s, SPEED], f[s, BRAKE], walk_s, insists):
            return True
    before = wayi[way, W_FROM]
    g = wayi[way, W_GROUP]
    if before < n_lanes and g >= 0 and signal[g] == _RED and not wayi[way, W_FLAGS] & ON_RED:
        return False
    for s in range(first[before], first[before + 1]):
        if before < n_lanes and i[s, NEXT0] != wayi[way, W_CONNECTOR]:
            continue
        ahead = from_m[q] + wayf[before, W_LENGTH] - f[s, POS]
        if _in_the_way(ahead, f[s, SPEED], f[s, BRAKE], walk_s, insists):
            return True
    return False


@kernel
def step_pedestrians(
    seed: int, step: int, dt: float, mean: F64, walk_steps: I32, group: I32, first_q: I32, way_of: I32, from_m: F64,
    to_m: F64, insist_steps: int, enter_steps: int, n_lanes: int, first: I32, f: F32, i: I32, over_rear: F32,
    over_slot: I32, wayf: F64, wayi: I32, typef: F64, signal: U8, waiting: I32, since: I32, came: I64, walking: I32,
    green_since: I32, last_green: I32, counts: I64, walk_busy: U8,
) -> None:  # fmt: skip
    """One step of all crosswalks; writes `walk_busy` for the drivers.

    `mean`: arrivals a step. `walk_steps`: to walk over. Stretches `first_q[w] .. first_q[w + 1] - 1` of `way_of`,
    `from_m`, `to_m`: where drivers cross walk `w`. `came`: sum of the steps in which those who wait came. `walking`
    `(n, ring)`: who stepped on, by step modulo the ring. `counts` `(n, 3)`: crossed, started, steps waited.
    """
    ring = walking.shape[1]
    for w in range(len(mean)):
        done = walking[w, (step - walk_steps[w]) % ring]
        counts[w, 0] += done
        walking[w, (step - walk_steps[w]) % ring] = 0
        n = _arrivals(seed, w, step, mean[w])
        if n > 0:
            if waiting[w] == 0:
                since[w] = step
            waiting[w] += n
            came[w] += n * step
        g = group[w]
        show = signal[g] if g >= 0 else _OFF
        goes = show == _OFF
        if show in (_GREEN, _PERMISSIVE):
            if green_since[w] < 0:
                green_since[w] = step
            age = step - green_since[w]
            goes = age <= enter_steps or age + walk_steps[w] <= last_green[w]
        elif green_since[w] >= 0:
            last_green[w] = step - green_since[w]
            green_since[w] = -1
        if waiting[w] > 0 and goes:
            insists = show != _OFF or step - since[w] >= insist_steps
            free = True
            for q in range(first_q[w], first_q[w + 1]):
                if free and _blocked(
                    q, way_of, from_m, to_m, n_lanes, first, f, i, over_rear, over_slot, wayf, wayi, typef, signal,
                    walk_steps[w] * dt, insists,
                ):  # fmt: skip
                    free = False
            if free:
                walking[w, step % ring] += waiting[w]
                counts[w, 1] += waiting[w]
                counts[w, 2] += waiting[w] * step - came[w]
                waiting[w] = 0
                came[w] = 0
        busy = 0
        for k in range(ring):
            if walking[w, k] > 0:
                busy = 1
        walk_busy[w] = busy
