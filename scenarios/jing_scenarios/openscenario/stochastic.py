"""Stochastic distributions of parameters: a number in [0, 1) -> a value, through the inverse of the distribution.

With the inverse, a value depends on its own random number alone: case 7 is the same whether it is drawn first or last.
A Range cuts a distribution: its numbers are drawn from what is left of it, none is rejected.

| element | value |
|---|---|
| ProbabilityDistributionSet | one of the elements, by weight |
| NormalDistribution | expectedValue, variance |
| LogNormalDistribution (1.3) | its logarithm is normal with expectedValue and variance |
| UniformDistribution | between the limits |
| PoissonDistribution | a whole number; expectedValue is the rate |
| Histogram | a bin by weight, uniform in it |
| UserDefinedDistribution | a function that is given by the caller |
"""

import bisect
import hashlib
import itertools
import math
from collections.abc import Callable, Mapping, Sequence

from scipy.special import ndtr, ndtri, pdtr

from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.openscenario.user_defined import UserDefined, user_function
from jing_scenarios.openscenario.values import text_of

__all__ = ["Draw", "draw_of", "random_number"]

Draw = Callable[[float], str]
"""A number in [0, 1) -> the value of a parameter, as text."""


def random_number(seed: int, parameter: str, case: int) -> float:
    """In [0, 1), a hash of seed, parameter and case: the same on every machine and in every order.

    >>> random_number(1, "speed", 7) == random_number(1, "speed", 7) != random_number(2, "speed", 7)
    True
    """
    digest = hashlib.blake2b(f"{seed}\0{parameter}\0{case}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / (1 << 53)


def draw_of(distribution: Node, user_defined: Mapping[str, UserDefined]) -> Draw:
    """How values of the distribution in an element StochasticDistribution are drawn; raises OpenScenarioError."""
    node = distribution.only()
    if node.tag == "UserDefinedDistribution":
        function = user_function(node, user_defined)
        return lambda u: str(function(node.text, u))
    draw = _DRAWS[node.tag](node)
    return lambda u: text_of(draw(u))


def _element(node: Node) -> Callable[[float], str]:
    values = [element.string("value") for element in node]
    pick = _picked(node, [element.number("weight") for element in node])
    return lambda u: values[pick(u)[0]]


def _normal(node: Node) -> Callable[[float], float]:
    mean, deviation = node.number("expectedValue"), _deviation(node)
    low, high = _limits(node, -math.inf, math.inf)
    draw = _standard_normal(node, (low - mean) / deviation, (high - mean) / deviation)
    return lambda u: min(max(mean + deviation * draw(u), low), high)


def _log_normal(node: Node) -> Callable[[float], float]:
    mean, deviation = node.number("expectedValue"), _deviation(node)
    low, high = _limits(node, 0.0, math.inf)
    ends = [(math.log(limit) - mean) / deviation if limit > 0 else -math.inf for limit in (low, high)]
    draw = _standard_normal(node, ends[0], ends[1])
    return lambda u: min(max(math.exp(mean + deviation * draw(u)), low), high)


def _uniform(node: Node) -> Callable[[float], float]:
    low, high = _limits(node, 0.0, 1.0)
    return lambda u: low + u * (high - low)


def _poisson(node: Node) -> Callable[[float], int]:
    rate = node.number("expectedValue")
    if not 0 < rate < 1e6:
        raise OpenScenarioError(f"{node.place}: {node.tag} expectedValue={rate:g}; more than 0 is right, to a million")
    low, high = _limits(node, 0.0, math.inf)
    least = math.ceil(max(low, 0.0))
    below = float(pdtr(least - 1, rate)) if least else 0.0
    up_to = 1.0 if math.isinf(high) else float(pdtr(math.floor(high), rate)) if high >= 0 else 0.0
    _check_mass(node, below, up_to)

    def draw(u: float) -> int:
        wanted, first, last = below + u * (up_to - below), least, max(least, 1)
        while pdtr(last, rate) <= wanted and last < high:
            last *= 2
        while first < last:
            middle = (first + last) // 2
            first, last = (first, middle) if pdtr(middle, rate) > wanted else (middle + 1, last)
        return first

    return draw


def _histogram(node: Node) -> Callable[[float], float]:
    limits = [_limits(each, 0.0, 1.0) for each in node]
    pick = _picked(node, [each.number("weight") for each in node])

    def draw(u: float) -> float:
        index, rest = pick(u)
        low, high = limits[index]
        return low + rest * (high - low)

    return draw


_DRAWS: dict[str, Callable[[Node], Callable[[float], str | float | int]]] = {
    "ProbabilityDistributionSet": _element,
    "NormalDistribution": _normal,
    "LogNormalDistribution": _log_normal,
    "UniformDistribution": _uniform,
    "PoissonDistribution": _poisson,
    "Histogram": _histogram,
}


def _picked(node: Node, weights: Sequence[float]) -> Callable[[float], tuple[int, float]]:
    """A number in [0, 1) -> an index by weight, and what is left of the number, in [0, 1) again."""
    if min(weights) < 0 or not 0 < sum(weights) < math.inf:
        raise OpenScenarioError(
            f"{node.place}: {node.tag} has the weights {weights}; none below 0, and not all 0 is right"
        )
    total = sum(weights)
    ends = list(itertools.accumulate(weight / total for weight in weights))
    last = max(index for index, weight in enumerate(weights) if weight > 0)

    def pick(u: float) -> tuple[int, float]:
        index = min(bisect.bisect_right(ends, u), last)
        start = ends[index - 1] if index else 0.0
        return index, min((u - start) * total / weights[index], 1.0)

    return pick


def _standard_normal(node: Node, low: float, high: float) -> Callable[[float], float]:
    """Drawn between two limits; the side with less of the distribution is used, where numbers are exact."""
    if low > 0:
        mirrored = _standard_normal(node, -high, -low)
        return lambda u: -mirrored(u)
    below, up_to = float(ndtr(low)), float(ndtr(high))
    _check_mass(node, below, up_to)
    least = math.ulp(0.0)
    return lambda u: float(ndtri(max(below + u * (up_to - below), least)))


def _check_mass(node: Node, below: float, up_to: float) -> None:
    if not up_to > below:
        raise OpenScenarioError(f"{node.child('Range').place}: Range leaves nothing of the {node.tag}; widen it")


def _deviation(node: Node) -> float:
    variance = node.number("variance")
    if not 0 < variance < math.inf:
        raise OpenScenarioError(f"{node.place}: {node.tag} variance={variance:g}; more than 0 is right")
    return math.sqrt(variance)


def _limits(node: Node, low: float, high: float) -> tuple[float, float]:
    found = node.find("Range")
    if found is None:
        return low, high
    lower, upper = found.number("lowerLimit"), found.number("upperLimit")
    if not lower <= upper:
        raise OpenScenarioError(f"{found.place}: Range from {lower:g} to {upper:g}; the lower limit comes first")
    return lower, upper
