"""Steps the worlds of a batch: kernels over chunks of worlds on threads, and detours in between."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.traffic import rows as r
from jing_sim.traffic.arguments import collector
from jing_sim.traffic.batch_state import BatchState
from jing_sim.traffic.closures import entries_of, ways_round
from jing_sim.traffic.detours import Detours
from jing_sim.traffic.kernels_batch import FULL, step_worlds
from jing_sim.traffic.kernels_stuck import next_stuck
from jing_sim.traffic.options import CAR_FOLLOWING, SimulationError, TrafficOptions
from jing_sim.traffic.placement import look_again, set_routes
from jing_sim.traffic.routes import give_route
from jing_sim.traffic.signal_tables import SignalMemory, SignalTables
from jing_sim.traffic.state import Demand, Scratch, WorldState, new_scratch
from jing_sim.traffic.tables import WayTables

__all__ = ["BatchEngine"]

# Each world has routes and drivers of its own, and its state in place of the worlds' field of that name.
_columns = collector(
    step_worlds,
    {
        "_tables": WayTables,
        "_signals": SignalTables,
        "_worlds.demands": Demand,
        "_worlds": BatchState,
        "_worlds.state": WorldState,
        "_worlds.memory": SignalMemory,
    },
    {"trouble": "_trouble", "rows_f": "_rows_f", "rows_i": "_worlds.state.rows"},
)
_scratch = collector(step_worlds, {"": Scratch})


class BatchEngine:
    """What `TrafficBatch` steps its worlds with.

    Args:
        worlds: stepped in place.
        capacity: most vehicles in a world.

    Attributes:
        wall_s, cpu_s: spent stepping, over all worlds and threads.
    """

    def __init__(
        self,
        network: RoadNetwork,
        tables: WayTables,
        signals: SignalTables,
        options: TrafficOptions,
        worlds: BatchState,
        capacity: int,
        threads: int,
        audit: bool,
    ) -> None:
        self._tables, self._signals, self._options, self._worlds = tables, signals, options, worlds
        self._scratch = [_scratch(new_scratch(tables, capacity)) for _ in range(threads)]
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None
        self._audit = audit
        self._ways_round = lru_cache(maxsize=64)(lambda closed: Detours(network, closed))
        self._left = np.zeros(len(worlds.steps), np.int64)
        self._trouble = np.zeros(len(worlds.steps), np.uint8)
        self.wall_s = self.cpu_s = 0.0
        self._columns = _columns(self)

    def run(self, left: NDArray[np.int64]) -> None:
        """World `w` makes `left[w]` steps, with a pause where a vehicle must be sent another way.

        Raises:
            SimulationError: a world cannot go on.
        """
        wall, n, threads = time.perf_counter(), len(left), len(self._scratch)
        chunks = [(k, n * k // threads, n * (k + 1) // threads) for k in range(threads)]
        ahead = np.array(left)
        while ahead.any():
            # Nobody begins on a closed road: those who would are held before each step.
            held = self._worlds.closed.any()
            self._left[:] = np.minimum(ahead, 1) if held else ahead
            ahead -= self._left
            if held:
                w, road = np.nonzero(self._worlds.closed)
                self._worlds.state.failed[w, road] = self._worlds.steps[w]
            self._run_left(chunks)
        self.wall_s += time.perf_counter() - wall

    def _run_left(self, chunks: list[tuple[int, int, int]]) -> None:
        while self._left.any():
            if self._pool is None:
                self.cpu_s += self._step_chunk(chunks[0])
            else:
                self.cpu_s += sum(self._pool.map(self._step_chunk, chunks))
            for w in np.flatnonzero(self._trouble).tolist():
                if self._trouble[w] == FULL:
                    place = f"world {w}, time {self._worlds.steps[w] * self._options.dt_s:g} s"
                    raise SimulationError(f"{place}: more vehicles approach junctions than there is room for")
                self._detour(w)

    def open_lane(self, w: int, lane: int, *, is_open: bool) -> None:
        """In world `w` the lane is as the map has it, or closed; everybody takes note at once."""
        demand, state = self._worlds.world(w)
        state.allowed[lane] = self._tables.allowed[lane] if is_open else 0
        look_again(self._tables, demand, state, np.arange(state.pointers[3], dtype=np.int32))

    def close_road(self, w: int, road: int) -> None:
        """In world `w` nobody enters the road; those whose way leads over it take another one."""
        if self._worlds.closed[w, road]:
            return
        self._worlds.closed[w, road] = True
        demand, state = self._worlds.world(w)
        state.allowed[entries_of(self._tables, road)] = 0
        found = ways_round(self._tables, demand, state, self._detours(w), road)
        # `set_routes` gives the demand a longer `route`, which the world then keeps.
        set_routes(self._tables, demand, state, {v: roads for v, roads in found.items() if roads is not None})
        self._worlds.keep_route(w, demand.route)
        self._columns = _columns(self)
        look_again(self._tables, demand, state, np.arange(state.pointers[3], dtype=np.int32))

    def open_road(self, w: int, road: int) -> None:
        """In world `w` the road may be entered again; routes stay as they are."""
        self._worlds.closed[w, road] = False
        demand, state = self._worlds.world(w)
        entries = entries_of(self._tables, road)
        state.allowed[entries] = self._tables.allowed[entries]
        look_again(self._tables, demand, state, np.arange(state.pointers[3], dtype=np.int32))

    def close(self) -> None:
        """Ends the threads."""
        if self._pool is not None:
            self._pool.shutdown()

    def _step_chunk(self, chunk: tuple[int, int, int]) -> float:
        thread, begin, end = chunk
        o, cpu = self._options, time.thread_time()
        step_worlds(
            begin, end, CAR_FOLLOWING[o.car_following], o.dt_s, o.deadlock_s, self._audit, self._left,
            *self._columns, *self._scratch[thread],
        )  # fmt: skip
        return time.thread_time() - cpu

    @property
    def _rows_f(self) -> NDArray[np.float32]:
        return self._worlds.state.rows.view(np.float32)

    def _detours(self, w: int) -> Detours:
        return self._ways_round(tuple(np.flatnonzero(self._worlds.closed[w]).tolist()))

    def _detour(self, w: int) -> None:
        """As `TrafficWorld` does it: the first in a lane that has stood too long takes another way."""
        demand, state = self._worlds.world(w)
        i, n_lanes, longest_s = state.rows[state.pointers[2]], self._tables.n_lanes, self._options.deadlock_s
        f, lane = i.view(np.float32), -1
        while (lane := next_stuck(lane + 1, n_lanes, longest_s, state.first, f, i, demand.route_last)) >= 0:
            row = int(state.first[lane])
            roads = self._detours(w).from_lane(self._tables, demand, lane, int(i[row, r.ID]), state.allowed)
            if roads is not None:
                give_route(self._tables, demand, state, row, lane, roads)
                self._worlds.rerouted[w] += 1
        self._worlds.keep_route(w, demand.route)
        self._columns = _columns(self)
