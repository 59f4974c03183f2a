"""Numbers of a script: plain ones, parameters, and arithmetic over both, written as the standard's expressions.

>>> from jing_scenarios.script.distributions import Uniform
>>> speed = Param("ego_speed_kph", Uniform(40.0, 60.0))
>>> text_of(speed / 3.6), text_of(speed), text_of(2)
('${$ego_speed_kph / 3.6}', '$ego_speed_kph', '2')
>>> (speed / 3.6 + 1).value({"ego_speed_kph": 36.0})
11.0
"""

import math
import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from jing_maps.errors import JingError
from jing_scenarios.script.distributions import Distribution

__all__ = ["Number", "Param", "ScriptError", "Term", "TermText", "params_in", "text_of", "value_of"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class ScriptError(JingError, ValueError):
    """A script that asks for what cannot be."""


class Term:
    """A number that depends on parameters."""

    def __add__(self, other: "Number") -> "Term":
        return Sum("+", self, other)

    def __radd__(self, other: float) -> "Term":
        return Sum("+", other, self)

    def __sub__(self, other: "Number") -> "Term":
        return Sum("-", self, other)

    def __rsub__(self, other: float) -> "Term":
        return Sum("-", other, self)

    def __mul__(self, other: "Number") -> "Term":
        return Sum("*", self, other)

    def __rmul__(self, other: float) -> "Term":
        return Sum("*", other, self)

    def __truediv__(self, other: "Number") -> "Term":
        return Sum("/", self, other)

    def __rtruediv__(self, other: float) -> "Term":
        return Sum("/", other, self)

    def __neg__(self) -> "Term":
        return Sum("-", 0.0, self)

    @property
    def text(self) -> str:
        """As it stands inside an expression."""
        raise NotImplementedError

    @property
    def params(self) -> tuple["Param", ...]:
        """The parameters in it, each once."""
        raise NotImplementedError

    def value(self, case: Mapping[str, float | int | str]) -> float:
        """The number it is where the parameters have the values of `case`, their defaults elsewhere."""
        raise NotImplementedError


Number = float | int | Term
"""What maneuvers, places and conditions take wherever a number stands."""


@dataclass(frozen=True)
class Param(Term):
    """A parameter of the scenario: a name, what it is drawn from in sweeps, and its value in a single run.

    Attributes:
        name: letters, digits and underscores; say the unit in it (`cut_in_gap_m`).
        distribution: what sweeps and searches draw from.
        default: of a single run; None = the distribution's median.

    Raises:
        ScriptError: the name is no identifier.
    """

    name: str
    distribution: Distribution
    default: float | int | str | None = None

    def __post_init__(self) -> None:
        if not _NAME.match(self.name):
            raise ScriptError(f"parameter {self.name!r}; letters, digits and underscores are right, no digit first")

    @property
    def nominal(self) -> float | int | str:
        """Its value in a single run."""
        return self.distribution.quantile(0.5) if self.default is None else self.default

    @property
    def text(self) -> str:
        """`$name`."""
        return f"${self.name}"

    @property
    def params(self) -> tuple["Param", ...]:
        """Itself."""
        return (self,)

    def value(self, case: Mapping[str, float | int | str]) -> float:
        """The number it is in a case."""
        value = case.get(self.name, self.nominal)
        try:
            return float(value)
        except ValueError:
            raise ScriptError(f"parameter {self.name} is {value!r}, not a number: it cannot stand here") from None


@dataclass(frozen=True)
class Sum(Term):
    """Two numbers and the operator between them."""

    sign: str
    left: Number
    right: Number

    _DOES: ClassVar = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}

    @property
    def text(self) -> str:
        """With brackets around sums inside."""
        return f"{_inner(self.left)} {self.sign} {_inner(self.right)}"

    @property
    def params(self) -> tuple[Param, ...]:
        """Of both sides."""
        return tuple(dict.fromkeys((*params_in(self.left), *params_in(self.right))))

    def value(self, case: Mapping[str, float | int | str]) -> float:
        """The number it is in a case."""
        return float(self._DOES[self.sign](value_of(self.left, case), value_of(self.right, case)))


class TermText(str):
    """The text of a term, which knows its parameters."""

    __slots__ = ("params",)
    params: tuple[Param, ...]

    @classmethod
    def of(cls, term: Term) -> "TermText":
        """As it stands in an attribute: `$name`, or `${expression}`."""
        text = cls(term.text if isinstance(term, Param) else f"${{{term.text}}}")
        text.params = term.params
        return text


def text_of(value: Number | str | bool) -> str:
    """How a number, a parameter, a text or a truth value stands in an attribute.

    Raises:
        ScriptError: the number is not finite.
    """
    if isinstance(value, Term):
        return TermText.of(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        raise ScriptError(f"{value} is no finite number")
    return repr(value) if isinstance(value, int) else repr(float(value))


def params_in(value: object) -> tuple[Param, ...]:
    """The parameters that a value depends on."""
    return value.params if isinstance(value, Term) else ()


def value_of(value: Number, case: Mapping[str, float | int | str]) -> float:
    """The number that `value` is in a case."""
    return value.value(case) if isinstance(value, Term) else float(value)


def _inner(value: Number) -> str:
    return f"({value.text})" if isinstance(value, Sum) else value.text if isinstance(value, Term) else text_of(value)
