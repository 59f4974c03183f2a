"""What happens to single vehicles while a world runs: breakdowns, removals, insertions, new routes."""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jing_maps.errors import UnknownNameError
from jing_sim.traffic import rows as r
from jing_sim.traffic.fleet import grow_demand, grow_state, with_trips
from jing_sim.traffic.kernels_following import HALTING_MPS
from jing_sim.traffic.options import SimulationError
from jing_sim.traffic.placement import rearrange, row_of, rows_in_force, set_routes, ways_of_rows
from jing_sim.trips import TripError, Trips

if TYPE_CHECKING:
    from jing_sim.traffic.world import TrafficWorld

__all__ = ["add_vehicle", "brake_broken", "break_down", "insert", "remove", "reroute"]

Int = NDArray[np.int32]


def break_down(world: "TrafficWorld", vehicle: int, seconds: float) -> None:
    """The vehicle brakes to a halt where it is, stands for so long, and drives on."""
    _driven(world, vehicle)
    if not (math.isfinite(seconds) and seconds > 0):
        raise SimulationError(f"{world.place}: vehicle {vehicle} cannot stand for {seconds} s; name a positive time")
    world.happenings.braking[vehicle] = math.ceil(seconds / world.options.dt_s - 1e-9)
    world.tell("breakdown", vehicle, f"stands for {seconds:g} s")


def brake_broken(world: "TrafficWorld") -> None:
    """Before a step: who breaks down brakes as drivers do; who has come to a halt stands."""
    if not world.happenings.braking:
        return
    rows = rows_in_force(world.state)
    f, dt_s = rows.view(np.float32), world.options.dt_s
    for vehicle, steps in list(world.happenings.braking.items()):
        row = row_of(world.state, vehicle)
        if row >= 0 and f[row, r.SPEED] >= HALTING_MPS:
            f[row, r.ADVICE] = max(f[row, r.SPEED] - world.demand.typef[rows[row, r.TYPE], r.T_DECEL] * dt_s, 0.0)
            continue
        del world.happenings.braking[vehicle]
        if row >= 0:
            rows[row, r.FLAGS] |= r.HALTED
            rows[row, r.UNTIL] = world.steps + steps


def remove(world: "TrafficWorld", vehicle: int) -> None:
    """The vehicle is taken off the road, or out of the line of those who wait to enter; counted in `removed`."""
    state = world.state
    row = row_of(state, vehicle)
    waiting = state.queue[: state.pointers[1]]
    if vehicle in world.happenings.outside:
        raise SimulationError(f"{world.place}: vehicle {vehicle} is moved from outside; use remove_outside")
    if row >= 0:
        keep = np.arange(state.pointers[3]) != row
        rearrange(world.tables, world.demand, state, rows_in_force(state)[keep], ways_of_rows(state)[keep])
        world.happenings.braking.pop(vehicle, None)
        state.totals[8] += 1
    elif vehicle in waiting:
        left = waiting[waiting != vehicle]
        state.queue[: len(left)] = left
        state.pointers[1] = len(left)
    else:
        raise SimulationError(f"{world.place}: vehicle {vehicle} is neither on the road nor waiting to enter")
    world.tell("removed", vehicle, "taken off the road" if row >= 0 else "taken out of the line")


def insert(world: "TrafficWorld", kind: str, roads: ArrayLike, ext_id: str | None = None) -> int:
    """A vehicle of the type `kind` waits to enter the first of these roads, as planned ones do; its number.

    Raises:
        UnknownNameError: the trips have no such type.
        SimulationError: the roads cannot be driven one after the other.
    """
    route = np.atleast_1d(np.asarray(roads, np.int32))
    vehicle = add_vehicle(world, kind, route, ext_id or f"inserted-{len(world.trips)}")
    state = world.state
    state.queue[state.pointers[1]] = vehicle
    state.pointers[1] += 1
    world.tell("inserted", vehicle, f"a {kind} for road {world.network.roads.ext_id[route[0]]!r}")
    return vehicle


