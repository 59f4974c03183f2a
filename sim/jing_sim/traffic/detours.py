"""New routes for vehicles that cannot reach their next road from the lane in which they stand."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from jing_maps.network import RoadNetwork
from jing_sim.traffic import rows as r
from jing_sim.traffic.state import Demand
from jing_sim.traffic.tables import WayTables

__all__ = ["Detours"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


class Detours:
    """Fastest ways over roads by free-flow time, computed when one is needed; none enters a road of `closed`."""

    def __init__(self, network: RoadNetwork, closed: Iterable[int] = ()) -> None:
        tail, head = network.road_of_connector()
        self._n = len(network.roads)
        keys, edge = np.unique(tail.astype(np.int64) * self._n + head, return_inverse=True)
        self._tail, self._head = (keys // self._n).astype(np.int32), (keys % self._n).astype(np.int32)
        self._kinds = np.zeros(len(keys), np.uint16)
        np.bitwise_or.at(self._kinds, edge, network.connectors.allowed)
        self._kinds[np.isin(self._head, np.fromiter(closed, np.int32))] = 0
        fastest = np.maximum.reduceat(network.lanes.speed_limit_mps, network.roads.first_lane[:-1])
        self._cost = network.roads.length_m / fastest
        self._towards = lru_cache(maxsize=16)(self._graph)
        self._search = lru_cache(maxsize=256)(self._from_goal)

    def _graph(self, kind: int) -> csr_array:
        """Reversed: one search from the destination gives the next road towards it from everywhere."""
        tail, head = (column[(self._kinds & kind) > 0] for column in (self._tail, self._head))
        return csr_array((self._cost[tail], (head, tail)), shape=(self._n, self._n))

    def _from_goal(self, goal: int, kind: int) -> tuple[Float, Int]:
        distance, following = dijkstra(self._towards(kind), indices=np.array([goal]), return_predecessors=True)
        return distance[0], following[0].astype(np.int32)

    def path(self, start: int, goal: int, kind: int) -> Int | None:
        """The roads of the fastest way for a class of vehicles, from `start` to `goal`; None if there is none."""
        distance, following = self._search(goal, kind)
        if not np.isfinite(distance[start]):
            return None
        route = [start]
        while route[-1] != goal:
            route.append(int(following[route[-1]]))
        return np.array(route, dtype=np.int32)

    def from_lane(
        self, tables: WayTables, demand: Demand, lane: int, vehicle: int, allowed: NDArray[np.uint16] | None = None
    ) -> Int | None:
        """The fastest route to a vehicle's destination that begins with what its lane offers; None if there is none.

        `allowed`: of `WorldState`; None = nothing is closed.
        """
        kind = int(demand.kind_of[demand.type_of[vehicle]])
        offers = tables.out[tables.wayi[lane, r.W_OUT0] : tables.wayi[lane, r.W_OUT1]]
        offers = offers[((tables.allowed if allowed is None else allowed)[tables.n_lanes + offers] & kind) > 0]
        if not len(offers):
            return None
        goal = int(demand.route[demand.route_last[vehicle]])
        distance, _ = self._search(goal, kind)
        roads = tables.wayi[tables.to_lane[offers], r.W_ROAD]
        path = self.path(int(roads[np.argmin(distance[roads] + self._cost[roads])]), goal, kind)
        return None if path is None else np.concatenate([tables.wayi[lane, [r.W_ROAD]], path])
