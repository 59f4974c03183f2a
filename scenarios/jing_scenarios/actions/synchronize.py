"""SynchronizeAction: an entity is at its place when the master is at its own.

With a final speed `v1`, the distance `s` to go and the master's time `t` to its goal, the speed follows one of the
profiles that esmini drives:

- linear, `v0 = 2 s / t - v1`, once the speed is on that line;
- convex or concave: constant acceleration to a peak or dip at `x`, then the same backwards to `v1` at `t`. With both
  slopes equal, `x` solves `(v1 - v0) x**2 ... = 0` (see `_two_slopes`);
- with a stop where the dip would be below 0: brake to a standstill, wait, and leave on the linear profile.

Without a final speed the acceleration is the one that is constant from now to the goal. The master's time is its
distance along the road or trajectory over its speed along it.
"""

from __future__ import annotations

from enum import Enum
from math import cos, hypot, sin, sqrt
from typing import TYPE_CHECKING

from jing_scenarios.actions.action import Owned
from jing_scenarios.actions.dynamics import SMALL, sign
from jing_scenarios.actions.goals import Goal
from jing_scenarios.actions.speed import SpeedTarget, relative_speed_of
from jing_scenarios.openscenario.node import Node, OpenScenarioError

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["Arrival", "SynchronizeAction", "synchronize_of"]

_NEVER_S = 1e10
_BRAKE_MPS2 = -8.0
_ON_LINE_MPS = 0.1


class Mode(Enum):
    """Where in its profile the entity is."""

    NONE = 0
    TO_PEAK = 1
    TO_DIP = 2
    LINEAR = 3
    BRAKING = 4
    STOPPED = 5
    WAITING = 6
    STEADY = 7


class Arrival:
    """How the entity is to arrive.

    Attributes:
        speed: final speed now; None = none is wanted.
        steady_m, steady_s: distance or time of driving at the final speed before the goal; 0 = none.
    """

    __slots__ = ("speed", "steady_m", "steady_s")

    def __init__(self, speed: SpeedTarget | None, steady_m: float = 0.0, steady_s: float = 0.0) -> None:
        self.speed, self.steady_m, self.steady_s = speed, steady_m, steady_s


def synchronize_of(node: Node, row: int, context: CompileContext) -> SynchronizeAction:
    """The action of a `SynchronizeAction` element; raises OpenScenarioError."""
    master = context.row_of(node.string("masterEntityRef"), node)
    goals = [
        Goal(context, each, node.child(tag), node.number(tolerance, 0.0))
        for each, tag, tolerance in (
            (master, "TargetPositionMaster", "targetToleranceMaster"),
            (row, "TargetPosition", "targetTolerance"),
        )
    ]
    final = node.find("FinalSpeed")
    return SynchronizeAction(goals[0], goals[1], Arrival(None) if final is None else _arrival_of(final.only(), master))


def _arrival_of(node: Node, master: int) -> Arrival:
    fixed = node.tag == "AbsoluteSpeed"
    value = node.number("value")
    speed: SpeedTarget = (lambda _: value) if fixed else relative_speed_of(node, master)
    if not node.children:
        return Arrival(speed)
    steady = node.only()
    if fixed and value < SMALL:
        raise OpenScenarioError(f"{steady.place}: {steady.tag} with a final speed of {value} m/s; above 0 is right")
    return Arrival(speed, steady.number("distance", 0.0), steady.number("time", 0.0))


