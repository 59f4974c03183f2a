"""How far two places on roads are from each other: metres along the roads, metres sideways, and lanes between."""

import math
from typing import NamedTuple

from jing_scenarios.roads.placement import Placement
from jing_scenarios.roads.plan import RoadPlan
from jing_scenarios.roads.road_graph import node_of

__all__ = ["Separation", "separation"]


class Separation(NamedTuple):
    """From a first place to a second one.

    Attributes:
        ds: along the roads [m], positive in the direction in which the first one faces; NaN where no way is.
        dt: to the left along growing s at the first one [m].
        same_way: s grows in the same direction at both, seen along the way between them.
    """

    ds: float
    dt: float
    same_way: bool


def separation(plan: RoadPlan, first: Placement, second: Placement) -> Separation:
    """The shortest way between two places over the graph of roads, in whichever direction."""
    if first.road < 0 or second.road < 0:
        return Separation(math.nan, math.nan, True)
    faces = 1.0 if math.cos(first.h_rel) >= 0 else -1.0
    if first.road == second.road:
        return Separation((second.s - first.s) * faces, second.t - first.t, True)
    best, same_way = math.inf, True
    for forward in (True, False):
        rest = plan.length_m(first.road) - first.s if forward else first.s
        between = plan.distance_graph.distances_from(node_of(first.road, forward))
        for along in (True, False):
            part = second.s if along else plan.length_m(second.road) - second.s
            metres = rest + float(between[node_of(second.road, along)]) + part
            if metres < abs(best):
                best, same_way = metres if forward else -metres, along == forward
    if math.isinf(best):
        return Separation(math.nan, math.nan, True)
    return Separation(best * faces, second.t - first.t if same_way else -second.t - first.t, same_way)
