"""More formulas of car following over arrays of any shape; conventions as in `jing_scenarios.metrics.criticality`.

>>> float(modified_time_to_collision_s(24.0, 10.0, 10.0, 0.0, -3.0))
4.0
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from jing_scenarios.metrics.criticality import time_to_collision_s

__all__ = [
    "CPI_BRAKING",
    "TTC_THRESHOLD_S",
    "brake_threat_number",
    "crash_potential",
    "deceleration_to_safety_time_mps2",
    "exposure_s",
    "integrated_exposure_s2",
    "modified_time_to_collision_s",
    "required_longitudinal_mps2",
    "time_to_brake_s",
    "time_to_steer_s",
]

Float = NDArray[np.float64]

TTC_THRESHOLD_S = 1.5
"""Below this a time to collision counts as exposure (Minderhoud and Bovy 2001 work with 1 to 3 s)."""

CPI_BRAKING = (8.45, 1.40, 4.23, 12.68)
"""Mean, deviation, least and greatest braking of the fleet in m/s2 (Cunto and Saccomanno 2007, dry road, cars)."""


def modified_time_to_collision_s(
    gap_m: ArrayLike, follower_mps: ArrayLike, leader_mps: ArrayLike, follower_accel: ArrayLike, leader_accel: ArrayLike
) -> Float:
    """Seconds until contact if both keep their accelerations; inf = never, 0 in contact.

    First positive root of gap + dv t + da t^2 / 2 (J. Jansson, "Collision Avoidance Theory", Linkoeping 2005, eq. 5.24;
    K. Ozbay et al., Transportation Research Record 2083 (2008), "MTTC").
    """
    gap, vf, vl, af, al = (np.asarray(v, dtype=np.float64) for v in np.broadcast_arrays(
        gap_m, follower_mps, leader_mps, follower_accel, leader_accel))  # fmt: skip
    closing, gaining = vf - vl, af - al
    root = np.sqrt(np.maximum(closing**2 + 2 * gap * gaining, 0.0))
    # The form of the root that does not cancel: 2 gap / (closing + root).
    time = np.divide(2 * gap, closing + root, out=np.full(gap.shape, np.inf), where=closing + root > 1e-12)
    time = np.where(closing**2 + 2 * gap * gaining < 0, np.inf, time)
    time = np.where(gap <= 0, 0.0, time)
    return np.where(np.isnan(gap + closing + gaining), np.nan, time)


def required_longitudinal_mps2(
    gap_m: ArrayLike, follower_mps: ArrayLike, leader_mps: ArrayLike, leader_accel_mps2: ArrayLike
) -> Float:
    """Constant deceleration that brings the relative speed to 0 at contact, if the leader's acceleration never ends.

    max((follower - leader)^2 / (2 gap) - leader acceleration, 0), inf in contact: "a_long,req" as threat numbers take
    it (D. Aasljung, J. Nilsson, J. Fredriksson, IEEE Transactions on Intelligent Vehicles 2 (2017), eq. 8; where the
    pair does not close the leader's braking alone counts). `required_deceleration_mps2` lets a leader that brakes stop.
    """
    gap, vf, vl, al = (np.asarray(v, dtype=np.float64) for v in np.broadcast_arrays(
        gap_m, follower_mps, leader_mps, leader_accel_mps2))  # fmt: skip
    room = np.where(gap > 0, gap, np.nan)
    needed = np.maximum((vf - vl) ** 2 / (2 * room) * (vf > vl) - al, 0.0)
    return np.where(np.isnan(gap), np.nan, np.where(gap <= 0, np.inf, needed))


def brake_threat_number(required_mps2: ArrayLike, available_mps2: float) -> Float:
    """Required over available deceleration, "BTN"; 1 or more = braking alone cannot help (Aasljung 2017, eq. 9)."""
    return np.asarray(required_mps2, dtype=np.float64) / available_mps2


def deceleration_to_safety_time_mps2(
    gap_m: ArrayLike, follower_mps: ArrayLike, leader_mps: ArrayLike, safety_s: float = 2.0
) -> Float:
    """Deceleration in m/s2 with which the follower ends at the leader's speed a safety time behind it, "DST".

    3 (follower - leader)^2 / (2 (gap - leader safety)); 0 if they do not close, inf where the gap is below the safety
    time already (C. Hupfer 1997; R. Schubert, K. Schulze, G. Wanielik, IEEE Transactions on Intelligent
    Transportation Systems 11 (2010), eq. 17).
    """
    gap, vf, vl = (np.asarray(v, dtype=np.float64) for v in np.broadcast_arrays(gap_m, follower_mps, leader_mps))
    room = gap - vl * safety_s
    needed = np.divide(3 * (vf - vl) ** 2, 2 * room, out=np.full(gap.shape, np.inf), where=room > 0)
    return np.where(np.isnan(gap), np.nan, np.where(vf <= vl, 0.0, needed))


def time_to_brake_s(gap_m: ArrayLike, follower_mps: ArrayLike, leader_mps: ArrayLike, braking_mps2: float) -> Float:
    """Seconds until the last moment at which braking still avoids contact with a leader that keeps its speed, "TTB".

    TTC - (follower - leader) / (2 braking); inf if they do not close, -inf when it is too late (J. Hillenbrand,
    A. Spieker, K. Kroschel, IEEE Transactions on Intelligent Transportation Systems 7 (2006)).
    """
    ttc = time_to_collision_s(gap_m, follower_mps, leader_mps)
    closing = np.asarray(follower_mps, dtype=np.float64) - np.asarray(leader_mps, dtype=np.float64)
    last = ttc - np.maximum(closing, 0.0) / (2 * braking_mps2)
    return np.where(last < 0, -np.inf, last)


def time_to_steer_s(ttc_s: ArrayLike, sideways_m: ArrayLike, steering_mps2: float) -> Float:
    """Seconds until the last moment at which moving sideways by `sideways_m` still avoids contact, "TTS".

    TTC - sqrt(2 sideways / steering); -inf when it is too late (Hillenbrand et al. 2006).
    """
    last = np.asarray(ttc_s, dtype=np.float64) - np.sqrt(2 * np.asarray(sideways_m, dtype=np.float64) / steering_mps2)
    return np.where(last < 0, -np.inf, last)


def exposure_s(ttc_s: ArrayLike, dt_s: ArrayLike, threshold_s: float = TTC_THRESHOLD_S) -> Float:
    """Time spent at or below the threshold, a share of each sample; its sum is "TET" in s.

    M. M. Minderhoud, P. H. L. Bovy, Accident Analysis and Prevention 33 (2001).
    """
    ttc = np.asarray(ttc_s, dtype=np.float64)
    return np.where(np.isnan(ttc), np.nan, np.where(ttc <= threshold_s, dt_s, 0.0))


def integrated_exposure_s2(ttc_s: ArrayLike, dt_s: ArrayLike, threshold_s: float = TTC_THRESHOLD_S) -> Float:
    """How far below the threshold, times the sample's duration; its sum is "TIT" in s2 (Minderhoud and Bovy 2001)."""
    ttc = np.asarray(ttc_s, dtype=np.float64)
    return np.where(np.isnan(ttc), np.nan, np.maximum(threshold_s - ttc, 0.0) * dt_s)


def crash_potential(required_mps2: ArrayLike, fleet: tuple[float, float, float, float] = CPI_BRAKING) -> Float:
    """Probability (0 to 1) that a vehicle cannot brake as hard as required; its mean over time is "CPI".

    Braking of the fleet is normally distributed and cut off: mean, deviation, least, greatest (F. Cunto,
    F. F. Saccomanno, "Microlevel traffic simulation method for assessing crash potential at intersections", 2007).
    """
    mean, deviation, low, high = fleet
    needed = np.asarray(required_mps2, dtype=np.float64)
    begin, end = ndtr((low - mean) / deviation), ndtr((high - mean) / deviation)
    share = (ndtr((np.clip(needed, low, high) - mean) / deviation) - begin) / (end - begin)
    return np.asarray(share, dtype=np.float64)
