"""Drivers who stand too long in a lane that does not lead to their next road take another way."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic import rows as r
from jing_sim.traffic.routes import give_route

if TYPE_CHECKING:
    from jing_sim.traffic.world import TrafficWorld

__all__ = ["detour_stuck"]

_EVERY_S = 10.0


def detour_stuck(world: "TrafficWorld", some: NDArray[np.uint8] | None = None) -> list[int]:
    """After a step, every 10 s: the first one of a lane, standing for `deadlock_s`, goes where the lane leads.

    `some`: `(n_ways,)` only on these; None = on all. Returns the vehicles.
    """
    if world.time_s % _EVERY_S > world.options.dt_s - 1e-9:
        return []
    f, i = world.rows()
    demand, state = world.demand, world.state
    n = int(state.pointers[3])
    stuck = (f[:n, r.WAIT] >= world.options.deadlock_s) & (i[:n, r.NEXT0] < 0)
    stuck &= i[:n, r.AT] < demand.route_last[i[:n, r.ID]]
    if not stuck.any():
        return []
    found: list[int] = []
    way = world.ways()
    if some is not None:
        stuck &= some[way] > 0
    for row in np.flatnonzero(stuck & (way < world.tables.n_lanes)):
        lane, vehicle = int(way[row]), int(i[row, r.ID])
        roads = world.detours.from_lane(world.tables, demand, lane, vehicle, state.allowed)
        # Those behind the first one are in no one's way yet.
        if roads is None or row != state.first[lane]:
            continue
        give_route(world.tables, demand, state, int(row), lane, roads)
        world.rerouted += 1
        found.append(vehicle)
        world.tell("rerouted", vehicle, "stood in a lane that does not lead on its way")
    return found
