"""New routes for vehicles that cannot reach their next road from the lane in which they stand."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from jing_maps.network import RoadNetwork
from jing_sim.traffic_next.routes import Routes
from jing_sim.traffic_next.state import VehicleColumns
from jing_sim.traffic_next.tables import WayTables

__all__ = ["Detours"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


class Detours:
    """Fastest ways over roads by free-flow time, computed when one is needed."""

    def __init__(self, network: RoadNetwork) -> None:
        tail, head = network.road_of_connector()
        n = len(network.roads)
        keys = np.unique(tail.astype(np.int64) * n + head)
        tail, head = (keys // n).astype(np.int32), (keys % n).astype(np.int32)
        fastest = np.maximum.reduceat(network.lanes.speed_limit_mps, network.roads.first_lane[:-1])
        self._cost = network.roads.length_m / fastest
        # Reversed: one search from the destination gives the next road towards it from everywhere.
        self._towards = csr_array((self._cost[tail], (head, tail)), shape=(n, n))
        self._search = lru_cache(maxsize=256)(self._from_goal)

    def _from_goal(self, goal: int) -> tuple[Float, Int]:
        distance, following = dijkstra(self._towards, indices=np.array([goal]), return_predecessors=True)
        return distance[0], following[0].astype(np.int32)

    def reroute(self, tables: WayTables, routes: Routes, vehicles: VehicleColumns, row: int) -> bool:
        """Gives a vehicle the fastest route to its destination that begins with what its lane offers; False if none."""
        lane, kind = int(vehicles.way[row]), int(vehicles.kind[row])
        offers = tables.out_connector[tables.out_first[lane] : tables.out_first[lane + 1]]
        offers = offers[(tables.allowed[tables.n_lanes + offers] & kind) > 0]
        goal = int(routes.roads[routes.last[row]])
        if not len(offers):
            return False
        distance, following = self._search(goal)
        roads = tables.lane_road[tables.to_lane[offers]]
        best = int(np.argmin(distance[roads] + self._cost[roads]))
        if not np.isfinite(distance[roads[best]]):
            return False
        route = [int(tables.lane_road[lane]), int(roads[best])]
        while route[-1] != goal:
            route.append(int(following[route[-1]]))
        at = routes.replace(row, np.array(route, dtype=np.int32))
        vehicles.route_at[row] = at
        vehicles.next_connector[row] = routes.connector[routes.cell_of[at] + lane]
        vehicles.stand_s[row] = 0.0
        return True
