"""From road coordinates to the map frame: (road, s, t) or (road, lane, s, offset) to x, y, z and direction.

>>> from jing_maps.opendrive.example import straight_road
>>> odr = straight_road(length_m=100.0, lane_width_m=3.5)
>>> pose = lane_pose(odr, np.array([0]), np.array([-1]), np.array([20.0]))
>>> float(pose.x_m[0]), float(pose.y_m[0])
(20.0, -1.75)
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jing_maps.opendrive.columns import piece_at
from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.model import Shape
from jing_maps.opendrive.plan_view import LinePoints, points_on

__all__ = [
    "LaneBorders",
    "Pose",
    "border_heights",
    "lane_borders",
    "lane_pose",
    "lane_row",
    "reference_line",
    "road_pose",
]

Int = NDArray[np.int64]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class Pose:
    """`(k,)` places: map frame metres, radians; headings along growing s, pitch up positive, roll as superelevation."""

    x_m: Float
    y_m: Float
    z_m: Float
    heading_rad: Float
    pitch_rad: Float
    roll_rad: Float


@dataclass(frozen=True)
class LaneBorders:
    """`(k,)` t [m] of lanes' inner and outer borders and their slopes dt/ds; NaN where the lane is not there."""

    inner_m: Float
    outer_m: Float
    inner_slope: Float
    outer_slope: Float


def reference_line(odr: OpenDriveMap, road: ArrayLike, s_m: ArrayLike) -> LinePoints:
    """Points of the reference lines of the roads (rows) at s; beyond the ends the last primitive goes on."""
    rows, s = np.asarray(road, dtype=np.int64), np.asarray(s_m, dtype=np.float64)
    columns = odr.columns
    return points_on(columns.plan, odr.arc_lengths, piece_at(columns.first_piece, columns.plan.start_m, rows, s), s)


def road_pose(odr: OpenDriveMap, road: ArrayLike, s_m: ArrayLike, t_m: ArrayLike) -> Pose:
    """Places at s and t of the roads (rows); all arguments `(k,)`. The heading is that of the reference line."""
    rows, s, t = np.asarray(road, dtype=np.int64), np.asarray(s_m, dtype=np.float64), np.asarray(t_m, dtype=np.float64)
    return _pose(odr, rows, s, t, np.zeros(len(s)))


def border_heights(odr: OpenDriveMap, lane: ArrayLike, s_m: ArrayLike) -> tuple[Float, Float]:
    """`(k,)` heights above the road of the inner and the outer borders of lanes (rows of the lane columns) at s."""
    columns, rows = odr.columns, np.asarray(lane, dtype=np.int64)
    ds = np.asarray(s_m, dtype=np.float64) - columns.section_start_m[columns.lane_section[rows]]
    return columns.inner_height.at(rows, ds)[0], columns.outer_height.at(rows, ds)[0]


def lane_pose(odr: OpenDriveMap, road: ArrayLike, lane: ArrayLike, s_m: ArrayLike, offset_m: ArrayLike = 0.0) -> Pose:
    """Places on lanes: `road` rows, `lane` ids, stations s, and offsets to the left of the lane's centre, all `(k,)`.

    The heading is the tangent of the lane's centre line along growing s (also on left lanes): with t(s) the centre's
    offset and k the curvature, `heading + atan2(dt/ds, 1 - k t)`. Heights of the lane above the road count. NaN where
    the lane is not there.
    """
    rows, ids = np.asarray(road, dtype=np.int64), np.asarray(lane, dtype=np.int64)
    s = np.asarray(s_m, dtype=np.float64)
    borders = lane_borders(odr, rows, ids, s)
    t = (borders.inner_m + borders.outer_m) / 2 + np.asarray(offset_m, dtype=np.float64)
    pose = _pose(odr, rows, s, t, (borders.inner_slope + borders.outer_slope) / 2)
    if not len(odr.columns.inner_height.start_m):
        return pose
    inner, outer = border_heights(odr, np.maximum(lane_row(odr, rows, ids, s), 0), s)
    wide = borders.outer_m - borders.inner_m
    share = np.where(np.abs(wide) > 1e-6, (t - borders.inner_m) / np.where(wide == 0, 1.0, wide), 0.5)
    return replace(pose, z_m=pose.z_m + np.where(ids != 0, inner + np.clip(share, 0.0, 1.0) * (outer - inner), 0.0))


