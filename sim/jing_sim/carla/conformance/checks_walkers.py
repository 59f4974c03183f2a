"""`carla.Walker` and its controller."""

import carla

from jing_sim.carla.conformance.bench import Bench, near, true
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []


def _walker(bench: Bench) -> "carla.Walker":
    place = bench.ahead(bench.point(0), 0.0, 0.0, 0.6)
    walker = bench.spawn(bench.library.filter("walker.pedestrian.*")[0].id, place)
    bench.tick(15)
    return walker


@check("walker")
def walks_where_told(bench: Bench) -> None:
    """A walker goes in a direction with a speed."""
    walker = _walker(bench)
    begin = walker.get_location()
    walker.apply_control(carla.WalkerControl(carla.Vector3D(0.0, 1.0, 0.0), 1.5))
    bench.tick(40)
    near(walker.get_location().y - begin.y, 3.0, 0.5, "way in 2 s")
    near(walker.get_velocity().length(), 1.5, 0.2, "speed")


@check("walker")
def stands_on_the_ground(bench: Bench) -> None:
    """A walker's origin is at mid-height above the ground."""
    walker = _walker(bench)
    road = bench.map.get_waypoint(walker.get_location()).transform.location.z
    near(walker.get_location().z - road, walker.bounding_box.extent.z, 0.25, "height")


@check("walker")
def control_is_shown(bench: Bench) -> None:
    """get_control shows what was applied."""
    walker = _walker(bench)
    walker.apply_control(carla.WalkerControl(carla.Vector3D(1.0, 0.0, 0.0), 1.2))
    bench.tick(3)
    near(walker.get_control().speed, 1.2, 0.01, "speed")


@check("walker")
def stops(bench: Bench) -> None:
    """Speed 0 stops a walker."""
    walker = _walker(bench)
    walker.apply_control(carla.WalkerControl(carla.Vector3D(1.0, 0.0, 0.0), 2.0))
    bench.tick(10)
    walker.apply_control(carla.WalkerControl(carla.Vector3D(1.0, 0.0, 0.0), 0.0))
    bench.tick(10)
    near(walker.get_velocity().length(), 0.0, 0.1, "speed")


@check("walker")
def jumps(bench: Bench) -> None:
    """A walker jumps and lands."""
    walker = _walker(bench)
    low = walker.get_location().z
    walker.apply_control(carla.WalkerControl(carla.Vector3D(1.0, 0.0, 0.0), 0.0, True))
    high = low
    for _ in range(12):
        bench.tick()
        high = max(high, walker.get_location().z)
    walker.apply_control(carla.WalkerControl(carla.Vector3D(1.0, 0.0, 0.0), 0.0, False))
    bench.tick(40)
    true(high > low + 0.1, f"{high - low:.2f} m")
    near(walker.get_location().z, low, 0.1, "height after landing")


@check("walker")
def bones(bench: Bench) -> None:
    """Bones can be asked for and set."""
    walker = _walker(bench)
    pose = walker.get_bones()
    true(isinstance(pose.bone_transforms, list), "no list")
    walker.blend_pose(0.0)
    walker.show_pose()
    walker.hide_pose()
    bench.tick()


@check("walker")
def controller(bench: Bench) -> None:
    """controller.ai.walker can be spawned on a walker, started and stopped."""
    walker = _walker(bench)
    control = bench.spawn("controller.ai.walker", carla.Transform(), walker)
    bench.tick()
    true(control.parent.id == walker.id, "parent")
    control.stop()
    bench.tick()


@check("walker")
def hit_by_a_car(bench: Bench) -> None:
    """A car that hits a walker is told by the collision sensor."""
    walker = _walker(bench)
    car = bench.spawn("vehicle.tesla.model3", bench.ahead(bench.point(0), -12.0))
    sensor = bench.spawn("sensor.other.collision", carla.Transform(), car)
    with bench.listening(sensor) as seen:
        bench.tick(15)
        car.set_target_velocity(car.get_transform().get_forward_vector() * 12.0)
        bench.tick(25)
        bench.until(lambda: any(e.other_actor.id == walker.id for e in seen), "a collision with the walker")
