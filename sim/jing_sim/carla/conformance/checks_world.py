"""`carla.World`: settings, ticks, snapshots, actors, surroundings."""

import math
import time

import carla

from jing_sim.carla.conformance.bench import Bench, DiffersError, equal, near, true
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []


@check("world")
def settings_round_trip(bench: Bench) -> None:
    """apply_settings sets what get_settings then shows."""
    settings = bench.world.get_settings()
    settings.fixed_delta_seconds, settings.substepping = 0.025, True
    settings.max_substep_delta_time, settings.max_substeps = 0.01, 8
    settings.no_rendering_mode = True
    bench.world.apply_settings(settings)
    found = bench.world.get_settings()
    near(found.fixed_delta_seconds, 0.025, 1e-9, "fixed_delta_seconds")
    near(found.max_substep_delta_time, 0.01, 1e-9, "max_substep_delta_time")
    equal((found.max_substeps, found.no_rendering_mode, found.synchronous_mode), (8, True, True), "the others")
    settings.no_rendering_mode = False
    bench.world.apply_settings(settings)


@check("world")
def frames_rise_by_one(bench: Bench) -> None:
    """In synchronous mode each tick is one frame."""
    first = bench.tick()
    equal([bench.tick() for _ in range(10)], list(range(first + 1, first + 11)), "frames")


@check("world")
def snapshot_of_the_tick(bench: Bench) -> None:
    """After a tick the snapshot is of its frame, with the fixed delta."""
    frame = bench.tick()
    snapshot = bench.world.get_snapshot()
    equal(snapshot.frame, frame, "frame")
    near(snapshot.timestamp.delta_seconds, 0.05, 1e-6, "delta_seconds")


@check("world")
def time_goes_on_by_delta(bench: Bench) -> None:
    """elapsed_seconds grows by the fixed delta in each tick."""
    bench.tick()
    begin = bench.world.get_snapshot().timestamp.elapsed_seconds
    bench.tick(20)
    near(bench.world.get_snapshot().timestamp.elapsed_seconds - begin, 1.0, 1e-4, "20 ticks of 0.05 s")


@check("world")
def asynchronous_time_runs(bench: Bench) -> None:
    """In asynchronous mode frames come by themselves."""
    settings = bench.world.get_settings()
    settings.synchronous_mode, settings.fixed_delta_seconds = False, None
    bench.world.apply_settings(settings)
    first = bench.world.wait_for_tick()
    second = bench.world.wait_for_tick()
    true(second.frame > first.frame, f"frames {first.frame}, {second.frame}")
    true(second.timestamp.elapsed_seconds > first.timestamp.elapsed_seconds, "time stands still")


@check("world")
def asynchronous_fixed_delta(bench: Bench) -> None:
    """In asynchronous mode with a fixed delta each snapshot tells exactly that delta."""
    settings = bench.world.get_settings()
    settings.synchronous_mode, settings.fixed_delta_seconds = False, 0.02
    bench.world.apply_settings(settings)
    bench.world.wait_for_tick()
    for _ in range(3):
        near(bench.world.wait_for_tick().timestamp.delta_seconds, 0.02, 1e-6, "delta_seconds")


@check("world")
def on_tick_calls_back(bench: Bench) -> None:
    """on_tick calls a function with each snapshot until it is removed."""
    frames: list[int] = []
    number = bench.world.on_tick(lambda snapshot: frames.append(snapshot.frame))
    bench.tick(5)
    bench.until(lambda: len(frames) >= 5, "five snapshots")
    bench.world.remove_on_tick(number)
    count = len(frames)
    bench.tick(3)
    time.sleep(0.05)
    true(len(frames) <= count + 1, "it is called after its removal")


@check("world")
def snapshot_finds_actors(bench: Bench) -> None:
    """A snapshot has each actor, with its transform."""
    car = bench.car(0)
    snapshot = bench.world.get_snapshot()
    true(snapshot.has_actor(car.id), "the car is not in it")
    found = snapshot.find(car.id).get_transform().location
    near(found.distance(car.get_location()), 0.0, 1e-3, "distance to the actor's own place")


@check("world")
def get_actor_by_id(bench: Bench) -> None:
    """get_actor finds an actor by its id, and gives None for an unknown one."""
    car = bench.car(0, settle=False)
    bench.tick()
    equal(bench.world.get_actor(car.id).type_id, "vehicle.tesla.model3", "type_id")
    equal(bench.world.get_actor(999_999_999), None, "an unknown actor")


@check("world")
def get_actors_of_ids(bench: Bench) -> None:
    """get_actors(ids) gives those that exist."""
    car = bench.car(0, settle=False)
    bench.tick()
    equal([a.id for a in bench.world.get_actors([car.id])], [car.id], "ids")


@check("world")
def actor_list_filters_and_finds(bench: Bench) -> None:
    """An ActorList filters by wildcards and finds by id."""
    car = bench.car(0, settle=False)
    bench.tick()
    actors = bench.world.get_actors()
    true(car.id in [a.id for a in actors.filter("vehicle.*")], "filter vehicle.*")
    true(car.id not in [a.id for a in actors.filter("walker.*")], "filter walker.*")
    equal(actors.find(car.id).id, car.id, "find")


