"""Flows over connectors, counted from the routes of trips."""

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.trips import Trips

__all__ = ["connector_flows_vph"]

Float = NDArray[np.float64]


def connector_flows_vph(network: RoadNetwork, trips: Trips, begin_s: float, end_s: float) -> Float:
    """`(n_connectors,)` vehicles per hour wanted by the trips that depart in `[begin_s, end_s)`.

    A movement from road to road is spread evenly over the connectors that serve it. Travel times are left out: the
    flow is what the demand asks for, not what arrives within the interval.

    Raises:
        ValueError: the interval is empty.
    """
    if end_s <= begin_s:
        raise ValueError(f"the interval {begin_s:g} s to {end_s:g} s is empty; end must be later than begin")
    counts = np.diff(trips.first_road)
    inside = np.repeat((trips.depart_s >= begin_s) & (trips.depart_s < end_s), counts)
    last = np.zeros(len(trips.roads), dtype=bool)
    last[trips.first_road[1:] - 1] = True
    at = np.flatnonzero(inside & ~last)
    n_roads = len(network.roads)
    wanted = trips.roads[at].astype(np.int64) * n_roads + trips.roads[at + 1]
    moves, totals = np.unique(wanted, return_counts=True)
    tail, head = network.road_of_connector()
    key = tail.astype(np.int64) * n_roads + head
    share = np.bincount(np.searchsorted(np.unique(key), key))[np.searchsorted(np.unique(key), key)]
    if not len(moves):
        return np.zeros(len(key))
    place = np.minimum(np.searchsorted(moves, key), len(moves) - 1)
    per_hour = 3600.0 / (end_s - begin_s)
    return np.where(moves[place] == key, totals[place] / share * per_hour, 0.0)
