"""FollowTrajectoryAction: the entity drives on a trajectory, by its own speed or by the trajectory's times."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING, NamedTuple

from jing_scenarios.actions.action import Owned
from jing_scenarios.actions.dynamics import SMALL, sign
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.positions import trajectory_of
from jing_scenarios.scene import Following
from jing_scenarios.trajectories.shape import TrajectoryShape

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine
    from jing_scenarios.trajectories.trajectory import PathPoint, Trajectory

__all__ = ["FollowTrajectoryAction", "Timing", "follow_trajectory_of"]

_TIMES = ("time", "startTime", "timeStart")
"""Attributes by which trajectories say when."""


class Timing(NamedTuple):
    """How the trajectory's times are meant: `scale * t + offset`, with `t` since the start of the action or the run."""

    absolute: bool
    scale: float
    offset_s: float


def follow_trajectory_of(node: Node, row: int, context: CompileContext) -> FollowTrajectoryAction:
    """The action of a `FollowTrajectoryAction` element; raises OpenScenarioError."""
    reference = node.find("TrajectoryRef")
    element = reference.only() if reference is not None else node.find("Trajectory")
    if element is None:
        raise OpenScenarioError(f"{node.place}: FollowTrajectoryAction has no TrajectoryRef; one is right")
    mode = node.find("TrajectoryFollowingMode")
    position = mode is not None and mode.string("followingMode", "follow") == "position"
    timing_node = node.child("TimeReference").find("Timing")
    timing = None
    if timing_node is not None:
        absolute = timing_node.string("domainAbsoluteRelative") == "absolute"
        timing = Timing(absolute, timing_node.number("scale"), timing_node.number("offset"))
    if timing_node is not None and not any(each.has(name) for each in element.descendants() for name in _TIMES):
        timing = None
        text = "Timing of a trajectory that has no times: it is driven with the speed that the entity has"
        context.engine.log.warn(f"{timing_node.place}: {text}")
    action = FollowTrajectoryAction(row, trajectory_of(element, context.scene), timing)
    action.offset_m, action.drives = node.number("initialDistanceOffset", 0.0), not position
    properties = [each for each in context.engine.entities.nodes[row].descendants() if each.tag == "Property"]
    action.forwards = any(
        each.string("name") == "ignoreHeadingForTrajMotion" and each.string("value") == "true" for each in properties
    )
    return action


