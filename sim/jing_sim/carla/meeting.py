"""Where drivers meet traffic lights, and which limit holds for them: what the snapshot says of every vehicle."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.carla.kernels_trigger import box_at
from jing_sim.carla.stage import Stage
from jing_sim.driving.light_places import TriggerBoxes
from jing_sim.driving.obstacles import obstacle_grid

__all__ = ["LightMeeting", "SpeedLimits"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]

_LOOK_AGAIN_M = 3.0


class LightMeeting:
    """Finds the lights in whose trigger volumes vehicles are."""

    def __init__(self, boxes: TriggerBoxes) -> None:
        self._any = len(boxes.yaw) > 0
        self._grid = obstacle_grid(np.column_stack([boxes.centre, boxes.half, boxes.yaw, np.zeros(len(boxes.yaw))]))

    def met(self, middle: Float, rotation: Float, half_length: Float) -> Int:
        """`(k,)` row of the light that each vehicle is at with its front or its middle, -1 = none; map frame."""
        out = np.full(len(middle), -1, np.int64)
        if not self._any or not len(middle):
            return out
        box_at(middle, self._grid, out)
        front = middle.copy()
        front[:, 0] += np.cos(rotation[:, 0]) * half_length
        front[:, 1] += np.sin(rotation[:, 0]) * half_length
        at_front = np.empty_like(out)
        box_at(front, self._grid, at_front)
        return np.where(out >= 0, out, at_front)


class SpeedLimits:
    """Limits at vehicles; each is looked up again when its vehicle has moved by 3 m."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._asked = np.zeros((0, 3))
        self._limit = np.zeros(0)

    def forget(self, count: int) -> None:
        """There are `count` vehicles now, and all are looked up anew."""
        self._asked = np.full((count, 3), np.inf)
        self._limit = np.zeros(count)

    def at(self, places: Float) -> Float:
        """`(k,)` km/h at `(k, 3)`, map frame."""
        moved = places - self._asked
        again = np.flatnonzero(~((moved * moved).sum(axis=1) < _LOOK_AGAIN_M**2))
        if len(again):
            self._asked[again] = places[again]
            self._limit[again] = self._stage.speed_limits_kmh(places[again])
        return self._limit
