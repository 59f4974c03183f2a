"""Speed profiles against what their definition says."""

from itertools import pairwise
from math import inf, isfinite
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jing_scenarios.actions.speed_profile import Entry, Limits, Phase, profile

COMFORT = Limits(60.0, 4.0, 4.0, 2.0, 3.0)


def speed_at(phases: list[Phase], time_s: float) -> float:
    return next(phase for phase in reversed(phases) if phase.time_s <= time_s + 1e-9).speed_at(time_s)


def test_positions_are_joined_by_straight_lines() -> None:
    phases = profile([Entry(10.0, 0.0), Entry(20.0, 5.0), Entry(15.0, 10.0)], 10.0, 0.0, Limits(), "position")
    assert [speed_at(phases, t) for t in (0.0, 2.5, 5.0, 10.0, 15.0, 99.0)] == [10.0, 15.0, 20.0, 17.5, 15.0, 15.0]


def test_an_entry_without_time_goes_as_fast_as_the_limits_allow() -> None:
    phases = profile([Entry(18.0, inf)], 10.0, 0.0, COMFORT, "position")
    assert phases[-1].time_s == pytest.approx(2.0)


def test_entries_that_ask_for_too_much_come_later() -> None:
    phases = profile([Entry(18.0, 1.0)], 10.0, 0.0, COMFORT, "position")
    assert phases[-1].time_s == pytest.approx(2.0)


@pytest.mark.parametrize(("target", "duration"), [(20.0, 8.0), (2.0, 5.0), (30.0, 3.0), (11.0, 0.5)])
def test_a_followed_target_is_reached_with_continuous_acceleration(target: float, duration: float) -> None:
    phases = profile([Entry(target, duration)], 10.0, 0.0, COMFORT, "follow")
    for before, after in pairwise(phases):
        dt = after.time_s - before.time_s
        assert before.speed_at(after.time_s) == pytest.approx(after.speed, abs=1e-6)
        assert before.accel + before.jerk * dt == pytest.approx(after.accel, abs=1e-6)
        assert -COMFORT.deceleration - 1e-6 <= before.accel <= COMFORT.acceleration + 1e-6
    assert phases[-1].speed == target
    assert phases[-1].time_s >= duration - 1e-6


def test_a_target_with_room_is_reached_on_time() -> None:
    phases = profile([Entry(20.0, 8.0)], 10.0, 0.0, COMFORT, "follow")
    assert phases[-1].time_s == pytest.approx(8.0)


def test_corners_of_a_followed_profile_are_rounded() -> None:
    entries = [Entry(10.0, 0.0), Entry(20.0, 10.0), Entry(20.0, 10.0), Entry(5.0, 10.0)]
    phases = profile(entries, 10.0, 0.0, COMFORT, "follow")
    for before, after in pairwise(phases):
        assert before.speed_at(after.time_s) == pytest.approx(after.speed, abs=1e-6)
    assert speed_at(phases, 99.0) == pytest.approx(5.0)
    assert {phase.jerk for phase in phases} == {2.0, 0.0, -3.0}


SPEEDS = st.floats(-10.0, 60.0)
TIMES = st.one_of(st.floats(0.0, 20.0), st.just(inf))
RATES = st.floats(0.5, 10.0)


@settings(max_examples=200, deadline=None)
@given(
    entries=st.lists(st.builds(Entry, SPEEDS, TIMES), min_size=1, max_size=5),
    speed=SPEEDS,
    accel=st.floats(-3.0, 3.0),
    limits=st.builds(Limits, st.just(60.0), RATES, RATES, RATES, RATES),
    mode=st.sampled_from(["position", "follow"]),
)
def test_every_profile_ends_at_its_last_speed_and_never_goes_back_in_time(
    entries: list[Entry], speed: float, accel: float, limits: Limits, mode: Literal["position", "follow"]
) -> None:
    phases = profile(entries, speed, accel, limits, mode)
    assert all(isfinite(value) for phase in phases for value in phase)
    assert phases[-1].speed == pytest.approx(entries[-1].speed_mps, abs=1e-6)
    assert all(before.time_s <= after.time_s + 1e-9 for before, after in pairwise(phases))
