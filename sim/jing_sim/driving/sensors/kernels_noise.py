"""Random numbers that depend on nothing but what they are asked for: seed, sensor, frame, index."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined, leaf

__all__ = ["fill_normal", "fill_uniform", "normal", "uniform"]


@inlined
def uniform(key: int, frame: int, index: int, stream: int) -> float:
    """A number in [0, 1): SplitMix64 finaliser (Steele, Lea, Flood 2014) over the four numbers."""
    x = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(index) * np.uint64(0xBF58476D1CE4E5B9)
    x ^= np.uint64(frame) * np.uint64(0x94D049BB133111EB) + np.uint64(stream) * np.uint64(0xD6E8FEB86659FD93)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return np.float64(x >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inlined
def normal(key: int, frame: int, index: int, stream: int) -> float:
    """A standard normal number (Box, Muller 1958)."""
    u, v = 1.0 - uniform(key, frame, index, 2 * stream), uniform(key, frame, index, 2 * stream + 1)
    return float(np.sqrt(-2.0 * np.log(u)) * np.cos(2.0 * np.pi * v))


@leaf
def fill_uniform(key: int, frame: int, stream: int, out: NDArray[np.float64]) -> None:
    """Numbers in [0, 1)."""
    for k in range(len(out)):
        out[k] = uniform(key, frame, k, stream)


@leaf
def fill_normal(key: int, frame: int, stream: int, out: NDArray[np.float64]) -> None:
    """Standard normal numbers."""
    for k in range(len(out)):
        out[k] = normal(key, frame, k, stream)
