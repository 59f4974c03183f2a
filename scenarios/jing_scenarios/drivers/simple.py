"""Drivers of one idea: holding speed and lane, following, braking, replaying."""

import csv
import math
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

from jing_scenarios.drivers.corridor import ahead_in_corridor, time_to_collision
from jing_scenarios.drivers.driver import DriverError, DriverView, MotionTarget, Observation, PoseTarget
from jing_scenarios.drivers.following import FollowingStyle, idm_acceleration, required_deceleration
from jing_scenarios.drivers.wishes import wished_speed_mps

__all__ = ["AebDriver", "DefaultDriver", "IdleDriver", "IdmDriver", "ReplayDriver"]

_Answers = Literal["motion", "pose", "pedals"]


@dataclass
class DefaultDriver:
    """The standard's default controller: speed and lane are held, and actions are carried out exactly.

    The engine itself does this; whoever gets this driver is left to it.
    """

    needs: ClassVar[tuple[str, ...]] = ("state",)
    answers: ClassVar[_Answers] = "motion"

    def setup(self, view: DriverView) -> None:
        """Inherited, see `Driver`."""

    def control(self, seen: Observation, time_s: float) -> MotionTarget:
        """Inherited, see `Driver`."""
        del seen, time_s
        return MotionTarget(0.0)


@dataclass
class IdleDriver:
    """Nobody at the wheel: it rolls straight on and slows down by its engine's drag.

    This is what controllers for people and for other programs (keyboards, joysticks, sockets) come to in a run without
    them.

    Attributes:
        drag_per_s: share of the speed that is lost in a second; 0 = it holds its speed.
    """

    needs: ClassVar[tuple[str, ...]] = ("state",)
    answers: ClassVar[_Answers] = "pose"

    drag_per_s: float = 0.1

    def setup(self, view: DriverView) -> None:
        """Inherited, see `Driver`."""

    def control(self, seen: Observation, time_s: float) -> PoseTarget:
        """Inherited, see `Driver`."""
        del time_s
        own = seen.own
        speed = own.speed_mps * math.exp(-self.drag_per_s * seen.dt_s)
        way = speed * seen.dt_s
        x, y = own.x_m + way * math.cos(own.heading_rad), own.y_m + way * math.sin(own.heading_rad)
        return PoseTarget(x, y, own.heading_rad, speed)


@dataclass
class IdmDriver:
    """Follows with the IDM and keeps its lane; knows no signals and no limits.

    Attributes:
        headway_s, gap_m, accel_mps2, decel_mps2: of the IDM. wish_mps: 0 = what the scenario's speed actions say.
    """

    needs: ClassVar[tuple[str, ...]] = ("state", "lane", "neighbours")
    answers: ClassVar[_Answers] = "motion"

    headway_s: float = 1.5
    gap_m: float = 2.0
    accel_mps2: float = 1.5
    decel_mps2: float = 2.0
    wish_mps: float = 0.0

    def setup(self, view: DriverView) -> None:
        """Inherited, see `Driver`."""
        del view
        self._style = FollowingStyle(self.headway_s, self.gap_m, self.accel_mps2, self.decel_mps2)

    def control(self, seen: Observation, time_s: float) -> MotionTarget:
        """Inherited, see `Driver`."""
        del time_s
        speed, wish = seen.own.speed_mps, wished_speed_mps(seen, self.wish_mps)
        ahead = ahead_in_corridor(seen)[:1]
        if not ahead:
            return MotionTarget(idm_acceleration(self._style, speed, wish))
        return MotionTarget(idm_acceleration(self._style, speed, wish, ahead[0].gap_m, ahead[0].speed_mps))


