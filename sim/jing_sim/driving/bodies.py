"""The columns of a driving world: everything that has a shape and can be hit or seen.

Frame: map frame, metres, x east, y north, z up; yaw counter-clockwise from east, pitch nose up, roll right side down,
in radians, applied in the order yaw, pitch, roll. A body's own frame: x forward, y left, z up.
"""

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bodies", "BodyKind", "Motion"]

Float = NDArray[np.float64]


class BodyKind(IntEnum):
    """What a body is."""

    FREE = 0
    """An unused row."""
    VEHICLE = 1
    WALKER = 2
    PROP = 3


class Motion(IntEnum):
    """Who moves a body."""

    DYNAMIC = 0
    """The vehicle or walker model, and contacts."""
    KINEMATIC = 1
    """It keeps the velocity that it is given; others bounce off it."""
    STATIC = 2


@dataclass(frozen=True)
class Bodies:
    """`(n,)` rows; a row whose `kind` is FREE may be used again, an `id` never is.

    Attributes:
        id: uint32, unique over the life of the world, from 1.
        kind: `BodyKind`.
        motion: `Motion`.
        label: semantic label as CARLA numbers them (14 car, 15 truck, 16 bus, 18 motorcycle, 19 bicycle,
            12 pedestrian, 20 static, 21 dynamic).
        position: `(n, 3)` the body's origin: on the ground, below the middle of its wheels' rectangle (vehicles), at
            the middle of its box (walkers), below it on the ground (props).
        rotation: `(n, 3)` yaw, pitch, roll.
        velocity: `(n, 3)` of the origin, map frame.
        angular: `(n, 3)` angular velocity, map frame x, y, z, rad/s.
        acceleration: `(n, 3)` of the last step, map frame, without gravity.
        half_extent: `(n, 3)` half length, half width, half height of its box.
        box_centre: `(n, 3)` middle of its box in the body's frame.
        mass_kg: inverse mass is 0 where motion is not DYNAMIC.
        yaw_inertia: kg m2.
        friction, restitution: of its hull in contacts.
        collides: contacts are looked for.
        gravity: it falls.
    """

    id: NDArray[np.uint32]
    kind: NDArray[np.int8]
    motion: NDArray[np.int8]
    label: NDArray[np.uint8]
    position: Float
    rotation: Float
    velocity: Float
    angular: Float
    acceleration: Float
    half_extent: Float
    box_centre: Float
    mass_kg: Float
    yaw_inertia: Float
    friction: Float
    restitution: Float
    collides: NDArray[np.bool_]
    gravity: NDArray[np.bool_]

    @classmethod
    def empty(cls, n: int) -> "Bodies":
        """`n` free rows."""
        three = {"position", "rotation", "velocity", "angular", "acceleration", "half_extent", "box_centre"}
        kinds: dict[str, type] = {"id": np.uint32, "kind": np.int8, "motion": np.int8, "label": np.uint8}
        kinds |= {"collides": np.bool_, "gravity": np.bool_}
        columns: dict[str, NDArray[Any]] = {
            field.name: np.zeros((n, 3) if field.name in three else n, kinds.get(field.name, np.float64))
            for field in fields(cls)
        }
        return cls(**columns)

    def __len__(self) -> int:
        return len(self.id)
