"""The motorway of the R157 suite, and what its scenarios have in common."""

from functools import lru_cache

from jing_scenarios.criteria import Criterion, custom, no_collision
from jing_scenarios.library.reference_drivers import Label
from jing_scenarios.metrics.scenario_trace import ScenarioTrace
from jing_scenarios.script import Actor, Road, Scenario, curved, lane, straight

__all__ = ["EGO_LANE", "alks_scenario", "avoids_or_brakes", "collision_criterion"]

EGO_LANE = -2
"""The middle one of three."""
LIMIT_MPS = 36.2
_BEGIN_M = 80.0
_BRAKES_MPS2 = 3.0


def alks_scenario(name: str, ego_kmh: float, radius_m: float = 0.0) -> tuple[Scenario, Actor]:
    """A three-lane one-way road and the ego in its middle lane; radius_m: 0 = straight, positive = to the left."""
    scenario = Scenario(name, road=_road(radius_m))
    return scenario, scenario.vehicle("Ego", at=lane(EGO_LANE, _BEGIN_M), speed_mps=ego_kmh / 3.6)


@lru_cache
def _road(radius_m: float) -> Road:
    if radius_m:
        return curved(radius_m, 900.0, lanes=3, speed_mps=LIMIT_MPS, both_ways=False)
    return straight(3000.0, lanes=3, speed_mps=LIMIT_MPS, both_ways=False)


def collision_criterion(label: Label) -> Criterion:
    """No collision where the reference driver prevents it; else at least braking before it (mitigation)."""
    if label.preventable:
        return no_collision(requirement="R157-preventable")
    return custom(avoids_or_brakes, name="avoids, or brakes first", requirement="R157-mitigation")


def avoids_or_brakes(trace: ScenarioTrace) -> bool:
    """Whether the ego touches nobody, or brakes with 3 m/s2 or more before it does."""
    hits = [c.time_s for c in trace.contacts or () if trace.ego in (c.actor, c.other)]
    before = trace.time_s <= min(hits, default=0.0)
    return not hits or bool((trace.accel_mps2[before, trace.ego] <= -_BRAKES_MPS2).any())
