"""Criteria: what must hold in a run, and the verdict with its worst instant."""

from jing_scenarios.criteria.bound import EVERY, Comparison, MetricBound
from jing_scenarios.criteria.criterion import Criterion, CriterionError, Precondition, judge
from jing_scenarios.criteria.preconditions import after_cut_in, after_story, all_of, between, while_metric
from jing_scenarios.criteria.reaching import StoryDone
from jing_scenarios.criteria.ready_made import (
    comfort,
    completes_route,
    custom,
    keeps_lane,
    keeps_speed_limit,
    max_speed,
    metric_bound,
    min_gap,
    min_pet,
    min_thw,
    min_ttc,
    no_collision,
    no_wrong_way,
    reaches,
    stays_on_road,
    stops_at_line,
    stops_at_red,
    time_limit,
)
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
    "StoryDone",
    "Verdict",
    "VerdictSeries",
    "after_cut_in",
    "after_story",
    "all_of",
    "between",
    "comfort",
    "completes_route",
    "custom",
    "judge",
    "judge_run",
    "judge_table",
    "keeps_lane",
    "keeps_speed_limit",
    "max_speed",
    "metric_bound",
    "min_gap",
    "min_pet",
    "min_thw",
    "min_ttc",
    "no_collision",
    "no_wrong_way",
    "reaches",
    "stays_on_road",
    "stops_at_line",
    "stops_at_red",
    "time_limit",
    "while_metric",
]
