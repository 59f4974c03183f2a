"""Metrics against values worked out by hand, and required deceleration against a simulation."""

import math

import numpy as np
import pytest

from jing_scenarios.metrics import (
    deceleration_mps2,
    deceleration_to_avoid_crash_mps2,
    jerk_mps3,
    post_encroachment_time_s,
    required_deceleration_mps2,
    time_headway_s,
    time_to_collision_s,
    uncomfortable_share,
)


def test_time_to_collision_is_gap_over_closing_speed() -> None:
    gap = [30.0, 30.0, 30.0, 0.0, -1.0, math.nan]
    follower = [20.0, 10.0, 10.0, 0.0, 5.0, 10.0]
    leader = [5.0, 10.0, 12.0, 0.0, 9.0, 5.0]
    expected = [2.0, math.inf, math.inf, 0.0, 0.0, math.nan]
    np.testing.assert_array_equal(time_to_collision_s(gap, follower, leader), expected)


def test_headway_is_spacing_over_the_speed_of_the_follower() -> None:
    np.testing.assert_array_equal(time_headway_s([30.0, 30.0, math.nan], [15.0, 0.0, 3.0]), [2.0, math.inf, math.nan])


def test_post_encroachment_time_may_be_negative() -> None:
    assert post_encroachment_time_s([10.0, 10.0], [12.0, 9.5]).tolist() == [2.0, -0.5]


def test_deceleration_to_avoid_a_crash() -> None:
    # From 20 to 10 m/s within 25 m of closing: 100 / 50.
    drac = deceleration_to_avoid_crash_mps2([25.0, 25.0, 0.0], [20.0, 10.0, 10.0], [10.0, 10.0, 10.0])
    assert drac.tolist() == [2.0, 0.0, math.inf]


def test_required_deceleration_by_hand() -> None:
    # Moving leader that brakes with 1: 100/50 + 1. A standing one 50 m ahead: 400/100. A leader that accelerates away.
    # A leader at 10 m/s that brakes with 5 stops in 10 m: the follower at 10 m/s has 10 + 10 m: 100/40.
    got = required_deceleration_mps2(
        [25.0, 50.0, 25.0, 10.0, 0.0], [20.0, 20.0, 10.0, 10.0, 1.0], [10.0, 0.0, 12.0, 10.0, 1.0], [-1, 0, 2, -5, 0]
    )
    assert got.tolist() == [3.0, 4.0, 0.0, 2.5, math.inf]


@pytest.mark.parametrize(
    ("gap", "follower", "leader", "accel"),
    [(25, 20, 10, -1), (10, 10, 10, -5), (8, 6, 9, -6), (40, 25, 15, -4), (12, 15, 5, 1)],
)
def test_with_the_required_deceleration_the_follower_just_does_not_touch(
    gap: float, follower: float, leader: float, accel: float
) -> None:
    needed = float(required_deceleration_mps2(gap, follower, leader, accel))

    def least_gap(brake: float) -> float:
        t = np.linspace(0.0, 30.0, 300_001)

        def way(v: float, a: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
            end = np.minimum(t, v / -a) if a < 0 else t
            return np.asarray(v * end + a * end**2 / 2)

        return float((gap + way(leader, accel) - way(follower, -brake)).min())

    assert least_gap(needed) == pytest.approx(0.0, abs=1e-3)
    assert least_gap(0.9 * needed) < -0.01


def test_braking_and_jerk_and_comfort() -> None:
    assert deceleration_mps2([-3.0, 2.0]).tolist() == [3.0, 0.0]
    jerk = jerk_mps3([0.0, 0.5, 1.0, 1.5], [0.0, -1.0, -1.0, 1.0])
    np.testing.assert_array_equal(jerk, [math.nan, -2.0, 0.0, 4.0])
    assert uncomfortable_share(jerk) == pytest.approx(1 / 3)
    assert math.isnan(uncomfortable_share([math.nan]))