@check("world")
def spectator_moves(bench: Bench) -> None:
    """The spectator can be put anywhere."""
    spectator = bench.world.get_spectator()
    equal(spectator.type_id, "spectator", "type_id")
    spectator.set_transform(carla.Transform(carla.Location(x=12.0, y=-5.0, z=30.0), carla.Rotation(pitch=-40.0)))
    bench.tick(2)
    place = spectator.get_transform()
    near(place.location.distance(carla.Location(12.0, -5.0, 30.0)), 0.0, 0.01, "distance")
    near(place.rotation.pitch, -40.0, 0.01, "pitch")


@check("world")
def spawning_in_a_car_fails(bench: Bench) -> None:
    """spawn_actor where another vehicle stands raises RuntimeError; try_spawn_actor gives None."""
    car = bench.car(0)
    blueprint = bench.library.find("vehicle.audi.tt")
    equal(bench.world.try_spawn_actor(blueprint, car.get_transform()), None, "try_spawn_actor")
    try:
        bench.keep(bench.world.spawn_actor(blueprint, car.get_transform()))
    except RuntimeError as error:
        true("collision at spawn position" in str(error), f"the message is {error}")
        return
    raise DiffersError("it was spawned")


@check("world")
def destroyed_is_gone(bench: Bench) -> None:
    """After destroy and a tick an actor is not alive and not in the list."""
    car = bench.car(0, settle=False)
    bench.tick()
    true(car.is_alive, "not alive before")
    true(car.destroy(), "destroy says False")
    bench.tick(2)
    true(not car.is_alive, "alive after")
    true(car.id not in {a.id for a in bench.world.get_actors()}, "in the list")


@check("world")
def ids_are_not_used_again(bench: Bench) -> None:
    """A new actor has a new id."""
    first = bench.car(0, settle=False)
    number = first.id
    first.destroy()
    bench.tick()
    true(bench.car(0, settle=False).id > number, "the id was used again")


@check("world")
def cast_ray_down(bench: Bench) -> None:
    """cast_ray tells points with labels along a ray: the road below a spawn point."""
    place = bench.point(0).location
    hits = bench.world.cast_ray(place + carla.Location(z=2.0), place - carla.Location(z=3.0))
    true(hits, "nothing is hit")
    road = {carla.CityObjectLabel.Roads, carla.CityObjectLabel.RoadLines, carla.CityObjectLabel.Ground}
    true(any(hit.label in road for hit in hits), f"labels {[str(hit.label) for hit in hits]}")


@check("world")
def ground_projection(bench: Bench) -> None:
    """ground_projection finds the ground below a place."""
    place = bench.point(0).location
    hit = bench.world.ground_projection(place + carla.Location(z=3.0), 10.0)
    true(hit is not None, "nothing below")
    near(hit.location.z, bench.map.get_waypoint(place).transform.location.z, 0.1, "height")


@check("world")
def project_point(bench: Bench) -> None:
    """project_point finds what is in a direction."""
    place = bench.point(0).location + carla.Location(z=3.0)
    hit = bench.world.project_point(place, carla.Vector3D(0.0, 0.0, -1.0), 20.0)
    true(hit is not None, "nothing below")
    near(math.hypot(hit.location.x - place.x, hit.location.y - place.y), 0.0, 0.05, "distance in the plane")


@check("world")
def environment_objects(bench: Bench) -> None:
    """get_environment_objects and get_level_bbs answer with lists."""
    objects = bench.world.get_environment_objects(carla.CityObjectLabel.Any)
    boxes = bench.world.get_level_bbs(carla.CityObjectLabel.Any)
    true(len(objects) >= 0, "no list")
    true(len(boxes) >= 0, "no list")
    true(isinstance(bench.world.get_names_of_all_objects(), list), "names are no list")


@check("world")
def lights_of_the_street(bench: Bench) -> None:
    """The light manager answers."""
    manager = bench.world.get_lightmanager()
    true(len(manager.get_all_lights()) >= 0, "no list")


@check("world")
def vehicles_light_states(bench: Bench) -> None:
    """get_vehicles_light_states tells of each vehicle."""
    car = bench.car(0)
    car.set_light_state(carla.VehicleLightState(carla.VehicleLightState.LowBeam))
    bench.tick(2)
    states = bench.world.get_vehicles_light_states()
    equal(int(states[car.id]), int(carla.VehicleLightState.LowBeam), "lights")


@check("world")
def same_ticks_same_places(bench: Bench) -> None:
    """After reload, the same controls give the same trajectory."""
    ends = []
    for _ in range(2):
        bench.forget()
        bench.world = bench.client.reload_world(False)
        bench.library = bench.world.get_blueprint_library()
        car = bench.car(0)
        car.apply_control(carla.VehicleControl(throttle=0.6, steer=0.02))
        bench.tick(60)
        place = car.get_transform()
        ends.append((place.location.x, place.location.y, place.rotation.yaw))
    equal(ends[0], ends[1], "place")
