"""Comfort: accelerations and jerks of an actor, and how much of nuPlan's bounds they use up.

Derivatives are taken over half a second: a scenario whose speed steps within one instant would have no finite jerk,
and nobody feels a single sample.
"""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.metrics.registry import Series, metric
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["COMFORT_BOUNDS", "motion_of", "slopes"]

Float = NDArray[np.float64]
Rows = tuple[int, ...]

_WINDOW_S = 0.5
_NUPLAN = "nuPlan-devkit, metric ego_is_comfortable (H. Caesar et al. 2021)"

COMFORT_BOUNDS: dict[str, tuple[float, float]] = {
    "longitudinal_mps2": (-4.05, 2.40),
    "lateral_mps2": (-4.89, 4.89),
    "longitudinal_jerk_mps3": (-4.13, 4.13),
    "jerk_mps3": (-8.37, 8.37),
    "yaw_rate_radps": (-0.95, 0.95),
    "yaw_accel_radps2": (-1.93, 1.93),
}
"""Least and greatest values of a comfortable ride (nuPlan)."""


def slopes(time_s: Float, values: Float, window_s: float = _WINDOW_S) -> Float:
    """`(n_t,)` slope of the values over a window around each instant, narrower at the ends; NaN beside unknown ones.

    >>> slopes(np.arange(5.0), np.array([0.0, 1.0, 2.0, 3.0, 4.0]), 2.0).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    n = len(time_s)
    if n < 2:
        return np.full(n, np.nan)
    low = np.searchsorted(time_s, time_s - window_s / 2 - 1e-9)
    high = np.searchsorted(time_s, time_s + window_s / 2 + 1e-9, side="right") - 1
    low, high = (
        np.where(high > low, low, np.maximum(low - 1, 0)),
        np.where(high > low, high, np.minimum(high + 1, n - 1)),
    )
    return np.asarray((values[high] - values[low]) / (time_s[high] - time_s[low]))


def motion_of(trace: ScenarioTrace, actor: int) -> dict[str, Float]:
    """`(n_t,)` columns by the names of `COMFORT_BOUNDS`."""
    if ("motion", actor) not in trace.derived:
        time, speed = trace.time_s, trace.speed_mps[:, actor]
        heading = trace.heading_rad[:, actor].copy()
        known = np.isfinite(heading)
        heading[known] = np.unwrap(heading[known])
        along, yaw = slopes(time, speed), slopes(time, heading)
        across = speed * yaw
        jerk = np.hypot(slopes(time, along), slopes(time, across))
        trace.derived["motion", actor] = {
            "longitudinal_mps2": along,
            "lateral_mps2": across,
            "longitudinal_jerk_mps3": slopes(time, along),
            "jerk_mps3": jerk,
            "yaw_rate_radps": yaw,
            "yaw_accel_radps2": slopes(time, yaw),
        }
    found: dict[str, Float] = trace.derived["motion", actor]
    return found


@metric(
    "longitudinal_accel_mps2", "m/s2", "acceleration along", "Size of the change of speed over half a second.",
    _NUPLAN, "max",
)  # fmt: skip
def _along(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    return Series.alone(np.abs(motion_of(trace, actor)["longitudinal_mps2"]))


@metric(
    "lateral_accel_mps2", "m/s2", "acceleration across", "Size of speed times yaw rate, over half a second.",
    _NUPLAN, "max",
)  # fmt: skip
def _across(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    return Series.alone(np.abs(motion_of(trace, actor)["lateral_mps2"]))


@metric(
    "longitudinal_jerk_mps3", "m/s3", "jerk along", "Size of the change of acceleration along, over half a second.",
    _NUPLAN, "max",
)  # fmt: skip
def _jerk_along(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    return Series.alone(np.abs(motion_of(trace, actor)["longitudinal_jerk_mps3"]))


@metric(
    "discomfort_1", "1", "comfort", "Greatest share of its bound that an acceleration, jerk or yaw motion uses up: "
    "-4.05 to 2.40 m/s2 along, 4.89 m/s2 across, jerk 4.13 along and 8.37 m/s3, yaw 0.95 rad/s and 1.93 rad/s2.",
    _NUPLAN, "max",
)  # fmt: skip
def _discomfort(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    motion = motion_of(trace, actor)
    shares = [
        np.where(motion[name] < 0, motion[name] / low, motion[name] / high)
        for name, (low, high) in COMFORT_BOUNDS.items()
    ]
    return Series.alone(np.fmax.reduce(shares))
