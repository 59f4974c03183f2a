"""Widths of lanes and streets (CJJ 37: 3.5 m lanes, 3.25 m on branch streets; 2.5 m bicycle lanes), and their rank."""

from jing_maps.columns import RoadClass
from jing_maps.compile.plan import StreetPlan

__all__ = ["BIKE_LANE_M", "POCKET_M", "half_width_m", "lane_width_m", "main_line_rank"]

BIKE_LANE_M = 2.5
POCKET_M = 3.25
_LANE_M = 3.5
_BRANCH_LANE_M = 3.25


def lane_width_m(plan: StreetPlan, link: int) -> float:
    """Width of a motor lane."""
    return _BRANCH_LANE_M if plan.kind[link] in (RoadClass.BRANCH, RoadClass.SERVICE) else _LANE_M


def half_width_m(plan: StreetPlan, link: int) -> float:
    """Half of the street's width, kerb to kerb."""
    lane_m, bike_m = lane_width_m(plan, link), BIKE_LANE_M * bool(plan.bike_lane[link])
    lanes = int(plan.lanes_forward[link] + plan.lanes_backward[link])
    both = bool(plan.lanes_backward[link])
    return (lanes * lane_m + (1 + both) * bike_m + both * float(plan.median_m[link])) / 2


def main_line_rank(plan: StreetPlan, link: int) -> int:
    """Lower = rather the main line where links merge or part: the class, but a ramp comes last."""
    return len(RoadClass) if plan.kind[link] == RoadClass.RAMP else int(plan.kind[link])
