"""The elements of a scenario file: one tree of nodes, with the place of each in its file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from jing_maps.errors import JingError

__all__ = ["NO_PLACE", "Node", "OpenScenarioError", "ParameterConstraintError", "Place", "Value"]

Value = str | float | int | bool
"""What an attribute holds once parameters are resolved and the grammar has said its type."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: `str()` of it is `file:line:column`."""

    path: str
    line: int
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


NO_PLACE = Place("<python>", 0)
"""Of elements that were made by a program."""


class OpenScenarioError(JingError, ValueError):
    """A scenario that breaks the standard, or asks for what is not there; each finding with its place."""

    def __init__(self, *findings: str) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


class ParameterConstraintError(OpenScenarioError):
    """Values of parameters that their ConstraintGroups rule out; the scenario itself may be right."""


@dataclass(frozen=True, slots=True)
class Node:
    """An element.

    Attributes:
        tag: its name in the standard.
        values: attributes; text as in the file before resolution, typed values after it.
        children: in the order of the file.
        place: of its start tag.
        text: character data, stripped.

    >>> speed = Node("AbsoluteTargetSpeed", {"value": 10.0})
    >>> action = Node("SpeedActionTarget", children=(speed,))
    >>> action.only().number("value")
    10.0
    """

    tag: str
    values: Mapping[str, Value] = field(default_factory=dict)
    children: tuple["Node", ...] = ()
    place: Place = NO_PLACE
    text: str = ""

    def __iter__(self) -> Iterator["Node"]:
        return iter(self.children)

    def find(self, tag: str) -> "Node | None":
        """The first child of this name, or None."""
        return next((child for child in self.children if child.tag == tag), None)

    def child(self, tag: str) -> "Node":
        """The first child of this name; raises OpenScenarioError."""
        found = self.find(tag)
        if found is None:
            has = ", ".join(dict.fromkeys(child.tag for child in self.children)) or "no elements"
            raise OpenScenarioError(f"{self.place}: {self.tag} has no {tag}; it has {has}")
        return found

    def every(self, tag: str) -> list["Node"]:
        """All children of this name."""
        return [child for child in self.children if child.tag == tag]

    def only(self) -> "Node":
        """Its single child: the element that a choice was made for; raises OpenScenarioError."""
        if len(self.children) != 1:
            raise OpenScenarioError(f"{self.place}: {self.tag} has {len(self.children)} elements; one is right")
        return self.children[0]

    def descendants(self) -> Iterator["Node"]:
        """All nodes below it, parents before their children."""
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def has(self, name: str) -> bool:
        """The attribute is there."""
        return name in self.values

    def number(self, name: str, default: float | None = None) -> float:
        """An attribute as a float; raises OpenScenarioError where it is absent without a default, or no number."""
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise OpenScenarioError(f"{self.place}: {self.tag} {name}={value!r}; a number is right")
        return float(value)

    def integer(self, name: str, default: int | None = None) -> int:
        """An attribute as a whole number; errors as `number`."""
        value = self.number(name, default)
        if value % 1 != 0:  # so is that of inf and NaN
            raise OpenScenarioError(f"{self.place}: {self.tag} {name}={value}; a whole number is right")
        return int(value)

    def boolean(self, name: str, default: bool | None = None) -> bool:
        """An attribute as a truth value; errors as `number`."""
        value = self._value(name, default)
        if not isinstance(value, bool):
            raise OpenScenarioError(f"{self.place}: {self.tag} {name}={value!r}; true or false is right")
        return value

    def string(self, name: str, default: str | None = None) -> str:
        """An attribute as text; raises OpenScenarioError where it is absent without a default."""
        return str(self._value(name, default))

    def _value(self, name: str, default: Value | None) -> Value:
        value = self.values.get(name, default)
        if value is None:
            raise OpenScenarioError(f"{self.place}: {self.tag} lacks the attribute {name}")
        return value
