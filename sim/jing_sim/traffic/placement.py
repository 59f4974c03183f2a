"""Rows between two steps: found, taken out, put in, and looking along their routes again."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic import rows as r
from jing_sim.traffic.kernels_refresh import refresh_rows
from jing_sim.traffic.kernels_routes import MOST_LANES, MOST_ROADS
from jing_sim.traffic.kernels_tails import mark_tails
from jing_sim.traffic.state import Demand, WorldState
from jing_sim.traffic.tables import WayTables

__all__ = ["look_again", "rearrange", "row_of", "rows_in_force", "set_routes", "ways_of_rows"]

Int = NDArray[np.int32]


def rows_in_force(state: WorldState) -> Int:
    """`(n_running, N_WORDS)` the rows; changes in place."""
    return state.rows[state.pointers[2], : state.pointers[3]]


def ways_of_rows(state: WorldState) -> Int:
    """`(n_running,)` the way of each row."""
    return state.way[: state.pointers[3]]


def row_of(state: WorldState, vehicle: int) -> int:
    """The row of a vehicle; -1 = it is not in the network."""
    found = np.flatnonzero(rows_in_force(state)[:, r.ID] == vehicle)
    return int(found[0]) if len(found) else -1


def rearrange(tables: WayTables, demand: Demand, state: WorldState, rows: Int, ways: Int) -> None:
    """These rows, on these ways, are the vehicles in the network; there is room for them."""
    i = state.rows[state.pointers[2]]
    order = np.lexsort((rows[:, r.ID], -rows.view(np.float32)[:, r.POS], ways))
    n = len(rows)
    i[:n], ways = rows[order], ways[order]
    state.way[:n] = ways
    state.first[0] = 0
    state.first[1:] = np.cumsum(np.bincount(ways, minlength=tables.n_ways))
    state.pointers[3] = n
    kind = i[:n, r.TYPE]
    takes_m = demand.typef[kind, r.T_LENGTH] + demand.typef[kind, r.T_GAP]
    state.brutto[:] = np.bincount(ways, weights=takes_m, minlength=tables.n_ways)
    mark_tails(
        tables.n_lanes, n, ways, i.view(np.float32), i, tables.wayf, tables.wayi, demand.typef, state.over_rear,
        state.over_slot,
    )  # fmt: skip


def look_again(tables: WayTables, demand: Demand, state: WorldState, some: Int) -> None:
    """The rows `some` know their lanes and connectors as routes and closures are now."""
    i = state.rows[state.pointers[2]]
    scratch = (np.zeros((MOST_ROADS, MOST_LANES), dtype) for dtype in (np.float64, np.int32, np.int32))
    refresh_rows(
        some.astype(np.int32), ways_of_rows(state), i.view(np.float32), i, tables.n_lanes, tables.wayf, tables.wayi,
        tables.out, tables.to_lane, tables.road_first, state.allowed, demand.kind_of, demand.route, demand.route_last,
        demand.stop_lane, demand.stop_pos, *scratch,
    )  # fmt: skip


def set_routes(tables: WayTables, demand: Demand, state: WorldState, routes: dict[int, Int]) -> None:
    """These vehicles take these routes, which begin with the road that each one is on, or left last."""
    begin = len(demand.route)
    demand.route = np.concatenate([demand.route, *routes.values()]).astype(demand.route.dtype)
    rows = rows_in_force(state)
    changed = []
    for vehicle, roads in routes.items():
        demand.route_first[vehicle], demand.route_last[vehicle] = begin, begin + len(roads) - 1
        row = row_of(state, vehicle)
        if row >= 0:
            rows[row, r.AT] = begin
            rows[row, r.STOP] = _next_stop(tables, demand, int(rows[row, r.STOP]), vehicle, roads)
            changed.append(row)
        begin += len(roads)
    look_again(tables, demand, state, np.array(changed, np.int32))


def _next_stop(tables: WayTables, demand: Demand, stop: int, vehicle: int, roads: Int) -> int:
    """The first planned stop, from `stop` on, that lies on the roads; -1 = none."""
    while stop >= 0 and tables.wayi[demand.stop_lane[stop], r.W_ROAD] not in roads:
        stop = stop + 1 if stop + 1 < demand.first_stop[vehicle + 1] else -1
    return stop
