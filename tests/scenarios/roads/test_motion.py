"""Moving along lanes: over sections, links and junctions, to the end of the road, and back."""

import math

import pytest
from tests.scenarios.roads.maps import BENDS, CROSSING, LANE_DROP, plan_of

from jing_scenarios.roads import RoadMotion, RoadPlan, empty_plan, placed_on_lane
from jing_scenarios.roads.moving import moved_along
from jing_scenarios.roads.place_rows import (
    ALONG,
    END_OF_ROAD,
    FLAGS,
    HELD_LANE,
    HELD_OFFSET,
    LANE,
    LANE_CHANGE,
    LANE_SET,
    OFF_ROAD,
    OFFSET,
    POSE_SET,
    ROAD,
    H,
    S,
    X,
    Y,
)


def on_lane(plan: RoadPlan, road: int, lane: int, s: float, offset: float = 0.0) -> RoadMotion:
    motion = RoadMotion(plan, 1)
    motion.put(0, placed_on_lane(plan, road, lane, s, offset))
    return motion


def drive(motion: RoadMotion, ds: float, steps: int = 1) -> None:
    for _ in range(steps):
        motion.how[0], motion.ds_m[0] = ALONG, ds / steps
        motion.step()


def test_a_metre_is_a_metre_of_the_driven_line_in_a_curve() -> None:
    motion = on_lane(plan_of(BENDS), 0, -1, 1.0, -4.0)
    before = motion.placement(0)
    drive(motion, 0.01)
    after = motion.placement(0)
    assert math.dist(before[:2], after[:2]) == pytest.approx(0.01, rel=1e-3)
    assert after.s - before.s < 0.0095  # outside of a left curve s grows more slowly


def test_offset_and_heading_relative_to_the_lane_stay() -> None:
    motion = on_lane(plan_of(BENDS), 0, -1, 5.0, 0.5)
    drive(motion, 50.0, 500)
    place = motion.placement(0)
    assert (place.lane, place.h_rel) == (-1, 0.0)
    assert place.offset == pytest.approx(0.5)


def test_on_a_left_lane_one_drives_towards_smaller_s() -> None:
    motion = on_lane(plan_of(BENDS), 0, 1, 60.0)
    drive(motion, 30.0, 100)
    assert motion.placement(0).s < 35.0
    assert motion.placement(0).lane == 1


def test_a_negative_distance_is_driven_backwards() -> None:
    motion = on_lane(plan_of(LANE_DROP), 0, -1, 60.0)
    drive(motion, -30.0)
    assert motion.placement(0).x == pytest.approx(30.0)


def test_who_is_on_a_lane_that_vanishes_goes_on_on_its_neighbour() -> None:
    motion = on_lane(plan_of(LANE_DROP), 0, -2, 70.0)
    drive(motion, 9.0, 90)
    assert motion.placement(0).lane == -2
    drive(motion, 5.0, 50)
    assert motion.placement(0).lane == -1


def test_the_end_of_the_road_stops_and_is_flagged() -> None:
    motion = on_lane(plan_of(LANE_DROP), 0, -1, 99.0)
    drive(motion, 3.0)
    assert motion.placement(0).x == pytest.approx(100.0)
    assert motion.on[0, FLAGS] & END_OF_ROAD


def test_without_a_route_the_straightest_way_is_taken() -> None:
    plan = plan_of(CROSSING)
    motion = on_lane(plan, plan.row("1"), -1, 95.0)
    drive(motion, 40.0, 400)
    place = motion.placement(0)
    assert plan.road_id(place.road) == "2"
    assert [place.x, place.y] == pytest.approx([135.0, -1.75])


@pytest.mark.parametrize(("angle", "road"), [(1.5, "3"), (-1.5, "4"), (0.2, "2")])
def test_an_angle_says_which_way_to_turn(angle: float, road: str) -> None:
    plan = plan_of(CROSSING)
    motion = on_lane(plan, plan.row("1"), -1, 95.0)
    motion.turn_by(0, angle)
    drive(motion, 40.0, 400)
    assert plan.road_id(motion.placement(0).road) == road


