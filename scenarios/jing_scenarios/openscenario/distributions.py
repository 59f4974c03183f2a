"""Parameter value distributions: files that vary the parameters of a scenario.

A deterministic file stands for all combinations of its distributions, the last one fastest; a stochastic one for
`numberOfTestRuns` draws. Cases are made one at a time by their number, never all at once.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from jing_scenarios.openscenario.catalogs import Catalogs
from jing_scenarios.openscenario.document import read_document
from jing_scenarios.openscenario.findings import Findings
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.openscenario.parameters import Scope
from jing_scenarios.openscenario.resolve import Resolver
from jing_scenarios.openscenario.stochastic import Draw, draw_of, random_number
from jing_scenarios.openscenario.user_defined import UserDefined, user_function

__all__ = ["ParameterDistribution", "load_distribution"]

_ROUNDING = Decimal("1e-9")
"""Of a step: a range whose last step misses the upper limit by less than this ends there."""

_MOST_STEPS = 1_000_000
"""Of one range; combinations are not kept."""


@dataclass(frozen=True)
class ParameterDistribution:
    """The cases of a distribution file.

    Attributes:
        path: of the file.
        scenario_file: whose parameters it varies.
        count: number of cases.
        parameters: names that it varies.
        warnings: what is odd but harmless, each with its place.
        random_seed: that the file gives for stochastic distributions; 0 where it gives none.
    """

    path: Path
    scenario_file: Path
    count: int
    parameters: tuple[str, ...]
    warnings: tuple[str, ...]
    random_seed: int
    axes: tuple[Sequence[Mapping[str, str]], ...] = ()
    draws: tuple[tuple[str, Draw], ...] = ()

    @property
    def is_stochastic(self) -> bool:
        """Its cases are drawn: they depend on a seed."""
        return bool(self.draws)

    def case(self, index: int, seed: int | None = None) -> dict[str, str]:
        """Values by parameter of case `index`, from 0; `seed` replaces the one of the file. Raises IndexError."""
        if not 0 <= index < self.count:
            raise IndexError(f"{self.path}: case {index}; 0 to {self.count - 1} are there")
        if self.draws:
            used = self.random_seed if seed is None else seed
            return {name: draw(random_number(used, name, index)) for name, draw in self.draws}
        case: dict[str, str] = {}
        places = []
        for axis in reversed(self.axes):
            index, place = divmod(index, len(axis))
            places.append(place)
        for axis, place in zip(self.axes, reversed(places), strict=True):
            case.update(axis[place])
        return case

    def cases(self, seed: int | None = None) -> Iterator[dict[str, str]]:
        """All cases, in order."""
        return (self.case(index, seed) for index in range(self.count))


def load_distribution(path: str | Path, user_defined: Mapping[str, UserDefined] | None = None) -> ParameterDistribution:
    """The distribution of a file, checked against the version it declares.

    Args:
        path: of the .xosc file.
        user_defined: functions for UserDefinedDistribution, by its type.

    Raises:
        OpenScenarioError: what is wrong with it, with places.
    """
    path = Path(path)
    document = read_document(path)
    if document.root.find("ParameterValueDistribution") is None:
        has = document.root.children[-1].tag
        raise OpenScenarioError(
            f"{document.root.place}: the file holds {has}; a ParameterValueDistribution is right here"
        )
    findings = Findings(warnings=list(document.warnings))
    root = Resolver(document, Catalogs(), findings).node(document.root, document.grammar.root, Scope())
    findings.raise_errors()
    node = root.child("ParameterValueDistribution")
    file = node.child("ScenarioFile")
    scenario_file = path.parent / file.string("filepath")
    if not scenario_file.is_file():
        raise OpenScenarioError(f"{file.place}: ScenarioFile filepath={file.string('filepath')!r}: no such file")
    facts = (path, scenario_file, findings.counted_warnings())
    stochastic = node.find("Stochastic")
    if stochastic is not None:
        return _stochastic(stochastic, facts, user_defined or {})
    return _deterministic(node.child("Deterministic"), facts, user_defined or {})


def _stochastic(
    node: Node, facts: tuple[Path, Path, tuple[str, ...]], user_defined: Mapping[str, UserDefined]
) -> ParameterDistribution:
    draws = tuple((each.string("parameterName"), draw_of(each, user_defined)) for each in node)
    names = [name for name, _ in draws]
    for each, name in zip(node, names, strict=True):
        if names.count(name) > 1:
            raise OpenScenarioError(
                f"{each.place}: parameter {name!r} has {names.count(name)} distributions; one is right"
            )
    path, scenario_file, warnings = facts
    seed = int(node.number("randomSeed", 0.0))
    return ParameterDistribution(
        path, scenario_file, node.integer("numberOfTestRuns"), tuple(names), warnings, seed, draws=draws
    )


def _deterministic(
    node: Node, facts: tuple[Path, Path, tuple[str, ...]], user_defined: Mapping[str, UserDefined]
) -> ParameterDistribution:
    axes = tuple(_axis(each, user_defined) for each in node)
    owners: dict[str, Node] = {}
    for each, axis in zip(node, axes, strict=True):
        for name in dict.fromkeys(name for values in axis for name in values):
            if name in owners:
                first = owners[name].place
                raise OpenScenarioError(
                    f"{each.place}: parameter {name!r} is varied already, at {first}; once is right"
                )
            owners[name] = each
    path, scenario_file, warnings = facts
    count = math.prod(len(axis) for axis in axes) if axes else 0
    return ParameterDistribution(path, scenario_file, count, tuple(owners), warnings, 0, axes=axes)


def _axis(node: Node, user_defined: Mapping[str, UserDefined]) -> Sequence[Mapping[str, str]]:
    kind = node.only()
    if kind.tag == "ValueSetDistribution":
        return [{each.string("parameterRef"): each.string("value") for each in values} for values in kind]
    name = node.string("parameterName")
    if kind.tag == "DistributionSet":
        return [{name: element.string("value")} for element in kind]
    if kind.tag == "DistributionRange":
        first, step, count = _range(kind)
        return [{name: str(first + index * step)} for index in range(count)]
    values = user_function(kind, user_defined)(kind.text)
    if not isinstance(values, Sequence) or not values:
        raise OpenScenarioError(
            f"{kind.place}: UserDefinedDistribution gives {values!r}; a sequence of values is right"
        )
    return [{name: str(value)} for value in values]


def _range(node: Node) -> tuple[Decimal, Decimal, int]:
    """First value, step and count; decimal numbers, so that 0.1 three times is 0.3."""
    limits = node.child("Range")
    low, high = (Decimal(str(limits.number(name))) for name in ("lowerLimit", "upperLimit"))
    step = Decimal(str(node.number("stepWidth")))
    if not step.is_finite() or step <= 0:
        raise OpenScenarioError(f"{node.place}: DistributionRange stepWidth={step}; more than 0 is right")
    if not (low.is_finite() and high.is_finite() and low <= high):
        raise OpenScenarioError(
            f"{limits.place}: Range from {low} to {high}; finite limits, the lower first, are right"
        )
    if (high - low) / step > _MOST_STEPS:
        raise OpenScenarioError(f"{node.place}: DistributionRange has more than {_MOST_STEPS:,} steps; widen the step")
    return low, step, int((high - low) / step + _ROUNDING) + 1
