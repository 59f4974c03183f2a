"""Trips of cars along given routes."""

from collections.abc import Mapping, Sequence

import numpy as np

from jing_maps.network import RoadNetwork
from jing_sim.demand.assemble import trips_of
from jing_sim.trips import Trips
from jing_sim.vehicle_types import STANDARD_TYPES

__all__ = ["car_trips", "poisson_trips"]

_CAR = STANDARD_TYPES.name.index("car")


def car_trips(network: RoadNetwork, depart_s: Sequence[float], routes: Sequence[Sequence[str]]) -> Trips:
    """`(n,)` cars with SUMO's default values; a route is a sequence of edges."""
    row = {name: i for i, name in enumerate(network.roads.ext_id)}
    roads = [np.array([row[edge] for edge in route], dtype=np.int32) for route in routes]
    names = tuple(f"v{i}" for i in range(len(routes)))
    kind = np.full(len(routes), _CAR, dtype=np.int32)
    return trips_of(STANDARD_TYPES, names, kind, np.array(depart_s, dtype=np.float64), roads)


def poisson_trips(network: RoadNetwork, rate_vph: Mapping[tuple[str, ...], float], until_s: float, seed: int) -> Trips:
    """Cars with Poisson departures: route -> vehicles an hour."""
    random = np.random.default_rng(seed)
    depart_s: list[float] = []
    routes: list[tuple[str, ...]] = []
    for route, rate in rate_vph.items():
        number = int(random.poisson(rate * until_s / 3600.0))
        depart_s += np.sort(random.uniform(0.0, until_s, number)).tolist()
        routes += [route] * number
    return car_trips(network, depart_s, routes)
