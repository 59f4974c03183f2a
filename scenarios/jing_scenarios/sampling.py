"""Ways to choose cases from a space of parameters: grid, Sobol sequence, covering array.

>>> from jing_scenarios.script.distributions import Choice, Steps, Uniform
>>> space = {"gap_m": Uniform(5.0, 30.0), "model": Choice(["car", "bus"])}
>>> list(grid(space, levels=2))[:2]
[{'gap_m': 5.0, 'model': 'car'}, {'gap_m': 5.0, 'model': 'bus'}]
>>> len(list(sobol(space, 10, seed=1))), len(list(covering({**space, "n": Steps(1, 3, 1)}, strength=2)))
(10, 10)
"""

import itertools
import math
from collections.abc import Iterator, Mapping

import numpy as np
from covertable import make
from numpy.typing import NDArray
from scipy.stats import qmc

from jing_scenarios.script.distributions import Distribution, DistributionError, ParameterValue

__all__ = ["Case", "Space", "at", "covering", "grid", "grid_size", "random_cases", "sobol"]

Space = Mapping[str, Distribution]
"""Parameters by name, and what they are drawn from."""

Case = dict[str, ParameterValue]
"""A value for each parameter."""

_MOST = 10_000_000


def at(space: Space, point: NDArray[np.float64]) -> Case:
    """The case at a point of the unit cube, `(n_parameters,)`."""
    pairs = zip(space.items(), point.tolist(), strict=True)
    return {name: distribution.quantile(u) for (name, distribution), u in pairs}


def grid_size(space: Space, levels: int) -> int:
    """Number of cases of a grid."""
    return math.prod(len(distribution.levels(levels)) for distribution in space.values())


def grid(space: Space, levels: int = 3) -> Iterator[Case]:
    """All combinations of the parameters' levels, the last parameter fastest.

    Args:
        space: parameters.
        levels: of continuous ones; steps and choices have their own.

    Raises:
        DistributionError: there would be more than ten million.
    """
    count = grid_size(space, levels)
    if count > _MOST:
        raise DistributionError(f"the grid has {count:,} cases; take fewer levels, or Sobol or covering cases")
    values = [distribution.levels(levels) for distribution in space.values()]
    return (dict(zip(space, row, strict=True)) for row in itertools.product(*values))


def sobol(space: Space, n: int, seed: int = 0) -> Iterator[Case]:
    """`n` points of a scrambled Sobol sequence (Owen), through the parameters' quantiles: they fill the space evenly.

    Best where `n` is a power of two; the first points do not depend on `n`.
    """
    if not space or n < 1:
        raise DistributionError(f"a Sobol sequence of {n} points over {len(space)} parameters; one or more of each")
    engine = qmc.Sobol(len(space), scramble=True, seed=seed)
    points = engine.random_base2(math.ceil(math.log2(n)) if n > 1 else 0)[:n]
    return (at(space, point) for point in points)


def random_cases(space: Space, n: int, seed: int = 0) -> Iterator[Case]:
    """`n` independent draws; draw `k` is the same for every `n`."""
    points = np.random.default_rng(seed).random((n, len(space)))
    return (at(space, point) for point in points)


def covering(space: Space, strength: int = 2, levels: int = 3) -> Iterator[Case]:
    """Few cases in which each combination of values of any `strength` parameters occurs (a covering array).

    Args:
        space: parameters.
        strength: 2 = all pairs; at most the number of parameters.
        levels: of continuous parameters.

    Raises:
        DistributionError: the strength does not fit.
    """
    if not 1 <= strength <= len(space):
        raise DistributionError(f"strength {strength} with {len(space)} parameters; 1 to {len(space)} would be right")
    factors = {name: list(distribution.levels(levels)) for name, distribution in space.items()}
    rows = make(factors, strength=strength)
    return ({name: row[name] for name in space} for row in rows)
