"""Calls that cast rays into the world."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.carla.frames import mirrored
from jing_sim.carla.rpc import Calls, RefusedError, rpc
from jing_sim.carla.service import Service
from jing_sim.carla.structs import LabelledPoint, Vector3D

__all__ = ["CALLS"]

CALLS: Calls = {}

Float = NDArray[np.float64]

_MOST_HITS = 64
_FARTHEST_M = 20_000.0
_PAST_M = 0.01  # the next ray begins this far behind what the last one met


def _first(service: Service, start: Float, way: Float, most_m: float) -> tuple[float, LabelledPoint] | None:
    """Distance and point of what a ray along the unit vector `way` meets first; map frame."""
    hits = service.episode.rays().cast(start[None], way[None], most_m)
    if not hits.hit[0]:
        return None
    distance = float(hits.distance[0])
    place = mirrored(start + way * distance)
    return distance, LabelledPoint(Vector3D(*place.tolist()), int(hits.label[0]))


def _point(value: Vector3D) -> Float:
    if not value.finite:
        raise RefusedError("a ray needs finite numbers")
    return mirrored(np.array([value.x, value.y, value.z]))


@rpc(CALLS, "cast_ray")
def cast_ray(service: Service, start: Vector3D, end: Vector3D) -> list[LabelledPoint]:
    """All that lies between two points, in the order of the ray."""
    here, there = _point(start), _point(end)
    left = float(np.linalg.norm(there - here))
    found: list[LabelledPoint] = []
    if left == 0.0:
        return found
    way = (there - here) / left
    left = min(left, _FARTHEST_M)
    while left > 0.0 and len(found) < _MOST_HITS:
        hit = _first(service, here, way, left)
        if hit is None:
            break
        found.append(hit[1])
        here, left = here + way * (hit[0] + _PAST_M), left - hit[0] - _PAST_M
    return found


@rpc(CALLS, "project_point")
def project_point(
    service: Service, start: Vector3D, direction: Vector3D, distance: float
) -> tuple[bool, LabelledPoint]:
    """The first thing that a ray from a point meets within a distance, if any."""
    here, way = _point(start), _point(direction)
    length = float(np.linalg.norm(way))
    most = min(distance, _FARTHEST_M)
    hit = _first(service, here, way / length, most) if length > 0.0 and most > 0.0 else None
    return (True, hit[1]) if hit else (False, LabelledPoint(Vector3D(), 0))
