"""Where the vehicles of a world are, in metres of the map."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from jing_maps.columns import Turn
from jing_maps.network import RoadNetwork
from jing_maps.polylines import Polylines
from jing_sim.protocols import VehicleFrame
from jing_sim.traffic import layout as at
from jing_sim.traffic.fleet import Fleet, Slots

__all__ = ["Locator", "count_halting", "gather"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

BRAKING_MPS2 = -0.3
BLINK_M = 50.0
HALTING_MPS = 0.1
CHANGING_S = 3.0


@njit(nogil=True, cache=True)
def gather(first: Int, count: Int, sx: Float, sv: Float, sveh: Int, way: Int, x: Float, v: Float, veh: Int) -> None:
    """Copies the taken slots into columns, way by way."""
    n = 0
    for w in range(len(count)):
        for slot in range(first[w], first[w] + count[w]):
            way[n], x[n], v[n], veh[n] = w, sx[slot], sv[slot], sveh[slot]
            n += 1


@njit(nogil=True, cache=True)
def count_halting(first: Int, count: Int, sv: Float, under: float, out: Int) -> None:
    """Vehicles slower than `under` on each of the first `len(out)` ways."""
    for w in range(len(out)):
        for slot in range(first[w], first[w] + count[w]):
            out[w] += sv[slot] < under


class Locator:
    """Turns ways and positions into points of the map."""

    def __init__(self, network: RoadNetwork) -> None:
        lanes, connectors = network.lanes, network.connectors
        first = np.concatenate([lanes.centre.first, connectors.centre.first[1:] + lanes.centre.first[-1]])
        self._centre = Polylines(first.astype(np.int32), np.concatenate([lanes.centre.xyz, connectors.centre.xyz]))
        self._length_m = np.concatenate([lanes.length_m, connectors.length_m])
        self._stretch = self._centre.lengths_m() / self._length_m
        self._turn = np.concatenate([np.full(len(lanes), Turn.STRAIGHT, np.int8), connectors.turn])

    def frame(self, time_s: float, fleet: Fleet, slots: Slots) -> VehicleFrame:
        """All vehicles in the network, sorted by vehicle."""
        n = int(slots.count.sum())
        way, vehicle = np.zeros(n, np.int32), np.zeros(n, np.int32)
        pos_m, speed_mps = np.zeros(n), np.zeros(n)
        gather(slots.first, slots.count, slots.pos, slots.speed, slots.vehicle, way, pos_m, speed_mps, vehicle)
        order = np.argsort(vehicle, kind="stable")
        way, vehicle, pos_m, speed_mps = way[order], vehicle[order], pos_m[order], speed_mps[order]
        x_m, y_m, z_m, heading = self._centre.locate(way, pos_m * self._stretch[way])
        accel = fleet.reals[vehicle, at.V_ACCEL]
        coming = fleet.ints[vehicle, at.NEXT_0]
        near = (coming >= 0) & (self._length_m[way] - pos_m < BLINK_M)
        turn = np.where(near, self._turn[np.maximum(coming, 0)], self._turn[way])
        flags = (
            1 * (accel < BRAKING_MPS2)
            + 2 * np.isin(turn, (Turn.LEFT, Turn.U_TURN))
            + 4 * (turn == Turn.RIGHT)
            + 8 * (speed_mps < HALTING_MPS)
            + 16 * (time_s - fleet.reals[vehicle, at.LAST_CHANGE] < CHANGING_S)
        )
        return VehicleFrame(vehicle, x_m, y_m, z_m, heading, speed_mps, accel, way, pos_m, flags.astype(np.uint8))
