"""Trajectories: their geometry, their times, and what files may not say."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from tests.scenarios.positions.scenes import element, scene_on, where

from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.positions import trajectory_of
from jing_scenarios.roads import empty_plan
from jing_scenarios.trajectories import Trajectory
from jing_scenarios.trajectories.curves import ClothoidPiece, clothoid_table, nurbs_table
from jing_scenarios.trajectories.path_rows import AT_CORNERS, HELD, OVER_SEGMENT
from jing_scenarios.trajectories.polyline import Vertex, polyline_table

CORNER = [Vertex(0, 0, 0.0), Vertex(10, 0, 2.0), Vertex(10, 10, 4.0)]


def at(x: float, y: float, **more: float) -> Node:
    return element("Position", element("WorldPosition", x=x, y=y, **more))


def trajectory(shape: Node, *, closed: bool = False) -> Node:
    return element("Trajectory", element("Shape", shape), name="t", closed=closed)


def polyline(*points: tuple[float, float], times: bool = True) -> Node:
    vertices = (Node("Vertex", {"time": float(i)} if times else {}, (at(x, y),)) for i, (x, y) in enumerate(points))
    return element("Polyline", *vertices)


def test_a_polyline_by_distance_and_by_time() -> None:
    path = Trajectory("t", polyline_table(CORNER))
    assert path.length_m == 20.0
    assert path.at_distance(15.0)[:2] == pytest.approx((10.0, 5.0))
    assert path.at_time(3.0)[:2] == pytest.approx((10.0, 5.0))
    assert path.at_distance(99.0)[:2] == (10.0, 10.0)
    assert path.at_distance(15.0).time_s == pytest.approx(3.0)
    assert path.at_distance(5.0).speed_mps == pytest.approx(5.0)


def test_who_follows_by_driving_accelerates_evenly() -> None:
    path = Trajectory("t", polyline_table([Vertex(0, 0, 0.0), Vertex(10, 0, 2.0)], 2.0))
    # 10 m in 2 s from 2 m/s on: 3 m/s2.
    assert path.distance_at(1.0) == pytest.approx(2.0 + 1.5)
    assert path.at_distance(10.0).speed_mps == pytest.approx(8.0)


def test_who_has_too_much_time_stops_at_the_vertex_and_waits() -> None:
    path = Trajectory("t", polyline_table([Vertex(0, 0, 0.0), Vertex(10, 0, 10.0), Vertex(20, 0, 12.0)], 4.0))
    assert path.distance_at(5.0) == pytest.approx(10.0)
    assert path.distance_at(9.0) == pytest.approx(10.0)
    assert path.distance_at(12.0) == pytest.approx(20.0)


@pytest.mark.parametrize(
    ("way", "heading"), [(HELD, 0.0), (OVER_SEGMENT, math.pi / 4 * 0.9 * 2 / 1), (AT_CORNERS, math.pi / 2 * 0.25)]
)
def test_headings_change_over_segments_or_at_corners(way: int, heading: float) -> None:
    path = Trajectory("t", polyline_table(CORNER)).turning(way)
    assert path.at_distance(9.0).h == pytest.approx(heading if way != OVER_SEGMENT else math.pi / 2 * 0.9)
    assert path.at_distance(9.0).tangent == 0.0


def test_a_heading_of_the_file_is_kept_and_known_as_such() -> None:
    path = Trajectory("t", polyline_table([Vertex(0, 0, h=1.0), Vertex(10, 0), Vertex(20, 0)]))
    assert (path.at_distance(5.0).h, path.at_distance(5.0).said) == (0.5, True)
    assert path.at_distance(15.0).said is False


def test_a_polyline_with_heights_pitches_with_its_slope_and_one_without_lies_on_the_road() -> None:
    path = Trajectory("t", polyline_table([Vertex(0, 0, z=0.0), Vertex(10, 0, z=1.0)]))
    assert path.at_distance(5.0).z == pytest.approx(0.5)
    assert path.at_distance(5.0).p == pytest.approx(-math.atan(0.1))
    assert math.isnan(Trajectory("t", polyline_table(CORNER)).at_distance(5.0).z)


def test_a_polyline_leaves_the_road_and_comes_back_to_it() -> None:
    points = [Vertex(0, 0, ground=1.0), Vertex(10, 0, ground=2.0), Vertex(20, 0, z=8.0), Vertex(30, 0, ground=4.0)]
    path = Trajectory("t", polyline_table([*points, Vertex(40, 0, ground=5.0)]))
    heights = [path.at_distance(d).z for d in (5.0, 15.0, 25.0, 35.0, 40.0)]
    assert heights == pytest.approx([math.nan, 5.0, 6.0, math.nan, math.nan], nan_ok=True)
    assert path.at_distance(25.0).p == pytest.approx(math.atan(0.4))


def test_a_clothoid_is_exact_between_its_samples() -> None:
    path = Trajectory("t", clothoid_table([ClothoidPiece(1.0, 2.0, 0.3, 0.01, 0.11, 20.0, 0.0, 10.0)]), smooth=True)
    for d in (0.0, 0.77, 7.31, 13.13, 20.0):

        def angle(s: float) -> float:
            return 0.3 + 0.01 * s + 0.0025 * s**2

        x = 1.0 + quad(lambda s: math.cos(angle(s)), 0, d)[0]
        y = 2.0 + quad(lambda s: math.sin(angle(s)), 0, d)[0]
        point = path.at_distance(d)
        assert point[:2] == pytest.approx((x, y), abs=1e-6)
        assert point.h == pytest.approx(angle(d), abs=1e-5)
    assert path.distance_at(5.0) == pytest.approx(10.0)


def test_a_nurbs_with_weights_draws_a_circle() -> None:
    # A quarter of the unit circle (Piegl and Tiller, 1.4), scaled to 10 m.
    points = [Vertex(10, 0, 0.0), Vertex(10, 10, 1.0), Vertex(0, 10, 2.0)]
    path = Trajectory("t", nurbs_table(points, [1, math.sqrt(0.5), 1], [0, 0, 0, 1, 1, 1], 3), smooth=True)
    assert path.length_m == pytest.approx(math.pi * 5, abs=1e-9)
    for d in np.linspace(0, path.length_m, 41):
        point = path.at_distance(float(d))
        assert math.hypot(point.x, point.y) == pytest.approx(10.0, abs=1e-6)
        assert math.atan2(point.y, point.x) == pytest.approx(d / 10, abs=1e-6)


@pytest.mark.parametrize("order", [2, 3, 4, 5])
def test_a_nurbs_of_any_order_starts_and_ends_at_its_outer_points(order: int) -> None:
    corners = [(0, 0), (10, 5), (20, -5), (30, 0), (40, 8)]
    controls = [Node("ControlPoint", {"time": float(i)}, (at(x, y),)) for i, (x, y) in enumerate(corners)]
    inner = len(corners) - order
    knots = [0.0] * order + [(i + 1) / (inner + 1) for i in range(inner)] + [1.0] * order
    shape = element("Nurbs", *controls, *(element("Knot", value=value) for value in knots), order=order)
    path = trajectory_of(trajectory(shape), scene_on(empty_plan())).laid_out()
    assert path.at_distance(0.0)[:2] == pytest.approx((0, 0), abs=1e-6)
    assert path.at_distance(path.length_m)[:2] == pytest.approx((40, 8), abs=1e-6)
    assert path.at_distance(path.length_m).h == pytest.approx(math.atan2(8, 10), abs=1e-3)


def test_a_clothoid_spline_begins_at_who_follows_it_and_goes_on_from_piece_to_piece() -> None:
    segments = (
        element("ClothoidSplineSegment", curvatureStart=0.0, curvatureEnd=0.0, length=10.0, timeStart=0.0),
        element(
            "ClothoidSplineSegment", curvatureStart=0.1, curvatureEnd=0.1, length=15.707963267948966, timeStart=2.0
        ),
    )
    scene = scene_on(empty_plan(), where(scene_on(empty_plan()), element("WorldPosition", x=5.0, y=1.0, h=0.0)))
    shape = trajectory_of(trajectory(element("ClothoidSpline", *segments, timeEnd=6.0)), scene)
    path = shape.laid_out(0)
    assert path.at_distance(10.0)[:2] == pytest.approx((15.0, 1.0))
    assert path.at_distance(path.length_m)[:2] == pytest.approx((25.0, 11.0))
    assert path.distance_at(4.0) == pytest.approx(10 + 15.707963267948966 / 2)
    with pytest.raises(OpenScenarioError, match="needs a PositionStart"):
        shape.laid_out()


def test_a_closed_polyline_without_times_goes_round_and_one_with_times_ends() -> None:
    square = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
    scene = scene_on(empty_plan())
    path = trajectory_of(trajectory(polyline(*square, times=False), closed=True), scene).laid_out()
    assert path.length_m == 40.0
    assert path.at_distance(45.0)[:2] == pytest.approx((5.0, 0.0))
    timed = trajectory_of(trajectory(polyline(*square), closed=True), scene).laid_out()
    assert timed.at_distance(45.0)[:2] == (0.0, 10.0)


def test_positions_that_refer_to_an_entity_are_computed_when_it_is_laid_out() -> None:
    scene = scene_on(empty_plan(), where(scene_on(empty_plan()), element("WorldPosition", x=0.0, y=0.0, h=0.0)))
    ahead = element("Position", element("RelativeObjectPosition", entityRef="ego", dx=10.0, dy=0.0))
    start = element("Position", element("RelativeObjectPosition", entityRef="ego", dx=0.0, dy=0.0))
    shape = trajectory_of(trajectory(element("Polyline", element("Vertex", start), element("Vertex", ahead))), scene)
    scene.motion.pose[0, 0] = 100.0
    assert shape.laid_out(0).at_distance(4.0).x == pytest.approx(104.0)


def test_the_nearest_point_and_the_side() -> None:
    path = Trajectory("t", polyline_table(CORNER))
    assert path.nearest(4.0, -3.0) == pytest.approx((4.0, -3.0))
    assert path.nearest(8.0, 6.0) == pytest.approx((16.0, 2.0))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (polyline((0.0, 0.0)), "a Polyline has 1 Vertex"),
        (element("Clothoid", at(0, 0), curvature=0.0, length=0.0), "a length above 0 is right"),
        (
            element("Clothoid", at(0, 0), curvature=0.0, length=1.0, startTime=2.0, stopTime=1.0),
            "times of Clothoid fall",
        ),
        (element("ClothoidSpline"), "has no ClothoidSplineSegment"),
        (
            element(
                "Nurbs",
                *(element("ControlPoint", at(i, 0)) for i in range(3)),
                *(element("Knot", value=float(i)) for i in range(5)),
                order=3,
            ),
            r"Nurbs has 5 Knot; 3 ControlPoint \+ order 3 = 6 is right",
        ),
        (element("Nurbs", element("ControlPoint", at(0, 0)), order=3), "Nurbs order=3 with 1 ControlPoint"),
        (element("Circle"), "Circle is no shape"),
    ],
)
def test_what_is_no_curve_is_an_error(shape: Node, message: str) -> None:
    with pytest.raises(OpenScenarioError, match=message):
        trajectory_of(trajectory(shape), scene_on(empty_plan()))
