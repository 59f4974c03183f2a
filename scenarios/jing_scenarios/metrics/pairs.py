"""An actor and those ahead of it in its way, as columns that the formulas of car following take.

>>> from jing_scenarios.metrics.scenario_trace import straight_trace
>>> pairs = pairs_of(straight_trace({"Ego": (0.0, 20.0), "Lead": (50.0, 10.0)}, 1.0, 1.0), 0, (1,))
>>> pairs.gap_m.ravel().tolist(), pairs.spacing_m.ravel().tolist()
([46.0, 36.0], [50.0, 40.0])
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.metrics.bodies import box_gaps_of
from jing_scenarios.metrics.lane_ahead import ahead_m
from jing_scenarios.metrics.registry import Series
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["Pairs", "greatest", "least", "pairs_of"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """`(n_t, k)` columns of an actor (the follower) and `k` others; NaN where the other is not ahead in its way.

    Attributes:
        rows: `(k,)` rows of the others.
        gap_m: bumper to bumper along the way, negative where the bodies overlap.
        spacing_m: front bumper to front bumper.
        follower_mps, leader_mps: along the follower's way; a leader that comes towards it has a negative speed.
        follower_accel_mps2, leader_accel_mps2: likewise.
    """

    rows: Int
    gap_m: Float
    spacing_m: Float
    follower_mps: Float
    leader_mps: Float
    follower_accel_mps2: Float
    leader_accel_mps2: Float


def pairs_of(trace: ScenarioTrace, actor: int, others: tuple[int, ...]) -> Pairs:
    """The pairs of an actor with these others."""
    if ("pairs", actor) not in trace.derived:
        trace.derived["pairs", actor] = _all_pairs(trace, actor)
    pairs: Pairs = trace.derived["pairs", actor]
    if len(others) == len(trace) - 1 and actor not in others:
        return pairs
    at = np.array([int(np.flatnonzero(pairs.rows == row)[0]) for row in others], dtype=np.int64)
    columns = ("gap_m", "spacing_m", "follower_mps", "leader_mps", "follower_accel_mps2", "leader_accel_mps2")
    return Pairs(pairs.rows[at], *(getattr(pairs, name)[:, at] for name in columns))


def _all_pairs(trace: ScenarioTrace, actor: int) -> Pairs:
    rows = np.array([row for row in range(len(trace)) if row != actor], dtype=np.int64)
    boxes = trace.boxes
    apart = ahead_m(trace, actor)[:, rows]
    ahead = np.isfinite(apart)
    facing = np.cos(trace.heading_rad[:, rows] - trace.heading_rad[:, [actor]])
    front = boxes.centre_x_m[actor] + boxes.length_m[actor] / 2
    centre = apart + facing * boxes.centre_x_m[rows]
    # The extent of the other body along the way: its length, or its width where it crosses.
    across = np.sqrt(np.maximum(1.0 - facing**2, 0.0))
    half = (np.abs(facing) * boxes.length_m[rows] + across * boxes.width_m[rows]) / 2
    gap = centre - half - front
    # Who has no gap along the way and yet does not touch drives beside, in one lane or half in it.
    ahead &= ~((gap <= 0) & (box_gaps_of(trace, actor)[:, rows] > 0))

    def own(column: Float) -> Float:
        return np.where(ahead, column[:, [actor]], np.nan)

    return Pairs(
        rows=rows,
        gap_m=np.where(ahead, gap, np.nan),
        spacing_m=np.where(ahead, centre + half - front, np.nan),
        follower_mps=own(trace.speed_mps),
        leader_mps=np.where(ahead, trace.speed_mps[:, rows] * facing, np.nan),
        follower_accel_mps2=own(trace.accel_mps2),
        leader_accel_mps2=np.where(ahead, trace.accel_mps2[:, rows] * facing, np.nan),
    )


def least(values: Float, rows: Int) -> Series:
    """Of `(n_t, k)` values the least at each instant, and whose it is; NaN where none is known."""
    return _worst(values, rows, np.inf, np.argmin)


def greatest(values: Float, rows: Int) -> Series:
    """Of `(n_t, k)` values the greatest at each instant, and whose it is; NaN where none is known."""
    return _worst(values, rows, -np.inf, np.argmax)


def _worst(values: Float, rows: Int, filler: float, choose: Callable[..., Int]) -> Series:
    if values.shape[1] == 0:
        return Series.alone(np.full(len(values), np.nan))
    known = ~np.isnan(values)
    at = choose(np.where(known, values, filler), axis=1)
    each = np.arange(len(values))
    picked = known[each, at]
    return Series(np.where(picked, values[each, at], np.nan), np.where(picked, rows[at], -1))
