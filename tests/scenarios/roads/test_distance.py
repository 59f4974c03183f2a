"""Distances in all coordinate systems, between reference points and between boxes."""

import math

import numpy as np
import pytest
from tests.scenarios.positions.scenes import scene_on
from tests.scenarios.roads.maps import CROSSING, LANE_DROP, plan_of

from jing_scenarios.positions import Following
from jing_scenarios.roads import placed_on_lane
from jing_scenarios.roads.distance import distance_of
from jing_scenarios.roads.lanes import lane_steps_between
from jing_scenarios.routes import route_through
from jing_scenarios.trajectories.polyline import Vertex, polyline_table
from jing_scenarios.trajectories.trajectory import Trajectory

CROSS, STRAIGHT = plan_of(CROSSING), plan_of(LANE_DROP)
ARC = math.pi / 2 * 10


@pytest.mark.parametrize(
    ("second", "ahead"),
    [
        (("1", -1, 80.0), 30.0),
        (("1", -1, 20.0), -30.0),
        (("2", -1, 10.0), 50.0 + 20 + 10),
        (("3", -1, 10.0), 50.0 + ARC + 10),
        (("4", 1, 90.0), 50.0 + ARC + 10),
    ],
)
def test_along_roads_the_shortest_way_over_junctions_counts(second: tuple[str, int, float], ahead: float) -> None:
    scene = scene_on(CROSS, ("1", -1, 50.0), second)
    assert distance_of(scene, 0, 1, "longitudinal", "road", False)() == pytest.approx(ahead)
    assert distance_of(scene, 0, 1, "longitudinal", "lane", False)() == pytest.approx(ahead)


def test_what_is_behind_counts_negative_also_over_a_junction_that_is_one_way() -> None:
    scene = scene_on(CROSS, ("2", -1, 10.0), ("1", -1, 50.0))
    assert distance_of(scene, 0, 1, "longitudinal", "road", False)() == pytest.approx(-(50.0 + 20 + 10))


def test_who_faces_against_s_sees_smaller_s_ahead() -> None:
    scene = scene_on(CROSS, ("1", 1, 50.0), ("1", 1, 20.0))
    assert distance_of(scene, 0, 1, "longitudinal", "road", False)() == pytest.approx(30.0)


def test_without_a_way_there_is_no_distance() -> None:
    scene = scene_on(CROSS, ("2", -1, 10.0), ("3", -1, 50.0))
    metres = distance_of(scene, 0, 1, "longitudinal", "road", False)
    assert metres() == pytest.approx(10 + 20 + ARC + 50) or math.isnan(metres())


def test_lateral_distance_on_the_road_and_lanes_between() -> None:
    scene = scene_on(STRAIGHT, ("1", -1, 10.0), ("1", -2, 30.0))
    assert distance_of(scene, 0, 1, "lateral", "road", False)() == pytest.approx(-3.5)
    assert lane_steps_between(scene, 0, 1) == (-1, False)
    assert lane_steps_between(scene_on(CROSS, ("1", -1, 10.0), ("2", 1, 30.0)), 0, 1) == (1, True)


def test_in_the_frame_of_the_entity() -> None:
    scene = scene_on(CROSS, ("3", -1, 20.0), ("3", 1, 50.0))
    assert distance_of(scene, 0, 1, "longitudinal", "entity", False)() == pytest.approx(30.0)
    assert distance_of(scene, 0, 1, "lateral", "entity", False)() == pytest.approx(3.5)
    assert distance_of(scene, 0, 1, "euclidianDistance", "entity", False)() == pytest.approx(math.hypot(30, 3.5))


@pytest.mark.parametrize("system", ["entity", "road"])
def test_between_boxes_their_sizes_are_taken_off(system: str) -> None:
    # Boxes reach from 1 m behind to 3 m before the reference point, and 1 m to each side.
    scene = scene_on(STRAIGHT, ("1", -1, 10.0), ("1", -2, 30.0))
    assert distance_of(scene, 0, 1, "longitudinal", system, True)() == pytest.approx(20 - 3 - 1)
    assert distance_of(scene, 1, 0, "longitudinal", system, True)() == pytest.approx(-(20 - 3 - 1))
    assert distance_of(scene, 0, 1, "lateral", system, True)() == pytest.approx(-1.5)
    assert distance_of(scene, 0, 1, "euclidianDistance", system, True)() == pytest.approx(math.hypot(16, 1.5))


