"""Collisions and crossed markings as the sensors of one body tell them."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from jing_sim.driving.bodies import Bodies
from jing_sim.driving.collisions import Collision
from jing_sim.driving.sensors.touch import LaneInvasion, collisions_of, floor_corners


def test_a_collision_is_told_to_both_with_opposite_impulses() -> None:
    crash = Collision(3, 8, 14, (100.0, -20.0, 0.0), (1.0, 2.0, 0.5))
    wall = Collision(8, 0, 4, (0.0, 5.0, 0.0), (0.0, 0.0, 0.0))
    kinds = {3: 18, 8: 14}
    assert collisions_of(3, [crash, wall], kinds.__getitem__) == (crash,)
    other, still = collisions_of(8, [crash, wall], kinds.__getitem__)
    assert (other.body, other.other, other.label, other.impulse) == (8, 3, 18, (-100.0, 20.0, -0.0))
    assert still == wall
    assert collisions_of(5, [crash, wall], kinds.__getitem__) == ()


def test_corners_lie_on_the_ground_around_a_turned_car(place_bodies: Callable[..., Bodies]) -> None:
    corners = floor_corners(place_bodies((10.0, 5.0, 0.2, np.pi / 2)), 0)
    expected = [[9.1, 7.3, 0.2], [10.9, 7.3, 0.2], [9.1, 2.7, 0.2], [10.9, 2.7, 0.2]]
    assert corners == pytest.approx(np.array(expected))


def test_a_line_is_crossed_once_while_a_car_changes_lanes(place_bodies: Callable[..., Bodies]) -> None:
    def crossed(a: NDArray[np.float64], b: NDArray[np.float64]) -> list[str]:
        return ["dashed"] if (a[1] - 2.0) * (b[1] - 2.0) < 0 else []

    sensor = LaneInvasion(crossed)
    told = [sensor.sense(place_bodies((float(k), 0.1 * k, 0.0, 0.05)), 0) for k in range(40)]
    assert told[0] == ()
    frames = [k for k, lines in enumerate(told) if lines]
    assert {lines for lines in told if lines} == {("dashed",)}
    # Each of the four corners at its own time: first the front left, at last the rear right.
    assert len(frames) == 4
