import json
from pathlib import Path

import geopandas
import numpy as np
import pyarrow.parquet as pq
import pytest

from jing_maps.network import RoadNetwork
from jing_sim.protocols import Recorder, VehicleFrame
from jing_sim.trace import Actors, RunFolder, RunManifest, Severity, TraceError, TraceWriter, inputs_hash

MANIFEST = RunManifest(run_id="r1", area="town", plan="map", engine="native", seed=7, dt_s=1.0)


def actors(n: int = 3) -> Actors:
    names = tuple(f"v{i}" for i in range(n))
    ones = np.ones(n)
    return Actors(names, ("car",) * n, 5 * ones, 1.8 * ones, 0 * ones, 50 * ones, ("a",) * n, ("b",) * n, ones > 2)


def frame(ids: list[int], speed_mps: float = 10.0, lane: int = 0, **over: object) -> VehicleFrame:
    n = len(ids)
    columns = {
        "vehicle": np.array(ids, np.int32), "x_m": np.arange(n) + 0.123, "y_m": np.full(n, -7.0),
        "z_m": np.zeros(n), "heading_rad": np.full(n, -np.pi / 2), "speed_mps": np.full(n, speed_mps),
        "accel_mps2": np.full(n, -1.25), "lane": np.full(n, lane, np.int32), "pos_m": np.full(n, 42.0),
        "flags": np.full(n, 9, np.uint8),
    }  # fmt: skip
    return VehicleFrame(**(columns | over))  # type: ignore[arg-type]


def record(folder: Path, town: RoadNetwork, seconds: int = 700) -> None:
    with TraceWriter(folder, town, actors(), MANIFEST) as trace:
        recorder: Recorder = trace
        recorder.entered(0.0, np.array([0, 1], np.int32))
        for t in range(seconds):
            recorder.signals(float(t), np.array([2 if t % 60 < 30 else 0], np.uint8))
            recorder.frame(float(t), frame([0, 1] if t % 2 else [1, 2]))
        recorder.arrived(99.0, np.array([1], np.int32))
        trace.event(100.0, "incident", 1, "停车", severity=Severity.CRITICAL)
        trace.event(101.0, "note", -1, "x")
        trace.summarise({"arrived": 1})


def test_a_run_comes_back_as_it_was_recorded(tmp_path: Path, town: RoadNetwork) -> None:
    record(tmp_path / "run", town)
    run = RunFolder(tmp_path / "run")
    assert run.complete
    assert run.missing() == ()
    assert [p.name for p in run.segments] == ["seg_00000.parquet", "seg_00001.parquet", "seg_00002.parquet"]
    states = run.states(vehicle=0, time_s=(10.0, 20.0))
    assert states["time_s"].tolist() == [11.0, 13.0, 15.0, 17.0, 19.0]
    row = states.iloc[0]
    assert (row.x_m, row.y_m, row.speed_mps, row.accel_mps2, row.pos_m, row["flags"]) == (
        0.12,
        -7.0,
        10.0,
        -1.25,
        42.0,
        9,
    )
    assert row.heading_rad == pytest.approx(1.5 * np.pi)
    assert len(run.states()) == 1400
    vehicles = run.vehicles()
    assert vehicles["arrive"].isna().tolist() == [True, False, True]
    assert vehicles["entered"].isna().tolist() == [False, False, True]
    assert run.manifest.summary == {"arrived": 1}
    assert run.manifest.ended is not None
    assert run.manifest.ended.time_s == 699.0


def test_segments_are_sorted_by_vehicle_and_time_with_the_types_of_the_design(
    tmp_path: Path, town: RoadNetwork
) -> None:
    record(tmp_path / "run", town)
    table = pq.read_table(tmp_path / "run/states/seg_00001.parquet")
    types = ["int32", "uint32", "int32", "int32", "int32", "uint16", "int16", "int16", "int32", "int32", "uint8"]
    assert [str(field.type) for field in table.schema] == types
    keys = list(zip(table["vehicle"].to_pylist(), table["time_ms"].to_pylist(), strict=True))
    assert keys == sorted(keys)
    assert min(t for _, t in keys) == 300_000
    assert max(t for _, t in keys) == 599_000


