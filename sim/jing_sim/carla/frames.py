"""Between the map frame and CARLA's, the only place where the two meet.

Map frame: metres, x east, y north, z up, right-handed; yaw counter-clockwise, radians; pitch nose up, roll right side
down, applied yaw, pitch, roll; a body's frame is x forward, y left, z up. CARLA: y is mirrored (x forward, y right),
degrees, yaw clockwise seen from above, pitch nose up, roll right side down. Mirroring turns the signs of y and of yaw;
of axial vectors (angular velocity, torque) it turns those of x and z.
"""

import math

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Six",
    "axial_mirrored",
    "compose",
    "degrees_of",
    "mirrored",
    "radians_of",
    "relative_to",
    "rotation_matrix",
    "wrapped_degrees",
]

Float = NDArray[np.float64]

_MIRROR = np.array([1.0, -1.0, 1.0])
_AXIAL = np.array([-1.0, 1.0, -1.0])


def mirrored(vectors: Float) -> Float:
    """`(..., 3)` positions, velocities, forces of the other frame; its own inverse."""
    out: Float = vectors * _MIRROR
    return out


def axial_mirrored(vectors: Float) -> Float:
    """`(..., 3)` angular velocities or torques of the other frame; its own inverse."""
    out: Float = vectors * _AXIAL
    return out


def wrapped_degrees(angle: float) -> float:
    """The same angle in (-180, 180]."""
    wrapped = math.fmod(angle, 360.0)
    if wrapped > 180.0:
        return wrapped - 360.0
    return wrapped + 360.0 if wrapped <= -180.0 else wrapped


def degrees_of(rotation: Float) -> Float:
    """`(..., 3)` map-frame yaw, pitch, roll (radians) as CARLA's pitch, yaw, roll (degrees in (-180, 180])."""
    out = np.empty(rotation.shape)
    out[..., 0] = rotation[..., 1]
    out[..., 1] = -rotation[..., 0]
    out[..., 2] = rotation[..., 2]
    out = np.degrees(out)
    return 180.0 - np.mod(180.0 - out, 360.0)


def radians_of(rotation: Float) -> Float:
    """`(..., 3)` CARLA's pitch, yaw, roll (degrees) as map-frame yaw, pitch, roll (radians)."""
    turned = np.radians(rotation)
    return np.stack([-turned[..., 1], turned[..., 0], turned[..., 2]], axis=-1)


def rotation_matrix(pitch: float, yaw: float, roll: float) -> Float:
    """`(3, 3)` columns forward, right and up of a CARLA rotation (degrees) in CARLA's world axes."""
    cp, sp = math.cos(math.radians(pitch)), math.sin(math.radians(pitch))
    cy, sy = math.cos(math.radians(yaw)), math.sin(math.radians(yaw))
    cr, sr = math.cos(math.radians(roll)), math.sin(math.radians(roll))
    return np.array(
        [
            [cp * cy, cy * sp * sr - sy * cr, -cy * sp * cr - sy * sr],
            [cp * sy, sy * sp * sr + cy * cr, -sy * sp * cr + cy * sr],
            [sp, -cp * sr, cp * cr],
        ]
    )


def _angles(matrix: Float) -> tuple[float, float, float]:
    """Pitch, yaw, roll (degrees) of a CARLA rotation matrix."""
    pitch = math.degrees(math.asin(min(1.0, max(-1.0, matrix[2, 0]))))
    if abs(matrix[2, 0]) > 0.9999999:  # forward points up or down: yaw and roll are one; roll is taken as zero
        return pitch, math.degrees(math.atan2(-matrix[0, 1], matrix[1, 1])), 0.0
    yaw = math.degrees(math.atan2(matrix[1, 0], matrix[0, 0]))
    return pitch, yaw, math.degrees(math.atan2(-matrix[2, 1], matrix[2, 2]))


Six = tuple[float, float, float, float, float, float]
"""A CARLA transform as x, y, z, pitch, yaw, roll."""


def compose(parent: Six, child: Six) -> Six:
    """The world transform of a child that is mounted at `child` in its parent's frame (all CARLA's)."""
    matrix = rotation_matrix(*parent[3:])
    place = matrix @ np.array(child[:3]) + np.array(parent[:3])
    pitch, yaw, roll = _angles(matrix @ rotation_matrix(*child[3:]))
    return float(place[0]), float(place[1]), float(place[2]), pitch, yaw, roll


def relative_to(parent: Six, child: Six) -> Six:
    """The transform of a child in its parent's frame, from both in the world; undoes `compose`."""
    matrix = rotation_matrix(*parent[3:]).T
    place = matrix @ (np.array(child[:3]) - np.array(parent[:3]))
    pitch, yaw, roll = _angles(matrix @ rotation_matrix(*child[3:]))
    return float(place[0]), float(place[1]), float(place[2]), pitch, yaw, roll
