"""One part of a partitioned world: steps its vehicles and those of its halo, and exchanges what borders on others."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs
from jing_maps.network import RoadNetwork
from jing_sim.protocols import SignalObservation, Stages
from jing_sim.traffic import rows as r
from jing_sim.traffic.borders import BorderLayout
from jing_sim.traffic.channels import Receiver, Sender
from jing_sim.traffic.closures import close_road_for, hold_closures, routes_around
from jing_sim.traffic.fleet import make_rows
from jing_sim.traffic.halo import road_of_way
from jing_sim.traffic.happenings import Happenings
from jing_sim.traffic.kernels_border import count_rows, end_counts, keep_rows, place_rows
from jing_sim.traffic.kernels_tails import mark_tails
from jing_sim.traffic.options import TrafficOptions
from jing_sim.traffic.partition import cut_network
from jing_sim.traffic.stuck import detour_stuck
from jing_sim.traffic.world import TrafficWorld
from jing_sim.trips import Trips

__all__ = ["Part", "Share"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class Share:
    """All that a part owns: `way` `(n,)`, `rows` `(n, N_WORDS)` (AT from the begin of the route), `queue`; the trips
    that enter (`enters`) and leave (`leaves`) on its roads with their times; `state` of its controllers' `groups`; and
    what events left behind, the same in all parts.
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
    n_bytes: int
    cpu_s: float
    happenings: Happenings
    limit: NDArray[np.float32]
    allowed: NDArray[np.uint16]


class _Elsewhere:
    """A controller that is asked elsewhere; its wishes are told to the part."""

    interval_s = float("inf")

    def reset(self, network: RoadNetwork, stages: Stages) -> None:
        """There is nothing to do here."""

    def decide(self, seen: SignalObservation) -> Int:
        """What is in force."""
        return seen.stage


