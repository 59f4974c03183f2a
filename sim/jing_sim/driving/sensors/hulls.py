"""What sensors see of moving bodies: a few oriented boxes each, nearer to their shape than one box is."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.bodies import Bodies, BodyKind

__all__ = ["hull_boxes"]

Float = NDArray[np.float64]

# Shares of a body's box: middle and half size along, across and up, from -1 to 1.
_CAR = np.array([[0.0, 0.0, -0.25, 1.0, 1.0, 0.53], [-0.12, 0.0, 0.64, 0.58, 0.88, 0.36]])
_TALL = np.array([[0.0, 0.0, 0.06, 1.0, 1.0, 0.94]])
_BIKE = np.array([[0.0, 0.0, -0.4, 1.0, 0.4, 0.6], [-0.1, 0.0, 0.45, 0.35, 1.0, 0.55]])
_WALKER = np.array(
    [[0.0, 0.0, -0.5, 0.6, 0.75, 0.5], [0.0, 0.0, 0.3, 0.75, 1.0, 0.4], [0.0, 0.0, 0.85, 0.45, 0.5, 0.15]]
)
_PROP = np.array([[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]])
_TRUCK, _BUS, _MOTORCYCLE, _BICYCLE, _RIDER = 15, 16, 18, 19, 13


def _shape(kind: int, label: int) -> Float:
    if kind == BodyKind.WALKER:
        return _WALKER
    if kind != BodyKind.VEHICLE:
        return _PROP
    if label in {_MOTORCYCLE, _BICYCLE, _RIDER}:
        return _BIKE
    return _TALL if label in {_TRUCK, _BUS} else _CAR


def hull_boxes(bodies: Bodies) -> tuple[Float, NDArray[np.int32]]:
    """`(m, 15)` centre, half sizes and axes of boxes, map frame, and `(m,)` the row of the body of each."""
    rows = np.flatnonzero(bodies.kind != BodyKind.FREE)
    shapes = [_shape(int(bodies.kind[row]), int(bodies.label[row])) for row in rows]
    owner = np.repeat(rows, [len(shape) for shape in shapes])
    if not len(owner):
        return np.zeros((0, 15)), np.zeros(0, np.int32)
    share = np.concatenate(shapes)
    half, axes = bodies.half_extent[owner], _axes(bodies.rotation[owner])
    own = bodies.box_centre[owner] + share[:, :3] * half
    centre = bodies.position[owner] + np.einsum("nk,nkx->nx", own, axes)
    return np.hstack([centre, share[:, 3:] * half, axes.reshape(-1, 9)]), owner.astype(np.int32)


def _axes(rotation: Float) -> Float:
    """`(n, 3, 3)` the body's forward, left and up axes in the map frame; rotation is yaw, pitch (nose up), roll."""
    (cy, cp, cr), (sy, sp, sr) = np.cos(rotation).T, np.sin(rotation).T
    forward = np.stack([cy * cp, sy * cp, sp], 1)
    left = np.stack([-sy * cr - cy * sp * sr, cy * cr - sy * sp * sr, cp * sr], 1)
    up = np.cross(forward, left)
    return np.stack([forward, left, up], 1)
