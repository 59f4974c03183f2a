"""How far a step looks: the roads whose vehicles, as they are at time t, can have a say in a part's own at t + dt.

All figures are bounds for the fastest driver, the longest vehicle and the highest limit of the run. In the order of a
step (`kernels_step`), for the roads `own`:

1. On own roads after the step are those who are there, or come within `step_m` from behind. Lane changes, insertion
   and the audit read others as they have moved: on the next roads, on those from which one comes onto own roads, on
   all that merge into the next ones, on connectors that meet own ones, and tails that reach back over a road's end.
   All these are the *drivers*; their speeds must be right. On roads longer than `short_m`, a tail's vehicle stands too
   near the begin to look beyond the road.
2. A driver reads the vehicles on the roads that it enters within `sight_m` and, where it might block a junction, on the
   next one; over its connectors, all that meet them; and the tails that reach over any of these.
3. A driver within 4.5 m of a link gives way to those who announce themselves there: they are on the roads of the foes,
   one road before these, or within sight. What they announce depends on what they read in turn, up to and behind
   that link.

4. Lane changes before a roundabout and in it count the vehicles on all of it: with all roads near it, it is treated as
   own.

Detours and advice among neighbours read nothing else. Two chains within one step have no bound but their unlikelihood:
drivers who stood for the deadlock time and push one after the other, at junctions side by side, and vehicles that
enter several short roads in a row in one step. Each link of such a chain must turn a decision; one link is covered.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from jing_sim.traffic import rows as r
from jing_sim.traffic.options import TrafficOptions
from jing_sim.traffic.state import Demand
from jing_sim.traffic.tables import WayTables

__all__ = ["Halo", "Reach", "road_of_way"]

Bool = NDArray[np.bool_]
I32 = NDArray[np.int32]
F64 = NDArray[np.float64]

_AT_LINE_M = 4.5
_BEHIND_M = 100.0
_MOST_LINKS = 4
_TAIL_LINKS = 3


@dataclass(frozen=True)
class Reach:
    """Bounds over all drivers of a run [m, m/s].

    Attributes:
        top_mps: nobody is faster; limits must not be raised beyond what it stands for (`limit_mps`).
        step_m: driven in one step.
        sight_m: looked ahead when planning, or asked for when changing lanes or entering.
        tail_m: the longest vehicle.
        short_m: roads of this length or less can be seen through from their begin.
    """

    limit_mps: float
    top_mps: float
    step_m: float
    sight_m: float
    tail_m: float
    short_m: float

    @classmethod
    def of(cls, tables: WayTables, demand: Demand, dt_s: float) -> Self:
        """The bounds for these trips on this network."""
        limit = float(tables.limit_mps.max(initial=0.0))
        factor = float(demand.factor.max(initial=0.0))
        t = demand.typef
        v = np.minimum(limit * factor + t[:, r.T_ACCEL] * dt_s, t[:, r.T_SPEED])
        sight = v * (1.5 * dt_s + t[:, r.T_TAU]) + 0.5 * v * v / t[:, r.T_DECEL] + t[:, r.T_GAP]
        top, tail = float(v.max(initial=0.0)), float(t[:, r.T_LENGTH].max(initial=0.0))
        stop = float(tables.wayf[:, r.W_STOP].max(initial=0.0))
        sight_m = max(float(sight.max(initial=0.0)) + stop, _BEHIND_M)
        return cls(limit, top, top * dt_s, sight_m, tail, sight_m + tail + 1.0)


class Halo:
    """The roads of a network and what leads to what, for sets of roads as `(n_roads,)` booleans.

    Args:
        tables: of the network.
        demand: of all trips.
        options: of the run.
    """

    def __init__(self, tables: WayTables, demand: Demand, options: TrafficOptions) -> None:
        self.reach = Reach.of(tables, demand, options.dt_s)
        n_lanes, wayi, self._n = tables.n_lanes, tables.wayi, len(tables.road_first) - 1
        road = road_of_way(tables)
        first = slice(n_lanes, n_lanes + len(tables.to_lane))
        self._next = _pairs(road[first], road[tables.to_lane])
        self._back = self._next[::-1]
        owner = np.repeat(np.arange(len(wayi)), wayi[:, r.W_SIDE1] - wayi[:, r.W_SIDE0])
        self._meets = _pairs(road[owner], road[tables.sidei[:, r.S_OTHER]])
        # A turn lane begins where the road has been driven along for a while.
        whole = tables.wayf[:n_lanes, r.W_START] + tables.wayf[:n_lanes, r.W_LENGTH]
        self._length = np.minimum.reduceat(whole, tables.road_first[:-1])
        self._equal = np.zeros(self._n, bool)
        self._equal[road[np.flatnonzero(wayi[:, r.W_FLAGS] & r.EQUAL)]] = True
        near = np.zeros(self._n, bool)
        near[wayi[:n_lanes, r.W_ROAD][wayi[:n_lanes, r.W_FLAGS] & r.NEAR_RING != 0]] = True
        self._ring = _clusters(near, self._next)

    def around(self, own: Bool, hops: int) -> Bool:
        """Own roads and those at most `hops` roads away."""
        for _ in range(hops):
            own = own | _step(own, self._next) | _step(own, self._back)
        return own

    def of(self, own: Bool) -> tuple[Bool, Bool]:
        """The roads to be known, own ones among them, and those at whose ends signals are read."""
        m = self.reach
        own = own | (np.isin(self._ring, self._ring[own]) & (self._ring >= 0))
        short = self._length <= m.short_m
        onto, before = _step(own, self._next), _step(own, self._back)
        entering = own | onto | (before & short)
        merging = _step(entering, self._back)
        tails = self._tails(own | onto | (before & short))
        coming = self._behind(own, m.step_m)
        others = onto | merging | (tails & short) | self._behind(onto, m.step_m) | _step(own, self._meets)
        others |= self._behind((merging | tails) & short, m.step_m)
        foes = _step(self._ahead(own | coming | others, _AT_LINE_M)[1], self._meets)
        asking = foes | _step(foes, self._back) | self._behind(foes, m.sight_m)
        known = self._reads(own, full=True) | self._reads(others | foes, full=False) | self._tails(tails)
        # Of those, only who comes onto own roads, or to the foes' lines: they look that way.
        known |= self._tails(coming | asking | _step(coming | asking, self._meets) | _step(foes, self._next))
        return known, self._ahead(own | coming | others | asking, m.sight_m)[0]

    def _reads(self, drivers: Bool, *, full: bool) -> Bool:
        """Roads whose rows are read when these are planned; `full`: also what decides flags, not speeds, of them."""
        entered, crossed = self._ahead(drivers, self.reach.sight_m)
        rows = entered | _step(entered if full else crossed, self._next) | _step(crossed, self._meets)
        if full:
            rows |= _step(entered & self._equal, self._meets)
        return self._tails(rows)

    def _tails(self, roads: Bool) -> Bool:
        return self._spread(roads, self._next, self.reach.tail_m, _TAIL_LINKS)[0]

    def _ahead(self, roads: Bool, metres: float) -> tuple[Bool, Bool]:
        return self._spread(roads, self._next, metres, _MOST_LINKS)

    def _behind(self, roads: Bool, metres: float) -> Bool:
        return self._spread(roads, self._back, metres, _MOST_LINKS)[0]

    def _spread(self, roads: Bool, pairs: I32, metres: float, links: int) -> tuple[Bool, Bool]:
        """Roads that begin within so many metres and links of the end of one of these, and those that also end there;
        the given ones are in both.
        """
        tail, head = pairs
        end = np.where(roads, 0.0, np.inf)
        entered = roads.copy()
        for _ in range(links):
            go = end[tail] <= metres
            start = np.full(self._n, np.inf)
            np.minimum.at(start, head[go], end[tail[go]])
            entered |= start < np.inf
            end = np.minimum(end, start + self._length)
        return entered, entered & (end <= metres)


def road_of_way(tables: WayTables) -> I32:
    """`(n_ways,)` a lane's road, or that from which a connector leaves."""
    way = np.arange(tables.n_ways)
    for _ in range(2):
        way = np.where(way >= tables.n_lanes, tables.wayi[way, r.W_FROM], way)
    return np.asarray(tables.wayi[way, r.W_ROAD], dtype=np.int32)


def _pairs(a: I32, b: I32) -> I32:
    """`(2, n)` the different pairs."""
    return np.asarray(np.unique(np.stack([a, b]).astype(np.int32), axis=1).reshape(2, -1), np.int32)


def _clusters(roads: Bool, pairs: I32) -> I32:
    """`(n_roads,)` a number for all of these roads that hang together by pairs of them, else -1."""
    tail, head = pairs[:, roads[pairs[0]] & roads[pairs[1]]]
    graph = csr_array((np.ones(len(tail)), (tail, head)), shape=(len(roads), len(roads)))
    return np.where(roads, connected_components(graph, directed=False)[1], -1).astype(np.int32)


def _step(roads: Bool, pairs: I32) -> Bool:
    """What the pairs lead to from these roads."""
    found = np.zeros(len(roads), bool)
    found[pairs[1, roads[pairs[0]]]] = True
    return found
