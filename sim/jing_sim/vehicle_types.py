"""Types of vehicles: dimensions, dynamics and driver, as columns."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import VehicleClass
from jing_maps.errors import JingError

__all__ = ["STANDARD_TYPES", "VehicleTypeError", "VehicleTypes"]

Float = NDArray[np.float64]


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

    def __post_init__(self) -> None:
        may_be_zero = {"sigma", "speed_deviation", "min_gap_m"}
        for field in fields(self):
            column = getattr(self, field.name)
            if len(column) != len(self.name):
                raise VehicleTypeError(f"{field.name} has {len(column)} values for {len(self.name)} vehicle types")
            if field.name in {"name", "vehicle_class"}:
                continue
            low = column < 0 if field.name in may_be_zero else column <= 0
            bad = np.flatnonzero(low | ~np.isfinite(column))
            if len(bad):
                sign = "not be negative" if field.name in may_be_zero else "be positive"
                raise VehicleTypeError(
                    f"vehicle type {self.name[bad[0]]!r}: {field.name} is {column[bad[0]]}; it must {sign}"
                )

    def __len__(self) -> int:
        return len(self.name)


def _standard_types() -> VehicleTypes:
    # Car: SUMO's default passenger car (Krauss 1998; sumo.dlr.de, "Vehicle Type Parameter Defaults"), so that runs
    # can be compared. Bus, truck and bicycle: that page's defaults for the class; e-bike top speed: GB 17761-2018.
    rows = [
        ("car", VehicleClass.CAR, 5.0, 1.8, 2.5, 55.56, 2.6, 4.5, 9.0, 1.0, 0.5, 1.0, 0.1),
        ("bus", VehicleClass.BUS, 12.0, 2.5, 2.5, 23.61, 1.2, 4.0, 7.0, 1.0, 0.5, 1.0, 0.1),
        ("truck", VehicleClass.TRUCK, 7.1, 2.4, 2.5, 36.11, 1.3, 4.0, 7.0, 1.0, 0.5, 1.0, 0.1),
        ("e-bike", VehicleClass.BICYCLE, 1.6, 0.65, 0.5, 6.94, 1.2, 3.0, 7.0, 1.0, 0.5, 1.0, 0.1),
    ]
    names, classes, *numbers = zip(*rows, strict=True)
    return VehicleTypes(tuple(names), np.array(classes, np.uint16), *(np.array(column, float) for column in numbers))


STANDARD_TYPES = _standard_types()
