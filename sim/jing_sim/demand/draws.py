"""Random numbers that depend on what they are for and not on the order of drawing.

>>> bool((uniform(1, 2, np.arange(3)) == uniform(1, 2, np.arange(3))).all())
True
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["choose", "standard_normal", "uniform"]

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]

_STEP = np.uint64(0x9E3779B97F4A7C15)


def uniform(seed: int, stream: int, *ids: ArrayLike) -> Float:
    """Uniform numbers in (0, 1), one for each combination of the broadcast integer ids.

    SplitMix64 (Steele, Lea, Flood 2014), chained over seed, stream and ids.
    """
    state = _mix(np.asarray(seed & 0xFFFFFFFFFFFFFFFF, dtype=np.uint64).reshape(1))
    for part in (np.asarray([stream]), *ids):
        state = _mix(state ^ (np.atleast_1d(part).astype(np.int64).astype(np.uint64) + _STEP))
    top = (state >> np.uint64(11)).astype(np.float64)
    return (top + 0.5) / 2.0**53


def standard_normal(seed: int, stream: int, *ids: ArrayLike) -> Float:
    """Standard normal numbers (Box-Muller), one for each combination of the broadcast ids."""
    radius = np.sqrt(-2.0 * np.log(uniform(seed, stream, *ids, 0)))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniform(seed, stream, *ids, 1)))


def choose(weights: ArrayLike, draw: Float) -> Int64:
    """Indices drawn with the given weights from uniform numbers."""
    total = np.cumsum(np.asarray(weights, dtype=float))
    return np.asarray(np.minimum(np.searchsorted(total, draw * total[-1], side="right"), len(total) - 1))


def _mix(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    z = z + _STEP
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
