"""One large network in parts: which junctions belong together, and what each part must know of the others."""

from dataclasses import dataclass

import numpy as np
import pymetis
from numpy.typing import NDArray
from scipy.sparse import csr_array

from jing_maps.network import RoadNetwork
from jing_sim.traffic import rows as r
from jing_sim.traffic.halo import Halo, road_of_way
from jing_sim.traffic.options import SimulationError, TrafficOptions
from jing_sim.traffic.signal_tables import SignalTables
from jing_sim.traffic.state import Demand
from jing_sim.traffic.tables import WayTables

__all__ = ["Cut", "cut_junctions", "cut_network"]

Int = NDArray[np.int32]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Cut:
    """Who computes what.

    Attributes:
        road_owner, way_owner: `(n_roads,)`, `(n_ways,)`; a road belongs to the part of the junction that it leads to, a
            connector to the owner of the road that it leaves.
        near: `(parts, n_ways)` what a part owns, and its halo (`jing_sim.traffic.halo`).
    """

    road_owner: Int
    way_owner: Int
    near: Bool

    @property
    def parts(self) -> int:
        """Their number."""
        return len(self.near)

    def told(self, sender: int, receiver: int) -> Int:
        """The ways of one part that another one must know."""
        return np.flatnonzero((self.way_owner == sender) & self.near[receiver]).astype(np.int32)


def cut_junctions(network: RoadNetwork, parts: int) -> Int:
    """`(n_junctions,)` the part of each junction: about equal lane length; METIS minimises the lanes between parts.

    Raises:
        SimulationError: there are fewer junctions than parts.
    """
    n = len(network.junctions)
    if not 1 <= parts <= n:
        raise SimulationError(f"parts is {parts}; a network of {n} junctions has 1 to {n}")
    if parts == 1:
        return np.zeros(n, np.int32)
    roads = network.roads
    tail, head = roads.from_junction.astype(np.int64), roads.to_junction.astype(np.int64)
    lanes = np.diff(roads.first_lane)
    keep = tail != head
    both = csr_array((np.r_[lanes[keep], lanes[keep]],
                      (np.r_[tail[keep], head[keep]], np.r_[head[keep], tail[keep]])), shape=(n, n))  # fmt: skip
    both.sum_duplicates()
    weights = np.bincount(head, np.asarray(roads.length_m * lanes), minlength=n).astype(np.int64) + 1
    _, part = pymetis.part_graph(
        parts, pymetis.CSRAdjacency(both.indptr.tolist(), both.indices.tolist()), eweights=both.data.tolist(),
        vweights=weights.tolist(), recursive=True,
    )  # fmt: skip
    return np.asarray(part, dtype=np.int32)


def cut_network(
    network: RoadNetwork, tables: WayTables, demand: Demand, signals: SignalTables, options: TrafficOptions,
    owner: Int, hops: int | None = None,
) -> Cut:  # fmt: skip
    """The parts that `owner` `(n_junctions,)` names, and their halos.

    `hops`: for experiments, the roads at most so many roads away in place of the computed halo.

    Raises:
        SimulationError: `owner` does not name a part, counted from 0, for each junction.
    """
    owner = np.asarray(owner, np.int32)
    if owner.shape != (len(network.junctions),) or owner.min(initial=0) < 0:
        n = len(network.junctions)
        raise SimulationError(f"owner has shape {owner.shape}; it names a part, 0 or more, for each of {n} junctions")
    road_owner = owner[network.roads.to_junction]
    road = road_of_way(tables)
    halo = Halo(tables, demand, options)
    watched = _watched_roads(tables, signals, road)
    near = np.zeros((int(owner.max(initial=0)) + 1, tables.n_ways), dtype=bool)
    for part in range(len(near)):
        own = road_owner == part
        if hops is not None:
            near[part] = halo.around(own, hops)[road]
            continue
        known, lit = halo.of(own)
        for at, seen in watched:
            if lit[at].any():
                known[seen] = True
        near[part] = known[road]
    return Cut(road_owner=road_owner, way_owner=road_owner[road], near=near)


def _watched_roads(tables: WayTables, signals: SignalTables, road: Int) -> list[tuple[Int, Int]]:
    """For each controller that vehicles prolong: the roads that it shows lights to, and those that it looks at.

    A part to which such a light matters knows all vehicles that the loops can see, so it switches it by itself.
    """
    group = tables.wayi[tables.n_lanes : tables.n_lanes + len(tables.to_lane), r.W_GROUP]
    road_of = road[tables.n_lanes : tables.n_lanes + len(tables.to_lane)]
    found = []
    for c in np.flatnonzero(signals.actuated >= 0):
        program = signals.actuated[c]
        own = (group >= signals.first_group[c]) & (group < signals.first_group[c + 1])
        a, b = signals.first_phase_loop[signals.first_phase[program : program + 2]]
        watches = [np.arange(*signals.first_watch[k : k + 2]) for k in np.unique(signals.phase_loop[a:b])]
        seen = signals.watch_way[np.concatenate([np.zeros(0, np.int64), *watches])]
        found.append((np.unique(road_of[own]), np.unique(road[seen])))
    return found
