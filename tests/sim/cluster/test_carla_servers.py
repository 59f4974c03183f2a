"""Servers leased to workers: ports of their own, back after a crash, free again when a worker has died."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import ray

from jing_maps.grid import grid
from jing_maps.opendrive.write import write_opendrive
from jing_sim.carla.launcher import LaunchError, LaunchOptions, free_ports, launch
from jing_sim.cluster.carla_servers import CarlaServers, leased
from jing_sim.cluster.session import ray_session

pytest.importorskip("carla", reason="the carla wheel is not installed")
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> LaunchOptions:
    file = tmp_path_factory.mktemp("maps") / "Small.xodr"
    write_opendrive(grid(1, 1, spacing_m=150.0), file)
    return LaunchOptions(map=str(file), carla_root="")


@pytest.fixture(scope="module")
def session() -> Iterator[None]:
    with ray_session(workers=2):
        yield


@ray.remote(num_cpus=0.5)  # type: ignore[untyped-decorator]
def _drive(servers: "ray.actor.ActorHandle", seconds: float) -> tuple[int, float]:
    """Drives a car on a leased server; the port, and how far it came."""
    from jing_sim.carla.client import CarlaWorld  # noqa: PLC0415 - the carla library stays out of the driver
    from jing_sim.driving.controls import VehicleControl  # noqa: PLC0415

    with leased(servers, 60.0) as lease:
        world = CarlaWorld(lease.host, lease.port)
        with world.synchronous(0.05):
            car = world.spawn("vehicle.tesla.model3", world.spawn_points()[0])
            world.step(20)
            begin = world.actors().position[0]
            world.control(car, VehicleControl(throttle=0.7))
            world.step(int(seconds / 0.05))
            way = float(((world.actors().position[0] - begin) ** 2).sum() ** 0.5)
            world.destroy(car)
            world.step()
        return lease.port, way


def _servers_at(port: int) -> list[int]:
    """Processes that serve at this port, or are about to."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        words = file.read_bytes().split(b"\0") if file.exists() else []
        if b"jing_sim.carla.serve" in words and str(port).encode() in words:
            found.append(int(file.parent.name))
    return found


def _kill_at(port: int) -> None:
    """Kills the server at this port, and returns when it is gone."""
    for process in _servers_at(port):
        os.kill(process, signal.SIGKILL)
    until = time.monotonic() + 10.0
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.05)
    raise AssertionError(f"somebody still listens at {port}")


@pytest.mark.usefixtures("session")
def test_workers_drive_on_servers_of_their_own(options: LaunchOptions) -> None:
    servers = ray.remote(CarlaServers).remote(2, options)
    done = ray.get([_drive.remote(servers, 4.0) for _ in range(4)], timeout=300)
    assert len({port for port, _ in done}) <= 2
    assert all(way > 5.0 for _, way in done)
    assert ray.get(servers.report.remote())["out"] == 0
    ray.get(servers.stop.remote())


@pytest.mark.usefixtures("session")
def test_a_server_that_was_killed_is_back(options: LaunchOptions) -> None:
    servers = ray.remote(CarlaServers).remote(1, options)
    port, _ = ray.get(_drive.remote(servers, 1.0), timeout=200)
    _kill_at(port)
    again, way = ray.get(_drive.remote(servers, 2.0), timeout=200)
    assert again == port
    assert way > 0.5
    assert ray.get(servers.report.remote())["restarts"] == 1
    ray.get(servers.stop.remote())


def test_a_lease_ends_by_itself(options: LaunchOptions) -> None:
    servers = CarlaServers(1, options)
    try:
        first = servers.take(0.2)
        assert first is not None
        assert servers.take(60.0) is None
        time.sleep(0.3)
        second = servers.take(60.0)
        assert second is not None
        assert second.port == first.port
        assert not servers.give_back(first.key)
        assert servers.give_back(second.key)
        assert servers.restarts == 1
    finally:
        servers.stop()


def test_a_server_ends_on_sigterm_with_its_port_free(options: LaunchOptions) -> None:
    port = free_ports()
    running = launch(LaunchOptions(map=options.map, port=port, carla_root=""))
    assert running.alive
    os.killpg(running._process.pid, signal.SIGTERM)
    assert running._process.wait(5.0) == 0
    again = launch(LaunchOptions(map=options.map, port=port, carla_root=""))
    again.stop()
    assert not again.alive


def test_a_server_that_is_killed_while_it_starts_is_started_again(options: LaunchOptions) -> None:
    port = free_ports()
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(launch, LaunchOptions(map=options.map, port=port, carla_root=""))
        while not (first := _servers_at(port)):
            time.sleep(0.01)
        os.kill(first[0], signal.SIGKILL)
        running = starting.result(120.0)
    assert running.answers
    assert running._process.pid not in first
    running.stop()


def test_what_cannot_start_is_said_with_its_last_words() -> None:
    with pytest.raises(LaunchError, match="not found"):
        launch(LaunchOptions(map="nowhere", carla_root=""))


def test_a_carla_root_without_a_server_is_said(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match=r"CarlaUE4\.sh"):
        launch(LaunchOptions(carla_root=str(tmp_path)))
