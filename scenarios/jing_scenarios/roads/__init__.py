"""Roads for scenarios: all entities' places on an OpenDRIVE map in columns, moved by one kernel call a step."""

from jing_scenarios.roads.motion import RoadMotion
from jing_scenarios.roads.place import (
    NoSuchPlaceError,
    find_place,
    lane_at,
    lane_centre,
    lane_id_relative,
    lane_width,
    place_at_lane,
    place_at_road,
    placed_on_lane,
    placed_on_road,
)
from jing_scenarios.roads.placement import Placement, Pose6
from jing_scenarios.roads.plan import RoadPlan, empty_plan, road_plan

__all__ = [
    "NoSuchPlaceError",
    "Placement",
    "Pose6",
    "RoadMotion",
    "RoadPlan",
    "empty_plan",
    "find_place",
    "lane_at",
    "lane_centre",
    "lane_id_relative",
    "lane_width",
    "place_at_lane",
    "place_at_road",
    "placed_on_lane",
    "placed_on_road",
    "road_plan",
]
