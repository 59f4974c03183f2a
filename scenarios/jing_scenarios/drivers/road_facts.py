"""What drivers may know of a map beside its lanes: speed limits, lines of lights, crosswalks."""

import math
import weakref
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.lane_use import road_type_at, speed_limit_mps
from jing_scenarios.roads.plan import RoadPlan
from jing_sim.driving.light_places import LightLine, light_lines
from jing_sim.driving.road_things import crosswalk_outlines

__all__ = ["Crosswalk", "RoadFacts", "road_facts"]

Float = NDArray[np.float64]

_known: "weakref.WeakKeyDictionary[RoadPlan, RoadFacts]" = weakref.WeakKeyDictionary()


@dataclass(frozen=True)
class Crosswalk:
    """Corners `(k, 2)` x, y; its middle and the radius around it that holds all corners."""

    corners: Float
    x_m: float
    y_m: float
    radius_m: float

    def distance_m(self, x: float, y: float) -> float:
        """From a point; 0 inside."""
        if self.holds(x, y):
            return 0.0
        a, b = self.corners, np.roll(self.corners, -1, axis=0)
        way = b - a
        size = np.maximum((way * way).sum(axis=1), 1e-12)
        share = np.clip(((x - a[:, 0]) * way[:, 0] + (y - a[:, 1]) * way[:, 1]) / size, 0.0, 1.0)
        return float(np.hypot(a[:, 0] + share * way[:, 0] - x, a[:, 1] + share * way[:, 1] - y).min())

    def holds(self, x: float, y: float) -> bool:
        """The point is inside (even-odd rule)."""
        inside = False
        corners = self.corners.tolist()
        x1, y1 = corners[-1]
        for x2, y2 in corners:
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
            x1, y1 = x2, y2
        return inside


@dataclass
class RoadFacts:
    """Of one map; limits are looked up when they are first asked for.

    Attributes:
        lines: of lights, by row of the road. crosswalks: all.
    """

    plan: RoadPlan
    lines: dict[int, list[LightLine]]
    crosswalks: list[Crosswalk]
    _limits: dict[tuple[int, int, int], float] = field(default_factory=dict)

    def one_limit(self, road: int) -> bool:
        """Each lane of the road has one limit from its begin to its end."""
        element = self.plan.odr.roads[road]
        return len(element.sections) == 1 and len(element.types) <= 1

    def limit_mps(self, road: int, lane: int, s_m: float) -> float:
        """The limit that the file gives for a lane, or the legal one of the road's type; inf where it says neither."""
        element = self.plan.odr.roads[road]
        number = max((k for k, part in enumerate(element.sections) if part.start_m <= s_m + 1e-6), default=0)
        key = road, number, lane
        if key not in self._limits:
            section = element.sections[number]
            found = section.lanes.get(lane)
            said = road_type_at(element, s_m) is not None or (found is not None and bool(found.speeds))
            limit = speed_limit_mps(element, section, found) if said and found is not None else math.inf
            self._limits[key] = limit
        return self._limits[key]


def road_facts(plan: RoadPlan) -> RoadFacts:
    """The facts of a plan; kept as long as the plan is."""
    found = _known.get(plan)
    if found is None:
        lines: dict[int, list[LightLine]] = {}
        for line in light_lines(plan.odr):
            lines.setdefault(line.road, []).append(line)
        found = _known[plan] = RoadFacts(plan, lines, [_crosswalk(corners) for corners in crosswalk_outlines(plan.odr)])
    return found


def _crosswalk(corners: Float) -> Crosswalk:
    flat = np.asarray(corners[:, :2], np.float64)
    x, y = flat.mean(axis=0).tolist()
    return Crosswalk(flat, x, y, float(np.hypot(flat[:, 0] - x, flat[:, 1] - y).max()))