@pytest.mark.parametrize("by", ["14", "4"])
def test_a_route_decides_at_the_junction_with_or_without_connecting_roads(by: str) -> None:
    plan = plan_of(CROSSING)
    motion = on_lane(plan, plan.row("1"), -1, 95.0, 0.5)
    motion.set_path(0, [plan.row(road) for road in dict.fromkeys(("1", by, "4"))])
    drive(motion, 40.0, 400)
    place = motion.placement(0)
    # Road 4 is entered at its end: s falls, the lane is a left one, and what was left of the lane's centre is right.
    assert (plan.road_id(place.road), place.lane) == ("4", 1)
    assert place.offset == pytest.approx(-0.5)
    assert math.cos(place.h_rel) == pytest.approx(-1.0)
    assert place.h == pytest.approx(-math.pi / 2)
    assert motion.passed(0) == len(motion.path(0)) - 1


def test_moving_is_continuous_over_links() -> None:
    plan = plan_of(CROSSING)
    motion = on_lane(plan, plan.row("1"), -1, 99.0)
    motion.set_path(0, [plan.row(road) for road in ("1", "13", "3")])
    before = motion.placement(0)
    for _ in range(300):
        drive(motion, 0.1)
        after = motion.placement(0)
        assert math.dist(before[:2], after[:2]) == pytest.approx(0.1, abs=0.02)  # the step is scaled at its begin
        before = after


def test_a_closed_route_is_driven_again_and_again() -> None:
    motion = RoadMotion(plan_of(CROSSING), 2)
    motion.set_path(1, [3, 4], closed=True)
    motion.set_path(0, [0, 1], closed=False)
    assert motion.path_at(1)[1:] == (2, 4, 2)
    assert motion.path_at(0)[1:] == (0, 2, -1)


def test_an_offset_beyond_the_road_is_off_the_road() -> None:
    motion = on_lane(plan_of(LANE_DROP), 0, -1, 10.0)
    motion.how[0] = LANE_SET
    motion.along[0, OFFSET] = 8.0
    motion.step()
    assert motion.on[0, FLAGS] & OFF_ROAD


def test_a_lane_change_reports_the_nearest_lane_and_keeps_the_one_it_follows() -> None:
    motion = on_lane(plan_of(LANE_DROP), 0, -1, 10.0)
    motion.on[0, LANE], motion.along[0, OFFSET] = -2, 3.0
    motion.how[0], motion.ds_m[0] = LANE_CHANGE, 1.0
    motion.step()
    assert (motion.on[0, LANE], motion.along[0, OFFSET]) == (-1, pytest.approx(-0.5))
    assert (motion.on[0, HELD_LANE], motion.along[0, HELD_OFFSET]) == (-2, 3.0)
    assert motion.pose[0, X] == pytest.approx(11.0)


def test_a_pose_that_was_set_finds_its_road_again() -> None:
    motion = on_lane(plan_of(LANE_DROP), 0, -1, 10.0)
    motion.pose[0, [X, Y, H]] = 20.0, -5.0, 0.1
    motion.how[0] = POSE_SET
    motion.step()
    assert (motion.on[0, ROAD], motion.on[0, LANE], motion.along[0, S]) == (0, -2, pytest.approx(20.0))
    assert motion.placement(0).h_rel == pytest.approx(0.1)


def test_without_roads_one_goes_where_one_faces() -> None:
    motion = RoadMotion(empty_plan(), 1)
    motion.pose[0, H] = math.pi / 2
    drive(motion, 3.0)
    assert motion.placement(0)[:2] == pytest.approx((0.0, 3.0))
    motion.pose[0] = 1.0, 2.0, math.nan, 0.5, math.nan, math.nan
    motion.how[0] = POSE_SET
    motion.step()
    assert motion.placement(0).pose == (1.0, 2.0, 0.0, 0.5, 0.0, 0.0)


def test_looking_ahead_moves_nobody() -> None:
    plan = plan_of(CROSSING)
    motion = on_lane(plan, plan.row("1"), -1, 95.0, 0.25)
    there = moved_along(motion, 0, 30.0)
    assert (plan.road_id(there.road), there.offset) == ("2", 0.25)
    assert there.s == pytest.approx(5.0)
    assert motion.placement(0).s == 95.0
    assert moved_along(motion, 0, -200.0).ended