@dataclass
class AebDriver:
    """Holds its speed and does nothing but brake in an emergency, until it stands.

    Attributes:
        ttc_s: it brakes below this time to collision. needs_mps2: or once this deceleration is needed.
        brake_mps2: how hard. rise_mps3: how fast the deceleration grows. foresight_s: of sideways motion of others.
    """

    needs: ClassVar[tuple[str, ...]] = ("state", "lane", "neighbours")
    answers: ClassVar[_Answers] = "motion"

    ttc_s: float = 1.5
    needs_mps2: float = 5.0
    brake_mps2: float = 8.5
    rise_mps3: float = 25.0
    foresight_s: float = 0.5

    def setup(self, view: DriverView) -> None:
        """Inherited, see `Driver`."""
        del view
        self._braking, self._now_mps2 = False, 0.0

    def control(self, seen: Observation, time_s: float) -> MotionTarget:
        """Inherited, see `Driver`."""
        del time_s
        speed = seen.own.speed_mps
        for one in ahead_in_corridor(seen, self.foresight_s, 0.0):
            needed = required_deceleration(speed, one.gap_m, max(one.speed_mps, 0.0), one.accel_mps2)
            if needed > self.needs_mps2 or time_to_collision(seen, one) < self.ttc_s:
                self._braking = True
        if not self._braking or speed <= 0.0:
            self._now_mps2 = 0.0
            return MotionTarget(0.0)
        self._now_mps2 = min(self._now_mps2 + self.rise_mps3 * seen.dt_s, self.brake_mps2)
        return MotionTarget(-self._now_mps2)


@dataclass
class ReplayDriver:
    """Goes where a CSV file says: columns t, x, y, h and speed (s, m, rad, m/s; map frame), times rising.

    Attributes:
        file: path. name: only rows whose column `name` is this one; empty = all.
    """

    needs: ClassVar[tuple[str, ...]] = ("state",)
    answers: ClassVar[_Answers] = "pose"

    file: str = ""
    name: str = ""
    _rows: list[tuple[float, ...]] = field(default_factory=list, init=False, repr=False)

    def setup(self, view: DriverView) -> None:
        """Inherited, see `Driver`; raises DriverError for a file that cannot be read."""
        del view
        self._rows = _read(Path(self.file), self.name)

    def control(self, seen: Observation, time_s: float) -> PoseTarget:
        """Inherited, see `Driver`: between two rows, in proportion; before the first and after the last, there."""
        t = time_s + seen.dt_s
        at = bisect_right(self._rows, (t,))
        if at == 0 or at == len(self._rows):
            _, x, y, h, speed = self._rows[min(at, len(self._rows) - 1)]
            return PoseTarget(x, y, h, speed if at == 0 else 0.0)
        before, after = self._rows[at - 1], self._rows[at]
        share = (t - before[0]) / max(after[0] - before[0], 1e-9)
        x, y, h, speed = (a + share * (b - a) for a, b in zip(before[1:], after[1:], strict=True))
        return PoseTarget(x, y, h, speed)


def _read(file: Path, name: str) -> list[tuple[float, ...]]:
    if not file.is_file():
        raise DriverError(f"replay: there is no file {str(file)!r}; replay?file=TRACK.csv is right")
    rows: list[tuple[float, ...]] = []
    with file.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines, skipinitialspace=True), 2):
            if name and row.get("name", "").strip() != name:
                continue
            try:
                rows.append(tuple(float(row[column]) for column in ("t", "x", "y", "h", "speed")))
            except (KeyError, TypeError, ValueError) as error:
                raise DriverError(f"{file}:{number}: {error}; the columns t, x, y, h and speed are needed") from error
    if not rows:
        raise DriverError(f"{file}: no rows{f' of {name!r}' if name else ''}")
    return _unwrapped(rows)


def _unwrapped(rows: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """Headings without jumps of a whole turn."""
    full = 2.0 * math.pi
    out = [rows[0]]
    for t, x, y, h, speed in rows[1:]:
        turn = (h - out[-1][3] + full / 2) % full - full / 2
        out.append((t, x, y, out[-1][3] + turn, speed))
    return out
