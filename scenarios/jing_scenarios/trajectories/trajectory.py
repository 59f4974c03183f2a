"""A trajectory that is laid out in the map: points by distance and by time.

>>> from jing_scenarios.trajectories.polyline import polyline_table, Vertex
>>> bend = Trajectory("bend", polyline_table([Vertex(0, 0, 0.0), Vertex(10, 0, 1.0), Vertex(10, 10, 2.0)]))
>>> bend.length_m, bend.at_distance(5.0).x, bend.at_time(1.5).y
(20.0, 5.0, 5.0)
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.trajectories.kernels_path import distance_at, point_at
from jing_scenarios.trajectories.path_rows import OVER_SEGMENT, PX, PY, TIME, D

__all__ = ["PathPoint", "Trajectory"]

Float = NDArray[np.float64]


class PathPoint(NamedTuple):
    """A point of a trajectory, map frame.

    Attributes:
        x, y, z: metres; z NaN where the trajectory lies on the road.
        h, p, r: orientation [rad]; p and r NaN where they follow the road's surface.
        tangent: direction of the curve along growing distance [rad].
        said: whether h is one of the file (else it is the tangent).
        speed_mps: of the timed trajectory.
        time_s: of the timed trajectory.
    """

    x: float
    y: float
    z: float
    h: float
    p: float
    r: float
    tangent: float
    said: bool
    speed_mps: float
    time_s: float


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Samples of a trajectory in the map frame.

    Attributes:
        name: of the file.
        table: `(n, 13)`, columns of `path_rows`; distances and times never fall.
        closed: its end is its begin; distances beyond the end go around.
        smooth: a curve runs through the samples, else straight lines.
        way: how angles of the file go from sample to sample (`path_rows`).
    """

    name: str
    table: Float
    closed: bool = False
    smooth: bool = False
    way: int = OVER_SEGMENT

    @cached_property
    def length_m(self) -> float:
        """Of the whole trajectory, seen from above."""
        return float(self.table[-1, D])

    @cached_property
    def start_s(self) -> float:
        """Its first time; NaN without times."""
        return float(self.table[0, TIME])

    @cached_property
    def end_s(self) -> float:
        """Its last time; NaN without times."""
        return float(self.table[-1, TIME])

    @property
    def has_times(self) -> bool:
        """Whether every sample has a time."""
        return not (math.isnan(self.start_s) or math.isnan(self.end_s))

    def at_distance(self, d_m: float) -> PathPoint:
        """The point after `d_m` metres; its ends beyond them, unless it is closed."""
        if self.closed and self.length_m > 0 and not 0.0 <= d_m <= self.length_m:
            d_m %= self.length_m
        return _point(point_at(self.table, d_m, self.smooth, self.way))

    def at_time(self, time_s: float) -> PathPoint:
        """The point at a time of the trajectory; its ends beyond them."""
        return _point(point_at(self.table, self.distance_at(time_s), self.smooth, self.way))

    def distance_at(self, time_s: float) -> float:
        """How far one has come at a time of the trajectory [m]."""
        reached: float = distance_at(self.table, time_s)
        return reached

    def nearest(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Distance along the trajectory of its point closest to a place, and how far the place lies to its left [m]."""
        if len(self.table) == 1:
            return 0.0, math.hypot(x_m - self.table[0, PX], y_m - self.table[0, PY])
        begin, step = self.table[:-1, [PX, PY]], np.diff(self.table[:, [PX, PY]], axis=0)
        size = np.maximum((step**2).sum(axis=1), 1e-12)
        share = np.clip(((np.array([x_m, y_m]) - begin) * step).sum(axis=1) / size, 0.0, 1.0)
        away = begin + share[:, None] * step - (x_m, y_m)
        k = int(np.argmin((away**2).sum(axis=1)))
        side = step[k, 0] * -away[k, 1] + step[k, 1] * away[k, 0]
        d = float(self.table[k, D] + share[k] * (self.table[k + 1, D] - self.table[k, D]))
        return d, math.copysign(float(np.hypot(*away[k])), side)

    def turning(self, way: int) -> "Trajectory":
        """The same with angles that go otherwise from sample to sample."""
        return replace(self, way=way)


def _point(values: tuple[float, ...]) -> PathPoint:
    x, y, z, h, p, r, tangent, said, speed, time = values
    return PathPoint(x, y, z, h, p, r, tangent, said > 0.0, speed, time)
