"""Traces of run folders: of scenario runs as they were written, of other worlds from their states."""

import math
from pathlib import Path

import numpy as np
import pytest

from jing_maps.grid import grid
from jing_maps.opendrive.example import straight_road
from jing_scenarios.metrics import METRICS
from jing_scenarios.metrics.run_folders import trace_of_folder
from jing_scenarios.metrics.scenario_trace import ScenarioTraceError, straight_trace
from jing_scenarios.metrics.trace_file import write_trace
from jing_sim.protocols import VehicleFrame
from jing_sim.trace import Actors, RunManifest, TraceWriter

NETWORK = grid(1, 1)
MANIFEST = RunManifest(run_id="r", area="grid", plan="map", engine="native", seed=1, dt_s=1.0)


def frame(ids: list[int], x_m: list[float]) -> VehicleFrame:
    """Cars eastwards at y = -1.75 with 10 m/s; places are those of the front bumpers."""
    n = len(ids)
    zeros, lane = np.zeros(n), np.full(n, -1, np.int32)
    return VehicleFrame(np.array(ids, np.int32), np.array(x_m), zeros - 1.75, zeros, zeros, zeros + 10.0, zeros, lane,
                        zeros, np.zeros(n, np.uint8))  # fmt: skip


def record(folder: Path) -> Path:
    ones, names = np.ones(3), ("a", "b", "ego")
    actors = Actors(names, ("car",) * 3, 5 * ones, 1.8 * ones, 0 * ones, 50 * ones, ("",) * 3, ("",) * 3, ones > 2)
    with TraceWriter(folder, NETWORK, actors, MANIFEST) as trace:
        trace.frame(1.0, frame([0, 2], [60.0, 25.0]))
        trace.frame(2.0, frame([0, 1, 2], [70.0, 90.0, 35.0]))
        trace.signals(1.0, np.zeros(len(NETWORK.signal_groups), np.uint8))
    return folder


def test_states_become_a_dense_trace(tmp_path: Path) -> None:
    odr = straight_road(200.0, 3.5)
    trace = trace_of_folder(record(tmp_path / "run"), odr)
    assert trace.names == ("a", "b", "ego")
    assert trace.names[trace.ego] == "ego"
    assert trace.time_s.tolist() == [1.0, 2.0]
    assert math.isnan(trace.x_m[0, 1])
    assert not trace.present[0, 1]
    np.testing.assert_allclose(trace.x_m[:, 0], [57.5, 67.5])
    assert trace.places.lane[0, 0] == -1
    assert METRICS["gap_m"].of(trace, trace.ego).values.tolist() == pytest.approx([30.0, 30.0])
    assert trace.t0 == MANIFEST.t0
    assert [change.state for change in trace.signals] == ["red"] * len(NETWORK.signal_groups)


def test_parts_of_a_run_can_be_chosen(tmp_path: Path) -> None:
    folder = record(tmp_path / "run")
    part = trace_of_folder(folder, vehicles=(0, 2), time_s=(2.0, 9.0))
    assert (part.names, part.n_t) == (("a", "ego"), 1)
    with pytest.raises(ScenarioTraceError, match="no states"):
        trace_of_folder(folder, time_s=(5.0, 9.0))


def test_a_scenario_run_comes_back_as_it_was(tmp_path: Path) -> None:
    trace = straight_trace({"Ego": (0.0, 20.0)}, 1.0, 0.5)
    write_trace(trace, tmp_path)
    np.testing.assert_array_equal(trace_of_folder(tmp_path).x_m, trace.x_m)
