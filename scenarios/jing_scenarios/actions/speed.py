"""SpeedAction and SpeedProfileAction: the speed of an entity over time.

The actions set the speed alone; the engine then moves the entity along its lane with it. A controller that is active in
the longitudinal domain wins, and the action ends.
"""

from __future__ import annotations

from collections.abc import Callable
from math import copysign, inf, isfinite
from typing import TYPE_CHECKING, Literal, cast

from jing_scenarios.actions.action import Owned
from jing_scenarios.actions.dynamics import SMALL, Transition, sign, transition_of
from jing_scenarios.actions.speed_profile import UNLIMITED, Entry, Limits, Phase, limits_of, profile
from jing_scenarios.openscenario.node import Node, OpenScenarioError

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine

__all__ = [
    "SpeedAction",
    "SpeedProfileAction",
    "SpeedTarget",
    "performance_of",
    "relative_speed_of",
    "speed_of",
    "speed_profile_of",
]

SpeedTarget = Callable[["Engine"], float]


def performance_of(context: CompileContext, row: int) -> Limits:
    """What an entity can do, m/s and m/s2; where its element says nothing, as esmini."""
    body = context.engine.entities.bodies[row]
    speed, faster, slower = (100.0, 10.0, 10.0) if body.kind == "vehicle" else (UNLIMITED,) * 3
    given = (body.max_speed_mps, body.max_acceleration_mps2, body.max_deceleration_mps2)
    return Limits(*(own if isfinite(own) else rest for own, rest in zip(given, (speed, faster, slower), strict=True)))


def relative_speed_of(node: Node, reference: int) -> SpeedTarget:
    """A speed from that of another entity and the attributes `value` and `speedTargetValueType` of an element."""
    value = node.number("value")
    kind = node.string("speedTargetValueType", "delta")
    if kind == "factor":
        return lambda engine: engine.entities.speed.item(reference) * value
    if kind == "delta":
        return lambda engine: engine.entities.speed.item(reference) + value
    raise OpenScenarioError(f"{node.place}: speedTargetValueType={kind!r}; delta or factor is right")


def speed_of(node: Node, row: int, context: CompileContext) -> SpeedAction:
    """The action of a `SpeedAction` element."""
    transition = transition_of(node.child("SpeedActionDynamics"), context.engine.log.warn)
    target = node.child("SpeedActionTarget").only()
    performance = performance_of(context, row)
    if target.tag == "AbsoluteTargetSpeed":
        value = target.number("value")
        return SpeedAction(row, transition, lambda _: value, performance)
    reference = context.row_of(target.string("entityRef"), target)
    action = SpeedAction(row, transition, relative_speed_of(target, reference), performance)
    action.follows, action.endless = True, target.boolean("continuous", False)
    return action


class SpeedAction:
    """The speed goes to a target in a transition over time; a distance is turned into a time for constant acceleration.

    Attributes:
        follows: the target is looked up in every step. endless: it goes on when the target has been reached.
    """

    kind = "SpeedAction"

    def __init__(self, row: int, transition: Transition, target: SpeedTarget, performance: Limits) -> None:
        self.owns: tuple[Owned, ...] = ((row, "longitudinal"),)
        self.follows = self.endless = False
        self._row, self._transition, self._target, self._can = row, transition, target, performance
        self._reached = False

    def start(self, engine: Engine) -> None:
        """The transition begins at the speed of now, no steeper than the entity can do."""
        row, transition = self._row, self._transition
        self._reached = False
        speed, target = engine.entities.speed.item(row), self._target(engine)
        if engine.motion.driver_long[row]:
            engine.seats.wanted_speed(row, target)
            return
        transition.begin(speed, _within(target, self._can.speed))
        if transition.dimension == "distance" and transition.shape != "step":
            transition.end = time_over_distance(speed, target, transition.given)
        faster = transition.target > transition.start
        transition.limit_slope(self._can.acceleration if faster else self._can.deceleration)
        engine.entities.speed[row] = transition.value()
        engine.motion.speed_set[row] = True

    def step(self, engine: Engine, dt_s: float) -> bool:
        """The speed at the end of the step has been set."""
        row, transition = self._row, self._transition
        if engine.motion.driver_long[row]:
            return True
        if self.follows:
            transition.aim(_within(self._target(engine), self._can.speed))
        speed = engine.entities.speed.item(row)
        if transition.end > 0.0 and transition.ended():
            new = self._approach(speed, dt_s)
        else:
            transition.advance(dt_s)
            new = self._limited(speed, transition.value(), dt_s)
        if transition.ended() and abs(new - transition.target) < SMALL:
            self._reached = True
            new = transition.target
        engine.entities.speed[row] = new
        engine.motion.speed_set[row] = True
        return self._reached and not self.endless

    def stop(self, engine: Engine) -> None:
        """Nothing is left behind: the entity keeps the speed that it has."""

    def _approach(self, speed: float, dt_s: float) -> float:
        """After the transition: as fast towards the target as the entity can."""
        change = self._transition.target - speed
        return speed + min(max(change, -self._can.deceleration * dt_s), self._can.acceleration * dt_s)

    def _limited(self, speed: float, new: float, dt_s: float) -> float:
        """The new speed, or what the entity can reach; then the transition goes on from about there."""
        if dt_s < SMALL:
            return new
        wanted = (new - speed) / dt_s
        accel = min(max(wanted, -self._can.deceleration), self._can.acceleration)
        if abs(wanted - accel) < SMALL:
            return new
        self._transition.advance(accel / wanted * dt_s - dt_s)
        return _within(speed + accel * dt_s, self._can.speed)


