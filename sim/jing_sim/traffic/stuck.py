"""Drivers who stand too long in a lane that does not lead to their next road take another way."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic import rows as r
from jing_sim.traffic.kernels_stuck import next_stuck
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
    state, demand, (f, i) = world.state, world.demand, world.rows()
    n_lanes, longest_s = world.tables.n_lanes, world.options.deadlock_s
    found: list[int] = []
    lane = -1
    while (lane := next_stuck(lane + 1, n_lanes, longest_s, state.first, f, i, demand.route_last)) >= 0:
        row = int(state.first[lane])
        vehicle = int(i[row, r.ID])
        if some is not None and not some[lane]:
            continue
        roads = world.detours.from_lane(world.tables, demand, lane, vehicle, state.allowed)
        if roads is None:
            continue
        give_route(world.tables, demand, state, row, lane, roads)
        world.rerouted += 1
        found.append(vehicle)
        world.tell("rerouted", vehicle, "stood in a lane that does not lead on its way")
    return found
