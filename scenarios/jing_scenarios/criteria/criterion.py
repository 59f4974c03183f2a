"""The protocol of criteria, and the verdict over a run from many of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import JingError
from jing_scenarios.criteria.verdict import Breakdown, RunVerdict, Verdict
from jing_scenarios.metrics.registry import MetricError
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["Criterion", "CriterionError", "Precondition", "judge"]


class CriterionError(JingError, ValueError):
    """A criterion that cannot be judged."""


class Criterion(Protocol):
    """Something that must hold in a run."""

    @property
    def name(self) -> str:
        """Shown in reports; unique among the criteria of a scenario."""

    @property
    def requirement(self) -> str:
        """Id of the requirement that it checks; empty = none."""

    def judge(self, trace: ScenarioTrace) -> Verdict:
        """What it says of a run.

        Raises:
            JingError: the criterion does not fit the scenario (no such actor, no map ...).
        """


@dataclass(frozen=True)
class Precondition:
    """When a criterion is asked at all.

    Attributes:
        text: says it in words, after "when": `the cutter has cut in`.
        holds: `(n_t,)` bool over a run: the instants at which the criterion is asked.
    """

    text: str
    holds: Callable[[ScenarioTrace], NDArray[np.bool_]]


def judge(trace: ScenarioTrace, criteria: Sequence[Criterion], breakdown: Breakdown | None = None) -> RunVerdict:
    """The verdict over a run from its criteria.

    Raises:
        CriterionError: two criteria have one name.
        UnknownNameError: a criterion names an actor that is not there.
    """
    names = [criterion.name for criterion in criteria]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise CriterionError(f"two criteria are called {twice!r}; give each its own name")
    return RunVerdict.of([_asked(criterion, trace) for criterion in criteria], breakdown)


def _asked(criterion: Criterion, trace: ScenarioTrace) -> Verdict:
    """Its verdict; inconclusive where the run lacks what it needs (a map, a route), so that the others are heard."""
    try:
        return criterion.judge(trace)
    except MetricError as error:
        return Verdict(criterion.name, "inconclusive", requirement=criterion.requirement, reason=str(error))
