"""The roads that a vehicle moved from outside will probably take."""

import numpy as np

from jing_maps.network import RoadNetwork

__all__ = ["ROADS_AHEAD", "roads_ahead"]

ROADS_AHEAD = 5
"""Entries of a route that is guessed anew in every step: the present road and those behind it."""


def roads_ahead(network: RoadNetwork, lane: int, connector: int, told: list[int]) -> list[int]:
    """At most `ROADS_AHEAD` roads from that of `lane`, over `connector` if it is on one (else -1).

    Where the roads that it was told to take go on from here, these; else straight on from its lane.
    """
    lanes, ways = network.lanes, network.connectors
    roads = [int(lanes.road[lane])]
    if connector >= 0:
        lane = int(ways.to_lane[connector])
        roads.append(int(lanes.road[lane]))
    while len(roads) < ROADS_AHEAD:
        following = _as_told(roads[-1], told)
        if following is None or not _leads_to(network, roads[-1], following):
            connector = _straightest(network, lane)
            if connector < 0:
                break
            lane = int(ways.to_lane[connector])
            following = int(lanes.road[lane])
        else:
            lane = int(network.roads.first_lane[following])
        roads.append(following)
    return roads


def _as_told(road: int, told: list[int]) -> int | None:
    at = told.index(road) + 1 if road in told else len(told)
    return told[at] if at < len(told) else None


def _leads_to(network: RoadNetwork, road: int, following: int) -> bool:
    tail, head = network.road_of_connector()
    return bool(((tail == road) & (head == following)).any())


def _straightest(network: RoadNetwork, lane: int) -> int:
    """The connector out of a lane that turns least; -1 = none."""
    out = network.lane_out
    offers = out.items[out.first[lane] : out.first[lane + 1]]
    if not len(offers):
        return -1
    line = network.connectors.centre
    bends = []
    for connector in offers:
        xyz = line[int(connector)]
        begin, end = xyz[1] - xyz[0], xyz[-1] - xyz[-2]
        turned = np.arctan2(end[1], end[0]) - np.arctan2(begin[1], begin[0])
        bends.append(abs((turned + np.pi) % (2 * np.pi) - np.pi))
    return int(offers[int(np.argmin(bends))])
