"""One large network in parts: how it is cut, and what a part computes and tells the others in each step.

A part computes the vehicles on the roads that it owns and, redundantly, those of a halo around them. Its own ones are
exact after a step if everything that a step reads for them was exact before it. What a step reads is near: a driver
looks ahead as far as it needs to stop (`_sight_m`), or announces itself at its next two links, however long the
roads; the same holds for those that it gives way to. Let a road cost `min(1, length / (sight / 2))`: both are at most 2
units. Planning reads 2 units ahead and what foes announce from 2 units behind there: 4. Insertion and lane
changes read the neighbours (2 units) as they have moved, which planning has settled: 6 in all, `HALO`.
After the step all rows that others own are thrown away, and taken over from their owners with the order on the way.
"""

from dataclasses import dataclass

import numpy as np
import pymetis
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from jing_maps.network import RoadNetwork
from jing_sim.traffic import rows as r
from jing_sim.traffic.state import Demand
from jing_sim.traffic.tables import WayTables

__all__ = ["HALO", "Border", "Cut", "cut_network"]

Int = NDArray[np.int32]
Bool = NDArray[np.bool_]

HALO = 6.0


@dataclass(frozen=True)
class Cut:
    """Who computes what.

    Attributes:
        road_owner, way_owner: `(n_roads,)`, `(n_ways,)`; a connector belongs to the owner of the road that it leaves.
        near: `(parts, n_ways)` what a part owns, and its halo.
        border: `(n_ways,)` ways that lie in the halo of a part other than their owner.
    """

    road_owner: Int
    way_owner: Int
    near: Bool
    border: Bool


@dataclass(frozen=True)
class Border:
    """What a part tells the others after a step.

    Attributes:
        way, rows: `(n,)`, `(n, N_WORDS)` its vehicles on border ways, in order; AT counts from the begin of the route.
        brutto_way, brutto: `(m,)` its border ways that are not empty, and the length taken on them [m].
        queue: its trips that wait to enter.
        routes: new routes of vehicles, as roads.
        signals: columns of `SignalMemory` that vehicles prolong; empty where none do.
    """

    way: Int
    rows: Int
    brutto_way: Int
    brutto: NDArray[np.float32]
    queue: Int
    routes: dict[int, Int]
    signals: tuple[NDArray[np.generic], ...]

    @property
    def n_bytes(self) -> int:
        """Bytes of its arrays."""
        columns = (self.way, self.rows, self.brutto_way, self.brutto, self.queue, *self.routes.values(), *self.signals)
        return sum(column.nbytes for column in columns)


def cut_network(network: RoadNetwork, tables: WayTables, demand: Demand, parts: int, halo: float = HALO) -> Cut:
    """Cuts a network into parts of about equal lane length; METIS minimises the lanes between them.

    Raises:
        ValueError: there are fewer junctions than parts.
    """
    n = len(network.junctions)
    if not 1 <= parts <= n:
        raise ValueError(f"parts is {parts}; a network of {n} junctions has 1 to {n}")
    roads = network.roads
    tail, head = roads.from_junction.astype(np.int64), roads.to_junction.astype(np.int64)
    lanes = np.diff(roads.first_lane)
    owner = _owners(tail, head, lanes, np.asarray(roads.length_m * lanes), n, parts)
    road_owner = owner[head]
    wayi, n_lanes = tables.wayi, tables.n_lanes
    way_road = _road_of_way(wayi, n_lanes)
    cost = np.minimum(1.0, np.maximum(roads.length_m, 1.0) / (0.5 * _sight_m(tables, demand)))
    # The shortest of parallel roads counts.
    order = np.argsort(-cost, kind="stable")
    pairs, last = np.unique((tail * n + head)[order][::-1], return_index=True)
    graph = csr_array((cost[order][::-1][last], (pairs // n, pairs % n)), shape=(n, n))
    near = np.zeros((parts, len(wayi)), dtype=bool)
    for part in range(parts):
        own = road_owner == part
        begin = np.unique(np.concatenate([tail[own], head[own]]))
        if not len(begin):
            continue
        away = dijkstra(graph, directed=False, indices=begin, min_only=True, limit=halo + 1.0)
        near[part] = (own | (np.minimum(away[tail], away[head]) < halo))[way_road]
    way_owner = road_owner[way_road]
    border = (near.sum(axis=0) - near[way_owner, np.arange(len(wayi))]) > 0
    return Cut(road_owner=road_owner, way_owner=way_owner, near=near, border=border)


def _owners(tail: NDArray[np.int64], head: NDArray[np.int64], lanes: Int, load: NDArray[np.float64], n: int,
            parts: int) -> Int:  # fmt: skip
    """`(n,)` the part of each junction."""
    if parts == 1:
        return np.zeros(n, np.int32)
    keep = tail != head
    both = csr_array((np.r_[lanes[keep], lanes[keep]],
                      (np.r_[tail[keep], head[keep]], np.r_[head[keep], tail[keep]])), shape=(n, n))  # fmt: skip
    both.sum_duplicates()
    weights = np.bincount(head, load, minlength=n).astype(np.int64) + 1
    _, part = pymetis.part_graph(
        parts, pymetis.CSRAdjacency(both.indptr.tolist(), both.indices.tolist()), eweights=both.data.tolist(),
        vweights=weights.tolist(), recursive=True,
    )  # fmt: skip
    return np.asarray(part, dtype=np.int32)


def _road_of_way(wayi: Int, n_lanes: int) -> Int:
    """`(n_ways,)` a lane's road, or that from which a connector leaves."""
    lane = np.arange(len(wayi))
    for _ in range(2):
        lane = np.where(lane >= n_lanes, wayi[lane, r.W_FROM], lane)
    return np.asarray(wayi[lane, r.W_ROAD], dtype=np.int32)


def _sight_m(tables: WayTables, demand: Demand) -> float:
    """How far the fastest driver of the demand looks ahead at most, as `plan_speeds` has it, for a step of 1 s [m]."""
    if not len(demand.factor):
        return 1.0
    top = min(float(tables.limit_mps.max()) * float(demand.factor.max()), float(demand.typef[:, r.T_SPEED].max()))
    tau, decel = float(demand.typef[:, r.T_TAU].max()), float(demand.typef[:, r.T_DECEL].min())
    return top * (1.5 + tau) + 0.5 * top * top / decel
