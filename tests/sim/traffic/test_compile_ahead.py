"""Kernels compiled in a process beside the one that waits for them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jing_maps.grid import grid
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.kernel_cache import is_stored
from jing_sim.traffic import TrafficWorld, compile_ahead
from jing_sim.traffic.kernels_step import step_world


@pytest.fixture
def stored() -> Path:
    """Where the kernels lie of a step and of a frame that a world has made."""
    network = grid(1, 1)
    world = TrafficWorld(network, random_trips(network, 3600.0, DemandOptions(duration_s=10.0, seed=0))[0])
    world.step()
    world.frame()
    return Path(step_world.stats.cache_path)  # type: ignore[attr-defined]


def test_it_compiles_what_a_world_runs_and_nothing_else(stored: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in stored.iterdir())
    subprocess.run([sys.executable, "-m", "jing_sim.traffic.compile_ahead", str(tmp_path)], check=True, timeout=300)
    assert sorted(path.name for path in stored.iterdir()) == before


def test_no_process_is_started_where_the_kernels_lie_on_disk(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stored.is_dir()
    assert is_stored(step_world)
    monkeypatch.setattr(compile_ahead, "Popen", _must_not_be_called)
    with compile_ahead.compiling_beside():
        pass


def test_the_process_ends_with_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_ahead, "is_stored", lambda _kernel: False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def start(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        started.append(popen(*arguments, **options))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(compile_ahead, "Popen", start)
    with compile_ahead.compiling_beside():
        assert started[0].poll() is None
    assert started[0].returncode is not None


def _must_not_be_called(*_arguments: object, **_options: object) -> None:
    raise AssertionError("a process was started")
