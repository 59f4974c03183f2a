"""Scenarios that name a map of the server, or none: they run on the server's roads, which are as before afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.openscenario.files import PRIVATE, scenario, write

from jing_maps.grid import grid
from jing_maps.opendrive.write import write_opendrive
from jing_scenarios.run_file import RunRequest, run_file
from jing_sim.carla.launcher import LaunchOptions, RunningServer, launch

pytest.importorskip("carla", reason="the carla wheel is not installed")
from jing_scenarios.worlds.served_maps import ServedMaps
from jing_sim.carla.client import CarlaWorld

pytestmark = [pytest.mark.filterwarnings("ignore::ResourceWarning")]

AT = (
    '<Private entityRef="Ego"><PrivateAction><TeleportAction><Position>'
    '<LanePosition roadId="{road}" laneId="-1" s="20"/>'
    "</Position></TeleportAction></PrivateAction>{speed}</Private>"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    file = tmp_path_factory.mktemp("maps") / "Small.xodr"
    write_opendrive(grid(1, 2, spacing_m=120.0), file)
    running = launch(LaunchOptions(map=str(file), carla_root=""))
    yield running
    running.stop()


@pytest.mark.parametrize("name", ["Carla/Maps/Small", "small", ""])
def test_a_scenario_runs_on_the_map_of_the_server(server: RunningServer, tmp_path: Path, name: str) -> None:
    before = CarlaWorld(port=server.port).world.get_map()
    road = before.generate_waypoints(5.0)[0].road_id
    init = AT.format(road=road, speed=PRIVATE.format(value=4))
    text = scenario(init=init, roads=f'<LogicFile filepath="{name}"/>' if name else "")
    address = f"127.0.0.1:{server.port}"
    done = run_file(RunRequest(write(tmp_path, text), world="both", address=address, max_time_s=1.0))
    assert done.deviations[0].max_m < 0.2
    assert done.run.scenario.road_file is not None
    assert done.run.scenario.road_file.read_text("utf-8") == before.to_opendrive()
    assert CarlaWorld(port=server.port).world.get_map().name == before.name


def test_a_map_that_is_not_shown_is_loaded_for_as_long_as_it_is_wanted(server: RunningServer) -> None:
    with ServedMaps("127.0.0.1", server.port) as served:
        file = served.file("zhongguancun")
        assert file is not None
        assert CarlaWorld(port=server.port).world.get_map().name == "Jing/Zhongguancun"
        assert file.read_text("utf-8") == CarlaWorld(port=server.port).world.get_map().to_opendrive()
        assert served.file("Town99") is None
    assert CarlaWorld(port=server.port).world.get_map().name == "Carla/Maps/Small"
