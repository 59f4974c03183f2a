"""Routes: waypoints, and the roads by which one drives from each to the next.

Between waypoints the best way over the graph of roads is taken: `shortest` by metres, `fastest` by seconds at the
speed limits, `leastIntersections` by the number of junctions, `random` by costs that are hashes of the seed and the
number of the leg. Lanes are changed where the route asks for it, so roads count, not lanes.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.lane_use import speed_limit_mps
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.roads.place_rows import T_JUNCTION
from jing_scenarios.roads.placement import Placement
from jing_scenarios.roads.plan import RoadPlan
from jing_scenarios.roads.road_graph import node_of
from jing_scenarios.scene import PositionOf, Scene

__all__ = ["Route", "RouteOf", "Stretch", "compiled_route", "driven_distance", "route_through", "route_to"]

Float = NDArray[np.float64]

_JUNCTION_COST_M = 1.0e6


@dataclass(frozen=True)
class Stretch:
    """A part of a route on one road: from `from_s_m` to `to_s_m`, which is smaller where one drives against s."""

    road: int
    forward: bool
    from_s_m: float
    to_s_m: float

    @property
    def length_m(self) -> float:
        """Metres of the reference line."""
        return abs(self.to_s_m - self.from_s_m)


@dataclass(frozen=True)
class Route:
    """A way over the roads.

    Attributes:
        name, closed: of the file.
        waypoints: places.
        stretches: in driven order, joined to each other.
        found: False where no roads lead from some waypoint to the next one; the route ends there.
    """

    name: str
    closed: bool
    waypoints: tuple[Placement, ...]
    stretches: tuple[Stretch, ...]
    found: bool = True

    @cached_property
    def roads(self) -> tuple[int, ...]:
        """Rows of the roads in driven order; for a closed route without a return to the first one."""
        rows = [s.road for i, s in enumerate(self.stretches) if i == 0 or self.stretches[i - 1].road != s.road]
        return tuple(rows[:-1] if self.closed and len(rows) > 1 and rows[0] == rows[-1] else rows)

    @cached_property
    def length_m(self) -> float:
        """Of the reference lines of all stretches."""
        return sum(stretch.length_m for stretch in self.stretches)

    def at(self, path_s_m: float) -> tuple[int, float, bool]:
        """Road, s and direction at a distance from the first waypoint; its ends beyond them, round again if closed."""
        left = path_s_m % self.length_m if self.closed and self.length_m > 0 else max(path_s_m, 0.0)
        for stretch in self.stretches:
            if left <= stretch.length_m:
                break
            left -= stretch.length_m
        else:
            stretch, left = self.stretches[-1], self.stretches[-1].length_m
        return stretch.road, stretch.from_s_m + (left if stretch.forward else -left), stretch.forward

    def distance_of(self, road: int, s_m: float) -> float | None:
        """Distance from the first waypoint at which the route passes a place; None where it does not."""
        passed = 0.0
        for stretch in self.stretches:
            low, high = sorted((stretch.from_s_m, stretch.to_s_m))
            if stretch.road == road and low - 1e-6 <= s_m <= high + 1e-6:
                return passed + abs(s_m - stretch.from_s_m)
            passed += stretch.length_m
        return None


RouteOf = Callable[[], Route]
"""A compiled route; its waypoints are computed when it is called."""


def compiled_route(node: Node, scene: Scene, position_of: PositionOf) -> RouteOf:
    """A Route, or the RouteRef that holds it, with positions compiled by `position_of`; raises OpenScenarioError."""
    if node.tag == "RouteRef":
        node = node.child("Route")
    waypoints = node.every("Waypoint")
    if len(waypoints) < 2:
        raise OpenScenarioError(f"{node.place}: a Route has {len(waypoints)} Waypoint; at least two are right")
    where = [position_of(waypoint.child("Position"), scene) for waypoint in waypoints]
    strategies = [waypoint.string("routeStrategy", "shortest") for waypoint in waypoints]
    name, closed = node.string("name"), node.boolean("closed", False)

    def route() -> Route:
        places = [place() for place in where]
        made = route_through(scene, places, strategies, closed=closed, name=name)
        if not made.found:
            scene.warn(
                f"{node.place}: no roads lead along all waypoints of route {name!r}; it ends before its last one"
            )
        return made

    return route


def route_to(scene: Scene, row: int, goal: Placement) -> Route:
    """The shortest way of an entity to a place, from the direction in which it faces."""
    return route_through(scene, [scene.motion.placement(row), goal], ["shortest", "shortest"], name="to a place")


def route_through(
    scene: Scene, places: Sequence[Placement], strategies: Sequence[str], *, closed: bool = False, name: str = ""
) -> Route:
    """The route along places; the strategy of a waypoint counts for the way to it."""
    goals = [*places[1:], places[0]] if closed else list(places[1:])
    wishes = [*strategies[1:], strategies[0]] if closed else list(strategies[1:])
    stretches: list[Stretch] = []
    forward = math.cos(places[0].h_rel) >= 0
    here, found = places[0], places[0].road >= 0
    for leg, (goal, strategy) in enumerate(zip(goals, wishes, strict=True)):
        if not found or goal.road < 0:
            found = False
            break
        way = _leg(scene.plan, (here, forward), goal, _costs(scene, strategy, leg))
        if not way:
            found = False
            break
        stretches += way
        here, forward = goal, way[-1].forward
    if not stretches and places[0].road >= 0:
        stretches = [Stretch(places[0].road, forward, places[0].s, places[0].s)]
    return Route(name, closed, tuple(places), tuple(stretches), found)


def driven_distance(scene: Scene, start: Placement, goal: Placement, strategy: str) -> float:
    """Metres of the way that a strategy takes from where one is, and faces, to a place; NaN where no roads lead there.

    A place behind on the same road that cannot be reached ahead is a negative distance.
    """
    if start.road < 0 or goal.road < 0:
        return math.nan
    forward = math.cos(start.h_rel) >= 0
    way = _leg(scene.plan, (start, forward), goal, _costs(scene, strategy, 0))
    if len(way) == 1 and way[0].forward is not forward:
        return -way[0].length_m
    return sum(stretch.length_m for stretch in way) if way else math.nan


def _leg(plan: RoadPlan, start: tuple[Placement, bool], goal: Placement, cost: Float) -> list[Stretch]:
    """Stretches from a place, left in a direction, to another one; empty where no way is."""
    here, forward = start
    ahead = (goal.s - here.s) * (1 if forward else -1)
    if here.road == goal.road and ahead >= 0:
        return [Stretch(here.road, forward, here.s, goal.s)]
    node = node_of(here.road, forward)
    nodes = _best_path(plan, node, goal, cost)
    if not nodes:
        # Nothing leads there: a waypoint behind on the same road is driven to backwards, as esmini does.
        return [Stretch(here.road, not forward, here.s, goal.s)] if here.road == goal.road else []
    length = plan.length_m
    stretches = [Stretch(here.road, forward, here.s, length(here.road) if forward else 0.0)]
    for k in nodes[1:-1]:
        road, along = k // 2, k % 2 == 0
        stretches.append(Stretch(road, along, 0.0 if along else length(road), length(road) if along else 0.0))
    along = nodes[-1] % 2 == 0
    return [*stretches, Stretch(goal.road, along, 0.0 if along else length(goal.road), goal.s)]


def _best_path(plan: RoadPlan, node: int, goal: Placement, cost: Float) -> list[int]:
    graph = plan.route_graph
    between = graph.reach(node, cost)
    share = goal.s / max(plan.length_m(goal.road), 1e-9)
    ends = [(between[k] + cost[k] * part, k) for k, part in
            ((node_of(goal.road, True), share), (node_of(goal.road, False), 1 - share))
            if k != node and math.isfinite(between[k])]  # fmt: skip
    if ends:
        return graph.path(node, min(ends)[1], cost)
    if goal.road != node // 2:
        return []
    # Round the block and back to the same road.
    loops = [graph.path(k, node, cost) for k in graph.followers(node)]
    found = [[node, *loop] for loop in loops if loop]
    return min(found, key=lambda nodes: float(cost[nodes[1:-1]].sum()), default=[])


def _costs(scene: Scene, strategy: str, leg: int) -> Float:
    """`(2 n_roads,)` cost of passing each road in each direction."""
    plan = scene.plan
    length = plan.tables.length_m.repeat(2)
    if strategy == "fastest":
        return length / _speed_limits(plan).repeat(2)
    if strategy == "leastIntersections":
        inside = (plan.tables.roads[:, T_JUNCTION] >= 0).repeat(2)
        return length + np.where(inside, _JUNCTION_COST_M, 0.0)
    if strategy == "random":
        draws = np.random.Generator(np.random.Philox(key=[scene.seed, leg])).random(len(length))
        return length * (0.2 + draws)
    return length


def _speed_limits(plan: RoadPlan) -> Float:
    """`(n_roads,)` highest limit of a road's driving lanes in its first section [m/s]."""
    limits = []
    for road in plan.odr.roads:
        section = road.sections[0]
        lanes = [lane for lane in section.lanes.values() if lane.id != 0 and lane.type != "none"]
        limits.append(max((speed_limit_mps(road, section, lane) for lane in lanes), default=1.0))
    return np.array(limits)
