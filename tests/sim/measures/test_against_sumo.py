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
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("detectors")
    script = Path(__file__).with_name("drive_detectors.py")
    done = subprocess.run([sys.executable, str(script), str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = pickle.loads((folder / "measured.pickle").read_bytes())
    return found


def test_loops_count_what_the_e1_detectors_of_sumo_count(measured: dict[str, Any]) -> None:
    ours, e1 = measured["ours"], measured["e1"]
    assert ours.count.sum() > 1000
    np.testing.assert_array_equal(ours.entered, e1["nVehEntered"])
    np.testing.assert_array_equal(ours.count, e1["nVehContrib"])
    np.testing.assert_allclose(ours.flow_vph, e1["flow"], atol=0.01)


def test_loops_are_covered_as_long_as_the_e1_detectors_of_sumo(measured: dict[str, Any]) -> None:
    ours, e1 = measured["ours"], measured["e1"]
    assert e1["occupancy"].max() > 50.0
    np.testing.assert_allclose(ours.occupancy * 100.0, np.minimum(e1["occupancy"], 100.0), atol=0.006)
    some = ours.count > 0
    np.testing.assert_allclose(ours.mean_speed_mps[some], e1["speed"][some], atol=0.006)
    np.testing.assert_allclose(ours.mean_length_m[some], e1["length"][some], atol=0.006)


def test_carbon_monoxide_is_that_of_sumos_hbefa3_model(measured: dict[str, Any]) -> None:
    ours, theirs = measured["co_g"]
    assert theirs.sum() > 100.0
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_electricity_is_that_of_sumos_energy_model(measured: dict[str, Any]) -> None:
    ours, theirs = measured["electricity_wh"]
    assert (theirs[measured["electric"]] > 0).any()
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)
