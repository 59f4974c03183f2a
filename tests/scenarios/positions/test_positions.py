"""Each position of the standard is where it says, with the orientation that it says."""

import math
from dataclasses import replace

import pytest
from tests.scenarios.positions.scenes import element, near_angle, orientation, scene_on, where
from tests.scenarios.roads.maps import BENDS, CROSSING, LANE_DROP, plan_of

from jing_maps.opendrive.model import Header
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.positions import position_of, route_of
from jing_scenarios.roads import empty_plan, road_plan

STRAIGHT = plan_of(LANE_DROP)
HALF = math.pi / 2


def test_a_lane_position_faces_as_one_drives_there() -> None:
    scene = scene_on(plan_of(CROSSING))
    right = where(scene, element("LanePosition", roadId="3", laneId="-1", s=20.0, offset=0.5))
    left = where(scene, element("LanePosition", roadId="3", laneId="1", s=20.0))
    assert [right.x, right.y] == pytest.approx([110 + 1.75 - 0.5, 30.0])
    assert near_angle(right.h, HALF)
    assert near_angle(left.h, -HALF)


def test_a_relative_orientation_turns_from_the_lane_and_an_absolute_one_from_the_map() -> None:
    scene = scene_on(plan_of(CROSSING))
    turned = where(scene, element("LanePosition", orientation("relative", h=0.2), roadId="3", laneId="1", s=20.0))
    absolute = where(scene, element("LanePosition", orientation("absolute", h=0.2), roadId="3", laneId="1", s=20.0))
    assert near_angle(turned.h, -HALF + 0.2)
    assert near_angle(absolute.h, 0.2)
    assert near_angle(absolute.h_rel, 0.2 - HALF)


def test_an_absolute_heading_on_a_hill_keeps_pitch_and_roll_of_the_road() -> None:
    scene = scene_on(plan_of(BENDS))
    flat = where(scene, element("RoadPosition", roadId="1", s=10.0, t=-1.0))
    turned = where(scene, element("RoadPosition", orientation("absolute", h=flat.h), roadId="1", s=10.0, t=-1.0))
    assert [turned.h, turned.p, turned.r] == pytest.approx([flat.h, flat.p, flat.r], abs=1e-9)
    assert flat.p < 0


def test_a_road_position_faces_along_s() -> None:
    place = where(scene_on(STRAIGHT), element("RoadPosition", roadId="1", s=5.0, t=-5.0))
    assert [place.x, place.y, place.h] == [5.0, -5.0, 0.0]
    assert place.lane == -2


def test_a_world_position_takes_from_the_road_what_it_does_not_say() -> None:
    scene = scene_on(plan_of(BENDS))
    on_lane = where(scene, element("LanePosition", roadId="1", laneId="-1", s=30.0))
    open_ = where(scene, element("WorldPosition", x=on_lane.x, y=on_lane.y))
    assert open_.pose == pytest.approx(on_lane.pose, abs=1e-6)
    said = where(scene, element("WorldPosition", x=on_lane.x, y=on_lane.y, z=9.0, h=1.0, p=0.1, r=0.2))
    assert said.pose[2:] == pytest.approx((9.0, 1.0, 0.1, 0.2))
    assert said.z_rel == pytest.approx(9.0 - on_lane.z)


def test_relative_world_and_object_positions_follow_an_entity() -> None:
    plan = plan_of(CROSSING)
    scene = scene_on(plan, ("3", -1, 20.0))
    world = position_of(element("RelativeWorldPosition", entityRef="ego", dx=1.0, dy=5.0), scene)
    ahead = position_of(element("RelativeObjectPosition", entityRef="ego", dx=5.0, dy=1.0), scene)
    assert world()[:2] == pytest.approx((112.75, 35.0))
    assert ahead()[:2] == pytest.approx((110.75, 35.0))
    assert near_angle(ahead().h, HALF)
    scene.motion.put(0, where(scene, element("LanePosition", roadId="1", laneId="-1", s=50.0)))
    assert ahead()[:2] == pytest.approx((55.0, -0.75))


def test_relative_positions_have_their_own_orientation() -> None:
    scene = scene_on(plan_of(CROSSING), ("3", -1, 20.0))
    turned = where(
        scene, element("RelativeObjectPosition", orientation("relative", h=0.3), entityRef="ego", dx=1.0, dy=0.0)
    )
    absolute = where(
        scene, element("RelativeWorldPosition", orientation("absolute", h=0.3), entityRef="ego", dx=1.0, dy=0.0)
    )
    assert near_angle(turned.h, HALF + 0.3)
    assert near_angle(absolute.h, 0.3)


