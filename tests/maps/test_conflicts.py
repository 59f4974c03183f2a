import numpy as np

from jing_maps.columns import ConflictKind
from jing_maps.conflicts import ConnectorShapes, Meetings, find_conflicts, stretches
from jing_maps.polylines import Polylines


def _shapes(lines: list[list[tuple[float, float]]], to_lane: list[int], width_m: float = 3.5) -> ConnectorShapes:
    centre = Polylines.from_list([np.array(line, float) for line in lines])
    n = len(lines)
    return ConnectorShapes(
        junction=np.zeros(n, np.int32),
        from_lane=np.arange(n, dtype=np.int32),
        to_lane=np.array(to_lane, np.int32),
        width_m=np.full(n, width_m),
        length_m=centre.lengths_m(),
        centre=centre,
    )


def _pairs(meetings: Meetings) -> list[tuple[int, int]]:
    return list(zip(meetings.first.tolist(), meetings.second.tolist(), strict=True))


def test_a_right_angle_crossing_covers_the_swept_width_on_both() -> None:
    found = find_conflicts(_shapes([[(-10, 0), (10, 0)], [(0, -10), (0, 10)]], [10, 11]))
    assert _pairs(found) == [(0, 1)]
    assert found.kind[0] == ConflictKind.CROSSING
    np.testing.assert_allclose([found.first_enter_m[0], found.first_exit_m[0]], [7.8, 12.2])
    np.testing.assert_allclose([found.second_enter_m[0], found.second_exit_m[0]], [7.8, 12.2])


def test_a_merge_lasts_until_the_common_end() -> None:
    found = find_conflicts(_shapes([[(0, 0), (20, 0)], [(0, 10), (20, 0)]], [10, 10]))
    assert found.kind[0] == ConflictKind.MERGING
    assert 10 < found.first_enter_m[0] < 20
    np.testing.assert_allclose(found.first_exit_m[0], 20.0)
    np.testing.assert_allclose(found.second_exit_m[0], np.hypot(20, 10))


def test_parallel_lanes_are_not_in_conflict() -> None:
    assert len(find_conflicts(_shapes([[(0, 0), (20, 0)], [(0, 3.2), (20, 3.2)]], [10, 11], 3.2))) == 0
    assert len(find_conflicts(_shapes([[(0, 0), (20, 0)], [(0, 2.0), (20, 2.0)]], [10, 11], 2.0))) == 0


def test_connectors_from_one_lane_diverge_without_conflict() -> None:
    shapes = _shapes([[(0, 0), (20, 0)], [(0, 0), (20, 10)]], [10, 11])
    same_lane = ConnectorShapes(
        shapes.junction, np.zeros(2, np.int32), shapes.to_lane, shapes.width_m, shapes.length_m, shapes.centre
    )
    assert len(find_conflicts(same_lane)) == 0


def test_stretches_follow_the_driven_length() -> None:
    shapes = _shapes([[(-10, 0), (10, 0)], [(0, -10), (0, 10)]], [10, 11])
    stretched = ConnectorShapes(
        shapes.junction, shapes.from_lane, shapes.to_lane, shapes.width_m, np.array([40.0, 20.0]), shapes.centre
    )
    found = stretches(stretched, np.array([0], np.int32), np.array([1], np.int32))
    np.testing.assert_allclose([found.first_enter_m[0], found.second_enter_m[0]], [15.6, 7.8])


def test_given_pairs_that_never_meet_are_left_out() -> None:
    shapes = _shapes([[(0, 0), (20, 0)], [(0, 30), (20, 30)]], [10, 11])
    assert len(stretches(shapes, np.array([0], np.int32), np.array([1], np.int32))) == 0


def test_no_connectors_have_no_conflicts() -> None:
    assert len(find_conflicts(_shapes([], []))) == 0
