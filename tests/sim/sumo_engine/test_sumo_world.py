"""Worlds that SUMO drives: the same trips, places, signals and figures as those of the native engine."""

import importlib.util
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jing_citybrain.study import Study
from jing_maps.errors import MapFormatError, MissingExtraError, UnknownNameError
from jing_maps.grid import grid
from jing_maps.store import save
from jing_maps.sumo import lanes_of_export, lanes_of_file, read_net, write_net
from jing_sim.sumo_engine import require_sumo

needs_sumo = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("sumo", "libsumo")), reason="needs the extra sumo"
)

CONTRACT = {
    "seed", "plan", "inserted", "arrived", "running", "waiting_to_enter", "vehicle_updates", "engine_wall_s",
    "engine_cpu_s", "mean_travel_time_s", "travel_time_p5_s", "travel_time_p50_s", "travel_time_p95_s", "mean_delay_s",
    "overlaps", "red_runs", "lost", "deadlocks_resolved", "state_hash", "run",
}  # fmt: skip


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("sumo") / "driven.pickle"
    script = Path(__file__).with_name("drive_sumo.py")
    done = subprocess.run([sys.executable, str(script), str(out)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stdout
    found: dict[str, Any] = pickle.loads(out.read_bytes())
    return found


@needs_sumo
def test_both_engines_insert_the_same_vehicles_and_take_about_as_long(driven: dict[str, Any]) -> None:
    native, sumo = driven["native"], driven["sumo"]
    assert native["inserted"] == sumo["inserted"] > 50
    assert sumo["mean_travel_time_s"] == pytest.approx(native["mean_travel_time_s"], rel=0.3)
    assert sumo["mean_delay_s"] == pytest.approx(native["mean_delay_s"], rel=0.5)


@needs_sumo
@pytest.mark.parametrize("run", ["sumo", "lights by sumo", "half steps", "file"])
def test_every_vehicle_is_accounted_for(driven: dict[str, Any], run: str) -> None:
    figures = driven[run]
    assert figures["inserted"] == figures["arrived"] + figures["running"] > 50
    assert (figures["overlaps"], figures["lost"], figures["deadlocks_resolved"]) == (0, 0, 0)
    assert figures["vehicle_updates"] > 1000


@needs_sumo
def test_the_figures_are_those_of_the_program_sumo_on_the_same_files(driven: dict[str, Any]) -> None:
    arrived, travel_time_s, time_loss_s = driven["plain"]
    assert arrived == driven["file"]["arrived"]
    assert driven["file"]["mean_travel_time_s"] == pytest.approx(travel_time_s, abs=1e-6)
    assert driven["file"]["mean_delay_s"] == pytest.approx(time_loss_s, abs=0.01)


@needs_sumo
def test_vehicles_are_drawn_where_sumo_has_them(driven: dict[str, Any]) -> None:
    assert len(driven["distances"]) > 200
    assert max(driven["distances"]) < 1.0


@needs_sumo
def test_a_recorder_hears_of_every_frame_entry_and_arrival(driven: dict[str, Any]) -> None:
    notes, figures = driven["notes"], driven["recorded"]
    assert [time_s for time_s, _ in notes["frames"]] == [float(second) for second in range(1, 301)]
    assert len(notes["came"]) == figures["inserted"]
    assert len(notes["left"]) == figures["arrived"]
    entered = {vehicle: time_s for time_s, vehicle in notes["came"]}
    times = [time_s - entered[vehicle] for time_s, vehicle in notes["left"]]
    assert np.mean(times) == pytest.approx(figures["mean_travel_time_s"])
    frame = notes["frames"][-1][1]
    assert len(frame.vehicle) == figures["running"]
    assert (np.diff(frame.vehicle) > 0).all()


@needs_sumo
def test_the_signals_on_record_are_those_of_the_program(driven: dict[str, Any]) -> None:
    assert len(driven["clock"]) > 10
    for (_, state), clock in zip(driven["notes"]["states"], driven["clock"], strict=True):
        np.testing.assert_array_equal(state, clock)


@needs_sumo
def test_our_lights_rule_as_those_that_sumo_plays_itself(driven: dict[str, Any]) -> None:
    assert driven["lights by us"]["state_hash"] == driven["lights by sumo"]["state_hash"]


@needs_sumo
def test_a_controller_sees_the_vehicles_and_sumo_shows_what_it_asks_for(driven: dict[str, Any]) -> None:
    controlled = driven["controlled"]
    assert controlled["vehicles"] > 10
    assert len({state.tobytes() for state in controlled["ours"]}) > 4
    # A change that is asked for before a step rules that step already.
    states = [*controlled["ours"], controlled["ours"][-1]]
    for before, after, theirs in zip(states[:-1], states[1:], controlled["theirs"], strict=True):
        assert ((theirs == before) | (theirs == after)).all()


@needs_sumo
def test_a_planned_stop_in_a_lane_that_begins_late_is_made(driven: dict[str, Any]) -> None:
    standing = [beyond_m for _, beyond_m, speed_mps in driven["stops"] if speed_mps == 0.0]
    assert len([beyond_m for beyond_m in standing if -1.1 <= beyond_m <= 0.1]) in (19, 20)


@needs_sumo
def test_a_second_world_in_a_process_is_refused(driven: dict[str, Any]) -> None:
    assert "one simulation a process" in driven["refusal"]


def test_the_lanes_of_an_export_cover_every_lane_once() -> None:
    network = grid(2, 2)
    covered = np.zeros(len(network.lanes))
    for lane in lanes_of_export(network):
        covered[lane.row] += lane.end_m - lane.begin_m
    np.testing.assert_allclose(covered, network.lanes.length_m, atol=1e-6)


@needs_sumo
def test_simulate_prints_the_contract(tmp_path: Path) -> None:
    save(grid(1, 1), tmp_path / "one.jingnet")
    code = "from jing_cli.main import run; run()"
    words = ["simulate", "one.jingnet", "--engine", "sumo", "--signals", "webster,max-pressure", "--minutes", "1"]
    words += ["--demand", "20", "--workers", "1", "--out", "runs", "--json"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert (printed["engine"], len(printed["runs"]), printed["given_up"]) == ("sumo", 2, {})
    for run in printed["runs"]:
        assert set(run) >= CONTRACT
        assert json.loads((tmp_path / run["run"] / "manifest.json").read_text())["engine"] == "sumo"


def test_an_unknown_engine_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="did you mean sumo"):
        Study("yizhuang", engine="sumoo")


def test_without_sumo_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError, match=r"jingsim\[sumo\]"):
        require_sumo()


@needs_sumo
def test_the_file_of_another_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.net.xml"
    write_net(grid(1, 1), path)
    assert len(lanes_of_file(path, read_net(path))) == len(read_net(path).lanes)
    with pytest.raises(MapFormatError, match="give the map's file"):
        lanes_of_file(path, grid(2, 2))