@pytest.mark.parametrize(
    ("lane", "along", "target"),
    [
        (-1, {"dLane": 0, "ds": 30.0}, ("2", -1, 5.0)),
        (-1, {"dLane": -1, "ds": -10.0}, ("1", -2, 85.0)),
        (-1, {"dLane": 1, "ds": -10.0}, ("1", 1, 85.0)),
        (-1, {"dLane": 1, "dsLane": -10.0}, ("1", 1, 85.0)),
        (1, {"dLane": 0, "dsLane": 10.0}, ("1", 1, 85.0)),
        (1, {"dLane": 1, "dsLane": 10.0}, ("1", -1, 85.0)),
        (1, {"dLane": 0, "ds": -10.0}, ("1", 1, 85.0)),
    ],
)
def test_relative_lane_positions_go_along_s_or_along_the_lane(
    lane: int, along: dict[str, float], target: tuple[str, int, float]
) -> None:
    plan = plan_of(CROSSING)
    place = where(scene_on(plan, ("1", lane, 95.0)), element("RelativeLanePosition", entityRef="ego", **along))
    assert (plan.road_id(place.road), place.lane) == target[:2]
    assert place.s == pytest.approx(target[2])


def test_a_relative_lane_position_by_lane_faces_as_one_drives_and_its_offset_is_to_the_left_of_it() -> None:
    scene = scene_on(plan_of(CROSSING), ("1", 1, 50.0))
    by_lane = where(scene, element("RelativeLanePosition", entityRef="ego", dLane=0, dsLane=0.0, offset=0.5))
    by_s = where(scene, element("RelativeLanePosition", entityRef="ego", dLane=0, ds=0.0, offset=0.5))
    assert near_angle(by_lane.h, math.pi)
    assert near_angle(by_s.h, 0.0)
    assert [by_lane.y, by_s.y] == pytest.approx([1.75 - 0.5, 1.75 + 0.5])


def test_a_relative_road_position_adds_s_and_t() -> None:
    place = where(
        scene_on(STRAIGHT, ("1", -1, 20.0)), element("RelativeRoadPosition", entityRef="ego", ds=5.0, dt=-2.0)
    )
    assert [place.s, place.t] == pytest.approx([25.0, -3.75])


def route(*roads: tuple[str, int, float], closed: bool = False) -> Node:
    waypoints = (
        element(
            "Waypoint",
            element("Position", element("LanePosition", roadId=road, laneId=str(lane), s=s)),
            routeStrategy="shortest",
        )
        for road, lane, s in roads
    )
    return element("Route", *waypoints, name="r", closed=closed)


@pytest.mark.parametrize(
    ("path_s", "road", "s"), [(10.0, "1", 60.0), (60.0, "14", 10.0), (50 + 15.707963 + 20, "4", 80.0)]
)
def test_a_route_position_counts_metres_from_the_first_waypoint(path_s: float, road: str, s: float) -> None:
    plan = plan_of(CROSSING)
    inside = element("FromRoadCoordinates", pathS=path_s, t=-1.0)
    node = element(
        "RoutePosition",
        element("RouteRef", route(("1", -1, 50.0), ("4", 1, 30.0))),
        element("InRoutePosition", inside),
    )
    place = where(scene_on(plan), node)
    assert plan.road_id(place.road) == road
    assert place.s == pytest.approx(s, abs=1e-5)
    assert place.t == -1.0


def test_a_route_position_on_a_lane_and_one_of_an_entity() -> None:
    plan = plan_of(CROSSING)
    ref = element("RouteRef", route(("1", -1, 50.0), ("3", -1, 30.0)))
    scene = scene_on(plan, ("1", -1, 70.0), ("2", -1, 10.0))
    by_lane = element("FromLaneCoordinates", pathS=20.0, laneId="-2", laneOffset=0.25)
    place = where(scene, element("RoutePosition", ref, element("InRoutePosition", by_lane)))
    assert (plan.road_id(place.road), place.lane, place.s, place.offset) == ("1", -2, 70.0, 0.25)
    own = element("RoutePosition", ref, element("InRoutePosition", element("FromCurrentEntity", entityRef="ego")))
    assert where(scene, own) == scene.motion.placement(0)
    off = element("RoutePosition", ref, element("InRoutePosition", element("FromCurrentEntity", entityRef="other")))
    with pytest.raises(OpenScenarioError, match="'other' is not on the route"):
        where(scene, off)


