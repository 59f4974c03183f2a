"""Car following and randomness: small functions that the other kernels inline.

Krauss in the discrete form of SUMO (MSCFModel.cpp, `maximumSafeFollowSpeed`): a follower can always stop behind a
leader that brakes, given its reaction time. IDM after Treiber, Hennecke, Helbing, Phys. Rev. E 62 (2000).
"""

import numpy as np

from jing_sim.traffic.kernel_cache import inlined

__all__ = [
    "FAR_M",
    "STOP_GAP_M",
    "brake_gap_m",
    "idm_accel_mps2",
    "safe_follow_mps",
    "safe_stop_mps",
    "stop_gap_m",
    "uniform",
]

FAR_M = 1.0e9
STOP_GAP_M = 1.0
"""Vehicles aim so far before a stop line, so that rounding never carries them over it."""


@inlined
def stop_gap_m(line_m: float) -> float:
    """How far before a line vehicles aim to stop; `line_m` from the lane's begin.

    On a lane shorter than the usual gap they must still come onto the lane, or they never ask to drive on.
    """
    return min(STOP_GAP_M, 0.5 * line_m)


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
def brake_gap_m(speed_mps: float, decel_mps2: float, dt_s: float) -> float:
    """Distance until standstill when braking from the next step on, in steps of `dt_s`."""
    cut = decel_mps2 * dt_s
    steps = int(speed_mps / cut)
    return dt_s * (steps * speed_mps - cut * steps * (steps + 1) / 2.0)


@inlined
def safe_stop_mps(gap_m: float, decel_mps2: float, tau_s: float, dt_s: float) -> float:
    """The greatest speed from which a vehicle still stops within `gap_m`, with reaction time `tau_s`."""
    if gap_m <= 0.0:
        return 0.0
    b, t, s = decel_mps2 * dt_s, tau_s, dt_s
    root = np.sqrt(s * s + 4.0 * (s * (2.0 * gap_m / b - t) + t * t))
    n = np.floor(0.5 - (t - 0.5 * root) / s)
    n = max(n, 0.0)
    h = 0.5 * n * (n - 1.0) * b * s + n * b * t
    r = (gap_m - h) / (n * s + t)
    v = n * b + r
    return v if v > 0.0 else 0.0


@inlined
def safe_follow_mps(
    gap_m: float, leader_mps: float, leader_decel_mps2: float, decel_mps2: float, tau_s: float, dt_s: float
) -> float:
    """The greatest speed that is safe behind a leader: as if it braked from now on."""
    if gap_m < 0.0:
        return 0.0
    return safe_stop_mps(
        gap_m + brake_gap_m(leader_mps, max(leader_decel_mps2, decel_mps2), dt_s), decel_mps2, tau_s, dt_s
    )


@inlined
def idm_accel_mps2(
    speed_mps: float,
    wish_mps: float,
    gap_m: float,
    closing_mps: float,
    accel_mps2: float,
    decel_mps2: float,
    tau_s: float,
    min_gap_m: float,
) -> float:
    """Acceleration of the intelligent driver model; `gap_m` is bumper to bumper."""
    free = 1.0 - (speed_mps / max(wish_mps, 0.1)) ** 4
    if gap_m >= FAR_M:
        return accel_mps2 * free
    wanted = min_gap_m + max(
        0.0, speed_mps * tau_s + speed_mps * closing_mps / (2.0 * np.sqrt(accel_mps2 * decel_mps2))
    )
    return float(accel_mps2 * (free - (wanted / max(gap_m, 0.1)) ** 2))
