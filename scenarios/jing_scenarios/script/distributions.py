"""What parameters are drawn from; each maps a number of [0, 1) to a value, so that every way of sampling serves all.

>>> Uniform(5.0, 30.0).quantile(0.5), Steps(10.0, 30.0, 10.0).levels(), Choice(["car", "bus"]).quantile(0.9)
(17.5, (10.0, 20.0, 30.0), 'bus')
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Protocol

from jing_maps.errors import JingError

__all__ = ["Choice", "Distribution", "DistributionError", "LogNormal", "Normal", "ParameterValue", "Steps", "Uniform"]

ParameterValue = float | int | str
"""A value of a parameter."""

_STANDARD = NormalDist()
_EPS = 1e-12


class DistributionError(JingError, ValueError):
    """A distribution that holds nothing, or whose figures make no sense."""


class Distribution(Protocol):
    """What a parameter is drawn from."""

    def quantile(self, u: float) -> ParameterValue:
        """The value below which a share `u` of [0, 1) of all draws is."""
        ...

    def levels(self, n: int = 3) -> tuple[ParameterValue, ...]:
        """The values that a grid tries: its own where it has such, else `n` equally likely ones from end to end."""
        ...

    def position(self, value: ParameterValue) -> float:
        """The inverse of `quantile`, for continuous ones; for steps the middle of the value's share."""
        ...


def _spread(distribution: Distribution, n: int) -> tuple[ParameterValue, ...]:
    if n < 1:
        raise DistributionError(f"{n} levels; one or more would be right")
    return tuple(distribution.quantile(u / (n - 1) if n > 1 else 0.5) for u in range(n))


@dataclass(frozen=True)
class Uniform:
    """All values between two are equally likely."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise DistributionError(f"Uniform({self.low}, {self.high}); low < high, both finite, would be right")

    def quantile(self, u: float) -> float:
        """See `Distribution`."""
        return self.low + (self.high - self.low) * u

    def levels(self, n: int = 3) -> tuple[ParameterValue, ...]:
        """See `Distribution`."""
        return _spread(self, n)

    def position(self, value: ParameterValue) -> float:
        """See `Distribution`."""
        return (float(value) - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Normal:
    """The normal distribution, cut at `low` and `high`; None = three standard deviations from the mean."""

    mean: float
    std: float
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if not self.std > 0 or not self.bounds[0] < self.bounds[1]:
            raise DistributionError(f"{self}; std > 0 and low < high would be right")

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value."""
        low = self.mean - 3 * self.std if self.low is None else self.low
        return low, self.mean + 3 * self.std if self.high is None else self.high

    def quantile(self, u: float) -> float:
        """See `Distribution`."""
        below, above = (_STANDARD.cdf((bound - self.mean) / self.std) for bound in self.bounds)
        z = _STANDARD.inv_cdf(min(max(below + (above - below) * u, _EPS), 1 - _EPS))
        return min(max(self.mean + self.std * z, self.bounds[0]), self.bounds[1])

    def levels(self, n: int = 3) -> tuple[ParameterValue, ...]:
        """See `Distribution`."""
        return _spread(self, n)

    def position(self, value: ParameterValue) -> float:
        """See `Distribution`."""
        below, above = (_STANDARD.cdf((bound - self.mean) / self.std) for bound in self.bounds)
        return (_STANDARD.cdf((float(value) - self.mean) / self.std) - below) / (above - below)


@dataclass(frozen=True)
class LogNormal:
    """`exp` of a normal distribution; `mu` and `sigma` are those of the logarithm; cut as `Normal` is."""

    mu: float
    sigma: float
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if (self.low is not None and self.low <= 0) or not self.sigma > 0:
            raise DistributionError(f"{self}; sigma > 0 and low > 0 would be right")
        _ = self.logarithm

    @property
    def logarithm(self) -> Normal:
        """The distribution of the logarithm."""
        low, high = (None if bound is None else math.log(bound) for bound in (self.low, self.high))
        return Normal(self.mu, self.sigma, low, high)

    def quantile(self, u: float) -> float:
        """See `Distribution`."""
        return math.exp(self.logarithm.quantile(u))

    def levels(self, n: int = 3) -> tuple[ParameterValue, ...]:
        """See `Distribution`."""
        return _spread(self, n)

    def position(self, value: ParameterValue) -> float:
        """See `Distribution`."""
        return self.logarithm.position(math.log(float(value)))


class Choice:
    """One of some values, numbers or texts; `weights` say how likely each is, equally by default."""

    def __init__(self, values: Sequence[ParameterValue], weights: Sequence[float] | None = None) -> None:
        self.values = tuple(values)
        self.weights = tuple(weights) if weights is not None else (1.0,) * len(self.values)
        if not self.values or len(self.weights) != len(self.values) or min(self.weights) < 0 or not sum(self.weights):
            raise DistributionError(
                f"Choice of {self.values} with weights {self.weights}; a weight each would be right"
            )

    def __repr__(self) -> str:
        return f"Choice({list(self.values)}, {list(self.weights)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Choice) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash((self.values, self.weights))

    def quantile(self, u: float) -> ParameterValue:
        """See `Distribution`."""
        at, total = 0.0, sum(self.weights)
        for value, weight in zip(self.values, self.weights, strict=True):
            at += weight / total
            if u < at:
                return value
        return self.values[-1]

    def levels(self, n: int = 3) -> tuple[ParameterValue, ...]:  # noqa: ARG002 - its own values are the levels
        """All its values."""
        return self.values

    def position(self, value: ParameterValue) -> float:
        """See `Distribution`."""
        if value not in self.values:
            raise DistributionError(f"{value!r} is none of {self.values}")
        row, total = self.values.index(value), sum(self.weights)
        return (sum(self.weights[:row]) + self.weights[row] / 2) / total


@dataclass(frozen=True)
class Steps:
    """Every `step` from `low` to `high`, both included, equally likely."""

    low: float
    high: float
    step: float

    def __post_init__(self) -> None:
        if not self.step > 0 or not self.low <= self.high:
            raise DistributionError(f"{self}; step > 0 and low <= high would be right")

    def levels(self, n: int = 3) -> tuple[ParameterValue, ...]:  # noqa: ARG002 - its own values are the levels
        """All its values."""
        count = math.floor((self.high - self.low) / self.step + 1e-9) + 1
        return tuple(self.low + row * self.step for row in range(count))

    def quantile(self, u: float) -> ParameterValue:
        """See `Distribution`."""
        values = self.levels()
        return values[min(int(u * len(values)), len(values) - 1)]

    def position(self, value: ParameterValue) -> float:
        """See `Distribution`."""
        row = round((float(value) - self.low) / self.step)
        return (row + 0.5) / len(self.levels())
