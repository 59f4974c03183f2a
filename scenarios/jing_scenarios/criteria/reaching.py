"""Criteria about places and times: a position is reached, a route completed, the run ends in time."""

import math
from dataclasses import dataclass, replace

import numpy as np

from jing_scenarios.criteria.bound import MetricBound
from jing_scenarios.criteria.criterion import Criterion, CriterionError, Precondition
from jing_scenarios.criteria.verdict import Verdict, VerdictSeries
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["Reach", "RouteShare", "StoryDone", "TimeLimit"]


@dataclass(frozen=True)
class Reach:
    """An actor comes within a radius of a point of the map frame, by a time.

    Attributes:
        x_m, y_m: the point. radius_m: reached within it. by_s: no later than this; inf = whenever.
    """

    name: str
    x_m: float
    y_m: float
    radius_m: float = 2.0
    by_s: float = math.inf
    requirement: str = ""
    actor: str = "ego"

    def __post_init__(self) -> None:
        if not self.radius_m > 0:
            raise CriterionError(f"criterion {self.name!r}: radius is {self.radius_m}; a number above 0 is right")

    def judge(self, trace: ScenarioTrace) -> Verdict:
        """Pass if it was there in time; the value is the least distance."""
        row = trace.row(self.actor)
        apart = np.hypot(trace.x_m[:, row] - self.x_m, trace.y_m[:, row] - self.y_m)
        known = np.flatnonzero(~np.isnan(apart) & (trace.time_s <= self.by_s + 1e-9))
        verdict = Verdict(
            self.name, "inconclusive", threshold=self.radius_m, comparison="<=", unit="m",
            requirement=self.requirement, actor=trace.names[row], reason=f"{trace.names[row]} was not in the run",
        )  # fmt: skip
        if not len(known):
            return verdict
        at = int(known[np.argmin(apart[known])])
        reached = bool(apart[at] <= self.radius_m)
        late = "" if math.isinf(self.by_s) else f" by {self.by_s:g} s"
        return replace(
            verdict,
            outcome="pass" if reached else "fail",
            value=float(apart[at]),
            worst_time_s=float(trace.time_s[at]),
            reason=f"{trace.names[row]} came within {apart[at]:.4g} m of ({self.x_m:g}, {self.y_m:g}){late}; "
            f"{self.radius_m:g} m is asked",
            series=VerdictSeries(trace.time_s[known], apart[known]),
        )


@dataclass(frozen=True)
class RouteShare:
    """An actor drives a share of its route: of the trace's, or of waypoints of its own.

    Attributes:
        share: 0 to 1. waypoints: `(x, y)` in the map frame; empty = the route that the run has for the actor.
    """

    name: str
    share: float = 1.0
    waypoints: tuple[tuple[float, float], ...] = ()
    requirement: str = ""
    actor: str = "ego"

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise CriterionError(
                f"criterion {self.name!r}: share is {self.share}; above 0 and at most 1 (100 %) is right"
            )
        if len(self.waypoints) == 1:
            raise CriterionError(f"criterion {self.name!r}: one waypoint is no route; two or more are right")

    def judge(self, trace: ScenarioTrace) -> Verdict:
        """Pass if the share was driven; MetricError where the actor has no route and the criterion no waypoints."""
        row = trace.row(self.actor)
        if self.waypoints:
            trace = replace(trace, routes={**trace.routes, row: np.array(self.waypoints, dtype=np.float64)})
        # The last metre of a route is nobody's to drive: floating point would decide.
        share = 100 * (self.share - 1e-6)
        bound = MetricBound(self.name, "route_completion_1", ">=", share, "%", self.requirement, self.actor)
        return replace(bound.judge(trace), threshold=100 * self.share)


@dataclass(frozen=True)
class TimeLimit:
    """The run ends no later than this."""

    name: str
    limit_s: float
    requirement: str = ""

    def __post_init__(self) -> None:
        if not self.limit_s > 0:
            raise CriterionError(f"criterion {self.name!r}: limit is {self.limit_s} s; a time above 0 is right")

    def judge(self, trace: ScenarioTrace) -> Verdict:
        """Pass if the last instant lies within the limit."""
        if not trace.n_t:
            return Verdict(self.name, "inconclusive", requirement=self.requirement, reason="the run has no instants")
        end = float(trace.time_s[-1])
        return Verdict(
            self.name,
            "pass" if end <= self.limit_s + 1e-9 else "fail",
            value=end,
            threshold=self.limit_s,
            comparison="<=",
            unit="s",
            worst_time_s=end,
            requirement=self.requirement,
            reason=f"the run ended at {end:g} s; must be <= {self.limit_s:g} s",
        )


@dataclass(frozen=True)
class StoryDone:
    """A storyboard element ends regularly within the run."""

    name: str
    element: str
    requirement: str = ""

    def judge(self, trace: ScenarioTrace) -> Verdict:
        """Pass if the element was completed."""
        ends = [c.time_s for c in trace.story if c.element == self.element and c.state == "completeState"]
        reason = f"{self.element} ended at {ends[0]:g} s" if ends else f"{self.element} did not end within the run"
        when = ends[0] if ends else math.nan
        return Verdict(
            self.name, "pass" if ends else "fail", worst_time_s=when, requirement=self.requirement, reason=reason
        )


def precondition_of(criterion: Criterion, precondition: Precondition) -> Criterion:
    """The criterion, asked only where the precondition ever holds in the run."""
    return _Guarded(criterion, precondition)


@dataclass(frozen=True)
class _Guarded:
    criterion: Criterion
    precondition: Precondition

    @property
    def name(self) -> str:
        return self.criterion.name

    @property
    def requirement(self) -> str:
        return self.criterion.requirement

    def judge(self, trace: ScenarioTrace) -> Verdict:
        if self.precondition.holds(trace).any():
            return self.criterion.judge(trace)
        reason = f"never asked: it never came that {self.precondition.text}"
        return Verdict(self.name, "inconclusive", requirement=self.requirement, reason=reason)
