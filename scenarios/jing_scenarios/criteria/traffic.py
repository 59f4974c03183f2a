"""Verdicts over traffic runs: bounds on the metrics of every vehicle and the one ahead of it.

>>> table = pd.DataFrame({"time_s": [1.0, 2.0], "vehicle": [7, 7], "leader": [3, 3], "ttc_s": [4.0, 1.2]})
>>> verdict = judge_table(MetricBound("no near miss", "ttc_s", ">=", 1.5, "s", "REQ-12"), table)
>>> verdict.outcome, verdict.value, verdict.worst_time_s, verdict.actor
('fail', 1.2, 2.0, '7')
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from jing_maps.errors import UnknownNameError
from jing_scenarios.criteria.bound import HOLDS, MetricBound, worst_of
from jing_scenarios.criteria.verdict import Outcome, Verdict
from jing_scenarios.metrics.car_following import TRAFFIC_METRICS, run_metrics
from jing_scenarios.metrics.registry import metric_of
from jing_scenarios.metrics.units import convert
from jing_sim.trace import RunFolder

__all__ = ["judge_run", "judge_table"]


def judge_table(bound: MetricBound, table: pd.DataFrame, missing: Sequence[str] = ()) -> Verdict:
    """The verdict over a table of `run_metrics`: the bound must hold for every vehicle at every instant.

    Args:
        bound: what must hold; its actor, other and precondition are of scenarios and are not looked at.
        table: at least time_s, vehicle, leader and the bound's metric.
        missing: what of the run is not in the table, as `RunFolder.missing` says it.

    Raises:
        UnknownNameError: the metric is no column of the table.
    """
    if bound.metric not in table.columns:
        raise UnknownNameError("metric of traffic runs", bound.metric, TRAFFIC_METRICS)
    metric = metric_of(bound.metric)
    values = table[bound.metric].to_numpy(dtype=np.float64)
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return bound.verdict("inconclusive", f"{bound.metric} was not known at any instant, so nothing was tested")
    told = values[known] * convert(1.0, metric.unit, bound.unit)
    at, value = worst_of(metric, told, low_is_bad=bound.comparison in {">", ">="})
    row = int(known[at])
    vehicle, leader = int(table["vehicle"].iloc[row]), int(table["leader"].iloc[row])
    holds = bool(HOLDS[bound.comparison](value, bound.threshold))
    outcome: Outcome = "fail" if not holds else "inconclusive" if missing else "pass"
    time = float(table["time_s"].iloc[row])
    pair = f"vehicle {vehicle}" + (f" behind {leader}" if leader >= 0 else "")
    reason = (
        f"{bound.metric} is {value:.4g} {bound.unit} at {time:g} s ({pair}), the worst of {len(known)} values; "
        f"must be {bound.comparison} {bound.threshold:g}"
    )
    if outcome == "inconclusive":
        reason += f"; but the run is not whole: {missing[0]}"
    return Verdict(
        name=bound.name,
        outcome=outcome,
        value=value,
        threshold=bound.threshold,
        comparison=bound.comparison,
        unit=bound.unit,
        worst_time_s=time,
        requirement=bound.requirement,
        metric=bound.metric,
        actor=str(vehicle),
        other=str(leader) if leader >= 0 else "",
        reason=reason,
    )


def judge_run(run: RunFolder | Path | str, bounds: Sequence[MetricBound]) -> list[Verdict]:
    """The verdicts over a recorded traffic run, in the order of the bounds.

    Raises:
        TraceError: no run folder, or a damaged one.
        UnknownNameError: a metric that is not taken from traffic runs.
    """
    folder = run if isinstance(run, RunFolder) else RunFolder(run)
    table, missing = run_metrics(folder), folder.missing()
    return [judge_table(bound, table, missing) for bound in bounds]
