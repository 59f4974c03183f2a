"""New routes for vehicles that cannot reach their next road from the lane in which they stand."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from jing_maps.network import RoadNetwork
from jing_sim.microscopic.kernels_route import choose_connector
from jing_sim.microscopic.state import VehicleColumns
from jing_sim.microscopic.tables import WayTables
from jing_sim.trips import Trips

__all__ = ["Detours"]

Int = NDArray[np.int32]


class Detours:
    """Shortest ways over roads by free-flow time, computed when one is needed."""

    def __init__(self, network: RoadNetwork) -> None:
        tail, head = network.road_of_connector()
        n = len(network.roads)
        keys = np.unique(tail.astype(np.int64) * n + head)
        tail, head = (keys // n).astype(np.int32), (keys % n).astype(np.int32)
        fastest = np.maximum.reduceat(network.lanes.speed_limit_mps, network.roads.first_lane[:-1])
        cost = network.roads.length_m / fastest
        # Reversed: one search from the destination gives the next road towards it from everywhere.
        self._towards = csr_array((cost[tail], (head, tail)), shape=(n, n))
        self._cost = cost

    def choose(self, tables: WayTables, trips: Trips, vehicles: VehicleColumns, rows: NDArray[np.int64]) -> Int:
        """The connectors that vehicles take at the end of the lanes in which they are now."""
        t = tables
        out = np.empty(len(rows), dtype=np.int32)
        for i, v in enumerate(rows):
            last = int(trips.first_road[v + 1]) - 1
            out[i] = choose_connector(int(vehicles.way[v]), int(vehicles.route_at[v]), last, trips.roads, int(vehicles.kind[v]), t.road_first_lane, t.out_first, t.out_connector, t.to_lane, t.lane_road, t.allowed, t.n_lanes)  # fmt: skip
        return out

    def reroute(self, tables: WayTables, trips: Trips, vehicles: VehicleColumns, row: int) -> bool:
        """Gives a vehicle the fastest route to its destination that begins with what its lane offers; False if none."""
        lane, kind = int(vehicles.way[row]), int(vehicles.kind[row])
        offers = tables.out_connector[tables.out_first[lane] : tables.out_first[lane + 1]]
        offers = offers[(tables.allowed[tables.n_lanes + offers] & kind) > 0]
        goal = int(trips.roads[trips.first_road[row + 1] - 1])
        if not len(offers):
            return False
        distance, following = dijkstra(self._towards, indices=goal, return_predecessors=True)
        roads = tables.lane_road[tables.to_lane[offers]]
        best = int(np.argmin(distance[roads] + self._cost[roads]))
        if not np.isfinite(distance[roads[best]]):
            return False
        route = [int(roads[best])]
        while route[-1] != goal:
            route.append(int(following[route[-1]]))
        at = int(vehicles.route_at[row])
        _splice(trips, row, at, np.array(route, dtype=np.int32), vehicles)
        vehicles.next_connector[row] = self.choose(tables, trips, vehicles, np.array([row]))[0]
        vehicles.stand_s[row] = 0.0
        return True


def _splice(trips: Trips, row: int, at: int, route: Int, vehicles: VehicleColumns) -> None:
    """Replaces what follows `roads[at]` in the route of a trip; routes of other trips move along in the flat column."""
    end = int(trips.first_road[row + 1])
    shift = at + 1 + len(route) - end
    roads = np.concatenate([trips.roads[: at + 1], route, trips.roads[end:]])
    object.__setattr__(trips, "roads", roads)
    trips.first_road[row + 1 :] += shift
    vehicles.route_at[row + 1 :] += np.int32(shift)
