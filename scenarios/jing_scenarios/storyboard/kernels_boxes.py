"""Which boxes of entities overlap."""

import math

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.roads.place_rows import H, X, Y, Z
from jing_sim.kernel_cache import leaf

__all__ = ["overlaps"]

Float = NDArray[np.float64]

LENGTH, WIDTH, HEIGHT, CX, CY, CZ = 0, 1, 2, 3, 4, 5


@leaf
def overlaps(pose: Float, boxes: Float, alive: NDArray[np.bool_], pairs: NDArray[np.int64]) -> int:
    """Fills `pairs` (k, 2) with the rows of boxes that overlap, and returns how many there are.

    `boxes`: (n, 6) length width height and middle ahead, left, up of the reference point. Boxes stand upright: their
    outlines are compared by the separating axis theorem, and their heights.
    """
    count = 0
    for i in range(len(pose)):
        if not alive[i]:
            continue
        x, y, reach = pose[i, X], pose[i, Y], _reach_at_most(boxes, i)
        for j in range(i + 1, len(pose)):
            far = reach + _reach_at_most(boxes, j)
            if not alive[j] or abs(pose[j, X] - x) > far or abs(pose[j, Y] - y) > far:
                continue
            if count < len(pairs) and _touch(pose[i], boxes[i], pose[j], boxes[j]):
                pairs[count, 0], pairs[count, 1] = i, j
                count += 1
    return count


@leaf
def _touch(pose_a: Float, box_a: Float, pose_b: Float, box_b: Float) -> bool:
    dx, dy = pose_b[X] - pose_a[X], pose_b[Y] - pose_a[Y]
    bottom_a = pose_a[Z] + box_a[CZ] - box_a[HEIGHT] / 2.0
    bottom_b = pose_b[Z] + box_b[CZ] - box_b[HEIGHT] / 2.0
    if bottom_a > bottom_b + box_b[HEIGHT] or bottom_b > bottom_a + box_a[HEIGHT]:
        return False
    cos_a, sin_a, cos_b, sin_b = math.cos(pose_a[H]), math.sin(pose_a[H]), math.cos(pose_b[H]), math.sin(pose_b[H])
    dx += box_b[CX] * cos_b - box_b[CY] * sin_b - box_a[CX] * cos_a + box_a[CY] * sin_a
    dy += box_b[CX] * sin_b + box_b[CY] * cos_b - box_a[CX] * sin_a - box_a[CY] * cos_a
    cos, sin = abs(cos_a * cos_b + sin_a * sin_b), abs(cos_a * sin_b - sin_a * cos_b)
    la, wa, lb, wb = box_a[LENGTH] / 2.0, box_a[WIDTH] / 2.0, box_b[LENGTH] / 2.0, box_b[WIDTH] / 2.0
    return bool(
        abs(dx * cos_a + dy * sin_a) <= la + lb * cos + wb * sin
        and abs(dy * cos_a - dx * sin_a) <= wa + lb * sin + wb * cos
        and abs(dx * cos_b + dy * sin_b) <= lb + la * cos + wa * sin
        and abs(dy * cos_b - dx * sin_b) <= wb + la * sin + wa * cos
    )


@leaf
def _reach_at_most(boxes: Float, k: int) -> float:
    """No point of the box is further from the reference point, seen from above."""
    return float((boxes[k, LENGTH] + boxes[k, WIDTH]) / 2.0 + abs(boxes[k, CX]) + abs(boxes[k, CY]))
