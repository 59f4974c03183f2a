"""Law: what a trace gives back is what was recorded, to half a unit of its last place, sorted, nothing lost."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from jing_maps.grid import grid
from jing_sim.protocols import VehicleFrame
from jing_sim.trace import Actors, RunFolder, RunManifest, TraceWriter

NETWORK = grid(1, 1)
N = 6


def actors() -> Actors:
    names, ones = tuple(f"v{i}" for i in range(N)), np.ones(N)
    return Actors(names, ("car",) * N, 5 * ones, 2 * ones, 0 * ones, 9 * ones, ("",) * N, ("",) * N, ones > 2)


def frame(ids: list[int], seed: int) -> VehicleFrame:
    rng, n = np.random.default_rng(seed), len(ids)
    x, y, z = rng.uniform(-2e5, 2e5, (3, n))
    angle, speed, accel = rng.uniform(-20, 20, n), rng.uniform(-10, 80, n), rng.uniform(-30, 30, n)
    lane = rng.integers(-1, len(NETWORK.lanes) + len(NETWORK.connectors), n).astype(np.int32)
    flags = rng.integers(0, 32, n).astype(np.uint8)
    ids_column = np.array(ids, dtype=np.int32)
    return VehicleFrame(ids_column, x, y, z, angle, speed, accel, lane, rng.uniform(0, 500, n), flags)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 400_000), st.sets(st.integers(0, N - 1)), st.integers(0, 999)), min_size=1, max_size=8
    )
)
def test_states_come_back_sorted_and_to_the_last_place(steps: list[tuple[int, set[int], int]]) -> None:
    manifest = RunManifest(run_id="x", area="grid", plan="map", engine="none", seed=0, dt_s=1.0)
    wanted: list[tuple[int, int, float, float, float, float]] = []
    time_ms = 0
    with tempfile.TemporaryDirectory() as name:
        with TraceWriter(Path(name) / "run", NETWORK, actors(), manifest) as trace:
            for step_ms, ids, seed in steps:
                time_ms += step_ms
                seen = frame(sorted(ids), seed)
                trace.frame(time_ms / 1000, seen)
                rows = zip(seen.vehicle, seen.x_m, seen.speed_mps, seen.accel_mps2, seen.heading_rad, strict=True)
                wanted += [(int(v), time_ms, x, s, a, h) for v, x, s, a, h in rows]
        run = RunFolder(Path(name) / "run")
        assert run.complete
        states = run.states()
    states["ms"] = np.rint(states["time_s"] * 1000).astype(int)
    states = states.sort_values(["vehicle", "ms"])
    wanted.sort()
    assert list(zip(states["vehicle"], states["ms"], strict=True)) == [row[:2] for row in wanted]
    got = states[["x_m", "speed_mps", "accel_mps2", "heading_rad"]].to_numpy()
    want = np.array([row[2:] for row in wanted]).reshape(-1, 4)
    assert (np.abs(got[:, :3] - want[:, :3]) <= 0.00501).all()
    turn = np.angle(np.exp(1j * (got[:, 3] - want[:, 3])))
    assert (np.abs(turn) <= np.deg2rad(0.00501)).all()
