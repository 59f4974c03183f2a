"""Places on roads: the kernels agree with the exact evaluation of the map package, there and back."""

import math

import numpy as np
import pytest
from tests.scenarios.roads.maps import BANKED, BENDS, CROSSING, LANE_DROP, TILTED, plan_of

from jing_maps.opendrive.place import lane_pose, road_pose
from jing_scenarios.roads import (
    NoSuchPlaceError,
    Pose6,
    RoadPlan,
    empty_plan,
    find_place,
    lane_at,
    lane_id_relative,
    place_at_lane,
    place_at_road,
    placed_on_lane,
)
from jing_scenarios.roads.levels import heights_at
from jing_scenarios.roads.place_rows import DRIVING, WALKING

NAN = math.nan


@pytest.fixture(params=[BENDS, BANKED], ids=["hills", "superelevation"])
def plan(request: pytest.FixtureRequest) -> RoadPlan:
    return plan_of(request.param)


@pytest.fixture
def bends() -> RoadPlan:
    return plan_of(BENDS)


@pytest.mark.parametrize("lane", [1, -1])
@pytest.mark.parametrize("s", [0.0, 3.0, 19.9, 27.0, 39.99, 40.0, 49.0, 55.5, 69.9, 70.0])
def test_a_lane_position_is_where_the_map_package_says(plan: RoadPlan, lane: int, s: float) -> None:
    exact = lane_pose(plan.odr, np.array([0]), np.array([lane]), np.array([s]), np.array([0.3]))
    pose = place_at_lane(plan, 0, lane, s, 0.3)
    assert [pose.x, pose.y, pose.z] == pytest.approx([exact.x_m[0], exact.y_m[0], exact.z_m[0]], abs=1e-9)
    assert math.remainder(pose.h - exact.heading_rad[0], math.tau) == pytest.approx(0, abs=1e-9)
    assert -pose.p == pytest.approx(exact.pitch_rad[0], abs=1e-9)


@pytest.mark.parametrize("s", [5.0, 33.0, 60.0])
def test_a_road_position_is_where_the_map_package_says(plan: RoadPlan, s: float) -> None:
    exact = road_pose(plan.odr, np.array([0]), np.array([s]), np.array([-1.2]))
    pose = place_at_road(plan, 0, s, -1.2)
    assert [pose.x, pose.y, pose.z] == pytest.approx([exact.x_m[0], exact.y_m[0], exact.z_m[0]], abs=1e-9)


@pytest.mark.parametrize("lane", [1, -1])
@pytest.mark.parametrize("s", [0.5, 21.0, 45.0, 66.0])
def test_a_pose_is_found_on_the_lane_it_came_from(plan: RoadPlan, lane: int, s: float) -> None:
    place = placed_on_lane(plan, 0, lane, s, -0.4)
    found = find_place(plan, place.pose)
    assert (found.road, found.lane) == (0, lane)
    assert [found.s, found.t, found.offset] == pytest.approx([place.s, place.t, place.offset], abs=1e-6)
    assert [found.z_rel, found.p_rel, found.r_rel] == pytest.approx([0, 0, 0], abs=1e-6)
    assert math.remainder(found.h_rel - place.h_rel, math.tau) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("t", [-3.0, 2.0])
def test_on_a_road_that_climbs_and_leans_the_t_axis_is_that_of_the_whole_rotation(t: float) -> None:
    plan, s = plan_of(TILTED), 25.0
    centre, pose = place_at_road(plan, 0, s, 0.0), place_at_road(plan, 0, s, t)
    pitch, roll = -math.atan(0.03), 0.02 + 0.001 * s
    ahead, left, up = t * math.sin(pitch) * math.sin(roll), t * math.cos(roll), t * math.cos(pitch) * math.sin(roll)
    line = road_pose(plan.odr, np.array([0]), np.array([s]), np.array([0.0]))
    cos, sin = math.cos(line.heading_rad[0]), math.sin(line.heading_rad[0])
    assert pose.x - centre.x == pytest.approx(ahead * cos - left * sin, abs=1e-9)
    assert pose.y - centre.y == pytest.approx(ahead * sin + left * cos, abs=1e-9)
    assert pose.z - centre.z == pytest.approx(up, abs=1e-9)
    found = find_place(plan, pose)
    assert [found.s, found.t, found.z_rel] == pytest.approx([s, t, 0.0], abs=1e-6)


