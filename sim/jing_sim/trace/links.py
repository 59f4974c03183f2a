"""Counts, speeds, delays and queues of roads in bins of a minute, summed up while a world runs."""

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.protocols import VehicleFrame
from jing_sim.trace.kernels_trace import add_to_links

__all__ = ["LINK_BIN_S", "LinkBins"]

LINK_BIN_S = 60.0
HALTING_MPS = 0.1

Float = NDArray[np.float64]


class LinkBins:
    """Sums over the frames of one bin, `(n_roads,)` each.

    A vehicle inside a junction belongs to the road that it came from, so the wait for a gap in the middle of a
    junction is delay of its approach. `count` is the flow: vehicles that came onto the road within the bin.
    A frame stands for the time since the frame before it.
    """

    def __init__(self, network: RoadNetwork, max_speed_mps: Float, dt_s: float) -> None:
        lanes, connectors = network.lanes, network.connectors
        self._n_lanes = len(lanes)
        self._n_roads = len(network.roads)
        self._road = np.concatenate([lanes.road, lanes.road[connectors.from_lane]]).astype(np.int32)
        self._limit_mps = np.concatenate([lanes.speed_limit_mps, connectors.speed_limit_mps]).astype(np.float64)
        self._max_speed_mps = np.ascontiguousarray(max_speed_mps, dtype=np.float64)
        self._last_road = np.full(len(max_speed_mps), -1, dtype=np.int32)
        self._last_time_s: float | None = None
        self._dt_s = dt_s
        self._clear()
        self.begin_s = 0.0

    def add_vehicles(self, max_speed_mps: Float) -> None:
        """More vehicles, behind those that are known."""
        self._max_speed_mps = np.concatenate([self._max_speed_mps, max_speed_mps])
        self._last_road = np.concatenate([self._last_road, np.full(len(max_speed_mps), -1, np.int32)])

    def _clear(self) -> None:
        self._count = np.zeros(self._n_roads, dtype=np.int64)
        self._sums = np.zeros((self._n_roads, 4))
        self._covered_s = 0.0

    def add(self, time_s: float, frame: VehicleFrame) -> None:
        """Adds a frame to the current bin."""
        step_s = self._dt_s if self._last_time_s is None else time_s - self._last_time_s
        self._last_time_s = time_s
        self._covered_s += step_s
        lane, vehicle = (np.ascontiguousarray(column, dtype=np.int32) for column in (frame.lane, frame.vehicle))
        add_to_links(
            step_s, self._n_lanes, HALTING_MPS, lane, vehicle, np.ascontiguousarray(frame.speed_mps, dtype=np.float64),
            self._road, self._limit_mps, self._max_speed_mps, self._last_road, self._count, self._sums,
        )  # fmt: skip

    def take(self) -> dict[str, NDArray[np.generic]]:
        """The finished bin as the columns of `LINKS`, roads with traffic only; the sums start again."""
        used = np.flatnonzero((self._sums[:, 0] > 0) | (self._count > 0))
        time_s, way_m, delay_s, halting_s = self._sums[used].T
        rows: dict[str, NDArray[np.generic]] = {
            "time_ms": np.full(len(used), round(self.begin_s * 1000), dtype=np.int32),
            "edge": used.astype(np.int32),
            "count": self._count[used].astype(np.int32),
            "mean_speed": (way_m / np.where(time_s > 0, time_s, 1.0)).astype(np.float32),
            "delay": delay_s.astype(np.float32),
            "queue": (halting_s / max(self._covered_s, 1e-9)).astype(np.float32),
            "vehicle_s": time_s.astype(np.float32),
        }
        self._clear()
        return rows
