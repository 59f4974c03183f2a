"""Metrics of a recorded run and verdicts over it."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jing_maps.errors import UnknownNameError
from jing_maps.grid import grid
from jing_scenarios.criteria import CriterionError, MetricBound, judge_run
from jing_scenarios.metrics import TRAFFIC_METRICS, run_metrics
from jing_scenarios.metrics.units import UnitError
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.protocols import VehicleFrame
from jing_sim.trace import Actors, RunManifest, TraceError, TraceWriter
from jing_sim.traffic import TrafficOptions, TrafficWorld

NETWORK = grid(1, 1)
MANIFEST = RunManifest(run_id="r", area="grid", plan="map", engine="native", seed=1, dt_s=1.0)
NO_NEAR_MISS = MetricBound("no near miss", "ttc_s", ">=", 1.5, "s", "REQ-12")


def frame(lane: list[int], pos_m: list[float], speed_mps: list[float], accel_mps2: list[float]) -> VehicleFrame:
    n = len(lane)
    zeros = np.zeros(n)
    return VehicleFrame(
        np.arange(n, dtype=np.int32), zeros, zeros, zeros, zeros, np.array(speed_mps), np.array(accel_mps2),
        np.array(lane, np.int32), np.array(pos_m), np.zeros(n, np.uint8),
    )  # fmt: skip


def record(folder: Path, closing_mps: float = 10.0) -> Path:
    """Vehicle 0 of 5 m leads at 10 m/s; 1 follows in its lane; 2 drives beside them; 3 and 4 are off the lanes."""
    n = 5
    ones, names = np.ones(n), tuple(f"v{i}" for i in range(n))
    actors = Actors(names, ("car",) * n, 5 * ones, 1.8 * ones, 0 * ones, 50 * ones, ("",) * n, ("",) * n, ones > 2)
    lanes, fast = [0, 0, 1, -1, -1], 10.0 + closing_mps
    with TraceWriter(folder, NETWORK, actors, MANIFEST) as trace:
        trace.frame(1.0, frame(lanes, [60.0, 25.0, 40.0, 0.0, 9.0], [10, fast, 5, 0, 0], [0, 0, 0, 0, 0]))
        trace.frame(2.0, frame(lanes, [70.0, 45.0, 45.0, 0.0, 9.0], [10, fast, 5, 0, 0], [-2.0, -4.0, 0, 0, 0]))
    return folder


def test_metrics_of_a_pair_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    table = run_metrics(record(tmp_path / "run"))
    assert set(TRAFFIC_METRICS) <= set(table.columns)
    assert len(table) == 10
    pairs = table[table["leader"] >= 0]
    assert pairs[["time_s", "vehicle", "leader"]].to_numpy().tolist() == [[1.0, 1.0, 0.0], [2.0, 1.0, 0.0]]
    # Gaps: 60 - 25 - 5 and 70 - 45 - 5; closing with 10 m/s; fronts 35 and 25 m apart at 20 m/s.
    assert pairs["gap_m"].tolist() == [30.0, 20.0]
    assert pairs["ttc_s"].tolist() == [3.0, 2.0]
    assert pairs["headway_s"].tolist() == [1.75, 1.25]
    assert pairs["drac_mps2"].tolist() == pytest.approx([100 / 60, 2.5])
    assert pairs["required_mps2"].tolist() == pytest.approx([100 / 60, 4.5])
    assert pairs["deceleration_mps2"].tolist() == [0.0, 4.0]
    assert math.isnan(pairs["jerk_mps3"].iloc[0])
    assert pairs["jerk_mps3"].iloc[1] == 4.0
    assert table.loc[table["leader"] < 0, ["gap_m", "ttc_s", "headway_s", "required_mps2"]].isna().all(axis=None)


def test_verdicts_name_the_worst_instant(tmp_path: Path) -> None:
    run = record(tmp_path / "run")
    strict = replace(NO_NEAR_MISS, threshold=2.5)
    braking = MetricBound("soft braking", "deceleration_mps2", "<", 4.0, "m/s2")
    passed, failed, at_the_limit = judge_run(run, [NO_NEAR_MISS, strict, braking])
    assert (passed.outcome, passed.value, passed.worst_time_s, passed.actor, passed.other) == ("pass", 2, 2, "1", "0")
    assert (failed.outcome, failed.worst_time_s) == ("fail", 2.0)
    assert "vehicle 1 behind 0" in failed.reason
    assert (at_the_limit.outcome, at_the_limit.value) == ("fail", 4.0)
    assert passed.as_json()["requirement"] == "REQ-12"


def test_a_pair_that_never_closes_passes_with_an_infinite_time(tmp_path: Path) -> None:
    (verdict,) = judge_run(record(tmp_path / "run", closing_mps=0.0), [NO_NEAR_MISS])
    assert (verdict.outcome, verdict.value) == ("pass", math.inf)
    assert json.loads(json.dumps(verdict.as_json(), allow_nan=False))["value"] is None


def test_what_was_not_tested_is_inconclusive(tmp_path: Path) -> None:
    run = record(tmp_path / "run")
    alone = run_metrics(run, time_s=(5.0, 9.0))
    assert len(alone) == 0
    (run / "events.parquet").unlink()
    held, failed = judge_run(run, [NO_NEAR_MISS, replace(NO_NEAR_MISS, threshold=2.5)])
    assert (held.outcome, failed.outcome) == ("inconclusive", "fail")
    assert "events.parquet" in held.reason


def test_a_run_without_pairs_is_inconclusive(tmp_path: Path) -> None:
    one = np.ones(1)
    actors = Actors(("a",), ("car",), 5 * one, 2 * one, 0 * one, 50 * one, ("",), ("",), one > 2)
    with TraceWriter(tmp_path / "run", NETWORK, actors, MANIFEST) as trace:
        trace.frame(1.0, frame([0], [10.0], [5.0], [0.0]))
    (verdict,) = judge_run(tmp_path / "run", [NO_NEAR_MISS])
    assert verdict.outcome == "inconclusive"
    assert verdict.as_json()["worst_time_s"] is None


def test_wrong_criteria_are_told() -> None:
    with pytest.raises(UnknownNameError, match="ttc_s"):
        MetricBound("x", "tcc_s", ">=", 1.5, "s")
    with pytest.raises(UnitError, match="right would be one of s, ms, min"):
        MetricBound("x", "ttc_s", ">=", 1.5, "m")
    with pytest.raises(CriterionError, match="finite"):
        MetricBound("x", "ttc_s", ">=", math.nan, "s")
    with pytest.raises(UnknownNameError, match="comparison"):
        MetricBound("x", "ttc_s", "==", 1.5, "s")  # type: ignore[arg-type]
    with pytest.raises(TraceError, match="does not exist"):
        run_metrics("/nowhere/run")


def test_in_a_recorded_traffic_run_followers_keep_a_gap(tmp_path: Path) -> None:
    trips = random_trips(NETWORK, 900.0, DemandOptions(duration_s=120.0, seed=4))[0]
    with TraceWriter(tmp_path / "run", NETWORK, trips, MANIFEST) as trace:
        TrafficWorld(NETWORK, trips, TrafficOptions(seed=4), recorder=trace).run(180.0)
    (verdict,) = judge_run(tmp_path / "run", [MetricBound("no contact", "gap_m", ">", 0.0, "m")])
    assert verdict.outcome == "pass"
