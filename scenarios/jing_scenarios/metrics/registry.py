"""What a metric is, and the table of all of them: unit, definition, source, and how it is taken from a run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import JingError, UnknownNameError
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["METRICS", "Aggregate", "Metric", "MetricError", "Series", "Tell", "metric", "metric_of", "register"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]

Aggregate = Literal["min", "max", "total", "last"]
"""How one number is made of a series: the least, the greatest, the sum, or the last known value."""


class MetricError(JingError, ValueError):
    """A metric that cannot be taken: two of one name, or a run that lacks what it needs."""


@dataclass(frozen=True)
class Series:
    """A metric over a run.

    Attributes:
        values: `(n_t,)` in the metric's unit; NaN = not known at that instant, inf where there is no conflict.
        other: `(n_t,)` row of the actor that the value is about, -1 = none.
    """

    values: Float
    other: Int

    @classmethod
    def alone(cls, values: Float) -> "Series":
        """A series of the actor itself."""
        return cls(values, np.full(len(values), -1, dtype=np.int64))


Evaluate = Callable[[ScenarioTrace, int, tuple[int, ...]], Series]
"""(trace, row of the actor, rows of the others) -> the worst over the others at each instant."""


Tell = Callable[[ScenarioTrace, int, int], tuple[str, str]]
"""(trace, row of the actor, row of the instant) -> what happened there, in English and Chinese."""


@dataclass(frozen=True)
class Metric:
    """A metric of one actor of a run.

    Attributes:
        name: key in `METRICS`; ends with its unit.
        unit: of its values.
        title: short, for tables; symbol or abbreviation first.
        definition: one or two sentences.
        source: paper, standard with clause.
        worst: how the one number of a run is made.
        evaluate: takes it from a run.
        tell: says what happened at an instant; None = the number says it all.
    """

    name: str
    unit: str
    title: str
    definition: str
    source: str
    worst: Aggregate
    evaluate: Evaluate
    tell: Tell | None = None

    def of(self, trace: ScenarioTrace, actor: int, others: tuple[int, ...] | None = None) -> Series:
        """The metric of an actor against the others (None = all) over a run.

        Raises:
            MetricError: it cannot be taken from this run, or the actor is among the others.
        """
        if others is not None and actor in others:
            raise MetricError(f"{self.name} of {trace.names[actor]} against itself; another actor is right")
        rows = tuple(row for row in range(len(trace)) if row != actor) if others is None else others
        return self.evaluate(trace, actor, rows)


_METRICS: dict[str, Metric] = {}
METRICS: Mapping[str, Metric] = MappingProxyType(_METRICS)
"""All metrics by name."""


def register(entry: Metric) -> Metric:
    """Adds a metric to `METRICS`; raises MetricError if the name is taken."""
    if entry.name in _METRICS:
        raise MetricError(f"there is a metric {entry.name!r} already")
    _METRICS[entry.name] = entry
    return entry


def metric(
    name: str, unit: str, title: str, definition: str, source: str, worst: Aggregate, tell: Tell | None = None
) -> Callable[[Evaluate], Evaluate]:
    """Decorator: the function takes this metric from a run."""

    def add(evaluate: Evaluate) -> Evaluate:
        register(Metric(name, unit, title, definition, source, worst, evaluate, tell))
        return evaluate

    return add


def metric_of(name: str) -> Metric:
    """The metric of this name; raises UnknownNameError with the nearest ones."""
    if name not in METRICS:
        raise UnknownNameError("metric", name, METRICS)
    return METRICS[name]
