"""Where a sensor is and how it moves."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Mount"]

Float = NDArray[np.float64]


def _three() -> Float:
    return np.zeros(3)


@dataclass(frozen=True)
class Mount:
    """The sensor in the map frame.

    Attributes:
        position: `(3,)`. rotation: `(3,)` yaw, pitch (nose up), roll (right side down).
        velocity: `(3,)` of the sensor's place. angular: `(3,)` rad/s about the map's axes.
        acceleration: `(3,)` without gravity.
        row: of the body that carries it; it does not see that body's hull. -1 = none.
    """

    position: Float
    rotation: Float
    velocity: Float = field(default_factory=_three)
    angular: Float = field(default_factory=_three)
    acceleration: Float = field(default_factory=_three)
    row: int = -1

    def axes(self) -> Float:
        """`(3, 3)` rows: forward, left and up in the map frame."""
        (cy, cp, cr), (sy, sp, sr) = np.cos(self.rotation), np.sin(self.rotation)
        forward = np.array([cy * cp, sy * cp, sp])
        left = np.array([-sy * cr - cy * sp * sr, cy * cr - sy * sp * sr, cp * sr])
        return np.stack([forward, left, np.cross(forward, left)])
