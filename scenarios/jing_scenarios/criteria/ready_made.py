"""The criteria that most scenarios ask for, by name. All judge the ego unless told otherwise.

>>> min_gap(0.5, requirement="REQ-1").name
'gap of at least 0.5 m'
"""

import math
from collections.abc import Callable
from typing import TypedDict, Unpack

from jing_scenarios.criteria.bound import Comparison, MetricBound
from jing_scenarios.criteria.criterion import Criterion, Precondition
from jing_scenarios.criteria.custom import Custom, CustomAnswer
from jing_scenarios.criteria.reaching import Reach, RouteShare, TimeLimit, precondition_of
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = [
    "Common",
    "comfort",
    "completes_route",
    "custom",
    "keeps_lane",
    "keeps_speed_limit",
    "max_speed",
    "metric_bound",
    "min_gap",
    "min_pet",
    "min_thw",
    "min_ttc",
    "no_collision",
    "no_wrong_way",
    "reaches",
    "stays_on_road",
    "stops_at_line",
    "stops_at_red",
    "time_limit",
]


class Common(TypedDict, total=False):
    """What every criterion may be given.

    Attributes:
        name: unique in the scenario; there is a usual one.
        requirement: id of the requirement that it checks.
        actor: who is judged: `ego` (whatever it is called), a name, or `*` for everybody.
        other: against whom; empty = everybody.
        when: precondition without which it is not asked.
    """

    name: str
    requirement: str
    actor: str
    other: str
    when: Precondition | None


def metric_bound(
    metric: str, comparison: Comparison, threshold: float, unit: str, **common: Unpack[Common]
) -> MetricBound:
    """Any metric of `METRICS` bounded by a threshold."""
    return MetricBound(
        common.get("name", f"{metric} {comparison} {threshold:g} {unit}"),
        metric,
        comparison,
        threshold,
        unit,
        common.get("requirement", ""),
        common.get("actor", "ego"),
        common.get("other", ""),
        common.get("when"),
    )


def _named(common: Common, name: str) -> Common:
    return {**common, "name": common.get("name", name)}


def no_collision(*, at_fault_only: bool = False, **common: Unpack[Common]) -> MetricBound:
    """Nobody is hit; or, `at_fault_only`, nobody by the actor's own fault."""
    metric = "collisions_at_fault_1" if at_fault_only else "collisions_1"
    usual = "no collision at fault" if at_fault_only else "no collision"
    return metric_bound(metric, "<=", 0.0, "1", **_named(common, usual))


def stays_on_road(tolerance_m: float = 0.0, **common: Unpack[Common]) -> MetricBound:
    """The reference point stays on lanes one may drive on."""
    return metric_bound("road_departure_m", "<=", tolerance_m, "m", **_named(common, "stays on the road"))


def keeps_lane(tolerance_m: float = 0.0, **common: Unpack[Common]) -> MetricBound:
    """The body stays within its lane."""
    return metric_bound("lane_departure_m", "<=", tolerance_m, "m", **_named(common, "keeps its lane"))


def no_wrong_way(tolerance_m: float = 0.0, **common: Unpack[Common]) -> MetricBound:
    """No more than this is driven against the direction of lanes."""
    return metric_bound("wrong_way_m", "<=", tolerance_m, "m", **_named(common, "not the wrong way"))


def stops_at_red(**common: Unpack[Common]) -> MetricBound:
    """No stop line is passed while its light is red."""
    return metric_bound("red_lights_run_1", "<=", 0.0, "1", **_named(common, "stops at red"))


def stops_at_line(tolerance_m: float = 0.0, **common: Unpack[Common]) -> MetricBound:
    """The front does not stand beyond the stop line of a red light."""
    return metric_bound("beyond_stop_line_m", "<=", tolerance_m, "m", **_named(common, "stops before the line"))


def keeps_speed_limit(tolerance: float = 0.0, unit: str = "m/s", **common: Unpack[Common]) -> MetricBound:
    """The limit of the map is exceeded by no more than the tolerance."""
    return metric_bound("over_limit_mps", "<=", tolerance, unit, **_named(common, "keeps the speed limit"))


def max_speed(speed: float, unit: str = "m/s", **common: Unpack[Common]) -> MetricBound:
    """The actor is never faster."""
    return metric_bound("speed_mps", "<=", speed, unit, **_named(common, f"speed of at most {speed:g} {unit}"))


def min_ttc(seconds: float, *, plane: bool = False, **common: Unpack[Common]) -> MetricBound:
    """The time to collision along the way (or of boxes in the plane) is never less."""
    metric = "ttc_2d_s" if plane else "ttc_s"
    return metric_bound(metric, ">=", seconds, "s", **_named(common, f"TTC of at least {seconds:g} s"))


def min_thw(seconds: float, **common: Unpack[Common]) -> MetricBound:
    """The time headway is never less."""
    return metric_bound("headway_s", ">=", seconds, "s", **_named(common, f"THW of at least {seconds:g} s"))


def min_pet(seconds: float, **common: Unpack[Common]) -> MetricBound:
    """The post-encroachment time is never less."""
    return metric_bound("pet_s", ">=", seconds, "s", **_named(common, f"PET of at least {seconds:g} s"))


def min_gap(metres: float, **common: Unpack[Common]) -> MetricBound:
    """No box comes nearer to the actor's box."""
    return metric_bound("distance_m", ">=", metres, "m", **_named(common, f"gap of at least {metres:g} m"))


def comfort(share: float = 1.0, **common: Unpack[Common]) -> MetricBound:
    """No more than this share of nuPlan's bounds of acceleration, jerk and yaw is used."""
    return metric_bound("discomfort_1", "<=", share, "1", **_named(common, "comfortable"))


def completes_route(
    share: float = 1.0, waypoints: tuple[tuple[float, float], ...] = (), **common: Unpack[Common]
) -> Criterion:
    """This share (0 to 1) of the route is driven: the run's own, or that along the waypoints."""
    name, requirement, actor = _plain(common, "completes its route")
    return _when(RouteShare(name, share, waypoints, requirement, actor), common)


def reaches(
    x_m: float, y_m: float, radius_m: float = 2.0, by_s: float = math.inf, **common: Unpack[Common]
) -> Criterion:
    """The actor comes within the radius of a point of the map frame, by a time."""
    name, requirement, actor = _plain(common, f"reaches ({x_m:g}, {y_m:g})")
    return _when(Reach(name, x_m, y_m, radius_m, by_s, requirement, actor), common)


def time_limit(seconds: float, **common: Unpack[Common]) -> Criterion:
    """The run ends no later."""
    name, requirement, _ = _plain(common, f"ends within {seconds:g} s")
    return _when(TimeLimit(name, seconds, requirement), common)


def custom(function: Callable[[ScenarioTrace], CustomAnswer], **common: Unpack[Common]) -> Criterion:
    """Whatever the function says of the run."""
    name, requirement, _ = _plain(common, getattr(function, "__name__", "custom"))
    return _when(Custom(name, function, requirement), common)


def _plain(common: Common, name: str) -> tuple[str, str, str]:
    return common.get("name", name), common.get("requirement", ""), common.get("actor", "ego")


def _when(criterion: Criterion, common: Common) -> Criterion:
    precondition = common.get("when")
    return criterion if precondition is None else precondition_of(criterion, precondition)
