"""Vehicle types of SUMO route files."""

import re
from dataclasses import fields

import numpy as np

from jing_maps.columns import VehicleClass
from jing_sim.demand.report import DemandError
from jing_sim.demand.sumo_elements import Element, RouteFile, number_of
from jing_sim.vehicle_types import STANDARD_TYPES, Energy, VehicleTypeError, VehicleTypes

__all__ = ["DEFAULT_TYPE", "read_types"]

DEFAULT_TYPE = "DEFAULT_VEHTYPE"

# vClass -> row of the standard types whose values are the defaults, and the class that rules where it may drive.
_CLASSES = {
    "passenger": ("car", VehicleClass.CAR),
    "private": ("car", VehicleClass.CAR),
    "hov": ("car", VehicleClass.CAR),
    "evehicle": ("car", VehicleClass.CAR),
    "custom1": ("car", VehicleClass.CAR),
    "custom2": ("car", VehicleClass.CAR),
    "vip": ("car", VehicleClass.CAR),
    "taxi": ("taxi", VehicleClass.TAXI),
    "emergency": ("emergency", VehicleClass.EMERGENCY),
    "authority": ("car", VehicleClass.EMERGENCY),
    "army": ("car", VehicleClass.EMERGENCY),
    "bus": ("bus", VehicleClass.BUS),
    "coach": ("bus", VehicleClass.BUS),
    "delivery": ("truck", VehicleClass.TRUCK),
    "truck": ("truck", VehicleClass.TRUCK),
    "trailer": ("truck", VehicleClass.TRUCK),
    "motorcycle": ("car", VehicleClass.CAR),
    "moped": ("e-bike", VehicleClass.BICYCLE),
    "bicycle": ("bicycle", VehicleClass.BICYCLE),
}
_NUMBERS = {
    "length": "length_m",
    "width": "width_m",
    "minGap": "min_gap_m",
    "maxSpeed": "max_speed_mps",
    "accel": "accel_mps2",
    "decel": "decel_mps2",
    "emergencyDecel": "emergency_decel_mps2",
    "tau": "tau_s",
    "sigma": "sigma",
    "speedDev": "speed_deviation",
}
# Parts of the names of SUMO's emission classes (HBEFA, PHEMlight, Energy, MMPEVEM, zero) that say what is burnt.
_ENERGIES = (
    (re.compile(r"energy/|mmpevem|_bev|/elec", re.IGNORECASE), Energy.ELECTRIC),
    (re.compile(r"^zero", re.IGNORECASE), Energy.NONE),
    (re.compile(r"_lpg|_alternative", re.IGNORECASE), Energy.LPG),
    (re.compile(r"_d_|diesel|^hbefa3/(bus|coach|hdv)", re.IGNORECASE), Energy.DIESEL),
    (re.compile(r"_g_|petrol", re.IGNORECASE), Energy.PETROL),
)
_LOOKS = {"id", "vClass", "speedFactor", "color", "guiShape", "imgFile", "osgFile", "probability", "height"}
_NORMAL = re.compile(r"norm(?:c)?\(([^)]*)\)")


def read_types(file: RouteFile) -> tuple[VehicleTypes, dict[str, list[int]]]:
    """The types of a file, `DEFAULT_VEHTYPE` first unless the file defines it, and attributes that have no counterpart.

    Raises:
        DemandError: a value that no vehicle has; says file and line.
    """
    elements = dict(file.types)
    if DEFAULT_TYPE not in elements:
        elements = {DEFAULT_TYPE: Element("vType", {"id": DEFAULT_TYPE}, 0), **elements}
    ignored: dict[str, list[int]] = {}
    rows = []
    for element in elements.values():
        rows.append(_row(file, element))
        known = {"emissionClass"} if _energy(element) is not None else set()
        for name in element.attributes.keys() - _NUMBERS.keys() - _LOOKS - known:
            ignored.setdefault(name, []).append(element.line)
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    try:
        return VehicleTypes(name=tuple(elements), **columns), ignored
    except VehicleTypeError as error:
        raise DemandError.at(file.path, None, str(error)) from error


def _row(file: RouteFile, element: Element) -> dict[str, np.generic]:
    v_class = element.get("vClass") or "passenger"
    if v_class not in _CLASSES:
        raise DemandError.at(
            file.path, element.line, f'vClass "{v_class}" is not simulated; there are {", ".join(_CLASSES)}'
        )
    standard, bit = _CLASSES[v_class]
    like = STANDARD_TYPES.name.index(standard)
    row = {f.name: getattr(STANDARD_TYPES, f.name)[like] for f in fields(STANDARD_TYPES) if f.name != "name"}
    row["vehicle_class"] = np.uint16(bit)
    energy = Energy.ELECTRIC if v_class == "evehicle" else _energy(element)
    if energy is not None:
        row["energy"] = np.uint8(energy)
    for name, column in _NUMBERS.items():
        if name in element.attributes:
            row[column] = np.float64(number_of(file.path, element, name))
    if "speedFactor" in element.attributes:
        row |= _speed_factor(file, element)
    try:
        VehicleTypes(name=(element.get("id"),), **{name: np.array([value]) for name, value in row.items()})
    except VehicleTypeError as error:
        raise DemandError.at(file.path, element.line, str(error)) from error
    return row


def _energy(element: Element) -> Energy | None:
    """What the emission class of a type says that it burns; None = nothing."""
    text = element.get("emissionClass")
    return next((energy for pattern, energy in _ENERGIES if pattern.search(text)), None)


def _speed_factor(file: RouteFile, element: Element) -> dict[str, np.generic]:
    """`1.1`, or `norm(mean, deviation)` / `normc(mean, deviation, low, high)`, whose bounds are left out."""
    text = element.get("speedFactor")
    found = _NORMAL.fullmatch(text.replace(" ", ""))
    if found is None:
        return {"speed_factor": np.float64(number_of(file.path, element, "speedFactor"))}
    try:
        mean, deviation = (np.float64(part) for part in found[1].split(",")[:2])
    except ValueError:
        raise DemandError.at(file.path, element.line, f'speedFactor="{text}" is no number or normc(...)') from None
    return {"speed_factor": mean, "speed_deviation": deviation}
