"""Routes through a road network: fastest, several alternatives, and very many at once.

Costs are seconds: of driving every road of the route from begin to end (origin and destination whole), of the
connectors between them, and of turning. Lanes matter: a turn counts only if a lane that has it can be reached.
Shortest paths are those of scipy (Dijkstra 1959; Yen 1971 for loopless alternatives).

>>> from jing_maps.grid import grid
>>> network = grid(2, 2)
>>> router = Router(network)
>>> route = router.fastest(0, 0)
>>> route.roads.tolist()
[0]
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, yen

from jing_maps.columns import VehicleClass
from jing_maps.errors import RouteError
from jing_maps.network import RoadNetwork
from jing_maps.routing_graph import RoutingGraph, TurnCosts, build_graph

__all__ = ["Route", "Router", "Routes", "TurnCosts"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

_CHUNK_CELLS = 4_000_000  # entries of a predecessor matrix: 16 MB, and 32 MB of distances
_NO_NODE = -9999  # scipy's mark for "no predecessor"


@dataclass(frozen=True)
class Route:
    """A way through the network: rows of `Roads`, its seconds, and its metres (roads only)."""

    roads: Int
    cost_s: float
    length_m: float


@dataclass(frozen=True)
class Routes:
    """`(n,)` routes of pairs; the roads of pair `i` are `roads[first_road[i]:first_road[i + 1]]`.

    A pair without a way has no roads, infinite cost, and `found` False.
    """

    first_road: Int
    roads: Int
    cost_s: Float
    found: Bool

    def __len__(self) -> int:
        return len(self.found)


class Router:
    """Finds routes in one network under one set of turn costs and bans.

    Args:
        network: the road network.
        costs: seconds of turns and signals.
        banned_roads: rows of `Roads` that no route uses.
        banned_turns: pairs of rows of `Roads` (from, to) that no route takes.
    """

    def __init__(
        self,
        network: RoadNetwork,
        *,
        costs: TurnCosts | None = None,
        banned_roads: Iterable[int] = (),
        banned_turns: Iterable[tuple[int, int]] = (),
    ) -> None:
        self.network = network
        self._costs = costs or TurnCosts()
        self._banned_roads = np.zeros(len(network.roads), dtype=bool)
        self._banned_roads[self._rows(list(banned_roads))] = True
        tail, head = network.road_of_connector()
        pairs = self._rows(list(banned_turns)).reshape(-1, 2)
        n = len(network.roads)
        self._banned_connectors = np.isin(tail.astype(np.int64) * n + head, pairs[:, 0] * n + pairs[:, 1])
        self._graphs: dict[VehicleClass, RoutingGraph] = {}

    def fastest(
        self,
        origin: int,
        destination: int,
        vehicle_class: VehicleClass = VehicleClass.CAR,
        cost_s: ArrayLike | None = None,
    ) -> Route:
        """The fastest route between two roads.

        Raises:
            RouteError: there is none for this class.
        """
        routes = self.routes([origin], [destination], vehicle_class, cost_s)
        if not routes.found[0]:
            raise self._no_route(origin, destination, vehicle_class)
        return self._route(routes.roads, float(routes.cost_s[0]))

    def k_shortest(
        self, origin: int, destination: int, k: int, vehicle_class: VehicleClass = VehicleClass.CAR
    ) -> list[Route]:
        """Up to `k` different routes from fast to slow, none of which uses a road twice (Yen 1971).

        Raises:
            RouteError: there is none for this class.
        """
        best = self.fastest(origin, destination, vehicle_class)
        if origin == destination or k <= 1:
            return [best]
        graph = self._graph(vehicle_class)
        matrix, road, sink = _with_sink(graph, self._weights(graph, None), destination)
        wanted, routes = k, [best]
        while True:
            # Two paths over strands can be one route over roads: ask for more until there are k, or no more paths.
            cost, before = yen(matrix, int(graph.source[origin]), sink, wanted, return_predecessors=True)
            routes = self._distinct(road, sink, before, cost + graph.road_s[origin])
            if len(routes) >= k or len(cost) < wanted or wanted >= 8 * k:
                return routes[:k]
            wanted *= 2

    def travel_times(
        self, origins: ArrayLike, vehicle_class: VehicleClass = VehicleClass.CAR, cost_s: ArrayLike | None = None
    ) -> Float:
        """`(n_origins, n_roads)` seconds from the begin of each origin to the end of every road; inf = no way."""
        graph, start = self._graph(vehicle_class), self._rows(origins)
        road_s = self._road_s(graph, cost_s)
        matrix = _matrix(graph, self._weights(graph, cost_s))
        out = np.full((len(start), len(self.network.roads)), np.inf)
        open_rows = np.flatnonzero(graph.source[start] >= 0)
        chunk = max(_CHUNK_CELLS // max(len(graph.road), 1), 1)
        for begin in range(0, len(open_rows), chunk):
            rows = open_rows[begin : begin + chunk]
            node_s = dijkstra(matrix, indices=graph.source[start[rows]])
            reached = np.where(graph.strands >= 0, node_s[:, graph.strands], np.inf).min(axis=2)
            out[rows] = reached + road_s[start[rows]][:, None]
        return out

    def routes(
        self,
        origin: ArrayLike,
        destination: ArrayLike,
        vehicle_class: VehicleClass = VehicleClass.CAR,
        cost_s: ArrayLike | None = None,
    ) -> Routes:
        """The fastest route of each of `(n,)` pairs of roads; pairs without a way are marked, not raised.

        Args:
            origin, destination: rows of `Roads`.
            vehicle_class: who drives.
            cost_s: `(n_roads,)` seconds of each road instead of free flow, e.g. congested or perturbed; inf = closed.
        """
        graph = self._graph(vehicle_class)
        start, end = np.broadcast_arrays(self._rows(origin), self._rows(destination))
        matrix, road_s = _matrix(graph, self._weights(graph, cost_s)), self._road_s(graph, cost_s)
        sources, pair_row = np.unique(graph.source[start], return_inverse=True)
        cost = np.full(len(start), np.inf)
        walked: list[tuple[NDArray[np.int64], NDArray[np.int64], Int]] = []
        chunk = max(_CHUNK_CELLS // max(len(graph.road), 1), 1)
        for begin in range(int((sources < 0).sum()), len(sources), chunk):
            indices = sources[begin : begin + chunk]
            node_s, before = dijkstra(matrix, indices=indices, return_predecessors=True)
            pairs = np.flatnonzero((pair_row >= begin) & (pair_row < begin + len(indices)))
            row = pair_row[pairs] - begin
            last, arrival = _best_end(graph, node_s, row, end[pairs])
            cost[pairs] = arrival + road_s[start[pairs]]
            reached = np.isfinite(cost[pairs])
            walked += _walk_back(before, pairs[reached], row[reached], last[reached])
        return _collect(graph, walked, cost)

    def _graph(self, vehicle_class: VehicleClass) -> RoutingGraph:
        if vehicle_class not in self._graphs:
            self._graphs[vehicle_class] = build_graph(
                self.network, vehicle_class, self._costs, self._banned_roads, self._banned_connectors
            )
        return self._graphs[vehicle_class]

    def _road_s(self, graph: RoutingGraph, cost_s: ArrayLike | None) -> Float:
        if cost_s is None:
            return graph.road_s
        road_s = np.asarray(cost_s, float)
        if road_s.shape != graph.road_s.shape or not (road_s > 0).all():
            raise ValueError(f"cost_s must hold a positive number of seconds for each of {len(graph.road_s)} roads")
        return road_s

    def _weights(self, graph: RoutingGraph, cost_s: ArrayLike | None) -> Float:
        return graph.turn_s + self._road_s(graph, cost_s)[graph.road[graph.head]]

    def _rows(self, roads: ArrayLike) -> NDArray[np.int64]:
        rows = np.atleast_1d(np.asarray(roads, dtype=np.int64))
        n = len(self.network.roads)
        if rows.size and (rows.min() < 0 or rows.max() >= n):
            raise RouteError(f"road {rows[(rows < 0) | (rows >= n)][0]} is not in 0..{n - 1}")
        return rows

    def _no_route(self, origin: int, destination: int, vehicle_class: VehicleClass) -> RouteError:
        name = self.network.roads.ext_id
        return RouteError(
            f"no way for {vehicle_class.name} from road {name[origin]!r} to road {name[destination]!r}; "
            "check that lanes and connectors between them allow the class (jingsim maps check)"
        )

    def _route(self, roads: Int, cost_s: float) -> Route:
        return Route(roads, cost_s, float(self.network.roads.length_m[roads].sum()))

    def _distinct(self, road: Int, sink: int, before: NDArray[np.int32], cost: Float) -> list[Route]:
        out: dict[tuple[int, ...], Route] = {}
        for row, cost_s in zip(before, cost, strict=True):
            path, node = [], sink
            while node != _NO_NODE:
                path.append(int(road[node]))
                node = int(row[node])
            roads = tuple(path[::-1])
            if len(set(roads)) == len(roads) and roads not in out:
                out[roads] = self._route(np.array(roads, np.int32), float(cost_s))
        return list(out.values())


def _matrix(graph: RoutingGraph, weights: Float) -> csr_array:
    n = len(graph.road)
    return csr_array((weights, graph.head, graph.first), shape=(n, n))


def _with_sink(graph: RoutingGraph, weights: Float, destination: int) -> tuple[csr_array, Int, int]:
    """The graph with one more node, which every edge into the destination road enters too."""
    n = len(graph.road)
    tail = np.repeat(np.arange(n), np.diff(graph.first))
    into = graph.road[graph.head] == destination
    # Of parallel edges into the sink (one a strand) only the cheapest counts.
    sink_s = np.full(n, np.inf)
    np.minimum.at(sink_s, tail[into], weights[into])
    tails = np.flatnonzero(np.isfinite(sink_s))
    rows = np.concatenate([tail[~into], tails])
    heads = np.concatenate([graph.head[~into], np.full(len(tails), n)])
    order = np.lexsort((heads, rows))
    first = np.searchsorted(rows[order], np.arange(n + 2)).astype(np.int32)
    cost = np.concatenate([weights[~into], sink_s[tails]])[order]
    matrix = csr_array((cost, heads[order].astype(np.int32), first), shape=(n + 1, n + 1))
    return matrix, np.append(graph.road, np.int32(destination)), n


def _best_end(
    graph: RoutingGraph, node_s: Float, row: NDArray[np.int64], destination: NDArray[np.int64]
) -> tuple[Int, Float]:
    """The node of the destination road that is reached first, and when."""
    nodes = graph.strands[destination]
    arrival = np.where(nodes >= 0, node_s[row[:, None], nodes], np.inf)
    best = arrival.argmin(axis=1)
    at = np.arange(len(row))
    return nodes[at, best], arrival[at, best]


def _walk_back(
    before: NDArray[np.int32], pairs: NDArray[np.int64], row: NDArray[np.int64], node: Int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64], Int]]:
    """All pairs at once from their last node back to the first: (pair, steps from the end, node)."""
    out, step = [], 0
    while len(pairs):
        out.append((pairs, np.full(len(pairs), step), node))
        node = before[row, node]
        go = node != _NO_NODE
        pairs, row, node = pairs[go], row[go], node[go]
        step += 1
    return out


def _collect(
    graph: RoutingGraph, walked: list[tuple[NDArray[np.int64], NDArray[np.int64], Int]], cost: Float
) -> Routes:
    first = np.zeros(len(cost) + 1, dtype=np.int32)
    if not walked:
        return Routes(first, np.zeros(0, np.int32), cost, np.isfinite(cost))
    pair, step, node = (np.concatenate(part) for part in zip(*walked, strict=True))
    order = np.lexsort((-step, pair))
    first[1:] = np.cumsum(np.bincount(pair, minlength=len(cost)))
    return Routes(first, graph.road[node[order]], cost, np.isfinite(cost))
