"""Vehicles moved from outside: an ego or a scenario's actors, put on lanes and connectors so that others see them."""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jing_sim.traffic import rows as r
from jing_sim.traffic.events import add_vehicle
from jing_sim.traffic.options import SimulationError
from jing_sim.traffic.outside_route import ROADS_AHEAD, roads_ahead
from jing_sim.traffic.placement import look_again, rearrange, row_of, rows_in_force, ways_of_rows

if TYPE_CHECKING:
    from jing_sim.traffic.world import TrafficWorld

__all__ = ["add_outside", "follow_outside", "place_outside", "remove_outside"]

Int = NDArray[np.int32]
Place = tuple[float, float, float, float]

ON_ROAD_M = 3.0
"""Farther from every centre line, a vehicle is off the road and nobody's concern."""


def add_outside(
    world: "TrafficWorld", kind: str, place: Place, roads: ArrayLike | None = None, ext_id: str | None = None
) -> int:
    """A vehicle of type `kind` that is moved from outside; its number.

    Args:
        world: which it joins.
        kind: name of a type of the world's trips.
        place: x, y [m] of the front bumper's centre, heading [rad], speed [m/s]; map frame.
        roads: that it will take; None or left = straight on.
        ext_id: its name in the run.

    Raises:
        SimulationError: a number that is not finite, or a road that is not there.
    """
    _check(world, ext_id or "new", place)
    told = [] if roads is None else np.atleast_1d(np.asarray(roads, np.int32)).tolist()
    bad = [road for road in told if not 0 <= road < len(world.network.roads)]
    if bad:
        raise SimulationError(
            f"{world.place}: there is no road {bad[0]}; there are 0 to {len(world.network.roads) - 1}"
        )
    begin = len(world.demand.route)
    nearest = world.lane_index.nearest(place[0], place[1], max_distance_m=math.inf)
    road = np.array([_road_of(world, int(nearest.lane[0]))], np.int32)
    vehicle = add_vehicle(world, kind, road, ext_id or f"outside-{len(world.trips)}")
    world.demand.route = np.concatenate(
        [world.demand.route, np.repeat(road.astype(world.demand.route.dtype), ROADS_AHEAD - 1)]
    )
    world.happenings.outside[vehicle], world.happenings.told[vehicle] = begin, told
    place_outside(world, vehicle, place)
    world.tell("joined from outside", vehicle, f"a {kind}")
    return vehicle


def place_outside(world: "TrafficWorld", vehicle: int, place: Place) -> None:
    """Where the vehicle will be at the end of the next step; off the road, nobody sees it."""
    if vehicle not in world.happenings.outside:
        known = ", ".join(map(str, world.happenings.outside)) or "none"
        raise SimulationError(f"{world.place}: vehicle {vehicle} is not moved from outside; there are {known}")
    _check(world, world.trips.ext_id[vehicle], place)
    way, pos_m, speed_mps = _match(world, place)
    row = row_of(world.state, vehicle)
    world.state.outside_way[vehicle] = way
    world.state.outside_f[vehicle] = pos_m, speed_mps
    if way < 0 <= row:
        _take_out(world, vehicle)
        world.tell("off the road", vehicle, f"at x {place[0]:.1f} m, y {place[1]:.1f} m")
    elif way >= 0 > row:
        _put_in(world, vehicle, way)


def remove_outside(world: "TrafficWorld", vehicle: int) -> None:
    """The vehicle takes part no more."""
    if vehicle not in world.happenings.outside:
        raise SimulationError(f"{world.place}: vehicle {vehicle} is not moved from outside")
    if row_of(world.state, vehicle) >= 0:
        _take_out(world, vehicle)
    del world.happenings.outside[vehicle], world.happenings.told[vehicle]
    world.state.outside_way[vehicle] = -1
    world.tell("left to outside", vehicle, "takes part no more")


def follow_outside(world: "TrafficWorld") -> None:
    """After a step: vehicles moved from outside get the route ahead of where they are now."""
    if not world.happenings.outside:
        return
    rows, ways = rows_in_force(world.state), ways_of_rows(world.state)
    moved = np.flatnonzero(rows[:, r.FLAGS] & r.OUTSIDE)
    for row in moved:
        _guess_route(world, rows[row], int(ways[row]))
    look_again(world.tables, world.demand, world.state, moved.astype(np.int32))