class Part(TrafficWorld):
    """The world as part number `part` knows it: complete on the roads that are near, empty elsewhere.

    After `link`, `drive` makes a step and tells neighbours, `take` takes over what they tell.

    Args:
        owner: `(n_junctions,)` the part of each junction.
        hops: for experiments, see `cut_network`.
        controlled: `want` says which stages to show.
    """

    def __init__(
        self, network: RoadNetwork, trips: Trips, options: TrafficOptions, part: int, owner: Int,
        programs: Programs | None = None, hops: int | None = None, controlled: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(network, trips, options, programs=programs, controller=_Elsewhere() if controlled else None)
        self.part = part
        self.cut = cut_network(network, self.tables, self.demand, self.signals.tables, options, owner, hops)
        d, t = self.demand, self.tables
        self._own = (self.cut.way_owner == part).astype(np.uint8)
        self._starts_here = self.cut.road_owner[d.route[d.route_first]] == part
        self._ends_here = self.cut.road_owner[d.route[d.route_last]] == part
        self._far = np.setdiff1d(np.arange(len(network.roads)), road_of_way(t)[self.cut.near[part]])
        self._new_route = np.zeros(len(d.route_first), np.uint8)
        others = [k for k in range(self.cut.parts) if k != part]
        out = {k: self.cut.told(part, k) for k in others}
        into = {k: self.cut.told(k, part) for k in others}
        self._out = {k: BorderLayout(t, d, ways) for k, ways in out.items() if len(ways)}
        self._into = {k: BorderLayout(t, d, ways) for k, ways in into.items() if len(ways)}
        self._senders: dict[int, Sender] = {}
        self._receivers: dict[int, Receiver] = {}
        self._groups_here = self._own_groups()
        self._leave_far_signals()
        self._updates = self.n_bytes = 0
        self.cpu_s = 0.0
        self._merge({})

    def sizes(self) -> tuple[dict[int, int], dict[int, int]]:
        """Words of the messages to and from each neighbour."""
        return ({k: x.words for k, x in self._out.items()}, {k: x.words for k, x in self._into.items()})

    def link(self, senders: Mapping[int, Sender], receivers: Mapping[int, Receiver]) -> None:
        """The channels to and from the neighbours."""
        self._senders, self._receivers = dict(senders), dict(receivers)

    def unlink(self) -> None:
        """Closes the channels; neighbours that wait end with an error."""
        for sender in self._senders.values():
            sender.close()
        for receiver in self._receivers.values():
            receiver.close()

    def advance(self, steps: int) -> None:
        """So many steps, each as soon as the neighbours have told theirs."""
        for _ in range(steps):
            self.drive()
            self.take()

    def drive(self) -> None:
        """One step; its outcome is told to the neighbours."""
        w, cpu = self.state, time.thread_time()
        self._updates += int(np.diff(w.first)[self._own > 0].sum())
        hold_closures(self)
        # The mark of a road on which somebody could not enter in this step: far away nobody tries.
        w.failed[self._far] = self.steps
        self.signals.advance(self.time_s + self.options.dt_s, (w.first, *self.rows(), self.demand.typef))
        self._move()
        self._new_route[detour_stuck(self, self._own)] = 1
        for k, layout in self._out.items():
            place = self._senders[k].place(self.steps)
            used, more = layout.write(place, w, self.demand, self._new_route)
            self.n_bytes += layout.used_bytes(place) + len(more)
            self._senders[k].post(self.steps, used, more)
        self.cpu_s += time.thread_time() - cpu

    def take(self) -> None:
        """Takes over what others own of this part's halo, new routes, and who waits where."""
        told, cpu = {}, time.thread_time()
        for k, layout in self._into.items():
            words, more = self._receivers[k].get(self.steps)
            self._learn(layout.routes(more))
            told[k] = layout, words
        self._merge(told)
        self.cpu_s += time.thread_time() - cpu

    def want(self, stages: Int) -> None:
        """`(n_controllers,)` what the controller asks for."""
        self.signals.memory.wanted[:] = stages

    def counts(self) -> tuple[Int, Int, Int]:
        """Vehicles on lanes, halting ones, and on connectors, as far as this part owns them (0 elsewhere)."""
        t = self.tables
        lanes, first = self._own[: t.n_lanes], self._own[t.n_lanes : t.n_lanes + len(t.to_lane)]
        return self.lane_vehicles() * lanes, self.lane_halting() * lanes, self.connector_vehicles() * first

    def happen(self, event: str, *arguments: object, **named: object) -> None:
        """An event that needs to know no vehicle but those that are here: `close_lane`, `set_speed_limit` ..."""
        getattr(self, event)(*arguments, **named)

    def routes_around(self, road: int) -> dict[int, Int | None]:
        """New routes of those that this part owns, if nobody may enter the road; None = there is none."""
        ways, rows = self.ways(), self.rows()[1]
        mine = self._starts_here & ~np.isfinite(self.state.entered_s)
        mine[rows[: len(ways), r.ID]] = self._own[ways] > 0
        return routes_around(self, road, mine)

    def close_road_for(self, road: int, routes: Mapping[int, Int | None]) -> None:
        """Closes a road; these vehicles, of all parts, take these routes."""
        close_road_for(self, road, routes)

    def share(self) -> Share:
        """What this part owns now."""
        w, way = self.state, self.ways()
        own = self._own[way] > 0
        enters, leaves = (np.flatnonzero(here).astype(np.int32) for here in (self._starts_here, self._ends_here))
        queue = w.queue[: w.pointers[1]]
        groups = np.flatnonzero(self._groups_here).astype(np.int32)
        rows = self.rows()[1][: len(way)][own]
        rows[:, r.AT] -= self.demand.route_first[rows[:, r.ID]]
        return Share(
            way=way[own], rows=rows, queue=queue[self._starts_here[queue]], enters=enters,
            entered_s=w.entered_s[enters], leaves=leaves, arrived_s=w.arrived_s[leaves], loss_s=w.loss_s[leaves],
            groups=groups, state=w.state[groups], updates=self._updates, rerouted=self.rerouted,
            halo_rows=int((~own).sum()), n_bytes=self.n_bytes, cpu_s=self.cpu_s, happenings=self.happenings,
            limit=w.limit, allowed=w.allowed,
        )  # fmt: skip

    def _own_groups(self) -> NDArray[np.bool_]:
        """`(n_groups,)` of controllers with a light on an own way; those of none at all count for part 0."""
        first = self.signals.tables.first_group
        group, lit = self.tables.wayi[:, r.W_GROUP], self.tables.wayi[:, r.W_GROUP] >= 0
        owner = np.zeros(len(first) - 1, np.int32)
        controller = np.searchsorted(first, group[lit], side="right") - 1
        owner[controller] = self.cut.way_owner[lit]
        return np.repeat(owner == self.part, np.diff(first))

    def _leave_far_signals(self) -> None:
        """Programs whose lights nobody here looks at are not played."""
        tables, group = self.signals.tables, self.tables.wayi[self.cut.near[self.part], r.W_GROUP]
        here = self._groups_here.copy()
        here[group[group >= 0]] = True
        n = len(tables.program)
        far = np.bincount(np.repeat(np.arange(n), np.diff(tables.first_group)), here, minlength=n) == 0
        tables.program[far] = tables.actuated[far] = -1

    def _learn(self, routes: Mapping[int, Int]) -> None:
        d = self.demand
        for vehicle, roads in routes.items():
            begin = len(d.route)
            d.route = np.concatenate([d.route, roads.astype(d.route.dtype)])
            d.route_first[vehicle], d.route_last[vehicle] = begin, len(d.route) - 1
            self._new_route[vehicle] = 1

    def _merge(self, told: Mapping[int, tuple[BorderLayout, Int]]) -> None:
        """Own rows and those told are here, and no others."""
        w, t, d = self.state, self.tables, self.demand
        heard = [layout.read(words) for layout, words in told.values()]
        first_step = not told and self.steps == 0
        own = self.cut.near[self.part].astype(np.uint8) if first_step else self._own
        before = w.first.copy()
        w.first[:] = 0
        for one in heard:
            count_rows(one.ways, one.counts, w.first)
        n = end_counts(own, before, w.first)
        make_rows(w, n, self._most_rows)
        i, to = w.rows[w.pointers[2]], w.rows[1 - w.pointers[2]]
        keep_rows(own, before, i, w.first, to)
        for one in heard:
            place_rows(one.ways, one.counts, one.rows, d.route_first, w.first, to)
            w.brutto[one.ways] = one.brutto
        w.pointers[2], w.pointers[3] = 1 - w.pointers[2], n
        w.way[:n] = np.repeat(np.arange(t.n_ways, dtype=np.int32), np.diff(w.first))
        mark_tails(
            t.n_lanes, n, w.way, to.view(np.float32), to, t.wayf, t.wayi, d.typef, w.over_rear, w.over_slot
        )  # fmt: skip
        queue = w.queue[: w.pointers[1]]
        if first_step:
            return
        queue = np.sort(np.concatenate([queue[self._starts_here[queue]], *[one.queue for one in heard]]))
        w.queue[: len(queue)] = queue
        w.pointers[1] = len(queue)
