"""Roads as a graph: a node is a road in one direction, an edge a link by which one drives from it into the next one.

Shortest paths are those of scipy (Dijkstra 1959).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from jing_scenarios.roads.place_rows import (
    DRIVING,
    NO_LINK,
    ROAD_LINK,
    T_AFTER,
    T_BEFORE,
    T_EXIT_END,
    T_EXIT_START,
    T_KIND,
    T_LEFT,
    T_LEFT_HAND,
    T_N_LEFT,
    T_N_RIGHT,
    T_RIGHT,
    T_SECTION,
    T_TO_END,
    T_TO_ROAD,
)
from jing_scenarios.roads.tables import RoadTables

__all__ = ["RoadGraph", "node_of"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]

_MOST_KNOWN = 256
_NO_NODE = -9999  # scipy's mark for "no predecessor"


def node_of(road: int, forward: bool) -> int:
    """The node of a road that is passed along growing s, or against it."""
    return 2 * road + (not forward)


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """Links between roads.

    Attributes:
        tables: of the roads.
        both_ways: every link counts in both directions, whoever may drive there: for distances. Else only directions
            for which the road has a driving lane at that end: for routes.
    """

    tables: RoadTables
    both_ways: bool

    @cached_property
    def edges(self) -> tuple[Int, Int]:
        """`(m,)` nodes at the begin and at the end of each edge, each pair once."""
        pairs = {
            (node_of(road, at_end == 1), node_of(other, touched == 0)) for road, at_end, other, touched in self._links()
        }
        if self.both_ways:
            pairs |= {(to ^ 1, node ^ 1) for node, to in pairs}
        else:
            pairs = {(node, to) for node, to in pairs if self._drivable[node] and self._drivable[to]}
        flat = np.array(sorted(pairs), dtype=np.int64).reshape(len(pairs), 2)
        return flat[:, 0], flat[:, 1]

    def _links(self) -> list[tuple[int, int, int, int]]:
        """Road, whether at its end, the other road, and which end of that is touched."""
        roads, exits = self.tables.roads, self.tables.exits
        found: list[tuple[int, int, int, int]] = []
        for road in range(len(roads)):
            for at_end, link, ways in ((0, T_BEFORE, T_EXIT_START), (1, T_AFTER, T_EXIT_END)):
                kind, other, touched = roads[road, link : link + 3].tolist()
                if kind == ROAD_LINK:
                    found.append((road, at_end, other, touched))
                elif kind != NO_LINK:
                    first, last = roads[road, ways : ways + 2].tolist()
                    found += [(road, at_end, *pair) for pair in exits[first:last, [T_TO_ROAD, T_TO_END]].tolist()]
        return found

    @cached_property
    def _drivable(self) -> list[bool]:
        """By node: the road has a driving lane in that direction in the section where one leaves it."""
        tables, found = self.tables, []
        for road in range(len(tables.roads)):
            left_hand = bool(tables.roads[road, T_LEFT_HAND])
            first, end = tables.roads[road, T_SECTION : T_SECTION + 2].tolist()
            for forward in (True, False):
                at, count = (T_RIGHT, T_N_RIGHT) if forward != left_hand else (T_LEFT, T_N_LEFT)
                section = tables.sections[end - 1 if forward else first]
                kinds = tables.lanes[section[at] : section[at] + section[count], T_KIND]
                found.append(bool((kinds & DRIVING).any()))
        return found

    def distances_from(self, node: int) -> Float:
        """`(2 n_roads,)` metres from the end of a node to the begin of every other one; infinite where no way is."""
        known = self._known
        if node not in known:
            known[node] = self._tree(node, self.tables.length_m.repeat(2))[0]
            if len(known) > _MOST_KNOWN:
                del known[next(iter(known))]
        return known[node]

    def path(self, node: int, goal: int, cost: Float | None = None) -> list[int]:
        """Nodes from one to another, both included; empty where no way is.

        Args:
            cost: `(2 n_roads,)` of passing each node; its length if None.
        """
        _, before = self._tree(node, self.tables.length_m.repeat(2) if cost is None else cost)
        nodes = [goal]
        while (step := int(before[nodes[-1]])) != _NO_NODE:
            nodes.append(step)
            if step == node:
                return nodes[::-1]
        return []

    def reach(self, node: int, cost: Float) -> Float:
        """`(2 n_roads,)` cost of all nodes between a node and each other one."""
        return self._tree(node, cost)[0]

    def followers(self, node: int) -> list[int]:
        """The nodes that one can drive into from a node."""
        first, to = self.edges
        return [int(k) for k in to[first == node]]

    @cached_property
    def _known(self) -> dict[int, Float]:
        return {}

    def _tree(self, node: int, cost: Float) -> tuple[Float, Int]:
        """Cost of what lies between, and predecessors, from one node."""
        first, to = self.edges
        count = 2 * len(self.tables.roads)
        # An edge costs the node that it leaves; the least positive number keeps free ones in the sparse matrix.
        weight = np.maximum(cost[first], 1e-12)
        weight[first == node] = 1e-12
        graph = csr_array((weight, (first, to)), shape=(count, count))
        between, before = dijkstra(graph, indices=np.array([node]), return_predecessors=True)
        between[0, node] = np.inf
        return np.asarray(between[0]), np.asarray(before[0], dtype=np.int64)
