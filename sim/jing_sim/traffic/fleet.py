"""Vehicles that a world gets while it runs: the columns of trips, demand and state grow by rows at their end."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic.drivers import wish_factors
from jing_sim.traffic.state import Demand, WorldState
from jing_sim.trips import BEST_LANE, Trips

__all__ = ["ROOM_FOR_MORE", "grow_demand", "grow_state", "with_trips"]

Int = NDArray[np.int32]

ROOM_FOR_MORE = 64
"""Rows of a world beyond the vehicles that it knows."""


def with_trips(
    trips: Trips, ext_id: tuple[str, ...], kind: Int, depart_s: NDArray[np.float64], routes: list[Int]
) -> Trips:
    """The trips, and behind them others without planned stops, whatever their time of departure.

    `kind` `(n,)` rows of the types, `routes` `(n,)` roads.
    """
    n = len(ext_id)
    ends = trips.first_road[-1] + np.cumsum([len(roads) for roads in routes])
    lane, speed, stops = trips.depart_lane, trips.depart_speed_mps, trips.stops
    if stops is not None:
        none = np.full(n, stops.first_stop[-1], np.int32)
        stops = replace(stops, first_stop=np.concatenate([stops.first_stop, none]))
    return replace(
        trips,
        ext_id=trips.ext_id + ext_id,
        vehicle_type=np.concatenate([trips.vehicle_type, kind]),
        depart_s=np.concatenate([trips.depart_s, depart_s]),
        first_road=np.concatenate([trips.first_road, ends]).astype(np.int32),
        roads=np.concatenate([trips.roads, *routes]).astype(np.int32),
        depart_lane=None if lane is None else np.concatenate([lane, np.full(n, BEST_LANE, np.int32)]),
        depart_speed_mps=None if speed is None else np.concatenate([speed, np.full(n, np.nan)]),
        stops=stops,
    )


def grow_demand(demand: Demand, trips: Trips, seed: int) -> None:
    """Appends the last ones of `trips` to the demand that has not got them yet."""
    old, n = len(demand.depart_s), len(trips)
    begins = len(demand.route) + trips.first_road[old:] - trips.first_road[old]
    roads = trips.roads[trips.first_road[old] :].astype(demand.route.dtype)
    demand.route = np.concatenate([demand.route, roads])
    demand.route_first = np.concatenate([demand.route_first, begins[:-1]]).astype(np.int32)
    demand.route_last = np.concatenate([demand.route_last, begins[1:] - 1]).astype(np.int32)
    demand.depart_s = np.concatenate([demand.depart_s, trips.depart_s[old:]])
    demand.type_of = np.concatenate([demand.type_of, trips.vehicle_type[old:]]).astype(np.uint16)
    demand.factor = np.concatenate([demand.factor, wish_factors(trips, seed)[old:].astype(np.float32)])
    # What is empty says nothing of anybody.
    if len(demand.depart_lane):
        demand.depart_lane = np.concatenate([demand.depart_lane, np.full(n - old, BEST_LANE, np.int32)])
    if len(demand.depart_speed):
        demand.depart_speed = np.concatenate([demand.depart_speed, np.full(n - old, np.nan, np.float32)])
    if len(demand.first_stop):
        demand.first_stop = np.concatenate([demand.first_stop, np.full(n - old, demand.first_stop[-1], np.int32)])


def grow_state(state: WorldState, n: int) -> None:
    """Room in the state for `n` vehicles, and rows for `ROOM_FOR_MORE` beyond those that run."""
    more = n - len(state.entered_s)
    state.entered_s = np.concatenate([state.entered_s, np.full(more, np.nan)])
    state.arrived_s = np.concatenate([state.arrived_s, np.full(more, np.nan)])
    state.loss_s = np.concatenate([state.loss_s, np.zeros(more, np.float32)])
    state.queue = np.concatenate([state.queue, np.zeros(n - len(state.queue), np.int32)])
    nowhere = n - len(state.outside_way)
    state.outside_way = np.concatenate([state.outside_way, np.full(nowhere, -1, np.int32)])
    state.outside_f = np.concatenate([state.outside_f, np.zeros((nowhere, 2), np.float32)])
    make_rows(state, int(state.pointers[3]) + ROOM_FOR_MORE, n + ROOM_FOR_MORE)


def make_rows(state: WorldState, needed: int, most: int) -> None:
    """At least `needed` rows, and some to spare, but no more than `most` unless they are needed."""
    have = state.rows.shape[1]
    if needed > have:
        more = max(needed, min(needed + needed // 32 + ROOM_FOR_MORE, most)) - have
        state.rows = np.concatenate([state.rows, np.zeros((2, more, state.rows.shape[2]), np.int32)], axis=1)
        state.way = np.concatenate([state.way, np.zeros(more, np.int32)])
