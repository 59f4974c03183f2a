"""`carla.Actor`: places, motion, forces, attachment."""

import math

import carla

from jing_sim.carla.conformance.bench import Bench, DiffersError, equal, near, true
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []


@check("actor")
def spawned_where_asked(bench: Bench) -> None:
    """After the first tick a new actor is where it was spawned."""
    place = bench.point(0)
    car = bench.car(0, settle=False)
    bench.tick()
    near(
        math.hypot(car.get_location().x - place.location.x, car.get_location().y - place.location.y), 0.0, 0.05, "away"
    )
    near((car.get_transform().rotation.yaw - place.rotation.yaw + 180) % 360 - 180, 0.0, 0.1, "yaw")


@check("actor")
def falls_onto_the_road(bench: Bench) -> None:
    """A car spawned half a metre above the road stands on it a second later."""
    car = bench.car(0)
    road = bench.map.get_waypoint(car.get_location()).transform.location.z
    near(car.get_location().z, road, 0.1, "height")
    near(car.get_velocity().length(), 0.0, 0.05, "speed")


@check("actor")
def set_transform(bench: Bench) -> None:
    """set_transform puts an actor elsewhere in the next tick."""
    car = bench.car(0)
    goal = bench.ahead(car.get_transform(), 10.0)
    car.set_transform(goal)
    bench.tick()
    near(car.get_location().distance(goal.location), 0.0, 0.1, "distance")


@check("actor")
def set_location(bench: Bench) -> None:
    """set_location keeps the rotation."""
    car = bench.car(0)
    before = car.get_transform()
    car.set_location(bench.ahead(before, 8.0).location)
    bench.tick()
    near(car.get_location().distance(before.location), 8.0, 0.1, "distance")
    near(car.get_transform().rotation.yaw, before.rotation.yaw, 0.5, "yaw")


@check("actor")
def target_velocity(bench: Bench) -> None:
    """set_target_velocity is the velocity after the next tick."""
    car = bench.car(0)
    way = car.get_transform().get_forward_vector()
    car.set_target_velocity(way * 8.0)
    bench.tick()
    near(car.get_velocity().length(), 8.0, 0.3, "speed")


@check("actor")
def target_angular_velocity(bench: Bench) -> None:
    """set_target_angular_velocity turns an actor, in degrees per second, clockwise seen from above."""
    prop = bench.spawn("static.prop.box01", bench.ahead(bench.point(0), 0.0, 0.0, 5.0))
    prop.set_simulate_physics(True)
    prop.set_enable_gravity(False)
    bench.tick()
    before = prop.get_transform().rotation.yaw
    prop.set_target_angular_velocity(carla.Vector3D(0.0, 0.0, 40.0))
    bench.tick(5)
    turned = (prop.get_transform().rotation.yaw - before + 180) % 360 - 180
    true(3.0 < turned < 14.0, f"turned by {turned:.2f} degrees in 0.25 s")


@check("actor")
def constant_velocity(bench: Bench) -> None:
    """enable_constant_velocity holds a local velocity until it is disabled."""
    car = bench.car(0)
    car.enable_constant_velocity(carla.Vector3D(6.0, 0.0, 0.0))
    bench.tick(10)
    near(car.get_velocity().length(), 6.0, 0.2, "speed")
    car.disable_constant_velocity()
    car.apply_control(carla.VehicleControl(brake=1.0))
    bench.tick(60)
    near(car.get_velocity().length(), 0.0, 0.1, "speed after braking")


@check("actor")
def impulse(bench: Bench) -> None:
    """add_impulse changes the velocity by impulse over mass."""
    car = bench.car(0)
    mass = car.get_physics_control().mass
    car.add_impulse(car.get_transform().get_forward_vector() * (mass * 4.0))
    bench.tick()
    near(car.get_velocity().length(), 4.0, 0.6, "speed")


@check("actor")
def force(bench: Bench) -> None:
    """add_force in each tick speeds a car up."""
    car = bench.car(0)
    mass = car.get_physics_control().mass
    way = car.get_transform().get_forward_vector()
    for _ in range(20):
        car.add_force(way * (mass * 3.0))
        bench.tick()
    true(1.2 < car.get_velocity().length() < 3.5, f"speed {car.get_velocity().length():.2f} after 1 s of 3 m/s2")


@check("actor")
def angular_impulse(bench: Bench) -> None:
    """add_angular_impulse about the vertical turns a car."""
    car = bench.car(0)
    car.add_angular_impulse(carla.Vector3D(0.0, 0.0, 4.0e5))
    bench.tick(2)
    true(abs(car.get_angular_velocity().z) > 1.0, f"angular velocity {car.get_angular_velocity().z:.2f} deg/s")


