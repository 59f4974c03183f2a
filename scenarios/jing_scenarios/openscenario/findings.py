"""What is wrong or odd in a file, collected so that one reading reports everything."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from jing_scenarios.openscenario.node import Node, OpenScenarioError, ParameterConstraintError, Place

__all__ = ["Findings", "nearest", "one_of"]


@dataclass(slots=True)
class Findings:
    """Errors and warnings, each with its place, in the order in which they were found."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)

    def error(self, place: Place | Node, problem: str) -> None:
        """Takes down what makes the file unusable."""
        self._add(self.errors, place, problem)

    def warn(self, place: Place | Node, problem: str) -> None:
        """Takes down what is odd but harmless."""
        self._add(self.warnings, place, problem)

    def constraint(self, place: Place | Node, problem: str) -> None:
        """Takes down that a parameter has a value which its constraints rule out."""
        self._add(self.constraints, place, problem)

    def counted_warnings(self) -> tuple[str, ...]:
        """The warnings, one for each thing that is odd: its first place and how often it is so."""
        places: dict[str, list[str]] = {}
        for warning in self.warnings:
            place, _, problem = warning.partition(": ")
            places.setdefault(problem, []).append(place)
        return tuple(
            f"{at[0]}: {problem}" + (f" (here and at {len(at) - 1} more places)" if len(at) > 1 else "")
            for problem, at in places.items()
        )

    def take(self, error: OpenScenarioError) -> None:
        """Takes over the findings of an error that was raised."""
        self.errors += [finding for finding in error.findings if finding not in self.errors]

    def raise_errors(self) -> None:
        """Raises OpenScenarioError for errors, ParameterConstraintError where constraints alone are broken."""
        if self.errors:
            raise OpenScenarioError(*self.errors, *self.constraints)
        if self.constraints:
            raise ParameterConstraintError(*self.constraints)

    @staticmethod
    def _add(to: list[str], place: Place | Node, problem: str) -> None:
        line = f"{place.place}: {place.tag} {problem}" if isinstance(place, Node) else f"{place}: {problem}"
        if line not in to:
            to.append(line)


def nearest(name: str, known: Iterable[str]) -> str:
    """The cure for a name that is not there, for messages.

    >>> nearest("Egoo", ["Ego", "Target"])
    "did you mean 'Ego'?"
    >>> nearest("x", [])
    'there are none'
    """
    names = list(dict.fromkeys(known))
    near = difflib.get_close_matches(name, names, n=2, cutoff=0.6)
    if not near:
        folded = {other.casefold(): other for other in names}
        near = [folded[name.casefold()]] if name.casefold() in folded else []
    if near:
        return f"did you mean {' or '.join(map(repr, near))}?"
    return f"there is {one_of(names)}" if names else "there are none"


def one_of(names: Iterable[str], most: int = 12) -> str:
    """Names for a message: the first of them, and how many more there are."""
    names = list(names)
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
