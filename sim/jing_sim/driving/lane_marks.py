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

__all__ = ["mark_triangles"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]

_LIFT_M = 0.01
_WIDTH_M = 0.15
_STEP_M = 4.0
_CITY, _FAST = (2.0, 4.0), (6.0, 9.0)
_FAST_MPS = 60.0 / 3.6 + 0.1
_APART_M = 0.15
_SOLID, _BROKEN = frozenset({"solid", "curb"}), frozenset({"broken", "botts dots"})


@dataclass(frozen=True)
class _Line:
    """Paint along one lane's border from `begin` to `end`, `shift` m to the left of it."""

    road: int
    lane: int
    begin: float
    end: float
    shift: float
    width: float
    broken: bool
    fast: bool


def mark_triangles(odr: OpenDriveMap) -> NDArray[np.float32]:
    """`(n, 3, 3)` triangles of all markings that are painted."""
    road, lane, begin, end, shift, width = _pieces(odr)
    if not len(road):
        return np.zeros((0, 3, 3), np.float32)
    corners = [
        _points(odr, road, lane, s, shift + side * width / 2)
        for s, side in ((begin, -1.0), (end, -1.0), (end, 1.0), (begin, 1.0))
    ]
    quads = np.stack(corners, 1)
    quads = quads[np.isfinite(quads).all(axis=(1, 2))]
    quads[:, :, 2] += _LIFT_M
    return quads[:, [[0, 1, 2], [0, 2, 3]]].reshape(-1, 3, 3).astype(np.float32)


def _points(odr: OpenDriveMap, road: Int, lane: Int, s: Float, shift: Float) -> Float:
    borders = lane_borders(odr, road, lane, s)
    t = np.where(lane == 0, odr.columns.lane_offset.at(road, s)[0], borders.outer_m) + shift
    pose = road_pose(odr, road, s, t)
    return np.stack([pose.x_m, pose.y_m, pose.z_m], 1)


def _pieces(odr: OpenDriveMap) -> tuple[Int, Int, Float, Float, Float, Float]:
    """`(n,)` road rows, lane ids, begins, ends, shifts and widths of painted pieces of at most a few metres."""
    columns: list[list[Float]] = [[], [], [], [], [], []]
    for line in _lines(odr):
        on, off = (_FAST if line.fast else _CITY) if line.broken else (_STEP_M, 0.0)
        begin = np.arange(line.begin, line.end - 1e-3, on + off)
        end = np.minimum(begin + on, line.end - 1e-6)
        n = np.ones(len(begin))
        values = (line.road * n, line.lane * n, begin, end, line.shift * n, line.width * n)
        for column, value in zip(columns, values, strict=True):
            column.append(value)
    road, lane, begin, end, shift, width = (np.concatenate([np.zeros(0), *column]) for column in columns)
    return road.astype(np.int64), lane.astype(np.int64), begin, end, shift, width


def _lines(odr: OpenDriveMap) -> list[_Line]:
    lines = []
    for row, road in enumerate(odr.roads):
        fast = _is_fast(road)
        for section in road.sections:
            for lane in section.lanes.values():
                marks = sorted(lane.marks, key=lambda mark: mark.s_offset_m)
                begins = [section.start_m + mark.s_offset_m for mark in marks]
                for mark, (begin, end) in zip(marks, pairwise([*begins, section.end_m]), strict=True):
                    lines += [
                        _Line(row, lane.id, begin, end, shift, mark.width_m or _WIDTH_M, broken, fast)
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
