"""R157 scenarios 4 to 7, 14 and 15: somebody or something stands in the way; detection ranges."""

from typing import Literal

from jing_scenarios.criteria import keeps_lane, metric_bound, no_collision
from jing_scenarios.library.alks_road import EGO_LANE, alks_scenario
from jing_scenarios.script import Actor, Scenario, ahead_of, gap, lane, serial, time_s, wait, when
from jing_scenarios.script.places import Place

__all__ = [
    "crossing_pedestrian",
    "forward_detection",
    "fully_blocking",
    "lateral_detection",
    "multiple_blocking",
    "partially_blocking",
]

Target = Literal["car", "truck", "motorbike", "pedestrian"]


def _standing(scenario: Scenario, name: str, target: str, at: Place) -> Actor:
    return scenario.pedestrian(name, at=at) if target == "pedestrian" else scenario.vehicle(name, at=at, model=target)


def _distance_m(ego_kmh: float) -> float:
    """Far enough for a comfortable stop: five seconds, and 60 m."""
    return ego_kmh / 3.6 * 5.0 + 60.0


def fully_blocking(ego_kmh: float, target: Target = "car", radius_m: float = 0.0) -> Scenario:
    """Somebody stands in the middle of the lane."""
    scenario, ego = alks_scenario("fully blocking target", ego_kmh, radius_m)
    _standing(scenario, "Target", target, ahead_of(ego, gap_m=_distance_m(ego_kmh)))
    scenario.end(time_s() > 30.0)
    scenario.require(no_collision(requirement="R157-no-collision"))
    return scenario


def partially_blocking(ego_kmh: float, target: Target = "car", offset_m: float = 1.0) -> Scenario:
    """Somebody stands in part of the lane."""
    scenario, ego = alks_scenario("partially blocking target", ego_kmh)
    _standing(scenario, "Target", target, ahead_of(ego, gap_m=_distance_m(ego_kmh), offset_m=offset_m))
    scenario.end(time_s() > 30.0)
    scenario.require(no_collision(requirement="R157-no-collision"))
    return scenario


def multiple_blocking(ego_kmh: float, target: Target = "car") -> Scenario:
    """Two stand one behind the other, and one in the next lane."""
    scenario, ego = alks_scenario("multiple blocking targets", ego_kmh)
    far = _distance_m(ego_kmh)
    _standing(scenario, "Target 1", target, ahead_of(ego, gap_m=far))
    _standing(scenario, "Target 2", "car", ahead_of(ego, gap_m=far + 15.0))
    _standing(scenario, "Target 3", "truck", ahead_of(ego, gap_m=far, left=1))
    scenario.end(time_s() > 30.0)
    scenario.require(no_collision(requirement="R157-no-collision"))
    return scenario


def crossing_pedestrian(ego_kmh: float, walker_kmh: float = 5.0) -> Scenario:
    """An unobstructed pedestrian crosses; the paths would meet after four seconds."""
    scenario, _ = alks_scenario("crossing pedestrian", ego_kmh)
    s_m, speed = 80.0 + 3.7 + ego_kmh / 3.6 * 4.0, walker_kmh / 3.6
    walker = scenario.pedestrian("Walker", at=lane(EGO_LANE, s_m, offset_m=-speed * 4.0).turned(1.5708))
    scenario.do(walker.cross(lane(EGO_LANE, s_m, offset_m=7.0), speed))
    scenario.end(time_s() > 15.0)
    scenario.require(no_collision(requirement="R157-no-collision"))
    return scenario


def forward_detection(target: Target = "pedestrian", ego_kmh: float = 60.0) -> Scenario:
    """A small target stands ahead; it is seen so early (46 m) that no emergency braking is needed."""
    scenario, ego = alks_scenario("forward detection range", ego_kmh)
    _standing(scenario, "Target", target, ahead_of(ego, gap_m=_distance_m(ego_kmh)))
    scenario.end(time_s() > 25.0)
    # 60 km/h over 46 m, less half a second of reaction, is 3.7 m/s2; beyond 5.0 it is an emergency manoeuvre.
    scenario.require(
        no_collision(requirement="R157-detection"),
        metric_bound("deceleration_mps2", "<=", 5.0, "m/s2", name="no emergency braking", requirement="R157-detection"),
    )
    return scenario


def lateral_detection(left: float = 1.0, ego_kmh: float = 60.0) -> Scenario:
    """A vehicle two lanes away comes to the edge of the own lane, level with the ego."""
    scenario, ego = alks_scenario("lateral detection range", ego_kmh)
    car = scenario.vehicle("Side", at=ahead_of(ego, ds_m=0.0, left=int(left)), speed_mps=ego_kmh / 3.6)
    scenario.do(serial(wait(2.0), car.lane_offset(-left * 0.7)))
    scenario.do(when(gap(ego, car) > 50.0, car.vanish()))
    scenario.end(time_s() > 12.0)
    scenario.require(no_collision(requirement="R157-detection"), keeps_lane(0.05, requirement="R157-lane-keeping"))
    return scenario
