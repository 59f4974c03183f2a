"""The graph that routes are sought in: who can turn from where to where, for one class of vehicles.

A node is a *strand*: the lanes of a road from which the same lanes can be reached by lane changes. Nearly every road
is one strand; a road whose lanes are parted by a solid line or by a lane closed to the class has several, and a turn
is possible only from strands that reach a lane with that connector. An edge is a turn from a strand to a strand.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Turn, VehicleClass
from jing_maps.network import RoadNetwork

__all__ = ["RoutingGraph", "TurnCosts", "build_graph", "reachable_lanes"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class TurnCosts:
    """Seconds that a turn costs beyond driving the connector, and the speed that the vehicle cannot exceed.

    Attributes:
        left_s, right_s, u_turn_s: for slowing down and giving way.
        signal_s: mean wait at a signal; not for turns that may go on red.
        max_speed_mps: of the vehicle, e.g. 6.94 (25 km/h, GB 17761-2018) for e-bikes.
    """

    left_s: float = 5.0
    right_s: float = 2.0
    u_turn_s: float = 15.0
    signal_s: float = 15.0
    max_speed_mps: float = np.inf

    def __post_init__(self) -> None:
        for name in ("left_s", "right_s", "u_turn_s", "signal_s"):
            if not 0 <= getattr(self, name) < np.inf:
                raise ValueError(
                    f"{name} is {getattr(self, name)}; it must be a finite number of seconds, not negative"
                )
        if not self.max_speed_mps > 0:
            raise ValueError(f"max_speed_mps is {self.max_speed_mps}; it must be positive")


@dataclass(frozen=True)
class RoutingGraph:
    """Nodes and edges of a routing graph in compressed rows.

    Attributes:
        road: `(n_nodes,)` road of each node: strands first, then one origin node for each road of several strands.
        source: `(n_roads,)` node at which a route from the road begins; -1 = closed to the class.
        strands: `(n_roads, k)` all nodes of the road at which a route may end, filled with -1.
        first, head: `(n_nodes + 1,)`, `(n_edges,)`: edges of node `i` lead to `head[first[i]:first[i + 1]]`.
        turn_s: `(n_edges,)` connector and turn, without the road behind it.
        road_s: `(n_roads,)` free-flow time from begin to end of the road.
    """

    road: Int
    source: Int
    strands: Int
    first: Int
    head: Int
    turn_s: Float
    road_s: Float


def reachable_lanes(network: RoadNetwork, open_lane: NDArray[np.bool_]) -> tuple[Int, Int]:
    """`(n_lanes,)` twice: the rightmost and leftmost lane that lane changes through open lanes lead to.

    Lanes of a road lie side by side, so all lanes between the two can be reached as well.
    """
    lanes = network.lanes
    rows = np.arange(len(lanes), dtype=np.int32)

    def furthest(side: Int, may_change: NDArray[np.bool_]) -> Int:
        to = np.where((side >= 0) & may_change & open_lane & open_lane[side], side, rows)
        while True:
            further = to[to]
            if np.array_equal(further, to):
                return to
            to = further

    return furthest(lanes.right, lanes.change_right), furthest(lanes.left, lanes.change_left)


def build_graph(
    network: RoadNetwork,
    vehicle_class: VehicleClass,
    costs: TurnCosts,
    banned_roads: NDArray[np.bool_],
    banned_connectors: NDArray[np.bool_],
) -> RoutingGraph:
    """The graph for vehicles of one class; the banned ones are left out."""
    lanes, roads = network.lanes, network.roads
    open_lane = ((lanes.allowed & int(vehicle_class)) > 0) & ~banned_roads[lanes.road]
    right, left = reachable_lanes(network, open_lane)
    # Strands: lanes of equal reach. Both ends of the reach lie in one road, so they name the road as well.
    open_rows = np.flatnonzero(open_lane)
    reach = right[open_rows].astype(np.int64) * (len(lanes) + 1) + left[open_rows]
    keys, strand_of_open = np.unique(reach, return_inverse=True)
    strand = np.full(len(lanes), -1, np.int32)
    strand[open_rows] = strand_of_open
    low, high = keys // (len(lanes) + 1), keys % (len(lanes) + 1)
    road = lanes.road[low].astype(np.int32)

    per_road = np.bincount(road, minlength=len(roads))
    parted = np.flatnonzero(per_road > 1)
    low = np.concatenate([low, roads.first_lane[parted]])
    high = np.concatenate([high, roads.first_lane[parted + 1] - 1])
    source = np.full(len(roads), -1, np.int32)
    source[road] = np.arange(len(road))
    source[parted] = len(road) + np.arange(len(parted))
    road = np.concatenate([road, parted]).astype(np.int32)

    usable = ((network.connectors.allowed & int(vehicle_class)) > 0) & ~banned_connectors
    usable &= open_lane[network.connectors.from_lane] & open_lane[network.connectors.to_lane]
    connector_s = _connector_s(network, costs)
    tail, edge = _edges(network, usable, low, high)
    first, head, turn_s = _compress(tail, strand[network.connectors.to_lane[edge]], connector_s[edge], len(road))
    speed = np.zeros(len(roads))
    np.maximum.at(speed, lanes.road[open_rows], np.minimum(lanes.speed_limit_mps[open_rows], costs.max_speed_mps))
    road_s = np.divide(roads.length_m, speed, out=np.full(len(roads), np.inf), where=speed > 0)
    return RoutingGraph(road, source, _strands(road, len(roads)), first, head, turn_s, road_s)


def _connector_s(network: RoadNetwork, costs: TurnCosts) -> Float:
    ways = network.connectors
    turn_s = np.zeros(len(Turn))
    turn_s[[Turn.LEFT, Turn.RIGHT, Turn.U_TURN]] = costs.left_s, costs.right_s, costs.u_turn_s
    waits = (ways.signal_group >= 0) & ~ways.on_red
    drive_s = ways.length_m / np.minimum(ways.speed_limit_mps, costs.max_speed_mps)
    return np.asarray(drive_s + turn_s[ways.turn] + np.where(waits, costs.signal_s, 0.0))


def _edges(
    network: RoadNetwork, usable: NDArray[np.bool_], low: NDArray[np.int64], high: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Int]:
    """Node and connector of every usable connector that leaves one of the lanes `low .. high` of a node."""
    out = network.lane_out
    begin, end = out.first[low].astype(np.int64), out.first[high + 1].astype(np.int64)
    count = end - begin
    tail = np.repeat(np.arange(len(low)), count)
    at = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(begin, count)
    edge = out.items[at]
    keep = usable[edge]
    return tail[keep], edge[keep]


def _compress(tail: NDArray[np.int64], head: Int, cost_s: Float, n_nodes: int) -> tuple[Int, Int, Float]:
    """Compressed rows with the cheapest of parallel edges."""
    order = np.lexsort((cost_s, head, tail))
    tail, head, cost_s = tail[order], head[order], cost_s[order]
    new = np.ones(len(tail), dtype=bool)
    new[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    first = np.zeros(n_nodes + 1, dtype=np.int32)
    first[1:] = np.cumsum(np.bincount(tail[new], minlength=n_nodes))
    return first, head[new].astype(np.int32), cost_s[new]


def _strands(road: Int, n_roads: int) -> Int:
    order = np.argsort(road, kind="stable")
    count = np.bincount(road, minlength=n_roads)
    rank = np.arange(len(road)) - np.repeat(np.cumsum(count) - count, count)
    out = np.full((n_roads, max(int(count.max(initial=1)), 1)), -1, np.int32)
    out[road[order], rank] = order
    return out