@check("actor")
def without_physics_it_stays(bench: Bench) -> None:
    """With set_simulate_physics(False) an actor hangs where it is."""
    car = bench.spawn("vehicle.tesla.model3", bench.ahead(bench.point(0), 0.0, 0.0, 5.0))
    car.set_simulate_physics(False)
    bench.tick(20)
    high = bench.map.get_waypoint(car.get_location()).transform.location.z
    true(car.get_location().z > high + 4.0, "it fell")
    car.set_simulate_physics(True)
    bench.tick(60)
    near(car.get_location().z, high, 0.15, "height after physics is back")


@check("actor")
def without_gravity_it_does_not_fall(bench: Bench) -> None:
    """With set_enable_gravity(False) an actor does not fall."""
    car = bench.spawn("vehicle.tesla.model3", bench.ahead(bench.point(0), 0.0, 0.0, 5.0))
    car.set_enable_gravity(False)
    bench.tick(20)
    high = bench.map.get_waypoint(car.get_location()).transform.location.z
    true(car.get_location().z > high + 4.0, f"it is at {car.get_location().z - high:.2f} m")


@check("actor")
def without_collisions_it_passes(bench: Bench) -> None:
    """With set_collisions(False) a car drives through another one."""
    front, back = bench.car(0), None
    back = bench.spawn("vehicle.tesla.model3", bench.ahead(bench.point(0), -9.0))
    back.set_collisions(False)
    bench.tick(5)
    back.set_target_velocity(back.get_transform().get_forward_vector() * 15.0)
    bench.tick(10)
    true(front.get_velocity().length() < 1.0, "the other one was pushed")


@check("actor")
def acceleration_and_velocity_agree(bench: Bench) -> None:
    """get_acceleration is the change of get_velocity."""
    car = bench.car(0)
    car.apply_control(carla.VehicleControl(throttle=0.6))
    bench.tick(15)
    before = car.get_velocity().length()
    bench.tick(4)
    mean = (car.get_velocity().length() - before) / 0.2
    true(mean > 0.3, f"no acceleration: {mean:.2f}")
    near(car.get_acceleration().length(), mean, max(0.5 * mean, 0.8), "acceleration")


@check("actor")
def bounding_box(bench: Bench) -> None:
    """A car's box is about 5 m by 2 m by 1.5 m, in half sizes."""
    box = bench.car(0, settle=False).bounding_box
    true(1.8 < box.extent.x < 3.0 and 0.7 < box.extent.y < 1.3 and 0.5 < box.extent.z < 1.1, f"{box.extent}")
    near(box.location.z, box.extent.z, 0.35, "height of its middle")


@check("actor")
def box_vertices(bench: Bench) -> None:
    """The corners of a box in the world surround the actor."""
    car = bench.car(0)
    corners = car.bounding_box.get_world_vertices(car.get_transform())
    equal(len(corners), 8, "corners")
    middle = carla.Location(*(sum(getattr(c, axis) for c in corners) / 8 for axis in "xyz"))
    near(math.hypot(middle.x - car.get_location().x, middle.y - car.get_location().y), 0.0, 0.6, "their middle")
    true(car.bounding_box.contains(middle, car.get_transform()), "contains")


@check("actor")
def parents(bench: Bench) -> None:
    """An attached actor knows its parent and moves with it."""
    car = bench.car(0)
    sensor = bench.spawn("sensor.other.gnss", carla.Transform(carla.Location(x=1.0, z=2.0)), car)
    bench.tick()
    equal(sensor.parent.id, car.id, "parent")
    goal = bench.ahead(car.get_transform(), 15.0)
    car.set_transform(goal)
    bench.tick(2)
    want = car.get_transform().transform(carla.Location(x=1.0, z=2.0))
    near(sensor.get_location().distance(want), 0.0, 0.15, "distance to its mount")


@check("actor")
def semantic_tags(bench: Bench) -> None:
    """A car has the tag of cars."""
    car = bench.car(0, settle=False)
    true(int(carla.CityObjectLabel.Car) in car.semantic_tags, f"tags {car.semantic_tags}")


@check("actor")
def attach_to_nothing_fails(bench: Bench) -> None:
    """Attaching to a destroyed actor is an error."""
    car = bench.car(0, settle=False)
    bench.tick()
    car.destroy()
    bench.tick()
    try:
        bench.spawn("sensor.other.gnss", carla.Transform(), car)
    except (RuntimeError, ValueError):
        return
    raise DiffersError("it was attached")


@check("actor")
def props(bench: Bench) -> None:
    """Props can be spawned, also where they overlap something."""
    place = bench.ahead(bench.point(0), 6.0)
    names = [b.id for b in bench.library.filter("static.prop.*")][:6]
    for name in names:
        bench.spawn(name, place)
    bench.tick()
    found = {a.type_id for a in bench.world.get_actors().filter("static.prop.*")}
    true(set(names) <= found, f"of {names} only {sorted(found)}")


@check("actor")
def component_transform(bench: Bench) -> None:
    """Bones, sockets and components can be asked for."""
    car = bench.car(0)
    true(isinstance(car.get_bone_names(), list), "bone names")
    true(isinstance(car.get_socket_names(), list), "socket names")
    true(isinstance(car.get_component_names(), list), "component names")
