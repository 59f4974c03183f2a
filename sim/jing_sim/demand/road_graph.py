"""Fastest routes over roads for many trips at once, and how drivers differ in their choice.

The nodes are roads, the edges the movements that connectors allow to a vehicle class.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from jing_maps.columns import JunctionKind, Turn
from jing_maps.network import RoadNetwork
from jing_sim.demand.draws import standard_normal

__all__ = ["RoadGraph"]

Int = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float = NDArray[np.float64]

_PERTURBATION = 23
_BATCH = 256

# Mean wait of a movement [s] when nothing is in the way: half a red weighted by the split, longer for left turns
# (assumed, typical for urban cycles of 90-120 s); unsignalised minor movements wait for gaps.
_SIGNAL_WAIT_S = {Turn.STRAIGHT: 15.0, Turn.LEFT: 25.0, Turn.RIGHT: 5.0, Turn.U_TURN: 35.0}
_PRIORITY_WAIT_S = {Turn.STRAIGHT: 2.0, Turn.LEFT: 6.0, Turn.RIGHT: 2.0, Turn.U_TURN: 12.0}


@dataclass(frozen=True)
class RoadGraph:
    """Movements from road to road for one vehicle class.

    Attributes:
        n_roads: number of roads.
        usable: `(n_roads,)` whether a lane of the road is open to the class.
        tail, head: `(n_moves,)` roads, each pair once, sorted.
        move_s: `(n_moves,)` seconds through the junction, wait included.
        road_s: `(n_roads,)` seconds along the road without traffic.
    """

    n_roads: int
    usable: NDArray[np.bool_]
    tail: Int64
    head: Int64
    move_s: Float
    road_s: Float

    @classmethod
    def of(cls, network: RoadNetwork, vehicle_class: int) -> "RoadGraph":
        """The graph of a network for one `VehicleClass` bit."""
        lanes, ways, n = network.lanes, network.connectors, len(network.roads)
        lane_open = (lanes.allowed & vehicle_class) > 0
        usable = np.bincount(lanes.road, weights=lane_open, minlength=n) > 0
        speed = np.full(n, 0.1)
        np.maximum.at(speed, lanes.road[lane_open], lanes.speed_limit_mps[lane_open])
        open_ = ((ways.allowed & vehicle_class) > 0) & lane_open[ways.from_lane] & lane_open[ways.to_lane]
        tail, head = (column[open_].astype(np.int64) for column in network.road_of_connector())
        kind = network.junctions.kind[ways.junction]
        waits = np.zeros(len(ways))
        for turn in Turn:
            here = ways.turn == turn
            waits[here & (kind == JunctionKind.SIGNAL)] = _SIGNAL_WAIT_S[turn]
            waits[here & (kind != JunctionKind.SIGNAL) & (kind != JunctionKind.JOINT)] = _PRIORITY_WAIT_S[turn]
        seconds = (ways.length_m / ways.speed_limit_mps + waits)[open_]
        order = np.lexsort((seconds, head, tail))
        tail, head, seconds = tail[order], head[order], seconds[order]
        first = np.ones(len(tail), dtype=bool)
        first[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
        return cls(n, usable, tail[first], head[first], seconds[first], network.roads.length_m / speed)

    @cached_property
    def _keys(self) -> Int64:
        return self.tail * self.n_roads + self.head

    def linked(self, tail: Int, head: Int) -> NDArray[np.bool_]:
        """Whether the movement from each `tail` to each `head` exists."""
        keys = tail.astype(np.int64) * self.n_roads + head
        return np.isin(keys, self._keys)

    def matrix(self, factor: Float | None = None) -> csr_array:
        """Seconds from road to road; `factor` `(n_roads,)` scales the time on each road."""
        seconds = self.road_s if factor is None else self.road_s * factor
        return csr_array((self.move_s + seconds[self.head], (self.tail, self.head)), shape=(self.n_roads,) * 2)

    def times_s(self, origins: Int) -> Float:
        """`(n_origins, n_roads)` seconds from the end of each origin to the end of each road; inf = no way."""
        return np.asarray(dijkstra(self.matrix(), indices=origins))

    def components(self) -> Int:
        """`(n_roads,)` label of the strongly connected part of each road."""
        return np.asarray(connected_components(self.matrix(), connection="strong")[1], dtype=np.int32)

    def main_ends(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """`(n_roads,)` twice: usable roads that reach the main part, and usable roads that it reaches.

        The main part is the largest strongly connected one. On a map without circuits each part is one road; then it
        is the one with the most pairs of ends around it.
        """
        label = self.components()
        size = np.bincount(label[self.usable], minlength=int(label.max()) + 1)
        candidates = [int(np.argmax(size))] if size.max() > 1 else np.argsort(-size, kind="stable")[:500].tolist()
        none = np.zeros(self.n_roads, dtype=bool)
        best = (none, none)
        for part in candidates:
            member = np.flatnonzero((label == part) & self.usable)[:1]
            if len(member):
                forward = self._reach(self.tail, self.head, member) & self.usable
                backward = self._reach(self.head, self.tail, member) & self.usable
                if forward.sum() * backward.sum() > best[0].sum() * best[1].sum():
                    best = (backward, forward)
        return best

    def _reach(self, tail: Int64, head: Int64, begin: Int64) -> NDArray[np.bool_]:
        seen = np.zeros(self.n_roads, dtype=bool)
        seen[begin] = True
        while True:
            new = np.unique(head[seen[tail] & ~seen[head]])
            if not len(new):
                return seen
            seen[new] = True

    def routes(self, origin: Int, destination: Int, variant: Int, seed: int, spread: float) -> list[Int | None]:
        """The fastest route of each trip, roads from origin to destination; None where there is no way.

        Trips of one `variant` perceive the time of each road with one log-normal error of standard deviation
        `spread` (link perturbation: Burrell 1968; probit choice: Daganzo and Sheffi 1977). Variant -1 perceives none.
        """
        trips = np.stack([variant, origin, destination], axis=1).astype(np.int64).reshape(-1, 3)
        wanted, inverse = np.unique(trips, axis=0, return_inverse=True)
        found: list[Int | None] = [None] * len(wanted)
        for value in np.unique(wanted[:, 0]):
            rows = np.flatnonzero(wanted[:, 0] == value)
            roads = np.arange(self.n_roads)
            factor = None if value < 0 else np.exp(spread * standard_normal(seed, _PERTURBATION, roads, int(value)))
            matrix = self.matrix(factor)
            sources = np.unique(wanted[rows, 1])
            for begin in range(0, len(sources), _BATCH):
                batch = sources[begin : begin + _BATCH]
                before = dijkstra(matrix, indices=batch, return_predecessors=True)[1]
                for row in rows[np.isin(wanted[rows, 1], batch)]:
                    tree = before[np.searchsorted(batch, wanted[row, 1])]
                    found[int(row)] = self._walk(tree, int(wanted[row, 1]), int(wanted[row, 2]))
        return [found[int(row)] for row in inverse.reshape(-1)]

    def _walk(self, before: Int, origin: int, destination: int) -> Int | None:
        if not (self.usable[origin] and self.usable[destination]):
            return None
        route = [destination]
        while route[-1] != origin:
            previous = int(before[route[-1]])
            if previous < 0:
                return None
            route.append(previous)
        return np.array(route[::-1], dtype=np.int32)
