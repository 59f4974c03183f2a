"""Induction loops: what a wire in the lane notices of the traffic above it.

>>> from jing_maps.grid import grid
>>> network = grid(1, 1)
>>> loops = LoopDetectors(network, np.array([0, 1]), np.array([30.0, 30.0]), 60.0)
>>> loops.occupied, loops.since_detection_s
(array([False, False]), array([inf, inf]))
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jing_maps.network import RoadNetwork
from jing_sim.measures.intervals import IntervalClock, MeasureError, lengthened
from jing_sim.measures.kernels_loops import MOST_ON, follow_vehicles, leave_loops
from jing_sim.measures.ways import ways_of
from jing_sim.protocols import StepView

__all__ = ["LoopDetectors", "LoopFigures"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class LoopFigures:
    """`(n_intervals,)` closed intervals by `(n_intervals, n_loops)` figures.

    Attributes:
        begin_s, end_s: of the intervals.
        entered: vehicles whose front came onto the loop.
        count: vehicles that passed it whole, and whose rear left it within the interval.
        flow_vph: `count` as vehicles an hour.
        occupancy: share of the time in which the loop was covered, 0 to 1.
        mean_speed_mps: mean of length over time on the loop, of those counted; NaN = none.
        mean_length_m: of those counted; NaN = none.
    """

    begin_s: Float
    end_s: Float
    entered: Int
    count: Int
    flow_vph: Float
    occupancy: Float
    mean_speed_mps: Float
    mean_length_m: Float


class LoopDetectors:
    """`(n_loops,)` induction loops without extent; the counterpart of SUMO's E1 detectors.

    When a vehicle comes onto a loop and leaves it is interpolated between two steps. A vehicle that moved on over the
    end of its lane, or over a whole short way, is counted on the loops in between. Who changes lanes over a loop or
    leaves the network there covers it, but is not counted as passed, as in SUMO.

    Args:
        network: where.
        lane: `(n_loops,)` rows of `Lanes`.
        pos_m: `(n_loops,)` from the begin of the lane.
        interval_s: over which the figures are summed up.

    Attributes:
        occupied: `(n_loops,)` whether a vehicle covers the loop after the last step.
        since_detection_s: `(n_loops,)` since the loop was covered; 0 = it is, inf = it never was.

    Raises:
        MeasureError: a loop is not on its lane, or the interval is not positive.
    """

    def __init__(self, network: RoadNetwork, lane: ArrayLike, pos_m: ArrayLike, interval_s: float) -> None:
        lanes, places = np.asarray(lane, np.int32).reshape(-1), np.asarray(pos_m, np.float64).reshape(-1)
        _check_places(network, lanes, places)
        self._ways, self._n_lanes = ways_of(network), len(network.lanes)
        # Kernels read loops by way; `_order` brings the figures back into the order of the caller.
        order = np.lexsort((places, lanes))
        self._order = np.argsort(order)
        self._way, self._pos_m = lanes[order], places[order]
        self._first_loop = np.searchsorted(self._way, np.arange(len(self._ways) + 1)).astype(np.int32)
        self._clock, self._step, n = IntervalClock(interval_s), 0, len(lanes)
        self._last_step, self._last_way = np.zeros(0, np.int64), np.zeros(0, np.int32)
        self._last_pos, self._moved, self._sideways = np.zeros(0), np.zeros(0), np.zeros(0, np.int32)
        self._on_vehicle, self._on_step = np.full((n, MOST_ON), -1, np.int32), np.zeros((n, MOST_ON), np.int64)
        self._on_front, self._on_length, self._on_since = (np.zeros((n, MOST_ON)) for _ in range(3))
        self._sums, self._left_s = np.zeros((n, 5)), np.full(n, -np.inf)
        self._occupied, self._since_s = np.zeros(n, bool), np.full(n, np.inf)
        self._times: list[tuple[float, float]] = []
        self._closed: list[Float] = []

    def __len__(self) -> int:
        return len(self._way)

    @property
    def occupied(self) -> NDArray[np.bool_]:
        """`(n_loops,)` whether a vehicle covers the loop."""
        return self._occupied[self._order]

    @property
    def since_detection_s(self) -> Float:
        """`(n_loops,)` since the loop was covered last; 0 = it is covered, inf = it never was."""
        return self._since_s[self._order]

    def add(self, view: StepView) -> None:
        """Takes the next step.

        Raises:
            MeasureError: more vehicles than fit stand on one loop, one upon the other.
        """
        self._clock.start(view)
        self._step += 1
        self._make_room(int(view.vehicle.max()) + 1 if len(view) else 0)
        w, on = self._ways, (self._on_vehicle, self._on_step, self._on_front, self._on_length, self._on_since)
        seen = (self._last_step, self._last_way, self._last_pos, self._moved, self._sideways)
        full = follow_vehicles(
            self._step, view.time_s, view.dt_s, self._n_lanes, view.first, view.vehicle, view.pos_m, view.length_m,
            w.length_m, w.start_m, w.road, w.left, w.right, w.first_next, w.next_way, self._first_loop, self._pos_m,
            *seen, *on, self._sums, self._left_s,
        )  # fmt: skip
        if full >= 0:
            place = f"lane {self._way[full]} at {self._pos_m[full]:g} m"
            raise MeasureError(f"time {view.time_s:g} s: more than {MOST_ON} vehicles stand on the loop on {place}")
        leave_loops(
            self._step, view.time_s, view.dt_s, self._way, self._last_step, self._moved, self._sideways,
            *on, self._sums, self._left_s, self._occupied, self._since_s,
        )  # fmt: skip
        begin_s = self._clock.begin_s
        if self._clock.over(view.time_s):
            self._times.append((begin_s, view.time_s))
            self._closed.append(self._sums[self._order])
            self._sums[:] = 0.0

    def figures(self) -> LoopFigures:
        """All closed intervals."""
        times = np.array(self._times, np.float64).reshape(-1, 2)
        sums = np.array(self._closed, np.float64).reshape(-1, len(self), 5)
        entered, count, covered_s, speed, length = (sums[:, :, column] for column in range(5))
        lasted_s = (times[:, 1] - times[:, 0])[:, None]
        some = np.where(count > 0, count, np.nan)
        return LoopFigures(
            begin_s=times[:, 0],
            end_s=times[:, 1],
            entered=entered.astype(np.int32),
            count=count.astype(np.int32),
            flow_vph=count / lasted_s * 3600.0,
            occupancy=np.minimum(covered_s / lasted_s, 1.0),
            mean_speed_mps=speed / some,
            mean_length_m=length / some,
        )

    def _make_room(self, n_vehicles: int) -> None:
        self._last_step = np.asarray(lengthened(self._last_step, n_vehicles, -1), np.int64)
        self._last_way = np.asarray(lengthened(self._last_way, n_vehicles, -1), np.int32)
        self._last_pos = np.asarray(lengthened(self._last_pos, n_vehicles, np.nan), np.float64)
        self._moved = np.asarray(lengthened(self._moved, n_vehicles, np.nan), np.float64)
        self._sideways = np.asarray(lengthened(self._sideways, n_vehicles, -1), np.int32)


def _check_places(network: RoadNetwork, lane: Int, pos_m: Float) -> None:
    if len(lane) != len(pos_m):
        raise MeasureError(f"{len(lane)} lanes for {len(pos_m)} positions of loops")
    for number, (row, pos) in enumerate(zip(lane.tolist(), pos_m.tolist(), strict=True)):
        if not 0 <= row < len(network.lanes):
            raise MeasureError(f"loop {number} is on lane {row}; there are 0..{len(network.lanes) - 1}")
        length_m = float(network.lanes.length_m[row])
        if not 0 <= pos <= length_m:
            raise MeasureError(f"loop {number} is at {pos:g} m of lane {row}, which is {length_m:.2f} m long")
