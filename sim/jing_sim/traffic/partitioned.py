"""A world in parts, stepped one by one in this process; `jing_sim.cluster.partitioned` has the parts on Ray."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs
from jing_maps.network import RoadNetwork
from jing_sim.protocols import SignalController, SignalObservation, VehicleFrame
from jing_sim.traffic import rows as r
from jing_sim.traffic.channels import Memory
from jing_sim.traffic.drawing import drawing_of
from jing_sim.traffic.halo import Reach
from jing_sim.traffic.happenings import Happenings
from jing_sim.traffic.options import SimulationError, TrafficOptions
from jing_sim.traffic.part import Part, Share
from jing_sim.traffic.partition import cut_junctions
from jing_sim.traffic.signals import Signals
from jing_sim.traffic.state import WorldState, capacity_for, demand_of, new_state
from jing_sim.traffic.summary import hash_columns, state_hash, travel_times
from jing_sim.traffic.tables import way_tables
from jing_sim.trips import Trips

__all__ = ["PartitionSummary", "PartitionedTraffic"]

Int = NDArray[np.int32]
Counts = tuple[Int, Int, Int]

DEFAULT_OPTIONS = TrafficOptions()


@dataclass(frozen=True)
class PartitionSummary:
    """Figures of a partitioned run; times as in `TrafficSummary`.

    Attributes:
        part_vehicles: `parts` vehicles owned by each part now.
        halo_share: vehicles computed a second time, over those owned.
        bytes_per_step: told by all parts together, mean over the steps.
        part_cpu_s: `parts` processor time spent so far.
    """

    inserted: int
    arrived: int
    running: int
    waiting_to_enter: int
    vehicle_updates: int
    mean_travel_time_s: float
    lost: int
    rerouted: int
    part_vehicles: tuple[int, ...]
    halo_share: float
    bytes_per_step: float
    part_cpu_s: tuple[float, ...]
    state_hash: str


class PartitionedTraffic:
    """One large network in `parts`, with the bits of `TrafficWorld` whatever their number.

    Args:
        network, trips, options, programs: as those of `TrafficWorld`.
        parts: how many; METIS cuts the network.
        controller: chooses the stages of all signals, once, from the counts of all parts.
        owner: `(n_junctions,)` the part of each junction, in place of METIS' choice.
        hops: for experiments, the halo in roads, in place of the one computed from the model's look-ahead.

    Raises:
        SimulationError: there are fewer junctions than parts, or `owner` does not fit.
    """

    def __init__(
        self, network: RoadNetwork, trips: Trips, options: TrafficOptions = DEFAULT_OPTIONS, *, parts: int = 2,
        programs: Programs | None = None, controller: SignalController | None = None, owner: Int | None = None,
        hops: int | None = None,
    ) -> None:  # fmt: skip
        trips.check(network)
        self.network, self.options, self.steps = network, options, 0
        self._tables = way_tables(network)
        self._demand = demand_of(trips, options.seed, options.dt_s, len(network.roads))
        self._most_mps = Reach.of(self._tables, self._demand, options.dt_s).limit_mps
        self._lights = Signals(network, programs or network.programs, controller, options.dt_s) if controller else None
        owner = cut_junctions(network, parts) if owner is None else np.asarray(owner, np.int32)
        self._n = int(owner.max(initial=0)) + 1
        self._start(trips, owner, programs, hops)

    @property
    def time_s(self) -> float:
        """Simulation time."""
        return self.steps * self.options.dt_s

    @property
    def place(self) -> str:
        """World and time, as messages of errors begin."""
        return f"world {self.network.name!r}, time {self.time_s:g} s"

    def run(self, until_s: float) -> None:
        """Steps until the simulation time is at least `until_s`."""
        while (left := int(np.ceil((until_s - 1e-9) / self.options.dt_s - self.steps))) > 0:
            self._go(left)

    def step(self) -> None:
        """One step of `dt_s` of all parts."""
        self._go(1)

    # -- events ------------------------------------------------------------------------------------------------------

    def close_lane(self, lane: int, until_s: float | None = None) -> None:
        """As in `TrafficWorld`; so are the other events."""
        self._tell("happen", "close_lane", lane, until_s)

    def open_lane(self, lane: int) -> None:
        """A closed lane is as the map has it."""
        self._tell("happen", "open_lane", lane)

    def close_road(self, road: int) -> None:
        """Nobody enters the road; those who have not reached it take another way, which the owners of each find."""
        routes = {}
        for part in self._tell("routes_around", road):
            routes.update(part)
        self._tell("close_road_for", road, routes)

    def open_road(self, road: int) -> None:
        """A closed road may be entered again."""
        self._tell("happen", "open_road", road)

    def set_speed_limit(self, speed_mps: float, *, road: int | None = None, lane: int | None = None) -> None:
        """The limit of a road or of a lane.

        Raises:
            SimulationError: it is above the highest one at the begin, which the halos are made for.
        """
        if speed_mps > self._most_mps:
            most = f"{self._most_mps:g} m/s, the highest limit at the begin: the halos are made for it"
            raise SimulationError(f"{self.place}: a speed limit of {speed_mps:g} m/s; in parts it may be up to {most}")
        self._tell("happen", "set_speed_limit", speed_mps, road=road, lane=lane)

    # -- what others may ask -----------------------------------------------------------------------------------------

    def state_hash(self) -> str:
        """That of `TrafficWorld` after the same run."""
        shares = self.shares()
        return self._hash(self._gather(shares), shares[0].happenings)

    def frame(self) -> VehicleFrame:
        """All vehicles in the network now, sorted by vehicle."""
        state = self._gather(self.shares())
        i = state.rows[0]
        n = int(state.pointers[3])
        return drawing_of(self.network).glance(self._tables, state.first, i.view(np.float32), i, n).frame()

    def summary(self) -> PartitionSummary:
        """The figures of the run so far."""
        shares = self.shares()
        state = self._gather(shares)
        inserted, arrived = (int(np.isfinite(column).sum()) for column in (state.entered_s, state.arrived_s))
        running = int(state.pointers[3])
        return PartitionSummary(
            inserted=inserted, arrived=arrived, running=running, waiting_to_enter=int(state.pointers[1]),
            vehicle_updates=sum(share.updates for share in shares),
            mean_travel_time_s=travel_times(state.entered_s, state.arrived_s)[0],
            lost=inserted - arrived - len(np.unique(state.rows[0, :running, r.ID])),
            rerouted=sum(share.rerouted for share in shares),
            part_vehicles=tuple(len(share.way) for share in shares),
            halo_share=sum(share.halo_rows for share in shares) / max(running, 1),
            bytes_per_step=sum(share.n_bytes for share in shares) / max(self.steps, 1),
            part_cpu_s=tuple(share.cpu_s for share in shares),
            state_hash=self._hash(state, shares[0].happenings),
        )  # fmt: skip

    def shares(self) -> list[Share]:
        """What each part owns now."""
        return self._tell("share")

    def close(self) -> None:
        """Ends the parts."""

    # -- how ---------------------------------------------------------------------------------------------------------

    def _start(self, trips: Trips, owner: Int, programs: Programs | None, hops: int | None) -> None:
        controlled = self._lights is not None
        self._parts = [
            Part(self.network, trips, self.options, k, owner, programs, hops, controlled) for k in range(self._n)
        ]
        channels = {(k, to): Memory(words) for k, part in enumerate(self._parts)
                    for to, words in part.sizes()[0].items()}  # fmt: skip
        for k, part in enumerate(self._parts):
            part.link(
                {to: channel for (a, to), channel in channels.items() if a == k},
                {a: channel for (a, to), channel in channels.items() if to == k},
            )

    def _tell(self, method: str, *arguments: object, **named: object) -> list[Any]:
        """What all parts answer."""
        return [getattr(part, method)(*arguments, **named) for part in self._parts]

    def _advance(self, steps: int) -> None:
        """So many steps of all parts."""
        for _ in range(steps):
            for part in self._parts:
                part.drive()
            for part in self._parts:
                part.take()

    def _go(self, most: int) -> None:
        """At least one step and at most so many: until the controller is to be asked again."""
        if self._lights is None:
            self._advance(most)
            self.steps += most
            return
        if self._lights.due:
            self._lights.ask(self._seen(self._lights))
            self._tell("want", self._lights.memory.wanted.copy())
        steps = 0
        while steps == 0 or (steps < most and not self._lights.due):
            steps += 1
            self._lights.advance((self.steps + steps) * self.options.dt_s)
        self._advance(steps)
        self.steps += steps

    def _seen(self, lights: Signals) -> SignalObservation:
        counts: list[Counts] = self._tell("counts")
        vehicles, halting, inside = (np.add.reduce(column, dtype=np.int32) for column in zip(*counts, strict=True))
        return SignalObservation(self.time_s, *lights.observe(), vehicles, halting, inside)

    def _hash(self, state: WorldState, happenings: Happenings) -> str:
        own = state_hash(self.time_s, self._demand, state)
        return own if happenings == Happenings() else hash_columns([np.array([own, repr(happenings)])])

    def _gather(self, shares: Sequence[Share]) -> WorldState:
        """The state of the whole world, as far as hash and figures need it."""
        t, d = self._tables, self._demand
        groups, walks = len(self.network.signal_groups), len(self.network.crosswalks)
        state = new_state(t, d, groups, walks, capacity_for(t, d))
        way = np.concatenate([share.way for share in shares])
        rows = np.concatenate([share.rows for share in shares])[np.argsort(way, kind="stable")]
        rows[:, r.AT] += d.route_first[rows[:, r.ID]]
        queue = np.sort(np.concatenate([share.queue for share in shares]))
        state.rows[0, : len(rows)] = rows
        state.first[1:] = np.cumsum(np.bincount(way, minlength=t.n_ways))
        state.queue[: len(queue)] = queue
        state.pointers[1], state.pointers[3] = len(queue), len(rows)
        state.limit[:], state.allowed[:] = shares[0].limit, shares[0].allowed
        for share in shares:
            state.state[share.groups] = share.state
            state.entered_s[share.enters] = share.entered_s
            state.arrived_s[share.leaves], state.loss_s[share.leaves] = share.arrived_s, share.loss_s
        return state
