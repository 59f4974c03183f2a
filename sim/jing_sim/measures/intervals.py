"""Intervals over which measures are summed up, and columns that grow with the number of vehicles seen."""

import math

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import JingError
from jing_sim.protocols import StepView

__all__ = ["IntervalClock", "MeasureError", "lengthened"]

_EPSILON_S = 1e-9


class MeasureError(JingError, ValueError):
    """A measure that cannot be taken; the message names place and time."""


class IntervalClock:
    """Cuts time at the multiples of `interval_s`; an interval ends with the first step that reaches its end.

    Attributes:
        begin_s: of the open interval; NaN before the first step.
    """

    def __init__(self, interval_s: float) -> None:
        if not 0 < interval_s < math.inf:
            raise MeasureError(f"interval_s is {interval_s}; it must be positive")
        self._interval_s = interval_s
        self.begin_s = math.nan
        self._end_s = math.nan

    def start(self, view: StepView) -> None:
        """Opens the first interval at the begin of the first step."""
        if math.isnan(self.begin_s):
            self._open(view.time_s - view.dt_s)

    def over(self, time_s: float) -> bool:
        """Whether the open interval ends here; if so, the next one is open afterwards."""
        if time_s < self._end_s - _EPSILON_S:
            return False
        self._open(time_s)
        return True

    def _open(self, time_s: float) -> None:
        self.begin_s = time_s
        self._end_s = (math.floor(time_s / self._interval_s + _EPSILON_S) + 1) * self._interval_s


def lengthened(column: NDArray[np.generic], size: int, fill: float) -> NDArray[np.generic]:
    """The column with room for at least `size` rows; new ones hold `fill`."""
    if len(column) >= size:
        return column
    out = np.full(max(size, 2 * len(column)), fill, dtype=column.dtype)
    out[: len(column)] = column
    return out
