"""How fast somebody wants to drive."""

import math

from jing_scenarios.drivers.driver import Observation

__all__ = ["wished_speed_mps"]


def wished_speed_mps(seen: Observation, own_wish_mps: float, limit_factor: float = math.inf) -> float:
    """The driver's own wish (0 = none), else what the scenario has said, else the limit of the lane, else 0.

    `limit_factor`: never above so many times the limit; inf = limits are not regarded.
    """
    limit = seen.lane.limit_mps if seen.lane is not None else math.inf
    wish = own_wish_mps
    if wish <= 0.0:
        wish = seen.wanted_speed_mps
    if math.isnan(wish):
        wish = limit * (limit_factor if math.isfinite(limit_factor) else 1.0) if math.isfinite(limit) else 0.0
    if math.isfinite(limit) and math.isfinite(limit_factor):
        wish = min(wish, limit * limit_factor)
    return min(wish, seen.own.max_speed_mps)
