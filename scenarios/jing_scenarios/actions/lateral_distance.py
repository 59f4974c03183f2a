"""LateralDistanceAction: a distance sideways to another entity is reached, and kept if wanted.

In the entity's frame the goal is a line beside the other entity, parallel to its heading; the entity steers towards it
on arcs that its lateral acceleration allows. In the frame of the road (or lane) the goal is an offset; the entity moves
across like a damped spring within limits of speed, acceleration and jerk.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, atan2, copysign, cos, isnan, nan, pi, sin, sqrt
from typing import TYPE_CHECKING

from jing_scenarios.actions.action import Action, Owned
from jing_scenarios.actions.dynamics import SMALL, sign
from jing_scenarios.actions.speed_profile import UNLIMITED, Limits, limits_of
from jing_scenarios.openscenario.node import Node
from jing_scenarios.roads.separation import Spot, separation

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["BesideEntity", "BesideOnRoad", "Sideways", "lateral_distance_of"]

_SPRING = 0.4
_CLOSE_M = 0.01
_LEAST_RADIUS_M = 0.5
_MOST_ACCELERATION_MPS2 = 1000.0


@dataclass(frozen=True)
class Sideways:
    """What is wanted of `row`: to be `left_m` to the left of `other` (negative: right), as that one faces."""

    row: int
    other: int
    left_m: float
    limits: Limits
    keep: bool


def lateral_distance_of(node: Node, row: int, context: CompileContext) -> Action:
    """The action of a `LateralDistanceAction` element; `any` side is the left one, as in esmini."""
    other = context.row_of(node.string("entityRef"), node)
    distance = abs(node.number("distance", 0.0))
    if node.boolean("freespace"):
        boxes = context.scene.boxes
        distance += (float(boxes[row, 1]) + float(boxes[other, 1])) / 2.0
    right = node.string("displacement", "any") == "rightToReferencedEntity"
    limits = limits_of(node.find("DynamicConstraints"), Limits())
    wish = Sideways(row, other, -distance if right else distance, limits, node.boolean("continuous"))
    on_road = node.string("coordinateSystem", "entity") in ("road", "lane", "trajectory")
    return BesideOnRoad(wish) if on_road else BesideEntity(wish)


def _turn(to: float, of: float) -> float:
    """The angle from one heading to another, -pi to pi."""
    return (to - of + pi) % (2.0 * pi) - pi


class BesideEntity:
    """The entity steers to a line beside another one, and along it."""

    kind = "LateralDistanceAction"

    def __init__(self, wish: Sideways) -> None:
        self.owns: tuple[Owned, ...] = ((wish.row, "lateral"),)
        self._wish = wish

    def start(self, engine: Engine) -> None:
        """Nothing is kept from one step to the next."""

    def stop(self, engine: Engine) -> None:
        """The entity goes on where it is."""

    def step(self, engine: Engine, dt_s: float) -> bool:
        """The entity has driven a step towards the line, or along it."""
        wish, columns, motion = self._wish, engine.entities, engine.motion
        if motion.driver_lat[wish.row]:
            return False
        motion.lat_set[wish.row] = motion.long_set[wish.row] = motion.speed_set[wish.row] = True
        x, y, h = columns.x.item(wish.row), columns.y.item(wish.row), columns.h.item(wish.row)
        way = columns.speed.item(wish.row) * dt_s
        along = columns.h.item(wish.other)
        cos_a, sin_a = cos(along), sin(along)
        # The error sideways, seen by the other entity: positive = the line is to the left of here.
        error = wish.left_m - ((y - columns.y.item(wish.other)) * cos_a - (x - columns.x.item(wish.other)) * sin_a)
        if wish.limits.acceleration >= UNLIMITED:
            rest = max(abs(way) - abs(error), 0.0)
            x, y, h = x - error * sin_a + rest * cos_a, y + error * cos_a + rest * sin_a, along
        else:
            h = self._heading(error, (h, along), columns.speed.item(wish.row), dt_s)
            x, y = x + way * cos(h), y + way * sin(h)
        engine.put_pose(wish.row, (x, y, nan, h % (2.0 * pi), nan, nan))
        return not wish.keep and abs(error) < _CLOSE_M

    def _heading(self, error: float, headings: tuple[float, float], speed: float, dt_s: float) -> float:
        """The heading for the step, not further from that of now than the lateral acceleration allows."""
        h, along = headings
        way, gap = speed * dt_s, abs(error)
        if gap < SMALL:
            return along
        # An arc's acceleration is v**2 / r; where it changes side in the middle of the way it peaks at about 1.5 times.
        limit = min(self._wish.limits.acceleration, _MOST_ACCELERATION_MPS2)
        radius = max(_LEAST_RADIUS_M, 1.5 * speed * speed / limit)
        most = min(abs(way / radius) * 1.5, pi - SMALL)
        across = along + copysign(pi / 2.0, error)
        if gap < way / 2.0 - SMALL and way / 2.0 > radius - SMALL:
            return along + copysign(atan2(gap, sqrt(max(way * way - gap * gap, 0.0))), error)
        if gap > radius - SMALL:
            turn = _turn(across, h)
        else:
            step = way / radius
            share = (2.0 * max(acos(1.0 - gap / radius), step / 2.0) - step / 2.0) / pi
            share = share * share * (3.0 - 2.0 * share)
            turn = share * _turn(across, h) + (1.0 - share) * _turn(along, h)
        return h + min(max(turn, -most), most)


class BesideOnRoad:
    """The entity moves across the road to an offset from another one."""

    kind = "LateralDistanceAction"

    def __init__(self, wish: Sideways) -> None:
        self.owns: tuple[Owned, ...] = ((wish.row, "lateral"),)
        self._wish = wish
        limits = wish.limits
        self._rigid = min(limits.speed, limits.acceleration, limits.deceleration) >= UNLIMITED
        self._spring = _SPRING * limits.acceleration
        self._first = True
        self._accel = self._velocity = 0.0

    def start(self, engine: Engine) -> None:  # noqa: ARG002
        """It begins to move in its second step, as in esmini."""
        self._first, self._accel, self._velocity = True, 0.0, 0.0

    def stop(self, engine: Engine) -> None:
        """The entity keeps its offset."""

    def step(self, engine: Engine, dt_s: float) -> bool:
        """The entity has moved across (and, where it has limits, along) the road."""
        row, motion = self._wish.row, engine.motion
        if motion.driver_lat[row]:
            return False
        if self._first:
            self._first = False
            return False
        error = self._error(engine)
        if isnan(error):
            names = engine.entities.names
            engine.log.warn(f"LateralDistanceAction: no way leads from {names[row]!r} to {names[self._wish.other]!r}")
            return True
        motion.lat_set[row] = True
        if self._rigid:
            way = abs(engine.entities.speed.item(row)) * dt_s
            self._put(engine, error, atan2(error, way) if abs(error) < way else 0.0)
            return not self._wish.keep and abs(error) < _CLOSE_M
        done = self._change_velocity(engine, error, dt_s)
        speed = engine.entities.speed.item(row)
        along = sqrt(max(speed * speed - self._velocity * self._velocity, 0.0))
        motion.long_set[row] = motion.speed_set[row] = True
        self._put(engine, self._velocity * dt_s, atan2(self._velocity, along))
        engine.place.ds_m[row] = along * dt_s
        return done and not self._wish.keep

    def _error(self, engine: Engine) -> float:
        """Metres to the left along growing s that are missing; NaN where no way leads to the other entity."""
        wish = self._wish
        other = _spot(engine, wish.other)
        away = separation(engine.plan, _spot(engine, wish.row), other)
        return away.dt + (wish.left_m if other.forward == away.same_way else -wish.left_m)

    def _change_velocity(self, engine: Engine, error: float, dt_s: float) -> bool:
        """The velocity across the road at the end of the step; True when the entity is there."""
        limits, columns = self._wish.limits, engine.entities
        # A little is left for the motion along the road, so that its direction stays known.
        most = min(limits.speed, abs(columns.speed.item(self._wish.row))) - SMALL
        if limits.acceleration >= UNLIMITED:
            self._velocity = copysign(most, error)
            if sign(error - self._velocity * dt_s) != sign(error) and dt_s > 0.0:
                self._velocity = error / dt_s
                return True
            return False
        other = self._wish.other
        across = columns.vy.item(other) * cos(columns.h.item(other)) - columns.vx.item(other) * sin(
            columns.h.item(other)
        )
        wanted = self._spring * error - 2.0 * sqrt(self._spring) * (self._velocity - across)
        jerk = limits.acceleration_rate * dt_s
        accel = self._accel + min(max(wanted - self._accel, -jerk), jerk)
        self._accel = min(max(accel, -limits.acceleration), limits.acceleration)
        self._velocity = min(max(self._velocity + self._accel * dt_s, -most), most)
        return abs(error) < _CLOSE_M

    def _put(self, engine: Engine, left_m: float, angle: float) -> None:
        columns, row = engine.entities, self._wish.row
        forward = cos(columns.h_rel.item(row)) >= 0.0
        offset = columns.offset.item(row) + left_m
        heading = angle if forward else pi - angle
        engine.put_lane(row, columns.road.item(row), columns.lane.item(row), columns.s.item(row), offset, heading)


def _spot(engine: Engine, row: int) -> Spot:
    columns = engine.entities
    forward = cos(columns.h_rel.item(row)) >= 0.0
    return Spot(columns.road.item(row), columns.s.item(row), columns.t.item(row), forward)
