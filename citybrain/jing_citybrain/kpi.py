"""Key figures over several runs: one run is one sample, so figures come as a mean with its interval.

>>> interval = mean_interval([10.0, 12.0, 11.0, 13.0])
>>> interval.n, interval.mean
(4, 11.5)
>>> round(interval.half_width, 2)
2.05
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

__all__ = ["FIGURES", "MeanInterval", "PlanFigures", "figures_by_plan", "mean_interval"]

FIGURES = ("mean_travel_time_s", "mean_delay_s", "travel_time_p95_s", "arrived", "waiting_to_enter")
"""The figures of a run that planners compare."""


@dataclass(frozen=True)
class MeanInterval:
    """Mean of `n` samples; the true mean lies within `half_width` of it with 95 % confidence (NaN for one sample)."""

    mean: float
    half_width: float
    n: int

    def __str__(self) -> str:
        if np.isnan(self.half_width):
            return f"{self.mean:.1f}"
        return f"{self.mean:.1f} ± {self.half_width:.1f}"


@dataclass(frozen=True)
class PlanFigures:
    """The figures of one signal plan over its seeds."""

    plan: str
    seeds: int
    figures: Mapping[str, MeanInterval]


def mean_interval(samples: Sequence[float]) -> MeanInterval:
    """Mean and 95 % confidence half-width (Student's t) of independent samples.

    Raises:
        ValueError: there is no sample.
    """
    values = np.asarray(samples, float)
    if not len(values):
        raise ValueError("a mean needs at least one sample")
    if len(values) == 1:
        return MeanInterval(float(values[0]), float("nan"), 1)
    spread = values.std(ddof=1) / np.sqrt(len(values))
    half_width = float(stdtrit(len(values) - 1, 0.975) * spread)
    return MeanInterval(float(values.mean()), half_width, len(values))


def figures_by_plan(runs: Sequence[Mapping[str, object]]) -> list[PlanFigures]:
    """The `FIGURES` of runs (as `simulate --json` prints them) for each plan, in the order in which plans appear."""
    plans = list(dict.fromkeys(str(run["plan"]) for run in runs))
    table = []
    for plan in plans:
        own = [run for run in runs if run["plan"] == plan]
        figures = {name: mean_interval([_number(run[name]) for run in own]) for name in FIGURES}
        table.append(PlanFigures(plan, len(own), figures))
    return table


def _number(value: object) -> float:
    # A run in which nothing arrived has no travel time: null in JSON.
    return float("nan") if value is None else float(str(value))
