"""Criticality metrics of pairs of road users, and comfort of one, over arrays of any shape.

An overview of all of them: L. Westhofen et al., "Criticality Metrics for Automated Driving: A Review and Suitability
Analysis of the State of the Art", Archives of Computational Methods in Engineering 30 (2023), pages 1-35.

Gaps are bumper to bumper along the way; a gap of 0 or less is a contact. Decelerations are positive numbers.
What is not known goes in as NaN and comes out as NaN.

>>> time_to_collision_s(np.array([20.0, 20.0]), np.array([15.0, 10.0]), np.array([5.0, 10.0])).tolist()
[2.0, inf]
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "COMFORTABLE_JERK_MPS3",
    "deceleration_mps2",
    "deceleration_to_avoid_crash_mps2",
    "jerk_mps3",
    "post_encroachment_time_s",
    "required_deceleration_mps2",
    "time_headway_s",
    "time_to_collision_s",
    "uncomfortable_share",
]

Float = NDArray[np.float64]

COMFORTABLE_JERK_MPS3 = 2.94
"""0.3 g/s, the most that standing and sitting passengers accept (L. L. Hoberock, "A Survey of Longitudinal
Acceleration Comfort Studies in Ground Transportation Vehicles", Journal of Dynamic Systems, Measurement, and Control
99, 1977)."""


def time_to_collision_s(gap_m: ArrayLike, follower_mps: ArrayLike, leader_mps: ArrayLike) -> Float:
    """Seconds until contact if both keep their speeds; inf if they do not close, 0 in contact.

    gap / (follower - leader). J. C. Hayward, "Near-miss determination through use of a scale of danger", Highway
    Research Record 384 (1972).
    """
    gap, follower, leader = _floats(gap_m, follower_mps, leader_mps)
    closing = follower - leader
    with np.errstate(over="ignore"):  # who closes by next to nothing never comes
        time = np.divide(gap, closing, out=np.full(gap.shape, np.inf), where=closing > 0)
    return _known(np.where(gap <= 0, 0.0, time), gap, follower, leader)


def time_headway_s(spacing_m: ArrayLike, follower_mps: ArrayLike) -> Float:
    """Seconds until the follower's front is where the leader's front is now; inf at standstill.

    spacing / follower speed. Here `spacing_m` is front bumper to front bumper (SAE J2944; Westhofen et al. 2023,
    "THW"); with the gap from bumper to bumper instead it is the time gap of UN Regulation 157.
    """
    spacing, follower = _floats(spacing_m, follower_mps)
    with np.errstate(over="ignore"):
        time = np.divide(spacing, follower, out=np.full(spacing.shape, np.inf), where=follower > 0)
    return _known(time, spacing, follower)


def post_encroachment_time_s(first_leaves_s: ArrayLike, second_enters_s: ArrayLike) -> Float:
    """Seconds between the first road user's leaving a conflict area and the second one's entering it.

    Zero or negative: both were in it at one time. B. L. Allen, B. T. Shin, P. J. Cooper, "Analysis of traffic
    conflicts and collisions", Transportation Research Record 667 (1978).

    >>> float(post_encroachment_time_s(12.0, 13.5))
    1.5
    """
    leaves, enters = _floats(first_leaves_s, second_enters_s)
    return np.asarray(enters - leaves, dtype=np.float64)


def deceleration_to_avoid_crash_mps2(gap_m: ArrayLike, follower_mps: ArrayLike, leader_mps: ArrayLike) -> Float:
    """Constant deceleration in m/s2 with which the follower just comes down to the leader's kept speed at contact.

    (follower - leader)^2 / (2 gap), "DRAC"; 0 if they do not close, inf in contact. D. F. Cooper, N. Ferguson,
    "Traffic studies at T-junctions: a conflict simulation record", Traffic Engineering and Control 17 (1976).
    """
    return required_deceleration_mps2(gap_m, follower_mps, leader_mps, 0.0)


def required_deceleration_mps2(
    gap_m: ArrayLike, follower_mps: ArrayLike, leader_mps: ArrayLike, leader_accel_mps2: ArrayLike
) -> Float:
    """Constant deceleration in m/s2 that avoids contact if the leader keeps its acceleration until it stands.

    "a_long,req" of Westhofen et al. 2023, after J. Jansson, "Collision Avoidance Theory" (Linkoeping University, 2005).
    If both still move when their speeds become equal, (follower - leader)^2 / (2 gap) - leader acceleration; if the
    leader stands by then, the follower has the gap and the leader's braking distance to stop in. Never negative;
    inf in contact.
    """
    gap, follower, leader, accel = _floats(gap_m, follower_mps, leader_mps, leader_accel_mps2)
    closing, braking = follower - leader, np.maximum(-accel, 0.0)
    room = np.where(gap > 0, gap, np.nan)
    # Under the first law the speeds are equal after 2 gap / closing; the leader stands after leader / braking.
    stands = (braking > 0) & (leader * closing < 2.0 * room * braking)
    while_moving = np.where(closing > 0, closing**2 / (2.0 * room) - accel, 0.0)
    leader_stop_m = np.divide(leader**2, 2.0 * braking, out=np.zeros(gap.shape), where=braking > 0)
    to_stop = follower**2 / (2.0 * (room + leader_stop_m))
    needed = np.maximum(np.where(stands, to_stop, while_moving), 0.0)
    return _known(np.where(gap <= 0, np.inf, needed), gap, follower, leader, accel)


def deceleration_mps2(accel_mps2: ArrayLike) -> Float:
    """How hard a vehicle brakes in m/s2, 0 while it does not; its maximum is a severity of its own (Westhofen 2023)."""
    (accel,) = _floats(accel_mps2)
    return np.maximum(-accel, 0.0)


def jerk_mps3(time_s: ArrayLike, accel_mps2: ArrayLike) -> Float:
    """`(n,)` change of acceleration since the sample before, over the time between, in m/s3; NaN at the first one.

    A difference over one interval: with samples a second apart it is the mean jerk of that second, as ISO 15622 takes
    it.

    >>> jerk_mps3([0.0, 1.0, 3.0], [0.0, -2.0, 2.0]).tolist()
    [nan, -2.0, 2.0]
    """
    time, accel = _floats(time_s, accel_mps2)
    jerk = np.full(time.shape, np.nan)
    jerk[1:] = np.diff(accel) / np.diff(time)
    return jerk


def uncomfortable_share(jerk: ArrayLike, limit_mps3: float = COMFORTABLE_JERK_MPS3) -> float:
    """Share (0 to 1) of the known samples of jerk (m/s3) that are beyond the limit either way; NaN if none is known."""
    (values,) = _floats(jerk)
    known = values[~np.isnan(values)]
    return float((np.abs(known) > limit_mps3).mean()) if len(known) else float("nan")


def _floats(*values: ArrayLike) -> tuple[Float, ...]:
    return tuple(np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values)))


def _known(result: Float, *inputs: Float) -> Float:
    """NaN wherever an input is."""
    unknown = np.zeros(result.shape, dtype=bool)
    for values in inputs:
        unknown |= np.isnan(values)
    return np.where(unknown, np.nan, result)
