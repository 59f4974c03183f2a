"""The columns of a run while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from jing_scenarios.storyboard.entities import Entities

__all__ = ["Recording"]

_FIRST_ROWS = 512


class Recording:
    """Rows of all entities; grows as needed.

    Attributes:
        last_s: time of the last row; -1 before the first one.
    """

    def __init__(self, entities: Entities) -> None:
        self._entities = entities
        self._n, self.last_s = 0, -1.0
        self._make(_FIRST_ROWS)

    def _make(self, rows: int) -> None:
        n = len(self._entities)
        self._time = np.zeros(rows)
        self._pose = np.full((rows, n, 6), np.nan)
        self._along = np.full((rows, n, 4), np.nan)
        self._on = np.zeros((rows, n, 2), dtype=np.int64)
        self._motion = np.full((rows, n, 2), np.nan)
        self._alive = np.zeros((rows, n), dtype=np.bool_)

    def add(self, time_s: float) -> None:
        """The state of now."""
        k = self._n
        if k == len(self._time):
            self._grow()
        entities = self._entities
        place = entities.place
        self._time[k] = self.last_s = time_s
        self._pose[k] = place.pose
        self._along[k] = place.along[:, :4]
        self._on[k] = place.on[:, :2]
        self._motion[k, :, 0] = entities.speed
        self._motion[k, :, 1] = entities.accel
        self._alive[k] = entities.alive
        self._n = k + 1

    def _grow(self) -> None:
        old = (self._time, self._pose, self._along, self._on, self._motion, self._alive)
        self._make(2 * len(self._time))
        for before, now in zip(
            old, (self._time, self._pose, self._along, self._on, self._motion, self._alive), strict=True
        ):
            now[: len(before)] = before

    def columns(self, n: int) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
        """Of the first `n` entities: time_s, pose, along, on, speed, accel as `ScenarioRun` has them."""
        k = self._n
        gone = ~self._alive[:k, :n]
        pose, along, motion = (a[:k, :n].copy() for a in (self._pose, self._along, self._motion))
        for column in (pose, along, motion):
            column[gone] = np.nan
        on = self._on[:k, :n].copy()
        on[gone] = (-1, 0)
        speed, accel = motion[:, :, 0], motion[:, :, 1]
        return {"time_s": self._time[:k].copy(), "pose": pose, "along": along, "on": on, "speed": speed, "accel": accel}
