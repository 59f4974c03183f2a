"""The surfaces of an OpenDRIVE map as triangles: every lane of every road, between its exact borders."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.model import GeometryKind
from jing_maps.opendrive.place import lane_borders, road_pose

__all__ = ["GROUND", "ROADS", "SIDEWALKS", "SURFACES", "LaneMesh", "Surface", "lane_mesh"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]

ROADS, SIDEWALKS, TERRAIN, GROUND = 1, 2, 10, 25

_STRAIGHT_M = 10.0
_CURVED_M = 2.0
_INSIDE_M = 1.0e-6


@dataclass(frozen=True)
class Surface:
    """What a lane type is made of: its semantic label, and friction as a share of a dry road's."""

    label: int
    friction: float


_ROAD = Surface(ROADS, 1.0)
_WALK = Surface(SIDEWALKS, 0.9)
_GREEN = Surface(GROUND, 0.6)
SURFACES = {
    "sidewalk": _WALK, "walking": _WALK, "curb": _WALK,
    "median": _GREEN, "none": _GREEN, "border": _GREEN, "restricted": _GREEN, "rail": _GREEN, "tram": _GREEN,
}  # fmt: skip
"""By OpenDRIVE lane type; all others are paved as a road."""


@dataclass(frozen=True)
class LaneMesh:
    """Triangles of lanes, map frame, counter-clockwise seen from above.

    Attributes:
        triangles: `(n, 3, 3)` float32.
        label: `(n,)` uint8 semantic label.
        friction: `(n,)` float32, share of a dry road's.
        lane: `(n,)` int32 row of the map's lane columns.
    """

    triangles: NDArray[np.float32]
    label: NDArray[np.uint8]
    friction: NDArray[np.float32]
    lane: NDArray[np.int32]


def lane_mesh(odr: OpenDriveMap) -> LaneMesh:
    """All lanes that have a width somewhere, cut every 2 m where roads bend or rise and every 10 m where not."""
    lane, s = _stations(odr)
    columns = odr.columns
    road = columns.section_road[columns.lane_section[lane]]
    borders = lane_borders(odr, road, columns.lane_id[lane], s)
    inner, outer = (_points(odr, road, s, t) for t in (borders.inner_m, borders.outer_m))
    left = columns.lane_id[lane] > 0
    right_side, left_side = np.where(left[:, None], inner, outer), np.where(left[:, None], outer, inner)
    same = np.flatnonzero(lane[1:] == lane[:-1])
    a, b, c, d = right_side[same], right_side[same + 1], left_side[same + 1], left_side[same]
    triangles = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    owner = np.concatenate([lane[same], lane[same]])
    area = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])[:, 2]
    kept = np.isfinite(area) & (area > 1.0e-4)
    kinds = [SURFACES.get(name, _ROAD) for name in columns.lane_type]
    label = np.array([kind.label for kind in kinds], np.uint8)
    friction = np.array([kind.friction for kind in kinds], np.float32)
    owner = owner[kept].astype(np.int32)
    return LaneMesh(triangles[kept].astype(np.float32), label[owner], friction[owner], owner)


def _points(odr: OpenDriveMap, road: Int, s: Float, t: Float) -> Float:
    pose = road_pose(odr, road, s, t)
    return np.stack([pose.x_m, pose.y_m, pose.z_m], axis=1)


def _stations(odr: OpenDriveMap) -> tuple[Int, Float]:
    """`(k,)` lane rows and stations at which lanes are cut, lane by lane along growing s."""
    columns = odr.columns
    bends = np.array([_bends(odr, row) for row in range(len(odr.roads))])
    begin, end = columns.section_start_m, columns.section_end_m
    step = np.where(bends[columns.section_road], _CURVED_M, _STRAIGHT_M)
    pieces = np.maximum(np.ceil((end - begin) / step), 1).astype(np.int64)
    section = columns.lane_section
    count = pieces[section] + 1
    lane = np.repeat(np.arange(len(section)), count)
    place = np.arange(len(lane)) - np.repeat(np.cumsum(count) - count, count)
    at = section[lane]
    # Just inside its section, so that the lanes of this one are meant and not those of the next.
    s = begin[at] + (end[at] - begin[at]) * place / pieces[at]
    return lane, np.clip(s, begin[at], np.maximum(end[at] - _INSIDE_M, begin[at]))


def _bends(odr: OpenDriveMap, row: int) -> bool:
    """Whether a road is anything but level and straight with lanes of constant width."""
    road = odr.roads[row]
    flat = all(not np.any(cubics.abcd[:, 1:]) for cubics in (road.elevation, road.superelevation, road.lane_offset))
    even = all(not np.any(lane.width.abcd[:, 1:]) for part in road.sections for lane in part.lanes.values())
    straight = bool(np.all(road.plan.kind == GeometryKind.LINE)) and len(road.plan) == 1
    return not (flat and even and straight and road.shape is None)