def _pose(odr: OpenDriveMap, road: Int, s_m: Float, t_m: Float, slope: Float) -> Pose:
    line, columns = reference_line(odr, road, s_m), odr.columns
    z, z_slope = columns.elevation.at(road, s_m)
    roll, roll_slope = columns.superelevation.at(road, s_m)
    across = t_m * np.cos(roll)
    across_slope = slope * np.cos(roll) - t_m * np.sin(roll) * roll_slope
    fall, fall_slope = _crossfall(odr, road, s_m, t_m)
    height = z + t_m * np.sin(roll) - np.abs(t_m) * fall + _shape_height(odr, road, s_m, t_m)
    along = 1 - line.curvature * across
    rise = z_slope + slope * np.sin(roll) + t_m * np.cos(roll) * roll_slope
    rise -= np.sign(t_m) * slope * fall + np.abs(t_m) * fall_slope
    return Pose(
        x_m=line.x_m - across * np.sin(line.heading_rad),
        y_m=line.y_m + across * np.cos(line.heading_rad),
        z_m=height,
        # Where the curve is tighter than the offset the lane folds back; it keeps the direction of the road there.
        heading_rad=line.heading_rad + np.where(along > 0, np.arctan2(across_slope, along), 0.0),
        pitch_rad=np.arctan2(rise, np.maximum(np.hypot(along, across_slope), 1e-9)),
        roll_rad=roll,
    )


def lane_row(odr: OpenDriveMap, road: ArrayLike, lane: ArrayLike, s_m: ArrayLike) -> Int:
    """`(k,)` rows of the lane columns, -1 where the section at s has no such lane."""
    columns = odr.columns
    rows, ids = np.asarray(road, dtype=np.int64), np.asarray(lane, dtype=np.int64)
    section = piece_at(columns.first_section, columns.section_start_m, rows, np.asarray(s_m, dtype=np.float64))
    k = np.abs(ids)
    count = np.where(ids < 0, columns.n_right[section], columns.n_left[section])
    begin = np.where(ids < 0, columns.right_lane[section], columns.left_lane[section])
    return np.where((k > 0) & (k <= count), begin + k - 1, -1)


def lane_borders(odr: OpenDriveMap, road: ArrayLike, lane: ArrayLike, s_m: ArrayLike) -> LaneBorders:
    """Borders of lanes at s, lane offset included; `road` rows, `lane` ids, all `(k,)`."""
    columns = odr.columns
    rows, ids, s = (np.asarray(v) for v in (road, lane, s_m))
    row, sign = lane_row(odr, rows, ids, s), np.where(ids < 0, -1.0, 1.0)
    rank = np.where(row >= 0, np.abs(ids), 0)
    inner, inner_slope = columns.lane_offset.at(rows, s.astype(np.float64))
    outer, outer_slope = inner.copy(), inner_slope.copy()
    for k in range(1, int(rank.max(initial=0)) + 1):
        at = np.flatnonzero(rank >= k)
        lane_at = row[at] - rank[at] + k
        ds = s[at] - columns.section_start_m[columns.lane_section[lane_at]]
        inner[at], inner_slope[at] = outer[at], outer_slope[at]
        width, width_slope = columns.width.at(lane_at, ds)
        border, border_slope = columns.border.at(lane_at, ds)
        by_border = columns.border.has(lane_at) & ~columns.width.has(lane_at)
        mirror = np.where(border * sign[at] < 0, -1.0, 1.0)
        outer[at] = np.where(by_border, mirror * border, outer[at] + sign[at] * width)
        outer_slope[at] = np.where(by_border, mirror * border_slope, outer_slope[at] + sign[at] * width_slope)
    for value in (inner, outer, inner_slope, outer_slope):
        value[(row < 0) & (ids != 0)] = np.nan
    return LaneBorders(inner, outer, inner_slope, outer_slope)


def _crossfall(odr: OpenDriveMap, road: Int, s_m: Float, t_m: Float) -> tuple[Float, Float]:
    """Fall over distance from the reference line, and its slope over s, of the side on which t is."""
    left, right = (side.at(road, s_m) for side in odr.columns.crossfall)
    angle, slope = (np.where(t_m > 0, left[k], right[k]) for k in (0, 1))
    return np.tan(angle), slope / np.cos(angle) ** 2


def _shape_height(odr: OpenDriveMap, road: Int, s_m: Float, t_m: Float) -> Float:
    height = np.zeros(len(road))
    for i in np.flatnonzero(odr.columns.shaped[road]):
        shape = odr.roads[int(road[i])].shape
        if shape is not None and np.isfinite(t_m[i]):
            height[i] = _shape_at(shape, float(s_m[i]), float(t_m[i]))
    return height


def _shape_at(shape: Shape, s_m: float, t_m: float) -> float:
    stations = np.unique(shape.s_m)
    after = int(np.searchsorted(stations, s_m, side="right"))
    low, high = stations[max(after - 1, 0)], stations[min(after, len(stations) - 1)]
    weight = (s_m - low) / (high - low) if high > low else 0.0
    return float((1 - weight) * _profile(shape, low, t_m) + weight * _profile(shape, high, t_m))


def _profile(shape: Shape, station_m: float, t_m: float) -> float:
    mine = np.flatnonzero(shape.s_m == station_m)
    row = mine[max(int(np.searchsorted(shape.t_m[mine], t_m, side="right")) - 1, 0)]
    dt = t_m - shape.t_m[row]
    a, b, c, d = shape.abcd[row]
    return float(a + dt * (b + dt * (c + dt * d)))
