"""Many worlds in one call have the bits of single worlds."""

import math

import pytest
from tests.sim.driving.places import wall

from jing_sim.driving.batch import DrivingBatch
from jing_sim.driving.catalogue import blueprint
from jing_sim.driving.controls import Pose, VehicleControl
from jing_sim.driving.errors import PhysicsError
from jing_sim.driving.options import DrivingOptions
from jing_sim.driving.scene import flat_scene
from jing_sim.driving.weather import Weather
from jing_sim.driving.world import DrivingWorld


def _fill(world: DrivingWorld, k: int) -> None:
    names = ("vehicle.tesla.model3", "vehicle.audi.tt", "vehicle.yamaha.yzf")
    for j in range(3):
        body = world.add(blueprint(names[j]), Pose(x=7.0 * j, y=0.5 * k, yaw=0.1 * k))
        world.set_velocity(body, (12.0 * math.cos(0.1 * k), 12.0 * math.sin(0.1 * k), 0.0))
        world.control(body, VehicleControl(throttle=0.7, steer=0.05 * (j - k)))
    world.weather = Weather(wetness=0.1 * k)
    if k == 2:
        world.add_friction_zone(Pose(x=20.0), (5.0, 50.0, 2.0), 0.2)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_worlds_of_a_batch_have_the_bits_of_worlds_alone(threads: int) -> None:
    scene = flat_scene(boxes=wall(35.0))
    options = DrivingOptions(rows=4)
    batch = DrivingBatch(scene, 5, options, threads=threads)
    alone = [DrivingWorld(scene, options) for _ in range(5)]
    for k, (a, b) in enumerate(zip(batch.worlds, alone, strict=True)):
        _fill(a, k)
        _fill(b, k)
    hits = 0
    for _ in range(60):
        batch.step(0.05)
        for world in alone:
            world.step(0.05)
            hits += len(world.collisions)
    assert hits > 0
    assert [world.state_hash() for world in batch.worlds] == [world.state_hash() for world in alone]
    assert [world.collisions for world in batch.worlds] == [world.collisions for world in alone]
    batch.close()


def test_a_snapshot_of_one_world_goes_back_into_the_batch() -> None:
    batch = DrivingBatch(flat_scene(), 2, DrivingOptions(rows=4))
    for k, world in enumerate(batch.worlds):
        _fill(world, k)
    batch.step(0.5)
    kept, start = batch.worlds[0].snapshot(), batch.worlds[0].state_hash()
    batch.step(0.5)
    batch.worlds[0].restore(kept)
    assert batch.worlds[0].state_hash() == start
    assert batch.worlds[1].time_s == 1.0


def test_a_batch_says_how_much_room_it_has() -> None:
    batch = DrivingBatch(flat_scene(), 2, DrivingOptions(rows=1))
    batch.worlds[0].add(blueprint("static.prop.barrel"), Pose())
    with pytest.raises(PhysicsError, match="room for 1 bodies"):
        batch.worlds[0].add(blueprint("static.prop.barrel"), Pose())
