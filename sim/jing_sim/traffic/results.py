"""What a traffic world has to say about its run so far."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["RoadStatistics", "TrafficSummary", "hash_columns"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class RoadStatistics:
    """`(n_rows,)` minutes of roads with traffic, sorted by time and road.

    Attributes:
        time_s: begin of the minute.
        road: row of `Roads`; vehicles inside a junction count for the road they come from.
        count: vehicles that came onto the road.
        mean_speed_mps: way driven over time spent.
        delay_s: time lost against driving the same way at the wish speed, all vehicles together.
        queue: mean number of halting vehicles (under 0.1 m/s).
    """

    time_s: Float
    road: Int
    count: Int
    mean_speed_mps: Float
    delay_s: Float
    queue: Float

    def __len__(self) -> int:
        return len(self.road)


@dataclass(frozen=True)
class TrafficSummary:
    """Figures of a run so far; travel times are of vehicles that arrived, from entering, NaN if there is none.

    Attributes:
        inserted, arrived, running, waiting_to_enter: vehicles; inserted = arrived + running.
        vehicle_updates: sum over steps of the vehicles in the network.
        engine_wall_s, engine_cpu_s: spent in `step`, without compiling on the first one and without the recorder.
        mean_travel_time_s, travel_time_p5_s, travel_time_p50_s, travel_time_p95_s, mean_delay_s: of arrived vehicles.
        overlaps: times that two bodies began to overlap.
        red_runs: times that a vehicle crossed its stop line on red.
        lost: vehicles that entered, have not arrived, and are nowhere.
        deadlocks_resolved: vehicles that were let go out of turn because their junction stood still.
        state_hash: over all state at the end.
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
    state_hash: str


def hash_columns(columns: Iterable[NDArray[np.generic]]) -> str:
    """BLAKE2b (16 bytes, hexadecimal) over the bytes of the columns in their order."""
    digest = hashlib.blake2b(digest_size=16)
    for column in columns:
        digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()


class RoadBins:
    """Sums of the current minute in `sums` `(n_roads, 5)`: came, time, way, delay, halting time; and those done."""

    BIN_S = 60.0

    def __init__(self, n_roads: int) -> None:
        self.sums = np.zeros((n_roads, 5))
        self._done: list[tuple[float, Int, Float, float]] = []
        self._begin_s = 0.0

    def close(self, time_s: float) -> None:
        """Ends the current minute at `time_s`."""
        if time_s <= self._begin_s:
            return
        used = np.flatnonzero((self.sums[:, 0] > 0) | (self.sums[:, 1] > 0)).astype(np.int32)
        self._done.append((self._begin_s, used, self.sums[used], time_s - self._begin_s))
        self.sums[:] = 0.0
        self._begin_s = time_s

    def columns(self, time_s: float) -> RoadStatistics:
        """All minutes so far, with the part of the current one."""
        used = np.flatnonzero((self.sums[:, 0] > 0) | (self.sums[:, 1] > 0)).astype(np.int32)
        bins = [*self._done, (self._begin_s, used, self.sums[used], max(time_s - self._begin_s, 1e-9))]
        sums = np.concatenate([rows for _, _, rows, _ in bins])
        lasts = np.concatenate([np.full(len(roads), last) for _, roads, _, last in bins])
        return RoadStatistics(
            time_s=np.concatenate([np.full(len(roads), begin) for begin, roads, _, _ in bins]),
            road=np.concatenate([roads for _, roads, _, _ in bins]),
            count=sums[:, 0].astype(np.int32),
            mean_speed_mps=sums[:, 2] / np.where(sums[:, 1] > 0, sums[:, 1], 1.0),
            delay_s=sums[:, 3].copy(),
            queue=sums[:, 4] / lasts,
        )
