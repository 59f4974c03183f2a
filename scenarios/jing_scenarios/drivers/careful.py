"""A careful driver by rules, and a careless one that breaks some of them.

The careful one follows with the IDM, keeps the speed limit, drives no faster than it can stop within its sight, stops
at red and where it can at yellow, yields to those who are on a crosswalk or about to be and to all who cross, foresees
cut-ins, and brakes as hard as it can when nothing else helps (AEB).
"""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from jing_scenarios.drivers.corridor import ahead_in_corridor, crossing_soon, time_to_collision
from jing_scenarios.drivers.driver import DriverView, MotionTarget, Observation
from jing_scenarios.drivers.following import (
    FollowingStyle,
    idm_acceleration,
    required_deceleration,
    stopping_acceleration,
)
from jing_scenarios.drivers.wishes import wished_speed_mps

__all__ = ["CarefulDriver", "CarelessDriver"]

_STOP_GAP_M = 1.0
"""Before a stop line or crosswalk."""
_CENTRING_MPS = 0.3
_SPARE_M = 5.0
"""Of what it sees, before which it stands."""


@dataclass
class CarefulDriver:
    """Parameters of `careful?...`.

    Attributes:
        headway_s, gap_m, accel_mps2, decel_mps2: of the IDM.
        limit_factor: driven over the speed limit. wish_mps: top wish; 0 = what the scenario's speed actions say.
        foresight_s: for how long sideways motion of others is foreseen.
        aeb_mps2: deceleration of an emergency braking. aeb_needs_mps2: it brakes so once this much is needed.
        aeb_ttc_s: and once the time to collision is below this.
        obeys_signals, yields: it stops at red; it yields at crosswalks and to those who cross.
        centring: it goes back to the middle of its lane.
    """

    needs: ClassVar[tuple[str, ...]] = ("state", "lane", "neighbours", "signals", "crossings")
    answers: ClassVar[Literal["motion", "pose", "pedals"]] = "motion"

    headway_s: float = 1.6
    gap_m: float = 2.5
    accel_mps2: float = 1.5
    decel_mps2: float = 2.0
    limit_factor: float = 1.0
    wish_mps: float = 0.0
    foresight_s: float = 2.0
    aeb_mps2: float = 8.0
    aeb_needs_mps2: float = 4.0
    aeb_ttc_s: float = 1.2
    obeys_signals: bool = True
    yields: bool = True
    centring: bool = True

    def setup(self, view: DriverView) -> None:
        """Inherited, see `Driver`."""
        del view
        self._style = FollowingStyle(self.headway_s, self.gap_m, self.accel_mps2, self.decel_mps2)

    def control(self, seen: Observation, time_s: float) -> MotionTarget:
        """Inherited, see `Driver`."""
        del time_s
        wish = self._wish(seen)
        least = idm_acceleration(self._style, seen.own.speed_mps, wish)
        for one in ahead_in_corridor(seen, self.foresight_s)[:2]:
            least = min(least, idm_acceleration(self._style, seen.own.speed_mps, wish, one.gap_m, one.speed_mps))
        least = max(least, -2.5 * self.decel_mps2)
        for line_m in self._lines(seen):
            least = min(least, stopping_acceleration(self._style, seen.own.speed_mps, line_m - _STOP_GAP_M))
        if self._emergency(seen):
            least = -self.aeb_mps2
        return MotionTarget(least, self._offset(seen))

    def _wish(self, seen: Observation) -> float:
        """The limit here, lower in time before a lower one; what the scenario says where there is no limit."""
        wish, lane = wished_speed_mps(seen, self.wish_mps, self.limit_factor), seen.lane
        if lane is not None and math.isfinite(lane.next_limit_mps):
            slow = lane.next_limit_mps * self.limit_factor
            wish = min(wish, math.sqrt(slow * slow + 2.0 * self.decel_mps2 * max(lane.next_limit_m, 0.0)))
        return min(wish, self._by_sight(seen.sight_m))

    def _by_sight(self, sight_m: float) -> float:
        """The speed from which it stops within what it sees, after a second, with half of an emergency braking."""
        if math.isinf(sight_m):
            return math.inf
        brake = self.aeb_mps2 / 2.0
        return brake * (math.sqrt(1.0 + 2.0 * max(sight_m - _SPARE_M, 0.0) / brake) - 1.0)

    def _lines(self, seen: Observation) -> list[float]:
        """Distances at which it has to stand."""
        lines = []
        if self.obeys_signals:
            lines += [one.distance_m for one in seen.signals if _must_stop(one.state, one.distance_m, seen)]
        if self.yields:
            lines += [one.enter_m for one in seen.crossings if one.taken and one.enter_m > 0.0]
            lines += [gap_m for _, gap_m in crossing_soon(seen)]
        return lines

    def _emergency(self, seen: Observation) -> bool:
        speed = seen.own.speed_mps
        if speed <= 0.1:
            return False
        for one in ahead_in_corridor(seen, 0.5):
            needed = required_deceleration(speed, one.gap_m - 0.3, max(one.speed_mps, 0.0), one.accel_mps2)
            if needed > self.aeb_needs_mps2 or time_to_collision(seen, one) < self.aeb_ttc_s:
                return True
        if not self.yields:
            return False
        return any(
            speed * speed / (2.0 * max(gap_m - 0.5, 0.1)) > self.aeb_needs_mps2 for _, gap_m in crossing_soon(seen)
        )

    def _offset(self, seen: Observation) -> float | None:
        if not self.centring or seen.lane is None:
            return None
        offset, step = seen.lane.offset_m, _CENTRING_MPS * seen.dt_s
        return 0.0 if abs(offset) <= step else offset - math.copysign(step, offset)


@dataclass
class CarelessDriver(CarefulDriver):
    """Speeds, follows closely, brakes late, does not look at signals, and yields to nobody."""

    headway_s: float = 0.6
    gap_m: float = 1.5
    accel_mps2: float = 2.5
    decel_mps2: float = 3.0
    limit_factor: float = 1.3
    foresight_s: float = 0.0
    aeb_mps2: float = 6.0
    aeb_needs_mps2: float = 12.0
    aeb_ttc_s: float = 0.7
    obeys_signals: bool = False
    yields: bool = False

    def _wish(self, seen: Observation) -> float:
        """As fast as its factor over the limit, whatever the scenario says, and without a look at the next limit."""
        if seen.lane is None or not math.isfinite(seen.lane.limit_mps):
            return self.limit_factor * wished_speed_mps(seen, self.wish_mps)
        return min(seen.lane.limit_mps * self.limit_factor, seen.own.max_speed_mps)


def _must_stop(state: str, line_m: float, seen: Observation) -> bool:
    """Red, or yellow where a comfortable braking still stops before the line."""
    if line_m < -_STOP_GAP_M:
        return False
    if state == "red":
        return True
    return state == "yellow" and seen.own.speed_mps**2 / (2.0 * max(line_m, 0.1)) < 3.0
