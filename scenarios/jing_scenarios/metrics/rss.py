"""Responsibility-Sensitive Safety: safe distances, and the margin that a run keeps to them.

S. Shalev-Shwartz, S. Shammah, A. Shashua, "On a Formal Model of Safe and Scalable Self-driving Cars", arXiv:1708.06374
(2017), definitions 1, 2 and 6; IEEE 2846-2022 says which assumptions must be stated: those of `RssParameters`.

>>> float(safe_longitudinal_m(20.0, 20.0, RSS, RSS))
65.78125
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jing_scenarios.metrics.lane_ahead import ahead_m
from jing_scenarios.metrics.pairs import least, pairs_of
from jing_scenarios.metrics.registry import MetricError, Series, metric
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = [
    "RSS",
    "RssParameters",
    "safe_lateral_m",
    "safe_longitudinal_m",
    "safe_opposite_m",
]

Float = NDArray[np.float64]
Rows = tuple[int, ...]

_PAPER = "S. Shalev-Shwartz et al., arXiv:1708.06374 (2017)"


@dataclass(frozen=True)
class RssParameters:
    """What is assumed of a road user (IEEE 2846-2022, clause 5: reasonably foreseeable behaviour).

    Attributes:
        response_s: time before it reacts, in which it may accelerate.
        accel_max_mps2: that acceleration.
        brake_min_mps2: it brakes at least so hard then.
        brake_max_mps2: nobody brakes harder.
        brake_min_correct_mps2: as `brake_min_mps2`, of who keeps to its side of the road when another comes towards it.
        lateral_accel_mps2, lateral_brake_mps2: likewise across the road.
        fluctuation_m: lateral distance that is kept in any case.
    """

    response_s: float = 1.0
    accel_max_mps2: float = 3.5
    brake_min_mps2: float = 4.0
    brake_max_mps2: float = 8.0
    brake_min_correct_mps2: float = 3.0
    lateral_accel_mps2: float = 0.2
    lateral_brake_mps2: float = 0.8
    fluctuation_m: float = 0.1

    def __post_init__(self) -> None:
        for name in ("brake_min_mps2", "brake_max_mps2", "brake_min_correct_mps2", "lateral_brake_mps2"):
            if not getattr(self, name) > 0:
                raise MetricError(f"{name}={getattr(self, name)}; a number above 0 is right")
        if self.response_s < 0:
            raise MetricError(f"response_s={self.response_s}; a number of at least 0 is right")


RSS = RssParameters()
"""Ours: a passenger car that reacts within a second."""


def _braking_way_m(speed_mps: Float, who: RssParameters, brake_mps2: float) -> Float:
    """Way while it accelerates for its response time and then brakes to standstill."""
    fastest = speed_mps + who.response_s * who.accel_max_mps2
    return (speed_mps + fastest) / 2 * who.response_s + fastest**2 / (2 * brake_mps2)


def safe_longitudinal_m(
    follower_mps: ArrayLike, leader_mps: ArrayLike, follower: RssParameters, leader: RssParameters
) -> Float:
    """Safe gap in m behind a leader of the same direction (definition 1); at least 0."""
    vf, vl = np.asarray(follower_mps, dtype=np.float64), np.asarray(leader_mps, dtype=np.float64)
    way = _braking_way_m(vf, follower, follower.brake_min_mps2)
    return np.maximum(way - vl**2 / (2 * leader.brake_max_mps2), 0.0)


def safe_opposite_m(
    correct_mps: ArrayLike, wrong_mps: ArrayLike, correct: RssParameters, wrong: RssParameters
) -> Float:
    """Safe gap in m between two that drive towards each other (definition 2); both speeds are positive.

    `correct` is the one on its own side of the road: it may brake less hard.
    """
    v1, v2 = np.asarray(correct_mps, dtype=np.float64), np.asarray(wrong_mps, dtype=np.float64)
    own = _braking_way_m(v1, correct, correct.brake_min_correct_mps2)
    return own + _braking_way_m(v2, wrong, wrong.brake_min_mps2)


def safe_lateral_m(left_mps: ArrayLike, right_mps: ArrayLike, left: RssParameters, right: RssParameters) -> Float:
    """Safe lateral gap in m between two beside each other (definition 6); at least their mean fluctuation.

    Args:
        left_mps, right_mps: lateral speeds to the right of who is on the left, and of who is on the right.
        left, right: what is assumed of them.
    """
    v1, v2 = np.asarray(left_mps, dtype=np.float64), np.asarray(right_mps, dtype=np.float64)

    def drift(speed: Float, who: RssParameters) -> Float:
        """Way towards the other until the lateral speed is 0; who moves away after the response time is let go on."""
        fastest = speed + who.response_s * who.lateral_accel_mps2
        braking = np.maximum(fastest, 0.0) ** 2 / (2 * who.lateral_brake_mps2)
        return (speed + fastest) / 2 * who.response_s + braking

    closed = drift(v1, left) + drift(-v2, right)
    return (left.fluctuation_m + right.fluctuation_m) / 2 + np.maximum(closed, 0.0)


def _longitudinal_margin(trace: ScenarioTrace, actor: int, others: Rows) -> tuple[Float, NDArray[np.int64]]:
    pairs = pairs_of(trace, actor, others)
    own, other = pairs.follower_mps, pairs.leader_mps
    towards = np.cos(trace.heading_rad[:, pairs.rows] - trace.heading_rad[:, [actor]]) < 0
    same = safe_longitudinal_m(own, np.maximum(other, 0.0), RSS, RSS)
    facing = safe_opposite_m(np.maximum(own, 0.0), np.maximum(-other, 0.0), RSS, RSS)
    return pairs.gap_m - np.where(towards, facing, same), pairs.rows


def _lateral_margin(trace: ScenarioTrace, actor: int, others: Rows) -> tuple[Float, Float, NDArray[np.int64]]:
    """`(n_t, k)` lateral margin, and how far the boxes are apart along the actor's heading (negative = beside)."""
    rows = np.array(others, dtype=np.int64)
    x, y = trace.centre_m
    heading = trace.heading_rad[:, [actor]]
    cos, sin = np.cos(heading), np.sin(heading)
    dx, dy = x[:, rows] - x[:, [actor]], y[:, rows] - y[:, [actor]]
    along, left = dx * cos + dy * sin, dy * cos - dx * sin
    turn = trace.heading_rad[:, rows] - heading
    c, s = np.abs(np.cos(turn)), np.abs(np.sin(turn))
    length, width = trace.boxes.length_m, trace.boxes.width_m
    beside = np.abs(left) - (width[actor] + c * width[rows] + s * length[rows]) / 2
    apart = np.abs(along) - (length[actor] + c * length[rows] + s * width[rows]) / 2
    # Lateral speeds towards the left of the actor, and mirrored for who is on its right.
    own = np.zeros_like(left)
    other = trace.speed_mps[:, rows] * np.sin(turn)
    side = np.where(left >= 0, 1.0, -1.0)
    safe = safe_lateral_m(-other * side, -own * side, RSS, RSS)
    return beside - safe, apart, rows


