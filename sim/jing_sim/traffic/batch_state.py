"""The state of many worlds of one network: the arrays of single worlds with a leading axis."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic.drivers import wish_factors
from jing_sim.traffic.signal_tables import SignalMemory
from jing_sim.traffic.state import Demand, Roads, WorldState
from jing_sim.trips import Trips

__all__ = ["BatchState", "WorldSnapshot", "first_demand", "stack_demands"]

I32 = NDArray[np.int32]

_PADDING = {"depart_s": np.inf, "depart_lane": -1, "depart_speed": np.nan}
_OF_TRIPS = ("entered_s", "arrived_s", "loss_s")
_CHANGING = ("route", "route_first", "route_last", "factor")


@dataclass(frozen=True)
class WorldSnapshot:
    """All that changes in one world of a batch, copied."""

    columns: tuple[NDArray[np.generic], ...]


def stack_demands(demands: Sequence[Demand]) -> Demand:
    """`(n_demands, ...)` demands, filled up to the longest; trips that fill up never depart."""
    return Demand(**{f.name: _stacked(f.name, [getattr(d, f.name) for d in demands]) for f in fields(Demand)})


def first_demand(demands: Demand) -> Demand:
    """The first of stacked demands, filled up."""
    return Demand(**{f.name: getattr(demands, f.name)[0] for f in fields(Demand)})


def _stacked(name: str, columns: list[NDArray[Any]]) -> NDArray[Any]:
    most = max(len(column) for column in columns)
    stack = np.full((len(columns), most, *columns[0].shape[1:]), _PADDING.get(name, 0), columns[0].dtype)
    for row, column in zip(stack, columns, strict=True):
        row[: len(column)] = column
        if name == "first_stop" and len(column):
            row[len(column) :] = column[-1]
    return stack


@dataclass
class BatchState:
    """`(n_worlds, ...)` worlds.

    Attributes:
        demands: `(n_demands, ...)` what they live on; `demand_row` `(n_worlds,)` counts in it.
        state, memory: of the vehicles and the signals; `state.state` and `memory.state` are one array.
        route, route_first, route_last, factor: of each world's own demand: detours change routes, and the seed the
            drivers. route_used: entries of `route` in use.
        steps, seeds: `(n_worlds,)`. episode: finished ones. rerouted: vehicles on a detour.
        closed: `(n_worlds, n_roads)` roads that nobody may enter.
    """

    trips: tuple[Trips, ...]
    demands: Demand
    state: WorldState
    memory: SignalMemory
    route: Roads
    route_first: I32
    route_last: I32
    factor: NDArray[np.float32]
    route_used: NDArray[np.int64]
    steps: NDArray[np.int64]
    seeds: NDArray[np.int64]
    demand_row: I32
    rerouted: NDArray[np.int64]
    closed: NDArray[np.bool_]

    @classmethod
    def of(
        cls, n_worlds: int, demands: Sequence[Trips], stack: Demand, state: WorldState, memory: SignalMemory
    ) -> Self:
        """Worlds of which none has begun; `state` and `memory` are those of one empty world."""
        many = WorldState(**{f.name: _repeated(getattr(state, f.name), n_worlds) for f in fields(state)})
        signals = SignalMemory(**{f.name: _repeated(getattr(memory, f.name), n_worlds) for f in fields(memory)})
        many.state = signals.state
        own = {name: _repeated(getattr(stack, name)[0], n_worlds) for name in _CHANGING}
        zeros = np.zeros(n_worlds, np.int64)
        return cls(
            trips=tuple(demands), demands=stack, state=many, memory=signals, **own, route_used=zeros.copy(),
            steps=zeros.copy(), seeds=zeros.copy(), demand_row=np.zeros(n_worlds, np.int32), rerouted=zeros.copy(),
            closed=np.zeros((n_worlds, len(state.failed)), np.bool_),
        )  # fmt: skip

    def columns(self) -> list[NDArray[np.generic]]:
        """All columns that change, each with the leading axis of worlds."""
        own = [getattr(self, f.name) for f in fields(self)[4:]]
        return [*self.state.arrays(), *self.memory.arrays()[1:], *own]

    def begin(self, rows: NDArray[np.integer], state: WorldState, memory: SignalMemory) -> None:
        """Worlds `rows` become `state` and `memory`, those of one empty world, under their seeds and demands."""
        for f in fields(WorldState):
            # Rows beyond those in use are never read.
            if f.name not in ("rows", "way", "state"):
                getattr(self.state, f.name)[rows] = getattr(state, f.name)
        for f in fields(SignalMemory):
            getattr(self.memory, f.name)[rows] = getattr(memory, f.name)
        for w in rows.tolist():
            d = int(self.demand_row[w])
            trips, used = self.trips[d], len(self.trips[d].roads)
            self.route[w, :used] = self.demands.route[d, :used]
            self.route_used[w] = used
            self.route_first[w], self.route_last[w] = self.demands.route_first[d], self.demands.route_last[d]
            self.factor[w, : len(trips)] = wish_factors(trips, int(self.seeds[w]))
        self.steps[rows] = -1
        self.rerouted[rows] = 0
        self.closed[rows] = False

    def world(self, w: int) -> tuple[Demand, WorldState]:
        """Views of one world, with its own number of trips."""
        d, n = int(self.demand_row[w]), len(self.trips[self.demand_row[w]])
        state = WorldState(**{f.name: getattr(self.state, f.name)[w] for f in fields(WorldState)})
        for name in _OF_TRIPS:
            setattr(state, name, getattr(state, name)[:n])
        demand = Demand(**{f.name: getattr(self.demands, f.name)[d] for f in fields(Demand)})
        demand.route = self.route[w, : self.route_used[w]]
        demand.route_first, demand.route_last = self.route_first[w, :n], self.route_last[w, :n]
        demand.factor = self.factor[w, :n]
        return demand, state

    def keep_route(self, w: int, route: Roads) -> None:
        """`route` is from now on that of world `w`."""
        if len(route) > self.route.shape[1]:
            more = np.zeros((len(self.route), 2 * len(route) - self.route.shape[1]), self.route.dtype)
            self.route = np.concatenate([self.route, more], axis=1)
        self.route[w, : len(route)] = route
        self.route_used[w] = len(route)

    def snapshot(self, w: int) -> WorldSnapshot:
        """A copy of all that changes in world `w`."""
        return WorldSnapshot(tuple(np.array(column[w]) for column in self.columns()))

    def restore(self, w: int, snapshot: WorldSnapshot) -> None:
        """World `w` becomes that of the snapshot, which stays as it is."""
        for own, kept in zip(self.columns(), snapshot.columns, strict=True):
            if kept.shape == own.shape[1:]:
                own[w] = kept
            else:
                # Routes alone grow.
                own[w, : len(kept)] = kept


def _repeated(column: NDArray[Any], n: int) -> NDArray[Any]:
    return np.repeat(column[None], n, axis=0)