def test_a_trajectory_position_is_beside_its_trajectory() -> None:
    corners = ((0.0, -3.0), (10.0, -3.0), (10.0, 7.0))
    vertices = (
        element("Vertex", element("Position", element("WorldPosition", x=x, y=y)), time=float(i))
        for i, (x, y) in enumerate(corners)
    )
    trajectory = element("Trajectory", element("Shape", element("Polyline", *vertices)), name="t", closed=False)
    node = element("TrajectoryPosition", element("TrajectoryRef", trajectory), s=15.0, t=1.0)
    place = where(scene_on(STRAIGHT), node)
    assert [place.x, place.y] == pytest.approx([9.0, 2.0])
    assert near_angle(place.h, HALF)


def test_a_geo_position_is_projected_as_the_road_network_says() -> None:
    header = Header(1, 6, geo_reference="+proj=tmerc +lat_0=39.8 +lon_0=116.5 +k=1 +x_0=0 +y_0=0 +datum=WGS84")
    plan = road_plan(replace(STRAIGHT.odr, header=header))
    place = where(scene_on(plan), element("GeoPosition", longitudeDeg=116.5, latitudeDeg=39.8))
    assert place[:2] == pytest.approx((0.0, 0.0), abs=1e-6)
    east = where(scene_on(plan), element("GeoPosition", longitudeDeg=116.5005, latitudeDeg=39.8, altitude=7.0))
    assert east.x == pytest.approx(42.8, abs=0.1)
    assert east.z == 7.0
    with pytest.raises(OpenScenarioError, match="needs a <geoReference>"):
        where(scene_on(STRAIGHT), element("GeoPosition", longitudeDeg=116.5, latitudeDeg=39.8))


def test_errors_name_the_element_and_what_is_there() -> None:
    scene = scene_on(STRAIGHT, ("1", -1, 5.0))
    with pytest.raises(OpenScenarioError, match="no road '7' in the road network; it has 1"):
        where(scene, element("LanePosition", roadId="7", laneId="-1", s=0.0))
    with pytest.raises(OpenScenarioError, match="LanePosition: road 1 has no lane 3"):
        where(scene, element("LanePosition", roadId="1", laneId="3", s=0.0))
    with pytest.raises(OpenScenarioError, match="laneId='x'"):
        where(scene, element("LanePosition", roadId="1", laneId="x", s=0.0))
    with pytest.raises(OpenScenarioError, match="NowherePosition is no position"):
        where(scene, element("NowherePosition"))
    lost = scene_on(empty_plan(), where(scene_on(empty_plan()), element("WorldPosition", x=0.0, y=0.0)))
    with pytest.raises(OpenScenarioError, match="'ego', which is on no road at 0 s"):
        where(lost, element("RelativeLanePosition", entityRef="ego", dLane=0, ds=1.0))


def test_an_s_beyond_the_road_is_its_end_with_a_warning() -> None:
    scene = scene_on(STRAIGHT)
    assert where(scene, element("RoadPosition", roadId="1", s=105.0, t=0.0)).s == 100.0
    assert "s=105 is not on road 1" in scene.warnings[0]
    near = scene_on(STRAIGHT, ("1", -1, 20.0))
    assert where(near, element("RelativeRoadPosition", entityRef="ego", ds=900.0, dt=0.0)).s == 100.0
    assert "RelativeRoadPosition leads beyond the end of road 1" in near.warnings[0]


@pytest.mark.parametrize("strategy", ["shortest", "fastest", "leastIntersections", "random"])
def test_routes_of_every_strategy_lead_over_the_crossing(strategy: str) -> None:
    plan = plan_of(CROSSING)
    ends = (("1", -1, 50.0), ("4", 1, 30.0))
    waypoints = [
        element(
            "Waypoint",
            element("Position", element("LanePosition", roadId=road, laneId=str(lane), s=s)),
            routeStrategy=strategy,
        )
        for road, lane, s in ends
    ]
    made = route_of(element("Route", *waypoints, name="r", closed=False), scene_on(plan))()
    assert [plan.road_id(row) for row in made.roads] == ["1", "14", "4"]
    assert made.length_m == pytest.approx(50 + 15.707963 + 70)
    assert made.found


def test_a_route_without_a_way_ends_early_with_a_warning() -> None:
    scene = scene_on(plan_of(CROSSING))
    made = route_of(route(("2", -1, 50.0), ("3", -1, 5.0)), scene)()
    assert not made.found
    assert "no roads lead along all waypoints of route 'r'" in scene.warnings[0]