class FollowTrajectoryAction:
    """The entity is on the trajectory from the start of the action until its end, or its last time.

    Without time reference its own speed, which other actions may change, takes it along; the heading decides whether
    that is forwards, unless the vehicle has a property `ignoreHeadingForTrajMotion` (as esmini has). Beyond the end it
    goes on straight for the rest of the step.

    Attributes:
        offset_m: of the place on the trajectory where it begins.
        drives: following mode `follow`: times are kept with even acceleration; else the entity is put in place.
        forwards: headings of the trajectory do not say in which direction it is driven.
    """

    kind = "FollowTrajectoryAction"

    def __init__(self, row: int, shape: TrajectoryShape, timing: Timing | None) -> None:
        both: tuple[Owned, ...] = ((row, "lateral"), (row, "longitudinal"))
        self.owns = both[:1] if timing is None else both
        self.offset_m, self.drives, self.forwards = 0.0, True, False
        self._row, self._shape, self._asked, self._timing = row, shape, timing, timing
        self._path: Trajectory | None = None
        self._d = self._time = 0.0
        self._side = 1.0
        self._said = False

    def start(self, engine: Engine) -> None:
        """The trajectory is laid out; the entity stands at its begin, unless a driver steers."""
        self._path = None
        if not engine.motion.driver_lat[self._row]:
            self._begin(engine)

    def _begin(self, engine: Engine) -> Trajectory:
        columns, row = engine.entities, self._row
        path = self._path = self._shape.laid_out(row, columns.speed.item(row) if self.drives else None)
        self._timing = self._asked if path.has_times and path.end_s - path.start_s > SMALL else None
        self._d = self.offset_m
        point = path.at_distance(self._d)
        self._time = point.time_s
        direction = sign(columns.speed.item(row))
        if self._timing is not None:
            direction = -1.0 if point.said and _against(point.h, point.tangent) else 1.0
            columns.speed[row] = direction * point.speed_mps
            engine.motion.speed_set[row] = True
        heading = point.h if point.said else point.tangent + (pi if direction < 0.0 else 0.0)
        backwards = _against(heading, point.tangent) and not (point.said and self.forwards)
        self._said, self._side = point.said, -1.0 if backwards else 1.0
        self._put(engine, point, heading)
        if engine.step_count == 0:
            engine.motion.put[row] = True  # it begins here: this is no way that it has driven
        engine.scene.following[row] = Following(path, self._d)
        return path

    def step(self, engine: Engine, dt_s: float) -> bool:
        """The entity is where it should be at the end of the step."""
        row, motion = self._row, engine.motion
        if motion.driver_lat[row]:
            return False
        path = self._path or self._begin(engine)
        before, speed = self._d, engine.entities.speed.item(row)
        timed = self._timing is not None and not motion.driver_long[row]
        if timed:
            direction = 1.0
            self._to_time(engine, path, dt_s)
        else:
            direction = sign(speed) * self._side
            self._d += direction * abs(speed) * dt_s
            if path.closed and path.length_m > 0.0:
                self._d %= path.length_m
            self._d = min(max(self._d, 0.0), path.length_m)
        point = path.at_distance(self._d)
        heading = self._heading(engine, point)
        rest = self._rest(path, (before, direction), engine.entities.speed.item(row), dt_s)
        if rest is None:
            self._put(engine, point, heading)
            engine.scene.following[row].distance_m = self._d
            return False
        x, y = point.x + rest * cos(point.h), point.y + rest * sin(point.h)
        self._put(engine, point._replace(x=x, y=y), heading)
        self.stop(engine)
        return True

    def _to_time(self, engine: Engine, path: Trajectory, dt_s: float) -> None:
        """The distance of the new time, and the speed that it takes."""
        timing, row, before = self._timing, self._row, self._d
        assert timing is not None
        self._time = (engine.time_s + dt_s) * timing.scale if timing.absolute else self._time + timing.scale * dt_s
        now = self._time + timing.offset_s
        self._d = path.distance_at(now)
        if dt_s > SMALL and now < path.end_s + SMALL:
            point = path.at_distance(before)
            backwards = _against(engine.entities.h.item(row), point.tangent)
            speed = (self._d - before) / dt_s
            engine.entities.speed[row] = -speed if backwards else speed

    def _rest(self, path: Trajectory, way: tuple[float, float], speed: float, dt_s: float) -> float | None:
        """Metres beyond the end of the trajectory; None while it has not ended."""
        before, direction = way
        if self._timing is not None:
            over = self._time + self._timing.offset_s - path.end_s
            return over * speed if over > -SMALL else None
        if path.closed or dt_s <= 0.0 or abs(speed) <= 0.0:
            return None
        at_end = self._d > path.length_m - SMALL if direction > 0.0 else self._d < SMALL
        if not at_end:
            return None
        return abs(speed) * dt_s - abs(self._d - before) if direction > 0.0 else 0.0

    def _heading(self, engine: Engine, point: PathPoint) -> float:
        if point.said:
            self._said = True
            return point.h
        if self._said:
            self._said = False
            self._side = -1.0 if _against(engine.entities.h.item(self._row), point.tangent) else 1.0
        return point.h + (pi if self._side < 0.0 else 0.0)

    def _put(self, engine: Engine, point: PathPoint, heading: float) -> None:
        motion, row = engine.motion, self._row
        motion.lat_set[row] = motion.long_set[row] = motion.speed_set[row] = True
        engine.put_pose(row, (point.x, point.y, point.z, heading % (2.0 * pi), point.p, point.r))

    def stop(self, engine: Engine) -> None:
        """The entity is free of the trajectory, and where it is."""
        engine.scene.following.pop(self._row, None)


def _against(heading: float, direction: float) -> bool:
    return cos(heading - direction) < -SMALL
