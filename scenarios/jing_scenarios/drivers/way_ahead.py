"""The way ahead of one vehicle, kept until it has gone some way or has left it."""

import bisect
import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.drivers.driver import CrossingAhead, LaneAhead, SignalAhead
from jing_scenarios.drivers.kernels_ahead import P_HEADING, P_LANE, P_ROAD, P_S, trace_ahead
from jing_scenarios.drivers.road_facts import Crosswalk, RoadFacts
from jing_scenarios.roads.place import NoSuchPlaceError, lane_width

if TYPE_CHECKING:
    from jing_scenarios.roads.motion import RoadMotion

__all__ = ["WayAhead"]

Float = NDArray[np.float64]

SPACING_M, POINTS = 2.5, 80
_RENEW_M = 5.0
_WALKER_NEAR_M, _WALKER_COMES_M = 0.6, 2.5
_ZEBRA_REACH_M = 120.0


class WayAhead:
    """Points on the centre of the own lane and of those that follow it, along the route.

    Attributes:
        points: `(n, 6)` x, y, heading of travel, road, lane, s. lengths: `(n,)` from the first one. n: their number.
        ends: the way ends at the last one.
    """

    def __init__(self, facts: RoadFacts) -> None:
        self._facts = facts
        self.points: Float = np.zeros((POINTS, 6))
        self.lengths: Float = np.arange(POINTS, dtype=np.float64) * SPACING_M
        self.n, self.ends = 0, False
        self._places: list[list[float]] = []
        self._from: tuple[int, int, tuple[int, ...]] = (-2, 0, ())
        self._limits: list[tuple[float, float]] = []
        self._lines: list[tuple[float, str]] = []
        self._zebras: list[tuple[float, float, Crosswalk]] = []
        self._width_m = 3.5

    def renew(self, place: "RoadMotion", row: int, own_m: float, wants: frozenset[str]) -> bool:
        """Traces the way anew where it must be; True if it did.

        `own_m`: how far along it the vehicle is. `wants`: which observations are asked for.
        """
        road, lane = place.on[row, 0].item(), place.on[row, 1].item()
        key = road, lane, place.path(row)
        if self.n and key == self._from and own_m < _RENEW_M:
            return False
        if self.n and own_m < _RENEW_M and key[2] == self._from[2] and self._on_way(road, lane, own_m):
            return False
        self._from = key
        if road < 0:
            self._straight_on(place, row)
            return True
        pose, along, on = place.pose[row : row + 1].copy(), place.along[row : row + 1].copy(), place.on[row : row + 1]
        tables, near = self._facts.plan.tables, self._facts.plan.stretches
        self.n = trace_ahead(tables, near, pose, along, on.copy(), place.roads_of_paths, SPACING_M, self.points)
        self.ends = self.n < POINTS
        self._places = self.points[: self.n, P_ROAD : P_S + 1].tolist()
        self._note_limits()
        try:
            self._width_m = lane_width(self._facts.plan, road, lane, place.along[row, 0].item())
        except NoSuchPlaceError:
            self._width_m = 3.5
        self._lines = self._find_lines() if "signals" in wants else []
        self._zebras = self._find_zebras() if "crossings" in wants else []
        return True

    def lane(self, own_m: float, offset_m: float, heading_error_rad: float) -> LaneAhead:
        """As drivers see it from `own_m`."""
        at = min(max(int(own_m / SPACING_M), 0), self.n - 1)
        points = self.points[at : self.n]
        limit, lower, lower_m = self._limits_from(own_m)
        end_m = self.lengths[self.n - 1].item() - own_m if self.ends else math.inf
        return LaneAhead(
            self.lengths[at : self.n] - own_m, points[:, 0], points[:, 1], points[:, P_HEADING], limit, lower, lower_m,
            offset_m, heading_error_rad, self._width_m, end_m,
        )  # fmt: skip

    def signals(self, own_m: float, front_m: float, states: "dict[str, str]") -> tuple[SignalAhead, ...]:
        """Lights ahead, nearest first; `states`: red, yellow, green or off by id."""
        return tuple(
            SignalAhead(signal, at - own_m - front_m, states.get(signal, "off"))
            for at, signal in self._lines
            if at - own_m - front_m > -2.0
        )

    def crossings(
        self, own_m: float, front_m: float, walkers: "list[tuple[float, float, float, float]]"
    ) -> tuple[CrossingAhead, ...]:
        """Crosswalks ahead; `walkers`: x, y, vx, vy of those on foot."""
        return tuple(
            CrossingAhead(enter - own_m - front_m, leave - own_m - front_m, any(_takes(zebra, w) for w in walkers))
            for enter, leave, zebra in self._zebras
            if leave > own_m
        )

    def _straight_on(self, place: "RoadMotion", row: int) -> None:
        """Without a road the way leads straight on."""
        x, y, _, h = place.pose[row, :4].tolist()
        self.n, self.ends = POINTS, False
        self.points[:, 0] = x + self.lengths * math.cos(h)
        self.points[:, 1] = y + self.lengths * math.sin(h)
        self.points[:, P_HEADING] = h
        self.points[:, P_ROAD] = -1
        self._limits, self._lines, self._zebras = [(0.0, math.inf)], [], []

    def _on_way(self, road: int, lane: int, own_m: float) -> bool:
        """Road and lane are those of the way here: it has driven on, not changed lanes."""
        at = int(own_m / SPACING_M)
        return any(
            self.points[k, P_ROAD] == road and self.points[k, P_LANE] == lane
            for k in range(max(at, 0), min(at + 2, self.n))
        )

    def _note_limits(self) -> None:
        self._limits = []
        facts, before = self._facts, (-1.0, 0.0)
        for k, (road, lane, s) in enumerate(self._places):
            if (road, lane) == before and facts.one_limit(int(road)):
                continue
            before = road, lane
            limit = facts.limit_mps(int(road), int(lane), s)
            if not self._limits or self._limits[-1][1] != limit:
                self._limits.append((k * SPACING_M, limit))

    def _limits_from(self, own_m: float) -> tuple[float, float, float]:
        """The limit here, the next lower one, and how far it is."""
        at = max(bisect.bisect_right(self._limits, (own_m, math.inf)) - 1, 0)
        here = self._limits[at][1]
        for begin, limit in self._limits[at + 1 :]:
            if limit < here:
                return here, limit, begin - own_m
        return here, math.inf, math.inf

    def _find_lines(self) -> list[tuple[float, str]]:
        found = []
        if not self._facts.lines:
            return []
        for k in range(self.n - 1):
            road, lane, s = self._places[k]
            lines = self._facts.lines.get(int(road))
            if not lines:
                continue
            next_road, _, next_s = self._places[k + 1]
            length = self._facts.plan.length_m(int(road))
            for line in lines:
                if int(lane) not in line.lanes:
                    continue
                # The end of the road counts to its last piece.
                to = next_s if next_road == road else (length if line.way > 0 else 0.0)
                away = (line.s_m - s) * line.way
                if -1e-6 <= away <= (to - s) * line.way + 1e-6 and (to - s) * line.way > 0.0:
                    found.append((k * SPACING_M + away, line.signal))
        return sorted(set(found))

    def _find_zebras(self) -> list[tuple[float, float, Crosswalk]]:
        found = []
        xs, ys = self.points[: self.n, 0], self.points[: self.n, 1]
        for zebra in self._facts.crosswalks:
            if math.hypot(zebra.x_m - xs[0].item(), zebra.y_m - ys[0].item()) > _ZEBRA_REACH_M:
                continue
            near = np.flatnonzero(np.hypot(xs - zebra.x_m, ys - zebra.y_m) < zebra.radius_m + SPACING_M)
            inside = [d for k in near.tolist() for d in self._fine(k) if zebra.holds(*self._at(d))]
            if inside:
                found.append((min(inside), max(inside), zebra))
        return sorted(found, key=lambda one: one[0])

    def _fine(self, k: int) -> list[float]:
        return [k * SPACING_M + j * SPACING_M / 5.0 for j in range(5)]

    def _at(self, distance_m: float) -> tuple[float, float]:
        at = min(int(distance_m / SPACING_M), self.n - 1)
        rest, h = distance_m - at * SPACING_M, self.points[at, P_HEADING].item()
        return self.points[at, 0].item() + rest * math.cos(h), self.points[at, 1].item() + rest * math.sin(h)


def _takes(zebra: Crosswalk, walker: tuple[float, float, float, float]) -> bool:
    """Somebody on foot is on the crosswalk, or close to it and on the way to it."""
    x, y, vx, vy = walker
    if math.hypot(x - zebra.x_m, y - zebra.y_m) > zebra.radius_m + 2.0 * _WALKER_COMES_M:
        return False
    away = zebra.distance_m(x, y)
    if away <= _WALKER_NEAR_M:
        return True
    speed = math.hypot(vx, vy)
    if speed < 0.1 or away > _WALKER_COMES_M:
        return False
    return zebra.distance_m(x + vx / speed * away, y + vy / speed * away) < 0.7 * away