@metric(
    "rss_longitudinal_margin_m", "m", "RSS longitudinal margin",
    "Gap to who is ahead in the way, less the safe one; same direction or opposite.",
    f"{_PAPER}, definitions 1 and 2; IEEE 2846-2022", "min",
)  # fmt: skip
def _rss_longitudinal(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    return least(*_longitudinal_margin(trace, actor, others))


@metric(
    "rss_lateral_margin_m", "m", "RSS lateral margin",
    "Lateral gap to who is beside the actor, less the safe one.", f"{_PAPER}, definition 6; IEEE 2846-2022", "min",
)  # fmt: skip
def _rss_lateral(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    margin, apart, rows = _lateral_margin(trace, actor, others)
    return least(np.where(apart <= 0, margin, np.nan), rows)


@metric(
    "rss_margin_m", "m", "RSS margin",
    "The greater of the longitudinal and the lateral margin; below 0 the situation is dangerous.",
    f"{_PAPER}, definitions 1, 2, 6 and 7; IEEE 2846-2022", "min",
)  # fmt: skip
def _rss(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    longitudinal, rows = _longitudinal_margin(trace, actor, others)
    lateral, apart, _ = _lateral_margin(trace, actor, others)
    # Who is neither in the way nor beside has no lateral conflict that a longitudinal gap could hide.
    lateral = np.where((apart <= 0) | np.isfinite(ahead_m(trace, actor)[:, rows]), lateral, np.nan)
    return least(np.fmax(longitudinal, lateral), rows)
