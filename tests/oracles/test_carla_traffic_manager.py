"""The official client's Traffic Manager drives our vehicles: no stall, no collision, and twice the same."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jing_maps.grid import grid
from jing_maps.opendrive.write import write_opendrive
from jing_sim.carla.launcher import LaunchOptions, RunningServer, launch

pytestmark = pytest.mark.oracle
pytest.importorskip("carla", reason="the carla wheel is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    file = tmp_path_factory.mktemp("maps") / "Town.xodr"
    write_opendrive(grid(3, 3, lanes=2, spacing_m=250.0), file)
    running = launch(LaunchOptions(map=str(file), carla_root=""))
    yield running
    running.stop()


def driven(server: RunningServer, manager_port: int, vehicles: int, ticks: int) -> tuple[str, int, int]:
    """Hash of all places, metres driven, collisions."""
    words = [server.port, manager_port, vehicles, ticks]
    script = Path(__file__).parent / "drive_traffic_manager.py"
    told = subprocess.run(
        [sys.executable, str(script), *map(str, words)], check=True, capture_output=True, text=True, timeout=240
    )
    digest, metres, hits = told.stdout.split()
    return digest, int(metres), int(hits)


def test_traffic_managers_of_two_clients_drive_the_same_way_without_a_collision(server: RunningServer) -> None:
    first = driven(server, 8421, vehicles=20, ticks=1000)
    assert first[1] > 1000
    assert first[2] == 0
    assert driven(server, 8422, vehicles=20, ticks=1000) == first


def test_a_short_cycle_of_questions_and_ticks_never_stalls(server: RunningServer) -> None:
    """Few vehicles make the fastest rounds, in which the client's lost wake-up would show first."""
    assert driven(server, 8423, vehicles=2, ticks=6000)[1] > 0
