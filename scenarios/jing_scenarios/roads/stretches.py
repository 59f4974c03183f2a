"""Short stretches of all roads in the cells of a grid: where to look for the road nearest to a place."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.place import lane_borders, reference_line, road_pose

__all__ = ["NEAR_M", "Stretches", "stretches_of"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]

NEAR_M = 20.0
"""A stretch is listed in every cell that is nearer to it than this."""
_STEP_M = 6.0
_LEAST_CELL_M = 30.0
_MOST_CELLS = 250_000


class Stretches(NamedTuple):
    """Stretches and the grid.

    Attributes:
        rows: `(n, 7)`, columns `C_...` of `place_rows`.
        origin: least x and y and the edge of a cell [m].
        size: numbers of cells along x and y.
        first, items: `(n_cells + 1,)` and rows of the stretches of each cell.
    """

    rows: Float
    origin: Float
    size: Int
    first: Int
    items: Int


def stretches_of(odr: OpenDriveMap) -> Stretches:
    """The grid of a map; one without roads has one empty cell."""
    if not odr.roads:
        return Stretches(
            np.zeros((0, 7)), np.array([0.0, 0.0, 1.0]), np.ones(2, int), np.zeros(2, int), np.zeros(0, int)
        )
    road, begin, end = _cut(odr)
    boxes = _boxes(odr, road, begin, end)
    rows = np.ascontiguousarray(np.column_stack([road, begin, end, boxes]))
    low, high = boxes[:, :2].min(axis=0) - NEAR_M, boxes[:, 2:].max(axis=0) + NEAR_M
    edge = max(_LEAST_CELL_M, float(np.sqrt((high - low).prod() / _MOST_CELLS)))
    size = np.maximum(np.ceil((high - low) / edge), 1).astype(np.int64)
    first, items = _listed(boxes, low, edge, size)
    return Stretches(rows, np.array([low[0], low[1], edge]), size, first, items)


def _cut(odr: OpenDriveMap) -> tuple[Int, Float, Float]:
    """Roads cut at their sections and then into pieces of `_STEP_M` at most."""
    columns = odr.columns
    wide = columns.section_end_m - columns.section_start_m
    counts = np.maximum(np.ceil(wide / _STEP_M), 1).astype(np.int64)
    owner = np.repeat(np.arange(len(counts)), counts)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    step = wide[owner] / counts[owner]
    begin = columns.section_start_m[owner] + rank * step
    return columns.section_road[owner], begin, begin + step


def _boxes(odr: OpenDriveMap, road: Int, begin: Float, end: Float) -> Float:
    """`(n, 4)` boxes around stretches: the road's edges at three stations, and the arrow of the curve between them."""
    columns = odr.columns
    corners = []
    for share in (0.0, 0.5, 1.0):
        s = begin + share * (end - begin)
        # Just inside, so that the lanes are those of the stretch's own section.
        inside = begin + (0.001 + 0.998 * share) * (end - begin)
        for lanes, sign in ((columns.n_left, 1), (columns.n_right, -1)):
            section = _section(odr, road, inside)
            border = lane_borders(odr, road, sign * lanes[section], inside).outer_m
            pose = road_pose(odr, road, s, border)
            corners.append(np.stack([pose.x_m, pose.y_m], axis=1))
    points = np.stack(corners)
    curvature = np.abs(reference_line(odr, road, (begin + end) / 2).curvature)
    bulge = np.minimum(curvature, 0.2) * ((end - begin) / 2) ** 2 + 0.05
    return np.column_stack([points.min(axis=0) - bulge[:, None], points.max(axis=0) + bulge[:, None]])


def _section(odr: OpenDriveMap, road: Int, s_m: Float) -> Int:
    columns = odr.columns
    first, last = columns.first_section[road], columns.first_section[road + 1]
    section = first.copy()
    for _ in range(int((last - first).max(initial=1))):
        ahead = np.minimum(section + 1, last - 1)
        section = np.where(columns.section_start_m[ahead] <= s_m, ahead, section)
    return section


def _listed(boxes: Float, low: Float, edge: float, size: Int) -> tuple[Int, Int]:
    begin = np.clip(np.floor((boxes[:, :2] - NEAR_M - low) / edge).astype(np.int64), 0, size - 1)
    end = np.clip(np.floor((boxes[:, 2:] + NEAR_M - low) / edge).astype(np.int64), 0, size - 1)
    wide, deep = end[:, 0] - begin[:, 0] + 1, end[:, 1] - begin[:, 1] + 1
    counts = wide * deep
    owner = np.repeat(np.arange(len(boxes)), counts)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    cell = (begin[owner, 1] + rank // wide[owner]) * size[0] + begin[owner, 0] + rank % wide[owner]
    order = np.argsort(cell, kind="stable")
    first = np.searchsorted(cell[order], np.arange(int(size.prod()) + 1))
    return first.astype(np.int64), owner[order].astype(np.int64)
