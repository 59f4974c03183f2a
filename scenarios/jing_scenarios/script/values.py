"""Numbers of a script: plain ones, parameters, and arithmetic over both, written as the standard's expressions.

>>> from jing_scenarios.script.distributions import Uniform
>>> speed = Param("ego_speed_kph", Uniform(40.0, 60.0))
>>> text_of(speed / 3.6), text_of(speed), text_of(2)
('${$ego_speed_kph / 3.6}', '$ego_speed_kph', '2')
"""

import math
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass

from jing_maps.errors import JingError
from jing_scenarios.script.distributions import Distribution

__all__ = ["Number", "Param", "ScriptError", "Term", "TermText", "text_of"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class ScriptError(JingError, ValueError):
    """A script that asks for what cannot be."""


class Term(ABC):
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
    @abstractmethod
    def text(self) -> str:
        """As it stands inside an expression."""

    @property
    @abstractmethod
    def params(self) -> tuple["Param", ...]:
        """The parameters in it, each once."""


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


@dataclass(frozen=True)
class Sum(Term):
    """Two numbers and the operator between them."""

    sign: str
    left: Number
    right: Number

    @property
    def text(self) -> str:
        """With brackets around sums inside."""
        return f"{_inner(self.left)} {self.sign} {_inner(self.right)}"

    @property
    def params(self) -> tuple[Param, ...]:
        """Of both sides."""
        return tuple(dict.fromkeys((*_params(self.left), *_params(self.right))))


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


def _params(value: Number) -> tuple[Param, ...]:
    return value.params if isinstance(value, Term) else ()


def _inner(value: Number) -> str:
    return f"({value.text})" if isinstance(value, Sum) else value.text if isinstance(value, Term) else text_of(value)
