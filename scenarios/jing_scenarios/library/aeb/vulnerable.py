"""Vulnerable road users: crossing and walking or riding ahead, after the published NCAP protocols.

Crossing: whoever crosses would meet the ego's front at `impact_pct` of its width, counted from the near (right) side,
if nobody braked.
"""

from functools import lru_cache
from typing import Literal

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Place, Road, Scenario, lane, straight, time_s

__all__ = ["cbla", "cbna", "cpla", "cpna", "cpnc"]

SECONDS_BEFORE = 4.0
LIMIT_MPS = 36.0
BEGIN_M = 60.0
EGO_WIDTH_M, EGO_FRONT_M = 1.85, 3.7
LANE_M = 3.5
Walker = Literal["adult", "child"]


@lru_cache
def _street() -> Road:
    return straight(800.0, lanes=2, speed_mps=LIMIT_MPS)


def _scenario(name: str, ego_kmh: float) -> Scenario:
    scenario = Scenario(name, road=_street())
    scenario.vehicle("Ego", at=lane(-2, BEGIN_M), speed_mps=ego_kmh / 3.6)
    scenario.end(time_s() > 12.0)
    scenario.require(no_collision(requirement=name))
    return scenario


def _meeting(ego_kmh: float, impact_pct: float) -> tuple[float, float]:
    """Where the front would be after `SECONDS_BEFORE`: s, and metres to the left of the lane's middle."""
    s_m = BEGIN_M + EGO_FRONT_M + ego_kmh / 3.6 * SECONDS_BEFORE
    return s_m, EGO_WIDTH_M * (impact_pct / 100.0 - 0.5)


def _track(ego_kmh: float, impact_pct: float, speed_mps: float) -> tuple[Place, Place]:
    """From where to where somebody crosses from the right."""
    s_m, left_m = _meeting(ego_kmh, impact_pct)
    begin = lane(-2, s_m, offset_m=left_m - speed_mps * SECONDS_BEFORE).turned(1.5708)
    return begin, lane(-2, s_m, offset_m=left_m + 7.0)


def _walks(name: str, ego_kmh: float, impact_pct: float, walker_kmh: float, model: Walker) -> Scenario:
    scenario = _scenario(name, ego_kmh)
    begin, end = _track(ego_kmh, impact_pct, walker_kmh / 3.6)
    walker = scenario.pedestrian("Walker", at=begin, model=model)
    scenario.do(walker.cross(end, walker_kmh / 3.6))
    return scenario


def cpna(ego_kmh: float, impact_pct: float = 50.0) -> Scenario:
    """Car-to-pedestrian nearside adult, walking at 5 km/h."""
    return _walks("CPNA", ego_kmh, impact_pct, 5.0, "adult")


def cpnc(ego_kmh: float, impact_pct: float = 50.0) -> Scenario:
    """Car-to-pedestrian nearside child at 5 km/h, hidden by two parked cars until it steps out."""
    scenario = _walks("CPNC", ego_kmh, impact_pct, 5.0, "child")
    s_m, _ = _meeting(ego_kmh, impact_pct)
    scenario.vehicle("Parked near", at=lane(-2, s_m - 3.7, offset_m=-2.8))
    scenario.vehicle("Parked far", at=lane(-2, s_m - 9.5, offset_m=-2.8), model="suv")
    return scenario


def cpla(ego_kmh: float, overlap_pct: float = 50.0) -> Scenario:
    """Car-to-pedestrian longitudinal adult, walking ahead at 5 km/h, hit at this share of the width."""
    scenario = _scenario("CPLA", ego_kmh)
    s_m = BEGIN_M + EGO_FRONT_M + (ego_kmh - 5.0) / 3.6 * SECONDS_BEFORE
    offset_m = EGO_WIDTH_M * (overlap_pct / 100.0 - 0.5)
    walker = scenario.pedestrian("Walker", at=lane(-2, s_m, offset_m=offset_m))
    scenario.do(walker.cross(lane(-2, s_m + 60.0, offset_m=offset_m), 5.0 / 3.6))
    return scenario


def cbna(ego_kmh: float, impact_pct: float = 50.0) -> Scenario:
    """Car-to-bicyclist nearside adult, riding at 15 km/h."""
    scenario = _scenario("CBNA", ego_kmh)
    begin, end = _track(ego_kmh, impact_pct, 15.0 / 3.6)
    rider = scenario.vehicle("Rider", at=begin, speed_mps=15.0 / 3.6, model="bicycle")
    scenario.do(rider.cross(end, 15.0 / 3.6))
    return scenario


def cbla(ego_kmh: float, overlap_pct: float = 50.0) -> Scenario:
    """Car-to-bicyclist longitudinal adult, riding ahead at 15 km/h."""
    scenario = _scenario("CBLA", ego_kmh)
    s_m = BEGIN_M + EGO_FRONT_M + 1.0 + (ego_kmh - 15.0) / 3.6 * SECONDS_BEFORE
    offset_m = EGO_WIDTH_M * (overlap_pct / 100.0 - 0.5)
    scenario.vehicle("Rider", at=lane(-2, s_m, offset_m=offset_m), speed_mps=15.0 / 3.6, model="bicycle")
    return scenario
