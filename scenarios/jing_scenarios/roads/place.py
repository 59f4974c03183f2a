"""Single places on the roads of a plan: by lane, by road coordinates, by map coordinates."""

import math

import numpy as np

from jing_maps.errors import JingError
from jing_scenarios.roads.kernels_lanes import closest_lane, lane_strip, section_at
from jing_scenarios.roads.kernels_step import step_all
from jing_scenarios.roads.place_rows import (
    ALONG_WIDTH,
    DRIVING,
    HOW,
    KEEPS,
    LANE,
    LANE_SET,
    ON_WIDTH,
    POSE_SET,
    ROAD,
    ROAD_SET,
    T_N_LEFT,
    T_N_RIGHT,
    Z_REL,
    S,
)
from jing_scenarios.roads.placement import Placement, Pose6
from jing_scenarios.roads.plan import RoadPlan

__all__ = [
    "NoSuchPlaceError",
    "Relative",
    "find_place",
    "lane_at",
    "lane_centre",
    "lane_id_relative",
    "lane_width",
    "place_at_lane",
    "place_at_road",
    "placed_on_lane",
    "placed_on_road",
]

Relative = tuple[float, float, float]
"""Heading, pitch and roll relative to the lane's tangent along growing s and the road's surface."""


class NoSuchPlaceError(JingError, LookupError):
    """A lane or a station that a road does not have."""


def place_at_lane(plan: RoadPlan, road: int, lane: int, s_m: float, offset_m: float = 0.0) -> Pose6:
    """Pose on a lane (its heading is the lane's tangent along growing s); raises NoSuchPlaceError."""
    return placed_on_lane(plan, road, lane, s_m, offset_m, (0.0, 0.0, 0.0)).pose


def place_at_road(plan: RoadPlan, road: int, s_m: float, t_m: float) -> Pose6:
    """Pose at road coordinates, along growing s; raises NoSuchPlaceError."""
    return placed_on_road(plan, road, s_m, t_m, (0.0, 0.0, 0.0)).pose


def placed_on_lane(
    plan: RoadPlan, road: int, lane: int, s_m: float, offset_m: float = 0.0, relative: Relative | None = None
) -> Placement:
    """A place on a lane; `relative` None faces as one drives there. Raises NoSuchPlaceError."""
    s = _station(plan, road, s_m)
    lane_borders_at(plan, road, lane, s)  # raises where the lane is not there
    h, p, r = relative or (driving_heading(plan, road, lane), 0.0, 0.0)
    return _evaluated(plan, LANE_SET, (road, lane), (s, 0.0, offset_m, h, p, r, 0.0))


def placed_on_road(
    plan: RoadPlan, road: int, s_m: float, t_m: float, relative: Relative | None = None, keeps: int = DRIVING
) -> Placement:
    """A place at road coordinates, on the nearest lane of the types `keeps`; `relative` as in `placed_on_lane`."""
    s = _station(plan, road, s_m)
    lane, offset = lane_at(plan, road, s, t_m, keeps)
    h, p, r = relative or (driving_heading(plan, road, lane), 0.0, 0.0)
    return _evaluated(plan, ROAD_SET, (road, lane), (s, t_m, offset, h, p, r, 0.0), keeps=keeps)


