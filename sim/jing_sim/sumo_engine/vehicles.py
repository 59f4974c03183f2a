"""The vehicles of a SUMO simulation as columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.protocols import VehicleFrame
from jing_sim.sumo_engine.library import Sumo
from jing_sim.sumo_engine.ways import WayMap

__all__ = ["VehicleColumns", "frame_of", "read_vehicles"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

_HALTING_MPS = 0.1
# Bits of SUMO's vehicle signals: https://sumo.dlr.de/docs/TraCI/Vehicle_Signalling.html
_BLINKER_RIGHT, _BLINKER_LEFT = 1, 2


@dataclass(frozen=True)
class VehicleColumns:
    """`(n,)` vehicles in the network, sorted by vehicle.

    Attributes:
        vehicle: row of `Trips`.
        way: row of `Lanes`, or `n_lanes` + row of `Connectors`.
        pos_m: front bumper, from the begin of that way.
        speed_mps, accel_mps2: along the way.
        blinker: SUMO's vehicle signals.
    """

    vehicle: Int
    way: Int
    pos_m: Float
    speed_mps: Float
    accel_mps2: Float
    blinker: Int

    @property
    def halting(self) -> NDArray[np.bool_]:
        """`(n,)` slower than 0.1 m/s."""
        return self.speed_mps < _HALTING_MPS


def read_vehicles(sumo: Sumo, ways: WayMap, row_of: dict[str, int]) -> VehicleColumns:
    """All vehicles in the network now.

    Raises:
        SimulationError: a vehicle is where the map has no lane.
    """
    api = sumo.api.vehicle
    ids = sorted(api.getIDList(), key=row_of.__getitem__)
    places = [ways.place(name, api.getLaneID(name), api.getLanePosition(name)) for name in ids]
    return VehicleColumns(
        vehicle=np.array([row_of[name] for name in ids], dtype=np.int32),
        way=np.array([way for way, _ in places], dtype=np.int32),
        pos_m=np.array([pos_m for _, pos_m in places], dtype=np.float64),
        speed_mps=np.array([api.getSpeed(name) for name in ids], dtype=np.float64),
        accel_mps2=np.array([api.getAcceleration(name) for name in ids], dtype=np.float64),
        blinker=np.array([api.getSignals(name) for name in ids], dtype=np.int32),
    )


def frame_of(network: RoadNetwork, seen: VehicleColumns) -> VehicleFrame:
    """The vehicles on our centre lines; turning flags are SUMO's blinkers, and lane changes are not flagged."""
    n_lanes, on_lane = len(network.lanes), seen.way < len(network.lanes)
    x, y, z, heading = (np.empty(len(seen.way)) for _ in range(4))
    for table, mask, ids in (
        (network.lanes, on_lane, seen.way),
        (network.connectors, ~on_lane, seen.way - n_lanes),
    ):
        own = ids[mask]
        drawn = table.centre.lengths_m()[own] / table.length_m[own]
        x[mask], y[mask], z[mask], heading[mask] = table.centre.locate(own, seen.pos_m[mask] * drawn)
    flags = (seen.accel_mps2 < -0.5).astype(np.uint8)
    flags |= ((seen.blinker & _BLINKER_LEFT) > 0).astype(np.uint8) << 1
    flags |= ((seen.blinker & _BLINKER_RIGHT) > 0).astype(np.uint8) << 2
    flags |= seen.halting.astype(np.uint8) << 3
    return VehicleFrame(
        seen.vehicle, x, y, z, heading, seen.speed_mps, seen.accel_mps2, seen.way, seen.pos_m,
        np.asarray(flags, dtype=np.uint8),
    )  # fmt: skip