def time_over_distance(start: float, end: float, distance_m: float) -> float:
    """Seconds in which a speed goes from start to end on a distance, linearly.

    Through a standstill the distance is split so that both parts have the same acceleration.

    >>> time_over_distance(10.0, 20.0, 150.0)
    10.0
    """
    if abs(end - start) < SMALL:
        return 0.0
    if min(abs(start), abs(end)) > SMALL and sign(start) != sign(end):
        share = start * start / (start * start + end * end)
        return 2.0 * share * distance_m / abs(start) + 2.0 * (1.0 - share) * distance_m / abs(end)
    return 2.0 * distance_m / abs(start + end)


def _within(speed: float, most: float) -> float:
    return copysign(min(abs(speed), most), speed)


def speed_profile_of(node: Node, row: int, context: CompileContext) -> SpeedProfileAction:
    """The action of a `SpeedProfileAction` element."""
    limits = limits_of(node.find("DynamicConstraints"), performance_of(context, row))
    mode = node.string("followingMode", "position")
    if mode not in ("position", "follow"):
        raise OpenScenarioError(f"{node.place}: followingMode={mode!r}; position or follow is right")
    entries = [Entry(e.number("speed"), e.number("time", inf)) for e in node.every("SpeedProfileEntry")]
    if not entries:
        raise OpenScenarioError(f"{node.place}: SpeedProfileAction has no SpeedProfileEntry; one or more is right")
    reference = context.row_of(node.string("entityRef"), node) if node.has("entityRef") else -1
    return SpeedProfileAction(row, entries, limits, cast("Literal['position', 'follow']", mode), reference)


class SpeedProfileAction:
    """The speed follows a profile that is laid when the action starts, on top of the reference's speed then."""

    kind = "SpeedProfileAction"

    def __init__(
        self, row: int, entries: list[Entry], limits: Limits, mode: Literal["position", "follow"], reference: int
    ) -> None:
        self.owns: tuple[Owned, ...] = ((row, "longitudinal"),)
        self._row, self._entries, self._limits, self._mode, self._reference = row, entries, limits, mode, reference
        self._phases: list[Phase] = []
        self._now = 0
        self._begin_s = 0.0

    def start(self, engine: Engine) -> None:
        """The profile is laid."""
        columns, row = engine.entities, self._row
        extra = columns.speed.item(self._reference) if self._reference >= 0 else 0.0
        entries = [Entry(_within(e.speed_mps + extra, self._limits.speed), e.after_s) for e in self._entries]
        self._phases = profile(entries, columns.speed.item(row), columns.accel.item(row), self._limits, self._mode)
        self._now, self._begin_s = 0, engine.time_s

    def step(self, engine: Engine, dt_s: float) -> bool:
        """The speed is the profile's at the end of the step."""
        row, phases = self._row, self._phases
        if engine.motion.driver_long[row]:
            return True
        time_s = engine.time_s + dt_s - self._begin_s
        while self._now < len(phases) - 1 and time_s > phases[self._now + 1].time_s - SMALL:
            self._now += 1
        last = phases[-1].speed
        speed = last if self._now == len(phases) - 1 else phases[self._now].speed_at(time_s)
        engine.entities.speed[row] = speed
        engine.motion.speed_set[row] = True
        return self._now >= len(self._entries) - 1 and abs(speed - last) < SMALL

    def stop(self, engine: Engine) -> None:
        """Nothing is left behind: the entity keeps the speed that it has."""
