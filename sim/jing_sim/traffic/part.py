"""One part of a partitioned world: steps its vehicles and those of its halo, and exchanges what borders on others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs
from jing_maps.network import RoadNetwork
from jing_sim.traffic import rows as r
from jing_sim.traffic.kernels_move import busy_ways, mark_tails
from jing_sim.traffic.options import TrafficOptions
from jing_sim.traffic.partition import HALO, Border, cut_network
from jing_sim.traffic.stuck import detour_stuck
from jing_sim.traffic.world import TrafficWorld
from jing_sim.trips import Trips

__all__ = ["Part", "Share"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class Share:
    """All that a part owns: `way` `(n,)`, `rows` `(n, N_WORDS)` (AT from the begin of the route), `queue`; the trips
    that enter (`enters`) and leave (`leaves`) on its roads with their times; `state` of its signals' `groups`.
    """

    way: Int
    rows: Int
    queue: Int
    enters: Int
    entered_s: Float
    leaves: Int
    arrived_s: Float
    loss_s: NDArray[np.float32]
    groups: Int
    state: NDArray[np.uint8]
    updates: int
    rerouted: int
    halo_rows: int


class Part(TrafficWorld):
    """The world as part number `part` of `parts` knows it: complete on the roads that are near, empty elsewhere.

    `step_own` and `take` take turns; `take` receives what all parts, this one included, returned from `step_own`.
    """

    def __init__(
        self, network: RoadNetwork, trips: Trips, options: TrafficOptions, part: int, parts: int,
        programs: Programs | None = None, halo: float = HALO,
    ) -> None:  # fmt: skip
        super().__init__(network, trips, options, programs=programs)
        self.part = part
        self.cut = cut_network(network, self.tables, self.demand, parts, halo)
        d, owner = self.demand, self.cut.road_owner
        self._start = owner[d.route[d.route_first]]
        self._goal = owner[d.route[d.route_last]]
        self._updates = 0
        self._told = len(d.route)
        self._signal_owner, self._loops_of = self._own_signals()
        keep = self.cut.near[part][self.ways()]
        self._put(self.ways()[keep], self.rows()[1][: len(keep)][keep])

    def step_own(self) -> Border:
        """One step; afterwards only own vehicles are here until `take`."""
        self._updates += int((self.cut.way_owner[self.ways()] == self.part).sum())
        self.signals.advance(self.time_s + self.options.dt_s, (self.state.first, *self.rows(), self.demand.typef))
        self._move()
        ways = self.ways()
        own = self.cut.way_owner[ways] == self.part
        self._put(ways[own], self.rows()[1][: len(ways)][own])
        detour_stuck(self)
        w, d = self.state, self.demand
        new = np.flatnonzero(d.route_first >= self._told)
        routes = {int(v): d.route[d.route_first[v] : d.route_last[v] + 1].copy() for v in new}
        self._told = len(d.route)
        way = self.ways()
        tell = self.cut.border[way]
        taken = np.unique(way[tell]).astype(np.int32)
        queue = w.queue[: w.pointers[1]]
        return Border(
            way=way[tell], rows=self._relative(tell), brutto_way=taken, brutto=w.brutto[taken],
            queue=queue[self._start[queue] == self.part], routes=routes, signals=self._signals(),
        )  # fmt: skip

    def take(self, borders: Sequence[Border]) -> None:
        """Takes over what others own of this part's halo, new routes, and who waits where."""
        w, d = self.state, self.demand
        near = self.cut.near[self.part]
        for part, border in enumerate(borders):
            if part == self.part:
                continue
            for vehicle, roads in border.routes.items():
                d.route_first[vehicle] = len(d.route)
                d.route = np.concatenate([d.route, roads])
                d.route_last[vehicle] = len(d.route) - 1
            self._take_signals(part, border.signals)
        self._told = len(d.route)
        ways, rows = [self.ways()], [self.rows()[1][: w.pointers[3]].copy()]
        w.brutto[self.cut.way_owner != self.part] = 0.0
        for part, border in enumerate(borders):
            if part == self.part:
                continue
            keep = near[border.way]
            theirs = border.rows[keep].copy()
            theirs[:, r.AT] += d.route_first[theirs[:, r.ID]]
            ways.append(border.way[keep])
            rows.append(theirs)
            w.brutto[border.brutto_way] = border.brutto
        self._put(np.concatenate(ways), np.concatenate(rows))
        queue = np.sort(np.concatenate([border.queue for border in borders]))
        queue = queue[near[self.tables.road_first[d.route[d.route_first[queue]]]]]
        w.queue[: len(queue)] = queue
        w.pointers[1] = len(queue)

    def take_all(self, *borders: Border) -> int:
        """`take`, for actors, whose arguments are fetched one by one; the bytes that this part had told."""
        self.take(borders)
        return borders[self.part].n_bytes

    def share(self) -> Share:
        """What this part owns now."""
        w, way = self.state, self.ways()
        own = self.cut.way_owner[way] == self.part
        enters = np.flatnonzero(self._start == self.part).astype(np.int32)
        leaves = np.flatnonzero(self._goal == self.part).astype(np.int32)
        queue = w.queue[: w.pointers[1]]
        per_group = np.repeat(self._signal_owner, np.diff(self.signals.tables.first_group))
        groups = np.flatnonzero(per_group == self.part).astype(np.int32)
        return Share(
            way=way[own], rows=self._relative(own), queue=queue[self._start[queue] == self.part].copy(),
            enters=enters, entered_s=w.entered_s[enters], leaves=leaves, arrived_s=w.arrived_s[leaves],
            loss_s=w.loss_s[leaves], groups=groups, state=w.state[groups], updates=self._updates,
            rerouted=self.rerouted, halo_rows=int((~own).sum()),
        )  # fmt: skip

    def _put(self, way: Int, rows: Int) -> None:
        """These vehicles and no others are here; those of one way come in their order."""
        w, t, n = self.state, self.tables, len(way)
        self.make_room(n)
        order = np.argsort(way, kind="stable")
        i = w.rows[w.pointers[2]]
        i[:n] = rows[order]
        w.first[0] = 0
        w.first[1:] = np.cumsum(np.bincount(way, minlength=t.n_ways))
        w.pointers[3] = n
        busy = np.zeros(t.n_ways, np.int32)
        n_busy = busy_ways(w.first, busy)
        mark_tails(
            t.n_lanes, n_busy, busy, w.first, i.view(np.float32), i, t.wayf, t.wayi, self.demand.typef, w.over_rear,
            w.over_slot,
        )  # fmt: skip

    def _relative(self, chosen: NDArray[np.bool_]) -> Int:
        rows = self.rows()[1][: len(chosen)][chosen].copy()
        rows[:, r.AT] -= self.demand.route_first[rows[:, r.ID]]
        return rows

    def _own_signals(self) -> tuple[Int, list[Int]]:
        """The owner of each controller, and the loops of each part's controllers."""
        t, parts = self.signals.tables, len(self.cut.near)
        n = len(t.actuated)
        group = self.tables.wayi[: self.tables.n_lanes + len(self.network.connectors), r.W_GROUP]
        owner_of_group = np.zeros(int(t.first_group[-1]) + 1, np.int32)
        shown = np.flatnonzero(group >= 0)
        owner_of_group[group[shown]] = self.cut.way_owner[shown]
        owner = owner_of_group[t.first_group[:n]]
        loops: list[list[Int]] = [[] for _ in range(parts)]
        for c in np.flatnonzero(t.actuated >= 0):
            a, b = t.first_phase[t.actuated[c]], t.first_phase[t.actuated[c] + 1]
            loops[owner[c]].append(t.phase_loop[t.first_phase_loop[a] : t.first_phase_loop[b]])
        return owner, [np.unique(np.concatenate([np.zeros(0, np.int32), *one])) for one in loops]

    def _signals(self) -> tuple[NDArray[np.generic], ...]:
        if not (self.signals.tables.actuated >= 0).any():
            return ()
        m, own, loops = self.signals.memory, self._signal_owner == self.part, self._loops_of[self.part]
        return m.phase[own], m.since_ms[own], m.next_ms[own], m.occupied[loops], m.left_s[loops]

    def _take_signals(self, part: int, columns: tuple[NDArray[np.generic], ...]) -> None:
        if not columns:
            return
        m, own, loops = self.signals.memory, self._signal_owner == part, self._loops_of[part]
        m.phase[own], m.since_ms[own], m.next_ms[own], m.occupied[loops], m.left_s[loops] = columns
