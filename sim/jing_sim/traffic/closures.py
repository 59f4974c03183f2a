"""Lanes and roads that are closed and opened again while a world runs, and speed limits that change."""

import math
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic import rows as r
from jing_sim.traffic.detours import Detours
from jing_sim.traffic.options import SimulationError
from jing_sim.traffic.placement import look_again, row_of, rows_in_force, set_routes, ways_of_rows
from jing_sim.traffic.state import Demand, WorldState
from jing_sim.traffic.tables import WayTables

if TYPE_CHECKING:
    from jing_sim.traffic.world import TrafficWorld

__all__ = [
    "close_lane",
    "close_road",
    "close_road_for",
    "entries_of",
    "hold_closures",
    "open_lane",
    "open_road",
    "routes_around",
    "set_speed_limit",
    "ways_round",
]

Int = NDArray[np.int32]


def close_lane(world: "TrafficWorld", lane: int, until_s: float | None = None) -> None:
    """Nobody enters the lane, and whoever is on it leaves it for a neighbour; until a time, or until it is opened."""
    _check(world, "lane", lane, len(world.network.lanes))
    if until_s is not None and not until_s > world.time_s:
        raise SimulationError(f"{world.place}: lane {lane} cannot be closed until {until_s:g} s; name a later time")
    step = -1 if until_s is None else math.ceil(until_s / world.options.dt_s - 1e-9)
    world.happenings.lane_opens[lane] = step
    world.state.allowed[lane] = 0
    _look_again(world)
    world.tell("lane closed", -1, f"lane {lane}" + ("" if until_s is None else f" until {until_s:g} s"))


def open_lane(world: "TrafficWorld", lane: int) -> None:
    """A closed lane is as the map has it."""
    if world.happenings.lane_opens.pop(lane, None) is None:
        raise SimulationError(f"{world.place}: lane {lane} is not closed; closed are {_list(world.closed_lanes)}")
    world.state.allowed[lane] = world.tables.allowed[lane]
    _look_again(world)
    world.tell("lane opened", -1, f"lane {lane}")


def close_road(world: "TrafficWorld", road: int) -> None:
    """Nobody enters the road any more; those on it drive on, those whose route leads over it take another one."""
    _check(world, "road", road, len(world.network.roads))
    if road in world.happenings.closed_roads:
        return
    close_road_for(world, road, routes_around(world, road))


def close_road_for(world: "TrafficWorld", road: int, routes: Mapping[int, Int | None]) -> None:
    """Closes a road; these vehicles take these routes, and those with None have none."""
    world.happenings.closed_roads.append(road)
    world.state.allowed[entries_of(world.tables, road)] = 0
    world.detours = Detours(world.network, world.happenings.closed_roads)
    ways_out = {vehicle: roads for vehicle, roads in routes.items() if roads is not None}
    lost = [vehicle for vehicle, roads in routes.items() if roads is None]
    set_routes(world.tables, world.demand, world.state, ways_out)
    _look_again(world)
    name = world.network.roads.ext_id[road]
    world.tell("road closed", -1, f"road {name!r}; {len(ways_out)} vehicles take another way, {len(lost)} have none")
    for vehicle in ways_out:
        world.tell("rerouted", vehicle, f"road {name!r} is closed")
    for vehicle in lost:
        world.tell("no way left", vehicle, f"road {name!r} is closed, and no other way leads to its destination")


def open_road(world: "TrafficWorld", road: int) -> None:
    """A closed road may be entered again; routes stay as they are."""
    if road not in world.happenings.closed_roads:
        raise SimulationError(
            f"{world.place}: road {road} is not closed; closed are {_list(world.happenings.closed_roads)}"
        )
    world.happenings.closed_roads.remove(road)
    entries = entries_of(world.tables, road)
    world.state.allowed[entries] = world.tables.allowed[entries]
    world.detours = Detours(world.network, world.happenings.closed_roads)
    _look_again(world)
    world.tell("road opened", -1, f"road {world.network.roads.ext_id[road]!r}")


