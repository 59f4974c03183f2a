"""RSS margins, collisions with side and fault, delta-v, comfort, minimum-risk manoeuvres, message ages."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jing_scenarios.metrics import METRICS
from jing_scenarios.metrics.collisions import collisions_of
from jing_scenarios.metrics.comfort import motion_of
from jing_scenarios.metrics.registry import MetricError
from jing_scenarios.metrics.rss import RSS, RssParameters, safe_lateral_m, safe_longitudinal_m, safe_opposite_m
from jing_scenarios.metrics.scenario_trace import Contact, Message, ScenarioTrace, StoryChange, straight_trace

SPEEDS = st.floats(0.0, 50.0)


@given(SPEEDS, SPEEDS)
def test_at_the_safe_distance_the_worst_case_just_does_not_touch(own: float, lead: float) -> None:
    safe = float(safe_longitudinal_m(own, lead, RSS, RSS))
    t = np.linspace(0.0, 40.0, 40_001)
    reacts = np.minimum(t, RSS.response_s)
    top = own + RSS.accel_max_mps2 * RSS.response_s
    brakes = np.clip(t - RSS.response_s, 0.0, top / RSS.brake_min_mps2)
    way = own * reacts + RSS.accel_max_mps2 * reacts**2 / 2 + top * brakes - RSS.brake_min_mps2 * brakes**2 / 2
    ends = np.minimum(t, lead / RSS.brake_max_mps2)
    ahead = safe + lead * ends - RSS.brake_max_mps2 * ends**2 / 2
    assert (ahead[-1] - way[-1]) >= -1e-6
    if safe > 0:
        assert ahead[-1] - way[-1] == pytest.approx(0.0, abs=1e-3)


@given(SPEEDS, SPEEDS, st.floats(0.1, 20.0))
def test_safe_distances_grow_with_the_follower_and_shrink_with_the_leader(own: float, lead: float, more: float) -> None:
    base = safe_longitudinal_m(own, lead, RSS, RSS)
    assert safe_longitudinal_m(own + more, lead, RSS, RSS) >= base
    assert safe_longitudinal_m(own, lead + more, RSS, RSS) <= base
    assert safe_opposite_m(own, lead + more, RSS, RSS) > safe_opposite_m(own, lead, RSS, RSS)


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.0, 2.0))
def test_lateral_safety_grows_with_the_speed_towards_each_other(left: float, right: float, more: float) -> None:
    base = float(safe_lateral_m(left, right, RSS, RSS))
    assert base >= RSS.fluctuation_m
    assert float(safe_lateral_m(left + more, right, RSS, RSS)) >= base - 1e-9
    assert float(safe_lateral_m(left, right - more, RSS, RSS)) >= base - 1e-9


def test_margins_of_a_pair() -> None:
    trace = straight_trace({"Ego": (0.0, 10.0), "Lead": (44.0, 10.0)}, 1.0, 0.5)
    margin = METRICS["rss_longitudinal_margin_m"].of(trace, 0).values[0]
    assert margin == pytest.approx(40.0 - float(safe_longitudinal_m(10.0, 10.0, RSS, RSS)))
    beside = replace(trace, x_m=trace.x_m * [1, 0] + trace.x_m[:, [0]] * [0, 1], y_m=trace.y_m + np.array([0.0, 3.0]))
    assert METRICS["rss_lateral_margin_m"].of(beside, 0).values[0] == pytest.approx(
        1.0 - float(safe_lateral_m(0.0, 0.0, RSS, RSS))
    )
    assert METRICS["rss_margin_m"].of(beside, 0).values[0] == METRICS["rss_lateral_margin_m"].of(beside, 0).values[0]


def test_assumptions_must_make_sense() -> None:
    with pytest.raises(MetricError, match="brake_min_mps2"):
        RssParameters(brake_min_mps2=0.0)
    with pytest.raises(MetricError, match="response_s"):
        RssParameters(response_s=-1.0)


def meeting(ego_mps: float, other_mps: float, heading: float, begin: tuple[float, float]) -> ScenarioTrace:
    """The ego drives east from the origin; the other from `begin` under `heading`; 5 s."""
    trace = straight_trace({"Ego": (0.0, ego_mps), "Other": (0.0, other_mps)}, 5.0, 0.05)
    x, y, h = trace.x_m.copy(), trace.y_m.copy(), trace.heading_rad.copy()
    x[:, 1] = begin[0] + other_mps * math.cos(heading) * trace.time_s
    y[:, 1] = begin[1] + other_mps * math.sin(heading) * trace.time_s
    h[:, 1] = heading
    return replace(trace, x_m=x, y_m=y, heading_rad=h)


def test_a_rear_end_collision_is_the_followers_fault() -> None:
    trace = meeting(20.0, 10.0, 0.0, (24.0, 0.0))
    (own,), (its,) = collisions_of(trace, 0), collisions_of(trace, 1)
    assert (own.side, own.at_fault, own.other) == ("front", True, 1)
    assert (its.side, its.at_fault, its.other) == ("rear", False, 0)
    assert own.time_s == pytest.approx(2.0, abs=0.051)
    assert own.impact_mps == pytest.approx(10.0)
    assert own.delta_v_mps == pytest.approx(5.0)


def test_who_stands_is_never_at_fault() -> None:
    trace = meeting(0.0, 10.0, np.pi, (24.0, 0.0))
    (own,), (its,) = collisions_of(trace, 0), collisions_of(trace, 1)
    assert (own.side, own.at_fault) == ("front", False)
    assert its.at_fault


def test_a_side_is_a_side() -> None:
    # The other comes from the south and meets the ego's right side in the middle.
    trace = meeting(10.0, 10.0, np.pi / 2, (20.0, -22.0))
    (own,), (its,) = collisions_of(trace, 0), collisions_of(trace, 1)
    assert own.side == "side"
    assert (its.side, its.at_fault) == ("front", True)
    assert own.impact_mps == pytest.approx(math.hypot(10, 10))


def test_masses_share_the_change_of_velocity() -> None:
    trace = meeting(20.0, 0.0, 0.0, (24.0, 0.0))
    heavy = replace(trace, boxes=replace(trace.boxes, mass_kg=np.array([1000.0, 3000.0])))
    assert METRICS["impact_delta_v_mps"].of(heavy, 0).values.max() == pytest.approx(15.0)
    assert METRICS["impact_delta_v_mps"].of(heavy, 1).values.max() == pytest.approx(5.0)
    assert METRICS["delta_v_mps"].of(heavy, 0).values[0] == pytest.approx(15.0)
    # One second before contact braking with 8 m/s2 takes 8 of the 20 m/s away.
    assert METRICS["conflict_severity_mps"].of(heavy, 0).values[0] == pytest.approx(0.75 * 12.0)


def test_contacts_of_the_world_count_once() -> None:
    trace = meeting(20.0, 10.0, 0.0, (24.0, 0.0))
    seen = replace(trace, contacts=(Contact(2.05, 1, 0), Contact(3.0, 0, -1)))
    assert [hit.other for hit in collisions_of(seen, 0)] == [1, -1]
    assert METRICS["collisions_1"].of(seen, 0).values.sum() == 2
    assert METRICS["collisions_1"].of(seen, 1).values.sum() == 1


def test_two_that_are_hit_at_one_instant_are_two_collisions() -> None:
    trace = straight_trace({"Ego": (0.0, 20.0), "Left": (24.0, 0.0), "Right": (24.0, 0.0)}, 2.0, 0.05)
    y_m = trace.y_m + np.array([0.0, 1.1, -1.1])
    beside = replace(trace, y_m=y_m)
    assert METRICS["collisions_1"].of(beside, 0).values.max() == 2
    assert METRICS["impact_speed_mps"].of(beside, 0).values.max() == pytest.approx(20.0)


def motion(accel: float, yaw_rate: float = 0.0) -> ScenarioTrace:
    trace = straight_trace({"Ego": (0.0, 10.0)}, 4.0, 0.05)
    speed = 10.0 + accel * trace.time_s[:, None]
    return replace(trace, speed_mps=speed, accel_mps2=np.full_like(speed, accel),
                   heading_rad=yaw_rate * trace.time_s[:, None])  # fmt: skip


def test_comfort_uses_up_its_bounds() -> None:
    assert np.nanmax(METRICS["discomfort_1"].of(motion(-4.05), 0).values) == pytest.approx(1.0)
    assert np.nanmax(METRICS["discomfort_1"].of(motion(1.2), 0).values) == pytest.approx(0.5)
    assert np.nanmax(METRICS["discomfort_1"].of(motion(0.0, 0.489), 0).values) == pytest.approx(1.0)
    assert np.nanmax(METRICS["lateral_accel_mps2"].of(motion(0.0, 0.3), 0).values) == pytest.approx(3.0)
    np.testing.assert_allclose(motion_of(motion(2.0), 0)["jerk_mps3"], 0.0, atol=1e-9)


def test_a_minimum_risk_manoeuvre_ends_at_standstill() -> None:
    trace = straight_trace({"Ego": (0.0, 10.0)}, 8.0, 0.1)
    speed = np.clip(10.0 - 2.5 * (trace.time_s - 2.0), 0.0, 10.0)[:, None]
    slows = replace(trace, speed_mps=speed)
    assert np.isnan(METRICS["mrm_time_s"].of(slows, 0).values).all()
    told = replace(slows, story=(StoryChange(2.0, "Ego_MRM", "event", "runningState"),))
    assert np.nanmax(METRICS["mrm_time_s"].of(told, 0).values) == pytest.approx(4.0, abs=0.11)
    assert np.nanmax(METRICS["mrm_deceleration_mps2"].of(told, 0).values) == pytest.approx(2.5, abs=0.01)
    never = replace(trace, story=(StoryChange(2.0, "minimal risk", "event", "runningState"),))
    assert np.nanmax(METRICS["mrm_time_s"].of(never, 0).values) == math.inf


def test_messages_age_until_a_newer_one_comes() -> None:
    trace = straight_trace({"Ego": (0.0, 10.0), "Other": (50.0, 0.0)}, 4.0, 1.0)
    heard = replace(
        trace, messages=(Message(1.0, 0.9, 0, "BSM"), Message(3.0, 2.5, 0, "BSM"), Message(3.5, 2.0, 0, "x"))
    )
    np.testing.assert_allclose(METRICS["message_age_s"].of(heard, 0).values, [np.nan, 0.1, 1.1, 0.5, 1.5])
    assert np.isnan(METRICS["message_age_s"].of(heard, 1).values).all()
