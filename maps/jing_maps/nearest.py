"""The lane or connector nearest to a place: map matching of single points."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from jing_maps.columns import VehicleClass
from jing_maps.network import RoadNetwork

__all__ = ["LaneIndex", "Nearest"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

_FIRST_LOOK_M = 4.0


@dataclass(frozen=True)
class Nearest:
    """`(n,)` the way found for each point; where there is none, lane is -1 and the rest NaN.

    Attributes:
        lane: row of `Lanes`, or `n_lanes` + row of `Connectors`.
        pos_m: driven distance from the begin of that lane or connector.
        lateral_m: offset from the centre line, left positive.
        distance_m: from the point to the centre line.
    """

    lane: Int
    pos_m: Float
    lateral_m: Float
    distance_m: Float


class LaneIndex:
    """A spatial index over the centre lines of all lanes and connectors of a network."""

    def __init__(self, network: RoadNetwork) -> None:
        ways = (network.lanes, network.connectors)
        self._allowed = np.concatenate([way.allowed for way in ways])
        self._driven_m = np.concatenate([way.length_m for way in ways])
        self._drawn_m = np.concatenate([way.centre.lengths_m() for way in ways])
        starts, ends, owner, station = [], [], [], []
        first_way = 0
        for way in ways:
            lines = way.centre
            of_point = np.repeat(np.arange(len(lines)), np.diff(lines.first))
            inner = np.flatnonzero(of_point[:-1] == of_point[1:]) if len(of_point) else np.zeros(0, np.int64)
            starts.append(lines.xyz[inner, :2])
            ends.append(lines.xyz[inner + 1, :2])
            owner.append(of_point[inner] + first_way)
            station.append(lines.station_m[inner])
            first_way += len(lines)
        self._a, self._b = np.concatenate(starts), np.concatenate(ends)
        self._owner, self._station_m = np.concatenate(owner), np.concatenate(station)
        self._heading = np.arctan2(*(self._b - self._a).T[::-1])
        # Segments, not whole lines: their boxes are tight, and heading and offset follow from the one that is found.
        self._tree = shapely.STRtree(np.asarray(shapely.linestrings(np.stack([self._a, self._b], axis=1))))

    def nearest(
        self,
        x_m: ArrayLike,
        y_m: ArrayLike,
        *,
        heading_rad: ArrayLike | None = None,
        allowed: VehicleClass = VehicleClass.ALL,
        max_distance_m: float = 50.0,
    ) -> Nearest:
        """For each point the nearest lane or connector open to any of the classes `allowed`.

        With a heading only ways that lead within 60 degrees of it are looked at, so that a point near the median
        finds its own carriageway. Of ways at equal distance the lowest row is taken; lanes come before connectors.

        Args:
            x_m, y_m: map frame, arrays of one shape `(n,)` or numbers.
            heading_rad: counter-clockwise from east, `(n,)` or one number.
            allowed: classes of vehicles.
            max_distance_m: how far to look.
        """
        x, y = np.broadcast_arrays(np.atleast_1d(np.asarray(x_m, float)), np.atleast_1d(np.asarray(y_m, float)))
        points = np.stack([x, y], axis=1)
        heading = None if heading_rad is None else np.broadcast_to(np.asarray(heading_rad, float), x.shape)
        out = Nearest(np.full(len(x), -1, np.int32), *(np.full(len(x), np.nan) for _ in range(3)))
        left, radius_m = np.arange(len(x)), min(_FIRST_LOOK_M, max_distance_m)
        # Most points lie near a lane; only the others are worth a look at everything within the full distance.
        while len(left):
            self._look(points, heading, (left, int(allowed), radius_m), out)
            left = left[out.lane[left] < 0]
            if radius_m >= max_distance_m:
                break
            radius_m = min(radius_m * 3.0, max_distance_m)
        return out

    def _look(
        self, points: Float, heading: Float | None, within: tuple[NDArray[np.int64], int, float], out: Nearest
    ) -> None:
        """Fills the rows of `out` whose points have a way within the radius."""
        rows, allowed, radius_m = within
        i, segment = self._tree.query(shapely.points(points[rows]), predicate="dwithin", distance=radius_m)
        i = rows[i]
        keep = (self._allowed[self._owner[segment]] & allowed) > 0
        if heading is not None:
            keep &= np.cos(heading[i] - self._heading[segment]) >= 0.5
        i, segment = i[keep], segment[keep]
        distance, along, lateral = self._project(points[i], segment)
        # The last key counts most: by point, then distance (rounded: two ways that share a point are equally far).
        order = np.lexsort((self._owner[segment], np.round(distance, 9), i))
        found, at = np.unique(i[order], return_index=True)
        best = order[at]
        way = self._owner[segment[best]]
        out.lane[found] = way
        drawn_m = self._station_m[segment[best]] + along[best]
        out.pos_m[found] = np.minimum(drawn_m * self._driven_m[way] / self._drawn_m[way], self._driven_m[way])
        out.lateral_m[found], out.distance_m[found] = lateral[best], distance[best]

    def _project(self, points: Float, segment: NDArray[np.int64]) -> tuple[Float, Float, Float]:
        """Distance to the segment, distance along it, and signed offset (left positive) of each point."""
        a, direction = self._a[segment], self._b[segment] - self._a[segment]
        length = np.hypot(direction[:, 0], direction[:, 1])
        unit = direction / np.where(length > 0, length, 1.0)[:, None]
        rel = points - a
        along = np.clip((rel * unit).sum(axis=1), 0.0, length)
        off = rel - along[:, None] * unit
        distance = np.hypot(off[:, 0], off[:, 1])
        side = unit[:, 0] * rel[:, 1] - unit[:, 1] * rel[:, 0]
        return distance, along, np.where(side < 0, -distance, distance)
