"""Lane markings of an OpenDRIVE map as thin triangles just above the road.

Broken lines are painted as GB 5768.3-2009 has them on city roads: 2 m of paint, 4 m of gap; on roads faster than
60 km/h 6 m and 9 m.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.model import Road, RoadMark
from jing_maps.opendrive.place import lane_borders, road_pose
from jing_sim.driving.lane_stations import Stations

__all__ = ["mark_triangles"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]

_LIFT_M = 0.01
_WIDTH_M = 0.15
_CITY, _FAST = (2.0, 4.0), (6.0, 9.0)
_FAST_MPS = 60.0 / 3.6 + 0.1
_APART_M = 0.15
_LEAST_M = 1.0e-3
_INSIDE_M = 1.0e-6
_SOLID, _BROKEN = frozenset({"solid", "curb"}), frozenset({"broken", "botts dots"})


@dataclass(frozen=True)
class _Line:
    """Paint along one lane's border from `begin` to `end`, `shift` m to the left of it."""

    road: int
    section: int
    lane: int
    begin: float
    end: float
    shift: float
    width: float
    broken: bool
    fast: bool


def mark_triangles(odr: OpenDriveMap, stations: Stations) -> NDArray[np.float32]:
    """`(n, 3, 3)` triangles of all markings that are painted; lines without a gap are cut at the lanes' stations."""
    road, lane, begin, end, shift, width = _pieces(odr, stations)
    if not len(road):
        return np.zeros((0, 3, 3), np.float32)
    (a, d), (b, c) = (_edges(odr, road, lane, s, shift, width) for s in (begin, end))
    quads = np.stack([a, b, c, d], 1)
    quads = quads[np.isfinite(quads).all(axis=(1, 2))]
    quads[:, :, 2] += _LIFT_M
    return quads[:, [[0, 1, 2], [0, 2, 3]]].reshape(-1, 3, 3).astype(np.float32)


def _edges(odr: OpenDriveMap, road: Int, lane: Int, s: Float, shift: Float, width: Float) -> tuple[Float, Float]:
    """`(n, 3)` right and left edges of the paint."""
    borders = lane_borders(odr, road, lane, s)
    t = np.where(lane == 0, odr.columns.lane_offset.at(road, s)[0], borders.outer_m) + shift
    pose = road_pose(odr, road, s, t)
    middle = np.stack([pose.x_m, pose.y_m, pose.z_m], 1)
    flat = np.cos(pose.roll_rad)
    left = np.stack([-np.sin(pose.heading_rad) * flat, np.cos(pose.heading_rad) * flat, np.sin(pose.roll_rad)], 1)
    half = left * width[:, None] / 2
    return middle - half, middle + half


def _pieces(odr: OpenDriveMap, stations: Stations) -> tuple[Int, Int, Float, Float, Float, Float]:
    """`(n,)` road rows, lane ids, begins, ends, shifts and widths of painted pieces."""
    columns: list[list[Float]] = [[], [], [], [], [], []]
    for line in _lines(odr):
        if line.broken:
            on, off = _FAST if line.fast else _CITY
            begin = np.arange(line.begin, line.end - _LEAST_M, on + off)
            end = np.minimum(begin + on, line.end - _INSIDE_M)
        else:
            cuts = stations.s_m[stations.first[line.section] : stations.first[line.section + 1]]
            cuts = cuts[(cuts > line.begin + _LEAST_M) & (cuts < line.end - _LEAST_M)]
            begin = np.concatenate([[line.begin], cuts])
            end = np.concatenate([cuts, [line.end - _INSIDE_M]])
        n = np.ones(len(begin))
        values = (line.road * n, line.lane * n, begin, end, line.shift * n, line.width * n)
        for column, value in zip(columns, values, strict=True):
            column.append(value)
    road, lane, begin, end, shift, width = (np.concatenate([np.zeros(0), *column]) for column in columns)
    return road.astype(np.int64), lane.astype(np.int64), begin, end, shift, width


def _lines(odr: OpenDriveMap) -> list[_Line]:
    lines = []
    at = -1
    for row, road in enumerate(odr.roads):
        fast = _is_fast(road)
        for section in road.sections:
            at += 1
            for lane in section.lanes.values():
                marks = sorted(lane.marks, key=lambda mark: mark.s_offset_m)
                begins = [section.start_m + mark.s_offset_m for mark in marks]
                for mark, (begin, end) in zip(marks, pairwise([*begins, section.end_m]), strict=True):
                    if begin < end - _LEAST_M:
                        lines += [
                            _Line(row, at, lane.id, begin, end, shift, mark.width_m or _WIDTH_M, broken, fast)
                            for shift, broken in _strokes(mark)
                        ]
    return lines


def _strokes(mark: RoadMark) -> list[tuple[float, bool]]:
    """Shift and whether it is broken, of each line of a marking."""
    words = mark.type.split() if mark.type not in _BROKEN else ["broken"]
    kinds = [word in _BROKEN for word in words if word in _SOLID or word in _BROKEN]
    if len(kinds) == 2:
        return [(_APART_M, kinds[0]), (-_APART_M, kinds[1])]
    return [(0.0, kind) for kind in kinds[:1]]


def _is_fast(road: Road) -> bool:
    return any(kind.max_mps is not None and kind.max_mps > _FAST_MPS for kind in road.types)
