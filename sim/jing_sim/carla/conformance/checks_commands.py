"""`carla.command`: batches."""

import carla

from jing_sim.carla.conformance.bench import Bench, equal, near, true
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []

_C = carla.command


def _keep(bench: Bench, responses: list["carla.command.Response"]) -> list["carla.Actor"]:
    bench.tick()
    return [bench.keep(bench.world.get_actor(r.actor_id)) for r in responses if not r.error]


@check("commands")
def spawn_many(bench: Bench) -> None:
    """apply_batch_sync spawns actors and answers with their ids."""
    blueprint = bench.library.find("vehicle.tesla.model3")
    batch = [_C.SpawnActor(blueprint, bench.point(k)) for k in range(5)]
    cars = _keep(bench, bench.client.apply_batch_sync(batch, False))
    equal(len(cars), 5, "cars")
    equal(len({car.id for car in cars}), 5, "ids")


@check("commands")
def spawn_at_one_place_fails_once(bench: Bench) -> None:
    """Of two cars at one place the second one has an error."""
    blueprint = bench.library.find("vehicle.tesla.model3")
    responses = bench.client.apply_batch_sync([_C.SpawnActor(blueprint, bench.point(0)) for _ in range(2)], False)
    _keep(bench, responses)
    equal([bool(r.error) for r in responses], [False, True], "errors")


@check("commands")
def then_acts_on_the_new_actor(bench: Bench) -> None:
    """`.then` with FutureActor acts on the actor just spawned."""
    blueprint = bench.library.find("vehicle.tesla.model3")
    control = carla.VehicleControl(throttle=0.6)
    batch = [_C.SpawnActor(blueprint, bench.point(0)).then(_C.ApplyVehicleControl(_C.FutureActor, control))]
    car = _keep(bench, bench.client.apply_batch_sync(batch, False))[0]
    bench.tick(30)
    true(car.get_velocity().length() > 1.0, f"{car.get_velocity().length():.2f} m/s")


@check("commands")
def destroy_many(bench: Bench) -> None:
    """DestroyActor in a batch."""
    cars = [bench.car(k, settle=False) for k in range(3)]
    bench.tick()
    responses = bench.client.apply_batch_sync([_C.DestroyActor(car.id) for car in cars], False)
    bench.tick(2)
    true(not any(r.error for r in responses), "errors")
    left = {actor.id for actor in bench.world.get_actors()}
    true(not any(car.id in left for car in cars), "some are still there")


@check("commands")
def of_unknown_actor_is_an_error(bench: Bench) -> None:
    """A command for an actor that never was has an error in its response."""
    response = bench.client.apply_batch_sync([_C.ApplyVehicleControl(987654, carla.VehicleControl())], False)[0]
    true(response.error, "no error")


@check("commands")
def controls_and_places(bench: Bench) -> None:
    """ApplyVehicleControl, ApplyTransform, ApplyTargetVelocity in a batch."""
    cars = [bench.car(k, settle=False) for k in range(3)]
    bench.tick(15)
    goal = bench.ahead(cars[1].get_transform(), 10.0)
    way = cars[2].get_transform().get_forward_vector() * 6.0
    bench.client.apply_batch_sync([
        _C.ApplyVehicleControl(cars[0].id, carla.VehicleControl(throttle=0.3)),
        _C.ApplyTransform(cars[1].id, goal),
        _C.ApplyTargetVelocity(cars[2].id, way),
    ], False)  # fmt: skip
    bench.tick()
    near(cars[0].get_control().throttle, 0.3, 1e-3, "throttle")
    near(cars[1].get_location().distance(goal.location), 0.0, 0.2, "distance")
    near(cars[2].get_velocity().length(), 6.0, 0.4, "speed")


@check("commands")
def lights_and_physics(bench: Bench) -> None:
    """SetVehicleLightState and SetSimulatePhysics in a batch."""
    car = bench.car(0)
    lights = carla.VehicleLightState(carla.VehicleLightState.Brake)
    bench.client.apply_batch_sync([
        _C.SetVehicleLightState(car.id, lights), _C.SetSimulatePhysics(car.id, False),
        _C.SetSimulatePhysics(car.id, True),
    ], False)  # fmt: skip
    bench.tick(2)
    equal(int(car.get_light_state()), int(lights), "lights")


@check("commands")
def walkers(bench: Bench) -> None:
    """ApplyWalkerState moves a walker."""
    walker = bench.spawn(bench.library.filter("walker.pedestrian.*")[0].id, bench.ahead(bench.point(0), 0.0, 0.0, 0.6))
    bench.tick(10)
    goal = bench.ahead(walker.get_transform(), 2.0)
    bench.client.apply_batch_sync([_C.ApplyWalkerState(walker.id, goal, 1.0)], False)
    bench.tick()
    near(walker.get_location().distance(goal.location), 0.0, 0.3, "distance")


@check("commands")
def with_a_tick(bench: Bench) -> None:
    """apply_batch_sync with do_tick=True ticks once."""
    before = bench.world.get_snapshot().frame
    bench.client.apply_batch_sync([], True)
    bench.until(lambda: bench.world.get_snapshot().frame == before + 1, "one tick more")