def test_signals_hold_changes_only_and_events_lie_where_the_actor_was_last_seen(
    tmp_path: Path, town: RoadNetwork
) -> None:
    record(tmp_path / "run", town, 120)
    run = RunFolder(tmp_path / "run")
    assert run.signals()["time_ms"].tolist() == [0, 30_000, 60_000, 90_000]
    events = run.events()
    assert events["text"].tolist() == ["停车", "x"]
    assert events["severity"].tolist() == [2, 1]
    assert events["lon"].iloc[0] == pytest.approx(116.3, abs=1e-4)
    assert np.isnan(events["lon"].iloc[1])


def test_the_network_is_geoparquet_in_wgs84(tmp_path: Path, town: RoadNetwork) -> None:
    record(tmp_path / "run", town, 5)
    shapes = geopandas.read_parquet(tmp_path / "run/network.parquet")
    assert shapes.crs.to_epsg() in (4326, None)
    assert len(shapes) == RunFolder(tmp_path / "run").network().num_rows


def test_links_give_flow_speed_delay_and_queue_of_each_minute(tmp_path: Path, town: RoadNetwork) -> None:
    with TraceWriter(tmp_path / "run", town, actors(), MANIFEST) as trace:
        for t in range(120):
            trace.frame(float(t), frame([0, 2], speed_mps=7.5 if t < 60 else 0.0, lane=4))
    links = RunFolder(tmp_path / "run").links()
    assert links["time_ms"].tolist() == [0, 60_000]
    assert links["edge"].tolist() == [4, 4]
    assert links["count"].tolist() == [2, 0]
    assert links["mean_speed"].tolist() == [7.5, 0.0]
    assert links["delay"].tolist() == pytest.approx([60.0, 120.0])
    assert links["queue"].tolist() == pytest.approx([0.0, 2.0])
    assert links["vehicle_s"].tolist() == [120.0, 120.0]


