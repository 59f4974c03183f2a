"""The state of all vehicles of a world, as columns by trip."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic.kernels_order import HISTORY
from jing_sim.trips import Trips

__all__ = ["VehicleColumns", "new_columns"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass
class VehicleColumns:
    """`(n_trips,)` each, SI units. The first block changes, the second one does not.

    Attributes:
        way: lane, or `n_lanes` + connector; -1 outside the network.
        pos_m: front bumper from the begin of the way.
        history: `(n_trips, HISTORY)` the ways left last, over which the tail may still reach.
        route_at: row of `Trips.roads` of the present road (on a connector: of the road that it left).
        next_connector: taken at the end of the present lane; -1 = none.
        granted: 1 = let into the junction ahead.
        place: in the order in which vehicles were let into junctions; the first goes first where ways cross.
        give_way_to: `(2, n_trips)` vehicle that must change to the left (right) lane, where this one lets it in, or -1;
            or the one behind which this one wants to change.
        stand_s: standing without a break; waiting_s: standing in all; time_loss_s: against the wish speed.
        wish_factor: wish speed over speed limit, drawn once a vehicle.
    """

    way: Int
    pos_m: Float
    speed_mps: Float
    accel_mps2: Float
    history: NDArray[np.int32]
    route_at: Int
    next_connector: Int
    granted: NDArray[np.uint8]
    place: Int
    give_way_to: Int
    stand_s: Float
    waiting_s: Float
    time_loss_s: Float
    cool_until_s: Float
    entered_s: Float
    arrived_s: Float
    wish_factor: Float
    length_m: Float
    min_gap_m: Float
    max_speed_mps: Float
    accel_max_mps2: Float
    decel_mps2: Float
    emergency_decel_mps2: Float
    tau_s: Float
    sigma: Float
    kind: NDArray[np.uint16]

    def changing(self) -> list[NDArray[np.generic]]:
        """All columns, for hashing."""
        return [getattr(self, field.name) for field in fields(self)]


def new_columns(trips: Trips, wish_factor: Float) -> VehicleColumns:
    """Columns of vehicles that have not entered yet."""
    n, types, row = len(trips), trips.types, trips.vehicle_type
    zeros, none = np.zeros(n), np.full(n, -1, dtype=np.int32)
    return VehicleColumns(
        way=none.copy(),
        pos_m=zeros.copy(),
        speed_mps=zeros.copy(),
        accel_mps2=zeros.copy(),
        history=np.full((n, HISTORY), -1, dtype=np.int32),
        route_at=trips.first_road[:-1].astype(np.int32),
        next_connector=none.copy(),
        granted=np.zeros(n, dtype=np.uint8),
        place=np.zeros(n, dtype=np.int32),
        give_way_to=np.full((2, n), -1, dtype=np.int32),
        stand_s=zeros.copy(),
        waiting_s=zeros.copy(),
        time_loss_s=zeros.copy(),
        cool_until_s=zeros.copy(),
        entered_s=np.full(n, np.nan),
        arrived_s=np.full(n, np.nan),
        wish_factor=wish_factor,
        length_m=types.length_m[row],
        min_gap_m=types.min_gap_m[row],
        max_speed_mps=types.max_speed_mps[row],
        accel_max_mps2=types.accel_mps2[row],
        decel_mps2=types.decel_mps2[row],
        emergency_decel_mps2=types.emergency_decel_mps2[row],
        tau_s=types.tau_s[row],
        sigma=types.sigma[row],
        kind=types.vehicle_class[row].astype(np.uint16),
    )
