"""How far criteria hold in cases, run round by round as campaigns: what searches and failure rates ask for.

A margin is positive where the criterion holds, negative where it fails: the distance of the worst value from the
threshold, in the criterion's unit. A criterion without a number gives +1 or -1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jing_maps.errors import UnknownNameError
from jing_scenarios.campaign import BatchOptions, run_cases
from jing_scenarios.case_run import CaseSpec
from jing_scenarios.report.results import CaseResult, CriterionResult, read_results
from jing_scenarios.sampling import Case

__all__ = ["MarginTask", "Rounds", "criterion_margin", "margin_of"]

_FAR = 1000.0
"""The margin of a value that is infinitely good, such as a time to collision that never comes."""

_LEAST = 1e-9
"""By which a criterion fails whose value is on the threshold, where that does not count as holding."""


def criterion_margin(row: CriterionResult) -> float:
    """How far one criterion holds; NaN where nothing was tested.

    >>> criterion_margin(CriterionResult("gap", "fail", value=0.2, threshold=0.5, comparison=">="))
    -0.3
    """
    if row.verdict not in {"pass", "fail"}:
        return math.nan
    sign = {"<": -1.0, "<=": -1.0, ">": 1.0, ">=": 1.0}.get(row.comparison)
    if sign is None or math.isnan(row.value) or math.isnan(row.threshold):
        return 1.0 if row.verdict == "pass" else -1.0
    margin = max(min(sign * (row.value - row.threshold), _FAR), -_FAR)
    return margin if row.verdict == "pass" else min(margin, -_LEAST)


def margin_of(case: CaseResult, criterion: str = "") -> float:
    """How far a criterion of a case holds, by its name; without one the lowest margin of all its criteria.

    Raises:
        UnknownNameError: the case has criteria, but none of this name.
    """
    if case.verdict == "error":
        return math.nan
    rows = [row for row in case.criteria if not criterion or row.name == criterion]
    if not rows and case.criteria:
        raise UnknownNameError("criterion", criterion, [row.name for row in case.criteria])
    margins = [margin for row in rows if not math.isnan(margin := criterion_margin(row))]
    return min(margins, default=math.nan)


@dataclass(frozen=True)
class MarginTask:
    """What is evaluated.

    Attributes:
        template: the case without its name and parameters.
        criterion: name of the criterion; empty = the lowest margin of all.
        folder: each round is a campaign in a folder below it, so that a search that was killed goes on.
        batch: how cases become jobs.
    """

    template: CaseSpec
    criterion: str
    folder: Path
    batch: BatchOptions


class Rounds:
    """Evaluates rounds of cases; an `Evaluate`. Needs `ray_session`.

    Attributes:
        done: rounds so far. rows: of the last one.
    """

    def __init__(self, task: MarginTask) -> None:
        self.task, self.done = task, 0
        self.rows: list[CaseResult] = []

    def __call__(self, cases: Sequence[Case]) -> list[float]:
        """The margins of a round."""
        task = self.task
        folder = task.folder / f"round-{self.done:04d}"
        specs = (
            replace(task.template, case=f"r{self.done:04d}-{row:04d}", parameters=case)
            for row, case in enumerate(cases)
        )
        run_cases(specs, folder, batch=task.batch)
        self.rows = read_results(folder)
        self.done += 1
        return [margin_of(row, task.criterion) for row in self.rows]
