"""Units in which people write thresholds, and what they are in SI.

>>> convert(72.0, "km/h", "m/s")
20.0
>>> parse_quantity("1.5 s")
(1.5, 's')
"""

import math
import re

from jing_maps.errors import JingError, UnknownNameError

__all__ = ["UNITS", "UnitError", "convert", "parse_quantity"]

UNITS: dict[str, tuple[str, float, float]] = {
    "m": ("m", 1.0, 1.0),
    "cm": ("m", 1.0, 100.0),
    "km": ("m", 1000.0, 1.0),
    "s": ("s", 1.0, 1.0),
    "ms": ("s", 1.0, 1000.0),
    "min": ("s", 60.0, 1.0),
    "s2": ("s2", 1.0, 1.0),
    "m/s": ("m/s", 1.0, 1.0),
    "km/h": ("m/s", 1.0, 3.6),
    "mph": ("m/s", 0.44704, 1.0),
    "m/s2": ("m/s2", 1.0, 1.0),
    "g": ("m/s2", 9.80665, 1.0),
    "m/s3": ("m/s3", 1.0, 1.0),
    "rad": ("rad", 1.0, 1.0),
    "deg": ("rad", math.pi, 180.0),
    "rad/s": ("rad/s", 1.0, 1.0),
    "deg/s": ("rad/s", math.pi, 180.0),
    "rad/s2": ("rad/s2", 1.0, 1.0),
    "1": ("1", 1.0, 1.0),
    "%": ("1", 1.0, 100.0),
}
"""unit -> SI unit, and the factor as a fraction: 60 km/h are exactly 60 / 3.6 m/s"""

_SAME = {
    "m/s²": "m/s2",
    "m/s^2": "m/s2",
    "m/s³": "m/s3",
    "m/s^3": "m/s3",
    "s²": "s2",
    "kph": "km/h",
    "kmh": "km/h",
    "": "1",
}
_QUANTITY = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S*)\s*")


class UnitError(JingError, ValueError):
    """A quantity that is none, or in a unit that does not fit."""


def convert(value: float, unit: str, to: str) -> float:
    """The value in another unit of the same quantity.

    Raises:
        UnknownNameError: no such unit.
        UnitError: the units are of different quantities.
    """
    here, there = _unit(unit), _unit(to)
    if here[0] != there[0]:
        fitting = ", ".join(name for name, (si, *_) in UNITS.items() if si == there[0])
        raise UnitError(f"{value:g} {unit} cannot be told in {to}; right would be one of {fitting}")
    return value if here == there else value * (here[1] * there[2]) / (here[2] * there[1])


def parse_quantity(text: str) -> tuple[float, str]:
    """Number and unit of a text such as `50 km/h`; raises UnitError, UnknownNameError."""
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise UnitError(f"{text!r} is no quantity; right would be a number and a unit, such as '1.5 s' or '50 km/h'")
    unit = _SAME.get(match[2], match[2])
    _unit(unit)
    return float(match[1]), unit


def _unit(name: str) -> tuple[str, float, float]:
    name = _SAME.get(name, name)
    if name not in UNITS:
        raise UnknownNameError("unit", name, UNITS)
    return UNITS[name]
