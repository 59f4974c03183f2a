"""From a place on a road to a pose in the map frame, and back to what of the pose is relative to the road.

Positions are those of `jing_maps.opendrive.place`, but for roads that climb and are superelevated at once: there the
t axis is that of the whole rotation by heading, pitch and roll, as in esmini, so that a place to the side lies
`t sin(pitch) sin(roll)` further along, and its height is measured along the tilted normal.

Orientation: the frame of the driven line on the road's surface (its tangent, the surface's normal) turned by heading,
pitch and roll relative to it (z-y-x, ISO 8855).
"""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.roads.kernels_lanes import lane_height, lane_of, lane_strip
from jing_scenarios.roads.kernels_line import cubic_at, line_at, shape_at, tilt_of
from jing_scenarios.roads.place_rows import (
    T_ELEVATION,
    T_FALL_LEFT,
    T_FALL_RIGHT,
    T_OF_ROAD,
    T_PIECE,
    T_ROLL,
    T_SHAPE,
)
from jing_sim.kernel_cache import leaf

__all__ = ["compose", "relative_to", "surface_at", "turn_to"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@leaf
def _height_at(
    roads: I64, cubics: F64, shapes: F64, road: int, s: float, t: float
) -> tuple[float, float, float, float, float, float]:
    """Height of a road's surface at s and t, its slopes over s and over t; superelevation, its slope, and that of the
    reference line."""
    z, z_slope = cubic_at(cubics, roads[road, T_ELEVATION], roads[road, T_ELEVATION + 1], s)
    roll, roll_slope = cubic_at(cubics, roads[road, T_ROLL], roads[road, T_ROLL + 1], s)
    side = T_FALL_LEFT if t > 0 else T_FALL_RIGHT
    angle, angle_slope = cubic_at(cubics, roads[road, side], roads[road, side + 1], s)
    fall, fall_slope = np.tan(angle), angle_slope / np.cos(angle) ** 2
    height, along, across = shape_at(shapes, roads[road, T_SHAPE], roads[road, T_SHAPE + 1], s, t)
    sign = 1.0 if t > 0 else (-1.0 if t < 0 else 0.0)
    upright = 1.0 / np.sqrt(1.0 + z_slope * z_slope)
    return (
        z + t * upright * np.sin(roll) - abs(t) * fall + height,
        z_slope + t * upright * np.cos(roll) * roll_slope - abs(t) * fall_slope + along,
        upright * np.sin(roll) - sign * fall + across,
        roll,
        roll_slope,
        z_slope,
    )


@leaf
def surface_at(
    roads: I64, sections: I64, spans: F64, lanes: I64, cubics: F64, pieces: F64, arcs: F64, shapes: F64, section: int,
    lane: int, s: float, t: float,
) -> tuple[float, float, float, float, float, float, float]:  # fmt: skip
    """Of the line through s and t that runs as the lane does: x, y, z, heading, pitch and roll of the surface along
    growing s, and the curvature of the reference line.
    """
    road = sections[section, T_OF_ROAD]
    x, y, heading, curvature = line_at(pieces, arcs, roads[road, T_PIECE], roads[road, T_PIECE + 1], s)
    z, z_along, z_across, roll, roll_slope, rise = _height_at(roads, cubics, shapes, road, s, t)
    inner, outer, inner_slope, outer_slope = lane_strip(roads, sections, spans, lanes, cubics, section, lane, s)
    slope = (inner_slope + outer_slope) / 2
    if np.isnan(slope):
        slope = 0.0
    row = lane_of(sections, section, lane)
    if row >= 0 and abs(outer - inner) > 1e-6:
        z += lane_height(lanes, cubics, row, s - spans[section, 0], (t - inner) / (outer - inner))
    narrow, tilt = np.cos(roll), tilt_of(rise, roll)
    across, ahead = t * narrow, t * tilt
    closing = -t * np.sin(roll) * roll_slope
    across_slope = slope * narrow + closing
    along = 1 - curvature * across
    # Where the curve is tighter than the offset the lane folds back; it keeps the direction of the road there.
    turn = np.arctan2(across_slope, along + slope * tilt) if along > 0 else 0.0
    # Slopes of the surface along the road and straight across it, from those over s and over t.
    wide = max(along * narrow - closing * tilt, 1e-9)
    up_along, up_across = (z_along * narrow - z_across * closing) / wide, (z_across * along - z_along * tilt) / wide
    cos, sin = np.cos(turn), np.sin(turn)
    pitch = -np.arctan(up_along * cos + up_across * sin)
    return (
        x + ahead * np.cos(heading) - across * np.sin(heading),
        y + ahead * np.sin(heading) + across * np.cos(heading),
        z,
        heading + turn,
        pitch,
        np.arctan((up_across * cos - up_along * sin) * np.cos(pitch)),
        curvature,
    )


@leaf
def _matrix(h: float, p: float, r: float) -> tuple[float, float, float, float, float, float, float, float, float]:
    """Rotation by roll, pitch, heading about fixed x, y, z; rows first."""
    ch, sh, cp, sp, cr, sr = np.cos(h), np.sin(h), np.cos(p), np.sin(p), np.cos(r), np.sin(r)
    return (
        ch * cp, ch * sp * sr - sh * cr, sh * sr + ch * sp * cr,
        sh * cp, ch * cr + sh * sp * sr, sh * sp * cr - ch * sr,
        -sp, cp * sr, cp * cr,
    )  # fmt: skip


@leaf
def _wrapped(angle: float) -> float:
    return float(angle - 2 * np.pi * np.floor((angle + np.pi) / (2 * np.pi)))


@leaf
def compose(h0: float, p0: float, r0: float, h1: float, p1: float, r1: float) -> tuple[float, float, float]:
    """Heading, pitch and roll of the frame `1` given in the frame `0`; heading in [-pi, pi)."""
    if p0 == 0.0 and r0 == 0.0:
        return _wrapped(h0 + h1), p1, r1
    a = _matrix(h0, p0, r0)
    b = _matrix(h1, p1, r1)
    xx = a[0] * b[0] + a[1] * b[3] + a[2] * b[6]
    yx = a[3] * b[0] + a[4] * b[3] + a[5] * b[6]
    zx = a[6] * b[0] + a[7] * b[3] + a[8] * b[6]
    zy = a[6] * b[1] + a[7] * b[4] + a[8] * b[7]
    zz = a[6] * b[2] + a[7] * b[5] + a[8] * b[8]
    return np.arctan2(yx, xx), -np.arcsin(min(max(zx, -1.0), 1.0)), np.arctan2(zy, zz)


@leaf
def relative_to(h0: float, p0: float, r0: float, h: float, p: float, r: float) -> tuple[float, float, float]:
    """What `compose` needs as `1` so that frame `0` becomes the frame of `h`, `p`, `r`."""
    if p0 == 0.0 and r0 == 0.0:
        return _wrapped(h - h0), p, r
    a = _matrix(h0, p0, r0)
    b = _matrix(h, p, r)
    xx = a[0] * b[0] + a[3] * b[3] + a[6] * b[6]
    yx = a[1] * b[0] + a[4] * b[3] + a[7] * b[6]
    zx = a[2] * b[0] + a[5] * b[3] + a[8] * b[6]
    zy = a[2] * b[1] + a[5] * b[4] + a[8] * b[7]
    zz = a[2] * b[2] + a[5] * b[5] + a[8] * b[8]
    return np.arctan2(yx, xx), -np.arcsin(min(max(zx, -1.0), 1.0)), np.arctan2(zy, zz)


@leaf
def turn_to(h: float, p: float, r: float, heading: float) -> float:
    """The turn on a surface of this frame that gives a heading in the map frame."""
    turn = heading - h
    for _ in range(3):
        reached, _, _ = compose(h, p, r, turn, 0.0, 0.0)
        turn += _wrapped(heading - reached)
    return turn