def test_who_drives_a_left_lane_faces_against_s(bends: RoadPlan) -> None:
    assert placed_on_lane(bends, 0, 1, 10.0).h_rel == pytest.approx(math.pi)
    assert placed_on_lane(bends, 0, -1, 10.0).h_rel == 0.0


def test_what_a_pose_leaves_open_comes_from_the_road(bends: RoadPlan) -> None:
    flat = placed_on_lane(bends, 0, -1, 10.0)
    found = find_place(bends, Pose6(flat.x, flat.y, NAN, NAN, NAN, NAN))
    assert [found.z, found.p, found.r] == pytest.approx([flat.z, flat.p, flat.r], abs=1e-9)
    assert found.h == pytest.approx(flat.h, abs=1e-9)


def test_driving_downhill_and_uphill_pitch_opposite_ways(bends: RoadPlan) -> None:
    along, against = placed_on_lane(bends, 0, -1, 10.0), placed_on_lane(bends, 0, -1, 10.0, 0.0, (math.pi, 0.0, 0.0))
    assert along.p < 0 < against.p  # ISO 8855: nose up is negative, and the road rises


def test_a_place_beyond_the_end_belongs_to_the_road_but_lies_before_it() -> None:
    plan = plan_of(LANE_DROP)
    found = find_place(plan, Pose6(-5.0, -1.0, 0.0, 0.0, 0.0, 0.0))
    assert (found.road, found.s) == (0, 0.0)
    assert found.x == -5.0


def test_the_road_where_one_was_is_kept_while_one_is_on_it() -> None:
    plan = plan_of(CROSSING)
    inside = Pose6(103.0, 0.2, 0.0, 0.0, 0.0, 0.0)
    for row in (plan.row("12"), plan.row("13")):
        assert find_place(plan, inside, row, 2.0).road == row


def test_pedestrians_are_matched_to_sidewalks_and_cars_are_not() -> None:
    plan = plan_of(CROSSING)
    assert lane_at(plan, 0, 50.0, -4.5, DRIVING)[0] == -1
    assert lane_at(plan, 0, 50.0, -4.5, DRIVING | WALKING)[0] == -2


def test_a_lane_that_is_not_there_is_an_error_with_the_lanes_that_are(bends: RoadPlan) -> None:
    with pytest.raises(NoSuchPlaceError, match="no lane -4 at s=10; its lanes there are -1 to 1"):
        place_at_lane(bends, 0, -4, 10.0)
    with pytest.raises(NoSuchPlaceError, match=r"s=70\.5 is not on road 1, which is 70 m long"):
        place_at_lane(bends, 0, -1, 70.5)


@pytest.mark.parametrize(
    ("lane", "steps", "target"), [(-2, 1, -1), (-1, 1, 1), (1, -2, -2), (3, -1, 2), (0, 1, 1), (2, 0, 2)]
)
def test_lanes_are_counted_without_lane_0(lane: int, steps: int, target: int) -> None:
    assert lane_id_relative(lane, steps) == target


def test_heights_of_all_roads_at_a_place(bends: RoadPlan) -> None:
    place = placed_on_lane(bends, 0, -1, 25.0)
    assert heights_at(bends, place.x, place.y) == pytest.approx([place.z], abs=0.02)
    assert heights_at(bends, 500.0, 500.0) == []


def test_without_roads_everything_stays_where_it_is() -> None:
    found = find_place(empty_plan(), Pose6(3.0, 4.0, NAN, 1.0, NAN, NAN))
    assert found.pose == (3.0, 4.0, 0.0, 1.0, 0.0, 0.0)
    assert found.road == -1
