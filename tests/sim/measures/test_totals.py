"""Fuel, electricity and emissions against values worked out by hand from the published functions."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from tests.sim.measures.conftest import Car, Viewer

from jing_maps.network import RoadNetwork
from jing_sim.measures import EmissionCategory, VehicleTotals, emission_categories
from jing_sim.trips import Trips
from jing_sim.vehicle_types import STANDARD_TYPES, Energy, VehicleTypeError, VehicleTypes

Fleet = Callable[[str], Trips]


def kind(name: str) -> int:
    return STANDARD_TYPES.name.index(name)


def after(trips: Trips, seen: Viewer, speed_mps: float, accel_mps2: float, dt_s: float = 1.0) -> VehicleTotals:
    totals = VehicleTotals(trips)
    cars = [Car(v, v, 9.0, speed_mps, accel_mps2, kind=int(k)) for v, k in enumerate(trips.vehicle_type)]
    totals.add(seen(dt_s, cars, dt_s))
    return totals


def test_emissions_at_10_mps_and_1_mps2_are_those_of_the_published_functions(seen: Viewer, fleet: Fleet) -> None:
    got = after(fleet("car truck bus"), seen, 10.0, 1.0)
    assert got.co2_g == pytest.approx(
        [
            0.553 + 1.61 - 0.289 + 0.266 + 0.511 + 1.83,
            1.52 + 18.8 - 6.95 + 4.71 + 5.88 + 20.9,
            0.904 + 11.3 - 4.27 + 2.81 + 3.45 + 12.2,
        ]
    )
    assert got.nox_g * 1e3 == pytest.approx(
        [
            0.619 + 0.8 - 0.403 - 0.413 + 0.38 + 1.77,
            35.6 + 97.1 - 24.0 + 32.6 + 13.3 + 115.0,
            23.6 + 65.1 - 17.0 + 21.7 + 8.94 + 75.7,
        ]
    )
    assert got.voc_g * 1e3 == pytest.approx(
        [
            4.47 + 0.00732 - 0.00287 - 0.00341 + 0.00494 + 0.0166,
            1.04 + 4.87 - 1.49 + 1.27 + 0.21 + 1.0,
            1.55 + 8.2 - 2.42 + 1.86 + 0.321 + 1.36,
        ]
    )
    assert got.pm_g * 1e3 == pytest.approx(
        [
            0.157 - 0.0921 + 0.0375 + 0.189,
            0.214 + 3.35 - 2.22 + 2.07 + 1.8 + 2.27,
            0.223 + 3.47 - 2.38 + 2.08 + 1.76 + 2.23,
        ]
    )
    assert got.co_g * 3600.0 == pytest.approx(
        [
            593.2 + 193.2 - 732.5 + 208.6,
            54.72 + 78.64 + 16.69,
            72.61 + 74.82 + 6.348,
        ]
    )


def test_braking_cars_have_functions_of_their_own_for_nox_and_voc(seen: Viewer, fleet: Fleet) -> None:
    trips = fleet("car car")
    diesel = replace(STANDARD_TYPES, energy=np.where(np.arange(7) == 0, Energy.DIESEL, STANDARD_TYPES.energy))
    petrol, oil = after(trips, seen, 10.0, -1.0), after(replace(trips, types=diesel), seen, 10.0, -1.0)
    assert petrol.nox_g[0] == pytest.approx(2.17e-4)
    assert petrol.voc_g[0] == pytest.approx(2.63e-3)
    assert oil.nox_g[0] * 1e3 == pytest.approx(1.68 - 0.662 + 0.9 - 0.25 + 0.291 - 1.2)
    assert oil.voc_g[0] * 1e6 == pytest.approx(52.5 + 72.2 - 18.7 - 10.2 + 42.2)


def test_fuel_has_the_carbon_of_the_exhaust(seen: Viewer, fleet: Fleet) -> None:
    got = after(fleet("car bicycle"), seen, 10.0, 0.0)
    carbon_g = 0.273 * got.co2_g[0] + 0.429 * got.co_g[0] + 0.866 * got.voc_g[0]
    assert got.fuel_g[0] == pytest.approx(carbon_g / 0.866)
    assert got.fuel_g[1] == 0.0


def test_an_idling_petrol_car_burns_about_a_litre_an_hour(seen: Viewer, fleet: Fleet) -> None:
    fuel_g = after(fleet("car"), seen, 0.0, 0.0).fuel_g[0]
    assert fuel_g * 3.6 / 0.742 == pytest.approx(1.0, abs=0.3)


def test_an_electric_car_pays_for_speed_and_gets_back_what_it_brakes(seen: Viewer, fleet: Fleet) -> None:
    trips = fleet("car")
    types = replace(STANDARD_TYPES, energy=np.full(7, Energy.ELECTRIC, np.uint8))
    trips = replace(trips, types=types)
    drag = 0.5 * 1.2041 * 2.6 * 0.35 * 1000.0 + 0.01 * 9.80665 * 1830.0 * 10.0
    assert after(trips, seen, 10.0, 0.0).electricity_wh[0] == pytest.approx((100.0 + drag / 0.98) / 3600.0)
    kinetic = 0.5 * 1870.0 * (100.0 - 81.0)
    assert after(trips, seen, 10.0, 1.0).electricity_wh[0] == pytest.approx((100.0 + (drag + kinetic) / 0.98) / 3600.0)
    braking = 0.5 * 1870.0 * (100.0 - 144.0)
    assert after(trips, seen, 10.0, -2.0).electricity_wh[0] == pytest.approx((100.0 + (drag + braking) * 0.96) / 3600.0)
    assert after(trips, seen, 10.0, 0.0).co2_g[0] == 0.0


def test_an_e_bike_takes_some_ten_watt_hours_a_kilometre(seen: Viewer, fleet: Fleet) -> None:
    got = after(fleet("e-bike"), seen, 6.94, 0.0)
    assert got.electricity_wh[0] / got.distance_m[0] * 1000.0 == pytest.approx(8.5, abs=2.0)


def test_stops_waiting_and_way_are_summed_up(seen: Viewer, fleet: Fleet) -> None:
    totals = VehicleTotals(fleet("car car"))
    for step, speed in enumerate([5.0, 0.0, 0.05, 5.0, 0.0, 10.0], start=1):
        totals.add(seen(0.5 * step, [Car(1, 0, 9.0, speed)], 0.5))
    assert totals.stops.tolist() == [0, 2]
    assert totals.waiting_s.tolist() == [0.0, 1.5]
    assert totals.time_s.tolist() == [0.0, 3.0]
    assert totals.distance_m[1] == pytest.approx(10.025)


def test_each_type_has_its_functions_or_none() -> None:
    expected = {"car": 0, "bus": 4, "truck": 3, "e-bike": -1, "taxi": 0, "emergency": 1, "bicycle": -1}
    got = emission_categories(STANDARD_TYPES)
    assert {name: EmissionCategory(c) for name, c in zip(STANDARD_TYPES.name, got, strict=True)} == expected


def test_a_bicycle_with_petrol_has_no_published_function() -> None:
    types = replace(STANDARD_TYPES, energy=np.full(7, Energy.PETROL, np.uint8))
    with pytest.raises(VehicleTypeError, match="'e-bike': no emission function for a bicycle with petrol"):
        emission_categories(types)


def test_types_that_do_not_say_what_they_burn_have_what_is_usual(town: RoadNetwork) -> None:
    t = STANDARD_TYPES
    types = VehicleTypes(
        t.name, t.vehicle_class, t.length_m, t.width_m, t.min_gap_m, t.max_speed_mps, t.accel_mps2, t.decel_mps2,
        t.emergency_decel_mps2, t.tau_s, t.sigma, t.speed_factor, t.speed_deviation,
    )  # fmt: skip
    assert types.energy.tolist() == [1, 2, 2, 0, 1, 2, 0]
    with pytest.raises(VehicleTypeError, match="'bus': energy is 9"):
        replace(t, energy=np.where(np.arange(7) == 1, 9, t.energy))
