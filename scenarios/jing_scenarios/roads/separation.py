"""How far two places on roads are from each other: metres along the roads, and metres sideways."""

import math
from typing import NamedTuple

from jing_scenarios.roads.placement import Placement
from jing_scenarios.roads.plan import RoadPlan
from jing_scenarios.roads.road_graph import node_of

__all__ = ["Separation", "Spot", "separation"]


class Spot(NamedTuple):
    """A place on a road: its row (-1: none), s and t [m], and whether somebody there faces along growing s."""

    road: int
    s: float
    t: float
    forward: bool

    @classmethod
    def of(cls, place: Placement) -> "Spot":
        """That of a placement."""
        return cls(place.road, place.s, place.t, math.cos(place.h_rel) >= 0)


class Separation(NamedTuple):
    """From a first place to a second one.

    Attributes:
        ds: along the roads [m], positive in the direction in which the first one faces; NaN where no way is.
        dt: to the left along growing s at the first one [m]; NaN where no way is.
        same_way: s grows in the same direction at both, seen along the way between them.
    """

    ds: float
    dt: float
    same_way: bool


_NOWHERE = Separation(math.nan, math.nan, True)


def separation(plan: RoadPlan, first: Spot, second: Spot) -> Separation:
    """The shortest way between two places over the graph of roads, in whichever direction."""
    if first.road < 0 or second.road < 0:
        return _NOWHERE
    faces = 1.0 if first.forward else -1.0
    if first.road == second.road:
        return Separation((second.s - first.s) * faces, second.t - first.t, True)
    best, same_way = math.inf, True
    for forward in (True, False):
        rest = plan.length_m(first.road) - first.s if forward else first.s
        between = plan.distance_graph.distances_from(node_of(first.road, forward))
        for along in (True, False):
            part = second.s if along else plan.length_m(second.road) - second.s
            metres = rest + between[node_of(second.road, along)] + part
            if metres < abs(best):
                best, same_way = metres if forward else -metres, along == forward
    if math.isinf(best):
        return _NOWHERE
    return Separation(best * faces, second.t - first.t if same_way else -second.t - first.t, same_way)
