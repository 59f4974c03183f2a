"""Lanes of an OpenDRIVE map as lanelets: one for each lane of a section, near some points."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from jing_maps.opendrive import OpenDriveMap
from jing_maps.opendrive.centre_lines import thinned
from jing_maps.opendrive.lane_graph import LaneGraph, LaneKey
from jing_maps.opendrive.place import lane_borders, road_pose

__all__ = ["Lanelet", "lanelets_near"]

Float = NDArray[np.float64]

_STEP_M = 2.0
_TOLERANCE_M = 0.01
_TYPES = {"biking": "bicycleLane", "bicycle": "bicycleLane", "sidewalk": "sidewalk", "bus": "busLane"}


@dataclass(frozen=True)
class Lanelet:
    """A lane of a section.

    Attributes:
        key: of the lane in its map.
        left, right: `(k, 2)` bounds in driving direction, as many points each.
        kind: laneletType: urban, bicycleLane, sidewalk, busLane.
        successors: keys of the lanes that follow. beside_left, beside_right: the neighbour's key, and whether it is
            driven in the same direction; None = none.
    """

    key: LaneKey
    left: Float
    right: Float
    kind: str
    successors: tuple[LaneKey, ...]
    beside_left: tuple[LaneKey, bool] | None
    beside_right: tuple[LaneKey, bool] | None


def lanelets_near(odr: OpenDriveMap, points: Float, within_m: float = 100.0) -> list[Lanelet]:
    """The lanelets of a map of which a bound passes one of `points`, `(k, 2)`, this closely."""
    graph, tree = LaneGraph(odr), cKDTree(points)
    found = []
    for road in range(len(odr.roads)):
        for section in range(len(odr.roads[road].sections)):
            for lane in odr.roads[road].sections[section].lanes:
                key = LaneKey(road, section, lane)
                if graph.usable(key):
                    found.append(_lanelet(odr, graph, key))
    return [one for one in found if np.min(tree.query(np.vstack([one.left, one.right]))[0]) <= within_m]


def _lanelet(odr: OpenDriveMap, graph: LaneGraph, key: LaneKey) -> Lanelet:
    section, along = graph.section(key), graph.direction(key)
    # The end of a section belongs to the next one.
    count = max(int(np.ceil((section.end_m - section.start_m) / _STEP_M)), 1) + 1
    s = np.linspace(section.start_m, section.end_m - 1e-6, count)
    road, lane = np.full(count, key.road), np.full(count, key.lane)
    borders = lane_borders(odr, road, lane, s)
    inner, outer = (_line(odr, road, s, t) for t in (borders.inner_m, borders.outer_m))
    left, right = (inner, outer) if key.lane < 0 else (outer, inner)
    if along < 0:
        left, right = right[::-1], left[::-1]
    left, right = _thinned_alike(left, right)
    toward_left = 1 if along > 0 else -1
    return Lanelet(
        key,
        left,
        right,
        _TYPES.get(graph.lane(key).type, "urban"),
        tuple(graph.following(key)),
        _beside(graph, key, toward_left),
        _beside(graph, key, -toward_left),
    )


def _line(odr: OpenDriveMap, road: NDArray[np.int64], s: Float, t: Float) -> Float:
    pose = road_pose(odr, road, s, t)
    return np.column_stack([pose.x_m, pose.y_m])


def _thinned_alike(left: Float, right: Float) -> tuple[Float, Float]:
    """Both bounds without the points that neither needs: they must have as many as one another."""
    both = np.column_stack([left, right])
    kept = thinned(both, _TOLERANCE_M) if len(both) > 2 else both
    return kept[:, :2], kept[:, 2:]


def _beside(graph: LaneGraph, key: LaneKey, step: int) -> tuple[LaneKey, bool] | None:
    lane = key.lane + step or key.lane + 2 * step
    other = LaneKey(key.road, key.section, lane)
    return (other, graph.direction(other) == graph.direction(key)) if graph.usable(other) else None
