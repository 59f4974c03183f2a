"""Queue lengths before the stop lines of lanes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jing_maps.network import RoadNetwork
from jing_sim.measures.intervals import IntervalClock, MeasureError
from jing_sim.measures.kernels_queues import measure_queues
from jing_sim.protocols import StepView

__all__ = ["QueueDetectors", "QueueFigures"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class QueueFigures:
    """`(n_intervals,)` closed intervals by `(n_intervals, n_lanes)` figures.

    Attributes:
        begin_s, end_s: of the intervals.
        max_vehicles, max_m: the longest queue after a step; each for itself.
        mean_vehicles: over the steps.
    """

    begin_s: Float
    end_s: Float
    max_vehicles: Int
    max_m: Float
    mean_vehicles: Float


class QueueDetectors:
    """Queues on lanes: consecutive vehicles slower than `halting_mps`, counted from the stop line.

    The queue begins at the stop line, or at the end of a lane without one, and ends with the first vehicle that moves
    or stands more than `gap_m` behind the one in front (or behind the line). Its length in metres reaches from the line
    to the rear of the last vehicle. When the first vehicle drives off, the queue is over, though others still stand.

    Args:
        network: where.
        interval_s: over which the figures are summed up.
        lane: `(n,)` rows of `Lanes`; None = all lanes.
        halting_mps: SUMO's threshold of standing, 0.1 m/s.
        gap_m: SUMO's `jamThreshold` of lane area detectors, 10 m.

    Attributes:
        vehicles, metres: `(n,)` the queues after the last step.

    Raises:
        MeasureError: a lane that is not there, or a threshold or interval that is not positive.
    """

    def __init__(
        self, network: RoadNetwork, interval_s: float, lane: ArrayLike | None = None, halting_mps: float = 0.1,
        gap_m: float = 10.0,
    ) -> None:  # fmt: skip
        rows = np.arange(len(network.lanes)) if lane is None else np.asarray(lane).reshape(-1)
        if len(rows) and not (rows.min() >= 0 and rows.max() < len(network.lanes)):
            raise MeasureError(f"a queue is asked for on a lane outside 0..{len(network.lanes) - 1}")
        if not (halting_mps > 0 and gap_m > 0):
            raise MeasureError(f"halting_mps {halting_mps} and gap_m {gap_m} must be positive")
        self._lane, self._halting_mps, self._gap_m = rows.astype(np.int32), halting_mps, gap_m
        line_m = network.lanes.stop_line_m[self._lane]
        self._line_m = np.where(np.isnan(line_m), network.lanes.length_m[self._lane], line_m)
        self._clock, n = IntervalClock(interval_s), len(self._lane)
        self.vehicles, self.metres = np.zeros(n, np.int32), np.zeros(n)
        self._max_vehicles, self._max_m, self._sum, self._steps = np.zeros(n, np.int32), np.zeros(n), np.zeros(n), 0
        self._times: list[tuple[float, float]] = []
        self._closed: list[tuple[Int, Float, Float]] = []

    def add(self, view: StepView) -> None:
        """Takes the next step."""
        self._clock.start(view)
        measure_queues(
            self._lane, self._line_m, self._halting_mps, self._gap_m, view.first, view.pos_m, view.speed_mps,
            view.length_m, self.vehicles, self.metres,
        )  # fmt: skip
        np.maximum(self._max_vehicles, self.vehicles, out=self._max_vehicles)
        np.maximum(self._max_m, self.metres, out=self._max_m)
        self._sum += self.vehicles
        self._steps += 1
        begin_s = self._clock.begin_s
        if self._clock.over(view.time_s):
            self._times.append((begin_s, view.time_s))
            self._closed.append((self._max_vehicles.copy(), self._max_m.copy(), self._sum / self._steps))
            self._max_vehicles[:], self._max_m[:], self._sum[:], self._steps = 0, 0.0, 0.0, 0

    def figures(self) -> QueueFigures:
        """All closed intervals."""
        times, n = np.array(self._times, np.float64).reshape(-1, 2), len(self._lane)
        most, longest, mean = ([row[i] for row in self._closed] for i in range(3))
        return QueueFigures(
            begin_s=times[:, 0],
            end_s=times[:, 1],
            max_vehicles=np.array(most, np.int32).reshape(-1, n),
            max_m=np.array(longest, np.float64).reshape(-1, n),
            mean_vehicles=np.array(mean, np.float64).reshape(-1, n),
        )
