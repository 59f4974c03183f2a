"""The state of one world, and the demand it lives on, as flat arrays for the kernels."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic import rows as r
from jing_sim.traffic.drivers import wish_factors
from jing_sim.traffic.kernels_lane import BLOCK_WORDS
from jing_sim.traffic.kernels_routes import MOST_LANES, MOST_ROADS
from jing_sim.traffic.tables import WayTables
from jing_sim.trips import Stops, Trips

__all__ = ["Demand", "Roads", "Scratch", "WorldState", "capacity_for", "demand_of", "new_scratch", "new_state"]

I32 = NDArray[np.int32]
Roads = NDArray[np.integer[Any]]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

_MOST_UINT16 = 65536


@dataclass
class Demand:
    """`(n_trips,)` trips as the kernels read them; routes and stops as CSR.

    Attributes:
        typef, kind_of: `(n_types, N_TYPE_FLOATS)`, and the class bit of each type.
        route, route_first, route_last: roads (uint16 where there are not too many for it), and the first and last entry
            of each trip.
        depart_s, type_of; depart_lane (-1 = best, -2 = first allowed), depart_speed (NaN = as fast as is safe): empty
            where none is given.
        factor: wish speed over speed limit.
        first_stop: `(n_trips + 1,)`, empty where there are no stops; stop_lane, stop_pos, stop_steps (dwell),
            stop_until (step): `(n_stops,)`.
    """

    typef: F64
    kind_of: NDArray[np.uint16]
    route: Roads
    route_first: I32
    route_last: I32
    depart_s: F64
    type_of: NDArray[np.uint16]
    factor: F32
    depart_lane: I32
    depart_speed: F32
    first_stop: I32
    stop_lane: I32
    stop_pos: F32
    stop_steps: I32
    stop_until: I32


@dataclass
class WorldState:
    """All that changes in a world; a copy of these arrays is a snapshot.

    Attributes:
        rows: `(2, capacity, N_WORDS)` int32, vehicles by way,
        front to back; `pointers[2]` says which of the two counts.
        way: `(capacity,)` of each row. first: `(n_ways + 1,)` first row of each way.
        over_rear, over_slot: `(n_ways,)` tail that reaches over a way's end, and its row (-1 = none).
        brutto: `(n_ways,)` length of the vehicles on a way with their gaps.
        limit, allowed: `(n_ways,)`, `(n_lanes + n_connectors,)` as events leave them.
        state: `(n_groups,)` signals. walk_busy: `(n_crosswalks,)` somebody walks.
        queue: vehicles that wait to enter. pointers, totals: see `kernels_step`; the last total counts those removed.
        failed: `(n_roads,)`. outside_way, outside_f: `(n_trips,)`, `(n_trips,
        2)` where vehicles moved from outside are put (way or -1; position,
            speed); empty while there is none.
        entered_s, arrived_s, loss_s: `(n_trips,)`, NaN = not yet.
    """

    rows: I32
    way: I32
    first: I32
    over_rear: F32
    over_slot: I32
    brutto: F32
    limit: F32
    allowed: NDArray[np.uint16]
    state: U8
    walk_busy: U8
    queue: I32
    pointers: I32
    failed: I32
    outside_way: I32
    outside_f: F32
    entered_s: F64
    arrived_s: F64
    loss_s: F32
    totals: NDArray[np.int64]

    def copy(self) -> "WorldState":
        """A snapshot."""
        return WorldState(**{field.name: getattr(self, field.name).copy() for field in fields(self)})

    def arrays(self) -> list[NDArray[np.generic]]:
        """All columns."""
        return [getattr(self, field.name) for field in fields(self)]


@dataclass
class Scratch:
    """Memory that a step needs and does not keep; worlds that are stepped one after the other share it.

    `told` holds the vehicles that arrived in the step, and behind them those that entered.
    """

    new_way: I32
    safe: F32
    least: F32
    ask_head: I32
    askf: F64
    aski: I32
    pendf: F64
    pendi: I32
    tail_rear: F32
    tail_slot: I32
    head_slot: I32
    fill: I32
    full: U8
    reach: F64
    turn: I32
    change: I32
    keep: I32
    heads: F64
    busy: I32
    lead_v: F64
    taken: U8
    stands: U8
    block: F64
    later: I32
    later_x: F64
    told: I32
    counts: I32


def _no_stops() -> Stops:
    none = np.zeros(0)
    ids = np.zeros(0, np.int32)
    return Stops(vehicle=ids, first_stop=ids, lane=ids, pos_m=none, dwell_s=none)


def demand_of(trips: Trips, seed: int, dt_s: float, n_roads: int) -> Demand:
    """The trips on a network of `n_roads` as the kernels read them."""
    types = trips.types
    typef = np.zeros((len(types), r.N_TYPE_FLOATS))
    for column, values in (
        (r.T_LENGTH, types.length_m), (r.T_GAP, types.min_gap_m), (r.T_SPEED, types.max_speed_mps),
        (r.T_ACCEL, types.accel_mps2), (r.T_DECEL, types.decel_mps2), (r.T_EMERGENCY, types.emergency_decel_mps2),
        (r.T_TAU, types.tau_s), (r.T_SIGMA, types.sigma), (r.T_WIDTH, types.width_m), (r.T_CLASS, types.vehicle_class),
    ):  # fmt: skip
        typef[:, column] = values
    lane, speed, stops = trips.depart_lane, trips.depart_speed_mps, trips.stops or _no_stops()
    until = np.zeros(len(stops.lane)) if stops.until_s is None else np.nan_to_num(stops.until_s, nan=0.0)
    return Demand(
        typef=typef,
        kind_of=types.vehicle_class.astype(np.uint16),
        route=trips.roads.astype(np.uint16 if n_roads <= _MOST_UINT16 else np.int32),
        route_first=trips.first_road[:-1].astype(np.int32),
        route_last=(trips.first_road[1:] - 1).astype(np.int32),
        depart_s=trips.depart_s.astype(np.float64),
        type_of=trips.vehicle_type.astype(np.uint16),
        factor=wish_factors(trips, seed).astype(np.float32),
        depart_lane=np.zeros(0, np.int32) if lane is None else lane.astype(np.int32),
        depart_speed=np.zeros(0, np.float32) if speed is None else speed.astype(np.float32),
        first_stop=stops.first_stop.astype(np.int32),
        stop_lane=stops.lane.astype(np.int32),
        stop_pos=stops.pos_m.astype(np.float32),
        stop_steps=np.ceil(stops.dwell_s / dt_s - 1e-9).astype(np.int32),
        stop_until=np.ceil(until / dt_s - 1e-9).astype(np.int32),
    )


def capacity_for(tables: WayTables, demand: Demand) -> int:
    """Rows that suffice: no more vehicles than trips, nor than fit bumper to bumper on the ways."""
    shortest = float(demand.typef[:, r.T_LENGTH].min()) if len(demand.typef) else 1.0
    fits = np.floor(tables.wayf[:, r.W_LENGTH] / shortest).sum() + tables.n_ways
    return int(min(len(demand.depart_s), fits)) + 64


def new_state(tables: WayTables, demand: Demand, n_groups: int, n_walks: int, capacity: int) -> WorldState:
    """An empty world."""
    n, w = len(demand.depart_s), tables.n_ways
    return WorldState(
        rows=np.zeros((2, capacity, r.N_WORDS), np.int32),
        way=np.zeros(capacity, np.int32),
        first=np.zeros(w + 1, np.int32),
        over_rear=np.full(w, 1.0e9, np.float32),
        over_slot=np.full(w, -1, np.int32),
        brutto=np.zeros(w, np.float32),
        limit=tables.limit_mps.copy(),
        allowed=tables.allowed.copy(),
        state=np.full(n_groups, 5, np.uint8),
        walk_busy=np.zeros(n_walks, np.uint8),
        queue=np.zeros(max(n, 1), np.int32),
        pointers=np.zeros(6, np.int32),
        failed=np.full(len(tables.road_first) - 1, -9, np.int32),
        outside_way=np.zeros(0, np.int32),
        outside_f=np.zeros((0, 2), np.float32),
        entered_s=np.full(n, np.nan),
        arrived_s=np.full(n, np.nan),
        loss_s=np.zeros(n, np.float32),
        totals=np.zeros(9, np.int64),
    )


def new_scratch(tables: WayTables, capacity: int, lists: tuple[int, int] | None = None) -> Scratch:
    """Scratch for worlds of this network with up to `capacity` vehicles at a time.

    `lists`: places for approaches and for those that give way; None = as many as there can be.
    """
    w, n = tables.n_ways, capacity
    asks, gives = lists or (2 * n + 64, n + 64)
    return Scratch(
        new_way=np.zeros(n, np.int32),
        safe=np.zeros(n, np.float32),
        least=np.zeros(n, np.float32),
        ask_head=np.zeros(w, np.int32),
        askf=np.zeros((asks, 6)),
        aski=np.zeros((asks, 2), np.int32),
        pendf=np.zeros((gives, 7)),
        pendi=np.zeros((gives, 4), np.int32),
        tail_rear=np.zeros(w, np.float32),
        tail_slot=np.zeros(w, np.int32),
        head_slot=np.zeros(w, np.int32),
        fill=np.zeros(w, np.int32),
        full=np.zeros(tables.n_lanes, np.uint8),
        reach=np.zeros((MOST_ROADS, MOST_LANES)),
        turn=np.zeros((MOST_ROADS, MOST_LANES), np.int32),
        change=np.zeros((MOST_ROADS, MOST_LANES), np.int32),
        keep=np.zeros(r.N_WORDS + 64, np.int32),
        heads=np.zeros(128),
        busy=np.zeros(w, np.int32),
        lead_v=np.zeros(n),
        taken=np.zeros(w, np.uint8),
        stands=np.zeros(w, np.uint8),
        block=np.zeros(BLOCK_WORDS),
        later=np.zeros(n, np.int32),
        later_x=np.zeros(n),
        told=np.zeros(n, np.int32),
        counts=np.zeros(4, np.int32),
    )
