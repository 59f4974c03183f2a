"""The reference drivers of UN R157: laws that any careful driver obeys, and the numbers of the regulation."""

import pytest

from jing_scenarios.library.reference_drivers import (
    DELAY_S,
    FULL_BRAKE_MPS2,
    PERCEPTION_S,
    cut_in,
    cut_out,
    deceleration,
)

KMH = 1 / 3.6


@pytest.mark.parametrize("own_kmh", [30.0, 60.0, 90.0, 130.0])
@pytest.mark.parametrize("lateral_mps", [0.5, 1.0, 1.8])
def test_more_room_never_makes_a_cut_in_less_preventable(own_kmh: float, lateral_mps: float) -> None:
    answers = [
        cut_in(own_kmh * KMH, (own_kmh - 30) * KMH, float(gap), lateral_mps).preventable for gap in range(2, 60, 2)
    ]
    # With little room and a slow change the own vehicle is past before the other comes.
    answers = answers[answers.index(False) :]
    assert answers[-1]
    assert answers == sorted(answers)


def test_whoever_is_faster_than_the_other_or_as_fast_never_hits_it() -> None:
    assert cut_in(50 * KMH, 50 * KMH, 5.0, 1.0).preventable
    assert cut_in(50 * KMH, 80 * KMH, 5.0, 1.0).preventable


def test_the_border_of_a_revealed_obstacle_is_the_stopping_distance_of_the_regulation() -> None:
    speed, lateral = 60 * KMH, 1.5
    reaction_s = 0.375 / lateral + PERCEPTION_S + DELAY_S
    ramp_s = 0.6
    lost = FULL_BRAKE_MPS2 / ramp_s * ramp_s**3 / 6
    after = speed - FULL_BRAKE_MPS2 * ramp_s / 2
    stop_m = speed * (reaction_s + ramp_s) - lost + after**2 / (2 * FULL_BRAKE_MPS2)
    room_m = 2.0 * speed + 4.5
    assert cut_out(speed, lateral, stop_m - room_m + 0.3).preventable
    assert not cut_out(speed, lateral, stop_m - room_m - 0.3).preventable


def test_two_seconds_are_enough_behind_a_full_brake_and_half_a_second_is_not() -> None:
    assert deceleration(60 * KMH, 7.0).preventable
    assert not deceleration(60 * KMH, 7.0, headway_s=0.5).preventable


def test_the_label_tells_both_models() -> None:
    assert cut_in(60 * KMH, 30 * KMH, 40.0, 1.0).text == (
        "careful and competent driver avoids; fuzzy safety model avoids"
    )