def set_speed_limit(
    world: "TrafficWorld", speed_mps: float, *, road: int | None = None, lane: int | None = None
) -> None:
    """The limit of a lane, or of all lanes of a road, from the next step on."""
    if (road is None) == (lane is None):
        raise SimulationError(f"{world.place}: a speed limit is that of a road or of a lane; name one of them")
    if not (math.isfinite(speed_mps) and speed_mps > 0):
        raise SimulationError(f"{world.place}: a speed limit of {speed_mps} m/s; it must be positive")
    if road is not None:
        _check(world, "road", road, len(world.network.roads))
        world.state.limit[world.tables.road_first[road] : world.tables.road_first[road + 1]] = speed_mps
        place = f"road {world.network.roads.ext_id[road]!r}"
    else:
        assert lane is not None
        _check(world, "lane", lane, len(world.network.lanes))
        world.state.limit[lane] = speed_mps
        place = f"lane {lane}"
    world.tell("speed limit", -1, f"{place}: {speed_mps:g} m/s")


def hold_closures(world: "TrafficWorld") -> None:
    """Before a step: opens lanes whose time has come, and holds those who would begin on a closed road."""
    happenings = world.happenings
    if happenings.lane_opens:
        for lane in [lane for lane, step in happenings.lane_opens.items() if 0 <= step <= world.steps]:
            open_lane(world, lane)
    if happenings.closed_roads:
        # The mark of a road on which somebody could not enter in this step.
        world.state.failed[happenings.closed_roads] = world.steps


def routes_around(world: "TrafficWorld", road: int, some: NDArray[np.bool_] | None = None) -> dict[int, Int | None]:
    """New routes, if the road is closed, of all whose rest of the route has it; None for those who then have no way.

    `some`: `(n_trips,)` only of these; None = of all.
    """
    detours = Detours(world.network, [*world.happenings.closed_roads, road])
    return ways_round(world.tables, world.demand, world.state, detours, road, some, world.happenings.outside)


def ways_round(
    tables: WayTables, demand: Demand, state: WorldState, detours: Detours, road: int,
    some: NDArray[np.bool_] | None = None, left_out: Container[int] = (),
) -> dict[int, Int | None]:  # fmt: skip
    """`routes_around` of a world by its parts; `detours` do not enter the road; not of vehicles `left_out`."""
    order = np.argsort(demand.route_first)
    routes: dict[int, Int | None] = {}
    ways, rows = ways_of_rows(state), rows_in_force(state)
    for entry in np.flatnonzero(demand.route == road):
        vehicle = int(order[np.searchsorted(demand.route_first[order], entry, side="right") - 1])
        if entry > demand.route_last[vehicle] or vehicle in left_out or vehicle in routes:
            continue
        if some is not None and not some[vehicle]:
            continue
        row, at, before = row_of(state, vehicle), int(demand.route_first[vehicle]), 0
        if row >= 0:
            at, before = int(rows[row, r.AT]), int(ways[row] >= tables.n_lanes)
        elif np.isfinite(state.entered_s[vehicle]):
            continue
        if entry <= at + before:
            continue
        goal, kind = int(demand.route[demand.route_last[vehicle]]), int(demand.kind_of[demand.type_of[vehicle]])
        path = detours.path(int(demand.route[at + before]), goal, kind)
        routes[vehicle] = None if path is None else np.concatenate([demand.route[at : at + before], path])
    return routes


def entries_of(tables: WayTables, road: int) -> Int:
    """Rows of `allowed` of the connectors that lead onto the road."""
    onto = tables.wayi[tables.to_lane, r.W_ROAD] == road
    return (tables.n_lanes + np.flatnonzero(onto)).astype(np.int32)


def _look_again(world: "TrafficWorld") -> None:
    everybody = np.arange(world.state.pointers[3], dtype=np.int32)
    look_again(world.tables, world.demand, world.state, everybody)


def _check(world: "TrafficWorld", what: str, row: int, n: int) -> None:
    if not 0 <= row < n:
        raise SimulationError(f"{world.place}: there is no {what} {row}; the network has 0 to {n - 1}")


def _list(rows: list[int]) -> str:
    return ", ".join(map(str, rows)) or "none"
