"""Emission functions of speed and acceleration, and fuel from what comes out of the exhaust.

CO2, NOx, VOC and PM: L. Int Panis, S. Broekx, R. Liu, "Modelling instantaneous traffic emission and the influence of
traffic speed limits", Science of the Total Environment 371 (2006) 270-285, table 2: with v [m/s] and a [m/s2],

    E [g/s] = max(0, f1 + f2 v + f3 v^2 + f4 a + f5 a^2 + f6 v a)

fitted to vehicles in the traffic of the early 2000s. They rank situations and plans; today's fleets are cleaner.

CO, which that paper does not have: the functions of HBEFA 3.1 in SUMO (D. Krajzewicz, M. Behrisch, P. Wagner, R. Luz,
M. Krumnow, "Second Generation of Pollutant Emission Models for SUMO", 2015; `HelpersHBEFA3`), Euro 4 for cars:

    E [g/h] = max(0, c0 + c1 a v + c2 a^2 v + c3 v + c4 v^2 + c5 v^3)

Fuel: the carbon balance of UN Regulation No. 101, annex 6: carbon is 0.273 of CO2, 0.429 of CO, and of hydrocarbons and
fuel 0.866 (petrol, diesel) or 0.825 (LPG), by mass.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import VehicleClass
from jing_sim.vehicle_types import Energy, VehicleTypeError, VehicleTypes

__all__ = [
    "CARBON_CO",
    "CARBON_CO2",
    "CARBON_FUEL",
    "CO_FUNCTIONS",
    "FUNCTIONS",
    "EmissionCategory",
    "emission_categories",
]

Float = NDArray[np.float64]


class EmissionCategory(IntEnum):
    """Rows of the functions; `NONE` has no exhaust."""

    NONE = -1
    PETROL_CAR = 0
    DIESEL_CAR = 1
    LPG_CAR = 2
    HEAVY_DUTY = 3
    BUS = 4


# fmt: off
_CO2 = (
    (0.553, 0.161, -0.00289, 0.266, 0.511, 0.183),
    (0.324, 0.0859, 0.00496, -0.0586, 0.448, 0.230),
    (0.600, 0.219, -0.00774, 0.357, 0.514, 0.170),
    (1.52, 1.88, -0.0695, 4.71, 5.88, 2.09),
    (0.904, 1.13, -0.0427, 2.81, 3.45, 1.22),
)
_NOX = (
    (6.19e-4, 8.00e-5, -4.03e-6, -4.13e-4, 3.80e-4, 1.77e-4),
    (2.41e-3, -4.11e-4, 6.73e-5, -3.07e-3, 2.14e-3, 1.50e-3),
    (8.92e-4, 1.61e-5, -8.06e-7, -8.23e-5, 7.60e-5, 3.54e-5),
    (3.56e-2, 9.71e-3, -2.40e-4, 3.26e-2, 1.33e-2, 1.15e-2),
    (2.36e-2, 6.51e-3, -1.70e-4, 2.17e-2, 8.94e-3, 7.57e-3),
)
_NOX_BRAKING = (
    (2.17e-4, 0.0, 0.0, 0.0, 0.0, 0.0),
    (1.68e-3, -6.62e-5, 9.00e-6, 2.50e-4, 2.91e-4, 1.20e-4),
    (3.43e-4, 0.0, 0.0, 0.0, 0.0, 0.0),
)
_VOC = (
    (4.47e-3, 7.32e-7, -2.87e-8, -3.41e-6, 4.94e-6, 1.66e-6),
    (9.22e-5, 9.09e-6, -2.29e-7, -2.20e-5, 1.69e-5, 3.75e-6),
    (1.44e-2, 1.74e-7, -6.82e-9, -8.11e-7, 1.18e-6, 3.96e-7),
    (1.04e-3, 4.87e-4, -1.49e-5, 1.27e-3, 2.10e-4, 1.00e-4),
    (1.55e-3, 8.20e-4, -2.42e-5, 1.86e-3, 3.21e-4, 1.36e-4),
)
_VOC_BRAKING = (
    (2.63e-3, 0.0, 0.0, 0.0, 0.0, 0.0),
    (5.25e-5, 7.22e-6, -1.87e-7, 0.0, -1.02e-5, -4.22e-6),
    (8.42e-3, 0.0, 0.0, 0.0, 0.0, 0.0),
)
_PM = (
    (0.0, 1.57e-5, -9.21e-7, 0.0, 3.75e-5, 1.89e-5),
    (0.0, 3.13e-4, -1.84e-5, 0.0, 7.50e-4, 3.78e-4),
    (0.0, 1.57e-5, -9.21e-7, 0.0, 3.75e-5, 1.89e-5),
    (2.14e-4, 3.35e-4, -2.22e-5, 2.07e-3, 1.80e-3, 2.27e-4),
    (2.23e-4, 3.47e-4, -2.38e-5, 2.08e-3, 1.76e-3, 2.23e-4),
)
# PC_G_EU4, PC_D_EU4, PC_Alternative, HDV, Bus.
_CO = (
    (593.2, 19.32, 0.0, -73.25, 2.086, 0.0),
    (2.105, 0.02898, 0.0, -0.03593, 0.0, 0.0),
    (505.6, 20.69, 0.0, -62.72, 1.831, 0.0),
    (54.72, 7.864, 0.0, 1.669, 0.0, 0.0),
    (72.61, 7.482, 0.0, 0.6348, 0.0, 0.0),
)
# fmt: on

FUNCTIONS: Float = np.array(
    [
        [_CO2, _NOX, _VOC, _PM],
        [_CO2, (*_NOX_BRAKING, *_NOX[3:]), (*_VOC_BRAKING, *_VOC[3:]), _PM],
    ]
)
"""`(2, 4, n_categories, 6)` f1 .. f6 of CO2, NOx, VOC, PM: first for a >= -0.5 m/s2, then for harder braking."""
CO_FUNCTIONS: Float = np.array(_CO)
"""`(n_categories, 6)` c0 .. c5 of CO."""
CARBON_CO2, CARBON_CO = 0.273, 0.429
CARBON_FUEL = {Energy.PETROL: 0.866, Energy.DIESEL: 0.866, Energy.LPG: 0.825}

_CARS = {
    Energy.PETROL: EmissionCategory.PETROL_CAR,
    Energy.DIESEL: EmissionCategory.DIESEL_CAR,
    Energy.LPG: EmissionCategory.LPG_CAR,
}


def emission_categories(types: VehicleTypes) -> NDArray[np.int32]:
    """`(n_types,)` `EmissionCategory` of each type; emergency vehicles count as cars.

    Raises:
        VehicleTypeError: no published function fits the class and what it burns, as for a bicycle with petrol.
    """
    out = np.full(len(types), EmissionCategory.NONE, np.int32)
    for row, (bit, kind) in enumerate(zip(types.vehicle_class.tolist(), types.energy.tolist(), strict=True)):
        vehicle_class, energy = VehicleClass(bit), Energy(kind)
        if energy in (Energy.NONE, Energy.ELECTRIC):
            continue
        if vehicle_class == VehicleClass.TRUCK:
            out[row] = EmissionCategory.HEAVY_DUTY
        elif vehicle_class == VehicleClass.BUS:
            out[row] = EmissionCategory.BUS
        elif vehicle_class in (VehicleClass.CAR, VehicleClass.TAXI, VehicleClass.EMERGENCY):
            out[row] = _CARS[energy]
        else:
            what = f"{vehicle_class.name} with {energy.name}".lower()
            raise VehicleTypeError(f"vehicle type {types.name[row]!r}: no emission function for a {what}")
    return out
