"""Where somebody would be who drove on along the lanes."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.roads.kernels_move import moved
from jing_scenarios.roads.motion import RoadMotion
from jing_scenarios.roads.place import lane_centre
from jing_scenarios.roads.place_rows import END_OF_ROAD, ROAD

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


def moved_along(motion: RoadMotion, row: int, ds_m: float, guide: int = -1) -> Target:
    """The place `ds_m` further along growing s (negative: back) than an entity, over lanes and links.

    In junctions the route of the entity `guide` decides if it has one, else that of the entity itself.
    """
    place, tables = motion.placement(row), motion.plan.tables
    if ds_m == 0.0:
        return Target(place.road, place.lane, place.s, place.offset, False, False)
    # On the reference line, where a metre along the road is a metre.
    on_line = -lane_centre(motion.plan, place.road, place.lane, place.s)
    road, _, lane, s, offset, heading, flags, _ = moved(
        tables.roads, tables.length_m, tables.sections, tables.spans, tables.lanes, tables.exits, tables.cubics,
        tables.pieces, tables.arcs, tables.turns, place.road, place.lane, place.s, on_line, 0.0, ds_m, 0.0,
        motion.keeps(row), *_path(motion, row, guide),
    )  # fmt: skip
    flipped = math.cos(heading) < 0
    kept = 0.0 if offset == 0.0 and on_line != 0.0 else place.offset
    return Target(road, lane, s, -kept if flipped else kept, flipped, bool(flags & END_OF_ROAD))


def _path(motion: RoadMotion, row: int, guide: int) -> tuple[NDArray[np.int64], int, int, int]:
    """The route that decides, from the road on which the entity is."""
    if guide < 0 or guide == row or not motion.path(guide):
        return motion.path_at(row)
    roads, cursor, last, again = motion.path_at(guide)
    path, here = motion.path(guide), int(motion.on[row, ROAD])
    first = last - len(path)
    return roads, first + path.index(here) if here in path else cursor, last, again
