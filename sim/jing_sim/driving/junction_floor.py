"""The pavement of junctions between the lanes that run through them: maps have lanes there, and gaps between those."""

from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from jing_maps.opendrive.document import OpenDriveMap
from jing_sim.driving.lane_mesh import ROADS, LaneMesh

__all__ = ["junction_floor"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

# Gaps up to twice as wide are closed, and those that lanes enclose up to so large; larger ones are islands or parks.
_REACH_M = 2.0
_GAP_M2 = 250.0
_LEAST_M2 = 0.05
# Lanes whose borders are so close to each other have no gap.
_TOUCH_M = 0.005


def junction_floor(odr: OpenDriveMap, mesh: LaneMesh) -> F32:
    """`(n, 3, 3)` triangles between the lanes of each junction, as high as the lanes around them."""
    columns = odr.columns
    road = columns.section_road[columns.lane_section[mesh.lane]]
    number = {junction.id: k for k, junction in enumerate(odr.junctions) if junction.type in {"default", ""}}
    of_road = np.array([number.get(one.junction, -1) for one in odr.roads], np.int64)
    of_triangle = of_road[road]
    order = np.argsort(of_triangle, kind="stable")
    cuts = np.searchsorted(of_triangle[order], np.arange(len(odr.junctions) + 1))
    parts = [np.zeros((0, 3, 3), np.float32)]
    for begin, end in pairwise(cuts.tolist()):
        rows = order[begin:end]
        if np.any(mesh.label[rows] == ROADS):
            parts.append(_floor(mesh.triangles[rows].astype(np.float64), mesh.lane[rows]))
    return np.concatenate(parts)


def _floor(triangles: F64, lane: NDArray[np.int32]) -> F32:
    tiles = np.asarray(shapely.polygons(triangles[:, :, :2]), dtype=object)
    order = np.argsort(lane, kind="stable")
    strips = np.split(tiles[order], np.flatnonzero(np.diff(lane[order])) + 1)
    lanes = shapely.union_all([shapely.buffer(_joined(strip), _TOUCH_M) for strip in strips])
    closed = lanes.buffer(_REACH_M, join_style="mitre").buffer(-_REACH_M, join_style="mitre")
    rings = [hole for part in shapely.get_parts(lanes) for hole in part.interiors]
    gaps = [hole for hole in shapely.polygons(rings) if hole.area < _GAP_M2] if rings else []
    gaps.append(closed.difference(lanes))
    pieces = [
        part
        for part in shapely.get_parts(shapely.union_all(gaps).buffer(2 * _TOUCH_M, join_style="mitre"))
        if part.area > _LEAST_M2
    ]
    if not pieces:
        return np.zeros((0, 3, 3), np.float32)
    corners = shapely.get_coordinates(
        shapely.get_parts(shapely.constrained_delaunay_triangles(np.array(pieces, dtype=object)))
    ).reshape(-1, 4, 2)[:, :3]
    known = triangles.reshape(-1, 3)
    _, nearest = cKDTree(known[:, :2]).query(corners.reshape(-1, 2))
    floor = np.dstack([corners, known[nearest, 2].reshape(-1, 3)])
    turned = np.cross(floor[:, 1] - floor[:, 0], floor[:, 2] - floor[:, 0])[:, 2] < 0.0
    floor[turned] = floor[turned][:, ::-1]
    return floor.astype(np.float32)


def _joined(strip: NDArray[np.object_]) -> shapely.Geometry:
    """The triangles of a lane as one: they share their sides, and that is quick, but where tight bends fold them."""
    try:
        return shapely.coverage_union_all(strip)
    except shapely.GEOSException:
        return shapely.union_all(strip.tolist())