def _guess_route(world: "TrafficWorld", row: Int, way: int) -> None:
    """Writes the roads ahead, the present one first; in a junction, the one left first."""
    vehicle, tables, demand = int(row[r.ID]), world.tables, world.demand
    lane, connector = way, -1
    if way >= tables.n_lanes:
        connector = int(tables.wayi[way, r.W_CONNECTOR])
        lane = int(tables.wayi[tables.n_lanes + connector, r.W_FROM])
        if row[r.PAST0] != connector:
            row[r.PAST2], row[r.PAST1], row[r.PAST0] = row[r.PAST1], row[r.PAST0], connector
            row[r.ENTRY] = world.steps - 1
    begin = world.happenings.outside[vehicle]
    roads = roads_ahead(world.network, lane, connector, world.happenings.told[vehicle])
    demand.route[begin : begin + len(roads)] = roads
    demand.route_first[vehicle], demand.route_last[vehicle] = begin, begin + len(roads) - 1
    row[r.AT] = begin


def _put_in(world: "TrafficWorld", vehicle: int, way: int) -> None:
    state, demand = world.state, world.demand
    row = np.zeros((1, r.N_WORDS), np.int32)
    f = row.view(np.float32)
    f[0, [r.POS, r.SPEED]], f[0, r.FACTOR] = state.outside_f[vehicle], demand.factor[vehicle]
    f[0, r.ADVICE] = r.NO_ADVICE
    row[0, [r.ID, r.TYPE, r.FLAGS]] = vehicle, demand.type_of[vehicle], r.OUTSIDE
    row[0, [r.PAST0, r.PAST1, r.PAST2, r.STOP]] = -1
    row[0, r.ENTRY] = world.steps
    _guess_route(world, row[0], way)
    rows, ways = rows_in_force(state), ways_of_rows(state)
    world.make_room(len(rows) + 1)
    rearrange(world.tables, demand, state, np.concatenate([rows, row]), np.append(ways, np.int32(way)))
    look_again(world.tables, demand, state, np.array([row_of(state, vehicle)], np.int32))


def _take_out(world: "TrafficWorld", vehicle: int) -> None:
    rows, ways = rows_in_force(world.state), ways_of_rows(world.state)
    keep = rows[:, r.ID] != vehicle
    rearrange(world.tables, world.demand, world.state, rows[keep], ways[keep])


def _match(world: "TrafficWorld", place: Place) -> tuple[int, float, float]:
    """Way (-1 = off the road), position on it, and the part of the speed that leads along it."""
    x, y, heading, speed = place
    found = world.lane_index.nearest(x, y, heading_rad=heading, max_distance_m=ON_ROAD_M)
    if found.lane[0] < 0:
        # Across the road, or against its direction: an obstacle.
        found, speed = world.lane_index.nearest(x, y, max_distance_m=ON_ROAD_M), 0.0
    way, pos, tables = int(found.lane[0]), float(found.pos_m[0]), world.tables
    if way < 0:
        return -1, 0.0, 0.0
    if way >= tables.n_lanes:
        second = int(tables.second_of[way - tables.n_lanes])
        if second >= 0 and pos > tables.wayf[way, r.W_LENGTH]:
            pos, way = pos - float(tables.offset_m[second]), second
    return way, min(pos, float(tables.wayf[way, r.W_LENGTH])), max(speed, 0.0)


def _road_of(world: "TrafficWorld", line: int) -> int:
    lanes, n = world.network.lanes, world.tables.n_lanes
    return int(lanes.road[line if line < n else world.network.connectors.from_lane[line - n]])


def _check(world: "TrafficWorld", name: str, place: Place) -> None:
    if not all(math.isfinite(value) for value in place):
        text = "x {} m, y {} m, heading {} rad, speed {} m/s".format(*place)
        raise SimulationError(f"{world.place}: vehicle {name!r} was placed from outside at {text}; all must be finite")
