"""Snapshots of a world in memory: taken, put back, and continued beside the world that they were taken of."""

from copy import copy, deepcopy
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from jing_sim.protocols import SignalController
from jing_sim.traffic.detours import Detours
from jing_sim.traffic.happenings import Happenings
from jing_sim.traffic.options import SimulationError
from jing_sim.traffic.pedestrians import PedestrianState
from jing_sim.traffic.recording import Telling
from jing_sim.traffic.signal_tables import SignalMemory
from jing_sim.traffic.state import Demand, WorldState, new_scratch
from jing_sim.trips import Trips

if TYPE_CHECKING:
    from jing_sim.traffic.world import TrafficWorld

__all__ = ["WorldSnapshot", "branch", "put_back", "take_snapshot"]


@dataclass(frozen=True)
class WorldSnapshot:
    """All that changes in a world, copied; restoring it leaves it as it is.

    Attributes:
        steps, rerouted: of the world.
        given: trips with which the world began.
        trips, demand: they grow by insertions and detours.
        state: its `rows` and `way` are those in force, `(n_running, N_WORDS)` and `(n_running,)`.
        signals: memory of the signals; controller: a copy of what chooses the stages.
        happenings: what is closed, and who is outside.
        people: at the crosswalks; None = nobody walks.
    """

    steps: int
    rerouted: int
    given: Trips
    trips: Trips
    demand: Demand
    state: WorldState
    signals: SignalMemory
    controller: SignalController | None
    happenings: Happenings
    people: PedestrianState | None


def take_snapshot(world: "TrafficWorld") -> WorldSnapshot:
    """A copy of all that changes in the world."""
    state = world.state
    n = int(state.pointers[3])
    rows, way = state.rows[state.pointers[2], :n], state.way[:n]
    return WorldSnapshot(
        steps=world.steps,
        rerouted=world.rerouted,
        given=world.given,
        trips=world.trips,
        demand=_copied(world.demand),
        state=replace(state, rows=rows, way=way).copy(),
        signals=world.signals.snapshot(),
        controller=_twin(world, world.signals.controller),
        happenings=world.happenings.copy(),
        people=world.people and world.people.copy(),
    )


def put_back(world: "TrafficWorld", snapshot: WorldSnapshot) -> None:
    """The world goes on from the snapshot; a recorder is not told.

    Raises:
        SimulationError: the snapshot is that of a world of another network or with other trips.
    """
    if len(snapshot.state.first) != len(world.state.first) or not _same(snapshot.given, world.given):
        raise SimulationError(
            f"{world.place}: the snapshot is of another network or other trips; restore one of its own"
        )
    world.steps, world.rerouted = snapshot.steps, snapshot.rerouted
    world.trips, world.demand = snapshot.trips, _copied(snapshot.demand)
    world.signals.restore(snapshot.signals)
    world.signals.controller = _twin(world, snapshot.controller)
    capacity = max(world.state.rows.shape[1], len(snapshot.state.rows))
    state = snapshot.state.copy()
    rows = np.zeros((2, capacity, state.rows.shape[1]), np.int32)
    rows[state.pointers[2], : len(state.rows)] = state.rows
    way = np.zeros(capacity, np.int32)
    way[: len(state.way)] = state.way
    state.rows, state.way, state.state = rows, way, world.signals.memory.state
    if world.happenings.closed_roads != snapshot.happenings.closed_roads:
        world.detours = Detours(world.network, snapshot.happenings.closed_roads)
    world.people = snapshot.people and snapshot.people.copy()
    world.state, world.happenings = state, snapshot.happenings.copy()
    world.make_room(0)


def branch(world: "TrafficWorld") -> "TrafficWorld":
    """A world that shares the tables of this one, stands where it stands, and goes on alone; nobody records it."""
    other = copy(world)
    other.recorder, other.telling = None, Telling()
    other.scratch = new_scratch(world.tables, 0, (0, 0))
    other.signals = world.signals.twin()
    put_back(other, take_snapshot(world))
    return other


def _same(trips: Trips, others: Trips) -> bool:
    return trips is others or (
        trips.ext_id == others.ext_id
        and np.array_equal(trips.depart_s, others.depart_s)
        and np.array_equal(trips.roads, others.roads)
    )


def _copied(demand: Demand) -> Demand:
    return Demand(**{field.name: getattr(demand, field.name).copy() for field in fields(demand)})


def _twin(world: "TrafficWorld", controller: SignalController | None) -> SignalController | None:
    """A copy with all that the controller remembers, but the network, which no one changes."""
    return deepcopy(controller, {id(world.network): world.network})