def add_vehicle(world: "TrafficWorld", kind: str, route: Int, ext_id: str) -> int:
    """One more row of the trips, for now nowhere."""
    types = world.trips.types
    if kind not in types.name:
        raise UnknownNameError("vehicle type", kind, types.name)
    if ext_id in world.trips.ext_id:
        raise SimulationError(f"{world.place}: there is a vehicle {ext_id!r} already; choose another name")
    row, now = np.array([types.name.index(kind)], np.int32), np.array([world.time_s])
    try:
        Trips(types, (ext_id,), row, now, np.array([0, len(route)], np.int32), route).check(world.network)
    except TripError as error:
        raise SimulationError(f"{world.place}: {error}") from error
    world.trips = with_trips(world.trips, (ext_id,), row, now, [route])
    grow_demand(world.demand, world.trips, world.options.seed)
    grow_state(world.state, len(world.trips))
    world.make_room(0)
    world.announce_trips()
    return len(world.trips) - 1


def reroute(
    world: "TrafficWorld", vehicle: int, *, roads: ArrayLike | None = None, destination: int | None = None
) -> None:
    """The vehicle takes these roads, or the fastest open way to a road.

    `roads` begin with the road that it is on (in a junction: the one that it left last), or where it will enter.
    """
    if (roads is None) == (destination is None):
        raise SimulationError(f"{world.place}: vehicle {vehicle} needs either roads or a destination")
    if destination is not None and not 0 <= destination < len(world.network.roads):
        last = len(world.network.roads) - 1
        raise SimulationError(f"{world.place}: there is no road {destination}; the network has 0 to {last}")
    if vehicle in world.happenings.outside:
        raise SimulationError(f"{world.place}: vehicle {vehicle} is moved from outside, and goes where it is put")
    own = _begin(world, vehicle)
    if roads is not None:
        route = np.atleast_1d(np.asarray(roads, np.int32))
        _check_route(world, vehicle, own, route)
    else:
        kind = int(world.demand.kind_of[world.demand.type_of[vehicle]])
        path = world.detours.path(int(own[-1]), int(destination or 0), kind)
        if path is None:
            name = world.network.roads.ext_id[int(destination or 0)]
            raise SimulationError(f"{world.place}: no open way leads vehicle {vehicle} to road {name!r}")
        route = np.concatenate([own[:-1], path])
    set_routes(world.tables, world.demand, world.state, {vehicle: route})
    world.tell("rerouted", vehicle, f"to road {world.network.roads.ext_id[int(route[-1])]!r}")


def _begin(world: "TrafficWorld", vehicle: int) -> Int:
    """The roads with which any new route begins: the present one; in a junction the one left and the next one."""
    state, demand = world.state, world.demand
    row = row_of(state, vehicle)
    if row >= 0:
        at = int(rows_in_force(state)[row, r.AT])
        end = at + 1 + int(ways_of_rows(state)[row] >= world.tables.n_lanes)
        return demand.route[at:end].astype(np.int32)
    if not 0 <= vehicle < len(world.trips) or np.isfinite(state.entered_s[vehicle]):
        raise SimulationError(f"{world.place}: vehicle {vehicle} is not on the road, nor will it enter")
    begin = demand.route_first[vehicle]
    return demand.route[begin : begin + 1].astype(np.int32)


def _check_route(world: "TrafficWorld", vehicle: int, own: Int, route: Int) -> None:
    if not np.array_equal(route[: len(own)], own):
        names = [world.network.roads.ext_id[int(road)] for road in own]
        raise SimulationError(f"{world.place}: a route of vehicle {vehicle} must begin with {', '.join(names)}")
    kind = world.trips.vehicle_type[[vehicle]]
    first = np.array([0, len(route)], np.int32)
    name = (world.trips.ext_id[vehicle],)
    try:
        Trips(world.trips.types, name, kind, np.array([world.time_s]), first, route).check(world.network)
    except TripError as error:
        raise SimulationError(f"{world.place}: {error}") from error


def _driven(world: "TrafficWorld", vehicle: int) -> None:
    if row_of(world.state, vehicle) < 0 or vehicle in world.happenings.outside:
        raise SimulationError(f"{world.place}: vehicle {vehicle} is not on the road; `world.frame()` lists who is")
