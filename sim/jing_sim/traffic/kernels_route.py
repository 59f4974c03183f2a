"""How well each lane of each road of a route serves the rest of it, worked out backwards from the destination.

The table has one cell for each lane of each road of each route: the connector to take at the lane's end and the cost of
the lane changes still needed from there to the destination.
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic.kernel_cache import kernel

__all__ = ["LOST", "rate_lanes"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Mask = NDArray[np.uint16]

LOST = 1.0e4
"""Cost of a lane from which the rest of the route cannot be driven by any allowed lane changes."""

_CHANGE_ROOM_M = 60.0
"""A lane change on a road of this length costs twice as much as on an endless one."""


@kernel
def rate_lanes(
    rows: Int, first_entry: Int, last_entry: Int, kind: Mask, roads: Int, cell_of: Int, n_lanes: int,
    road_first_lane: Int, road_length: Float, allowed: Mask, lane_road: Int, lane_left: Int, lane_right: Int,
    change_left: Bool, change_right: Bool, out_first: Int, out_connector: Int, to_lane: Int,
    cost: NDArray[np.float32], connector: Int,
) -> None:  # fmt: skip
    """Fills the cells of the routes of the vehicles `rows`.

    Args:
        first_entry, last_entry: `(n_trips,)` rows of `roads` of each vehicle's route.
        cell_of: `(n_entries,)`; the cell of lane `l` at entry `e` is `cell_of[e] + l`.
        cost, connector: `(n_cells,)` written; connector -1 = the lane does not lead to the next road.
        The other columns are those of `WayTables` and `VehicleColumns`.
    """
    for row in rows:
        mine = kind[row]
        for e in range(last_entry[row], first_entry[row] - 1, -1):
            road, base = roads[e], cell_of[e]
            begin, end = road_first_lane[road], road_first_lane[road + 1]
            for lane in range(begin, end):
                best, chosen = np.float32(LOST), -1
                if allowed[lane] & mine:
                    if e == last_entry[row]:
                        best = np.float32(0.0)
                    else:
                        for k in range(out_first[lane], out_first[lane + 1]):
                            c = out_connector[k]
                            to = to_lane[c]
                            if lane_road[to] != roads[e + 1] or not allowed[n_lanes + c] & mine:
                                continue
                            # Among equals the first: connectors are listed from right to left.
                            if chosen < 0 or cost[cell_of[e + 1] + to] < best:
                                best, chosen = cost[cell_of[e + 1] + to], c
                cost[base + lane] = best
                connector[base + lane] = chosen
            one = np.float32(1.0 + _CHANGE_ROOM_M / road_length[road])
            for _ in range(begin, end):
                for lane in range(begin, end):
                    left, right = lane_left[lane], lane_right[lane]
                    if left >= 0 and change_left[lane] and cost[base + left] + one < cost[base + lane]:
                        cost[base + lane] = cost[base + left] + one
                    if right >= 0 and change_right[lane] and cost[base + right] + one < cost[base + lane]:
                        cost[base + lane] = cost[base + right] + one
