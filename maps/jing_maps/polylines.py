"""Many polylines in two flat columns, and the vectorised questions that one asks of them.

>>> import numpy as np
>>> lines = Polylines.from_list([np.array([[0.0, 0, 0], [3, 4, 0]]), np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0]])])
>>> lines.lengths_m().tolist()
[5.0, 2.0]
>>> x, y, z, heading = lines.locate(np.array([1]), np.array([1.5]))
>>> float(x[0]), float(y[0])
(1.0, 0.5)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Polylines"]

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Polylines:
    """`n` polylines of any number of points; map frame metres (x east, y north, z up).

    Attributes:
        first: `(n + 1,)` int32, polyline `i` is `xyz[first[i]:first[i + 1]]`.
        xyz: `(n_points, 3)` float64.
    """

    first: NDArray[np.int32]
    xyz: Float

    @classmethod
    def from_list(cls, lines: Sequence[Float]) -> "Polylines":
        """Packs arrays of shape `(k, 3)`, or `(k, 2)` which get z = 0."""
        first = np.zeros(len(lines) + 1, dtype=np.int32)
        first[1:] = np.cumsum([len(line) for line in lines])
        xyz = np.zeros((int(first[-1]), 3))
        for i, line in enumerate(lines):
            xyz[first[i] : first[i + 1], : line.shape[1]] = line
        return cls(first, xyz)

    @classmethod
    def empty(cls, n: int = 0) -> "Polylines":
        """`n` polylines without a point."""
        return cls(np.zeros(n + 1, dtype=np.int32), np.zeros((0, 3)))

    def __len__(self) -> int:
        return len(self.first) - 1

    def __getitem__(self, i: int) -> Float:
        """The points of polyline `i`, `(k, 3)`; a view."""
        return self.xyz[self.first[i] : self.first[i + 1]]

    def take(self, ids: NDArray[np.int32]) -> "Polylines":
        """The polylines `ids`, in that order."""
        return Polylines.from_list([self[int(i)] for i in ids])

    @cached_property
    def station_m(self) -> Float:
        """`(n_points,)`: arc length (in x, y) of each point from the start of its polyline."""
        if not len(self.xyz):
            return np.zeros(0)
        step = np.zeros(len(self.xyz))
        step[1:] = np.hypot(np.diff(self.xyz[:, 0]), np.diff(self.xyz[:, 1]))
        step[self.first[:-1][np.diff(self.first) > 0]] = 0.0
        run = np.cumsum(step)
        start = np.repeat(run[np.minimum(self.first[:-1], len(run) - 1)], np.diff(self.first))
        return run - start

    def linestrings(self) -> NDArray[np.object_]:
        """`(n,)`: shapely lines in x, y; every polyline must have two points or more."""
        index = np.repeat(np.arange(len(self)), np.diff(self.first))
        return np.asarray(shapely.linestrings(self.xyz[:, :2], indices=index), dtype=object).reshape(-1)

    def lengths_m(self) -> Float:
        """`(n,)`: arc length in x, y; 0 for an empty polyline."""
        counts = np.diff(self.first)
        out = np.zeros(len(self))
        full = counts > 0
        out[full] = self.station_m[self.first[1:][full] - 1]
        return out

    def locate(self, ids: NDArray[np.int32], s_m: Float) -> tuple[Float, Float, Float, Float]:
        """x, y, z [m] and heading [rad, counter-clockwise from east] at `s_m` along the polylines `ids`.

        Both of shape `(k,)`. `s_m` outside `[0, length]` goes on straight along the first or last segment.
        """
        ids = np.asarray(ids, dtype=np.int64)
        lo, hi = self.first[ids].astype(np.int64), self.first[ids + 1].astype(np.int64)
        # One global search: stations shifted so that polylines follow one another without overlap.
        span = (float(self.station_m.max()) if len(self.station_m) else 0.0) + 1.0
        keys = self.station_m + np.repeat(np.arange(len(self)) * span, np.diff(self.first))
        wanted = np.clip(s_m, 0.0, self.station_m[hi - 1]) + ids * span
        at = np.clip(np.searchsorted(keys, wanted, side="right") - 1, lo, np.maximum(hi - 2, lo))
        nxt = np.minimum(at + 1, hi - 1)
        a, b = self.xyz[at], self.xyz[nxt]
        seg = self.station_m[nxt] - self.station_m[at]
        t = np.where(seg > 0, (s_m - self.station_m[at]) / np.where(seg > 0, seg, 1.0), 0.0)
        p = a + (b - a) * t[:, None]
        heading = np.arctan2(b[:, 1] - a[:, 1], b[:, 0] - a[:, 0])
        return p[:, 0], p[:, 1], p[:, 2], heading
