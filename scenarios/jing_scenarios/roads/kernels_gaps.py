"""Gaps between the bounding boxes of entities, seen from above, and where their corners lie on the roads."""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.roads.kernels_nearest import nearest_road
from jing_scenarios.roads.place_rows import LANE, ROAD, H, S, X, Y, Z
from jing_scenarios.roads.stretches import Stretches
from jing_scenarios.roads.tables import RoadTables
from jing_sim.kernel_cache import leaf

__all__ = ["body_gaps", "corners_on_roads", "point_gaps"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

_FAR = 1e30


@leaf
def _corner(pose: F64, boxes: F64, k: int, c: int) -> tuple[float, float]:
    """Corner `c` (0 to 3, counter-clockwise from the front left one) of the box of entity `k`."""
    u = boxes[k, 3] + (boxes[k, 0] / 2 if c in (0, 3) else -boxes[k, 0] / 2)
    v = boxes[k, 4] + (boxes[k, 1] / 2 if c < 2 else -boxes[k, 1] / 2)
    cos, sin = np.cos(pose[k, H]), np.sin(pose[k, H])
    return pose[k, X] + u * cos - v * sin, pose[k, Y] + u * sin + v * cos


@leaf
def _in_frame(pose: F64, boxes: F64, k: int, x: float, y: float) -> tuple[float, float]:
    """A point seen from the centre of the box of entity `k`, along its axes."""
    cos, sin = np.cos(pose[k, H]), np.sin(pose[k, H])
    dx, dy = x - pose[k, X], y - pose[k, Y]
    return dx * cos + dy * sin - boxes[k, 3], dy * cos - dx * sin - boxes[k, 4]


@leaf
def _beyond(low: float, high: float, half: float) -> float:
    """How far an interval lies beyond `half` (positive) or before `-half` (negative); 0 where it overlaps."""
    if low > half:
        return low - half
    return high + half if high < -half else 0.0


@leaf
def _outside(u: float, v: float, boxes: F64, k: int) -> float:
    """Distance of a point, seen from the box of entity `k`, from that box."""
    away_u, away_v = max(abs(u) - boxes[k, 0] / 2, 0.0), max(abs(v) - boxes[k, 1] / 2, 0.0)
    return float(np.sqrt(away_u * away_u + away_v * away_v))


@leaf
def _seen(pose: F64, boxes: F64, k: int, other: int) -> tuple[float, float, float]:
    """Of the other's box in the frame of `k`: gaps ahead and to the left, and the least distance of a corner."""
    low_u, high_u, low_v, high_v, least = _FAR, -_FAR, _FAR, -_FAR, _FAR
    for c in range(4):
        x, y = _corner(pose, boxes, other, c)
        u, v = _in_frame(pose, boxes, k, x, y)
        low_u, high_u, low_v, high_v = min(low_u, u), max(high_u, u), min(low_v, v), max(high_v, v)
        least = min(least, _outside(u, v, boxes, k))
    return _beyond(low_u, high_u, boxes[k, 0] / 2), _beyond(low_v, high_v, boxes[k, 1] / 2), least


@leaf
def body_gaps(pose: F64, boxes: F64, first: int, second: int) -> tuple[float, float, float]:
    """Gaps from the first entity's box to the second's: ahead (negative: behind) and to the left in the first one's
    frame, and the least distance of the two (0 where they overlap)."""
    ahead, left, of_second = _seen(pose, boxes, first, second)
    back, side, of_first = _seen(pose, boxes, second, first)
    apart = ahead != 0.0 or left != 0.0 or back != 0.0 or side != 0.0
    return ahead, left, min(of_first, of_second) if apart else 0.0


@leaf
def point_gaps(pose: F64, boxes: F64, k: int, x: float, y: float) -> tuple[float, float, float]:
    """Gaps from an entity's box to a point: ahead, to the left, and the distance."""
    u, v = _in_frame(pose, boxes, k, x, y)
    return _beyond(u, u, boxes[k, 0] / 2), _beyond(v, v, boxes[k, 1] / 2), _outside(u, v, boxes, k)


@leaf
def corners_on_roads(
    roads: RoadTables, near: Stretches, pose: F64, along: F64, on: I64, boxes: F64, k: int, out: F64
) -> None:
    """Road, s and t of the four corners of an entity's box: `out` `(4, 3)`."""
    for c in range(4):
        x, y = _corner(pose, boxes, k, c)
        road, s, t, _ = nearest_road(
            roads.roads, roads.length_m, roads.sections, roads.spans, roads.lanes, roads.exits, roads.cubics,
            roads.pieces, roads.arcs, near.rows, near.origin, near.size, near.first, near.items, x, y, pose[k, Z],
            on[k, ROAD], on[k, LANE], along[k, S],
        )  # fmt: skip
        out[c, 0], out[c, 1], out[c, 2] = road, s, t
