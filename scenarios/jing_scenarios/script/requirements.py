"""Bounds on metrics, written as comparisons: `min_gap("Ego") >= 0.5`.

>>> criterion = min_ttc("Ego", "Cutter") >= 1.5
>>> criterion.metric, criterion.comparison, criterion.threshold, criterion.unit
('ttc_s', '>=', 1.5, 's')
"""

from dataclasses import dataclass, replace

from jing_scenarios.criteria.bound import Comparison, MetricBound
from jing_scenarios.criteria.criterion import Precondition
from jing_scenarios.metrics.registry import metric_of

__all__ = ["Measured", "braking_of", "measured", "min_gap", "min_time_gap", "min_ttc", "speed_of"]


@dataclass(frozen=True, eq=False)
class Measured:
    """A metric of an actor; comparing it with a number gives a criterion.

    Attributes:
        metric: a key of `jing_scenarios.metrics.METRICS`.
        actor, other: whose, and against whom; other empty = everybody.
        unit: of the number; empty = the metric's own.
        precondition: when it is asked; None = always.
    """

    metric: str
    actor: str = "ego"
    other: str = ""
    unit: str = ""
    precondition: Precondition | None = None

    def within(self, precondition: Precondition) -> "Measured":
        """The same, asked only while a precondition holds."""
        return replace(self, precondition=precondition)

    def __lt__(self, value: float) -> MetricBound:
        return self._bound("<", value)

    def __le__(self, value: float) -> MetricBound:
        return self._bound("<=", value)

    def __gt__(self, value: float) -> MetricBound:
        return self._bound(">", value)

    def __ge__(self, value: float) -> MetricBound:
        return self._bound(">=", value)

    def _bound(self, comparison: Comparison, value: float) -> MetricBound:
        unit = self.unit or metric_of(self.metric).unit
        party = f" to {self.other}" if self.other else ""
        name = f"{self.metric} of {self.actor}{party} {comparison} {value:g} {unit}"
        return MetricBound(
            name, self.metric, comparison, float(value), unit,
            actor=self.actor, other=self.other, precondition=self.precondition,
        )  # fmt: skip


def measured(metric: str, actor: str = "ego", other: str = "", unit: str = "") -> Measured:
    """Any metric, by its key; raises UnknownNameError for one that there is not."""
    metric_of(metric)
    return Measured(metric, actor, other, unit)


def min_gap(actor: str = "ego", other: str = "") -> Measured:
    """Metres between the bodies, in any direction."""
    return measured("distance_m", actor, other)


def min_ttc(actor: str = "ego", other: str = "") -> Measured:
    """Seconds until the actor meets whoever is ahead of it, at the speeds of the moment."""
    return measured("ttc_s", actor, other)


def min_time_gap(actor: str = "ego", other: str = "") -> Measured:
    """Seconds until the actor is where whoever is ahead of it is now."""
    return measured("time_gap_s", actor, other)


def speed_of(actor: str = "ego", unit: str = "m/s") -> Measured:
    """Speed."""
    return measured("speed_mps", actor, unit=unit)


def braking_of(actor: str = "ego") -> Measured:
    """How hard it brakes, m/s2, positive."""
    return measured("deceleration_mps2", actor)
