"""A CARLA server as a world: actors stand where the columns say, and the server is left as it was found."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from jing_maps.grid import grid
from jing_maps.opendrive.write import write_opendrive
from jing_scenarios.worlds.world import EntityBody, Environment, PoseColumns, WorldError
from jing_sim.carla.launcher import LaunchOptions, RunningServer, launch
from jing_sim.driving.controls import VehicleControl
from jing_sim.driving.weather import Weather

pytest.importorskip("carla", reason="the carla wheel is not installed")
from jing_scenarios.worlds.carla_server import CarlaScenarioWorld
from jing_scenarios.worlds.signal_words import light_of
from jing_sim.carla.client import CarlaWorld

pytestmark = [pytest.mark.filterwarnings("ignore::ResourceWarning")]

DT_S = 0.05
CAR = EntityBody("car", "vehicle", "car", "vehicle.tesla.model3", place="a.xosc:3:1")
CHILD = EntityBody("child", "pedestrian", "pedestrian", size_m=(0.5, 0.5, 1.2), centre_m=(0.0, 0.0, 0.6))
CONE = EntityBody("cone", "misc", "obstacle", size_m=(0.4, 0.4, 0.75), centre_m=(0.0, 0.0, 0.4))


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("maps")
    write_opendrive(grid(1, 2, spacing_m=120.0), folder / "Small.xodr")
    write_opendrive(grid(1, 1, spacing_m=120.0), folder / "Tiny.xodr")
    return folder


@pytest.fixture(scope="module")
def server(maps: Path) -> Iterator[RunningServer]:
    running = launch(LaunchOptions(map=str(maps / "Small.xodr"), carla_root=""))
    yield running
    running.stop()


def _start(columns: PoseColumns, row: int, server: RunningServer, speed_mps: float) -> None:
    """On a spawn point of the server's map."""
    place = CarlaWorld(port=server.port).spawn_points()[row]
    columns.x[row], columns.y[row], columns.h[row], columns.speed[row] = place.x, place.y, place.yaw, speed_mps


def _go(columns: PoseColumns, row: int) -> None:
    columns.x[row] += columns.speed[row] * math.cos(columns.h[row]) * DT_S
    columns.y[row] += columns.speed[row] * math.sin(columns.h[row]) * DT_S


def test_carried_actors_are_where_the_columns_say_and_show_their_speed(
    server: RunningServer, maps: Path, columns: PoseColumns
) -> None:
    world = CarlaScenarioWorld("127.0.0.1", server.port, maps / "Small.xodr", DT_S)
    try:
        for row, (body, speed) in enumerate(((CAR, 10.0), (CHILD, 1.4), (CONE, 0.0))):
            _start(columns, row, server, speed)
            world.add(row, body, columns)
        for _ in range(60):
            _go(columns, 0)
            _go(columns, 1)
            world.step(columns, DT_S)
            for row in range(3):
                _, x, y, _, heading = world.seen.columns(row)[-1].tolist()
                assert math.hypot(x - columns.x[row], y - columns.y[row]) < 0.01
                assert math.cos(heading - columns.h[row]) > 0.9999
        there = world.server.actors("vehicle.*")
        assert math.hypot(*there.velocity[0, :2]) == pytest.approx(10.0, abs=0.1)
        assert any("'child' (pedestrian" in warning for warning in world.warnings())
    finally:
        world.close()


def test_a_driven_car_is_read_back(server: RunningServer, maps: Path, columns: PoseColumns) -> None:
    world = CarlaScenarioWorld("127.0.0.1", server.port, maps / "Small.xodr", DT_S)
    try:
        _start(columns, 0, server, 5.0)
        columns.driven[0] = True
        world.add(0, CAR, columns)
        begin = float(columns.x[0]), float(columns.y[0])
        world.control(0, VehicleControl(throttle=0.5))
        for _ in range(40):
            world.step(columns, DT_S)
        assert columns.speed[0] > 6.0
        assert 10.0 < math.hypot(columns.x[0] - begin[0], columns.y[0] - begin[1]) < 25.0
    finally:
        world.close()


def test_the_server_is_left_as_it_was_found(server: RunningServer, maps: Path, columns: PoseColumns) -> None:
    found = CarlaWorld(port=server.port).world
    before = found.get_map().name, found.get_weather(), found.get_settings().synchronous_mode
    lights = {light.get_opendrive_id(): light.is_frozen() for light in found.get_actors().filter("*traffic_light*")}
    actors = len(found.get_actors())
    world = CarlaScenarioWorld("127.0.0.1", server.port, maps / "Small.xodr", DT_S)
    _start(columns, 0, server, 5.0)
    world.add(0, CAR, columns)
    world.set_environment(Environment(Weather(precipitation=0.8, wetness=0.5), 0.5))
    signal = next(iter(lights))
    world.show_signal(signal, "green")
    world.show_signal("nowhere", "red")
    world.step(columns, DT_S)
    shown = {light.get_opendrive_id(): light for light in found.get_actors().filter("*traffic_light*")}
    assert str(shown[signal].get_state()) == "Green"
    assert found.get_weather().precipitation == pytest.approx(80.0)
    assert {word for text in world.warnings() for word in ("friction", "'nowhere'") if word in text} == {
        "friction", "'nowhere'",
    }  # fmt: skip
    world.close()
    found = CarlaWorld(port=server.port).world
    assert (found.get_map().name, found.get_weather(), found.get_settings().synchronous_mode) == before
    assert len(found.get_actors()) == actors
    assert not any(light.is_frozen() != lights[light.get_opendrive_id()]
                   for light in found.get_actors().filter("*traffic_light*"))  # fmt: skip


def test_another_map_is_brought_and_the_old_one_comes_back(
    server: RunningServer, maps: Path, columns: PoseColumns
) -> None:
    before = CarlaWorld(port=server.port).world.get_map().name
    world = CarlaScenarioWorld("127.0.0.1", server.port, maps / "Tiny.xodr", DT_S)
    assert world.server.world.get_map().name != before
    _start(columns, 0, server, 5.0)
    world.add(0, CAR, columns)
    world.step(columns, DT_S)
    world.close()
    assert CarlaWorld(port=server.port).world.get_map().name == before


def test_another_step_than_the_one_of_the_start_is_refused(
    server: RunningServer, maps: Path, columns: PoseColumns
) -> None:
    world = CarlaScenarioWorld("127.0.0.1", server.port, maps / "Small.xodr", DT_S)
    try:
        with pytest.raises(WorldError, match=r"a step of 0\.1 s on a server that was set to steps of 0\.05 s"):
            world.step(columns, 0.1)
    finally:
        world.close()


@pytest.mark.parametrize(
    ("state", "shown"),
    [("red", "red"), ("Green", "green"), ("flashing yellow", "yellow"), ("off;off;on", "green"),
     ("on;off;off", "red"), ("off;on;off", "yellow"), ("off", "off")],
)  # fmt: skip
def test_states_of_signals_are_told_to_lights(state: str, shown: str) -> None:
    assert light_of(state) == shown
