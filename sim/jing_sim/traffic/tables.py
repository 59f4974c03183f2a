"""What a traffic world knows of its network and its vehicle types, as flat tables for the kernels; shared by worlds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import ConflictKind, Csr, JunctionKind, Yields
from jing_maps.network import RoadNetwork
from jing_sim.traffic import layout as at
from jing_sim.vehicle_types import VehicleTypes

__all__ = ["NetworkTables", "network_tables", "type_table"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class NetworkTables:
    """A network for the kernels; columns are named in `layout`.

    Attributes:
        way_real: `(n_ways, 5)`.
        way_int: `(n_ways, 11)`.
        out_first, out_ways: connectors (as ways) that leave each lane, CSR over lanes.
        in_first, in_ways: connectors (as ways) that end in each lane.
        foe_first, foe_int, foe_real: conflicts of each connector, CSR over connectors.
        road_lane: `(n_roads + 1,)` first lane of each road.
        road_length: `(n_roads,)` m.
    """

    n_lanes: int
    n_ways: int
    way_real: Float
    way_int: Int
    out_first: Int
    out_ways: Int
    in_first: Int
    in_ways: Int
    foe_first: Int
    foe_int: Int
    foe_real: Float
    road_lane: Int
    road_length: Float


def network_tables(network: RoadNetwork) -> NetworkTables:
    """The tables of a network; nothing in them changes during a run."""
    lanes, connectors = network.lanes, network.connectors
    n_lanes, n_connectors = len(lanes), len(connectors)
    foe_first, foe_int, foe_real = _foes(network)
    cross = np.full(n_connectors, -1.0)
    owner = np.repeat(np.arange(n_connectors), np.diff(foe_first))
    crossing = foe_int[:, at.FOE_KIND] == ConflictKind.CROSSING
    np.maximum.at(cross, owner[crossing], foe_real[crossing, at.F_MY_EXIT])
    stop = np.where(np.isfinite(lanes.stop_line_m), lanes.stop_line_m, lanes.length_m)
    none, zero = np.full(n_connectors, -1), np.zeros(n_connectors)
    way_real = np.stack(
        [
            np.concatenate([lanes.length_m, connectors.length_m]),
            np.concatenate([lanes.speed_limit_mps, connectors.speed_limit_mps]),
            np.concatenate([np.minimum(stop, lanes.length_m), zero]),
            np.concatenate([lanes.start_m, zero]),
            np.concatenate([np.full(n_lanes, -1.0), cross]),
        ],
        axis=1,
    )
    lane_none = np.full(n_lanes, -1)
    way_int = np.stack(
        [
            np.concatenate([lanes.road, lanes.road[connectors.from_lane]]),
            np.concatenate([lanes.left, none]),
            np.concatenate([lanes.right, none]),
            np.concatenate([lanes.change_left, zero]),
            np.concatenate([lanes.change_right, zero]),
            np.concatenate([lanes.allowed, connectors.allowed]),
            np.concatenate([lane_none, connectors.from_lane]),
            np.concatenate([lane_none, connectors.to_lane]),
            np.concatenate([lane_none, connectors.signal_group]),
            np.concatenate([lane_none, connectors.on_red]),
            np.concatenate([network.roads.to_junction[lanes.road], connectors.junction]),
        ],
        axis=1,
    )
    road_length = np.zeros(len(network.roads))
    np.maximum.at(road_length, lanes.road, lanes.start_m + lanes.length_m)
    return NetworkTables(
        n_lanes=n_lanes,
        n_ways=n_lanes + n_connectors,
        way_real=np.ascontiguousarray(way_real, dtype=np.float64),
        way_int=np.ascontiguousarray(way_int, dtype=np.int32),
        out_first=network.lane_out.first,
        out_ways=(network.lane_out.items + n_lanes).astype(np.int32),
        in_first=network.lane_in.first,
        in_ways=(network.lane_in.items + n_lanes).astype(np.int32),
        foe_first=foe_first,
        foe_int=foe_int,
        foe_real=foe_real,
        road_lane=network.roads.first_lane.astype(np.int32),
        road_length=road_length,
    )


def _foes(network: RoadNetwork) -> tuple[Int, Int, Float]:
    """Each conflict twice, as either side sees it: FOE_YIELD is 1 where it yields itself, -1 where the foe does."""
    c = network.conflicts
    mine = np.concatenate([c.first, c.second])
    rel = np.where(c.yields == Yields.FIRST, 1, np.where(c.yields == Yields.SECOND, -1, 0))
    equal = network.junctions.kind[network.connectors.junction[mine]] == JunctionKind.ALL_WAY_STOP
    side = np.where(equal, 0, np.concatenate([rel, -rel]))
    whole = np.stack([np.concatenate([c.second, c.first]), np.concatenate([c.kind, c.kind]), side], axis=1)
    real = np.stack(
        [
            np.concatenate([c.first_enter_m, c.second_enter_m]),
            np.concatenate([c.first_exit_m, c.second_exit_m]),
            np.concatenate([c.second_enter_m, c.first_enter_m]),
            np.concatenate([c.second_exit_m, c.first_exit_m]),
        ],
        axis=1,
    )
    rows = Csr.group(mine.astype(np.int32), len(network.connectors))
    order = rows.items
    return rows.first, np.ascontiguousarray(whole[order], np.int32), np.ascontiguousarray(real[order], np.float64)


def type_table(types: VehicleTypes) -> Float:
    """`(n_types, 9)` vehicle types; the columns are named in `layout`."""
    columns = (
        types.length_m,
        types.min_gap_m,
        types.max_speed_mps,
        types.accel_mps2,
        types.decel_mps2,
        types.emergency_decel_mps2,
        types.tau_s,
        types.sigma,
        types.vehicle_class.astype(np.float64),
    )
    return np.ascontiguousarray(np.stack(columns, axis=1), dtype=np.float64)
