"""What touched what in a step."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Collision", "collisions_of"]


@dataclass(frozen=True)
class Collision:
    """Two bodies, or a body and the static scene, in touch in the last step.

    Attributes:
        body: id. other: id, 0 = the static scene.
        label: of what `other` is.
        impulse: `(3,)` on `body` over the step, map frame [N s]; on `other` it is the opposite.
        point: `(3,)` where, map frame [m].
    """

    body: int
    other: int
    label: int
    impulse: tuple[float, float, float]
    point: tuple[float, float, float]


def collisions_of(hits: NDArray[np.void]) -> list[Collision]:
    """From records of dtype `HIT`: `body` is the smaller id of two, the list in the order of the ids."""
    found = [_collision(hit) for hit in hits]
    return sorted(found, key=lambda one: (one.body, one.other, one.label, one.point))


def _collision(hit: np.void) -> Collision:
    x, y, z = (float(v) for v in hit["impulse"])
    px, py, pz = (float(v) for v in hit["point"])
    a, b = int(hit["id_a"]), int(hit["id_b"])
    if b == 0 or a < b:
        return Collision(a, b, int(hit["label_b"]), (x, y, z), (px, py, pz))
    return Collision(b, a, int(hit["label_a"]), (-x, -y, -z), (px, py, pz))
