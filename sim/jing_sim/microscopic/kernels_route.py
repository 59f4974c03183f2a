"""Which lanes serve a vehicle's route, and which connector it takes."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.microscopic.kernel_cache import inlined, kernel

__all__ = ["LOST", "choose_connector", "lane_cost"]

Int = NDArray[np.int32]

LOST = 100
"""Cost of a lane from which the next road cannot be reached; the distance to a lane that serves is added."""


@inlined
def _serves(lane: int, target: int, kind: int, out_first: Int, out_connector: Int, to_lane: Int, lane_road: Int, allowed: NDArray[np.uint16], n_lanes: int) -> bool:  # fmt: skip
    for k in range(out_first[lane], out_first[lane + 1]):
        c = out_connector[k]
        if lane_road[to_lane[c]] == target and allowed[n_lanes + c] & kind:
            return True
    return False


@inlined
def _changes_needed(lane: int, target: int, kind: int, road_first_lane: Int, out_first: Int, out_connector: Int, to_lane: Int, lane_road: Int, allowed: NDArray[np.uint16], n_lanes: int) -> int:  # fmt: skip
    """Lane changes from `lane` to the nearest lane of its road that leads to road `target`; LOST if none does."""
    road = lane_road[lane]
    best = LOST
    for other in range(road_first_lane[road], road_first_lane[road + 1]):
        away = abs(other - lane)
        if away < best and _serves(other, target, kind, out_first, out_connector, to_lane, lane_road, allowed, n_lanes):
            best = away
    return best


@kernel
def choose_connector(lane: int, at: int, last: int, roads: Int, kind: int, road_first_lane: Int, out_first: Int, out_connector: Int, to_lane: Int, lane_road: Int, allowed: NDArray[np.uint16], n_lanes: int) -> int:  # fmt: skip
    """The connector from `lane` to the next road of the route that leaves the fewest lane changes there; -1 = none.

    `roads[at]` is the lane's road, `roads[last]` the last one of the route.
    """
    if at >= last:
        return -1
    best, best_cost = -1, 1 << 30
    for k in range(out_first[lane], out_first[lane + 1]):
        c = out_connector[k]
        if lane_road[to_lane[c]] != roads[at + 1] or not allowed[n_lanes + c] & kind:
            continue
        cost = 0
        if at + 1 < last:
            cost = _changes_needed(to_lane[c], roads[at + 2], kind, road_first_lane, out_first, out_connector, to_lane, lane_road, allowed, n_lanes)  # fmt: skip
        # Among equals the lane that is straight ahead: connectors are listed from right to left.
        if cost < best_cost:
            best, best_cost = c, cost
    return best


@inlined
def lane_cost(lane: int, at: int, last: int, roads: Int, kind: int, road_first_lane: Int, out_first: Int, out_connector: Int, to_lane: Int, lane_road: Int, allowed: NDArray[np.uint16], n_lanes: int) -> int:  # fmt: skip
    """How badly a lane serves the route: lane changes that it leaves for the next road, or LOST + changes needed now."""
    if at >= last:
        return 0
    c = choose_connector(lane, at, last, roads, kind, road_first_lane, out_first, out_connector, to_lane, lane_road, allowed, n_lanes)  # fmt: skip
    if c < 0:
        return LOST + _changes_needed(lane, roads[at + 1], kind, road_first_lane, out_first, out_connector, to_lane, lane_road, allowed, n_lanes)  # fmt: skip
    if at + 1 >= last:
        return 0
    return _changes_needed(to_lane[c], roads[at + 2], kind, road_first_lane, out_first, out_connector, to_lane, lane_road, allowed, n_lanes)  # fmt: skip
