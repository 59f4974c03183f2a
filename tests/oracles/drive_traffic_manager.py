"""A client with a Traffic Manager, run as a process of its own by the test beside it.

    python drive_traffic_manager.py PORT MANAGER_PORT VEHICLES TICKS

Prints a hash of all places of all vehicles, the metres driven, and the number of collisions.
"""

import hashlib
import random
import sys

import carla


def main(port: int, manager_port: int, count: int, ticks: int) -> None:
    client = carla.Client("127.0.0.1", port)
    client.set_timeout(30.0)
    world = client.reload_world()
    settings = world.get_settings()
    settings.synchronous_mode, settings.fixed_delta_seconds = True, 0.05
    world.apply_settings(settings)
    manager = client.get_trafficmanager(manager_port)
    manager.set_synchronous_mode(True)
    manager.set_random_device_seed(7)
    hits: list[int] = []
    cars = spawn(world, count, hits)
    world.tick()
    for car in cars:
        car.set_autopilot(True, manager_port)
    digest, metres = hashlib.sha256(), 0.0
    for _ in range(ticks):
        world.tick()
        snapshot = world.get_snapshot()
        for car in cars:
            state = snapshot.find(car.id)
            if state is not None:
                place = state.get_transform().location
                digest.update(f"{place.x!r} {place.y!r} {place.z!r}".encode())
                metres += 0.05 * state.get_velocity().length()
    print(digest.hexdigest(), round(metres), len(hits))
    manager.set_synchronous_mode(False)
    settings.synchronous_mode = False
    world.apply_settings(settings)
    manager.shut_down()


def spawn(world: carla.World, count: int, hits: list[int]) -> list[carla.Vehicle]:
    """So many cars, each with a collision sensor that fills `hits`."""
    library, points = world.get_blueprint_library(), world.get_map().get_spawn_points()
    random.Random(1).shuffle(points)
    kinds = [one for one in library.filter("vehicle.*") if one.get_attribute("base_type").as_str() == "car"]
    cars = [world.spawn_actor(kinds[k % len(kinds)], points[k]) for k in range(count)]
    for car in cars:
        sensor = world.spawn_actor(library.find("sensor.other.collision"), carla.Transform(), attach_to=car)
        sensor.listen(lambda event: hits.append(event.frame))
        KEPT.append(sensor)
    return cars


KEPT: list[carla.Actor] = []
"""A sensor that nobody refers to unsubscribes itself."""

if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
