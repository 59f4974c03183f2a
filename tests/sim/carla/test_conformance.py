"""Our server put to the checks of CARLA's documentation by the official client, each in a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jing_maps.errors import UnknownNameError, UnreachableError
from jing_maps.grid import grid
from jing_maps.opendrive.write import write_opendrive
from jing_sim.carla.conformance.runner import CheckOptions, probe
from jing_sim.carla.launcher import LaunchOptions, RunningServer, launch

pytest.importorskip("carla", reason="the carla wheel is not installed")

GROUPS = (
    "client", "world", "map", "blueprints", "actor", "vehicle", "walker", "lights", "sensors", "cameras", "weather",
    "commands", "recorder", "debug", "traffic_manager",
)  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("maps") / "Town.xodr"
    write_opendrive(grid(2, 3, lanes=2, spacing_m=250.0), file)
    return file


@pytest.fixture(scope="module")
def server(town: Path) -> Iterator[RunningServer]:
    running = launch(LaunchOptions(map=str(town), carla_root=""))
    yield running
    running.stop()


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_of_checks_passes(server: RunningServer, group: str) -> None:
    report = probe("127.0.0.1", server.port, CheckOptions((group,), 60.0))
    assert report.version == "0.9.16"
    assert report.passed > 0
    assert [f"{c.name}: {c.result}, {c.detail}" for c in report.checks if c.result != "passed"] == []


def test_there_are_at_least_150_checks_and_all_groups_are_tried() -> None:
    code = "from jing_sim.carla.conformance.everything import CHECKS; print('\\n'.join(CHECKS))"
    names = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert len(names) >= 150
    assert {name.split(".")[0] for name in names} == set(GROUPS)


def test_a_group_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownNameError, match="did you mean weather"):
        probe("127.0.0.1", 9, CheckOptions(("wether",)))


def test_nobody_answering_is_said() -> None:
    with pytest.raises(UnreachableError, match="no CARLA server answers"):
        probe("127.0.0.1", 9)


def test_the_command_prints_the_contract(server: RunningServer) -> None:
    code = "from jing_cli.main import run; run()"
    words = [sys.executable, "-c", code, "carla", "check", f"127.0.0.1:{server.port}", "--group", "weather", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert {"version", "passed", "failed", "missing", "checks"} <= set(report)
    assert report["passed"] == len(report["checks"]) == 3
    assert set(report["checks"][0]) >= {"name", "result", "detail"}


def test_a_check_that_ends_its_process_is_failed_and_the_others_go_on(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A carla library whose weather kills the process.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, carla\n"
        "carla.World.get_weather = lambda self: os.abort()\n"
    )  # fmt: skip
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    report = probe("127.0.0.1", server.port, CheckOptions(("weather", "debug"), 30.0))
    outcome = {check.name: check.result for check in report.checks}
    assert outcome["round_trip"] == "failed"
    assert outcome["points_lines_arrows"] == "passed"
    assert any(f"code {-signal.SIGABRT}" in check.detail for check in report.checks)
