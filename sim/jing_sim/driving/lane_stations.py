"""Where lanes are cut along their roads, so that the flat pieces between two cuts stay close to the exact lanes.

A chord of length L under a second derivative f'' is off by at most `L^2 f'' / 8`; in the middle of a piece of width w
whose sides turn against each other by g a metre, two triangles are off by `L w g / 4`. From this follow the lengths.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.columns import Pieces, piece_at
from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.place import lane_borders, reference_line

__all__ = ["Stations", "lane_stations"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]

_OFF_ACROSS_M, _OFF_UP_M = 0.03, 0.003
_LEAST_M, _MOST_M, _SHAPED_M = 0.25, 12.0, 2.0
_INSIDE_M = 1.0e-6
# Width of a lane, for how much a twisted piece is off the middle of its two triangles.
_LANE_M = 4.0


@dataclass(frozen=True)
class Stations:
    """`(k,)` stations `s_m` of all lane sections, rising; those of section `i` are rows `first[i] .. first[i + 1] - 1`.

    The last one of a section lies just inside it, so that its own lanes are meant there and not those of the next.
    """

    first: Int
    s_m: Float

    def of_lanes(self, section: Int) -> tuple[Int, Float]:
        """`(k,)` index into `section` `(n,)` and station, of every station of each of these sections."""
        count = np.diff(self.first)[section]
        lane = np.repeat(np.arange(len(section)), count)
        place = np.arange(len(lane)) - np.repeat(np.cumsum(count) - count, count)
        return lane, self.s_m[self.first[section[lane]] + place]


def lane_stations(odr: OpenDriveMap) -> Stations:
    """Cuts within 3 cm across and 3 mm up of the exact borders, at most 12 m apart."""
    columns = odr.columns
    section, s = _breaks(odr)
    begins = np.flatnonzero(section[1:] == section[:-1])
    at, a, b = section[begins], s[begins], s[begins + 1]
    pieces = np.maximum(np.ceil((b - a) / _steps(odr, at, a, b)), 1).astype(np.int64)
    row = np.repeat(np.arange(len(at)), pieces)
    place = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    inner = a[row] + (b - a)[row] * place / pieces[row]
    ends = np.arange(len(columns.section_end_m))
    end = np.maximum(columns.section_end_m - _INSIDE_M, columns.section_start_m)
    owner, stations = np.concatenate([at[row], ends]), np.concatenate([inner, end])
    order = np.lexsort((stations, owner))
    first = np.zeros(len(ends) + 1, np.int64)
    first[1:] = np.cumsum(np.bincount(owner, minlength=len(ends)))
    return Stations(first, stations[order])


def _breaks(odr: OpenDriveMap) -> tuple[Int, Float]:
    """Section and station of every place at which something about a road changes its form; both ends of sections."""
    columns = odr.columns
    roads = np.arange(len(odr.roads))
    plan_road = np.repeat(roads, np.diff(columns.first_piece))
    found = [(plan_road, columns.plan.start_m)]
    profiles = (columns.elevation, columns.superelevation, *columns.crossfall, columns.lane_offset)
    found += [(np.repeat(roads, np.diff(pieces.first)), pieces.start_m) for pieces in profiles]
    shapes = [(np.full(len(road.shape), k), road.shape.s_m) for k, road in enumerate(odr.roads) if road.shape]
    road, s = (np.concatenate(part) for part in zip(*found, *shapes, strict=True))
    section = piece_at(columns.first_section, columns.section_start_m, road, s)
    whole = np.arange(len(columns.section_start_m))
    lanes = (columns.width, columns.border, columns.inner_height, columns.outer_height)
    own = [np.repeat(columns.lane_section, np.diff(pieces.first)) for pieces in lanes]
    section = np.concatenate([section, *own, whole, whole])
    begin = [columns.section_start_m[mine] + pieces.start_m for mine, pieces in zip(own, lanes, strict=True)]
    s = np.concatenate([s, *begin, columns.section_start_m, columns.section_end_m])
    inside = (s >= columns.section_start_m[section]) & (s <= columns.section_end_m[section])
    section, s = section[inside], s[inside]
    order = np.lexsort((s, section))
    section, s = section[order], s[order]
    apart = np.append(True, (np.diff(section) != 0) | (np.diff(s) > 1e-4))
    return section[apart], s[apart]


def _steps(odr: OpenDriveMap, section: Int, a: Float, b: Float) -> Float:
    """`(k,)` lengths [m] into which the stretches from `a` to `b` of sections are cut."""
    columns = odr.columns
    road, middle = columns.section_road[section], 0.5 * (a + b)
    curvature = np.max(
        [np.abs(reference_line(odr, road, a + (b - a) * f).curvature) for f in (0.0, 0.5, 0.999)], axis=0
    )
    reach = _reach(odr, section, road, middle)
    across = curvature * (1.0 + curvature * reach) + _bend(columns.lane_offset, road, a, b)
    across += _lane_bends(odr, section, a, b)
    up = _bend(columns.elevation, road, a, b)
    # On a slope the ends of a piece that bends do not rise side by side.
    twist = curvature * np.maximum(np.abs(columns.elevation.at(road, a)[1]), np.abs(columns.elevation.at(road, b)[1]))
    bank = np.zeros(len(a))
    for tilt in (columns.superelevation, *columns.crossfall):
        up += reach * _bend(tilt, road, a, b)
        ends = tilt.at(road, a), tilt.at(road, b)
        twist += np.maximum(np.abs(ends[0][1]), np.abs(ends[1][1]))
        bank += np.maximum(np.abs(ends[0][0]), np.abs(ends[1][0]))
    with np.errstate(divide="ignore"):
        off = np.minimum(_OFF_ACROSS_M, _OFF_UP_M / np.tan(np.minimum(bank, 1.2)))
        step = np.minimum(np.sqrt(8.0 * off / across), np.sqrt(8.0 * _OFF_UP_M / up))
        step = np.minimum(step, 4.0 * _OFF_UP_M / (twist * _LANE_M))
    most = np.where(columns.shaped[road], _SHAPED_M, _MOST_M)
    steps: Float = np.clip(step, _LEAST_M, most)
    return steps


def _reach(odr: OpenDriveMap, section: Int, road: Int, s: Float) -> Float:
    """`(k,)` distance of the outermost border from the reference line."""
    count = odr.columns
    left = lane_borders(odr, road, count.n_left[section], s).outer_m
    right = lane_borders(odr, road, -count.n_right[section], s).outer_m
    return np.maximum(np.abs(np.nan_to_num(left)), np.abs(np.nan_to_num(right)))


def _bend(pieces: Pieces, owner: Int, a: Float, b: Float) -> Float:
    """`(k,)` largest second derivative between `a` and `b`, which lie on one piece."""
    if not len(pieces.start_m):
        return np.zeros(len(owner))
    row = np.minimum(piece_at(pieces.first, pieces.start_m, owner, 0.5 * (a + b)), len(pieces.start_m) - 1)
    c, d = pieces.abcd[row, 2], pieces.abcd[row, 3]
    bend = np.maximum(
        np.abs(2 * c + 6 * d * (a - pieces.start_m[row])), np.abs(2 * c + 6 * d * (b - pieces.start_m[row]))
    )
    return np.where(pieces.first[owner + 1] > pieces.first[owner], bend, 0.0)


def _lane_bends(odr: OpenDriveMap, section: Int, a: Float, b: Float) -> Float:
    """`(k,)` sum of the second derivatives of the widths of all lanes of a section."""
    columns = odr.columns
    order = np.argsort(columns.lane_section, kind="stable")
    count = np.bincount(columns.lane_section, minlength=len(columns.section_start_m))
    begin = np.cumsum(count) - count
    n = count[section]
    row = np.repeat(np.arange(len(section)), n)
    place = np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)
    lane = order[begin[section[row]] + place]
    start = columns.section_start_m[section[row]]
    bend = np.zeros(len(row))
    for pieces in (columns.width, columns.border):
        bend += _bend(pieces, lane, a[row] - start, b[row] - start)
    return np.bincount(row, weights=bend, minlength=len(section)).astype(np.float64)
