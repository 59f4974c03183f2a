"""What a world remembers: copies of all that changes, and a hash over it."""

import hashlib
from dataclasses import dataclass

import numpy as np

from jing_sim.driving.blueprint import Blueprint
from jing_sim.driving.kernels_step import StateArrays
from jing_sim.driving.physics import VehiclePhysics
from jing_sim.driving.weather import Weather

__all__ = ["WorldSnapshot", "hash_of"]


@dataclass(frozen=True)
class WorldSnapshot:
    """All that changes in a world, copied; `zones`: ids of friction zones to their rows."""

    state: StateArrays
    rows: dict[int, int]
    blueprints: dict[int, Blueprint]
    physics: dict[int, VehiclePhysics]
    zones: dict[int, int]
    time_s: float
    frame: int
    next_id: int
    gravity_mps2: float
    weather: Weather


def hash_of(state: StateArrays, rows: list[int], numbers: tuple[float, ...]) -> str:
    """SHA-256 over `numbers` and the state of these rows, in this order."""
    digest = hashlib.sha256(np.array(numbers, np.float64).tobytes())
    for column in state.bodies:
        digest.update(column[rows].tobytes())
    for records in (state.cars, state.extra):
        # Field by field: between the fields of a record there may be bytes without a meaning.
        for name in records.dtype.names or ():
            digest.update(records[name][rows].tobytes())
    digest.update(state.zones.tobytes())
    return digest.hexdigest()
