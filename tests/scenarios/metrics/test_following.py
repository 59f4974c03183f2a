"""Metrics of car following: closed forms, and laws that hold whatever the numbers are."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jing_scenarios.metrics import METRICS
from jing_scenarios.metrics import following_formulas as formulas
from jing_scenarios.metrics.criticality import time_to_collision_s
from jing_scenarios.metrics.scenario_trace import ScenarioTrace, straight_trace

SPEEDS = st.floats(0.0, 50.0)
GAPS = st.floats(0.5, 200.0)


def pair(gap_m: float = 46.0, ego_mps: float = 20.0, lead_mps: float = 10.0) -> ScenarioTrace:
    return straight_trace({"Ego": (0.0, ego_mps), "Lead": (gap_m + 4.0, lead_mps)}, 2.0, 0.5)


def values(name: str, trace: ScenarioTrace) -> list[float]:
    found: list[float] = METRICS[name].of(trace, 0).values.tolist()
    return found


def test_a_pair_by_hand() -> None:
    trace = pair()
    assert values("gap_m", trace) == [46, 41, 36, 31, 26]
    assert values("ttc_s", trace) == [4.6, 4.1, 3.6, 3.1, 2.6]
    assert values("headway_s", trace) == [2.5, 2.25, 2.0, 1.75, 1.5]
    assert values("time_gap_s", trace) == [2.3, 2.05, 1.8, 1.55, 1.3]
    assert values("drac_mps2", trace)[0] == pytest.approx(100 / 92)
    assert values("btn_1", trace)[0] == pytest.approx(100 / 92 / 8)
    assert values("dst_mps2", trace)[0] == pytest.approx(300 / (2 * 26))
    assert METRICS["ttc_s"].of(trace, 0).other.tolist() == [1] * 5


def test_nobody_ahead_is_not_known_and_nobody_closing_is_infinite() -> None:
    assert np.isnan(METRICS["ttc_s"].of(pair(), 1).values).all()
    assert values("ttc_s", pair(lead_mps=25.0)) == [math.inf] * 5


def test_the_nearest_of_several_counts() -> None:
    trace = straight_trace({"Ego": (0.0, 20.0), "Far": (90.0, 0.0), "Near": (50.0, 15.0)}, 1.0, 0.5)
    assert METRICS["gap_m"].of(trace, 0).other.tolist() == [2, 2, 2]
    # The far one stands, so it is more urgent by time.
    assert METRICS["ttc_s"].of(trace, 0).other.tolist() == [1, 1, 1]
    assert METRICS["gap_m"].of(trace, 0, (1,)).other.tolist() == [1, 1, 1]


def test_oncoming_traffic_closes_with_both_speeds() -> None:
    trace = straight_trace({"Ego": (0.0, 20.0), "Wrong": (104.0, 10.0)}, 1.0, 0.5)
    turned = replace(trace, heading_rad=np.array([[0.0, np.pi]] * 3), x_m=np.array([[0, 104], [10, 99], [20, 94.0]]))
    np.testing.assert_allclose(values("gap_m", turned), [100, 85, 70])
    np.testing.assert_allclose(values("ttc_s", turned), [100 / 30, 85 / 30, 70 / 30])


def test_who_drives_beside_is_not_ahead() -> None:
    trace = straight_trace({"Ego": (0.0, 20.0), "Beside": (3.0, 20.0)}, 1.0, 0.5)
    assert values("gap_m", trace) == [-1.0] * 3
    aside = replace(trace, y_m=trace.y_m + np.array([0.0, 2.05]), heading_rad=trace.heading_rad + np.array([0.0, 0.02]))
    assert np.isnan(values("gap_m", aside)).all()


def test_exposure_adds_up_the_time_below_the_threshold() -> None:
    # TTC 1.9, 1.4, 0.9, 0.4, -: three samples below 1.5 s, the last one of which lasts no time.
    trace = pair(gap_m=24.0)
    ttc = np.array(values("ttc_s", trace))
    np.testing.assert_allclose(ttc, [2.4, 1.9, 1.4, 0.9, 0.4])
    assert sum(values("tet_s", trace)) == pytest.approx(1.0)
    assert sum(values("tit_s2", trace)) == pytest.approx(0.5 * (0.1 + 0.6))


def test_modified_time_to_collision_by_hand() -> None:
    # A leader that brakes with 3 m/s2: 24 = 3 t^2 / 2. One that accelerates away: never. Equal: the plain time.
    got = formulas.modified_time_to_collision_s(
        [24, 30, 30, 0, 30], [10, 10, 15, 5, 12], [10, 10, 10, 9, 10], [0, 0, 0, 0, 0], [-3, 1, 0, 0, 1]
    )
    np.testing.assert_allclose(got, [4, math.inf, 6, 0, math.inf])


@given(GAPS, SPEEDS, SPEEDS)
def test_without_acceleration_both_times_to_collision_agree(gap: float, own: float, lead: float) -> None:
    plain = float(time_to_collision_s(gap, own, lead))
    modified = float(formulas.modified_time_to_collision_s(gap, own, lead, 0.0, 0.0))
    assert modified == pytest.approx(plain, rel=1e-9) or plain > 1e9


@given(GAPS, SPEEDS, SPEEDS, st.floats(0.1, 50.0))
def test_more_room_is_never_more_critical(gap: float, own: float, lead: float, more: float) -> None:
    worse_if_less: list[tuple[Callable[[float], object], int]] = [
        (lambda g: formulas.modified_time_to_collision_s(g, own, lead, 0.0, -1.0), 1),
        (lambda g: formulas.required_longitudinal_mps2(g, own, lead, -1.0), -1),
        (lambda g: formulas.deceleration_to_safety_time_mps2(g, own, lead), -1),
        (lambda g: formulas.time_to_brake_s(g, own, lead, 8.0), 1),
    ]
    for formula, sign in worse_if_less:
        near, far = (float(np.asarray(formula(g))) for g in (gap, gap + more))
        assert near == far or sign * far >= sign * near - 1e-9 * min(abs(near), 1e9)


@given(GAPS, SPEEDS, SPEEDS, st.floats(0.1, 20.0))
def test_a_faster_follower_is_never_less_critical(gap: float, own: float, lead: float, more: float) -> None:
    slow, fast = (float(time_to_collision_s(gap, v, lead)) for v in (own, own + more))
    assert fast <= slow
    slow, fast = (float(formulas.required_longitudinal_mps2(gap, v, lead, 0.0)) for v in (own, own + more))
    assert fast >= slow


@given(st.floats(-5.0, 20.0), st.floats(0.0, 5.0))
def test_crash_potential_is_a_probability_that_grows(needed: float, more: float) -> None:
    low, high = formulas.crash_potential([needed, needed + more])
    assert 0.0 <= low <= high <= 1.0


def test_crash_potential_of_the_fleet() -> None:
    np.testing.assert_allclose(formulas.crash_potential([4.23, 12.68]), [0, 1])
    assert formulas.crash_potential(8.45) == pytest.approx(0.5, abs=2e-3)


def test_time_to_brake_is_when_braking_just_suffices() -> None:
    # 46 m, closing 10 m/s: braking with 8 needs 100/16 m, so the last moment is (46 - 6.25)/10.
    assert float(formulas.time_to_brake_s(46.0, 20.0, 10.0, 8.0)) == pytest.approx(3.975)
    assert float(formulas.time_to_brake_s(5.0, 20.0, 10.0, 8.0)) == -math.inf
    assert float(formulas.time_to_steer_s(3.0, 2.0, 4.0)) == pytest.approx(2.0)


def test_metrics_know_unit_definition_and_source() -> None:
    assert len(METRICS) >= 45
    for entry in METRICS.values():
        assert entry.definition.endswith(".")
        assert entry.source
        assert entry.unit
