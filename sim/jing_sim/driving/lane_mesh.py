"""The surfaces of an OpenDRIVE map as triangles: every lane of every road, between its exact borders; and kerbs."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.place import border_heights, lane_borders, road_pose
from jing_sim.driving.lane_stations import Stations

__all__ = ["GROUND", "ROADS", "SIDEWALKS", "SURFACES", "TERRAIN", "LaneMesh", "Surface", "lane_mesh"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]

ROADS, SIDEWALKS, TERRAIN, GROUND = 1, 2, 10, 25

# Roads with a shape over t are cut into so many strips a lane, others into one.
_STRIPS = 4
_STEP_M = 1.0e-3


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
    """Triangles of lanes, map frame, counter-clockwise seen from above; those of roads stand first.

    Attributes:
        triangles: `(n, 3, 3)` float32.
        label: `(n,)` uint8 semantic label.
        friction: `(n,)` float32, share of a dry road's.
        lane: `(n,)` int32 row of the map's lane columns.
        kerbs: `(m, 3, 3)` float32 upright faces between lanes of different heights; kerb_label `(m,)` uint8.
    """

    triangles: NDArray[np.float32]
    label: NDArray[np.uint8]
    friction: NDArray[np.float32]
    lane: NDArray[np.int32]
    kerbs: NDArray[np.float32]
    kerb_label: NDArray[np.uint8]


@dataclass(frozen=True)
class _Cuts:
    """`(k,)` cross sections of lanes, lane by lane along growing s; heights are above the road."""

    lane: Int
    road: Int
    s: Float
    inner_t: Float
    outer_t: Float
    inner_z: Float
    outer_z: Float

    def points(self, odr: OpenDriveMap, share: float) -> Float:
        """`(k, 3)` at a share of the way from the inner to the outer border."""
        pose = road_pose(odr, self.road, self.s, self.inner_t + share * (self.outer_t - self.inner_t))
        return np.stack([pose.x_m, pose.y_m, pose.z_m + self.inner_z + share * (self.outer_z - self.inner_z)], axis=1)


def lane_mesh(odr: OpenDriveMap, stations: Stations) -> LaneMesh:
    """All lanes that have a width somewhere, cut at their stations."""
    cuts = _cuts(odr, stations)
    shaped = odr.columns.shaped[cuts.road]
    plain = np.flatnonzero((cuts.lane[1:] == cuts.lane[:-1]) & ~shaped[1:])
    bent = np.flatnonzero((cuts.lane[1:] == cuts.lane[:-1]) & shaped[1:])
    inner, outer = cuts.points(odr, 0.0), cuts.points(odr, 1.0)
    left = odr.columns.lane_id[cuts.lane] > 0
    parts = [_strip(plain, inner, outer, left)]
    if len(bent):
        lines = [inner, *(cuts.points(odr, k / _STRIPS) for k in range(1, _STRIPS)), outer]
        parts += [_strip(bent, a, b, left) for a, b in pairwise(lines)]
    triangles = np.concatenate(parts)
    owner = np.concatenate([np.repeat(cuts.lane[plain], 2), *[np.repeat(cuts.lane[bent], 2)] * (len(parts) - 1)])
    area = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])[:, 2]
    kinds = [SURFACES.get(name, _ROAD) for name in odr.columns.lane_type]
    label = np.array([kind.label for kind in kinds], np.uint8)
    friction = np.array([kind.friction for kind in kinds], np.float32)
    kept = np.flatnonzero(np.isfinite(area) & (area > 1.0e-4))
    kept = kept[np.argsort(label[owner[kept]] != ROADS, kind="stable")]
    owner = owner[kept].astype(np.int32)
    kerbs, kerb_lane = _kerbs(odr, cuts, inner, outer)
    return LaneMesh(triangles[kept].astype(np.float32), label[owner], friction[owner], owner, kerbs, label[kerb_lane])


def _cuts(odr: OpenDriveMap, stations: Stations) -> _Cuts:
    columns = odr.columns
    lane, s = stations.of_lanes(columns.lane_section)
    road = columns.section_road[columns.lane_section[lane]]
    borders = lane_borders(odr, road, columns.lane_id[lane], s)
    return _Cuts(lane, road, s, borders.inner_m, borders.outer_m, *border_heights(odr, lane, s))


def _strip(begins: Int, inner: Float, outer: Float, left: NDArray[np.bool_]) -> Float:
    """`(2 n, 3, 3)` triangles between two lines, from each of the `(n,)` rows `begins` to the next row."""
    right_side, left_side = np.where(left[:, None], inner, outer), np.where(left[:, None], outer, inner)
    a, b, c, d = right_side[begins], right_side[begins + 1], left_side[begins + 1], left_side[begins]
    return np.stack([np.stack([a, b, c], 1), np.stack([a, c, d], 1)], 1).reshape(-1, 3, 3)


def _kerbs(odr: OpenDriveMap, cuts: _Cuts, inner: Float, outer: Float) -> tuple[NDArray[np.float32], Int]:
    """Upright faces at the borders of lanes to lower neighbours, and the rows of the lanes that are higher."""
    columns = odr.columns
    if not len(columns.inner_height.start_m):
        return np.zeros((0, 3, 3), np.float32), np.zeros(0, np.int64)
    rank, section = np.abs(columns.lane_id[cuts.lane]), columns.lane_section[cuts.lane]
    side = np.where(columns.lane_id[cuts.lane] < 0, columns.n_right[section], columns.n_left[section])
    neighbour = np.where(rank > 1, cuts.lane - 1, cuts.lane)
    beside = np.where(rank > 1, border_heights(odr, neighbour, cuts.s)[1], 0.0)
    faces = [
        _faces(cuts, inner, beside - cuts.inner_z, np.ones(len(rank), np.bool_)),
        _faces(cuts, outer, -cuts.outer_z, rank == side),
    ]
    higher = [np.where(beside[faces[0][1]] > cuts.inner_z[faces[0][1]], neighbour[faces[0][1]], cuts.lane[faces[0][1]])]
    higher.append(cuts.lane[faces[1][1]])
    return np.concatenate([face for face, _ in faces]), np.concatenate(higher)


def _faces(cuts: _Cuts, line: Float, drop: Float, wanted: NDArray[np.bool_]) -> tuple[NDArray[np.float32], Int]:
    """Two triangles from `line` to `drop` above it, for each row at which that is something; and these rows, twice."""
    same = (cuts.lane[1:] == cuts.lane[:-1]) & wanted[1:] & np.isfinite(line[1:]).all(axis=1)
    rows = np.flatnonzero(same & (np.maximum(np.abs(drop[1:]), np.abs(drop[:-1])) > _STEP_M))
    other = line + np.stack([np.zeros(len(drop)), np.zeros(len(drop)), drop], axis=1)
    a, b, c, d = line[rows], line[rows + 1], other[rows + 1], other[rows]
    faces = np.stack([np.stack([a, b, c], 1), np.stack([a, c, d], 1)], 1).reshape(-1, 3, 3)
    return faces.astype(np.float32), np.repeat(rows, 2)
