"""How demand rises and falls over the day, and departures drawn from it.

>>> float(DAY.factor_at(8 * 3600.0)), bool(DAY.factor_at(3 * 3600.0) < 0.1)
(1.0, True)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jing_sim.demand.draws import uniform
from jing_sim.demand.report import DemandError

__all__ = ["DAY", "FLAT", "Profile", "poisson_departures"]

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]

_GAPS = 11


@dataclass(frozen=True)
class Profile:
    """Piecewise constant factor on flows: `factor[i]` holds from `edge_s[i]` to `edge_s[i + 1]`.

    Attributes:
        edge_s: `(n + 1,)` rising times; `(n,)` factors, 0 or more. Outside the edges the first or last factor holds.
    """

    edge_s: Float
    factor: Float

    def __post_init__(self) -> None:
        if len(self.edge_s) != len(self.factor) + 1 or (np.diff(self.edge_s) <= 0).any():
            raise DemandError("a profile needs rising edges, one more than factors")
        if (self.factor < 0).any() or not np.isfinite(self.factor).all():
            raise DemandError("the factors of a profile must be numbers of 0 or more")

    def factor_at(self, time_s: ArrayLike) -> Float:
        """The factor in force at these times."""
        row = np.searchsorted(self.edge_s, time_s, side="right") - 1
        return np.asarray(self.factor[np.clip(row, 0, len(self.factor) - 1)])

    def shifted(self, begin_s: float) -> "Profile":
        """The same profile with `begin_s` as time 0."""
        return Profile(self.edge_s - begin_s, self.factor)

    def effective_s(self, begin_s: float, end_s: float) -> tuple[Float, Float]:
        """Knots of time and of the integral of the factor from `begin_s`, up to `end_s`."""
        inner = self.edge_s[(self.edge_s > begin_s) & (self.edge_s < end_s)]
        knots = np.concatenate([[begin_s], inner, [end_s]])
        steps = self.factor_at(knots[:-1]) * np.diff(knots)
        return knots, np.concatenate([[0.0], np.cumsum(steps)])


FLAT = Profile(np.array([0.0, 86400.0]), np.array([1.0]))
"""The same flow at all times."""


def _day() -> Profile:
    # Share of the morning peak hour at full hours; an assumption (two peaks of a working day, a flat noon, an
    # empty night), not a count. 15-minute bins in between by straight lines.
    hours = [0, 5, 6, 7, 7.5, 8.75, 10, 12, 14, 16, 17, 18.75, 20, 22, 24]
    shares = [0.1, 0.06, 0.2, 0.7, 1.0, 1.0, 0.7, 0.6, 0.62, 0.72, 0.95, 0.95, 0.55, 0.3, 0.1]
    edges: Float = np.linspace(0.0, 86400.0, 97)
    middle = edges[:-1] + 450.0
    return Profile(edges, np.interp(middle / 3600.0, hours, shares))


DAY = _day()
"""A working day relative to its morning peak hour, in bins of 15 minutes (assumed)."""


def poisson_departures(
    rate_vph: Float, window_s: tuple[float, float], profile: Profile, seed: int, first_id: int = 0
) -> tuple[Int64, Int64, Float]:
    """Arrivals of inhomogeneous Poisson processes: flow row, number within the flow, and time, each `(n,)`.

    Exponential gaps in operational time (Cinlar 1975), one random number for each (seed, flow, k): a flow's
    departures do not depend on the other flows. Flow row `i` draws the numbers of flow `first_id + i`.
    """
    knots, integral = profile.effective_s(*window_s)
    reach = rate_vph / 3600.0 * integral[-1]
    flow = np.flatnonzero(reach > 0)
    at = np.zeros(len(flow))
    rows: list[tuple[Int64, Int64, Float]] = []
    k = 0
    while len(flow):
        at = at - np.log(uniform(seed, _GAPS, flow + first_id, k))
        inside = at < reach[flow]
        flow, at = flow[inside], at[inside]
        # Where the factor is 0 the integral is flat; interp then takes the flat part's end, which is right.
        time = np.interp(at / (rate_vph[flow] / 3600.0), integral, knots)
        rows.append((flow, np.full(len(flow), k), time))
        k += 1
    if not rows:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    flows, numbers, times = (np.concatenate(column) for column in zip(*rows, strict=True))
    return flows, numbers, times
