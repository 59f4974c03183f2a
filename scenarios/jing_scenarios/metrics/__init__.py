"""Criticality, compliance and comfort: formulas over arrays, and metrics of scenario and traffic runs."""

from jing_scenarios.metrics import (  # noqa: F401 - they register their metrics
    collisions,
    comfort,
    compliance,
    driving_score,
    evasion,
    following,
    messages,
    minimum_risk,
    plane,
    rss,
)
from jing_scenarios.metrics.car_following import TRAFFIC_METRICS, run_metrics
from jing_scenarios.metrics.criticality import (
    deceleration_mps2,
    deceleration_to_avoid_crash_mps2,
    jerk_mps3,
    post_encroachment_time_s,
    required_deceleration_mps2,
    time_headway_s,
    time_to_collision_s,
    uncomfortable_share,
)
from jing_scenarios.metrics.registry import METRICS, Metric, MetricError, Series, metric_of
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = [
    "METRICS",
    "TRAFFIC_METRICS",
    "Metric",
    "MetricError",
    "ScenarioTrace",
    "Series",
    "deceleration_mps2",
    "deceleration_to_avoid_crash_mps2",
    "jerk_mps3",
    "metric_of",
    "post_encroachment_time_s",
    "required_deceleration_mps2",
    "run_metrics",
    "time_headway_s",
    "time_to_collision_s",
    "uncomfortable_share",
]
