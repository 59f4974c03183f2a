"""From the map frame to road coordinates: the nearest road, lane, s and t of points.

Candidates come from a k-d tree of points on all lane centres; the foot of each on its road's reference line is found
by Newton's method, so that the result is as exact as the evaluation in `jing_maps.opendrive.place`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import KDTree

from jing_maps.errors import UnknownNameError
from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.place import lane_borders, lane_pose, reference_line

__all__ = ["LaneIndex", "LanePositions", "foot_on_road", "index_lanes", "nearest_lane"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]

_STEP_M = 2.0
_CANDIDATES = 12
_NEWTON_STEPS = 8
# One metre of height counts as much as this many metres sideways: a bridge is another place.
_HEIGHT_WEIGHT = 4.0


@dataclass(frozen=True)
class LanePositions:
    """`(k,)` places: row of the road, lane id, s and t [m], offset to the left of the lane's centre [m], and how far
    outside of the lane the point lies [m] (0 inside)."""

    road: Int
    lane: Int
    s_m: Float
    t_m: Float
    offset_m: Float
    outside_m: Float


@dataclass(frozen=True)
class LaneIndex:
    """Points on lane centres of a map: a tree over x, y and the road row, lane id and s of each."""

    odr: OpenDriveMap
    tree: KDTree
    road: Int
    lane: Int
    s_m: Float


def foot_on_road(
    odr: OpenDriveMap, road: ArrayLike, x_m: ArrayLike, y_m: ArrayLike, near_s_m: ArrayLike
) -> tuple[Float, Float]:
    """s and t of points on given roads (rows), searched from `near_s_m`; all `(k,)`. s stays within the road."""
    rows, x, y = np.asarray(road, dtype=np.int64), np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    s, length = np.asarray(near_s_m, dtype=np.float64).copy(), odr.columns.length_m[rows]
    for _ in range(_NEWTON_STEPS):
        line = reference_line(odr, rows, s)
        dx, dy = x - line.x_m, y - line.y_m
        cos, sin = np.cos(line.heading_rad), np.sin(line.heading_rad)
        along, across = dx * cos + dy * sin, dy * cos - dx * sin
        # Beyond the centre of curvature the foot is a maximum of distance, not a minimum: step as on a line there.
        s = np.clip(s + along / np.maximum(1 - line.curvature * across, 0.2), 0.0, length)
    line = reference_line(odr, rows, s)
    dx, dy = x - line.x_m, y - line.y_m
    across = dy * np.cos(line.heading_rad) - dx * np.sin(line.heading_rad)
    roll, _ = odr.columns.superelevation.at(rows, s)
    return s, across / np.cos(roll)


def nearest_lane(index: LaneIndex, x_m: ArrayLike, y_m: ArrayLike, z_m: ArrayLike | None = None) -> LanePositions:
    """The nearest of the indexed lanes to points `(k,)`; with z, also nearest in height.

    A point on several lanes (in a junction) gets the one whose centre is closest.
    """
    x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    odr = index.odr
    n = len(x)
    count = min(_CANDIDATES, len(index.s_m))
    found = np.asarray(index.tree.query(np.stack([x, y], axis=1), k=count)[1], dtype=np.int64).reshape(n, count)
    at = found.ravel()
    road, lane = index.road[at], index.lane[at]
    s, t = foot_on_road(odr, road, np.repeat(x, count), np.repeat(y, count), index.s_m[at])
    borders = lane_borders(odr, road, lane, s)
    centre, half = (borders.inner_m + borders.outer_m) / 2, np.abs(borders.outer_m - borders.inner_m) / 2
    pose = lane_pose(odr, road, lane, s, t - centre)
    apart = np.hypot(pose.x_m - np.repeat(x, count), pose.y_m - np.repeat(y, count))
    outside = np.maximum(np.abs(t - centre) - half, 0.0) + apart
    cost = outside + 1e-3 * np.abs(t - centre)
    if z_m is not None:
        cost = cost + _HEIGHT_WEIGHT * np.abs(pose.z_m - np.repeat(np.asarray(z_m, dtype=np.float64), count))
    # Where the foot lies in a section that lacks the lane, the sample was of a neighbouring section.
    cost = np.where(np.isfinite(cost), cost, np.inf).reshape(n, count)
    best = np.argmin(cost, axis=1) + np.arange(n) * count
    return LanePositions(road[best], lane[best], s[best], t[best], (t - centre)[best], outside[best])


def index_lanes(odr: OpenDriveMap, lane_types: frozenset[str] | None = None) -> LaneIndex:
    """An index over the lanes of given types (`driving`, ...), or over all.

    Raises:
        UnknownNameError: the map has no lane of these types.
    """
    columns = odr.columns
    wanted = np.array([lane_types is None or kind in lane_types for kind in columns.lane_type])
    rows = np.flatnonzero(wanted)
    if not len(rows):
        raise UnknownNameError("lane type", ", ".join(sorted(lane_types or ())), set(columns.lane_type))
    section = columns.lane_section[rows]
    start, end = columns.section_start_m[section], columns.section_end_m[section]
    counts = np.maximum(np.ceil((end - start) / _STEP_M).astype(np.int64), 1)
    owner = np.repeat(np.arange(len(rows)), counts)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    s = start[owner] + (end - start)[owner] * (rank + 0.5) / counts[owner]
    road, lane = columns.section_road[section][owner], columns.lane_id[rows][owner]
    pose = lane_pose(odr, road, lane, s)
    return LaneIndex(odr, KDTree(np.stack([pose.x_m, pose.y_m], axis=1)), road, lane, s)