def find_place(
    plan: RoadPlan, pose: Pose6, near_road: int = -1, near_s_m: float = 0.0, keeps: int = DRIVING
) -> Placement:
    """The place of a pose on its road: the one at hand (`near_road`), else the nearest one.

    What of the pose is NaN is filled: z, pitch and roll from the surface, heading along growing s.
    Without roads the pose stays, with zeros for NaN.
    """
    if not plan.odr.roads:
        x, y, z, h, p, r = (0.0 if math.isnan(value) else value for value in pose)
        return Placement(x, y, z, h, p, r, -1, 0, 0.0, 0.0, 0.0, 0.0)
    near = (near_s_m, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return _evaluated(plan, POSE_SET, (near_road, 0), near, pose, keeps)


def driving_heading(plan: RoadPlan, road: int, lane: int) -> float:
    """Heading relative to growing s of somebody who drives on the lane: 0 or pi."""
    return math.pi if lane != 0 and (lane > 0) != plan.left_hand(road) else 0.0


def lane_borders_at(plan: RoadPlan, road: int, lane: int, s_m: float) -> tuple[float, float]:
    """t of the inner and the outer border of a lane; raises NoSuchPlaceError."""
    tables = plan.tables
    section = section_at(tables.roads, tables.spans, road, s_m)
    strip = lane_strip(tables.roads, tables.sections, tables.spans, tables.lanes, tables.cubics, section, lane, s_m)
    if math.isnan(strip[0]):
        right, left = tables.sections[section, [T_N_RIGHT, T_N_LEFT]].tolist()
        msg = f"road {plan.road_id(road)} has no lane {lane} at s={s_m:g}; its lanes there are {-right} to {left}"
        raise NoSuchPlaceError(msg)
    return strip[0], strip[1]


def lane_centre(plan: RoadPlan, road: int, lane: int, s_m: float) -> float:
    """t of a lane's centre; raises NoSuchPlaceError."""
    inner, outer = lane_borders_at(plan, road, lane, s_m)
    return (inner + outer) / 2


def lane_width(plan: RoadPlan, road: int, lane: int, s_m: float) -> float:
    """Width of a lane at s; raises NoSuchPlaceError."""
    inner, outer = lane_borders_at(plan, road, lane, s_m)
    return abs(outer - inner)


def lane_at(plan: RoadPlan, road: int, s_m: float, t_m: float, keeps: int = DRIVING) -> tuple[int, float]:
    """Id of the lane at road coordinates, or of the nearest of the types `keeps`, and the offset from its centre."""
    tables = plan.tables
    section = section_at(tables.roads, tables.spans, road, s_m)
    lane, offset = closest_lane(
        tables.roads, tables.sections, tables.spans, tables.lanes, tables.cubics, section, s_m, t_m, keeps, 0
    )
    return lane, offset


def lane_id_relative(lane: int, steps: int) -> int:
    """The lane `steps` further to the left along growing s; there is no lane 0 between 1 and -1.

    >>> lane_id_relative(-1, 1), lane_id_relative(-1, -1), lane_id_relative(2, -3)
    (1, -2, -2)
    """
    target = lane + steps
    if lane < 0 <= target:
        return target + 1
    if lane > 0 >= target:
        return target - 1
    return target


def _station(plan: RoadPlan, road: int, s_m: float) -> float:
    length = plan.length_m(road)
    if -1e-6 <= s_m <= length + 1e-6:
        return float(np.clip(s_m, 0.0, length))
    msg = f"s={s_m:g} is not on road {plan.road_id(road)}, which is {length:g} m long; give 0 to {length:g}"
    raise NoSuchPlaceError(msg)


def _evaluated(
    plan: RoadPlan, how: int, lane: tuple[int, int], along: tuple[float, ...], pose: Pose6 | None = None,
    keeps: int = DRIVING,
) -> Placement:  # fmt: skip
    """What a step makes of one entity that was put there."""
    poses, alongs, on = np.zeros((1, 6)), np.zeros((1, ALONG_WIDTH)), np.zeros((1, ON_WIDTH), dtype=np.int64)
    if pose is not None:
        poses[0] = pose
    alongs[0, S : Z_REL + 1] = along
    on[0, ROAD : LANE + 1] = lane
    on[0, HOW], on[0, KEEPS] = how, keeps
    step_all(plan.tables, plan.stretches, poses, alongs, on, plan.no_path)
    return Placement._make([*poses[0].tolist(), *on[0, ROAD : LANE + 1].tolist(), *alongs[0, S : Z_REL + 1].tolist()])
