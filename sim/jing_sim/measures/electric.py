"""What electric vehicles take from their battery: the energy balance of Kurczveil, Lopez and Schnieder.

T. Kurczveil, P. A. Lopez, E. Schnieder, "Implementation of an Energy Model and a Charging Infrastructure in SUMO",
SUMO 2013, LNCS 8594 (2014), as SUMO's emission class `Energy` has it, on level roads, without the friction of curves:

    P = (m + m_rot) (v^2 - (v - a dt)^2) / (2 dt) + rho/2 A c_w v^3 + c_r m g v
    battery: P_const + (P / eta_drive if P > 0, else P eta_recuperation)

SUMO 1.28 gives the same figures to the last digits.
"""

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import VehicleClass
from jing_sim.vehicle_types import VehicleTypes

__all__ = ["AIR_DENSITY", "GRAVITY", "drives_of"]

Float = NDArray[np.float64]

AIR_DENSITY = 1.2041
"""At 20 degrees Celsius [kg/m3]."""
GRAVITY = 9.80665
"""[m/s2]."""

# Mass [kg], rotating mass [kg], front [m2], c_w, c_r, constant power [W], efficiency of drive and of recuperation.
# Car: the Kia Soul EV 2020 of SUMO's page "Models/Electric", its defaults; bus: the city bus of the paper, on it too.
_CAR = (1830.0, 40.0, 2.6, 0.35, 0.01, 100.0, 0.98, 0.96)
_BUS = (10000.0, 100.0, 5.0, 0.6, 0.01, 100.0, 0.9, 0.9)
# E-bike: 55 kg (the most that GB 17761-2018 allows) and a rider of 75 kg; drag of an upright commuter (D. G. Wilson,
# "Bicycling Science": A = 0.55 m2, c_w = 1.15, c_r = 0.006). Assumed: 5 W of light, a motor of 0.8, no recuperation.
_BIKE = (130.0, 0.0, 0.55, 1.15, 0.006, 5.0, 0.8, 0.0)
_OF_CLASS = {VehicleClass.BUS: _BUS, VehicleClass.TRUCK: _BUS, VehicleClass.BICYCLE: _BIKE}


def drives_of(types: VehicleTypes) -> Float:
    """`(n_types, 8)` what the energy balance needs of each type, by its class."""
    rows = [_OF_CLASS.get(VehicleClass(int(bit)), _CAR) for bit in types.vehicle_class]
    return np.array(rows, np.float64).reshape(-1, 8)
