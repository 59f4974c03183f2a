"""Pictures: one ray for each pixel, and for the shaded picture another one towards the sun.

A pinhole without distortion; pixel (0, 0) is the upper left one. Light is a Lambert surface under the sun and the sky,
air light after Koschmieder.
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.sensors.kernels_rays import cast, normal
from jing_sim.kernel_cache import leaf

__all__ = ["flow_rows", "shade_rows", "trace_rows"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

_OFF_M = 0.02


@leaf
def trace_rows(
    begin: int, end: int, width: int, height: int, focal: float, place: F64, axes: F64, most: float, skip: int,
    nodes: F32, n_leaves: int, per_leaf: int, corners: F32, box_nodes: F32, n_box_leaves: int, boxes: F64,
    box_body: I32, depth: F32, what: I32, side: I32, stack: I32,
) -> None:  # fmt: skip
    """Pixel rows `begin` to `end - 1` of `depth` (along the optical axis [m]), `what` as `cast`, and sides of boxes.

    `focal`: in pixels; `axes` `(3, 3)` forward, left and up of the camera.
    """
    for row in range(begin, end):
        rise = (0.5 * height - row - 0.5) / focal
        for column in range(width):
            lean = (0.5 * width - column - 0.5) / focal
            dx = axes[0, 0] + lean * axes[1, 0] + rise * axes[2, 0]
            dy = axes[0, 1] + lean * axes[1, 1] + rise * axes[2, 1]
            dz = axes[0, 2] + lean * axes[1, 2] + rise * axes[2, 2]
            # Not of unit length: the distance found is then the depth along the axis.
            t, thing, face = cast(
                place[0], place[1], place[2], dx, dy, dz, most, skip, nodes, n_leaves, per_leaf, corners, box_nodes,
                n_box_leaves, boxes, box_body, stack,
            )  # fmt: skip
            depth[row, column], what[row, column], side[row, column] = t, thing, face


@leaf
def shade_rows(
    begin: int, end: int, width: int, height: int, focal: float, place: F64, axes: F64, skip: int,
    nodes: F32, n_leaves: int, per_leaf: int, corners: F32, box_nodes: F32, n_box_leaves: int, boxes: F64,
    box_body: I32, depth: F32, what: I32, side: I32, colour: F32, tree_label: U8, box_colour: F32, sun: F64,
    light: F64, sky: F64, lamps: float, extinction: float, shadow_m: float, picture: F32, stack: I32,
) -> None:  # fmt: skip
    """Red, green and blue, 0 to 1, of pixel rows that `trace_rows` has found.

    `colour` `(256, 3)` by label, `box_colour` `(m, 3)`; `sun` `(3,)` towards it, `light` `(2,)` of the sun and of the
    sky; `sky` `(2, 3)` colours of horizon and zenith; `lamps`: strength of headlights; `extinction` per metre.
    """
    for row in range(begin, end):
        rise = (0.5 * height - row - 0.5) / focal
        for column in range(width):
            lean = (0.5 * width - column - 0.5) / focal
            dx = axes[0, 0] + lean * axes[1, 0] + rise * axes[2, 0]
            dy = axes[0, 1] + lean * axes[1, 1] + rise * axes[2, 1]
            dz = axes[0, 2] + lean * axes[1, 2] + rise * axes[2, 2]
            size = np.sqrt(dx * dx + dy * dy + dz * dz)
            up = min(max(dz / size, 0.0), 1.0) ** 0.5
            thing = what[row, column]
            if thing == -1:
                for k in range(3):
                    picture[row, column, k] = sky[0, k] + (sky[1, k] - sky[0, k]) * up
                continue
            t = np.float64(depth[row, column])
            nx, ny, nz = normal(thing, side[row, column], corners, boxes)
            # Towards the one who looks.
            if nx * dx + ny * dy + nz * dz > 0.0:
                nx, ny, nz = -nx, -ny, -nz
            px = place[0] + t * dx + _OFF_M * nx
            py = place[1] + t * dy + _OFF_M * ny
            pz = place[2] + t * dz + _OFF_M * nz
            bright = nx * sun[0] + ny * sun[1] + nz * sun[2]
            if bright > 0.0 and light[0] > 0.0 and t * size < shadow_m:
                _, other, _ = cast(
                    px, py, pz, sun[0], sun[1], sun[2], shadow_m, skip, nodes, n_leaves, per_leaf, corners, box_nodes,
                    n_box_leaves, boxes, box_body, stack,
                )  # fmt: skip
                if other != -1:
                    bright = 0.0
            shine = light[0] * max(bright, 0.0) + light[1] * (0.6 + 0.4 * nz)
            facing = -(nx * dx + ny * dy + nz * dz) / size
            shine += lamps * facing / (1.0 + 0.02 * t * t)
            air = np.exp(-extinction * t * size)
            for k in range(3):
                own = box_colour[-2 - thing, k] if thing <= -2 else colour[tree_label[thing], k]
                lit = min(own * shine, 1.0)
                picture[row, column, k] = lit * air + sky[0, k] * (1.0 - air)


@leaf
def flow_rows(
    begin: int, end: int, width: int, height: int, focal: float, place: F64, axes: F64, old_place: F64, old_axes: F64,
    box_body: I32, depth: F32, what: I32, now: F64, before: F64, known: NDArray[np.bool_], flow: F32,
) -> None:  # fmt: skip
    """Where each pixel's point was in the last picture: `flow` `(height, width, 2)`, pixels over width and height.

    `now`, `before` `(n_bodies, 12)`: place and three axes of each body in this frame and the last one; `known`:
    whether it was there.
    """
    for row in range(begin, end):
        rise = (0.5 * height - row - 0.5) / focal
        for column in range(width):
            lean = (0.5 * width - column - 0.5) / focal
            flow[row, column, 0] = 0.0
            flow[row, column, 1] = 0.0
            thing = what[row, column]
            t = np.float64(depth[row, column])
            x = place[0] + t * (axes[0, 0] + lean * axes[1, 0] + rise * axes[2, 0])
            y = place[1] + t * (axes[0, 1] + lean * axes[1, 1] + rise * axes[2, 1])
            z = place[2] + t * (axes[0, 2] + lean * axes[1, 2] + rise * axes[2, 2])
            if thing <= -2:
                b = box_body[-2 - thing]
                if known[b]:
                    rx, ry, rz = x - now[b, 0], y - now[b, 1], z - now[b, 2]
                    x, y, z = before[b, 0], before[b, 1], before[b, 2]
                    for axis in range(3):
                        q = 3 + 3 * axis
                        own = rx * now[b, q] + ry * now[b, q + 1] + rz * now[b, q + 2]
                        x += own * before[b, q]
                        y += own * before[b, q + 1]
                        z += own * before[b, q + 2]
            rx, ry, rz = x - old_place[0], y - old_place[1], z - old_place[2]
            ahead = rx * old_axes[0, 0] + ry * old_axes[0, 1] + rz * old_axes[0, 2]
            if ahead <= 0.01:
                continue
            left = rx * old_axes[1, 0] + ry * old_axes[1, 1] + rz * old_axes[1, 2]
            high = rx * old_axes[2, 0] + ry * old_axes[2, 1] + rz * old_axes[2, 2]
            flow[row, column, 0] = (left / ahead - lean) * focal / width
            flow[row, column, 1] = (rise - high / ahead) * -focal / height
