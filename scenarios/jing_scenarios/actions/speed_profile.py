"""The speed over time that a SpeedProfileAction asks for.

The entries make corners of speed over time. In the mode `position` the speed is linear between them. In the mode
`follow` corners are rounded by phases of constant jerk, so that the acceleration is continuous: two lines of slopes
`a0`, `a1` that meet at `tc` are joined by a parabola of jerk `j` from `tc - d/2` to `tc + d/2`, `d = (a1 - a0) / j`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, sqrt
from typing import Literal, NamedTuple

from jing_scenarios.actions.dynamics import SMALL
from jing_scenarios.openscenario.node import Node

__all__ = ["UNLIMITED", "Entry", "Limits", "Phase", "limits_of", "profile"]

UNLIMITED = 1e10
"""Stands for a limit that nobody has given, where formulas need a number."""


@dataclass(frozen=True)
class Limits:
    """DynamicConstraints: none is negative, m/s, m/s2, m/s3."""

    speed: float = UNLIMITED
    acceleration: float = UNLIMITED
    deceleration: float = UNLIMITED
    acceleration_rate: float = UNLIMITED
    deceleration_rate: float = UNLIMITED


class Entry(NamedTuple):
    """A speed that is reached `after_s` the one before it; inf = as fast as the limits allow."""

    speed_mps: float
    after_s: float


class Phase(NamedTuple):
    """From `time_s` on, until the next phase: speed, acceleration and jerk at its begin."""

    time_s: float
    speed: float
    accel: float
    jerk: float

    def speed_at(self, time_s: float) -> float:
        """m/s."""
        dt = time_s - self.time_s
        return self.speed + self.accel * dt + 0.5 * self.jerk * dt * dt


class _Corner(NamedTuple):
    time_s: float
    speed: float
    slope: float


def limits_of(node: Node | None, performance: Limits) -> Limits:
    """The limits of a `DynamicConstraints` element, none above what the entity can do.

    An attribute that is not there has the entity's limit. Nothing may be 0: then a usual value holds, as in esmini.
    """
    if node is None:
        return performance

    def limit(name: str, most: float, usual: float) -> float:
        value = node.number(name, most)
        return min(usual if value < SMALL else value, most)

    return Limits(
        limit("maxSpeed", performance.speed, 250.0 / 3.6),
        limit("maxAcceleration", performance.acceleration, 5.0),
        limit("maxDeceleration", performance.deceleration, 10.0),
        limit("maxAccelerationRate", performance.acceleration_rate, UNLIMITED),
        limit("maxDecelerationRate", performance.deceleration_rate, UNLIMITED),
    )


def profile(
    entries: Sequence[Entry],
    speed: float,
    accel: float,
    limits: Limits,
    mode: Literal["position", "follow"],
) -> list[Phase]:
    """The phases from time 0 on; the last one holds the last speed.

    Args:
        entries: speeds in m/s (of the reference entity already added) and times between them.
        speed: now, m/s.
        accel: now, m/s2.
        limits: what corners and their rounding keep to. A profile that cannot be rounded within them is linear.
        mode: `follow` rounds corners.
    """
    corners = _corners(entries, speed, limits, keep_speed=mode == "follow")
    linear = [Phase(corner.time_s, corner.speed, corner.slope, 0.0) for corner in corners]
    if mode == "position" or len(corners) == 1:
        return linear
    if len(corners) == 2:
        return _one_target(corners[0], corners[1], accel, limits) or linear
    return _rounded(corners, accel, limits) or linear


def _corners(entries: Sequence[Entry], speed: float, limits: Limits, *, keep_speed: bool) -> list[_Corner]:
    """Corners at which the slope changes; the first is at time 0."""
    first = entries[0]
    if first.after_s < SMALL:
        points = [(0.0, speed if keep_speed and len(entries) > 1 else first.speed_mps)]
        entries = entries[1:]
    else:
        points = [(0.0, speed)]
    for number, entry in enumerate(entries):
        time_s, before = points[-1]
        change = entry.speed_mps - before
        if entry.after_s < SMALL and number < len(entries) - 1:
            points[-1] = (time_s, entry.speed_mps)
            continue
        fastest = abs(change) / (limits.deceleration if change < 0.0 else limits.acceleration)
        if entry.after_s == inf:
            if abs(change) >= SMALL:
                points.append((time_s + max(fastest, SMALL), entry.speed_mps))
        else:
            points.append((time_s + max(entry.after_s, fastest, SMALL), entry.speed_mps))
    slopes = [(v1 - v0) / (t1 - t0) for (t0, v0), (t1, v1) in pairwise(points)]
    corners = [_Corner(t, v, slope) for (t, v), slope in zip(points, [*slopes, 0.0], strict=True)]
    bends = [c for before, c in pairwise(corners) if abs(c.slope - before.slope) >= SMALL or c is corners[-1]]
    return [corners[0], *bends]


def _one_target(begin: _Corner, end: _Corner, accel: float, limits: Limits) -> list[Phase] | None:
    """Jerk, constant acceleration where there is time for it, jerk back to none; None where that has no solution.

    With durations `a`, `b`, `c` of the three phases, `k = accel + j0 a` and `c = -k / j1`, the change of speed is
    `accel a + j0 a**2 / 2 + k b - k**2 / (2 j1)`, which is a quadratic equation for `a` when `a + b + c` is given.
    """
    j0 = -limits.deceleration_rate if begin.slope < accel else limits.acceleration_rate
    j1 = limits.acceleration_rate if begin.slope < 0.0 else -limits.deceleration_rate
    change, duration = end.speed - begin.speed, end.time_s - begin.time_s
    if abs(j1 - j0) < SMALL:
        if abs(j1 * duration + accel) < SMALL:
            return None
        a = (change - accel * duration - accel * accel / (2.0 * j1)) / (j1 * duration + accel)
    else:
        root = j0 * j1 * (j0 * j1 * duration**2 + 2.0 * accel * j1 * duration + accel**2 - 2.0 * change * (j1 - j0))
        if root >= 0.0:
            a = (-j0 * (accel + duration * j1) - sqrt(root)) / (j0 * (j0 - j1))
        else:
            peak = sqrt(max(0.0, j1 * (j1 - j0) * (2.0 * change * j0 + accel * accel))) / (j0 - j1)
            a = (peak - accel) / j0
            duration = a - (accel + j0 * a) / j1
    return _three_phases(begin, end, (a, duration), (accel, j0, j1), limits)


def _three_phases(
    begin: _Corner,
    end: _Corner,
    times: tuple[float, float],
    motion: tuple[float, float, float],
    limits: Limits,
) -> list[Phase] | None:
    """The phases for a first jerk of `times[0]` seconds and `times[1]` in all, longer where the limits say so.

    None where a phase would end before it begins.
    """
    (a, duration), (accel, j0, j1) = times, motion
    k = accel + j0 * a
    if not -limits.deceleration <= k <= limits.acceleration:
        k = min(max(k, -limits.deceleration), limits.acceleration)
        a = (k - accel) / j0
    c = -k / j1
    if min(a, c) < 0.0:
        return None
    v1 = begin.speed + accel * a + 0.5 * j0 * a * a
    b = (end.speed - v1 + k * k / (2.0 * j1)) / k if abs(k) > SMALL else duration - a - c
    t0, b = begin.time_s, max(0.0, b)
    return [
        Phase(t0, begin.speed, accel, j0),
        Phase(t0 + a, v1, k, 0.0),
        Phase(t0 + a + b, v1 + k * b, k, j1),
        Phase(t0 + a + b + c, end.speed, 0.0, 0.0),
    ]


def _rounded(corners: Sequence[_Corner], accel: float, limits: Limits) -> list[Phase] | None:
    """Lines joined by parabolas; None where a parabola has no room."""
    first = corners[0]
    phases = []
    time_s, speed = first.time_s, first.speed
    if abs(first.slope) > SMALL and abs(first.slope - accel) > SMALL:
        jerk = _jerk(first.slope - accel, limits)
        duration = (first.slope - accel) / jerk
        phases.append(Phase(time_s, speed, accel, jerk))
        time_s += duration
        speed += accel * duration + 0.5 * jerk * duration * duration
    phases.append(Phase(time_s, speed, first.slope, 0.0))
    for corner in corners[1:]:
        line = phases[-1]
        bend = corner.slope - line.accel
        if abs(bend) < SMALL:
            continue
        jerk = _jerk(bend, limits)
        meet = (corner.speed - corner.slope * corner.time_s - line.speed + line.accel * line.time_s) / -bend
        begin = meet - bend / jerk / 2.0
        if begin < line.time_s:
            return None
        turn = Phase(begin, line.speed_at(begin), line.accel, jerk)
        done = begin + bend / jerk
        phases += [turn, Phase(done, turn.speed_at(done), corner.slope, 0.0)]
    phases[-1] = phases[-1]._replace(speed=corners[-1].speed, accel=0.0)
    return phases


def _jerk(bend: float, limits: Limits) -> float:
    return -limits.deceleration_rate if bend < 0.0 else limits.acceleration_rate