@pytest.mark.parametrize("system", ["entity", "road"])
def test_boxes_that_are_level_have_no_distance_along(system: str) -> None:
    scene = scene_on(STRAIGHT, ("1", -1, 10.0), ("1", -2, 12.0))
    assert distance_of(scene, 0, 1, "longitudinal", system, True)() == 0.0
    assert distance_of(scene, 0, 1, "lateral", system, True)() == pytest.approx(-1.5)
    inside = scene_on(STRAIGHT, ("1", -1, 10.0), ("1", -1, 11.0))
    assert distance_of(inside, 0, 1, "euclidianDistance", system, True)() == 0.0


def test_a_place_has_no_box() -> None:
    scene = scene_on(STRAIGHT, ("1", -1, 10.0))
    there = placed_on_lane(STRAIGHT, 0, -1, 30.0)
    assert distance_of(scene, 0, lambda: there, "longitudinal", "road", False)() == pytest.approx(20.0)
    assert distance_of(scene, 0, lambda: there, "longitudinal", "road", True)() == pytest.approx(17.0)
    assert distance_of(scene, 0, lambda: there, "euclidianDistance", "entity", True)() == pytest.approx(17.0)


def test_in_the_world_axes_count() -> None:
    scene = scene_on(CROSS, ("3", -1, 20.0), ("3", 1, 50.0))
    assert distance_of(scene, 0, 1, "longitudinal", "world", False)() == pytest.approx(-3.5)
    assert distance_of(scene, 0, 1, "lateral", "world", False)() == pytest.approx(30.0)


def test_along_a_trajectory() -> None:
    bend = Trajectory("bend", polyline_table([Vertex(0, 0), Vertex(50, 0), Vertex(50, 50)]))
    scene = scene_on(STRAIGHT, ("1", -1, 10.0), ("1", -2, 60.0))
    scene.following[0] = Following(bend, 10.0)
    assert distance_of(scene, 0, 1, "longitudinal", "trajectory", False)() == pytest.approx(40.0)
    scene.motion.pose[1, :2] = 52.0, 20.0
    assert distance_of(scene, 0, 1, "longitudinal", "trajectory", False)() == pytest.approx(60.0)
    assert distance_of(scene, 0, 1, "lateral", "trajectory", False)() == pytest.approx(-2.0)
    scene.following[1] = Following(bend, 75.0, 1.0)
    assert distance_of(scene, 0, 1, "longitudinal", "trajectory", False)() == pytest.approx(65.0)


def test_lanes_bend_where_roads_do_not() -> None:
    scene = scene_on(STRAIGHT, ("1", -2, 10.0), ("1", -2, 60.0))
    scene.by_road = False
    assert distance_of(scene, 0, 1, "lateral", "lane", False)() == pytest.approx(0.0)
    assert distance_of(scene, 0, 1, "lateral", "road", False)() == pytest.approx(0.875)
    assert not np.isnan(distance_of(scene, 0, 1, "longitudinal", "lane", False)())


@pytest.mark.parametrize("routing", ["shortest", "fastest", "leastIntersections"])
def test_along_the_way_that_a_strategy_finds(routing: str) -> None:
    scene = scene_on(CROSS, ("1", -1, 50.0), ("3", -1, 10.0), ("1", -1, 20.0))
    assert distance_of(scene, 0, 1, "longitudinal", "road", False, routing=routing)() == pytest.approx(50 + ARC + 10)
    assert distance_of(scene, 0, 2, "longitudinal", "road", False, routing=routing)() == pytest.approx(-30.0)
    assert math.isnan(distance_of(scene, 1, 0, "longitudinal", "road", False, routing=routing)())


def test_along_the_own_route() -> None:
    scene = scene_on(CROSS, ("1", -1, 50.0), ("3", -1, 10.0), ("2", -1, 10.0))
    metres = distance_of(scene, 0, 1, "longitudinal", "road", False, routing="assignedRoute")
    assert math.isnan(metres())
    places = [scene.motion.placement(0), placed_on_lane(CROSS, CROSS.row("3"), -1, 50.0)]
    scene.assign_route(0, route_through(scene, places, ["shortest", "shortest"]))
    assert metres() == pytest.approx(50 + ARC + 10)
    assert math.isnan(distance_of(scene, 0, 2, "longitudinal", "road", False, routing="assignedRoute")())
