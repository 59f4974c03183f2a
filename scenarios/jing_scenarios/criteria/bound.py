"""Criteria that bound a metric: `metric comparison threshold` must hold at every instant at which it is asked.

>>> from jing_scenarios.metrics.scenario_trace import straight_trace
>>> trace = straight_trace({"Ego": (0.0, 20.0), "Lead": (50.0, 10.0)}, duration_s=3.0, dt_s=1.0)
>>> verdict = MetricBound("no near miss", "ttc_s", ">=", 2.0, "s", "REQ-12").judge(trace)
>>> verdict.outcome, round(verdict.value, 3), verdict.worst_time_s, verdict.other
('fail', 1.6, 3.0, 'Lead')
"""

import math
import operator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import UnknownNameError
from jing_scenarios.criteria.criterion import CriterionError, Precondition
from jing_scenarios.criteria.verdict import Outcome, Verdict, VerdictSeries
from jing_scenarios.metrics.registry import Metric, Series, metric_of
from jing_scenarios.metrics.scenario_trace import ScenarioTrace
from jing_scenarios.metrics.units import convert

__all__ = ["EVERY", "HOLDS", "Comparison", "MetricBound"]

Float = NDArray[np.float64]

Comparison = Literal["<", "<=", ">", ">="]
HOLDS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}

_ZH = {"<": "小于", "<=": "不大于", ">": "大于", ">=": "不小于"}

EVERY = "*"
"""As the actor of a bound: every actor of the run."""


@dataclass(frozen=True)
class MetricBound:
    """`metric comparison threshold` must hold for an actor whenever the metric is known and the precondition holds.

    Attributes:
        name: shown in reports.
        metric: a key of `METRICS`.
        comparison: what must hold.
        threshold: in `unit`.
        unit: any unit of the metric's quantity (`km/h` for a speed); values are told in it.
        requirement: id of the requirement that this criterion checks; empty = none.
        actor: whose metric; `ego` is the ego whatever it is called, `*` = every actor.
        other: against whom; empty = everybody.
        precondition: None = always asked.

    Raises:
        UnknownNameError: no such metric, comparison or unit.
        UnitError: the unit does not fit the metric.
        CriterionError: the threshold is not finite.
    """

    name: str
    metric: str
    comparison: Comparison
    threshold: float
    unit: str
    requirement: str = ""
    actor: str = "ego"
    other: str = ""
    precondition: Precondition | None = None

    def __post_init__(self) -> None:
        metric = metric_of(self.metric)
        if self.comparison not in HOLDS:
            raise UnknownNameError("comparison", self.comparison, HOLDS)
        convert(1.0, self.unit, metric.unit)
        if not math.isfinite(self.threshold):
            raise CriterionError(f"criterion {self.name!r}: threshold is {self.threshold}; it must be finite")

    def judge(self, trace: ScenarioTrace) -> Verdict:
        """What it says of a run; `inconclusive` where it was never asked or the metric never known.

        Raises:
            UnknownNameError: no such actor.
            MetricError: the run lacks what the metric needs.
        """
        if not trace.n_t:
            return self.verdict("inconclusive", "the run has no instants", reason_zh="运行中没有任何时刻")
        asked = np.ones(trace.n_t, dtype=bool) if self.precondition is None else self.precondition.holds(trace)
        if not asked.any() and self.precondition is not None:
            reason = f"never asked: it never came that {self.precondition.text}"
            return self.verdict("inconclusive", reason, reason_zh=f"前置条件从未出现（{self.precondition.text}）")
        others = None if not self.other else (trace.row(self.other),)
        every = tuple(row for row in range(len(trace)) if row not in (others or ()))
        rows = every if self.actor == EVERY else (trace.row(self.actor),)
        metric = metric_of(self.metric)
        verdicts = [self._of_actor(trace, row, metric.of(trace, row, others), asked) for row in rows]
        if not verdicts:
            return self.verdict("inconclusive", "the run has no actors to judge", reason_zh="运行中没有可判定的参与者")
        return min(verdicts, key=self._gravity)

    def verdict(self, outcome: Outcome, reason: str, actor: str = "", reason_zh: str = "") -> Verdict:
        """A verdict of this criterion without a worst instant."""
        return Verdict(
            name=self.name,
            outcome=outcome,
            threshold=self.threshold,
            comparison=self.comparison,
            unit=self.unit,
            requirement=self.requirement,
            metric=self.metric,
            actor=actor,
            reason=reason,
            reason_zh=reason_zh,
        )

    def _of_actor(self, trace: ScenarioTrace, row: int, series: Series, asked: NDArray[np.bool_]) -> Verdict:
        metric, actor = metric_of(self.metric), trace.names[row]
        known = np.flatnonzero(asked & ~np.isnan(series.values))
        if not len(known):
            reason = f"{self.metric} was not known at any instant it was asked"
            return self.verdict("inconclusive", reason, actor, f"{self.metric}在任何时刻均未知，未能检验")
        values = series.values[known] * convert(1.0, metric.unit, self.unit)
        at, value = worst_of(metric, values, low_is_bad=self.comparison in {">", ">="})
        holds = bool(HOLDS[self.comparison](value, self.threshold))
        time, other = float(trace.time_s[known[at]]), int(series.other[known[at]])
        reason, reason_zh = self._reasons(actor, value, time, trace.names[other] if other >= 0 else "")
        if metric.tell is not None and not holds:
            told, told_zh = metric.tell(trace, row, int(known[at]))
            reason, reason_zh = f"{told}; {reason}", f"{told_zh}；{reason_zh}"
        return Verdict(
            name=self.name,
            outcome="pass" if holds else "fail",
            value=value,
            threshold=self.threshold,
            comparison=self.comparison,
            unit=self.unit,
            worst_time_s=time,
            requirement=self.requirement,
            metric=self.metric,
            actor=actor,
            other=trace.names[other] if other >= 0 else "",
            reason=reason,
            reason_zh=reason_zh,
            series=VerdictSeries(trace.time_s[known], values),
        )

    def _reasons(self, actor: str, value: float, time_s: float, other: str) -> tuple[str, str]:
        unit = "" if self.unit == "1" else f" {self.unit}"
        party, party_zh = (f" against {other}", f"，对象{other}") if other else ("", "")
        limit = f"{self.threshold:g}{unit}"
        return (
            f"{self.metric} is {value:.4g}{unit} at {time_s:g} s ({actor}{party}); must be {self.comparison} {limit}",
            f"{time_s:g}秒时{actor}的{self.metric}为{value:.4g}{unit}{party_zh}；要求{_ZH[self.comparison]}{limit}",
        )

    def _gravity(self, verdict: Verdict) -> tuple[int, float]:
        """The gravest first: failed, then the worst value, then what was not known."""
        order = {"fail": 0, "pass": 1}.get(verdict.outcome, 2)
        value = 0.0 if math.isnan(verdict.value) else verdict.value
        return order, value if self.comparison in {">", ">="} else -value


def worst_of(metric: Metric, values: Float, *, low_is_bad: bool) -> tuple[int, float]:
    """Index of the worst instant and the value of the run: of a sum the first contribution, of a state the last one."""
    if metric.worst == "total":
        return int(np.argmax(values != 0.0)), float(values.sum())
    if metric.worst == "last":
        return len(values) - 1, float(values[-1])
    at = int(np.argmin(values) if low_is_bad else np.argmax(values))
    return at, float(values[at])
