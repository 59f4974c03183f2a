"""The six rules by which values are compared.

>>> rule_of("greaterThan")(2.0, 1.0), rule_of("equalTo")(1.0, 1.0 + 1e-9), rule_of("lessThan")("a", "b")
(True, True, True)
"""

from collections.abc import Callable
from typing import Any, TypeVar

from jing_maps.errors import UnknownNameError

__all__ = ["EQUAL_WITHIN", "Rule", "rule_of"]

EQUAL_WITHIN = 1e-6
"""Numbers that differ by less are equal; so a limit counts as passed when it is passed by more than that."""

_T = TypeVar("_T", float, str, bool)

Rule = Callable[[Any, Any], bool]
"""Value now, value of the file -> the rule holds. Numbers with numbers, texts with texts, truth values with theirs."""


def _equal(a: _T, b: _T) -> bool:
    return abs(a - b) < EQUAL_WITHIN if isinstance(a, float) and isinstance(b, float) else a == b


def _greater(a: _T, b: _T) -> bool:
    return a > b + EQUAL_WITHIN if isinstance(a, float) and isinstance(b, float) else a > b


def _less(a: _T, b: _T) -> bool:
    return a < b - EQUAL_WITHIN if isinstance(a, float) and isinstance(b, float) else a < b


_RULES: dict[str, Rule] = {
    "greaterThan": _greater,
    "lessThan": _less,
    "equalTo": _equal,
    "notEqualTo": lambda a, b: not _equal(a, b),
    "greaterOrEqual": lambda a, b: not _less(a, b),
    "lessOrEqual": lambda a, b: not _greater(a, b),
}


def rule_of(name: str) -> Rule:
    """The rule of this name; raises UnknownNameError."""
    if name not in _RULES:
        raise UnknownNameError("rule", name, _RULES)
    return _RULES[name]
