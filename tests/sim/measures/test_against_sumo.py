"""Our measures on the places of SUMO's vehicles, against what SUMO's own detectors and emission models say."""

import importlib.util
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in ("sumo", "libsumo")), reason="needs the extra sumo"
    ),
]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[float, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("detectors")
    script = Path(__file__).with_name("drive_detectors.py")
    done = subprocess.run([sys.executable, str(script), str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[float, dict[str, Any]] = pickle.loads((folder / "measured.pickle").read_bytes())
    return found


@pytest.fixture(params=[1.0, 0.5])
def measured(runs: dict[float, dict[str, Any]], request: pytest.FixtureRequest) -> dict[str, Any]:
    return runs[request.param]


def test_loops_see_what_the_e1_detectors_of_sumo_see(measured: dict[str, Any]) -> None:
    ours, e1 = measured["ours"], measured["e1"]
    np.testing.assert_array_equal(ours.entered, e1["nVehEntered"])
    # SUMO forgets a vehicle that changes lanes within the junction while its rear is still on a loop before it.
    same = ours.count == e1["nVehContrib"]
    assert ours.count.sum() > 1500
    assert (~same).sum() <= 2
    assert (ours.count[~same] == e1["nVehContrib"][~same] + 1).all()
    assert e1["occupancy"].max() > 70.0
    np.testing.assert_allclose(ours.flow_vph[same], e1["flow"][same], atol=0.006)
    np.testing.assert_allclose(ours.occupancy[same] * 100.0, e1["occupancy"][same], atol=0.006)
    some = same & (ours.count > 0)
    np.testing.assert_allclose(ours.mean_speed_mps[some], e1["speed"][some], atol=0.006)
    np.testing.assert_allclose(ours.mean_length_m[some], e1["length"][some], atol=0.006)


def test_queues_are_the_jams_of_the_e2_detectors_of_sumo(measured: dict[str, Any]) -> None:
    # A jam of SUMO may stand anywhere on the lane, a queue begins at the stop line.
    queues, jams = measured["queues"], measured["jams"]
    assert jams.max() > 3
    assert np.abs(queues - jams).max() <= 2
    assert (queues == jams).mean() > 0.95
    assert queues.sum() == pytest.approx(jams.sum(), rel=0.06)


def test_waiting_times_and_stops_are_those_of_sumos_tripinfo(measured: dict[str, Any]) -> None:
    waiting_s, stops, their_waiting_s, their_stops = measured["trips"].T
    assert len(stops) > 100
    np.testing.assert_allclose(waiting_s, their_waiting_s, atol=1e-6)
    np.testing.assert_array_equal(stops, their_stops)


def test_carbon_monoxide_is_that_of_sumos_hbefa3_model(measured: dict[str, Any]) -> None:
    ours, theirs = measured["co_g"]
    assert theirs.sum() > 100.0
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_electricity_is_that_of_sumos_energy_model(measured: dict[str, Any]) -> None:
    ours, theirs = measured["electricity_wh"]
    assert (theirs[measured["electric"]] > 0).any()
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)
