"""How often a criterion fails, where that is rare: importance sampling with proposals from the cross-entropy method.

Parameters are mapped to independent standard normal numbers z through their quantiles. The proposal is a normal
distribution with its own mean and spread for each parameter. It is moved, level by level, to where failures are: at
each level it is fitted to all cases weighted by a smooth failure indicator, normal_cdf(-margin / width), whose width
shrinks as fast as the weights allow (improved cross-entropy method: Papaioannou, Geyer, Straub 2019, Reliability
Engineering and System Safety 191). Mixed with a share of the nominal distribution, no weight exceeds 1 / share
(defensive importance sampling: Hesterberg 1995). The estimate is the mean of weight x failure, its interval the normal
one; where nothing failed, three divided by the number of nominal cases bounds the rate.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from jing_scenarios.sampling import Space, at
from jing_scenarios.search import Evaluate, SearchError

__all__ = ["FailureRate", "RateOptions", "failure_rate"]

Float = NDArray[np.float64]

_Z95 = NormalDist().inv_cdf(0.975)
_NARROWEST = 0.05
_WIDER = 1.3  # proposals with heavier tails than the failures keep the weights, and so the interval, honest
_LOG_2PI = math.log(2.0 * math.pi)


@dataclass(frozen=True)
class RateOptions:
    """How to estimate.

    Attributes:
        level_cases: cases of each level on the way to the failures.
        final_cases: cases of the estimate.
        levels: at most.
        variation: coefficient of variation of the weights that a level aims at.
        nominal: share of cases that are drawn from the nominal distribution.
        seed: of the draws.
    """

    level_cases: int = 300
    final_cases: int = 1000
    levels: int = 12
    variation: float = 1.5
    nominal: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        if not (0 < self.nominal < 1 and self.levels >= 1 and self.variation > 0):
            raise SearchError(f"{self}: a share between 0 and 1, one level or more, variation above 0 would be right")
        if self.level_cases < 20 or self.final_cases < 20:
            raise SearchError(f"{self}: 20 cases or more a level would be right")


@dataclass(frozen=True)
class FailureRate:
    """An estimate of the probability that a case drawn from the parameters' distributions fails.

    Attributes:
        rate: the estimate. low, high: 95 % confidence interval. relative_error: standard error over the rate.
        effective_sample_size: of the failures: (sum of weights)^2 / sum of squared weights.
        failures, cases: of the final sample; cases_in_all: with the levels. unjudged: cases without a margin.
        widths: of the failure indicator, a level each, in the margin's unit.
        speed_up: cases that plain Monte Carlo would need for the same standard error, over `cases_in_all`.
    """

    rate: float
    low: float
    high: float
    relative_error: float
    effective_sample_size: float
    failures: int
    cases: int
    cases_in_all: int
    unjudged: int
    widths: tuple[float, ...]
    speed_up: float


@dataclass(frozen=True)
class _Proposal:
    """`(n_parameters,)` mean and spread of normal numbers, mixed with a share of the standard ones."""

    mean: Float
    spread: Float
    nominal: float

    def draw(self, rng: np.random.Generator, n: int) -> Float:
        z = rng.standard_normal((n, len(self.mean)))
        plain = rng.random(n) < self.nominal
        return np.where(plain[:, None], z, self.mean + self.spread * z)

    def weight(self, z: Float) -> Float:
        """Nominal density over the proposal's, `(n,)`."""
        nominal = _log_normal(z)
        moved = _log_normal((z - self.mean) / self.spread) - np.log(self.spread).sum()
        mixed = np.logaddexp(math.log(self.nominal) + nominal, math.log1p(-self.nominal) + moved)
        return np.asarray(np.exp(nominal - mixed))


