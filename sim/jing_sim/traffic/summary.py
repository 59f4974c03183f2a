"""The figures of a run, as `simulate --json` prints them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic.rows import AT, FLAGS, ID, OUTSIDE
from jing_sim.traffic.state import Demand, WorldState

__all__ = ["TrafficSummary", "hash_columns", "state_hash", "summarize", "travel_times"]


@dataclass(frozen=True)
class TrafficSummary:
    """Counts of vehicles, times in seconds; travel times are those of vehicles that arrived, from entering the network.

    Attributes:
        vehicle_updates: sum over the steps of the vehicles moved.
        engine_wall_s, engine_cpu_s: spent in the engine, without recording.
        mean_delay_s: time lost against driving the same way at the wish speed, mean over vehicles that arrived.
        overlaps, red_runs, lost: what must never happen, counted by the world's own audit.
        deadlocks_resolved: times that a vehicle went against the right of way after standing for the deadlock time.
        removed: taken off the road by `remove`.
        rerouted: vehicles that stood in a lane from which their next road cannot be reached, and took another way.
    """

    inserted: int
    arrived: int
    running: int
    waiting_to_enter: int
    vehicle_updates: int
    engine_wall_s: float
    engine_cpu_s: float
    mean_travel_time_s: float
    travel_time_p5_s: float
    travel_time_p50_s: float
    travel_time_p95_s: float
    mean_delay_s: float
    overlaps: int
    red_runs: int
    lost: int
    deadlocks_resolved: int
    rerouted: int
    state_hash: str
    removed: int = 0


def travel_times(entered_s: NDArray[np.float64], arrived_s: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Mean, 5th, 50th and 95th percentile of the travel times of those that arrived; NaN if none did."""
    done = np.isfinite(arrived_s)
    if not done.any():
        return (float("nan"),) * 4
    times = arrived_s[done] - entered_s[done]
    p5, p50, p95 = np.percentile(times, [5, 50, 95])
    return float(times.mean()), float(p5), float(p50), float(p95)


def hash_columns(columns: Sequence[NDArray[np.generic]]) -> str:
    """BLAKE2b (16 bytes, hexadecimal) over the bytes of all columns."""
    digest = hashlib.blake2b(digest_size=16)
    for column in columns:
        digest.update(str(column.dtype).encode() + np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()


def state_hash(time_s: float, demand: Demand, state: WorldState) -> str:
    """A hash over all state of a world, by vehicle: equal for equal runs, however they were computed."""
    n = int(state.pointers[3])
    rows = state.rows[state.pointers[2], :n]
    order = np.argsort(rows[:, ID])
    ways = np.repeat(np.arange(len(state.first) - 1, dtype=np.int32), np.diff(state.first))
    rows = rows[order].copy()
    rows[:, AT] -= demand.route_first[rows[:, ID]]
    queue = np.sort(state.queue[: state.pointers[1]])
    return hash_columns(
        [
            np.array([time_s]), state.state, ways[order], rows, queue, state.entered_s, state.arrived_s, state.loss_s,
            state.limit, state.allowed, state.walk_busy,
        ]
    )  # fmt: skip


def summarize(
    time_s: float, demand: Demand, state: WorldState, *, rerouted: int, clocks_s: tuple[float, float]
) -> TrafficSummary:
    """The figures of a world so far; `clocks_s`: wall and CPU time spent in the engine."""
    inserted, done = int(np.isfinite(state.entered_s).sum()), np.isfinite(state.arrived_s)
    mean, p5, p50, p95 = travel_times(state.entered_s, state.arrived_s)
    n = int(state.pointers[3])
    rows = state.rows[state.pointers[2], :n]
    own = np.unique(rows[rows[:, FLAGS] & OUTSIDE == 0, ID])
    removed = int(state.totals[8])
    return TrafficSummary(
        inserted=inserted,
        arrived=int(done.sum()),
        running=len(own),
        waiting_to_enter=int(state.pointers[1]),
        vehicle_updates=int(state.totals[0]),
        engine_wall_s=clocks_s[0],
        engine_cpu_s=clocks_s[1],
        mean_travel_time_s=mean,
        travel_time_p5_s=p5,
        travel_time_p50_s=p50,
        travel_time_p95_s=p95,
        mean_delay_s=float(state.loss_s[done].mean()) if done.any() else float("nan"),
        overlaps=int(state.totals[1]),
        red_runs=int(state.totals[2]),
        # Whoever entered is in a row or has arrived; counted from the rows, not from what the kernels say.
        lost=inserted - int(done.sum()) - removed - len(own),
        deadlocks_resolved=int(state.totals[3]),
        rerouted=rerouted,
        state_hash=state_hash(time_s, demand, state),
        removed=removed,
    )
