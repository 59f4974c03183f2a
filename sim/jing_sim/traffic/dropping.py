"""Vehicles that come into a world in the middle of a lane: traffic around somebody, not from the edge of the map."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from jing_sim.traffic import rows as r
from jing_sim.traffic.events import add_vehicle
from jing_sim.traffic.options import SimulationError
from jing_sim.traffic.placement import look_again, rearrange, row_of, rows_in_force, ways_of_rows

if TYPE_CHECKING:
    from jing_sim.traffic.world import TrafficWorld

__all__ = ["drop", "room_on"]

_SPARE_S = 1.0


def room_on(world: "TrafficWorld", kind: str, lane: int, pos_m: float, speed_mps: float) -> bool:
    """Whether a vehicle fits on a lane: bodies do not meet, and nobody has to brake harder than comfortably.

    `pos_m`: of its front bumper from the begin of the lane.
    """
    types, demand = world.trips.types, world.demand
    if kind not in types.name:
        return False
    own = types.name.index(kind)
    length, gap, brake = (float(demand.typef[own, column]) for column in (r.T_LENGTH, r.T_GAP, r.T_DECEL))
    if not length <= pos_m <= float(world.tables.wayf[lane, r.W_LENGTH]):
        return False
    first, last = world.state.first[lane : lane + 2].tolist()
    rows = rows_in_force(world.state)[first:last]
    places = rows.view(np.float32)
    for k in range(len(rows)):
        other = demand.typef[rows[k, r.TYPE]]
        at, speed = float(places[k, r.POS]), float(places[k, r.SPEED])
        ahead = at >= pos_m
        free = at - float(other[r.T_LENGTH]) - pos_m if ahead else pos_m - length - at
        closing = speed_mps - speed if ahead else speed - speed_mps
        behind = speed_mps if ahead else speed
        needs = gap + _SPARE_S * behind + (closing * closing / (2.0 * brake) if closing > 0.0 else 0.0)
        if free < needs:
            return False
    return True


def drop(
    world: "TrafficWorld", kind: str, place: tuple[int, float, float], roads: ArrayLike, ext_id: str | None = None
) -> int:
    """The number of a vehicle that is on the road at once, where there is room (`room_on`).

    Args:
        world: which it joins.
        kind: name of a type of the world's trips.
        place: lane, position of the front bumper on it [m], speed [m/s].
        roads: that it takes, that of the lane first.
        ext_id: its name in the run.

    Raises:
        SimulationError: roads that cannot be driven one after the other, or no room.
    """
    lane, pos_m, speed_mps = place
    route = np.atleast_1d(np.asarray(roads, np.int32))
    if route[0] != world.network.lanes.road[lane]:
        raise SimulationError(f"{world.place}: a route from lane {lane} begins with its road, not with {route[0]}")
    if not room_on(world, kind, lane, pos_m, speed_mps):
        raise SimulationError(f"{world.place}: there is no room for a {kind} on lane {lane} at {pos_m:.1f} m")
    vehicle = add_vehicle(world, kind, route, ext_id or f"dropped-{len(world.trips)}")
    state, demand = world.state, world.demand
    row = np.zeros((1, r.N_WORDS), np.int32)
    f = row.view(np.float32)
    f[0, [r.POS, r.SPEED, r.ADVICE]] = pos_m, speed_mps, r.NO_ADVICE
    f[0, r.FACTOR] = demand.factor[vehicle]
    row[0, [r.ID, r.TYPE, r.AT]] = vehicle, demand.type_of[vehicle], demand.route_first[vehicle]
    row[0, [r.NEXT0, r.NEXT1, r.NEXT2, r.NEXT3, r.PAST0, r.PAST1, r.PAST2, r.STOP]] = -1
    row[0, r.ENTRY] = world.steps
    rows, ways = rows_in_force(state), ways_of_rows(state)
    world.make_room(len(rows) + 1)
    rearrange(world.tables, demand, state, np.concatenate([rows, row]), np.append(ways, np.int32(lane)))
    look_again(world.tables, demand, state, np.array([row_of(state, vehicle)], np.int32))
    state.entered_s[vehicle] = world.time_s
    world.tell("inserted", vehicle, f"a {kind} on lane {lane} at {pos_m:.1f} m")
    return vehicle
