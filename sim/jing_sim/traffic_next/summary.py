"""The figures of a run, as `simulate --json` prints them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["TrafficSummary", "hash_columns", "travel_times"]


@dataclass(frozen=True)
class TrafficSummary:
    """Counts of vehicles, times in seconds; travel times are those of vehicles that arrived, from entering the network.

    Attributes:
        vehicle_updates: sum over the steps of the vehicles moved.
        engine_wall_s, engine_cpu_s: spent in the engine, without recording.
        mean_delay_s: time lost against driving the same way at the wish speed, mean over vehicles that arrived.
        overlaps, red_runs, lost: what must never happen, counted by the world's own audit.
        deadlocks_resolved: times that a vehicle went against the right of way after standing for the deadlock time.
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
