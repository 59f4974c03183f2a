"""New routes for vehicles that are on the road."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import kernel
from jing_sim.traffic import rows as r
from jing_sim.traffic.kernels_routes import MOST_LANES, MOST_ROADS, look_along_route
from jing_sim.traffic.state import Demand, Roads, WorldState
from jing_sim.traffic.tables import WayTables

__all__ = ["give_route"]

Int = NDArray[np.int32]


def give_route(tables: WayTables, demand: Demand, state: WorldState, row: int, lane: int, roads: Int) -> None:
    """The vehicle in row `row`, on `lane`, drives along `roads`, which begin with the present road."""
    i = state.rows[state.pointers[2]]
    vehicle, begin = int(i[row, r.ID]), len(demand.route)
    demand.route = np.concatenate([demand.route, roads.astype(demand.route.dtype)])
    demand.route_first[vehicle], demand.route_last[vehicle] = begin, begin + len(roads) - 1
    i[row, r.AT] = begin
    i.view(np.float32)[row, r.WAIT] = 0.0
    scratch = (np.zeros((MOST_ROADS, MOST_LANES), dtype) for dtype in (np.float64, np.int32, np.int32))
    _look(
        i.view(np.float32), i, row, lane, tables.n_lanes, tables.wayf, tables.wayi, tables.out, tables.to_lane,
        tables.road_first, state.allowed, demand.kind_of, demand.route, int(demand.route_last[vehicle]),
        demand.stop_lane, demand.stop_pos, *scratch,
    )  # fmt: skip


@kernel
def _look(
    f: NDArray[np.float32], i: Int, s: int, lane: int, n_lanes: int, wayf: NDArray[np.float64], wayi: Int, out: Int,
    to_lane: Int, road_first: Int, allowed: NDArray[np.uint16], kind_of: NDArray[np.uint16], route: Roads, last: int,
    stop_lane: Int, stop_pos: NDArray[np.float32], reach: NDArray[np.float64], turn: Int, change: Int,
) -> None:  # fmt: skip
    look_along_route(
        f, i, s, lane, n_lanes, wayf, wayi, out, to_lane, road_first, allowed, kind_of, route, last, stop_lane,
        stop_pos, reach, turn, change,
    )  # fmt: skip
