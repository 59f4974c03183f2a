"""Criteria: what must hold in a run, and the verdict with its worst instant."""

from jing_scenarios.criteria.bound import EVERY, Comparison, MetricBound
from jing_scenarios.criteria.criterion import Criterion, CriterionError, Precondition, judge
from jing_scenarios.criteria.traffic import judge_run, judge_table
from jing_scenarios.criteria.verdict import Breakdown, Outcome, RunVerdict, Verdict, VerdictSeries

__all__ = [
    "EVERY",
    "Breakdown",
    "Comparison",
    "Criterion",
    "CriterionError",
    "MetricBound",
    "Outcome",
    "Precondition",
    "RunVerdict",
    "Verdict",
    "VerdictSeries",
    "judge",
    "judge_run",
    "judge_table",
]
