"""The vehicles of a world: their columns, where they stand, who waits to enter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.traffic import layout as at
from jing_sim.traffic.kernels_follow import normal
from jing_sim.traffic.kernels_plan import MAX_LANES
from jing_sim.traffic.options import SimulationError
from jing_sim.traffic.tables import NetworkTables
from jing_sim.trips import TripError, Trips

__all__ = ["Fleet", "Slots", "check_classes", "make_fleet", "make_slots"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass
class Fleet:
    """`(n_trips,)` vehicles; columns of `ints` and `reals` are named in `layout`.

    Attributes:
        ints, reals: `(n_trips, 16)` and `(n_trips, 8)`.
        routes: roads of all routes; grows when somebody takes a new route.
        entered_s, arrived_s: NaN before.
        queue_first, queue_trip, queue_at: who begins on one road with one type, by departure; see `kernels_enter`.
    """

    ints: Int
    reals: Float
    routes: Int
    entered_s: Float
    arrived_s: Float
    queue_first: Int
    queue_trip: Int
    queue_at: Int


@dataclass
class Slots:
    """Places on all ways: way `w` has those from `first[w]`, of which `count[w]` are taken, front to back."""

    first: Int
    count: Int
    pos: Float
    speed: Float
    vehicle: Int


def make_fleet(trips: Trips, seed: int) -> Fleet:
    """All vehicles, none of them in the network yet."""
    n = len(trips)
    ints = np.full((n, 16), -1, dtype=np.int32)
    reals = np.zeros((n, at.N_REALS))
    types = trips.types
    ints[:, at.TYPE] = trips.vehicle_type
    ints[:, at.ROUTE_AT] = trips.first_road[:-1]
    ints[:, at.ROUTE_END] = trips.first_road[1:]
    ints[:, at.BEST] = 0
    ints[:, at.WHY] = at.WHY_FREE
    ints[:, at.OVERLAPS] = 0
    draw = np.array([normal(seed, i) for i in range(n)])
    # Speed factors as SUMO bounds them: not under 0.2 nor over 2.
    mean, spread = types.speed_factor[trips.vehicle_type], types.speed_deviation[trips.vehicle_type]
    reals[:, at.FACTOR] = np.clip(mean + spread * draw, 0.2, 2.0)
    reals[:, at.LAST_CHANGE] = -at.INF
    reals[:, at.LIFT_UNTIL] = -at.INF
    key = trips.origin.astype(np.int64) * len(types) + trips.vehicle_type
    order = np.argsort(key, kind="stable").astype(np.int32)
    first = np.concatenate([np.flatnonzero(np.diff(key[order], prepend=-1)), [n]]).astype(np.int32)
    return Fleet(
        ints=ints,
        reals=reals,
        routes=trips.roads.astype(np.int32).copy(),
        entered_s=np.full(n, np.nan),
        arrived_s=np.full(n, np.nan),
        queue_first=first,
        queue_trip=order,
        queue_at=first[:-1].copy(),
    )


def make_slots(tables: NetworkTables, trips: Trips) -> Slots:
    """Empty ways, each with room for as many of the shortest vehicles that may use it as fit on it."""
    types = trips.types
    used = np.unique(trips.vehicle_type)
    allowed = tables.way_int[:, at.ALLOWED]
    shortest = np.full(tables.n_ways, at.INF)
    for kind in used:
        may = (allowed & int(types.vehicle_class[kind])) > 0
        shortest[may] = np.minimum(shortest[may], types.length_m[kind])
    room = np.floor(tables.way_real[:, at.W_LENGTH] / shortest).astype(np.int64) + 2
    first = np.concatenate([[0], np.cumsum(room)])
    if first[-1] > np.iinfo(np.int32).max:
        raise SimulationError(f"the network has room for {first[-1]} vehicles; the engine counts up to 2^31")
    n = int(first[-1])
    count = np.zeros(tables.n_ways, dtype=np.int32)
    return Slots(first.astype(np.int32), count, np.zeros(n), np.zeros(n), np.zeros(n, dtype=np.int32))


def check_classes(network: RoadNetwork, trips: Trips) -> None:
    """Raises `TripError` naming the first trip whose class of vehicle may not drive its route."""
    widest = int(np.diff(network.roads.first_lane).max(initial=0))
    if widest > MAX_LANES:
        raise SimulationError(f"a road has {widest} lanes; the engine knows at most {MAX_LANES}")
    lanes, connectors = network.lanes, network.connectors
    n_roads = len(network.roads)
    kind = np.repeat(trips.vehicle_type, np.diff(trips.first_road))
    inner = np.ones(len(trips.roads), dtype=bool)
    inner[trips.first_road[1:] - 1] = False
    follows = np.roll(trips.roads, -1)
    for type_row in np.unique(trips.vehicle_type):
        bit = int(trips.types.vehicle_class[type_row])
        open_lane = (lanes.allowed & bit) > 0
        ways = ((connectors.allowed & bit) > 0) & open_lane[connectors.from_lane] & open_lane[connectors.to_lane]
        tail, head = lanes.road[connectors.from_lane][ways], lanes.road[connectors.to_lane][ways]
        linked = np.unique(tail.astype(np.int64) * n_roads + head)
        open_road = np.bincount(lanes.road[open_lane], minlength=n_roads) > 0
        mine = kind == type_row
        closed = mine & ~open_road[trips.roads]
        cut = mine & inner & ~np.isin(trips.roads.astype(np.int64) * n_roads + follows, linked)
        bad = np.flatnonzero(closed | cut)
        if len(bad):
            trip = int(np.searchsorted(trips.first_road, bad[0], side="right") - 1)
            road = network.roads.ext_id[int(trips.roads[bad[0]])]
            problem = "has no lane" if closed[bad[0]] else "has no way on"
            raise TripError(
                f"trip {trips.ext_id[trip]!r}: road {road!r} {problem} for its type {trips.types.name[int(type_row)]!r}"
            )
