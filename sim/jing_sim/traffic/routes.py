"""The routes of a world's vehicles: roads one after the other, and how each lane on the way serves the rest."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.traffic.kernels_route import rate_lanes
from jing_sim.traffic.tables import WayTables
from jing_sim.trips import Trips

__all__ = ["Routes"]

Int = NDArray[np.int32]
T = TypeVar("T", bound=np.generic)


class Routes:
    """Flat columns that grow when vehicles take new routes; what a vehicle no longer drives stays behind unused.

    Attributes:
        roads: `(n_entries,)` roads.
        last: `(n_trips,)` row of `roads` of each vehicle's destination.
        cell_of: `(n_entries,)`; lane `l` of the road of entry `e` has the cell `cell_of[e] + l`.
        cost: `(n_cells,)` lane changes still needed, weighted.
        connector: `(n_cells,)` taken at the end of the lane; -1 = none leads to the next road.
    """

    def __init__(self, network: RoadNetwork, tables: WayTables, trips: Trips, kind: NDArray[np.uint16]) -> None:
        self._tables, self._kind = tables, kind
        self._road_length_m = network.roads.length_m
        self.roads = trips.roads.astype(np.int32)
        self.last = (trips.first_road[1:] - 1).astype(np.int32)
        self.cell_of, n_cells = self._cells(self.roads, 0)
        self._n_entries, self._n_cells = len(self.roads), n_cells
        self.cost = np.zeros(n_cells, dtype=np.float32)
        self.connector = np.full(n_cells, -1, dtype=np.int32)
        self._rate(np.arange(len(trips), dtype=np.int32), trips.first_road[:-1].astype(np.int32))

    def replace(self, row: int, roads: Int) -> int:
        """Gives a vehicle a route that begins with its present road; returns the row of that road."""
        begin, n = self._n_entries, len(roads)
        cells, end = self._cells(roads, self._n_cells)
        self.roads = _put(self.roads, begin, roads)
        self.cell_of = _put(self.cell_of, begin, cells)
        self.cost = _put(self.cost, end, np.zeros(0, np.float32))
        self.connector = _put(self.connector, end, np.zeros(0, np.int32))
        self._n_entries, self._n_cells = begin + n, end
        self.last[row] = begin + n - 1
        first = np.zeros(len(self.last), dtype=np.int32)
        first[row] = begin
        self._rate(np.array([row], dtype=np.int32), first)
        return begin

    def _cells(self, roads: Int, begin: int) -> tuple[Int, int]:
        first = self._tables.road_first_lane
        ends = begin + np.cumsum(first[roads + 1] - first[roads])
        starts = np.concatenate([[begin], ends[:-1]]) - first[roads]
        return starts.astype(np.int32), int(ends[-1]) if len(ends) else begin

    def _rate(self, rows: Int, first_entry: Int) -> None:
        t = self._tables
        rate_lanes(
            rows, first_entry, self.last, self._kind, self.roads, self.cell_of, t.n_lanes,
            t.road_first_lane, self._road_length_m, t.allowed, t.lane_road, t.lane_left, t.lane_right,
            t.change_left, t.change_right, t.out_first, t.out_connector, t.to_lane, self.cost, self.connector,
        )  # fmt: skip


def _put(column: NDArray[T], at: int, values: NDArray[T]) -> NDArray[T]:
    """The column with `values` from row `at` on, half as long again where it was too short."""
    need = at + len(values)
    if need > len(column):
        column = np.concatenate([column, np.zeros(need + need // 2 - len(column), column.dtype)])
    column[at:need] = values
    return column