def failure_rate(space: Space, evaluate: Evaluate, options: RateOptions | None = None) -> FailureRate:
    """The probability that the margin is below 0.

    Args:
        space: what the parameters are drawn from: the distributions are the population that is asked about.
        evaluate: margins of cases; a NaN counts as no failure and is told in `unjudged`.
        options: how.

    Raises:
        SearchError: there are no parameters.
    """
    options = options or RateOptions()
    if not space:
        raise SearchError("there are no parameters to draw")
    rng = np.random.default_rng(options.seed)
    proposal = _Proposal(np.zeros(len(space)), np.ones(len(space)), options.nominal)
    widths: list[float] = []
    unjudged = 0
    for _ in range(options.levels):
        z = proposal.draw(rng, options.level_cases)
        margin, lost = _margins(space, evaluate, z)
        unjudged += lost
        weights = proposal.weight(z)
        if _variation(_sharp_over_smooth(margin, widths[-1] if widths else math.inf)) <= options.variation:
            break
        widths.append(_width(margin, weights, widths[-1] if widths else math.inf, options.variation))
        proposal = _fitted(proposal, z, weights * ndtr(-margin / widths[-1]))
    z = proposal.draw(rng, options.final_cases)
    margin, lost = _margins(space, evaluate, z)
    weights = proposal.weight(z) * (margin < 0.0)
    return _estimate(weights, options, unjudged + lost, tuple(widths))


def _margins(space: Space, evaluate: Evaluate, z: Float) -> tuple[Float, int]:
    """The margins, and how many of them are not known: those count as far from a failure."""
    points = np.asarray(ndtr(z), dtype=np.float64)
    margin = np.asarray(evaluate([at(space, point) for point in points]), dtype=np.float64)
    lost = np.isnan(margin)
    if lost.all():
        raise SearchError(f"none of {len(margin)} cases could be judged; look at the reasons in their results")
    return np.where(lost, margin[~lost].max(), margin), int(lost.sum())


def _variation(values: Float) -> float:
    mean = float(values.mean())
    return float(values.std()) / mean if mean > 0.0 else math.inf


def _sharp_over_smooth(margin: Float, width: float) -> Float:
    """The failure indicator over its smooth stand-in: near 1 everywhere once the proposal is good."""
    return np.where(margin < 0.0, 1.0 / ndtr(np.abs(margin) / width), 0.0)


def _width(margin: Float, weights: Float, before: float, wanted: float) -> float:
    """The width of the indicator, below the one before, at which the weights vary as wanted."""
    scale = float(np.abs(margin).max()) or 1.0
    high = math.log(min(before, 10.0 * scale))

    def miss(log_width: float) -> float:
        return (_variation(weights * ndtr(-margin / math.exp(log_width))) - wanted) ** 2

    tries = np.linspace(high - 12.0, high, 200)
    return float(math.exp(min(tries, key=miss)))


def _fitted(before: _Proposal, z: Float, weights: Float) -> _Proposal:
    """The proposal that fits the weighted elite best (maximum likelihood), not narrower than it is safe to be."""
    total = weights.sum()
    if not total > 0.0:
        return before
    mean = weights @ z / total
    spread = np.sqrt(weights @ (z - mean) ** 2 / total)
    return _Proposal(np.asarray(mean), np.maximum(_WIDER * spread, _NARROWEST), before.nominal)


def _estimate(weights: Float, options: RateOptions, unjudged: int, widths: tuple[float, ...]) -> FailureRate:
    n, before = len(weights), options.level_cases * min(len(widths) + 1, options.levels)
    rate = float(weights.mean())
    error = float(weights.std(ddof=1)) / math.sqrt(n)
    square = float((weights**2).sum())
    none = rate == 0.0
    plain = rate * (1.0 - rate) / error**2 if error > 0.0 else math.nan
    return FailureRate(
        rate=rate,
        low=max(rate - _Z95 * error, 0.0),
        high=min(3.0 / (n * options.nominal), 1.0) if none else min(rate + _Z95 * error, 1.0),
        relative_error=math.nan if none else error / rate,
        effective_sample_size=0.0 if none else float(weights.sum()) ** 2 / square,
        failures=int(np.count_nonzero(weights)),
        cases=n,
        cases_in_all=n + before,
        unjudged=unjudged,
        widths=widths,
        speed_up=plain / (n + before),
    )


def _log_normal(z: Float) -> Float:
    return np.asarray(-0.5 * (z**2).sum(axis=1) - 0.5 * z.shape[1] * _LOG_2PI)
