"""Columns of a few entities, as the engine would hand them to a world."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

Float = NDArray[np.float64]
N = 4


def _zeros() -> Float:
    return np.zeros(N)


@dataclass
class Columns:
    """`PoseColumns` of four rows at rest."""

    x: Float = field(default_factory=_zeros)
    y: Float = field(default_factory=_zeros)
    z: Float = field(default_factory=_zeros)
    h: Float = field(default_factory=_zeros)
    p: Float = field(default_factory=_zeros)
    r: Float = field(default_factory=_zeros)
    speed: Float = field(default_factory=_zeros)
    accel: Float = field(default_factory=_zeros)
    driven: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(N, np.bool_))
    alive: NDArray[np.bool_] = field(default_factory=lambda: np.ones(N, np.bool_))


@pytest.fixture
def new_columns() -> Callable[[], Columns]:
    return Columns


@pytest.fixture
def columns() -> Columns:
    return Columns()
