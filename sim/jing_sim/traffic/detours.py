"""New routes for vehicles that could not get into the lane that their route needs."""

import heapq

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork

__all__ = ["detour"]

Int = NDArray[np.int32]


def detour(network: RoadNetwork, lane: int, goal: int, vehicle_class: int) -> Int | None:
    """Roads from the one of `lane` to road `goal`, beginning with a connector of that very lane; fastest at the limit.

    None where that lane leads nowhere from which the goal can be reached. Ties are broken by the rows of the roads.
    """
    lanes = network.lanes
    limit_mps = lanes.speed_limit_mps[network.roads.first_lane[:-1]]
    start = int(lanes.road[lane])
    came: dict[int, int] = {}
    heap: list[tuple[float, int, int]] = [(0.0, road, -1) for road in _next_roads(network, [lane], vehicle_class)]
    heapq.heapify(heap)
    while heap:
        time_s, road, before = heapq.heappop(heap)
        if road in came:
            continue
        came[road] = before
        if road == goal:
            way = [road]
            while came[way[-1]] >= 0:
                way.append(came[way[-1]])
            return np.array([start, *way[::-1]], dtype=np.int32)
        here = [int(i) for i in network.road_lanes(road) if lanes.allowed[i] & vehicle_class]
        length_s = float(network.roads.length_m[road] / limit_mps[road])
        for nxt in _next_roads(network, here, vehicle_class):
            if nxt not in came:
                heapq.heappush(heap, (time_s + length_s, nxt, road))
    return None


def _next_roads(network: RoadNetwork, lanes: list[int], vehicle_class: int) -> list[int]:
    """Roads that connectors of these lanes lead to, in rising order."""
    out: set[int] = set()
    for lane in lanes:
        for connector in network.lane_out[lane]:
            goal = int(network.connectors.to_lane[connector])
            if network.connectors.allowed[connector] & vehicle_class and network.lanes.allowed[goal] & vehicle_class:
                out.add(int(network.lanes.road[goal]))
    return sorted(out)
