"""Stop lines of an OpenDRIVE map's lanes: drawn ones, else the end of lanes that have a light."""

import re

import numpy as np

from jing_maps.opendrive.lane_graph import LaneGraph
from jing_maps.opendrive.model import RoadObject
from jing_maps.opendrive.place import lane_pose, road_pose
from jing_maps.opendrive.strips import Strip

__all__ = ["stop_lines"]

# A line drawn further from the lane's end than this belongs to something else.
_REACH_M = 30.0


def stop_lines(graph: LaneGraph, strips: list[Strip], length_m: list[float], lit: set[tuple[int, int]]) -> list[float]:
    """Position from the lane's begin for each lane of each strip, NaN where there is none.

    `length_m` of each strip; `lit`: (strip, lane) pairs whose way on is ruled by a light.
    """
    found: list[float] = []
    for i, strip in enumerate(strips):
        drawn = [thing for thing in graph.odr.roads[strip.road].objects if _is_stop_line(thing)]
        for k in range(len(strip.lanes)):
            left = [d for d in (_distance_to_end(graph, strip, k, thing) for thing in drawn) if d is not None]
            if left:
                found.append(max(length_m[i] - min(left), 0.0))
            else:
                found.append(length_m[i] if (i, k) in lit else np.nan)
    return found


def _is_stop_line(thing: RoadObject) -> bool:
    return any(re.sub(r"[^a-z]", "", word.lower()) == "stopline" for word in (thing.type, thing.subtype, thing.name))


def _distance_to_end(graph: LaneGraph, strip: Strip, lane: int, thing: RoadObject) -> float | None:
    """Metres from the stop line to the strip's end, if it lies on the lane, close to the end."""
    key = strip.lanes[lane][-1]
    section = graph.section(key)
    distance = section.end_m - thing.s_m if strip.along > 0 else thing.s_m - section.start_m
    if not 0 <= distance <= min(_REACH_M, section.end_m - section.start_m):
        return None
    centre = lane_pose(graph.odr, [key.road], [key.lane], [thing.s_m])
    line = road_pose(graph.odr, [key.road], [thing.s_m], [thing.t_m])
    apart = float(np.hypot(centre.x_m - line.x_m, centre.y_m - line.y_m)[0])
    return distance if apart <= max(thing.length_m, thing.width_m) / 2 else None
