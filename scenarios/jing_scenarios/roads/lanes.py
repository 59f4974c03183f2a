"""How many lanes lie between entities."""

import math
from typing import TYPE_CHECKING

from jing_scenarios.roads.moving import moved_along
from jing_scenarios.roads.separation import Spot, separation

if TYPE_CHECKING:
    from jing_scenarios.scene import Scene

__all__ = ["lane_steps_between"]


def lane_steps_between(scene: "Scene", first: int, second: int) -> tuple[int, bool]:
    """How many lanes the second entity is to the left (along growing s) of the lane that the first one's leads to.

    Returns:
        The number of lanes, lane 0 not counted, and whether the second is on the other side of the road; (0, False)
        for entities that are on no road.
    """
    a, b = scene.motion.placement(first), scene.motion.placement(second)
    if a.road < 0 or b.road < 0:
        return 0, False
    lane = a.lane
    if a.road != b.road:
        found = separation(scene.plan, Spot.of(a), Spot.of(b))
        lane = lane if found.same_way else -lane
        if not math.isnan(found.ds):
            there = moved_along(scene.motion, first, found.ds if math.cos(a.h_rel) >= 0 else -found.ds)
            lane = there.lane if there.road == b.road else lane
    steps, against = b.lane - lane, (b.lane > 0) != (lane > 0)
    return (steps - (1 if steps > 0 else -1) if against and steps else steps), against
