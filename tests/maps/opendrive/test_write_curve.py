import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from jing_maps.opendrive.write_curve import fit_curve

Float = NDArray[np.float64]


def _circle(n: int, radius_m: float = 15.0) -> Float:
    angle = np.linspace(0, np.pi / 2, n)
    return np.stack([radius_m * np.sin(angle), radius_m * (1 - np.cos(angle))], axis=1)


def test_a_straight_polyline_becomes_one_line() -> None:
    curve = fit_curve(np.array([[0.0, 0], [10, 5], [20, 10], [40, 20]]))
    assert len(curve.start_m) == 1
    assert not curve.cubic.any()
    np.testing.assert_allclose(curve.total_m, np.hypot(40, 20))


def test_samples_of_a_circle_give_the_circle_back() -> None:
    curve = fit_curve(_circle(9), 0.0, np.pi / 2)
    x, y, heading = curve.locate(np.linspace(0, curve.total_m, 200))
    assert len(curve.start_m) <= 3
    assert np.abs(np.hypot(x, y - 15) - 15).max() < 0.03
    assert np.degrees(np.abs(heading - np.linspace(0, np.pi / 2, 200))).max() < 1.0


def test_a_corner_between_long_chords_is_rounded_within_the_tolerance() -> None:
    line = np.array([[0.0, 0], [100, 0], [180, 60]])
    curve = fit_curve(line)
    x, y, heading = curve.locate(np.linspace(0, curve.total_m, 4000))
    assert shapely.distance(shapely.points(x, y), shapely.LineString(line)).max() < 0.09
    assert np.abs(np.diff(heading)).max() < 0.1


def test_pieces_join_in_place_and_heading() -> None:
    rng = np.random.default_rng(3)
    curve = fit_curve(np.cumsum(np.stack([rng.uniform(2, 30, 40), rng.uniform(-6, 6, 40)], axis=1), axis=0))
    before, after = curve.start_m[1:] - 1e-9, curve.start_m[1:] + 1e-9
    for a, b in zip(curve.locate(before), curve.locate(after), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_prescribed_headings_are_kept_at_the_ends() -> None:
    curve = fit_curve(np.array([[0.0, 0], [30, 0], [60, 10]]), 0.05, 0.25)
    _, _, heading = curve.locate(np.array([0.0, curve.total_m]))
    np.testing.assert_allclose(heading, [0.05, 0.25], atol=1e-9)


def test_projection_finds_places_beside_a_tight_bend() -> None:
    curve = fit_curve(_circle(30, 8.0), 0.0, np.pi / 2)
    s = np.linspace(0.5, curve.total_m - 0.5, 50)
    x, y, heading = curve.locate(s)
    for aside in (-10.0, -3.0, 3.0):
        found, t = curve.project(np.stack([x - aside * np.sin(heading), y + aside * np.cos(heading)], axis=1))
        np.testing.assert_allclose(t, aside, atol=0.02)
        np.testing.assert_allclose(found, s, atol=0.1)


@pytest.mark.parametrize("points", [[[1.0, 2], [1, 2]], [[0.0, 0], [0.001, 0], [0.002, 0]]])
def test_points_that_fall_together_give_a_curve_of_two_centimetres(points: list[list[float]]) -> None:
    assert fit_curve(np.array(points)).total_m == pytest.approx(0.02)
