"""The criteria that most scenarios ask for, by name. All judge the ego unless told otherwise.

>>> min_gap(0.5, requirement="REQ-1").name
'gap of at least 0.5 m'
"""

import math
from collections.abc import Callable
from typing import TypedDict, Unpack

from jing_scenarios.criteria.bound import EVERY, Comparison, MetricBound
from jing_scenarios.criteria.criterion import Criterion, CriterionError, Precondition
from jing_scenarios.criteria.custom import Custom, CustomAnswer
from jing_scenarios.criteria.reaching import Reach, RouteShare, TimeLimit, precondition_of
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = [
    "BOUNDS",
    "Common",
    "bound_of",
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

BOUNDS: dict[str, tuple[str, Comparison, tuple[float, str] | None, str]] = {
    "no_collision": ("collisions_1", "<=", (0.0, "1"), "no collision"),
    "no_collision_at_fault": ("collisions_at_fault_1", "<=", (0.0, "1"), "no collision at fault"),
    "stays_on_road": ("road_departure_m", "<=", (0.0, "m"), "stays on the road"),
    "keeps_lane": ("lane_departure_m", "<=", (0.0, "m"), "keeps its lane"),
    "no_wrong_way": ("wrong_way_m", "<=", (0.0, "m"), "not the wrong way"),
    "stops_at_red": ("red_lights_run_1", "<=", (0.0, "1"), "stops at red"),
    "stops_at_line": ("beyond_stop_line_m", "<=", (0.0, "m"), "stops before the line"),
    "keeps_speed_limit": ("over_limit_mps", "<=", (0.0, "m/s"), "keeps the speed limit"),
    "max_speed": ("speed_mps", "<=", None, "speed of at most"),
    "min_ttc": ("ttc_s", ">=", None, "TTC of at least"),
    "min_ttc_2d": ("ttc_2d_s", ">=", None, "TTC (2D) of at least"),
    "min_thw": ("headway_s", ">=", None, "THW of at least"),
    "min_pet": ("pet_s", ">=", None, "PET of at least"),
    "min_gap": ("distance_m", ">=", None, "gap of at least"),
    "comfort": ("discomfort_1", "<=", (1.0, "1"), "comfortable"),
}
"""By kind: metric, comparison, usual threshold and unit (None = must be given), and the usual name."""


class Common(TypedDict, total=False):
    """What every criterion may be given.

    Attributes:
        name: unique in the scenario; there is a usual one.
        requirement: id of the requirement that it checks.
        actor: who is judged: `ego` (whatever it is called), a name, or `*` for everybody (bounds of metrics).
        other: against whom (bounds of metrics); empty = everybody.
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


def bound_of(kind: str, threshold: float, unit: str, **common: Unpack[Common]) -> MetricBound:
    """The bound of a kind of `BOUNDS`; one whose threshold must be given has it in its usual name."""
    metric, comparison, usual, name = BOUNDS[kind]
    common.setdefault("name", name if usual is not None else f"{name} {threshold:g} {unit}")
    return metric_bound(metric, comparison, threshold, unit, **common)


def no_collision(*, at_fault_only: bool = False, **common: Unpack[Common]) -> MetricBound:
    """Nobody is hit; or, `at_fault_only`, nobody by the actor's own fault."""
    return bound_of("no_collision_at_fault" if at_fault_only else "no_collision", 0.0, "1", **common)


def stays_on_road(tolerance_m: float = 0.0, **common: Unpack[Common]) -> MetricBound:
    """The reference point stays on lanes one may drive on."""
    return bound_of("stays_on_road", tolerance_m, "m", **common)


def keeps_lane(tolerance_m: float = 0.0, **common: Unpack[Common]) -> MetricBound:
    """The body stays within its lane."""
    return bound_of("keeps_lane", tolerance_m, "m", **common)


def no_wrong_way(tolerance_m: float = 0.0, **common: Unpack[Common]) -> MetricBound:
    """No more than this is driven against the direction of lanes."""
    return bound_of("no_wrong_way", tolerance_m, "m", **common)


def stops_at_red(**common: Unpack[Common]) -> MetricBound:
    """No stop line is passed while its light is red."""
    return bound_of("stops_at_red", 0.0, "1", **common)


def stops_at_line(tolerance_m: float = 0.0, **common: Unpack[Common]) -> MetricBound:
    """The front does not stand beyond the stop line of a red light."""
    return bound_of("stops_at_line", tolerance_m, "m", **common)


def keeps_speed_limit(tolerance: float = 0.0, unit: str = "m/s", **common: Unpack[Common]) -> MetricBound:
    """The limit of the map is exceeded by no more than the tolerance."""
    return bound_of("keeps_speed_limit", tolerance, unit, **common)


def max_speed(speed: float, unit: str = "m/s", **common: Unpack[Common]) -> MetricBound:
    """The actor is never faster."""
    return bound_of("max_speed", speed, unit, **common)


def min_ttc(seconds: float, *, plane: bool = False, **common: Unpack[Common]) -> MetricBound:
    """The time to collision along the way (or of boxes in the plane) is never less."""
    return bound_of("min_ttc_2d" if plane else "min_ttc", seconds, "s", **common)


def min_thw(seconds: float, **common: Unpack[Common]) -> MetricBound:
    """The time headway is never less."""
    return bound_of("min_thw", seconds, "s", **common)


def min_pet(seconds: float, **common: Unpack[Common]) -> MetricBound:
    """The post-encroachment time is never less."""
    return bound_of("min_pet", seconds, "s", **common)


def min_gap(metres: float, **common: Unpack[Common]) -> MetricBound:
    """No box comes nearer to the actor's box."""
    return bound_of("min_gap", metres, "m", **common)


def comfort(share: float = 1.0, **common: Unpack[Common]) -> MetricBound:
    """No more than this share of nuPlan's bounds of acceleration, jerk and yaw is used."""
    return bound_of("comfort", share, "1", **common)


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
    """Name, requirement and actor of a criterion that is about no more than one actor."""
    name = common.get("name", name)
    if common.get("other") or common.get("actor") == EVERY:
        raise CriterionError(f"criterion {name!r} is about one actor at most; neither 'other' nor {EVERY!r} is right")
    return name, common.get("requirement", ""), common.get("actor", "ego")


def _when(criterion: Criterion, common: Common) -> Criterion:
    precondition = common.get("when")
    return criterion if precondition is None else precondition_of(criterion, precondition)
