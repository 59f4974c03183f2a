"""Frames that are made and stored beside the world: the same run folder, errors passed on, bounded waiting."""

import threading
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from jing_maps.grid import grid
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.protocols import LateRecorder, Recorder, VehicleFrame
from jing_sim.trace import RunFolder, RunManifest, TraceError, TraceWriter
from jing_sim.trace.background import WorkInOrder
from jing_sim.traffic import TrafficOptions, TrafficWorld

NETWORK = grid(2, 2)
TRIPS, _ = random_trips(NETWORK, 1200.0, DemandOptions(duration_s=300.0, seed=1))
MANIFEST = RunManifest(run_id="a", area="grid", plan="map", engine="native", seed=1, dt_s=1.0)


class Eager:
    """A recorder that hands everything on, and does not offer to take frames later."""

    def __init__(self, trace: TraceWriter) -> None:
        self.frame, self.signals, self.event = trace.frame, trace.signals, trace.event
        self.arrived, self.entered = trace.arrived, trace.entered


def nan_frame() -> VehicleFrame:
    one, nan = np.zeros(1), np.full(1, np.nan)
    row = np.zeros(1, np.int32)
    return VehicleFrame(row, nan, one, one, one, one, one, row, one, np.zeros(1, np.uint8))


def test_a_world_recorded_in_a_thread_leaves_the_bytes_of_one_recorded_at_once(tmp_path: Path) -> None:
    assert isinstance(TraceWriter(tmp_path / "probe", NETWORK, TRIPS, MANIFEST), LateRecorder)
    for name in ("later", "eager"):
        with TraceWriter(tmp_path / name, NETWORK, TRIPS, MANIFEST) as trace:
            recorder: Recorder = trace if name == "later" else Eager(trace)
            world = TrafficWorld(NETWORK, TRIPS, TrafficOptions(seed=1), recorder=recorder)
            world.run(200.0)
            world.tell("mark", 0, "where vehicle 0 was last seen")
            world.run(410.0)
    files = [path.relative_to(tmp_path / "eager") for path in (tmp_path / "eager").rglob("*") if path.is_file()]
    assert len(files) > 6
    for file in files:
        assert (tmp_path / "eager" / file).read_bytes() == (tmp_path / "later" / file).read_bytes(), file


def test_a_frame_that_cannot_be_stored_is_told_at_the_end_and_the_folder_says_why(tmp_path: Path) -> None:
    trace = TraceWriter(tmp_path / "run", NETWORK, TRIPS, MANIFEST)
    trace.frame_later(1.0, lambda: TrafficWorld(NETWORK, TRIPS).frame())
    trace.frame_later(2.0, nan_frame)
    trace.frame_later(3.0, lambda: TrafficWorld(NETWORK, TRIPS).frame())
    with pytest.raises(TraceError, match=r"frame at 2\.0 s, vehicle 0: x_m is nan"):
        trace.close()
    run = RunFolder(tmp_path / "run")
    assert run.manifest.status == "failed"
    assert run.manifest.ended is not None
    assert run.manifest.ended.time_s == 1.0
    assert "x_m is nan" in run.manifest.ended.reason


def test_a_world_stops_soon_after_a_frame_that_cannot_be_stored(tmp_path: Path) -> None:
    def record() -> None:
        with TraceWriter(tmp_path / "run", NETWORK, TRIPS, MANIFEST) as trace:
            for t in range(1000):
                trace.frame_later(float(t), nan_frame if t == 5 else TrafficWorld(NETWORK, TRIPS).frame)
            pytest.fail("1000 frames later nobody had told")

    with pytest.raises(TraceError, match=r"frame at 5\.0 s"):
        record()
    assert RunFolder(tmp_path / "run").manifest.status == "failed"


def test_work_is_done_in_order_and_dropped_after_an_error() -> None:
    done: list[int] = []
    work = WorkInOrder()
    for k in range(500):
        work.add(partial(done.append, k))
    work.finish()
    assert done == list(range(500))

    work.add(lambda: done.append(1 // 0))
    work.add(lambda: done.append(-1))
    with pytest.raises(ZeroDivisionError):
        work.finish()
    work.finish()
    assert done == list(range(500))


def test_who_adds_too_much_waits() -> None:
    begin, work = threading.Event(), WorkInOrder()
    done: list[int] = []
    for _ in range(32):
        work.add(begin.wait)  # type: ignore[arg-type]
    threading.Timer(0.2, begin.set).start()
    for k in range(400):
        work.add(partial(done.append, k))
        assert k < 319 or begin.is_set()
    work.finish()
    assert done == list(range(400))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("trace")]
