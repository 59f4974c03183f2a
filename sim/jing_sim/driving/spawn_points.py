"""Where vehicles may be put onto a map: on its driving lanes, outside of junctions."""

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.lane_use import travel_direction
from jing_maps.opendrive.place import lane_borders, lane_pose

__all__ = ["spawn_points"]

Float = NDArray[np.float64]

_AFTER_M, _EVERY_M, _LIFT_M = 6.0, 60.0, 0.5
_NARROW_M = 2.2


def spawn_points(odr: OpenDriveMap) -> Float:
    """`(k, 4)` x, y, z, yaw: a little after a lane begins, and then every 60 m, half a metre above the road."""
    columns = odr.columns
    lane = np.flatnonzero([name == "driving" for name in columns.lane_type])
    section = columns.lane_section[lane]
    road = columns.section_road[section]
    outside = np.array([one.junction in {"", "-1"} for one in odr.roads], np.bool_)
    long = columns.section_end_m[section] - columns.section_start_m[section]
    kept = outside[road] & (long >= 2 * _AFTER_M)
    lane, section, road, long = lane[kept], section[kept], road[kept], long[kept]
    count = np.floor((long - 2 * _AFTER_M + 1e-6) / _EVERY_M).astype(np.int64) + 1
    row = np.repeat(np.arange(len(lane)), count)
    along = _AFTER_M + _EVERY_M * (np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count))
    forward = _forward(odr)[lane[row]]
    at = section[row]
    s = np.where(forward, columns.section_start_m[at] + along, columns.section_end_m[at] - along)
    pose = lane_pose(odr, road[row], columns.lane_id[lane[row]], s)
    borders = lane_borders(odr, road[row], columns.lane_id[lane[row]], s)
    wide = np.abs(borders.outer_m - borders.inner_m) >= _NARROW_M
    yaw = pose.heading_rad + np.where(forward, 0.0, np.pi)
    points = np.stack([pose.x_m, pose.y_m, pose.z_m + _LIFT_M, yaw], 1)
    return points[wide & np.isfinite(points).all(axis=1)]


def _forward(odr: OpenDriveMap) -> NDArray[np.bool_]:
    """`(n_lanes,)` whether lanes are driven along s."""
    columns = odr.columns
    sections = [(road, section) for road in odr.roads for section in road.sections]
    return np.array(
        [
            travel_direction(sections[at][0], sections[at][1].lanes[lane]) > 0
            for at, lane in zip(columns.lane_section.tolist(), columns.lane_id.tolist(), strict=True)
        ],
        np.bool_,
    )