class SynchronizeAction:
    """The speed is set so that both arrive together; it ends when one of them is there or has passed."""

    kind = "SynchronizeAction"

    def __init__(self, master: Goal, own: Goal, arrival: Arrival) -> None:
        self.owns: tuple[Owned, ...] = ((own.row, "longitudinal"),)
        self._master, self._own, self._arrival = master, own, arrival
        self._mode = Mode.NONE
        self._last = (_NEVER_S, _NEVER_S)
        self._steady_m = 0.0

    def start(self, engine: Engine) -> None:
        """The goals are where their positions are now."""
        self._master.settle()
        self._own.settle()
        self._mode, self._last = Mode.NONE, (_NEVER_S, _NEVER_S)
        final = self._arrival.speed
        self._steady_m = self._arrival.steady_m
        if final is not None and self._arrival.steady_s > 0.0:
            self._steady_m = self._arrival.steady_s * final(engine)

    def stop(self, engine: Engine) -> None:
        """The entity keeps the speed that it has."""

    def step(self, engine: Engine, dt_s: float) -> bool:
        """The speed for the step has been set."""
        row, columns = self._own.row, engine.entities
        if engine.motion.driver_long[row]:
            return False
        master_way, own_way = self._master.distance_m(), self._own.distance_m()
        to_go = (abs(own_way), abs(master_way))
        done = to_go[0] < self._own.tolerance_m + SMALL or to_go[1] < self._master.tolerance_m + SMALL
        done = done or to_go[0] > self._last[0] or to_go[1] > self._last[1]
        self._last = to_go
        s = max(to_go[0] - self._own.tolerance_m, SMALL)
        towards = sign(columns.speed.item(self._master.row)) * sign(master_way)
        pace = towards * abs(speed_along(engine, self._master.row))
        t = _NEVER_S
        if pace > SMALL:
            t = max(to_go[1] - self._master.tolerance_m, SMALL) / pace
            done = done or t < dt_s
        elif self._mode is not Mode.WAITING:
            self._mode = Mode.WAITING
            columns.speed[row] = 0.0
        engine.motion.speed_set[row] = True
        final = self._arrival.speed
        if done:
            if final is not None:
                columns.speed[row] = final(engine)
            return True
        speed = columns.speed.item(row)
        if final is None:
            accel = 0.0
            if t < _NEVER_S:
                self._mode, accel = Mode.LINEAR, 2.0 * (s / t - speed) / t
            columns.speed[row] = speed + accel * dt_s
        else:
            columns.speed[row] = self._next_speed(engine, final(engine), (s, t), dt_s)
        return False

    def _next_speed(self, engine: Engine, final: float, way: tuple[float, float], dt_s: float) -> float:
        """The speed of the profile that is followed, after this step."""
        s, t = self._before_steady(final, way)
        if self._mode is Mode.STEADY:
            return final
        speed = engine.entities.speed.item(self._own.row)
        held = self._standing(speed, final, (s, t), dt_s)
        if held is not None:
            return held
        if self._mode is Mode.LINEAR:
            return 0.0 if t > _NEVER_S - 1.0 or min(s, t) < 0.001 else max(0.0, 2.0 * s / t - max(final, 0.0))
        if self._mode in (Mode.TO_PEAK, Mode.TO_DIP) and abs(speed - (2.0 * s / t - final)) < _ON_LINE_MPS:
            self._mode = Mode.LINEAR
            return speed
        if self._mode is Mode.NONE:
            self._mode = Mode.TO_PEAK if (final + speed) / 2.0 < s / t else Mode.TO_DIP
        return self._on_two_slopes(engine, final, (s, t), dt_s)

    def _standing(self, speed: float, final: float, way: tuple[float, float], dt_s: float) -> float | None:
        """The speed while it waits, brakes at once or has stopped; None when it goes on."""
        s, t = way
        if self._mode is Mode.WAITING:
            if t >= _NEVER_S:
                return speed
            self._mode = Mode.NONE
        elif self._mode is Mode.BRAKING:
            braked = speed + _BRAKE_MPS2 * dt_s
            if braked < 0.0:
                self._mode = Mode.WAITING
            return max(braked, 0.0)
        elif self._mode is Mode.STOPPED:
            if t >= 2.0 * s / max(final, SMALL):
                return 0.0
            self._mode = Mode.LINEAR
        return None

    def _before_steady(self, final: float, way: tuple[float, float]) -> tuple[float, float]:
        """What is left before the part at the final speed, which may begin now."""
        s, t = way
        if self._steady_m <= 0.0 or self._mode is Mode.STEADY:
            return s, t
        steady_s = self._steady_m / max(final, SMALL)
        if s - self._steady_m < SMALL or t - steady_s < SMALL:
            self._mode = Mode.STEADY
            return s, t
        return s - self._steady_m, t - steady_s

    def _on_two_slopes(self, engine: Engine, final: float, way: tuple[float, float], dt_s: float) -> float:
        row, (s, t) = self._own.row, way
        speed = engine.entities.speed.item(row)
        v0 = sign(speed) * abs(speed_along(engine, row))
        turn_speed, accel = two_slopes(v0, final, s, t)
        if (self._mode is Mode.TO_DIP and accel > 0.0) or (self._mode is Mode.TO_PEAK and accel < 0.0):
            self._mode = Mode.LINEAR
            return speed
        if turn_speed < 0.0:
            # The dip would be below 0: distances of braking and of leaving go with the squares of their speeds.
            braking_s = 2.0 * v0 * s / (v0 * v0 + final * final)
            accel = -v0 / braking_s if abs(braking_s) > SMALL else 0.0
            if braking_s * v0 / 2.0 > s / 2.0:
                accel, self._mode = _BRAKE_MPS2, Mode.BRAKING
            if v0 + accel * dt_s < 0.0:
                self._mode = Mode.STOPPED
                return 0.0
        return speed + accel * dt_s


def two_slopes(v0: float, v1: float, s: float, t: float) -> tuple[float, float]:
    """Speed at the turn and acceleration until then of a profile that goes v0 - turn - v1 with equal slopes.

    It covers `s` in `t`: `(v0 + vx) x / 2 + (vx + v1) (t - x) / 2 = s` and `(vx - v0) / x = (vx - v1) / (t - x)`.
    Speed and acceleration are 0 where there is no such profile.

    >>> two_slopes(10.0, 10.0, 150.0, 10.0)
    (20.0, 2.0)
    """
    if abs(v1 - v0) < SMALL:
        turn = 2.0 * s / t - v0
        return turn, (turn - v0) / (t / 2.0)
    root = sqrt(max(0.0, 4.0 * s * s - 4.0 * (v1 + v0) * t * s + 2.0 * (v1 * v1 + v0 * v0) * t * t))
    for term in (root, -root):
        x = -(term + 2.0 * s - 2.0 * v1 * t) / (2.0 * (v1 - v0))
        if 0.0 < x < t:
            turn = (2.0 * s - term) / (2.0 * t)
            return turn, (turn - v0) / x
    return 0.0, 0.0


def speed_along(engine: Engine, row: int) -> float:
    """Speed of an entity along the road's s direction; off roads its speed."""
    columns = engine.entities
    vx, vy = columns.vx.item(row), columns.vy.item(row)
    if columns.road.item(row) < 0:
        return hypot(vx, vy)
    along = columns.h.item(row) - columns.h_rel.item(row)
    return vx * cos(along) + vy * sin(along)
