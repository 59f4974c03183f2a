"""A world in parts, stepped one by one in this process; `jing_sim.cluster.partitioned` has the parts on Ray."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jing_maps.columns import Programs
from jing_maps.network import RoadNetwork
from jing_sim.protocols import VehicleFrame
from jing_sim.traffic import rows as r
from jing_sim.traffic.drawing import drawing_of
from jing_sim.traffic.options import TrafficOptions
from jing_sim.traffic.part import Part, Share
from jing_sim.traffic.partition import HALO
from jing_sim.traffic.state import WorldState, capacity_for, demand_of, new_state
from jing_sim.traffic.summary import state_hash, travel_times
from jing_sim.traffic.tables import way_tables
from jing_sim.trips import Trips

__all__ = ["PartitionSummary", "PartitionedTraffic"]

DEFAULT_OPTIONS = TrafficOptions()


@dataclass(frozen=True)
class PartitionSummary:
    """Figures of a partitioned run; times as in `TrafficSummary`.

    Attributes:
        part_vehicles: `parts` vehicles owned by each part now.
        halo_share: vehicles computed a second time, over those owned.
        bytes_per_step: told by all parts together, mean over the steps.
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
    state_hash: str


class PartitionedTraffic:
    """One large network in `parts`, with the bits of `TrafficWorld` whatever their number."""

    def __init__(
        self, network: RoadNetwork, trips: Trips, options: TrafficOptions = DEFAULT_OPTIONS, *, parts: int = 2,
        programs: Programs | None = None, halo: float = HALO,
    ) -> None:  # fmt: skip
        trips.check(network)
        self.network, self.options, self.steps, self.n_bytes = network, options, 0, 0
        self._tables = way_tables(network)
        self._demand = demand_of(trips, options.seed, options.dt_s)
        self._start(trips, parts, programs, halo)

    @property
    def time_s(self) -> float:
        """Simulation time."""
        return self.steps * self.options.dt_s

    def run(self, until_s: float) -> None:
        """Steps until the simulation time is at least `until_s`."""
        while self.time_s < until_s - 1e-9:
            self.step()

    def step(self) -> None:
        """One step of `dt_s` of all parts."""
        self.n_bytes += self._exchange()
        self.steps += 1

    def state_hash(self) -> str:
        """That of `TrafficWorld` after the same run."""
        return self._hash(self._gather(self.shares()))

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
            bytes_per_step=self.n_bytes / max(self.steps, 1),
            state_hash=self._hash(state),
        )  # fmt: skip

    def shares(self) -> list[Share]:
        """What each part owns now."""
        return [part.share() for part in self._parts]

    def _start(self, trips: Trips, parts: int, programs: Programs | None, halo: float) -> None:
        self._parts = [Part(self.network, trips, self.options, k, parts, programs, halo) for k in range(parts)]

    def _exchange(self) -> int:
        """A step of all parts; the bytes that they told."""
        borders = [part.step_own() for part in self._parts]
        for part in self._parts:
            part.take(borders)
        return sum(border.n_bytes for border in borders)

    def _hash(self, state: WorldState) -> str:
        return state_hash(self.time_s, self._demand, state)

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
        for share in shares:
            state.state[share.groups] = share.state
            state.entered_s[share.enters] = share.entered_s
            state.arrived_s[share.leaves], state.loss_s[share.leaves] = share.arrived_s, share.loss_s
        return state
