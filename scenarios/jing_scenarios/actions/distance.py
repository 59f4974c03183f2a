"""LongitudinalDistanceAction: a distance or a time gap to another entity is reached, and kept if wanted.

Without limits the entity stands at the distance at once and drives with the reference's speed. With limits its
acceleration is that of a critically damped spring between the distance and the wanted one, cut to the limits of
acceleration and jerk: `a = k e - 2 sqrt(k) dv`, with `k` 0.4 times the limit of acceleration (or of deceleration where
the entity is too far away), the error `e` of the distance and the difference of speeds `dv`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isnan, sqrt
from typing import TYPE_CHECKING

from jing_scenarios.actions.action import Owned
from jing_scenarios.actions.speed import performance_of
from jing_scenarios.actions.speed_profile import UNLIMITED, Limits, limits_of
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.roads.distance import distance_of
from jing_scenarios.roads.place_rows import ALONG, STAY

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["Gap", "LongitudinalDistanceAction", "longitudinal_distance_of"]

_SPRING = 0.4
_CLOSE_M = 0.1


class Gap:
    """What is wanted.

    Attributes:
        of: the other entity. distance_m, time_s: one of them, the other infinite.
        side: 1 = behind the other entity, -1 = ahead of it, 0 = where it is when the action starts.
    """

    __slots__ = ("distance_m", "of", "side", "time_s")

    def __init__(self, of: int, distance_m: float, time_s: float, side: int) -> None:
        self.of, self.distance_m, self.time_s, self.side = of, distance_m, time_s, side

    def wanted_m(self, side: int, speed_of_other: float) -> float:
        """The wanted distance, positive behind the other entity."""
        return side * (self.distance_m if self.distance_m < inf else abs(speed_of_other) * self.time_s)


def longitudinal_distance_of(node: Node, row: int, context: CompileContext) -> LongitudinalDistanceAction:
    """The action of a `LongitudinalDistanceAction` element; raises OpenScenarioError."""
    other = context.row_of(node.string("entityRef"), node)
    distance, time = node.number("distance", inf), node.number("timeGap", inf)
    if (distance < inf) == (time < inf):
        raise OpenScenarioError(f"{node.place}: LongitudinalDistanceAction: either distance or timeGap is right")
    side = {"any": 0, "trailingReferencedEntity": 1, "leadingReferencedEntity": -1}.get(node.string("displacement", ""))
    if side is None:
        side = -1 if min(distance, time) < 0.0 and node.string("displacement", "") == "" else 1
    gap = Gap(other, abs(distance), abs(time), side)
    freespace = node.boolean("freespace")
    system = "entity" if freespace else node.string("coordinateSystem", "entity")
    constraints = node.find("DynamicConstraints")
    limits = Limits() if constraints is None else limits_of(constraints, performance_of(context, row))
    measures = [_measure(context, row, other, each, freespace) for each in (system, "entity")]
    return LongitudinalDistanceAction(row, gap, limits, (measures[0], measures[1]), node.boolean("continuous"))


def _measure(context: CompileContext, row: int, other: int, system: str, freespace: bool) -> Callable[[], float]:
    return distance_of(context.scene, row, other, "longitudinal", system, freespace)


class LongitudinalDistanceAction:
    """The entity keeps a distance along its way to another one."""

    kind = "LongitudinalDistanceAction"

    def __init__(
        self, row: int, gap: Gap, limits: Limits, measures: tuple[Callable[[], float], Callable[[], float]], keep: bool
    ) -> None:
        self.owns: tuple[Owned, ...] = ((row, "longitudinal"),)
        self._row, self._gap, self._limits, self._keep = row, gap, limits, keep
        self._measure, self._ahead = measures
        self._rigid = min(limits.acceleration, limits.deceleration) >= UNLIMITED
        self._side, self._accel = gap.side, 0.0

    def start(self, engine: Engine) -> None:  # noqa: ARG002
        """On which side of the other entity it stays is settled."""
        self._accel = 0.0
        if self._gap.side == 0:
            self._side = -1 if self._ahead() < 0.0 else 1

    def step(self, engine: Engine, dt_s: float) -> bool:
        """Speed, or place and speed, are what the distance asks for."""
        row, columns = self._row, engine.entities
        if engine.motion.driver_long[row]:
            return False
        distance = self._measure()
        if isnan(distance):
            return False
        other = columns.speed.item(self._gap.of)
        error = distance - self._gap.wanted_m(self._side, other)
        engine.motion.speed_set[row] = True
        if self._rigid:
            place = engine.place
            if place.how.item(row) == STAY:
                place.how[row] = ALONG
            place.ds_m[row] += error
            columns.speed[row] = other
        else:
            speed = columns.speed.item(row)
            self._accel = self._acceleration(error, speed - other, dt_s)
            most = self._limits.speed
            columns.speed[row] = min(max(speed + self._accel * dt_s, -most), most)
        return not self._keep and abs(error) < _CLOSE_M

    def _acceleration(self, error: float, faster: float, dt_s: float) -> float:
        limits = self._limits
        spring = _SPRING * (limits.acceleration if error < 0.0 else limits.deceleration)
        accel = error * spring - 2.0 * sqrt(spring) * faster
        if accel < 0.0:
            accel = max(accel, -limits.deceleration)
            return max(accel, self._accel - limits.deceleration_rate * dt_s)
        accel = min(accel, limits.acceleration)
        return min(accel, self._accel + limits.acceleration_rate * dt_s)

    def stop(self, engine: Engine) -> None:
        """The entity keeps the speed that it has."""
