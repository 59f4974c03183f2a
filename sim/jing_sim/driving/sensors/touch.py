"""Collisions as the sensor of one body tells them, and lane markings that a body has crossed."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.bodies import Bodies
from jing_sim.driving.collisions import Collision
from jing_sim.driving.sensors.mount import axes_of

__all__ = ["LaneInvasion", "collisions_of", "floor_corners"]

Float = NDArray[np.float64]
Marking = TypeVar("Marking", bound=Hashable)

_CORNERS = np.array([[1, 1, -1], [1, -1, -1], [-1, 1, -1], [-1, -1, -1]], np.float64)


def collisions_of(body: int, collisions: Iterable[Collision], label: Callable[[int], int]) -> tuple[Collision, ...]:
    """The collisions of a step that `body` was in, each as seen from it.

    `label`: semantic label of a body by its id.
    """
    found = []
    for hit in collisions:
        if hit.body == body:
            found.append(hit)
        elif hit.other == body:
            x, y, z = hit.impulse
            found.append(replace(hit, body=body, other=hit.body, label=label(hit.body), impulse=(-x, -y, -z)))
    return tuple(found)


def floor_corners(bodies: Bodies, row: int) -> Float:
    """`(4, 3)` lower corners of a body's box, map frame: front left, front right, rear left, rear right."""
    own = bodies.box_centre[row] + _CORNERS * bodies.half_extent[row]
    corners: Float = bodies.position[row] + own @ axes_of(bodies.rotation[row][None])[0]
    return corners


class LaneInvasion(Generic[Marking]):
    """Tells which markings the lower corners of a body's box have crossed since it was asked last.

    `crossed(a, b)` names the markings between two points `(3,)` of the map frame: a map knows them.
    """

    def __init__(self, crossed: Callable[[Float, Float], Sequence[Marking]]) -> None:
        self._crossed = crossed
        self._last: Float | None = None

    def sense(self, bodies: Bodies, row: int) -> tuple[Marking, ...]:
        """Each marking once, in the order of the corners; none at the first time."""
        now = floor_corners(bodies, row)
        last, self._last = self._last, now
        if last is None:
            return ()
        found = (marking for a, b in zip(last, now, strict=True) for marking in self._crossed(a, b))
        return tuple(dict.fromkeys(found))
