"""What each vehicle's drive cost: time, stops, fuel or electricity, and what it left in the air."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.measures.electric import AIR_DENSITY, GRAVITY, drives_of
from jing_sim.measures.emissions import CARBON_CO, CARBON_CO2, CARBON_FUEL, CO_FUNCTIONS, FUNCTIONS, emission_categories
from jing_sim.measures.intervals import MeasureError
from jing_sim.measures.kernels_totals import N_SUMS, add_step
from jing_sim.protocols import StepView
from jing_sim.trips import Trips
from jing_sim.vehicle_types import Energy

__all__ = ["VehicleTotals"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


class VehicleTotals:
    """`(n_trips,)` sums over the steps in which a vehicle was in the network.

    A step counts with the speed and acceleration at its end. Models: `jing_sim.measures.emissions` and `.electric`.

    Args:
        trips: whose `vehicle` rows the steps name.
        drives: `(n_types, 8)` the electric drives, in the columns of `electric.drives_of`; None = those of the class.

    Raises:
        VehicleTypeError: there is no emission function for a type.
        MeasureError: drives of another shape.
    """

    def __init__(self, trips: Trips, drives: Float | None = None) -> None:
        types, n = trips.types, len(trips)
        self._category, self._drive = emission_categories(types), drives_of(types) if drives is None else drives
        if self._drive.shape != (len(types), 8):
            raise MeasureError(f"drives of shape {self._drive.shape} for {len(types)} vehicle types; each has 8 values")
        self._electric = np.asarray(types.energy == Energy.ELECTRIC)
        carbon = np.array([CARBON_FUEL.get(Energy(int(kind)), np.nan) for kind in types.energy])
        self._carbon = carbon[trips.vehicle_type]
        self._step, self._standing = 0, np.full(n, -1, np.int64)
        self._stops, self._sums = np.zeros(n, np.int32), np.zeros((n, N_SUMS))

    def add(self, view: StepView) -> None:
        """Takes the next step."""
        self._step += 1
        add_step(
            self._step, view.dt_s, view.vehicle, view.speed_mps, view.accel_mps2, view.vehicle_type, self._category,
            self._electric, FUNCTIONS, CO_FUNCTIONS, self._drive, AIR_DENSITY, GRAVITY, self._standing, self._stops,
            self._sums,
        )  # fmt: skip

    @property
    def stops(self) -> Int:
        """How often the vehicle came to a stand (below 0.1 m/s)."""
        return self._stops.copy()

    @property
    def co2_g(self) -> Float:
        """Carbon dioxide."""
        return self._sums[:, 0].copy()

    @property
    def nox_g(self) -> Float:
        """Nitrogen oxides."""
        return self._sums[:, 1].copy()

    @property
    def voc_g(self) -> Float:
        """Volatile organic compounds, the hydrocarbons (HC) of other models."""
        return self._sums[:, 2].copy()

    @property
    def pm_g(self) -> Float:
        """Particles from the exhaust."""
        return self._sums[:, 3].copy()

    @property
    def co_g(self) -> Float:
        """Carbon monoxide."""
        return self._sums[:, 4].copy()

    @property
    def electricity_wh(self) -> Float:
        """Taken from the battery, less what came back into it."""
        return self._sums[:, 5].copy()

    @property
    def time_s(self) -> Float:
        """In the network."""
        return self._sums[:, 6].copy()

    @property
    def distance_m(self) -> Float:
        """Driven."""
        return self._sums[:, 7].copy()

    @property
    def waiting_s(self) -> Float:
        """Slower than 0.1 m/s."""
        return self._sums[:, 8].copy()

    @property
    def fuel_g(self) -> Float:
        """Burnt, by the carbon balance; 0 for vehicles that burn nothing."""
        carbon_g = CARBON_CO2 * self._sums[:, 0] + CARBON_CO * self._sums[:, 4]
        return np.asarray(np.nan_to_num(carbon_g / self._carbon + self._sums[:, 2]))
