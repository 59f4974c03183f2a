"""Where somebody would be who drove on along the lanes."""

import math
from typing import NamedTuple

from jing_scenarios.roads.kernels_move import moved
from jing_scenarios.roads.motion import RoadMotion
from jing_scenarios.roads.place import lane_centre
from jing_scenarios.roads.place_rows import END_OF_ROAD

__all__ = ["Target", "moved_along"]


class Target(NamedTuple):
    """A place on a lane; `flipped`: its road's s runs against that of the road where one came from.

    `ended`: the road ended before the way was done.
    """

    road: int
    lane: int
    s: float
    offset: float
    flipped: bool
    ended: bool


def moved_along(motion: RoadMotion, row: int, ds_m: float) -> Target:
    """The place `ds_m` further along growing s (negative: back) than an entity, over lanes, links and its route."""
    place, tables = motion.placement(row), motion.plan.tables
    if ds_m == 0.0:
        return Target(place.road, place.lane, place.s, place.offset, False, False)
    # On the reference line, where a metre along the road is a metre.
    on_line = -lane_centre(motion.plan, place.road, place.lane, place.s)
    road, _, lane, s, offset, heading, flags, _ = moved(
        tables.roads, tables.length_m, tables.sections, tables.spans, tables.lanes, tables.exits, tables.cubics,
        tables.pieces, tables.arcs, tables.turns, place.road, place.lane, place.s, on_line, 0.0, ds_m, 0.0,
        motion.keeps(row), *motion.path_at(row),
    )  # fmt: skip
    flipped = math.cos(heading) < 0
    kept = 0.0 if offset == 0.0 and on_line != 0.0 else place.offset
    return Target(road, lane, s, -kept if flipped else kept, flipped, bool(flags & END_OF_ROAD))
