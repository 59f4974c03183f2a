"""What stands beside and lies on the roads of an OpenDRIVE map: barriers, poles, buildings, stop lines, crosswalks."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.model import Outline, RoadObject
from jing_maps.opendrive.place import road_pose

__all__ = ["Boxes", "crosswalk_outlines", "paint", "road_boxes", "stop_lines"]

Float = NDArray[np.float64]

ROAD_LINES = 24
LABELS = {
    "building": 3, "barrier": 4, "wall": 4, "fence": 5, "railing": 28, "guardRail": 28, "pole": 6, "streetLamp": 6,
    "tree": 9, "vegetation": 9, "bush": 9, "obstacle": 20, "gantry": 20, "soundBarrier": 4, "trafficIsland": 25,
}  # fmt: skip
"""Semantic label by object type; objects of other types (markings, parking spaces, patches) have no body."""
_LEAST_M = 0.1
_UNKNOWN_HEIGHT_M = 1.0
_PAINT_M = 0.01


@dataclass(frozen=True)
class Boxes:
    """`(n,)` upright boxes that stand still, map frame.

    Attributes:
        centre, half: `(n, 3)`. yaw: `(n,)`. label: `(n,)` semantic label. name: of the object in the file.
    """

    centre: Float
    half: Float
    yaw: Float
    label: NDArray[np.uint8]
    name: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.yaw)

    @classmethod
    def stack(cls, rows: list[tuple[Float, Float, float, int, str]]) -> "Boxes":
        """From centre, half sizes, yaw, label and name of each."""
        return cls(
            centre=np.array([row[0] for row in rows], np.float64).reshape(-1, 3),
            half=np.array([row[1] for row in rows], np.float64).reshape(-1, 3),
            yaw=np.array([row[2] for row in rows], np.float64),
            label=np.array([row[3] for row in rows], np.uint8),
            name=tuple(row[4] for row in rows),
        )


def road_boxes(odr: OpenDriveMap) -> Boxes:
    """Bodies of the map's objects; an outline becomes one box a side, so that what it encloses is shut."""
    rows: list[tuple[Float, Float, float, int, str]] = []
    for road, thing in _things(odr):
        if thing.type not in LABELS:
            continue
        label, name = LABELS[thing.type], thing.name or thing.id
        height = thing.height_m or _UNKNOWN_HEIGHT_M
        corners = [_corners(odr, road, thing, outline) for outline in thing.outlines]
        for points, outline in zip(corners, thing.outlines, strict=True):
            ends = np.vstack([points, points[:1]]) if outline.closed else points
            for a, b in pairwise(ends):
                rows.append((*_wall(a, b, height), label, name))
        if not corners and thing.length_m > 0.0:
            pose = road_pose(odr, np.array([road]), np.array([thing.s_m]), np.array([thing.t_m]))
            half = np.array([thing.length_m, max(thing.width_m, _LEAST_M), height]) / 2
            z = pose.z_m[0] + thing.z_offset_m + half[2]
            yaw = float(pose.heading_rad[0] + thing.heading_rad)
            rows.append((np.array([pose.x_m[0], pose.y_m[0], z]), half, yaw, label, name))
    return Boxes.stack(rows)


def _wall(a: Float, b: Float, height: float) -> tuple[Float, Float, float]:
    length = float(np.hypot(*(b - a)[:2]))
    middle = (a + b) / 2 + np.array([0.0, 0.0, height / 2])
    return middle, np.array([max(length, _LEAST_M), _LEAST_M, height]) / 2, float(np.arctan2(b[1] - a[1], b[0] - a[0]))


def crosswalk_outlines(odr: OpenDriveMap) -> list[Float]:
    """`(k, 3)` corners of each crosswalk."""
    return [
        _corners(odr, road, thing, outline)
        for road, thing in _things(odr)
        if thing.type == "crosswalk"
        for outline in thing.outlines
    ]


def stop_lines(odr: OpenDriveMap) -> Float:
    """`(n, 5)` middle x, y, z, length across the lane and heading of the lane of each stop line."""
    lines = []
    for road, thing in _things(odr):
        if "stopline" in thing.name.lower().replace("_", "") or thing.subtype == "signalLines":
            pose = road_pose(odr, np.array([road]), np.array([thing.s_m]), np.array([thing.t_m]))
            lines.append((pose.x_m[0], pose.y_m[0], pose.z_m[0], thing.width_m, pose.heading_rad[0]))
    return np.array(lines, np.float64).reshape(-1, 5)


def paint(odr: OpenDriveMap) -> NDArray[np.float32]:
    """`(n, 3, 3)` triangles of stop lines and of the stripes of crosswalks, just above the road."""
    quads = [_quad(line[:3], line[4], 0.4, line[3]) for line in stop_lines(odr)]
    for corners in crosswalk_outlines(odr):
        if len(corners) == 4:
            quads.extend(_stripes(corners))
    corners = np.array(quads).reshape(-1, 4, 3)
    corners[:, :, 2] += _PAINT_M
    return corners[:, [[0, 1, 2], [0, 2, 3]]].reshape(-1, 3, 3).astype(np.float32)


def _quad(middle: Float, heading: float, length: float, width: float) -> Float:
    c, s = np.cos(heading), np.sin(heading)
    along, across = np.array([c, s, 0.0]) * length / 2, np.array([-s, c, 0.0]) * width / 2
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    return middle + signs[:, :1] * along + signs[:, 1:] * across


def _stripes(corners: Float, wide_m: float = 0.4, gap_m: float = 0.6) -> list[Float]:
    """White stripes along the street: across the longer sides of the crosswalk, GB 5768.3 has 40 cm and 60 cm."""
    sides = np.linalg.norm(np.diff(np.vstack([corners, corners[:1]]), axis=0)[:, :2], axis=1)
    a, b, c, d = corners if sides[0] >= sides[1] else np.roll(corners, -1, axis=0)
    length = float(np.linalg.norm((b - a)[:2]))
    count = int(length / (wide_m + gap_m))
    shares = [(k * (wide_m + gap_m) / length, (k * (wide_m + gap_m) + wide_m) / length) for k in range(count)]
    return [np.stack([a + (b - a) * p, a + (b - a) * q, d + (c - d) * q, d + (c - d) * p]) for p, q in shares]


def _things(odr: OpenDriveMap) -> list[tuple[int, RoadObject]]:
    return [(row, thing) for row, road in enumerate(odr.roads) for thing in road.objects]


def _corners(odr: OpenDriveMap, road: int, thing: RoadObject, outline: Outline) -> Float:
    """`(k, 3)` corners of an outline in the map frame."""
    corners = np.asarray(outline.corners, np.float64).reshape(-1, 3)
    if outline.on_road:
        pose = road_pose(odr, np.full(len(corners), road), corners[:, 0], corners[:, 1])
        return np.stack([pose.x_m, pose.y_m, pose.z_m + corners[:, 2]], 1)
    pose = road_pose(odr, np.array([road]), np.array([thing.s_m]), np.array([thing.t_m]))
    yaw = pose.heading_rad[0] + thing.heading_rad
    c, s = np.cos(yaw), np.sin(yaw)
    x = pose.x_m[0] + c * corners[:, 0] - s * corners[:, 1]
    y = pose.y_m[0] + s * corners[:, 0] + c * corners[:, 1]
    return np.stack([x, y, pose.z_m[0] + thing.z_offset_m + corners[:, 2]], 1)
