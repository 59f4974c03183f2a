"""The rules of the standard that compare two values."""

import math
from collections.abc import Callable
from datetime import UTC, datetime

from jing_scenarios.openscenario.node import Value

__all__ = ["holds"]

_CLOSE = 1e-9
"""Numbers that differ by less, relative to their size, are equal: 1.2 + 3.1 is 4.3."""

_ORDERS: dict[str, Callable[[int], bool]] = {
    "equalTo": lambda order: order == 0,
    "notEqualTo": lambda order: order != 0,
    "greaterThan": lambda order: order > 0,
    "greaterOrEqual": lambda order: order >= 0,
    "lessThan": lambda order: order < 0,
    "lessOrEqual": lambda order: order <= 0,
}


def holds(rule: str, value: Value, limit: Value, kind: str) -> bool:
    """Whether the rule holds between two values of a simple type: points in time, or text by its characters.

    >>> holds("equalTo", 1.2 + 3.1, 4.3, "Double")
    True
    >>> holds("equalTo", "2026-06-01T08:00:00+08:00", "2026-06-01T00:00:00Z", "DateTime")
    True
    """
    if kind == "DateTime":
        order = _compared(_instant(str(value)), _instant(str(limit)))
    elif kind == "String":
        order = _compared(str(value), str(limit))
    else:
        a, b = float(value), float(limit)
        order = 0 if math.isclose(a, b, rel_tol=_CLOSE) else _compared(a, b)
    return _ORDERS[rule](order)


def _compared(a: float | str, b: float | str) -> int:
    return 0 if a == b else 1 if a > b else -1  # type: ignore[operator]


def _instant(text: str) -> float:
    """Seconds since 1970; where no zone is given, UTC is meant."""
    moment = datetime.fromisoformat(text.replace("T24:", "T00:"))
    day_s = 86400 if "T24:" in text else 0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() + day_s
