"""Checks that options of sensors share."""

import math

from jing_maps.errors import JingError

__all__ = ["SensorError", "check_positive", "check_share"]


class SensorError(JingError, ValueError):
    """Options that no sensor can have."""


def check_positive(sensor: str, **values: float) -> None:
    """All values are finite and above 0.

    Raises:
        SensorError: one is not.
    """
    for name, value in values.items():
        if not (math.isfinite(value) and value > 0):
            raise SensorError(f"{sensor}: {name} is {value}; a number above 0 would be right")


def check_share(sensor: str, **values: float) -> None:
    """All values are from 0 to 1.

    Raises:
        SensorError: one is not.
    """
    for name, value in values.items():
        if not 0.0 <= value <= 1.0:
            raise SensorError(f"{sensor}: {name} is {value}; a number from 0 to 1 would be right")
