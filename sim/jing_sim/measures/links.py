"""Travel times of roads, as those who drove over them had them.

`jing_sim.trace.links` sums up where time is spent in each minute, also by those who still stand there; here a vehicle
counts once, when it leaves the road. In both, the way through a junction belongs to the road that a vehicle leaves.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.measures.intervals import IntervalClock
from jing_sim.measures.kernels_links import follow_roads
from jing_sim.measures.ways import ways_of
from jing_sim.protocols import StepView
from jing_sim.trips import Trips

__all__ = ["LinkFigures", "LinkTravelTimes"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class LinkFigures:
    """`(n_intervals,)` closed intervals by `(n_intervals, n_roads)` figures of vehicles that left the road in them.

    Attributes:
        begin_s, end_s: of the intervals.
        count: vehicles that drove over the road and through the junction behind it.
        mean_travel_time_s: NaN = nobody.
        mean_speed_mps: way over time of all of them; NaN = nobody.
        mean_delay_s: against the lower of speed limit and the vehicle's top speed; NaN = nobody.
    """

    begin_s: Float
    end_s: Float
    count: Int
    mean_travel_time_s: Float
    mean_speed_mps: Float
    mean_delay_s: Float


class LinkTravelTimes:
    """Times from the begin of a road to the begin of the next one, interpolated within steps.

    Who departs at the begin of a road counts there; who departs farther on does not, nor who arrives on it, nor a road
    that is shorter than a step.

    Args:
        network: where.
        trips: whose `vehicle` rows the steps name.
        interval_s: over which the figures are summed up.

    Raises:
        MeasureError: the interval is not positive.
    """

    def __init__(self, network: RoadNetwork, trips: Trips, interval_s: float) -> None:
        self._road, self._n_lanes, self._n_roads = ways_of(network).road, len(network.lanes), len(network.roads)
        self._limit_mps = np.concatenate([network.lanes.speed_limit_mps, network.connectors.speed_limit_mps])
        self._top_mps = trips.types.max_speed_mps
        self._clock, self._step, n = IntervalClock(interval_s), 0, len(trips)
        self._seen, self._road_of = np.full(n, -1, np.int64), np.full(n, -1, np.int32)
        self._entered_s, self._driven_m, self._lost_s = np.full(n, np.nan), np.zeros(n), np.zeros(n)
        self._sums = np.zeros((self._n_roads, 4))
        self._times: list[tuple[float, float]] = []
        self._closed: list[Float] = []

    def add(self, view: StepView) -> None:
        """Takes the next step."""
        self._clock.start(view)
        self._step += 1
        follow_roads(
            self._step, view.time_s, view.dt_s, self._n_lanes, view.first, view.vehicle, view.pos_m, view.speed_mps,
            view.length_m, view.vehicle_type, self._road, self._limit_mps, self._top_mps, self._seen, self._road_of,
            self._entered_s, self._driven_m, self._lost_s, self._sums,
        )  # fmt: skip
        begin_s = self._clock.begin_s
        if self._clock.over(view.time_s):
            self._times.append((begin_s, view.time_s))
            self._closed.append(self._sums.copy())
            self._sums[:] = 0.0

    def figures(self) -> LinkFigures:
        """All closed intervals."""
        times = np.array(self._times, np.float64).reshape(-1, 2)
        sums = np.array(self._closed, np.float64).reshape(-1, self._n_roads, 4)
        count, time_s, way_m, delay_s = (sums[:, :, column] for column in range(4))
        some = np.where(count > 0, count, np.nan)
        return LinkFigures(
            begin_s=times[:, 0],
            end_s=times[:, 1],
            count=count.astype(np.int32),
            mean_travel_time_s=time_s / some,
            mean_speed_mps=way_m / np.where(time_s > 0, time_s, np.nan),
            mean_delay_s=delay_s / some,
        )
