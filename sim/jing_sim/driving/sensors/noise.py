"""Noise of one sensor: a stream for each of its causes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.sensors.kernels_noise import fill_normal, fill_uniform

__all__ = ["QUIET", "Noise"]

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Noise:
    """`seed` and `sensor` name the numbers: the same ones in every run, however many threads there are."""

    seed: int = 0
    sensor: int = 0

    @property
    def key(self) -> int:
        """Of the numbers."""
        return (self.seed * 1_000_003 + self.sensor) & 0x7FFFFFFF

    def uniform(self, frame: int, stream: int, n: int) -> Float:
        """`(n,)` in [0, 1)."""
        out = np.zeros(n)
        fill_uniform(self.key, frame, stream, out)
        return out

    def normal(self, frame: int, stream: int, n: int) -> Float:
        """`(n,)` standard normal."""
        out = np.zeros(n)
        fill_normal(self.key, frame, stream, out)
        return out


QUIET = Noise()
"""Seed 0 of sensor 0."""
