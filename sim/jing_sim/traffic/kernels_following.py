"""Car following: small functions that the other kernels inline.

Krauss (1998) in the discrete form that SUMO's documentation gives for its semi-implicit Euler steps: a follower can
always stop behind a leader that brakes, given its reaction time; speeds are those of the step that begins, positions
follow them. IDM after Treiber, Hennecke, Helbing, Phys. Rev. E 62 (2000), integrated in quarters of a second.
"""

import numpy as np

from jing_sim.kernel_cache import inlined

__all__ = [
    "arrival_s",
    "brake_gap_m",
    "follow_mps",
    "free_mps",
    "idm_mps",
    "is_far",
    "reached_mps",
    "safe_stop_mps",
    "secure_gap_m",
    "still_stops_mps",
    "stop_mps",
    "uniform",
]

EPS_M = 0.001
HALTING_MPS = 0.1
ROUND_M = 1.0e-4  # what positions may be off: plans often end just at a line, and that is before it
_IDM_STEP_S = 0.25


@inlined
def uniform(seed: int, entity: int, step: int, stream: int) -> float:
    """A number in [0, 1) that depends on nothing but its arguments (SplitMix64 finaliser, Steele et al. 2014)."""
    x = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(entity) * np.uint64(0xBF58476D1CE4E5B9)
    x ^= np.uint64(step) * np.uint64(0x94D049BB133111EB) + np.uint64(stream) * np.uint64(0xD6E8FEB86659FD93)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return np.float64(x >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inlined
def brake_gap_m(v: float, decel: float, dt: float) -> float:
    """Distance until standstill when braking from the next step on."""
    cut = decel * dt
    n = np.floor(v / cut)
    return dt * (n * v - cut * n * (n + 1.0) * 0.5)


@inlined
def safe_stop_mps(gap: float, decel: float, headway: float, dt: float) -> float:
    """The greatest speed from which a vehicle still stops within `gap`, if it reacts after `headway` seconds."""
    g = gap - EPS_M
    if g < 0.0:
        return 0.0
    return still_stops_mps(g, decel, headway, dt)


@inlined
def still_stops_mps(gap: float, decel: float, headway: float, dt: float) -> float:
    """`safe_stop_mps` of a gap that is not negative, to the last millimetre."""
    b = decel * dt
    root = np.sqrt(dt * dt + 4.0 * (dt * (2.0 * gap / b - headway) + headway * headway))
    n = np.floor(0.5 - (headway - 0.5 * root) / dt)
    h = 0.5 * n * (n - 1.0) * b * dt + n * b * headway
    return n * b + (gap - h) / (n * dt + headway)


@inlined
def idm_mps(
    v: float, wish: float, gap: float, leader: float, accel: float, decel: float, tau: float, min_gap: float, dt: float
) -> float:
    """Speed after `dt` under the intelligent driver model; `gap` is what is left beyond `min_gap`."""
    parts = max(1, int(dt / _IDM_STEP_S + 0.5))
    h = dt / parts
    new, left = v, gap + min_gap
    soft = 0.5 / np.sqrt(accel * decel)
    for _ in range(parts):
        wanted = min_gap + max(0.0, new * tau + new * (new - leader) * soft)
        ratio = new / max(wish, 0.1)
        ratio *= ratio
        near = wanted / max(left, EPS_M)
        new = max(0.0, new + accel * (1.0 - ratio * ratio - near * near) * h)
        left -= max(0.0, (new - leader) * h)
    return new


@inlined
def _emergency_mps2(gap: float, v: float, leader: float, leader_decel: float, most: float) -> float:
    """Deceleration that just avoids a leader which brakes with `leader_decel`."""
    way = gap + 0.5 * leader * leader / leader_decel
    first = 0.5 * v * v / way if way > 0.0 else most
    if first <= leader_decel:
        return first
    if gap <= 0.0:
        return most
    return 0.5 * (v * v - leader * leader) / gap


@inlined
def follow_mps(
    model: int, v: float, wish: float, gap: float, leader: float, leader_brake: float, leader_decel: float,
    accel: float, decel: float, emergency: float, tau: float, min_gap: float, dt: float,
) -> float:  # fmt: skip
    """Speed of the next step behind a leader; `gap` >= 0 is measured beyond `min_gap`.

    `leader_brake`: the leader's braking distance at the greater one of both decelerations.
    """
    if model == 1:
        return idm_mps(v, wish, gap, leader, accel, decel, tau, min_gap, dt)
    x = safe_stop_mps(gap + leader_brake, decel, tau, dt)
    needed = (v - x) / dt
    if needed > decel + EPS_M:
        # An emergency: brake as hard as it takes, and no harder than planned.
        hard = 1.2 * _emergency_mps2(gap, v, leader, max(leader_decel, EPS_M), emergency)
        hard = min(max(hard, decel), needed)
        x = max(v - hard * dt, 0.0)
    return x


@inlined
def is_far(gap: float, v: float, decel: float, headway: float) -> bool:
    """Whether `gap` is so long that `safe_stop_mps` exceeds `v`: it spares the square root where the road is free."""
    return gap - EPS_M >= v * (headway + 0.5 * v / decel)


@inlined
def stop_mps(model: int, v: float, gap: float, decel: float, dt: float, wish: float, accel: float) -> float:
    """Speed of the next step towards a standstill after `gap`."""
    x = safe_stop_mps(gap, decel, dt, dt)
    if model == 1 and v > HALTING_MPS and gap > 0.01:
        # Over the last metre the model alone may not come to a stop in time.
        x = min(x, idm_mps(v, wish, gap, 0.0, accel, decel, 1.0, 0.0, dt))
    return x


@inlined
def free_mps(distance: float, decel: float, limit: float, dt: float) -> float:
    """The greatest speed from which one is down to `limit` after `distance`."""
    v = limit * dt
    if distance < v:
        return limit
    b = decel * dt * dt
    y = max(0.0, ((np.sqrt((b + 2.0 * v) * (b + 2.0 * v) + 8.0 * b * distance) - b) * 0.5 - v) / b)
    full = np.floor(y)
    exact = (full * full + full) * 0.5 * b + full * v + (v if y > full else 0.0)
    return max(0.0, distance - exact) / ((full + 1.0) * dt) + full * decel * dt + limit


@inlined
def secure_gap_m(
    v: float, leader: float, decel: float, leader_decel: float, tau: float, dt: float
) -> float:  # fmt: skip
    """Gap beyond the minimum gap at which a follower can react to a leader that brakes."""
    most = max(decel, leader_decel)
    return max(0.0, brake_gap_m(v, decel, dt) + v * tau - brake_gap_m(leader, most, dt))


@inlined
def reached_mps(distance: float, v: float, accel: float, most: float) -> float:
    """Speed after accelerating over `distance`, at most `most`."""
    square = v * v + 2.0 * distance * accel
    return most if square >= most * most else np.sqrt(max(0.0, square))


@inlined
def arrival_s(distance: float, v: float, target: float, accel: float, decel: float) -> float:
    """Seconds to cover `distance` when going over from `v` to `target`."""
    if distance <= 0.0:
        return 0.0
    a = accel if target >= v else -decel
    t = (target - v) / a
    d = t * (target + v) * 0.5
    if distance >= d:
        return t + (distance - d) / max(v, target, HALTING_MPS)
    return (np.sqrt(max(v * v + 2.0 * a * distance, 0.0)) - v) / a
