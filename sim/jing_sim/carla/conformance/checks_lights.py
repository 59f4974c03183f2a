"""`carla.TrafficLight`, signs, and the vehicle at a light."""

import math

import carla

from jing_sim.carla.conformance.bench import Bench, equal, near, true
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []

_STATES = carla.TrafficLightState


def _lights(bench: Bench) -> list["carla.TrafficLight"]:
    return list(bench.world.get_actors().filter("traffic.traffic_light*"))


@check("lights")
def are_actors(bench: Bench) -> None:
    """Lights are actors with a state and times."""
    for light in _lights(bench)[:20]:
        true(light.state in (_STATES.Red, _STATES.Yellow, _STATES.Green, _STATES.Off), f"{light.state}")
        true(light.get_green_time() > 0 and light.get_yellow_time() > 0 and light.get_red_time() >= 0, "times")


@check("lights")
def set_state(bench: Bench) -> None:
    """set_state is shown after a tick."""
    for light in _lights(bench)[:1]:
        bench.world.freeze_all_traffic_lights(True)
        for state in (_STATES.Green, _STATES.Yellow, _STATES.Red):
            light.set_state(state)
            bench.tick(2)
            equal(light.get_state(), state, "state")


@check("lights")
def set_times(bench: Bench) -> None:
    """Times round-trip."""
    for light in _lights(bench)[:1]:
        light.set_green_time(7.0)
        light.set_yellow_time(2.5)
        light.set_red_time(4.0)
        bench.tick(2)
        near(light.get_green_time(), 7.0, 1e-3, "green")
        near(light.get_yellow_time(), 2.5, 1e-3, "yellow")
        near(light.get_red_time(), 4.0, 1e-3, "red")


@check("lights")
def freeze(bench: Bench) -> None:
    """Frozen lights do not change."""
    lights = _lights(bench)[:10]
    if not lights:
        return
    bench.world.freeze_all_traffic_lights(True)
    bench.tick(2)
    true(lights[0].is_frozen(), "is_frozen is False")
    before = [light.state for light in lights]
    bench.tick(400)
    equal([light.state for light in lights], before, "states")


@check("lights")
def cycle(bench: Bench) -> None:
    """Lights change by themselves within a minute or two."""
    lights = _lights(bench)[:10]
    if not lights:
        return
    before = [light.state for light in lights]
    bench.synchronous(0.5)
    for _ in range(260):
        bench.tick()
        if [light.state for light in lights] != before:
            return
    true(False, "no change in 130 s")


@check("lights")
def elapsed_time_grows(bench: Bench) -> None:
    """get_elapsed_time counts the time of the state."""
    for light in _lights(bench)[:1]:
        bench.world.freeze_all_traffic_lights(False)
        bench.world.reset_all_traffic_lights()
        bench.tick(2)
        before = light.get_elapsed_time()
        bench.tick(10)
        near(light.get_elapsed_time() - before, 0.5, 0.06, "growth in 0.5 s")


@check("lights")
def groups(bench: Bench) -> None:
    """A light is in its group, and the group is the same for its members."""
    for light in _lights(bench)[:3]:
        members = {other.id for other in light.get_group_traffic_lights()}
        true(light.id in members, "not in its own group")
        other = light.get_group_traffic_lights()[-1]
        equal({m.id for m in other.get_group_traffic_lights()}, members, "the group of another member")


@check("lights")
def never_two_greens_that_cross(bench: Bench) -> None:
    """In a group not all lights are green at once."""
    for light in _lights(bench)[:5]:
        group = light.get_group_traffic_lights()
        if len(group) > 2:
            true(any(other.state != _STATES.Green for other in group), "all are green")


@check("lights")
def trigger_volumes(bench: Bench) -> None:
    """The trigger volume lies on a road before the junction."""
    for light in _lights(bench)[:10]:
        box = light.trigger_volume
        place = light.get_transform().transform(box.location)
        lane = bench.map.get_waypoint(carla.Location(place.x, place.y, place.z), True, carla.LaneType.Driving)
        away = math.hypot(lane.transform.location.x - place.x, lane.transform.location.y - place.y)
        true(away < lane.lane_width, f"the next lane is {away:.1f} m from {place}")
        true(box.extent.x > 0.1 and box.extent.y > 0.1, f"{box.extent}")


@check("lights")
def affected_waypoints(bench: Bench) -> None:
    """A light knows the lanes that it rules and where to stop."""
    for light in _lights(bench)[:3]:
        true(light.get_affected_lane_waypoints(), "no affected lanes")
        true(isinstance(light.get_stop_waypoints(), list), "stop waypoints")
        true(light.get_opendrive_id() != "", "no OpenDRIVE id")


@check("lights")
def light_boxes(bench: Bench) -> None:
    """get_light_boxes tells where the lamps are."""
    for light in _lights(bench)[:2]:
        true(isinstance(light.get_light_boxes(), list), "no list")


@check("lights")
def a_car_is_at_its_light(bench: Bench) -> None:
    """A car in the trigger volume is at the light and sees its state."""
    for light in _lights(bench)[:1]:
        bench.world.freeze_all_traffic_lights(True)
        light.set_state(_STATES.Red)
        way = light.get_affected_lane_waypoints()[0]
        place = light.get_transform().transform(light.trigger_volume.location)
        lane = bench.map.get_waypoint(place) or way
        spot = lane.transform
        spot.location.z += 0.5
        car = bench.spawn("vehicle.tesla.model3", spot)
        bench.tick(15)
        true(car.is_at_traffic_light(), "is_at_traffic_light is False")
        equal(car.get_traffic_light_state(), _STATES.Red, "state")
        found = car.get_traffic_light()
        true(found is not None and found.id in {m.id for m in light.get_group_traffic_lights()}, "another light")


@check("lights")
def far_from_lights(bench: Bench) -> None:
    """A car that is at no light sees green."""
    car = bench.car(0)
    if not car.is_at_traffic_light():
        equal(car.get_traffic_light_state(), _STATES.Green, "state")


@check("lights")
def lights_of_a_waypoint(bench: Bench) -> None:
    """get_traffic_lights_from_waypoint finds lights ahead."""
    way = bench.map.get_waypoint(bench.point(0).location)
    true(isinstance(bench.world.get_traffic_lights_from_waypoint(way, 200.0), list), "no list")


@check("lights")
def lights_in_a_junction(bench: Bench) -> None:
    """get_traffic_lights_in_junction finds the lights of a junction."""
    for light in _lights(bench)[:1]:
        way = light.get_affected_lane_waypoints()[0]
        for _ in range(80):
            if way.is_junction or not way.next(3.0):
                break
            way = way.next(3.0)[0]
        if way.is_junction:
            found = bench.world.get_traffic_lights_in_junction(way.get_junction().id)
            true(found, "none found")
