"""Vehicles of the traffic engine in a server's world: they are there, stand behind others, and hit nobody."""

from pathlib import Path

import numpy as np
import pytest

from jing_maps.grid import grid
from jing_maps.opendrive import read_opendrive
from jing_maps.opendrive.network import to_network
from jing_maps.opendrive.write import write_opendrive
from jing_sim.carla.background import BackgroundTraffic, lights_of_groups
from jing_sim.carla.service import ServerOptions, Service
from jing_sim.driving.bodies import BodyKind, Motion
from jing_sim.driving.catalogue import blueprint
from jing_sim.driving.controls import Pose
from jing_sim.driving.light_places import light_places

COUNT = 25


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("maps") / "Town.xodr"
    write_opendrive(grid(2, 2, lanes=2, spacing_m=200.0), file)
    return file


@pytest.fixture
def service(town: Path) -> Service:
    return Service(ServerOptions(map=str(town), seed=3))


def _ticks(service: Service, seconds: float) -> None:
    for _ in range(int(seconds / 0.05)):
        service._tick(0.05)


def test_the_number_of_vehicles_is_kept(service: Service) -> None:
    traffic = BackgroundTraffic(service, COUNT, 3)
    counts = []
    for _ in range(12):
        _ticks(service, 5.0)
        counts.append(len(traffic.fleet.vehicle_of))
    assert np.mean(counts[3:]) == pytest.approx(COUNT, rel=0.2)
    bodies = service.episode.world.bodies
    assert (bodies.kind == BodyKind.VEHICLE).sum() == counts[-1]


def test_they_move_smoothly_and_stand_on_the_road(service: Service) -> None:
    traffic = BackgroundTraffic(service, COUNT, 3)
    world = service.episode.world
    before: dict[int, np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = {}
    for _ in range(600):
        service._tick(0.05)
        for actor in traffic.fleet.vehicle_of:
            row = world.row_of(actor)
            place = world.bodies.position[row].copy()
            if actor in before:
                assert np.hypot(*(place - before[actor])[:2]) < 1.2
            assert abs(place[2]) < 0.05
            before[actor] = place
    assert len(before) >= COUNT // 2


def test_they_stop_behind_a_standing_car_and_do_not_touch_it(service: Service) -> None:
    traffic = BackgroundTraffic(service, COUNT, 3)
    _ticks(service, 20.0)
    world = service.episode.world
    driven = [a for a in traffic.fleet.vehicle_of if np.hypot(*world.bodies.velocity[world.row_of(a), :2]) > 6.0]
    hit = []
    car = -1
    for actor in driven:
        # A car of a client, 35 m ahead on the lane of somebody who drives.
        row = world.row_of(actor)
        yaw = world.bodies.rotation[row, 0]
        x, y = world.bodies.position[row, :2] + 35.0 * np.array([np.cos(yaw), np.sin(yaw)])
        if service.episode.stage.scene.ground.at(np.array([[x, y, 1.0]]))[0, 5] == 1:
            car = world.add(blueprint("vehicle.audi.tt"), Pose(x, y, 0.1, yaw), may_overlap=False)
            break
    assert car >= 0
    for _ in range(400):
        service._tick(0.05)
        hit += [c for c in world.collisions if car in {c.body, c.other}]
    assert hit == []
    assert np.hypot(*world.bodies.velocity[world.row_of(car), :2]) < 0.1


def test_a_client_may_destroy_one(service: Service) -> None:
    traffic = BackgroundTraffic(service, COUNT, 3)
    _ticks(service, 5.0)
    actor, vehicle = next(iter(traffic.fleet.vehicle_of.items()))
    assert service.episode.destroy(actor)
    _ticks(service, 1.0)
    assert actor not in traffic.fleet.vehicle_of
    assert vehicle not in traffic.fleet.vehicle_of.values()


def test_they_are_kinematic_and_named(service: Service) -> None:
    traffic = BackgroundTraffic(service, COUNT, 3)
    _ticks(service, 2.0)
    for actor in traffic.fleet.vehicle_of:
        row = service.episode.world.row_of(actor)
        assert service.episode.world.bodies.motion[row] == Motion.KINEMATIC
        assert service.episode.entry(actor).attributes["role_name"] == "background"


def test_each_signal_group_has_a_light_at_its_lanes(town: Path) -> None:
    odr = read_opendrive(town)
    network, lights = to_network(odr, "town"), light_places(odr)
    found = lights_of_groups(network, lights)
    assert (found >= 0).all()
    assert len(set(found.tolist())) == len(found)
