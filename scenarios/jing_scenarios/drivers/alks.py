"""An automated lane keeping system by the rules of UN Regulation No. 157, for the ALKS controllers of files.

It keeps its lane and a following distance (5.2.3.3: minimum time gap 1.0 s at 2.0 m/s to 1.6 s at 16.7 m/s and above,
in proportion between), and starts an emergency manoeuvre (5.3) when more than 5 m/s2 is needed to avoid a collision.
Of vehicles that cut in it takes note as 5.2.5.2 asks for: once they are 0.30 m or more over the lane marking.
"""

import itertools
import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from jing_scenarios.drivers.corridor import ahead_in_corridor, time_to_collision
from jing_scenarios.drivers.driver import DriverView, MotionTarget, Neighbour, Observation
from jing_scenarios.drivers.following import FollowingStyle, idm_acceleration, required_deceleration
from jing_scenarios.drivers.wishes import wished_speed_mps

__all__ = ["AlksDriver", "least_time_gap_s"]

_OVER_MARK_M = 0.30
_CENTRING_MPS = 0.4


def least_time_gap_s(speed_mps: float) -> float:
    """UN R157 5.2.3.3's table, in proportion between its rows.

    >>> least_time_gap_s(2.0), round(least_time_gap_s(13.89), 2), least_time_gap_s(40.0)
    (1.0, 1.5, 1.6)
    """
    table = ((2.0, 1.0), (2.78, 1.1), (5.56, 1.2), (8.33, 1.3), (11.11, 1.4), (13.89, 1.5), (16.67, 1.6))
    if speed_mps <= table[0][0]:
        return table[0][1]
    for (low, gap), (high, more) in itertools.pairwise(table):
        if speed_mps <= high:
            return gap + (more - gap) * (speed_mps - low) / (high - low)
    return table[-1][1]


@dataclass
class AlksDriver:
    """Parameters of `alks?...`.

    Attributes:
        wish_mps: set speed; 0 = what the scenario's speed actions say. time_gap_s: kept if more than the regulation's.
        emergency_needs_mps2: deceleration needed that starts the emergency manoeuvre. emergency_mps2: of that.
        rise_s: until it brakes with all of it.
    """

    needs: ClassVar[tuple[str, ...]] = ("state", "lane", "neighbours")
    answers: ClassVar[Literal["motion", "pose", "pedals"]] = "motion"

    wish_mps: float = 0.0
    time_gap_s: float = 0.0
    emergency_needs_mps2: float = 5.0
    emergency_mps2: float = 8.0
    rise_s: float = 0.3

    def setup(self, view: DriverView) -> None:
        """Inherited, see `Driver`."""
        del view
        self._braking_mps2 = 0.0

    def control(self, seen: Observation, time_s: float) -> MotionTarget:
        """Inherited, see `Driver`."""
        del time_s
        own, wish = seen.own, wished_speed_mps(seen, self.wish_mps)
        style = FollowingStyle(max(least_time_gap_s(own.speed_mps), self.time_gap_s), 2.0, 1.5, 2.5)
        least = idm_acceleration(style, own.speed_mps, wish)
        needed = 0.0
        for one in self._in_lane(seen)[:2]:
            least = min(least, idm_acceleration(style, own.speed_mps, wish, one.gap_m, one.speed_mps))
            needed = max(needed, required_deceleration(own.speed_mps, one.gap_m - 0.5, max(one.speed_mps, 0.0)))
            if time_to_collision(seen, one) < 1.0:
                needed = math.inf
        least = max(least, -self.emergency_needs_mps2)
        if needed > self.emergency_needs_mps2 and own.speed_mps > 0.1:
            rise = self.emergency_mps2 * seen.dt_s / max(self.rise_s, seen.dt_s)
            self._braking_mps2 = min(max(self._braking_mps2 + rise, -least), self.emergency_mps2)
            least = -self._braking_mps2
        else:
            self._braking_mps2 = 0.0
        return MotionTarget(least, self._offset(seen))

    @staticmethod
    def _in_lane(seen: Observation) -> list[Neighbour]:
        """Those ahead in the corridor, and those who come into the lane far enough."""
        half = seen.lane.width_m / 2 if seen.lane is not None else 1.75
        found = {one.name: one for one in ahead_in_corridor(seen)}
        for one in seen.neighbours:
            near_side = abs(one.offset_m) - one.half_width_m
            comes = one.offset_m * one.across_mps < 0.0
            if one.gap_m > -seen.own.length_m / 2 and comes and near_side < half - _OVER_MARK_M:
                found.setdefault(one.name, one)
        return sorted(found.values(), key=lambda one: one.gap_m)

    @staticmethod
    def _offset(seen: Observation) -> float | None:
        if seen.lane is None:
            return None
        offset, step = seen.lane.offset_m, _CENTRING_MPS * seen.dt_s
        return 0.0 if abs(offset) <= step else offset - math.copysign(step, offset)
