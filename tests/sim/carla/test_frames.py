"""Between the map frame and CARLA's."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jing_sim.carla.frames import (
    axial_mirrored,
    compose,
    degrees_of,
    mirrored,
    radians_of,
    relative_to,
    rotation_matrix,
    wrapped_degrees,
)

_METRES = st.floats(-1000.0, 1000.0)
_TURNS = st.floats(-180.0, 180.0)
_NODS = st.floats(-85.0, 85.0)
_SIX = st.tuples(_METRES, _METRES, _METRES, _NODS, _TURNS, _TURNS)


@given(_SIX, _SIX)
def test_a_child_is_where_it_was_mounted(parent: tuple[float, ...], child: tuple[float, ...]) -> None:
    world = compose(parent, child)  # type: ignore[arg-type]
    back = relative_to(parent, world)  # type: ignore[arg-type]
    assert np.allclose(back[:3], child[:3], atol=1e-6)
    assert np.allclose(rotation_matrix(*back[3:]), rotation_matrix(*child[3:]), atol=1e-6)


@given(st.floats(-1e5, 1e5))
def test_angles_are_above_minus_180_and_up_to_180(angle: float) -> None:
    wrapped = wrapped_degrees(angle)
    assert -180.0 < wrapped <= 180.0
    assert math.isclose(math.cos(math.radians(wrapped)), math.cos(math.radians(angle)), abs_tol=1e-6)


def test_half_a_turn_is_plus_180() -> None:
    turned = degrees_of(np.array([[math.pi, 0.0, 0.0], [-math.pi, 0.0, 0.0]]))
    assert turned[:, 1].tolist() == [180.0, 180.0]


@given(_NODS, _TURNS, _TURNS)
def test_rotations_come_back(pitch: float, yaw: float, roll: float) -> None:
    back = degrees_of(radians_of(np.array([pitch, yaw, roll])))
    assert np.allclose(rotation_matrix(*back), rotation_matrix(pitch, yaw, roll), atol=1e-9)


def test_left_of_the_map_frame_is_minus_y_and_left_turns_are_negative() -> None:
    assert mirrored(np.array([1.0, 2.0, 3.0])).tolist() == [1.0, -2.0, 3.0]
    assert axial_mirrored(np.array([1.0, 2.0, 3.0])).tolist() == [-1.0, 2.0, -3.0]
    assert degrees_of(np.array([math.pi / 2, 0.0, 0.0]))[1] == pytest.approx(-90.0)
