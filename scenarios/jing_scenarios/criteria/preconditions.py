"""Preconditions: when a criterion is asked at all.

>>> from jing_scenarios.metrics.scenario_trace import straight_trace
>>> between(1.0, 2.0).holds(straight_trace({"Ego": (0.0, 1.0)}, 3.0, 1.0)).tolist()
[False, True, True, False]
"""

import math

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import UnknownNameError
from jing_scenarios.criteria.bound import HOLDS, Comparison
from jing_scenarios.criteria.criterion import CriterionError, Precondition
from jing_scenarios.metrics.lane_ahead import ahead_m
from jing_scenarios.metrics.registry import metric_of
from jing_scenarios.metrics.scenario_trace import ScenarioTrace
from jing_scenarios.metrics.units import convert

__all__ = ["after_cut_in", "after_story", "all_of", "between", "while_metric"]

Bool = NDArray[np.bool_]

_STATES = {"standbyState", "runningState", "completeState"}
# A cut-in is one from no further ahead than this: beyond it, somebody has merely changed lanes far away.
_CUT_IN_M = 60.0


def between(from_s: float = 0.0, to_s: float = math.inf) -> Precondition:
    """From one time of the run to another, both included; never, if the run ends before."""
    if not from_s <= to_s:
        raise CriterionError(f"from {from_s:g} s to {to_s:g} s is no time; from must not be after to")

    def holds(trace: ScenarioTrace) -> Bool:
        return np.asarray((trace.time_s >= from_s - 1e-9) & (trace.time_s <= to_s + 1e-9))

    return Precondition(f"the time is between {from_s:g} and {to_s:g} s", holds)


def after_story(element: str, state: str = "runningState") -> Precondition:
    """From the instant at which a storyboard element first enters a state; never, if it does not in the run.

    Raises:
        UnknownNameError: no such state.
    """
    if state not in _STATES:
        raise UnknownNameError("state of a storyboard element", state, _STATES)

    def holds(trace: ScenarioTrace) -> Bool:
        times = [change.time_s for change in trace.story if change.element == element and change.state == state]
        return np.asarray(trace.time_s >= min(times, default=math.inf) - 1e-9)

    return Precondition(f"{element} entered {state}", holds)


def after_cut_in(other: str, actor: str = "ego") -> Precondition:
    """From the instant at which the other comes into the actor's way ahead of it from beside, at most 60 m away."""

    def holds(trace: ScenarioTrace) -> Bool:
        row, ego = trace.row(other), trace.row(actor)
        ahead = ahead_m(trace, ego)[:, row]
        in_way = np.isfinite(ahead) & (ahead <= _CUT_IN_M)
        came = in_way & ~np.concatenate([[True], in_way[:-1]])
        # Who was in the way before and only comes nearer than 60 m has not cut in.
        came[1:] &= ~np.isfinite(ahead[:-1])
        return np.asarray(np.cumsum(came) > 0)

    return Precondition(f"{other} cut in ahead of {actor}", holds)


def while_metric(
    metric: str, comparison: Comparison, threshold: float, unit: str, actor: str = "ego", other: str = ""
) -> Precondition:
    """Whenever a metric of an actor compares so.

    Raises:
        UnknownNameError: no such metric, comparison or unit.
        UnitError: the unit does not fit the metric.
    """
    entry = metric_of(metric)
    if comparison not in HOLDS:
        raise UnknownNameError("comparison", comparison, HOLDS)
    limit = convert(threshold, unit, entry.unit)

    def holds(trace: ScenarioTrace) -> Bool:
        others = None if not other else (trace.row(other),)
        values = entry.of(trace, trace.row(actor), others).values
        return np.asarray(HOLDS[comparison](values, limit) & ~np.isnan(values))

    return Precondition(f"{metric} of {actor} was {comparison} {threshold:g} {unit}", holds)


def all_of(*preconditions: Precondition) -> Precondition:
    """When all of them hold."""

    def holds(trace: ScenarioTrace) -> Bool:
        return np.asarray(np.all([one.holds(trace) for one in preconditions], axis=0), dtype=np.bool_)

    return Precondition(" and ".join(one.text for one in preconditions), holds)
