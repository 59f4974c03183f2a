"""Types of vehicles: dimensions, dynamics and driver, as columns."""

from dataclasses import dataclass, field, fields, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import VehicleClass
from jing_maps.errors import JingError

__all__ = ["STANDARD_TYPES", "Energy", "VehicleTypeError", "VehicleTypes"]

Float = NDArray[np.float64]


class Energy(IntEnum):
    """What drives a vehicle."""

    NONE = 0
    """Muscles."""
    PETROL = 1
    DIESEL = 2
    LPG = 3
    ELECTRIC = 4


_ENERGY_OF_CLASS = {
    VehicleClass.CAR: Energy.PETROL,
    VehicleClass.TAXI: Energy.PETROL,
    VehicleClass.BUS: Energy.DIESEL,
    VehicleClass.TRUCK: Energy.DIESEL,
    VehicleClass.EMERGENCY: Energy.DIESEL,
    VehicleClass.BICYCLE: Energy.NONE,
    VehicleClass.PEDESTRIAN: Energy.NONE,
}


class VehicleTypeError(JingError, ValueError):
    """A vehicle type with a value that no vehicle has."""


@dataclass(frozen=True)
class VehicleTypes:
    """`(n_types,)` vehicle types, SI units.

    Attributes:
        name: e.g. `car`.
        vehicle_class: one `VehicleClass` bit.
        length_m, width_m, min_gap_m: bumper to bumper, body width, gap kept at standstill.
        max_speed_mps, accel_mps2, decel_mps2, emergency_decel_mps2: dynamics; decelerations are positive.
        tau_s: desired time headway.
        sigma: driver imperfection of the Krauss model, 0 to 1.
        speed_factor, speed_deviation: mean and standard deviation of the wish speed over the speed limit.
        energy: `Energy`; left out (empty) = what is usual for the class: petrol for cars and taxis, diesel for buses,
            trucks and emergency vehicles, none for bicycles.
    """

    name: tuple[str, ...]
    vehicle_class: NDArray[np.uint16]
    length_m: Float
    width_m: Float
    min_gap_m: Float
    max_speed_mps: Float
    accel_mps2: Float
    decel_mps2: Float
    emergency_decel_mps2: Float
    tau_s: Float
    sigma: Float
    speed_factor: Float
    speed_deviation: Float
    energy: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))

    def __post_init__(self) -> None:
        if not len(self.energy):
            usual = [_ENERGY_OF_CLASS.get(VehicleClass(int(bit)), Energy.NONE) for bit in self.vehicle_class]
            object.__setattr__(self, "energy", np.array(usual, np.uint8))
        may_be_zero = {"sigma", "speed_deviation", "min_gap_m"}
        for name in (column.name for column in fields(self)):
            column = getattr(self, name)
            if len(column) != len(self.name):
                raise VehicleTypeError(f"{name} has {len(column)} values for {len(self.name)} vehicle types")
            if name in {"name", "vehicle_class", "energy"}:
                continue
            low = column < 0 if name in may_be_zero else column <= 0
            bad = np.flatnonzero(low | ~np.isfinite(column))
            if len(bad):
                sign = "not be negative" if name in may_be_zero else "be positive"
                problem = f"{name} is {column[bad[0]]}; it must {sign}"
                raise VehicleTypeError(f"vehicle type {self.name[bad[0]]!r}: {problem}")
        unknown = np.flatnonzero(~np.isin(self.energy, list(Energy)))
        if len(unknown):
            kinds = ", ".join(f"{kind.value} {kind.name.lower()}" for kind in Energy)
            problem = f"energy is {self.energy[unknown[0]]}; there are {kinds}"
            raise VehicleTypeError(f"vehicle type {self.name[unknown[0]]!r}: {problem}")

    def __len__(self) -> int:
        return len(self.name)


def _standard_types() -> VehicleTypes:
    # sumo.dlr.de, "Vehicle Type Parameter Defaults", by class; the car is its Krauss (1998) passenger car. Compared
    # with what SUMO 1.28 gives a bare `vClass`: it has 100 km/h and no deviation for buses, and the deviation 0.05 for
    # trucks. The page's desired maximum speed, 20 km/h, is the bicycle's here; an e-bike is a bicycle with the top
    # speed of GB 17761-2018, 25 km/h.
    rows = [
        ("car", VehicleClass.CAR, 5.0, 1.8, 2.5, 55.56, 2.6, 4.5, 9.0, 1.0, 0.5, 1.0, 0.1, Energy.PETROL),
        ("bus", VehicleClass.BUS, 12.0, 2.5, 2.5, 23.61, 1.2, 4.0, 7.0, 1.0, 0.5, 1.0, 0.1, Energy.DIESEL),
        ("truck", VehicleClass.TRUCK, 7.1, 2.4, 2.5, 36.11, 1.3, 4.0, 7.0, 1.0, 0.5, 1.0, 0.1, Energy.DIESEL),
        ("e-bike", VehicleClass.BICYCLE, 1.6, 0.65, 0.5, 6.94, 1.2, 3.0, 7.0, 1.0, 0.5, 1.0, 0.1, Energy.ELECTRIC),
        ("taxi", VehicleClass.TAXI, 5.0, 1.8, 2.5, 55.56, 2.6, 4.5, 9.0, 1.0, 0.5, 1.0, 0.05, Energy.PETROL),
        ("emergency", VehicleClass.EMERGENCY, 6.5, 2.16, 2.5, 55.56, 2.6, 4.5, 9.0, 1.0, 0.5, 1.0, 0.0, Energy.DIESEL),
        ("bicycle", VehicleClass.BICYCLE, 1.6, 0.65, 0.5, 5.56, 1.2, 3.0, 7.0, 1.0, 0.5, 1.0, 0.1, Energy.NONE),
    ]
    names, classes, *numbers, energy = zip(*rows, strict=True)
    columns = (np.array(column, float) for column in numbers)
    types = VehicleTypes(tuple(names), np.array(classes, np.uint16), *columns)
    return replace(types, energy=np.array(energy, np.uint8))


STANDARD_TYPES = _standard_types()
