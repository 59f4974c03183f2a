"""Crosswalk objects of an OpenDRIVE map, and the connectors that run over them."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from jing_maps.columns import Crosswalks
from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.model import Outline, RoadObject
from jing_maps.opendrive.place import road_pose
from jing_maps.polylines import Polylines

__all__ = ["CrosswalkShape", "crosswalk_columns", "find_crosswalks", "object_outline"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class CrosswalkShape:
    """A crosswalk: row of its OpenDRIVE road, station there, centre line `(2, 3)` and width along the street."""

    road: int
    s_m: float
    line: Float
    width_m: float


def object_outline(odr: OpenDriveMap, road: int, thing: RoadObject) -> Float:
    """Corners `(k, 3)` of an object in the map frame: its first outline, else its length and width, else none."""
    outline = thing.outlines[0] if thing.outlines else None
    if outline is not None and outline.on_road and len(outline.corners) >= 3:
        s, t, dz = outline.corners.T
        pose = road_pose(odr, np.full(len(s), road), s, t)
        return np.stack([pose.x_m, pose.y_m, pose.z_m + dz], axis=1)
    corners = _own_corners(outline, thing)
    here = road_pose(odr, [road], [thing.s_m], [thing.t_m])
    # An object that faces against s is turned around, as its orientation says.
    turn = float(here.heading_rad[0]) + thing.heading_rad + (np.pi if thing.orientation == "-" else 0.0)
    u, v, dz = corners.T
    x = here.x_m[0] + u * np.cos(turn) - v * np.sin(turn)
    y = here.y_m[0] + u * np.sin(turn) + v * np.cos(turn)
    return np.stack([x, y, here.z_m[0] + thing.z_offset_m + dz], axis=1)


def _own_corners(outline: Outline | None, thing: RoadObject) -> Float:
    if outline is not None and not outline.on_road and len(outline.corners) >= 3:
        return outline.corners
    a, b = thing.length_m / 2, thing.width_m / 2
    return np.array([[-a, -b, 0], [a, -b, 0], [a, b, 0], [-a, b, 0]]) if a > 0 and b > 0 else np.zeros((0, 3))


def find_crosswalks(odr: OpenDriveMap) -> list[CrosswalkShape]:
    """All crosswalk objects that have an area."""
    found = []
    for row, road in enumerate(odr.roads):
        for thing in road.objects:
            if thing.type == "crosswalk":
                corners = object_outline(odr, row, thing)
                shape = _crosswalk(odr, row, thing.s_m, corners) if len(corners) else None
                if shape is not None:
                    found.append(shape)
    return found


def _crosswalk(odr: OpenDriveMap, road: int, s_m: float, corners: Float) -> CrosswalkShape | None:
    box = shapely.minimum_rotated_rectangle(shapely.MultiPoint(corners[:, :2]))
    if not isinstance(box, shapely.Polygon) or box.area < 1e-3:
        return None
    ring = shapely.get_coordinates(box)[:4]
    sides = np.diff(np.concatenate([ring, ring[:1]]), axis=0)
    heading = float(road_pose(odr, [road], [s_m], [0.0]).heading_rad[0])
    along = np.abs(sides[:2] @ np.array([np.cos(heading), np.sin(heading)])) / np.hypot(*sides[:2].T)
    # People walk across the street: along the side that points least along the road.
    walk = int(np.argmin(along))
    begin = (ring[walk] + ring[walk - 1]) / 2
    line = np.stack([begin, begin + sides[walk]])
    z = np.full((2, 1), corners[:, 2].mean())
    return CrosswalkShape(road, s_m, np.hstack([line, z]), float(np.hypot(*sides[1 - walk])))


def crosswalk_columns(walks: list[CrosswalkShape], junction: Int, road: Int, centre: Polylines) -> Crosswalks:
    """The columns; `junction` and `road` are the network's rows for each walk, `centre` the connectors' lines."""
    ways = centre.linestrings()
    bands = [shapely.buffer(shapely.LineString(w.line[:, :2]), w.width_m / 2, cap_style="flat") for w in walks]
    rows: list[tuple[int, int, float, float]] = []
    for i, band in enumerate(bands):
        for j in np.flatnonzero(shapely.intersects(ways, band)):
            on = shapely.get_coordinates(shapely.intersection(ways[j], band))
            at = shapely.line_locate_point(ways[j], shapely.points(on))
            rows.append((i, int(j), float(at.min()), float(at.max())))
    crossed = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return Crosswalks(
        junction=junction,
        road=road,
        signal_group=np.full(len(walks), -1, dtype=np.int32),
        width_m=np.array([w.width_m for w in walks], dtype=np.float64),
        centre=Polylines.from_list([w.line for w in walks]),
        crossed_crosswalk=crossed[:, 0].astype(np.int32),
        crossed_connector=crossed[:, 1].astype(np.int32),
        crossed_enter_m=crossed[:, 2].copy(),
        crossed_exit_m=crossed[:, 3].copy(),
    )
