"""`carla.Map`, waypoints, landmarks, places on Earth."""

import math

import carla

from jing_sim.carla.conformance.bench import Bench, near, true
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []


def _turn(a: float, b: float) -> float:
    return abs((a - b + 180.0) % 360.0 - 180.0)


@check("map")
def name_and_text(bench: Bench) -> None:
    """A map has a name and its OpenDRIVE text."""
    true(bench.map.name, "no name")
    true("<OpenDRIVE" in bench.map.to_opendrive(), "no OpenDRIVE text")


@check("map")
def spawn_points_lie_on_driving_lanes(bench: Bench) -> None:
    """Spawn points lie on driving lanes, headed along them."""
    points = bench.map.get_spawn_points()
    true(points, "there is none")
    for place in points[:: max(len(points) // 50, 1)]:
        way = bench.map.get_waypoint(place.location, False, carla.LaneType.Driving)
        true(way is not None, f"no lane at {place.location}")
        true(_turn(way.transform.rotation.yaw, place.rotation.yaw) < 5.0, f"headed otherwise at {place.location}")


@check("map")
def spawn_yaws_are_normal(bench: Bench) -> None:
    """Yaws of spawn points lie between -180 and 180 degrees."""
    yaws = [place.rotation.yaw for place in bench.map.get_spawn_points()]
    true(all(-180.0 <= yaw <= 180.0 for yaw in yaws), f"from {min(yaws)} to {max(yaws)}")


@check("map")
def topology(bench: Bench) -> None:
    """get_topology gives pairs of waypoints that lead to each other."""
    pairs = bench.map.get_topology()
    true(pairs, "it is empty")
    for begin, end in pairs[:20]:
        true(begin.lane_id != 0 and end.lane_id != 0, "a reference lane in the topology")


@check("map")
def generated_waypoints(bench: Bench) -> None:
    """generate_waypoints covers the roads at a distance."""
    fine, coarse = len(bench.map.generate_waypoints(10.0)), len(bench.map.generate_waypoints(40.0))
    true(fine > coarse > 0, f"{fine} at 10 m, {coarse} at 40 m")


@check("map")
def waypoint_by_road(bench: Bench) -> None:
    """get_waypoint_xodr finds a waypoint by road, lane and s."""
    way = bench.map.get_waypoint(bench.point(0).location)
    same = bench.map.get_waypoint_xodr(way.road_id, way.lane_id, way.s)
    near(same.transform.location.distance(way.transform.location), 0.0, 0.05, "distance")


@check("map")
def next_and_previous(bench: Bench) -> None:
    """next(d) lies d ahead; previous leads back."""
    way = bench.map.get_waypoint(bench.point(0).location)
    ahead = way.next(5.0)[0]
    near(ahead.transform.location.distance(way.transform.location), 5.0, 0.1, "distance")
    back = ahead.previous(5.0)[0]
    near(back.transform.location.distance(way.transform.location), 0.0, 0.1, "way back")


@check("map")
def next_until_lane_end(bench: Bench) -> None:
    """next_until_lane_end gives waypoints on the same road and lane."""
    way = bench.map.get_waypoint(bench.point(0).location)
    path = way.next_until_lane_end(2.0)
    true(path, "it is empty")
    true(all((w.road_id, w.lane_id) == (way.road_id, way.lane_id) for w in path[:5]), "another lane")


@check("map")
def neighbours_are_a_lane_away(bench: Bench) -> None:
    """get_left_lane and get_right_lane lie about a lane's width aside."""
    for place in bench.map.get_spawn_points()[:200]:
        way = bench.map.get_waypoint(place.location)
        other = way.get_right_lane()
        if other is not None and other.lane_type == carla.LaneType.Driving and other.lane_id * way.lane_id > 0:
            wide = 0.5 * (way.lane_width + other.lane_width)
            near(other.transform.location.distance(way.transform.location), wide, 0.3, "distance")
            return


@check("map")
def junctions_have_boxes(bench: Bench) -> None:
    """A waypoint in a junction knows it, with its bounding box and its ways through."""
    for begin, _ in bench.map.get_topology():
        if begin.is_junction:
            junction = begin.get_junction()
            true(junction.id >= 0, "no id")
            true(junction.bounding_box.extent.x > 0, "no box")
            true(junction.get_waypoints(carla.LaneType.Driving), "no ways")
            return


@check("map")
def landmarks_of_lights(bench: Bench) -> None:
    """Lights are landmarks of type 1000001, and lead to their actors."""
    marks = bench.map.get_all_landmarks_of_type("1000001")
    if not marks:
        return
    light = bench.world.get_traffic_light(marks[0])
    true(light is not None, "a landmark without its light")
    true(light.type_id.startswith("traffic.traffic_light"), light.type_id)


@check("map")
def geolocation(bench: Bench) -> None:
    """transform_to_geolocation: 100 m along an axis are 100 m on Earth."""
    here = bench.map.transform_to_geolocation(carla.Location())
    aside = bench.map.transform_to_geolocation(carla.Location(y=-100.0))
    near(abs(aside.latitude - here.latitude) * 111_132.0, 100.0, 1.0, "metres along y")
    east = bench.map.transform_to_geolocation(carla.Location(x=100.0))
    wide = 111_320.0 * math.cos(math.radians(here.latitude))
    near((east.longitude - here.longitude) * wide, 100.0, 1.0, "metres along x")


@check("map")
def crosswalks(bench: Bench) -> None:
    """get_crosswalks gives corners, each ring closed."""
    corners = bench.map.get_crosswalks()
    true(isinstance(corners, list), "no list")
    if corners:
        true(len(corners) >= 5, f"{len(corners)} corners")


@check("map")
def lane_markings(bench: Bench) -> None:
    """A waypoint knows the markings beside it."""
    way = bench.map.get_waypoint(bench.point(0).location)
    true(way.left_lane_marking.type is not None, "no marking")
    true(way.right_lane_marking.width >= 0.0, "negative width")
    true(way.lane_change is not None, "no lane_change")


@check("map")
def navigation(bench: Bench) -> None:
    """get_random_location_from_navigation gives a location, or None without pedestrian navigation."""
    place = bench.world.get_random_location_from_navigation()
    true(place is None or isinstance(place, carla.Location), f"{place!r}")