def test_a_killed_run_keeps_its_whole_segments_and_says_what_is_missing(tmp_path: Path, town: RoadNetwork) -> None:
    trace = TraceWriter(tmp_path / "run", town, actors(), MANIFEST)
    trace.entered(3.0, np.array([0], np.int32))
    for t in range(650):
        trace.signals(float(t), np.array([t // 30 % 2], np.uint8))
        trace.frame(float(t), frame([0]))
    run = RunFolder(tmp_path / "run")
    assert run.manifest.status == "running"
    assert not run.complete
    assert any("did not finish" in line for line in run.missing())
    assert any("signals.parquet" in line for line in run.missing())
    assert run.states()["time_s"].max() == 599.0
    assert len(run.signals()) == 21
    assert run.links()["time_ms"].max() == 540_000
    assert run.vehicles()["entered"].tolist()[0] == 3.0
    assert len(run.events()) == 0


def test_a_truncated_journal_gives_back_its_whole_batches(tmp_path: Path, town: RoadNetwork) -> None:
    trace = TraceWriter(tmp_path / "run", town, actors(), MANIFEST)
    for t in range(601):
        trace.signals(float(t), np.array([t // 30 % 2], np.uint8))
        trace.frame(float(t), frame([0]))
    journal = tmp_path / "run/signals.arrows"
    journal.write_bytes(journal.read_bytes()[:-20])
    assert len(RunFolder(tmp_path / "run").signals()) == 11


def test_a_run_that_raises_is_marked_failed_with_time_and_reason(tmp_path: Path, town: RoadNetwork) -> None:
    def fail() -> None:
        with TraceWriter(tmp_path / "run", town, actors(), MANIFEST) as trace:
            trace.frame(0.0, frame([0]))
            trace.frame(1.0, frame([0]))
            raise ZeroDivisionError("too bad")

    with pytest.raises(ZeroDivisionError):
        fail()
    run = RunFolder(tmp_path / "run")
    assert run.manifest.status == "failed"
    assert run.manifest.ended is not None
    assert (run.manifest.ended.time_s, run.manifest.ended.reason) == (1.0, "ZeroDivisionError: too bad")
    assert len(run.states()) == 2


def test_a_clipped_acceleration_is_recorded_as_a_warning(tmp_path: Path, town: RoadNetwork) -> None:
    with TraceWriter(tmp_path / "run", town, actors(), MANIFEST) as trace:
        trace.frame(0.0, frame([1], accel_mps2=np.array([-900.0])))
    run = RunFolder(tmp_path / "run")
    assert run.states()["accel_mps2"].tolist() == [-327.67]
    assert len(run.manifest.warnings) == 1
    assert "-900.0 m/s2 of vehicle 1" in run.manifest.warnings[0]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (frame([1, 0]), "sorted"),
        (frame([0, 0]), "sorted"),
        (frame([3]), "names vehicle 3"),
        (frame([0], speed_mps=400.0), "speed_cms would be 40000"),
        (frame([0], x_m=np.array([np.nan])), "x_m is nan"),
        (frame([0], y_m=np.array([3e7])), "y_cm would be"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, town: RoadNetwork, bad: VehicleFrame, says: str) -> None:
    trace = TraceWriter(tmp_path / "run", town, actors(), MANIFEST)
    with pytest.raises(TraceError, match=says):
        trace.frame(0.0, bad)
    trace.close()


def test_time_must_rise_and_a_folder_holds_one_run(tmp_path: Path, town: RoadNetwork) -> None:
    trace = TraceWriter(tmp_path / "run", town, actors(), MANIFEST)
    trace.frame(1.0, frame([0]))
    with pytest.raises(TraceError, match="time must rise"):
        trace.frame(1.0, frame([0]))
    trace.close()
    with pytest.raises(TraceError, match="not empty"):
        TraceWriter(tmp_path / "run", town, actors(), MANIFEST)


def test_damaged_and_missing_files_are_named(tmp_path: Path, town: RoadNetwork) -> None:
    record(tmp_path / "run", town, 5)
    run = RunFolder(tmp_path / "run")
    (tmp_path / "run/links.parquet").unlink()
    with pytest.raises(TraceError, match=r"links\.parquet is missing"):
        run.links()
    segment = run.segments[0]
    segment.write_bytes(segment.read_bytes()[:-30])
    with pytest.raises(TraceError, match=r"seg_00000\.parquet: damaged"):
        run.states()
    with pytest.raises(TraceError, match=r"seg_00000\.parquet: damaged"):
        run.states(vehicle=1)
    segment.unlink()
    assert any("seg_00000" in line for line in RunFolder(run.path).missing())
    with pytest.raises(TraceError, match="does not exist"):
        RunFolder(tmp_path / "nowhere")


def test_a_manifest_of_another_version_or_with_unknown_keys_is_refused(tmp_path: Path, town: RoadNetwork) -> None:
    record(tmp_path / "run", town, 2)
    path = tmp_path / "run/manifest.json"
    good = json.loads(path.read_text())
    path.write_text(json.dumps(good | {"schema_version": 99}))
    with pytest.raises(TraceError, match="version 99"):
        RunFolder(tmp_path / "run")
    path.write_text(json.dumps(good | {"sed": 1}))
    with pytest.raises(TraceError, match="sed"):
        RunFolder(tmp_path / "run")
    with pytest.raises(TraceError, match="RFC 3339"):
        RunManifest(run_id="", area="", plan="", engine="", seed=0, dt_s=1.0, t0="2026-01-01T00:00:00")


def test_equal_runs_write_equal_bytes(tmp_path: Path, town: RoadNetwork) -> None:
    for name in ("a", "b"):
        record(tmp_path / name, town, 310)
    for path in sorted((tmp_path / "a").rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes(), path.name


def test_hashes_tell_inputs_apart(town: RoadNetwork) -> None:
    assert inputs_hash(town.lanes) == inputs_hash(town.lanes) != inputs_hash(town.roads)
    assert inputs_hash(("a", "b")) != inputs_hash(("ab",))
