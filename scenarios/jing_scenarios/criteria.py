"""Criteria: what must hold at every instant of a run, and the verdict with its worst instant.

>>> table = pd.DataFrame({"time_s": [1.0, 2.0], "vehicle": [7, 7], "leader": [3, 3], "ttc_s": [4.0, 1.2]})
>>> verdict = judge(Criterion("no near miss", "ttc_s", ">=", 1.5, "s", "REQ-12"), table)
>>> verdict.outcome, verdict.value, verdict.worst_time_s
('fail', 1.2, 2.0)
"""

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from jing_maps.errors import JingError, UnknownNameError
from jing_scenarios.metrics.car_following import METRICS, run_metrics
from jing_sim.trace import RunFolder

__all__ = ["Comparison", "Criterion", "CriterionError", "Outcome", "Verdict", "judge", "judge_run"]

Comparison = Literal["<", "<=", ">", ">="]
Outcome = Literal["pass", "fail", "inconclusive"]

_HOLDS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class CriterionError(JingError, ValueError):
    """A criterion that cannot be judged."""


@dataclass(frozen=True)
class Criterion:
    """`metric comparison threshold` must hold for every vehicle at every instant at which the metric is known.

    Attributes:
        name: shown in reports.
        metric: a key of `METRICS`.
        comparison: what must hold.
        threshold: in `unit`.
        unit: must be the metric's own.
        requirement: id of the requirement that this criterion checks; empty = none.

    Raises:
        UnknownNameError: no such metric, or comparison.
        CriterionError: the unit is not the metric's, or the threshold is not finite.
    """

    name: str
    metric: str
    comparison: Comparison
    threshold: float
    unit: str
    requirement: str = ""

    def __post_init__(self) -> None:
        if self.metric not in METRICS:
            raise UnknownNameError("metric", self.metric, METRICS)
        if self.comparison not in _HOLDS:
            raise UnknownNameError("comparison", self.comparison, _HOLDS)
        unit = METRICS[self.metric].unit
        if self.unit != unit:
            raise CriterionError(f"criterion {self.name!r}: unit is {self.unit!r}; {self.metric} is in {unit!r}")
        if not math.isfinite(self.threshold):
            raise CriterionError(f"criterion {self.name!r}: threshold is {self.threshold}; it must be finite")


@dataclass(frozen=True)
class Verdict:
    """What a criterion says of a run.

    Attributes:
        outcome: `inconclusive` where the metric was never known, or nothing failed in a run of which a part is missing.
        value: the metric at the worst instant, in the criterion's unit; NaN = never known.
        worst_time_s: that instant, the first of equals; NaN = none.
        vehicle, leader: of that instant, -1 = none.
        reason: one sentence.
    """

    criterion: Criterion
    outcome: Outcome
    value: float
    worst_time_s: float
    vehicle: int
    leader: int
    reason: str

    def as_json(self) -> dict[str, str | float | int | None]:
        """The verdict for `--json` and reports; a number that is not finite becomes None."""
        c = self.criterion
        numbers = {"value": self.value, "threshold": c.threshold, "worst_time_s": self.worst_time_s}
        return {
            "name": c.name,
            "verdict": self.outcome,
            **{key: number if math.isfinite(number) else None for key, number in numbers.items()},
            "unit": c.unit,
            "metric": c.metric,
            "comparison": c.comparison,
            "requirement": c.requirement,
            "vehicle": self.vehicle,
            "leader": self.leader,
            "reason": self.reason,
        }


def judge(criterion: Criterion, table: pd.DataFrame, missing: Sequence[str] = ()) -> Verdict:
    """The verdict over a table of `run_metrics`.

    Args:
        criterion: what must hold.
        table: at least time_s, vehicle, leader and the criterion's metric.
        missing: what of the run is not in the table, as `RunFolder.missing` says it.
    """
    values = table[criterion.metric].to_numpy(dtype=np.float64)
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        reason = f"{criterion.metric} was not known at any instant, so nothing was tested"
        return Verdict(criterion, "inconclusive", math.nan, math.nan, -1, -1, reason)
    low_is_bad = criterion.comparison in {">", ">="}
    row = int(known[(np.argmin if low_is_bad else np.argmax)(values[known])])
    value, time = float(values[row]), float(table["time_s"].iloc[row])
    vehicle, leader = int(table["vehicle"].iloc[row]), int(table["leader"].iloc[row])
    holds = bool(_HOLDS[criterion.comparison](value, criterion.threshold))
    outcome: Outcome = "fail" if not holds else "inconclusive" if missing else "pass"
    pair = f"vehicle {vehicle}" + (f" behind {leader}" if leader >= 0 else "")
    reason = (
        f"{criterion.metric} is {value:.4g} {criterion.unit} at {time:g} s ({pair}), the worst of {len(known)} values; "
        f"must be {criterion.comparison} {criterion.threshold:g}"
    )
    if outcome == "inconclusive":
        reason += f"; but the run is not whole: {missing[0]}"
    return Verdict(criterion, outcome, value, time, vehicle, leader, reason)


def judge_run(run: RunFolder | Path | str, criteria: Sequence[Criterion]) -> list[Verdict]:
    """The verdicts over a recorded run, in the order of the criteria.

    Raises:
        TraceError: no run folder, or a damaged one.
    """
    folder = run if isinstance(run, RunFolder) else RunFolder(run)
    table, missing = run_metrics(folder), folder.missing()
    return [judge(criterion, table, missing) for criterion in criteria]
