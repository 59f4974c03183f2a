"""Metrics of conflicts in the plane and of last moments, against closed forms and simulations."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jing_scenarios.metrics import METRICS
from jing_scenarios.metrics.evasion import last_moments_of
from jing_scenarios.metrics.limits import EvasionLimits
from jing_scenarios.metrics.plane_formulas import required_lateral_mps2, worst_time_to_collision_s
from jing_scenarios.metrics.registry import MetricError
from jing_scenarios.metrics.scenario_trace import ScenarioTrace, straight_trace


def crossing(second_late_s: float) -> ScenarioTrace:
    """The ego drives east through the origin at 0 s of its own; the other north, so many seconds later; 10 m/s."""
    trace = straight_trace({"Ego": (-50.0, 10.0), "North": (0.0, 10.0)}, 10.0, 0.05)
    x, y, heading = trace.x_m.copy(), trace.y_m.copy(), trace.heading_rad.copy()
    y[:, 1] = -50.0 - 10.0 * second_late_s + 10.0 * trace.time_s
    x[:, 1], heading[:, 1] = 0.0, np.pi / 2
    return replace(trace, x_m=x, y_m=y, heading_rad=heading)


def test_time_after_encroachment_by_hand() -> None:
    # The conflict square is 2 x 2 m. The ego leaves it when its rear is at +1: 5.3 s; the other enters it with its
    # front at -1: 4.7 s + its lateness.
    pet = METRICS["pet_s"].of(crossing(2.0), 0).values
    assert np.nanmin(pet) == pytest.approx(1.4, abs=0.11)
    assert np.nanmin(METRICS["pet_s"].of(crossing(2.0), 1).values) == pytest.approx(1.4, abs=0.11)
    assert np.nanmin(METRICS["pet_s"].of(crossing(0.0), 0).values) == 0.0


def test_ways_that_never_cross_have_no_encroachment() -> None:
    trace = straight_trace({"Ego": (0.0, 20.0), "Lead": (50.0, 10.0)}, 2.0, 0.5)
    assert METRICS["pet_s"].of(trace, 0).values.tolist() == [math.inf] * 5
    assert METRICS["et_s"].of(trace, 0).values.tolist() == [0.0] * 5


def test_encroachment_lasts_from_front_to_rear() -> None:
    # 4 m of car and 2 m of the other's track at 10 m/s.
    assert np.nanmax(METRICS["et_s"].of(crossing(2.0), 0).values) == pytest.approx(0.6, abs=0.11)


def test_time_until_they_do_touch() -> None:
    touching = crossing(0.0)
    star = METRICS["ttc_star_s"].of(touching, 0).values
    assert star[0] == pytest.approx(4.7, abs=0.051)
    assert np.isinf(METRICS["ttc_star_s"].of(crossing(2.0), 0).values).all()


def test_worst_time_by_hand() -> None:
    # 30 - 10 t = 4 + 8 t^2; standing apart 20 with 4: 16 = 8 t^2; discs that overlap; and one not known.
    got = worst_time_to_collision_s(
        ([30.0, 20.0, 3.0, np.nan], 0.0), ([-10.0, 0.0, 5.0, 0.0], 0.0), [4.0, 4.0, 4.0, 4.0], 16.0
    )
    np.testing.assert_allclose(got, [1.283, math.sqrt(2), 0.0, np.nan], atol=6e-4)


@given(st.floats(5, 100), st.floats(-30, 30), st.floats(-30, 30), st.floats(-30, 30), st.floats(1, 20))
def test_at_the_worst_time_the_discs_meet_and_not_before(
    apart: float, across: float, vx: float, vy: float, accel: float
) -> None:
    worst = float(worst_time_to_collision_s((apart, across), (vx, vy), 3.0, accel))

    def room(t: float) -> float:
        return math.hypot(apart + vx * t, across + vy * t) - 3.0 - accel * t * t / 2

    assert room(worst + 1e-3) <= 0.1
    assert all(room(t) > -1e-6 for t in np.linspace(0.0, max(worst - 2e-3, 0.0), 40))


def test_lateral_requirement_by_hand() -> None:
    # 2 m aside within 2 s: 2 * 2 / 4; already 1 m aside: half of it; beside each other: nothing; in contact: no end.
    got = required_lateral_mps2([2.0, 2.0, math.inf, 0.0], [0.0, 1.0, 0.0, 0.0], 0.0, 0.0, 2.0)
    np.testing.assert_allclose(got, [1.0, 0.5, 0.0, math.inf])


def test_last_moments_by_hand() -> None:
    trace = straight_trace({"Ego": (0.0, 20.0), "Lead": (50.0, 10.0)}, 1.0, 0.5)
    limits = EvasionLimits(braking_mps2=8.0, steering_mps2=8.0, kickdown_mps2=3.5)
    brake, kick, steer, react = (
        last_moments_of(trace, 0, name, limits)[0, 1] for name in ("brake", "kickdown", "steer", "react")
    )
    assert brake == pytest.approx(4.6 - 10 / 16, abs=0.02)
    assert kick == -math.inf
    # Two metres aside at 8 m/s2 take at least 0.707 s, and the way ahead is shortened by turning.
    assert 3.5 < steer < 4.6
    assert react == max(brake, kick, steer)


def test_collisions_in_the_far_future_are_none() -> None:
    trace = straight_trace({"Ego": (0.0, 20.0), "Lead": (50.0, 20.0 - 1e-12)}, 1.0, 0.5)
    assert METRICS["ttc_2d_s"].of(trace, 0).values[0] > 1e12
    assert METRICS["ttr_s"].of(trace, 0).values.tolist() == [math.inf] * 3


def test_accelerating_helps_who_crosses_in_front() -> None:
    trace = crossing(0.2)
    early, late = last_moments_of(trace, 0, "kickdown")[[0, 80], 1]
    assert early > 0
    assert late == -math.inf


@given(st.floats(2.0, 12.0), st.floats(0.1, 5.0))
def test_better_brakes_leave_more_time(braking: float, more: float) -> None:
    trace = straight_trace({"Ego": (0.0, 20.0), "Lead": (50.0, 10.0)}, 0.5, 0.5)
    weak, strong = (
        last_moments_of(trace, 0, "brake", EvasionLimits(braking_mps2=b))[0, 1] for b in (braking, braking + more)
    )
    assert strong >= weak - 0.02


def test_limits_must_be_numbers_above_0() -> None:
    with pytest.raises(MetricError, match="braking_mps2=0"):
        EvasionLimits(braking_mps2=0.0)
