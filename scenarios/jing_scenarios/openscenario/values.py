"""Text of attributes -> values of the standard's simple types, and back."""

import math
import re
from datetime import datetime

from jing_scenarios.openscenario.node import Value

__all__ = ["BOUNDS", "is_expression", "is_parameter", "right_value", "text_of", "value_of"]

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_INTEGER = re.compile(r"[+-]?\d+")
_PARAMETER = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*")
_DATE = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_SPECIAL = {"INF": math.inf, "-INF": -math.inf, "NaN": math.nan}
_TRUTH = {"true": True, "1": True, "false": False, "0": False}

BOUNDS = {"Int": (-(2**31), 2**31 - 1), "UnsignedInt": (0, 2**32 - 1), "UnsignedShort": (0, 2**16 - 1)}
"""Least and greatest value of the whole-number types."""

_RIGHT = {
    "Double": "a number",
    "Boolean": "true or false",
    "DateTime": "a date and time as 2026-06-01T08:00:00",
    "String": "text",
}


def is_parameter(text: str) -> bool:
    """It is a reference to a parameter: `$name`."""
    return _PARAMETER.fullmatch(text) is not None


def is_expression(text: str) -> bool:
    """It is meant as an expression: `${...}`."""
    return text.startswith("${")


def value_of(text: str, kind: str) -> Value | None:
    """The value of a simple type that the text stands for; None where it stands for none.

    Whole numbers may be written as `3.0`: parameters of type double are used for them.

    >>> value_of("4.0", "UnsignedInt"), value_of("-1", "UnsignedInt"), value_of(" 1e3 ", "Double")
    (4, None, 1000.0)
    """
    if kind == "String":
        return text
    text = text.strip()
    if kind == "Double":
        return float(text) if _NUMBER.fullmatch(text) else _SPECIAL.get(text)
    if kind in BOUNDS:
        return _whole(text, kind)
    if kind == "Boolean":
        return _TRUTH.get(text)
    return _date(text)


def _whole(text: str, kind: str) -> int | None:
    if _INTEGER.fullmatch(text):
        number = int(text)
    elif _NUMBER.fullmatch(text) and math.isfinite(float(text)) and float(text) == int(float(text)):
        number = int(float(text))
    else:
        return None
    least, greatest = BOUNDS[kind]
    return number if least <= number <= greatest else None


def _date(text: str) -> str | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        datetime.fromisoformat(re.sub(r"\.\d+", "", text).replace("T24:00:00", "T00:00:00"))
    except ValueError:
        return None
    return text


def right_value(kind: str) -> str:
    """What would be right for a simple type, for messages.

    >>> right_value("UnsignedShort")
    'a whole number from 0 to 65535'
    """
    if kind in BOUNDS:
        least, greatest = BOUNDS[kind]
        return f"a whole number from {least} to {greatest}"
    return _RIGHT[kind]


def text_of(value: Value) -> str:
    """The text of a value, as it is written to a file.

    >>> text_of(True), text_of(0.1), text_of(float("inf"))
    ('true', '0.1', 'INF')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("INF" if value > 0 else "-INF")
    return str(value)
