"""Size and speed of the run folder against the layout of reference: 10,000 vehicles x 3,600 s in 112 MB and 4.0 s.

Synthetic worst case: every vehicle is on the road all the time, driving with noise on a plane. Plain float64 Parquet
of the same frames, cut to one segment and scaled, is the peer in the same run.

    python benchmarks/trace_size.py [vehicles] [seconds]
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jing_maps.grid import grid
from jing_sim.protocols import VehicleFrame
from jing_sim.trace import Actors, RunManifest, TraceWriter


def frames(n: int, seconds: int, n_lanes: int) -> Iterator[VehicleFrame]:
    rng = np.random.default_rng(1)
    speed, heading = rng.uniform(0, 15, n), rng.uniform(-3, 3, n)
    x, y = rng.uniform(0, 8000, (2, n))
    pos, lane = rng.uniform(0, 200, n), rng.integers(0, n_lanes, n)
    for _ in range(seconds):
        accel = np.clip(rng.normal(0, 0.6, n) - 0.05 * (speed - 10), -3, 2.6)
        speed = np.maximum(speed + accel, 0)
        turn = rng.random(n) < 0.01
        heading = heading + turn * rng.choice([-np.pi / 2, np.pi / 2], n)
        x, y, pos = x + speed * np.cos(heading), y + speed * np.sin(heading), pos + speed
        done = pos > 200
        lane, pos = np.where(done, rng.integers(0, n_lanes, n), lane), np.where(done, pos - 200, pos)
        flags = ((accel < -1) * 1 + (speed < 0.1) * 8).astype(np.uint8)
        ids = np.arange(n, dtype=np.int32)
        yield VehicleFrame(ids, x, y, np.zeros(n), heading, speed, accel, lane.astype(np.int32), pos, flags)


def plain_bytes_a_row(sample: list[VehicleFrame], folder: Path) -> float:
    names = ["vehicle", "x_m", "y_m", "z_m", "heading_rad", "speed_mps", "accel_mps2", "lane", "pos_m", "flags"]
    columns = {name: np.concatenate([getattr(f, name) for f in sample]) for name in names}
    columns["time_s"] = np.repeat(np.arange(len(sample), dtype=float), [len(f.vehicle) for f in sample])
    pq.write_table(pa.table(columns), folder / "plain.parquet")
    return (folder / "plain.parquet").stat().st_size / len(columns["time_s"])


def main(n: int = 10_000, seconds: int = 900) -> None:
    network = grid(4, 4)
    ones = np.ones(n)
    names = tuple(f"v{i}" for i in range(n))
    actors = Actors(names, ("car",) * n, 5 * ones, 1.8 * ones, 0 * ones, 50 * ones, ("",) * n, ("",) * n, ones > 2)
    manifest = RunManifest(run_id="size", area="grid", plan="map", engine="synthetic", seed=1, dt_s=1.0)
    sample: list[VehicleFrame] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spent = 0.0
        writer = TraceWriter(folder / "run", network, actors, manifest)
        for t, frame in enumerate(frames(n, seconds, len(network.lanes))):
            if t < 60:
                sample.append(frame)
            begin = time.process_time()
            writer.frame(float(t), frame)
            spent += time.process_time() - begin
        begin = time.process_time()
        writer.close()
        spent += time.process_time() - begin
        size = sum(path.stat().st_size for path in (folder / "run/states").iterdir())
        rows = n * seconds
        plain = plain_bytes_a_row(sample, folder)
    scale = 36e6 / rows
    print(f"{rows / 1e6:.1f} M rows: {size / rows:.2f} B/row, {spent:.1f} CPU s ({spent / rows * 1e6:.3f} us/row)")
    print(
        f"scaled to 10,000 x 3,600 s: {size * scale / 1e6:.0f} MB, {spent * scale:.1f} CPU s (reference: 112 MB, 4.0 s)"
    )
    print(f"plain float64 Parquet: {plain:.1f} B/row, {plain * rows / size:.1f} times as large")


if __name__ == "__main__":
    main(*(int(arg) for arg in sys.argv[1:3]))
