"""Vehicles of the traffic engine drawn between its steps, for worlds that step more finely."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_sim.protocols import VehicleFrame

__all__ = ["BetweenSteps", "Drawn"]

Float = NDArray[np.float64]
_SIDEWAYS_S = 2.5


@dataclass(frozen=True)
class Drawn:
    """`(n,)` vehicles at one moment: `vehicle` numbers, `x_m`, `y_m` of the front bumper, `yaw_rad`, `speed_mps`.

    `aside_m`: how far to the left of its lane one is drawn that changes lanes.
    """

    vehicle: NDArray[np.int64]
    x_m: Float
    y_m: Float
    yaw_rad: Float
    speed_mps: Float
    aside_m: Float


class BetweenSteps:
    """Where vehicles were at the last two steps of the engine; lane changes, which it makes at once, take a while."""

    def __init__(self) -> None:
        self.vehicles = np.zeros(0, np.int64)
        # Front bumper x, y, heading, speed at the last step and at the one before; what is left of a change of lanes.
        self._now, self._before, self._aside = np.zeros((0, 4)), np.zeros((0, 4)), np.zeros((0, 2))

    def follow(self, frame: VehicleFrame, leave_out: Collection[int], dt_s: float) -> None:
        """Takes what a step of the engine has made of its vehicles, those that are moved from outside left out."""
        ours = ~np.isin(frame.vehicle, list(leave_out))
        order = np.flatnonzero(ours)[np.argsort(frame.vehicle[ours])]
        vehicles = frame.vehicle[order].astype(np.int64)
        now = np.stack([frame.x_m, frame.y_m, frame.heading_rad, frame.speed_mps], 1)[order]
        before, aside = now.copy(), np.zeros((len(now), 2))
        if len(self.vehicles):
            place = np.minimum(np.searchsorted(self.vehicles, vehicles), len(self.vehicles) - 1)
            known = self.vehicles[place] == vehicles
            before[known], aside[known] = self._now[place[known]], self._aside[place[known]]
        _smooth_jumps(now, before, aside, dt_s)
        self.vehicles, self._now, self._before, self._aside = vehicles, now, before, aside

    def at(self, share: float, dt_s: float) -> Drawn:
        """All of them at `share` of the engine's last step, which took `dt_s`."""
        turn = (self._now[:, 2] - self._before[:, 2] + np.pi) % (2 * np.pi) - np.pi
        mixed = self._before + share * (self._now - self._before)
        yaw = self._before[:, 2] + share * turn
        beside = _rest(self._aside[:, 0], self._aside[:, 1] - share * dt_s)
        x, y = mixed[:, 0] - np.sin(yaw) * beside, mixed[:, 1] + np.cos(yaw) * beside
        return Drawn(self.vehicles, x, y, yaw, mixed[:, 3], beside)

    def hurry(self, vehicle: int) -> None:
        """A vehicle that changes lanes is on its new lane at once: there is no room beside it."""
        at = int(np.searchsorted(self.vehicles, vehicle))
        if at < len(self.vehicles) and self.vehicles[at] == vehicle:
            self._aside[at] = 0.0
            heading = self._now[at, 2]
            across = np.array([-np.sin(heading), np.cos(heading)])
            self._before[at, :2] += across * ((self._now[at, :2] - self._before[at, :2]) @ across)


def _smooth_jumps(now: Float, before: Float, aside: Float, dt_s: float) -> None:
    """Vehicles that have changed lanes at once are drawn where they were, and from there to where they are.

    `now`, `before` `(n, 4)` x, y, heading, speed; `aside` `(n, 2)` how far to the left of `now` they are still drawn,
    and for how long. Changes `before` and `aside`.
    """
    aside[:, 1] = np.maximum(aside[:, 1] - dt_s, 0.0)
    across = np.column_stack([-np.sin(now[:, 2]), np.cos(now[:, 2])])
    jump = ((now[:, :2] - before[:, :2]) * across).sum(axis=1)
    jumped = (np.abs(jump) > 1.5) & (np.abs(np.sin(now[:, 2] - before[:, 2])) < 0.3)
    # It may still be on its way from the last change.
    aside[jumped, 0] = _rest(aside[jumped, 0], aside[jumped, 1]) - jump[jumped]
    aside[jumped, 1] = _SIDEWAYS_S
    before[jumped, :2] += across[jumped] * jump[jumped, None]


def _rest(aside: Float, left_s: Float) -> Float:
    """What is left of a sideways way after a smooth part of it."""
    part = np.maximum(left_s, 0.0) / _SIDEWAYS_S
    return aside * part * part * (3.0 - 2.0 * part)
