"""What does not change during a run: the network as flat arrays for the kernels.

Lanes and connectors are *ways* with one id space: a lane's row, or `n_lanes` + a connector's row.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import ConflictKind, Yields
from jing_maps.network import RoadNetwork

__all__ = ["WayTables", "way_tables"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class WayTables:
    """Columns over ways `(n_ways,)`, lanes, connectors and conflict sides `(2 n_conflicts,)`.

    Attributes:
        n_lanes: ways below it are lanes.
        length_m, limit_mps, allowed: of each way.
        stop_m: `(n_lanes,)` where vehicles stop at red or to give way.
        lane_road, lane_start_m, lane_left, lane_right, change_left, change_right: `(n_lanes,)`.
        road_first_lane: `(n_roads + 1,)`.
        out_first, out_connector: CSR, connectors out of each lane.
        in_first, in_connector: CSR, connectors into each lane.
        from_lane, to_lane, group, on_red: `(n_connectors,)`.
        crosses: `(n_connectors,)` has a crossing conflict (so its junction must be kept clear).
        side_first: `(n_connectors + 1,)` CSR into the conflict sides.
        side_other: the other connector.
        side_enter_m, side_exit_m, other_enter_m, other_exit_m: the stretch on this and on the other one.
        side_yields: this one gives way; side_merges: they end in one lane.
        crossing: rows of `Conflicts` that cross.
    """

    n_lanes: int
    length_m: Float
    limit_mps: Float
    allowed: NDArray[np.uint16]
    stop_m: Float
    lane_road: Int
    lane_start_m: Float
    lane_left: Int
    lane_right: Int
    change_left: Bool
    change_right: Bool
    road_first_lane: Int
    out_first: Int
    out_connector: Int
    in_first: Int
    in_connector: Int
    from_lane: Int
    to_lane: Int
    group: Int
    on_red: Bool
    crosses: Bool
    side_first: Int
    side_other: Int
    side_enter_m: Float
    side_exit_m: Float
    other_enter_m: Float
    other_exit_m: Float
    side_yields: Bool
    side_merges: Bool
    crossing: Int


def way_tables(network: RoadNetwork) -> WayTables:
    """The tables of a network."""
    lanes, connectors, conflicts = network.lanes, network.connectors, network.conflicts
    n = len(connectors)
    owner = np.concatenate([conflicts.first, conflicts.second])
    order = np.argsort(owner, kind="stable")
    swap = np.concatenate([np.arange(len(conflicts)) + len(conflicts), np.arange(len(conflicts))])
    enter = np.concatenate([conflicts.first_enter_m, conflicts.second_enter_m])
    leave = np.concatenate([conflicts.first_exit_m, conflicts.second_exit_m])
    yields = np.concatenate([conflicts.yields == Yields.FIRST, conflicts.yields == Yields.SECOND])
    merges = np.tile(conflicts.kind == ConflictKind.MERGING, 2)
    first = np.zeros(n + 1, dtype=np.int32)
    first[1:] = np.cumsum(np.bincount(owner, minlength=n))
    crossing = conflicts.kind == ConflictKind.CROSSING
    crosses = np.zeros(n, dtype=bool)
    crosses[conflicts.first[crossing]] = True
    crosses[conflicts.second[crossing]] = True
    stop = np.where(np.isnan(lanes.stop_line_m), lanes.length_m, np.minimum(lanes.stop_line_m, lanes.length_m))
    return WayTables(
        n_lanes=len(lanes),
        length_m=np.concatenate([lanes.length_m, connectors.length_m]),
        limit_mps=np.concatenate([lanes.speed_limit_mps, connectors.speed_limit_mps]),
        allowed=np.concatenate([lanes.allowed, connectors.allowed]).astype(np.uint16),
        stop_m=stop,
        lane_road=lanes.road,
        lane_start_m=lanes.start_m,
        lane_left=lanes.left,
        lane_right=lanes.right,
        change_left=lanes.change_left,
        change_right=lanes.change_right,
        road_first_lane=network.roads.first_lane,
        out_first=network.lane_out.first,
        out_connector=network.lane_out.items,
        in_first=network.lane_in.first,
        in_connector=network.lane_in.items,
        from_lane=connectors.from_lane,
        to_lane=connectors.to_lane,
        group=connectors.signal_group,
        on_red=connectors.on_red,
        crosses=crosses,
        side_first=first,
        side_other=np.concatenate([conflicts.second, conflicts.first])[order].astype(np.int32),
        side_enter_m=enter[order],
        side_exit_m=leave[order],
        other_enter_m=enter[swap][order],
        other_exit_m=leave[swap][order],
        side_yields=yields[order],
        side_merges=merges[order],
        crossing=np.flatnonzero(crossing).astype(np.int32),
    )
