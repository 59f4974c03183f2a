"""What lies on the roads of an OpenDRIVE map: stop lines and crosswalks."""

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.model import Outline, RoadObject
from jing_maps.opendrive.place import road_pose
from jing_sim.driving.boxes import Boxes

__all__ = ["ROAD_LINES", "Boxes", "crosswalk_outlines", "outline_corners", "paint", "stop_lines", "things_of"]

Float = NDArray[np.float64]

ROAD_LINES = 24
_PAINT_M = 0.01
_STOP_LINE_M = 0.4


def things_of(odr: OpenDriveMap) -> list[tuple[int, RoadObject]]:
    """All objects, with the rows of their roads."""
    return [(row, thing) for row, road in enumerate(odr.roads) for thing in road.objects]


def outline_corners(odr: OpenDriveMap, road: int, thing: RoadObject, outline: Outline) -> Float:
    """`(k, 3)` corners of an outline in the map frame; an object that faces against s is turned around."""
    corners = np.asarray(outline.corners, np.float64).reshape(-1, 3)
    if outline.on_road:
        pose = road_pose(odr, np.full(len(corners), road), corners[:, 0], corners[:, 1])
        return np.stack([pose.x_m, pose.y_m, pose.z_m + corners[:, 2]], 1)
    pose = road_pose(odr, np.array([road]), np.array([thing.s_m]), np.array([thing.t_m]))
    yaw = pose.heading_rad[0] + thing.heading_rad + (np.pi if thing.orientation == "-" else 0.0)
    c, s = np.cos(yaw), np.sin(yaw)
    x = pose.x_m[0] + c * corners[:, 0] - s * corners[:, 1]
    y = pose.y_m[0] + s * corners[:, 0] + c * corners[:, 1]
    return np.stack([x, y, pose.z_m[0] + thing.z_offset_m + corners[:, 2]], 1)


def crosswalk_outlines(odr: OpenDriveMap) -> list[Float]:
    """`(k, 3)` corners of each crosswalk."""
    return [
        outline_corners(odr, road, thing, outline)
        for road, thing in things_of(odr)
        if thing.type == "crosswalk"
        for outline in thing.outlines
    ]


def stop_lines(odr: OpenDriveMap) -> Float:
    """`(n, 5)` middle x, y, z, length across the lane and heading of the lane of each stop line."""
    lines = [
        (road, thing.s_m, thing.t_m, thing.width_m)
        for road, thing in things_of(odr)
        if "stopline" in thing.name.lower().replace("_", "") or thing.subtype == "signalLines"
    ]
    road, s, t, width = np.array(lines, np.float64).reshape(-1, 4).T
    pose = road_pose(odr, road.astype(np.int64), s, t)
    return np.stack([pose.x_m, pose.y_m, pose.z_m, width, pose.heading_rad], 1)


def paint(lines: Float, crosswalks: list[Float]) -> NDArray[np.float32]:
    """`(n, 3, 3)` triangles of stop lines and of the stripes of crosswalks, just above the road."""
    quads = [_quad(line[:3], line[4], _STOP_LINE_M, line[3]) for line in lines]
    for corners in crosswalks:
        ring = corners[:-1] if len(corners) == 5 and np.allclose(corners[0], corners[-1]) else corners
        if len(ring) == 4:
            quads.extend(_stripes(ring))
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
