"""People who walk over crosswalks, as a demand to which drivers yield."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.traffic import rows as r
from jing_sim.traffic.kernels_pedestrians import step_pedestrians
from jing_sim.traffic.options import SimulationError
from jing_sim.traffic.tables import WayTables

if TYPE_CHECKING:
    from jing_sim.traffic.world import TrafficWorld

__all__ = ["Crossings", "PedestrianDemand", "PedestrianState", "PedestrianSummary"]

I32 = NDArray[np.int32]
F64 = NDArray[np.float64]


@dataclass(frozen=True)
class PedestrianDemand:
    """Who wants to cross, and how.

    Attributes:
        rates_per_h: `(n_crosswalks,)` people an hour, both directions together.
        walk_mps: speed (GB 50647-2011 plans with 1.0 to 1.2 m/s).
        insist_s: where no signal shows, having waited so long people step on as soon as all drivers can still stop;
            before, they wait for a gap that suffices to walk over.
        enter_s: people step on in so many seconds of a green, and later if the last green was long enough to walk over.
    """

    rates_per_h: F64
    walk_mps: float = 1.2
    insist_s: float = 5.0
    enter_s: float = 4.0

    def __post_init__(self) -> None:
        rates = np.asarray(self.rates_per_h, float)
        bad = np.flatnonzero(~(np.isfinite(rates) & (rates >= 0)))
        if len(bad):
            raise SimulationError(f"crosswalk {bad[0]}: rate {rates[bad[0]]} people an hour; it must be 0 or more")
        if not (self.walk_mps > 0 and self.insist_s >= 0 and self.enter_s >= 0):
            raise SimulationError("walk_mps must be positive, insist_s and enter_s must not be negative")


@dataclass
class PedestrianState:
    """`(n_crosswalks,)` all that changes.

    Attributes:
        waiting: people at the kerbs; since: step in which the first one of them came; came: sum of their steps.
        walking: `(n_crosswalks, ring)` who stepped on, by step modulo the ring.
        green_since, last_green: step in which the green began (-1 = none), and steps that the last one lasted.
        counts: `(n_crosswalks, 3)` crossed, started, steps waited.
    """

    waiting: I32
    since: I32
    came: NDArray[np.int64]
    walking: I32
    green_since: I32
    last_green: I32
    counts: NDArray[np.int64]

    def arrays(self) -> list[NDArray[np.generic]]:
        """All columns."""
        return [getattr(self, field.name) for field in fields(self)]

    def copy(self) -> "PedestrianState":
        """A snapshot."""
        return PedestrianState(**{field.name: getattr(self, field.name).copy() for field in fields(self)})


@dataclass(frozen=True)
class PedestrianSummary:
    """`(n_crosswalks,)` figures so far; `mean_wait_s` of those who stepped on, NaN = nobody."""

    crossed: NDArray[np.int64]
    walking: NDArray[np.int64]
    waiting: I32
    mean_wait_s: F64


class Crossings:
    """The crosswalks of one world: what does not change of them."""

    def __init__(self, network: RoadNetwork, tables: WayTables, demand: PedestrianDemand, dt_s: float) -> None:
        n, walks = len(network.crosswalks), network.crosswalks
        if len(demand.rates_per_h) != n:
            raise SimulationError(f"{len(demand.rates_per_h)} pedestrian rates for {n} crosswalks")
        self._mean = np.asarray(demand.rates_per_h, float) * dt_s / 3600.0
        self._dt_s = dt_s
        self._steps = np.maximum(np.ceil(walks.centre.lengths_m() / (demand.walk_mps * dt_s) - 1e-9), 1).astype(
            np.int32
        )
        self._group = walks.signal_group.astype(np.int32)
        self._patience = round(demand.insist_s / dt_s), round(demand.enter_s / dt_s)
        way = np.repeat(np.arange(tables.n_ways), tables.wayi[:, r.W_WALK1] - tables.wayi[:, r.W_WALK0])
        order = np.argsort(tables.walki, kind="stable")
        first = np.concatenate([[0], np.cumsum(np.bincount(tables.walki, minlength=n))]).astype(np.int32)
        stretch = np.ascontiguousarray(tables.walkf[order].T)
        self._crossed = first, way[order].astype(np.int32), stretch[0], stretch[1]

    def new_state(self) -> PedestrianState:
        """Nobody is there."""
        n, ring = len(self._steps), int(self._steps.max(initial=0)) + 1
        ints = (np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int64), np.zeros((n, ring), np.int32))
        return PedestrianState(*ints, np.full(n, -1, np.int32), np.zeros(n, np.int32), np.zeros((n, 3), np.int64))

    def step(self, world: "TrafficWorld", people: PedestrianState) -> None:
        """People come, go and arrive, before the vehicles move."""
        w, t = world.state, world.tables
        f, i = world.rows()
        step_pedestrians(
            world.options.seed, world.steps, self._dt_s, self._mean, self._steps, self._group, *self._crossed,
            *self._patience, t.n_lanes, w.first, f, i, w.over_rear, w.over_slot, t.wayf, t.wayi, world.demand.typef,
            w.state, people.waiting, people.since, people.came, people.walking, people.green_since, people.last_green,
            people.counts, w.walk_busy,
        )  # fmt: skip

    def summary(self, people: PedestrianState) -> PedestrianSummary:
        """The figures so far."""
        started = people.counts[:, 1]
        wait_s = np.where(started > 0, people.counts[:, 2] * self._dt_s / np.maximum(started, 1), np.nan)
        return PedestrianSummary(
            people.counts[:, 0].copy(), started - people.counts[:, 0], people.waiting.copy(), wait_s
        )  # fmt: skip
