import numpy as np
import pytest

from jing_maps.polylines import Polylines

L_SHAPE = np.array([[0.0, 0, 0], [3, 0, 1], [3, 4, 2]])
LINE = np.array([[10.0, 10, 5], [10, 12, 5]])


def test_lines_are_packed_and_given_back() -> None:
    lines = Polylines.from_list([L_SHAPE, LINE])
    assert len(lines) == 2
    np.testing.assert_array_equal(lines[0], L_SHAPE)
    np.testing.assert_array_equal(lines[1], LINE)
    assert lines.first.dtype == np.int32


def test_flat_lines_get_height_zero() -> None:
    np.testing.assert_array_equal(Polylines.from_list([L_SHAPE[:, :2]])[0][:, 2], 0.0)


def test_lengths_are_those_in_the_plane() -> None:
    lines = Polylines.from_list([L_SHAPE, np.zeros((0, 3)), LINE])
    np.testing.assert_allclose(lines.lengths_m(), [7.0, 0.0, 2.0])
    np.testing.assert_allclose(lines.station_m, [0, 3, 7, 0, 2])


def test_empty_lines_at_either_end_do_no_harm() -> None:
    lines = Polylines.from_list([np.zeros((0, 3)), LINE, np.zeros((0, 3))])
    np.testing.assert_allclose(lines.lengths_m(), [0.0, 2.0, 0.0])
    np.testing.assert_allclose(Polylines.empty(3).lengths_m(), [0.0, 0.0, 0.0])
    assert len(Polylines.empty()) == 0


@pytest.mark.parametrize(
    ("line", "s_m", "point", "heading_rad"),
    [
        (0, 0.0, (0, 0, 0), 0.0),
        (0, 1.5, (1.5, 0, 0.5), 0.0),
        (0, 3.0, (3, 0, 1), np.pi / 2),
        (0, 5.0, (3, 2, 1.5), np.pi / 2),
        (0, 7.0, (3, 4, 2), np.pi / 2),
        (0, 9.0, (3, 6, 2.5), np.pi / 2),
        (0, -1.0, (-1, 0, -1 / 3), 0.0),
        (1, 1.0, (10, 11, 5), np.pi / 2),
    ],
)
def test_places_along_a_line_are_interpolated_and_go_on_straight(
    line: int, s_m: float, point: tuple[float, float, float], heading_rad: float
) -> None:
    lines = Polylines.from_list([L_SHAPE, LINE])
    x, y, z, heading = lines.locate(np.array([line], np.int32), np.array([s_m]))
    np.testing.assert_allclose([x[0], y[0], z[0]], point, atol=1e-12)
    assert heading[0] == pytest.approx(heading_rad)


def test_chosen_lines_come_in_the_order_asked_for() -> None:
    taken = Polylines.from_list([L_SHAPE, LINE]).take(np.array([1, 0, 1], np.int32))
    assert len(taken) == 3
    np.testing.assert_array_equal(taken[0], LINE)
    np.testing.assert_array_equal(taken[1], L_SHAPE)
