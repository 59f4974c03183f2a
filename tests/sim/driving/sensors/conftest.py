"""Small scenes and bodies for the tests of sensors."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from jing_sim.driving.bodies import Bodies, BodyKind
from jing_sim.driving.scene import StaticScene, flat_scene

Place = Sequence[float]
CAR = (2.3, 0.9, 0.72)


def scene_of_triangles(triangles: NDArray[np.floating], label: int = 3) -> StaticScene:
    n = len(triangles)
    return replace(
        flat_scene(),
        triangles=np.asarray(triangles, np.float32),
        label=np.full(n, label, np.uint8),
        object=np.zeros(n, np.uint32),
    )


def bodies_at(*places: Place, label: int = 14, kind: BodyKind = BodyKind.VEHICLE, half: Place = CAR) -> Bodies:
    """Bodies 1, 2 ... with their origin on the ground at x, y, z and yaw."""
    bodies = Bodies.empty(len(places) + 1)
    for k, (x, y, z, yaw) in enumerate(places):
        bodies.id[k], bodies.kind[k], bodies.label[k] = k + 1, kind, label
        bodies.position[k], bodies.rotation[k, 0] = (x, y, z), yaw
        bodies.half_extent[k], bodies.box_centre[k] = half, (0.0, 0.0, half[2])
    return bodies


@pytest.fixture(scope="session")
def build_scene() -> Callable[..., StaticScene]:
    """A scene of nothing but triangles `(n, 3, 3)` with one label."""
    return scene_of_triangles


@pytest.fixture(scope="session")
def place_bodies() -> Callable[..., Bodies]:
    """Bodies at x, y, z and yaw."""
    return bodies_at
