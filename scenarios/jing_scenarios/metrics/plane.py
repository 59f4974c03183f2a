"""Metrics of an actor and everybody around it, with boxes in the plane."""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.metrics.bodies import STANDS_FAST, bodies_of, box_gaps_of, box_times_of, velocity_of
from jing_scenarios.metrics.criticality import time_to_collision_s
from jing_scenarios.metrics.kernels_boxes import encroachments
from jing_scenarios.metrics.limits import LIMITS
from jing_scenarios.metrics.pairs import Pairs, greatest, least, pairs_of
from jing_scenarios.metrics.plane_formulas import required_lateral_mps2, worst_time_to_collision_s
from jing_scenarios.metrics.registry import Series, metric
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["CROSSING_RAD", "encroachments_of"]

Float = NDArray[np.float64]
Rows = tuple[int, ...]

CROSSING_RAD = np.deg2rad(20.0)
"""Ways that meet at less than this angle do not cross: their conflict is one of following (headway, time gap)."""

_FINE_S = 0.05
_ALLEN = "B. L. Allen, B. T. Shin, P. J. Cooper, Transportation Research Record 667 (1978)"
_REVIEW = "L. Westhofen et al., Archives of Computational Methods in Engineering 30 (2023)"


def _at(others: Rows) -> NDArray[np.int64]:
    return np.array(others, dtype=np.int64)


@metric("distance_m", "m", "minimum gap", "Least distance of the boxes of both bodies in the plane.", _REVIEW, "min")
def _distance(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    rows = _at(others)
    return least(box_gaps_of(trace, actor)[:, rows], rows)


@metric(
    "ttc_2d_s", "s", "TTC (2D)", "Time until the boxes touch in the plane if both keep velocity and heading.",
    f"{_REVIEW}; separating axes of moving boxes", "min",
)  # fmt: skip
def _ttc_2d(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    rows = _at(others)
    return least(box_times_of(trace, actor)[:, rows], rows)


@metric(
    "ttc_star_s", "s", "TTC*", "Time until the boxes do touch later in the run; inf where they never do.",
    "Y. Lin, M. Althoff, CommonRoad-CriMe, IEEE Intelligent Vehicles Symposium 2023", "min",
)  # fmt: skip
def _ttc_star(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    rows = _at(others)
    gaps = box_gaps_of(trace, actor)[:, rows]
    times = np.where(gaps <= 0, trace.time_s[:, None], np.inf)
    coming = np.minimum.accumulate(times[::-1], axis=0)[::-1] - trace.time_s[:, None]
    return least(np.where(np.isnan(gaps), np.nan, coming), rows)


@metric(
    "wttc_s", "s", "WTTC", "Earliest time at which discs around both could touch, each accelerating with 8 m/s2.",
    "W. Wachenfeld et al., IEEE Intelligent Vehicles Symposium 2016", "min",
)  # fmt: skip
def _wttc(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    rows = _at(others)
    x, y = trace.centre_m
    vx, vy = velocity_of(trace)
    radius = np.hypot(trace.boxes.length_m, trace.boxes.width_m) / 2
    moves = np.array([trace.kinds[row] not in STANDS_FAST for row in others])
    accelerations = LIMITS.braking_mps2 * (1.0 + moves)
    apart = x[:, rows] - x[:, [actor]], y[:, rows] - y[:, [actor]]
    relative = vx[:, rows] - vx[:, [actor]], vy[:, rows] - vy[:, [actor]]
    return least(worst_time_to_collision_s(apart, relative, radius[rows] + radius[actor], accelerations), rows)


def _required_lateral(trace: ScenarioTrace, pairs: Pairs, actor: int) -> Series:
    rows = pairs.rows
    x, y = trace.centre_m
    vx, vy = velocity_of(trace)
    cos, sin = np.cos(trace.heading_rad[:, [actor]]), np.sin(trace.heading_rad[:, [actor]])
    sideways = (y[:, rows] - y[:, [actor]]) * cos - (x[:, rows] - x[:, [actor]]) * sin
    speed = (vy[:, rows] - vy[:, [actor]]) * cos - (vx[:, rows] - vx[:, [actor]]) * sin
    turn = trace.heading_rad[:, rows] - trace.heading_rad[:, [actor]]
    accel = trace.accel_mps2[:, rows] * np.sin(turn)
    extent = np.abs(np.cos(turn)) * trace.boxes.width_m[rows] + np.abs(np.sin(turn)) * trace.boxes.length_m[rows]
    ttc = time_to_collision_s(pairs.gap_m, pairs.follower_mps, pairs.leader_mps)
    half = (extent + trace.boxes.width_m[actor]) / 2
    return greatest(required_lateral_mps2(ttc, sideways, speed, accel, half), rows)


@metric(
    "required_lateral_mps2", "m/s2", "a_lat,req", "Lateral acceleration that has passed who is ahead within the TTC.",
    "J. Jansson, Collision Avoidance Theory (Linkoeping 2005), section 5.3.8", "max",
)  # fmt: skip
def _a_lat(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    return _required_lateral(trace, pairs_of(trace, actor, others), actor)


@metric(
    "stn_1", "1", "STN", "Steer threat number: required over available (8 m/s2) lateral acceleration.",
    "S. Hosseini et al., American Control Conference 2016, eq. 1", "max",
)  # fmt: skip
def _stn(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    needed = _required_lateral(trace, pairs_of(trace, actor, others), actor)
    return Series(needed.values / LIMITS.steering_mps2, needed.other)


def encroachments_of(trace: ScenarioTrace, actor: int) -> Float:
    """`(n_t, n)` time between the actor's being where it is and each other's being there where their ways cross.

    Positive = the other was there before; inf where the other never is, itself included. Each instant is compared with
    each: finer samples than 0.05 s are thinned to that.
    """
    if ("encroachments", actor) not in trace.derived:
        bodies, every = bodies_of(trace), _thinning(trace.time_s)
        out = np.full((trace.n_t, len(trace)), np.inf)
        time, thin = np.ascontiguousarray(trace.time_s[::every]), np.ascontiguousarray(bodies[::every])
        for row in range(len(trace)):
            if row != actor:
                found = encroachments(time, thin[:, actor], thin[:, row], float(CROSSING_RAD))
                out[:, row] = np.repeat(found, every)[: trace.n_t]
        trace.derived["encroachments", actor] = np.where(trace.present[:, [actor]], out, np.nan)
    found_before: Float = trace.derived["encroachments", actor]
    return found_before


def _thinning(time_s: Float) -> int:
    """Every which sample is looked at."""
    step = float(np.median(np.diff(time_s))) if len(time_s) > 1 else _FINE_S
    return max(1, round(_FINE_S / step))


@metric(
    "pet_s", "s", "PET", "Time between the one's leaving the place where ways cross and the other's reaching it.",
    _ALLEN, "min",
)  # fmt: skip
def _pet(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    rows = _at(others)
    return least(np.abs(encroachments_of(trace, actor)[:, rows]), rows)


@metric(
    "et_s", "s", "ET", "Encroachment time: how long the actor stays where ways cross (others within 10 s).",
    _ALLEN, "max",
)  # fmt: skip
def _et(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    rows = _at(others)
    inside = np.abs(encroachments_of(trace, actor)[:, rows]) <= 10.0
    spent = np.zeros(inside.shape)
    step = np.diff(trace.time_s)
    for i in range(1, trace.n_t):
        spent[i] = np.where(inside[i] & inside[i - 1], spent[i - 1] + step[i - 1], 0.0)
    return greatest(spent, rows)
