"""The places of the two areas at which suites put their scenarios, and the weather they are driven in.

One approach in each area, alike in shape: westbound, four lanes that widen to five, some 550 m long, to a signalled
crossing with four arms.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from jing_maps.errors import UnknownNameError
from jing_scenarios.metrics.scenario_trace import ScenarioTrace
from jing_scenarios.script import Actor, Environment, Place, Road, Scenario, ScriptError, area_road, at_xy
from jing_scenarios.script.streets import Compass

__all__ = ["SPOTS", "WEATHER", "Spot", "crosswalk_ends", "environment", "scene", "stands_at_end", "stands_within"]


@dataclass(frozen=True)
class Spot:
    """An approach to a crossing.

    Attributes:
        area: built-in area. street, heading, junction: the ego's way; the junction by its id. onward, right, left:
            streets that leave it.
    """

    area: str
    street: str
    junction: str
    onward: str
    right: str
    left: str
    heading: Compass = "west"
    right_heading: Compass = "north"
    left_heading: Compass = "south"

    def before(
        self, scenario: Scenario, metres: float, lane_from_right: int = 2, offset_m: float = 0.0, bikes: bool = False
    ) -> Place:
        """So many metres before the stop line."""
        return scenario.on_street(
            self.street,
            towards=self.junction,
            heading=self.heading,
            metres=metres,
            lane_from_right=lane_from_right,
            offset_m=offset_m,
            bikes=bikes,
        )

    def after(self, scenario: Scenario, metres: float, turn: str = "onward", lane_from_right: int = 2) -> Place:
        """So many metres behind the crossing, straight on, or to the right or left."""
        street, heading = {
            "onward": (self.onward, self.heading),
            "right": (self.right, self.right_heading),
            "left": (self.left, self.left_heading),
        }[turn]
        return scenario.on_street(
            street, leaving=self.junction, heading=heading, metres=metres, lane_from_right=lane_from_right
        )

    def signals(self, scenario: Scenario) -> tuple[str, ...]:
        """Ids of the signals that the ego meets."""
        return scenario.signals_at(self.street, towards=self.junction, heading=self.heading)


SPOTS = {
    "yizhuang": Spot("yizhuang", "科创五街", "YJ074", "荣京东街", "东环北路", "东环中路"),
    "zhongguancun": Spot("zhongguancun", "知春路", "ZJ162", "海淀南路", "中关村大街", "中关村大街"),
}
"""By area."""

WEATHER = {
    "clear": Environment(cloud="zeroOktas"),
    "rain": Environment(cloud="eightOktas", rain_mm_h=8.0, friction=0.7),
    "fog": Environment(cloud="eightOktas", fog_m=80.0, friction=0.9),
}
"""By tag of the ODD: moderate rain, and fog in which one sees 80 m."""

_CLOCK = {"day": "10:00", "night": "22:00"}


def environment(weather: str, light: str) -> Environment:
    """The weather at a time of day; raises UnknownNameError for a tag that there is not."""
    if weather not in WEATHER:
        raise UnknownNameError("weather", weather, WEATHER)
    if light not in _CLOCK:
        raise UnknownNameError("light", light, _CLOCK)
    known = WEATHER[weather]
    return Environment(_CLOCK[light], known.cloud, known.rain_mm_h, None, known.fog_m, None, known.friction)


def scene(
    name: str,
    area: str,
    tags: tuple[str, str],
    *,
    before_m: float,
    speed_mps: float = 12.5,
    lane_from_right: int = 2,
) -> tuple[Scenario, Actor, Spot]:
    """A scenario with its ego on the approach of an area.

    Args:
        name: of the scenario. area: key of `SPOTS`. tags: weather and light.
        before_m, lane_from_right: where the ego stands. speed_mps: at the start.
    """
    if area not in SPOTS:
        raise UnknownNameError("area", area, SPOTS)
    spot = SPOTS[area]
    scenario = Scenario(name, road=_road(area))
    scenario.environment(environment(*tags))
    ego = scenario.vehicle("Ego", at=spot.before(scenario, before_m, lane_from_right), speed_mps=speed_mps)
    return scenario, ego, spot


@lru_cache
def _road(area: str) -> Road:
    """The roads of an area, made once in a process."""
    return area_road(area)


def crosswalk_ends(scenario: Scenario, spot: Spot, turn: str = "right") -> tuple[Place, Place]:
    """Both kerbs of the crosswalk over the street that leaves the crossing, the one on the right of traffic first.

    Raises:
        ScriptError: the roads are a file, or there is no crosswalk.
    """
    if not isinstance(scenario.road, Road):
        raise ScriptError("crosswalks are known on areas alone")
    network = scenario.road.network
    street, heading = {"right": (spot.right, spot.right_heading), "onward": (spot.onward, spot.heading)}[turn]
    row = scenario.way(street, leaving=spot.junction, heading=heading).row
    begin = network.lanes.centre[int(network.roads.first_lane[row])][:2, :2]
    own = np.flatnonzero(network.crosswalks.junction == int(network.roads.from_junction[row]))
    if not len(own):
        raise ScriptError(f"{spot.junction} has no crosswalks")
    lines = [network.crosswalks.centre[int(k)][:, :2] for k in own]
    middle = np.array([line.mean(axis=0) for line in lines])
    line = lines[int(np.argmin(np.linalg.norm(middle - begin[0], axis=1)))]
    along = begin[1] - begin[0]
    ends = line[[0, -1]]
    across = ends[1] - ends[0]
    if along[0] * across[1] - along[1] * across[0] < 0:
        ends = ends[::-1]
    facing = float(np.arctan2(*(ends[1] - ends[0])[::-1]))
    right, left = (at_xy(float(x), float(y), facing) for x, y in ends)
    return right, left


def stands_at_end(trace: ScenarioTrace) -> bool:
    """Whether the ego stands at the end of the run."""
    return bool(abs(trace.speed_mps[-1, trace.ego]) < 0.3)


def stands_within(trace: ScenarioTrace, from_s: float, seconds: float) -> bool:
    """Whether the ego stands no later than `seconds` after `from_s`."""
    slow = np.abs(trace.speed_mps[:, trace.ego]) < 0.3
    return bool(np.any(slow & (trace.time_s >= from_s) & (trace.time_s <= from_s + seconds + 1e-6)))
