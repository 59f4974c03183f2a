"""Where a sensor is and how it moves."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Mount", "axes_of"]

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
        axes: Float = axes_of(np.asarray(self.rotation, np.float64)[None])[0]
        return axes


def axes_of(rotation: Float) -> Float:
    """`(n, 3, 3)` rows forward, left and up in the map frame, of `(n, 3)` yaw, pitch (nose up), roll (right down)."""
    (cy, cp, cr), (sy, sp, sr) = np.cos(rotation).T, np.sin(rotation).T
    forward = np.stack([cy * cp, sy * cp, sp], 1)
    left = np.stack([-sy * cr - cy * sp * sr, cy * cr - sy * sp * sr, cp * sr], 1)
    return np.stack([forward, left, np.cross(forward, left)], 1)
