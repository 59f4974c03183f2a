"""Counts, speeds, delays and queues of roads in bins of a minute, summed up while a world runs."""

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.protocols import VehicleFrame

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
        self._road = np.concatenate([lanes.road, lanes.road[connectors.from_lane]])
        self._limit_mps = np.concatenate([lanes.speed_limit_mps, connectors.speed_limit_mps])
        self._max_speed_mps = max_speed_mps
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
        n = self._n_roads
        self._count = np.zeros(n, dtype=np.int64)
        self._time_s, self._way_m, self._delay_s, self._halting_s = (np.zeros(n) for _ in range(4))
        self._covered_s = 0.0

    def add(self, time_s: float, frame: VehicleFrame) -> None:
        """Adds a frame to the current bin."""
        step_s = self._dt_s if self._last_time_s is None else time_s - self._last_time_s
        self._last_time_s = time_s
        self._covered_s += step_s
        lane = np.asarray(frame.lane)
        on = np.flatnonzero((lane >= 0) & (lane < len(self._road)))
        lane, vehicle, speed = lane[on], np.asarray(frame.vehicle)[on], np.asarray(frame.speed_mps, float)[on]
        road = self._road[lane]
        came = (self._last_road[vehicle] != road) & (lane < self._n_lanes)
        self._last_road[vehicle] = road
        n = self._n_roads
        self._count += np.bincount(road[came], minlength=n)
        wish = np.minimum(self._limit_mps[lane], self._max_speed_mps[vehicle])
        lost_s = np.maximum(1.0 - speed / wish, 0.0) * step_s
        self._time_s += np.bincount(road, minlength=n) * step_s
        self._way_m += np.bincount(road, weights=speed, minlength=n) * step_s
        self._delay_s += np.bincount(road, weights=lost_s, minlength=n)
        self._halting_s += np.bincount(road[speed < HALTING_MPS], minlength=n) * step_s

    def take(self) -> dict[str, NDArray[np.generic]]:
        """The finished bin as the columns of `LINKS`, roads with traffic only; the sums start again."""
        used = np.flatnonzero((self._time_s > 0) | (self._count > 0))
        time = self._time_s[used]
        rows: dict[str, NDArray[np.generic]] = {
            "time_ms": np.full(len(used), round(self.begin_s * 1000), dtype=np.int32),
            "edge": used.astype(np.int32),
            "count": self._count[used].astype(np.int32),
            "mean_speed": (self._way_m[used] / np.where(time > 0, time, 1.0)).astype(np.float32),
            "delay": self._delay_s[used].astype(np.float32),
            "queue": (self._halting_s[used] / max(self._covered_s, 1e-9)).astype(np.float32),
            "vehicle_s": time.astype(np.float32),
        }
        self._clear()
        return rows
