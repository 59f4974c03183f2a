"""Many worlds of one network, stepped in one call: what reinforcement learning of signals trains on."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jing_maps.columns import Programs
from jing_maps.errors import UnknownNameError
from jing_maps.network import RoadNetwork
from jing_sim.traffic.batch_engine import BatchEngine
from jing_sim.traffic.batch_state import BatchState, WorldSnapshot, first_demand, stack_demands
from jing_sim.traffic.junction_features import REWARDS, JunctionFeatures
from jing_sim.traffic.kernels_batch import observe_worlds
from jing_sim.traffic.options import SimulationError, TrafficOptions
from jing_sim.traffic.signal_tables import new_memory, signal_tables
from jing_sim.traffic.stages import stages_of
from jing_sim.traffic.state import capacity_for, demand_of, new_state
from jing_sim.traffic.summary import TrafficSummary, state_hash, summarize
from jing_sim.traffic.tables import way_tables
from jing_sim.trips import Trips

__all__ = ["TrafficBatch"]

F32 = NDArray[np.float32]
Bool = NDArray[np.bool_]

DEFAULT_OPTIONS = TrafficOptions()


class TrafficBatch:
    """Worlds of one network whose signals show the stages that the caller chooses.

    World `w` begins with seed `seeds[w]` and demand `w % len(demands)`. When its horizon is over it begins again by
    itself, with seed + n_worlds and the demand n_worlds rows further on, so that no episode comes twice and a list of
    demands longer than the batch is gone through. A world is bit for bit the `TrafficWorld` of the same network,
    trips, seed and stages, whatever the number of worlds and threads.

    Each world has its own speed limits (`limit_mps`), closed lanes (`close_lane`) and roads (`close_road`); a new
    episode begins with those of the map.

    Args:
        network: where.
        demands: who; one for all, one a world, or more to be gone through.
        options: step and models; `seed` is that of world 0 where `seeds` is None.
        seeds: `(n_worlds,)`; their number is that of the worlds. None = one world for each demand, with `seed`,
            `seed` + 1, ..
        interval_s: simulation time of a step of the batch, a multiple of `options.dt_s`.
        horizon_s: length of an episode.
        programs: in place of the network's, where the stages come from.
        threads: worlds are shared out among so many.
        reward: a key of `REWARDS`.
        audit: count overlaps, for `summary`.
        summaries: keep those of episodes that end.

    Attributes:
        features: layout of the observations.
        final_observations: `(n_worlds, J, F)` at the end of the last step, before worlds that were done began again.
        final_summaries: of the worlds that were done in the last step, if `summaries` are kept.

    Raises:
        TripError: a trip cannot be driven on this network.
        SimulationError: a value that cannot be.
    """

    def __init__(
        self,
        network: RoadNetwork,
        demands: Sequence[Trips],
        options: TrafficOptions = DEFAULT_OPTIONS,
        seeds: ArrayLike | None = None,
        interval_s: float = 5.0,
        horizon_s: float = 3600.0,
        *,
        programs: Programs | None = None,
        threads: int = 1,
        reward: str = "halting",
        audit: bool = False,
        summaries: bool = False,
    ) -> None:
        n_worlds = len(demands) if seeds is None else len(np.asarray(seeds))
        _check(n_worlds, demands, options, interval_s, horizon_s, threads)
        if reward not in REWARDS:
            raise UnknownNameError("reward", reward, REWARDS)
        for trips in demands:
            trips.check(network)
        programs = programs or network.programs
        self.network, self.options, self.interval_s, self.horizon_s = network, options, interval_s, horizon_s
        self.features = JunctionFeatures.of(network, stages_of(network, programs))
        self._reward = REWARDS[reward]
        tables, signals = way_tables(network), signal_tables(network, programs, by_clock=True)
        singles = [demand_of(trips, 0, options.dt_s, len(network.roads)) for trips in demands]
        stack = stack_demands(singles)
        capacity = max(capacity_for(tables, demand) for demand in singles)
        n_groups, n_walks = len(network.signal_groups), len(network.crosswalks)
        self._empty = new_state(tables, first_demand(stack), n_groups, n_walks, capacity)
        self._memory = new_memory(signals)
        self._worlds = BatchState.of(n_worlds, demands, stack, self._empty, self._memory)
        self._engine = BatchEngine(network, tables, signals, options, self._worlds, capacity, threads, audit)
        self._first_seeds = options.seed + np.arange(n_worlds) if seeds is None else np.asarray(seeds, np.int64)
        self.final_observations: F32 = np.zeros((n_worlds, *self.observation_mask.shape), np.float32)
        self.final_summaries: dict[int, TrafficSummary] = {}
        self._summaries = summaries
        self.reset()

    def __len__(self) -> int:
        return len(self._first_seeds)

    @property
    def time_s(self) -> NDArray[np.float64]:
        """`(n_worlds,)` simulation time of each world."""
        return np.asarray(self._worlds.steps * self.options.dt_s, np.float64)

    @property
    def seeds(self) -> NDArray[np.int64]:
        """`(n_worlds,)` seeds of the present episodes."""
        return self._worlds.seeds.copy()

    @property
    def n_running(self) -> NDArray[np.int32]:
        """`(n_worlds,)` vehicles on the road."""
        return self._worlds.state.pointers[:, 3].copy()

    @property
    def n_stages(self) -> NDArray[np.int32]:
        """`(J,)` stages of each controller: its actions are 0 .. n - 1."""
        return self.features.n_stages

    @property
    def observation_mask(self) -> Bool:
        """`(J, F)` features that are there."""
        return self.features.mask

    @property
    def limit_mps(self) -> F32:
        """`(n_worlds, n_ways)` speed limits in force, of lanes, then connectors; may be written to."""
        return self._worlds.state.limit

    def reset(self, mask: Bool | None = None, seeds: ArrayLike | None = None) -> F32:
        """Begins new episodes at time 0.

        Args:
            mask: `(n_worlds,)` which worlds; None = all.
            seeds: `(n_worlds,)`, read where the mask is set; None = those that the batch was made with.

        Returns:
            `(n_worlds, J, F)` observations of all worlds.
        """
        rows = np.arange(len(self)) if mask is None else np.flatnonzero(mask)
        self._begin(rows, np.broadcast_to(self._first_seeds if seeds is None else np.asarray(seeds), len(self))[rows],
                    rows % len(self._worlds.trips))  # fmt: skip
        return self._observe()[0]

    def step(self, actions: NDArray[np.integer]) -> tuple[F32, F32, Bool]:
        """One interval: yellow, all-red and minimum green are kept, so a wish may come to nothing.

        Args:
            actions: `(n_worlds, J)` the stage that each controller should show, counted from 0 within the controller.

        Returns:
            `(n_worlds, J, F)` observations, of the new episode where one is done; `(n_worlds, J)` rewards at the end
            of the interval; `(n_worlds,)` done.

        Raises:
            SimulationError: an action that is no stage, naming world, time and controller.
        """
        self._want(actions)
        self._engine.run(np.full(len(self), round(self.interval_s / self.options.dt_s)))
        seen, reward = self._observe()
        done = np.asarray(self.time_s >= self.horizon_s - 1e-9)
        self.final_observations = seen
        self.final_summaries = {w: self.summary(w) for w in np.flatnonzero(done).tolist() if self._summaries}
        if done.any():
            rows, n = np.flatnonzero(done), len(self)
            self._begin(
                rows, self._worlds.seeds[rows] + n, (self._worlds.demand_row[rows] + n) % len(self._worlds.trips)
            )
            seen = self._observe()[0]
        return seen, reward, done

    def close_lane(self, world: int, lane: int) -> None:
        """Nobody enters the lane; whoever is on it leaves it for a neighbour."""
        self._engine.open_lane(world, self._row(world, "lane", lane, len(self.network.lanes)), is_open=False)

    def open_lane(self, world: int, lane: int) -> None:
        """A closed lane is as the map has it."""
        self._engine.open_lane(world, self._row(world, "lane", lane, len(self.network.lanes)), is_open=True)

    def close_road(self, world: int, road: int) -> None:
        """Nobody enters the road; those on it drive on, those who have not reached it take another way."""
        self._engine.close_road(world, self._row(world, "road", road, len(self.network.roads)))

    def open_road(self, world: int, road: int) -> None:
        """A closed road may be entered again."""
        self._engine.open_road(world, self._row(world, "road", road, len(self.network.roads)))

    def snapshot(self, world: int) -> WorldSnapshot:
        """A copy of one world, for `restore` into the same or another world of this batch."""
        return self._worlds.snapshot(world)

    def restore(self, world: int, snapshot: WorldSnapshot) -> None:
        """One world goes back to, or branches off, a snapshot, which stays as it is."""
        self._worlds.restore(world, snapshot)

    def state_hash(self, world: int) -> str:
        """That of the `TrafficWorld` in the same state, while nothing is closed there (it also hashes what is)."""
        return state_hash(float(self.time_s[world]), *self._worlds.world(world))

    def summary(self, world: int) -> TrafficSummary:
        """Figures of a world's present episode; the times of the engine are an equal share of the whole batch's."""
        clocks = (self._engine.wall_s / len(self), self._engine.cpu_s / len(self))
        demand, state = self._worlds.world(world)
        rerouted = int(self._worlds.rerouted[world])
        return summarize(float(self.time_s[world]), demand, state, rerouted=rerouted, clocks_s=clocks)

    def close(self) -> None:
        """Ends the threads."""
        self._engine.close()

    # -- how ---------------------------------------------------------------------------------------------------------

    def _want(self, actions: NDArray[np.integer]) -> None:
        wanted = self._worlds.memory.wanted
        if actions.shape != wanted.shape or not np.issubdtype(actions.dtype, np.integer):
            msg = f"actions are {actions.dtype} of shape {actions.shape}, not whole numbers of shape {wanted.shape}"
            raise SimulationError(msg)
        bad = (actions < 0) | (actions >= self.n_stages)
        if bad.any():
            w, c = (int(k) for k in np.argwhere(bad)[0])
            msg = (
                f"world {w}, time {self.time_s[w]:g} s: signal controller {self.network.controllers.ext_id[c]!r} was "
                f"asked for stage {actions[w, c]}; it has stages 0 to {self.n_stages[c] - 1}"
            )
            raise SimulationError(msg)
        wanted[...] = actions

    def _row(self, world: int, what: str, row: int, n: int) -> int:
        if not 0 <= row < n:
            place = f"world {world}, time {self.time_s[world]:g} s"
            raise SimulationError(f"{place}: there is no {what} {row}; the network has 0 to {n - 1}")
        return row

    def _begin(self, rows: NDArray[np.integer], seeds: ArrayLike, demand_rows: ArrayLike) -> None:
        self._worlds.seeds[rows], self._worlds.demand_row[rows] = seeds, demand_rows
        self._worlds.begin(rows, self._empty, self._memory)
        left = np.zeros(len(self), np.int64)
        left[rows] = 1
        self._engine.run(left)

    def _observe(self) -> tuple[F32, F32]:
        b, x, n = self._worlds, self.features, len(self)
        seen = np.empty((n, len(x.n_stages), len(x)), np.float32)
        reward = np.empty((n, len(x.n_stages)), np.float32)
        observe_worlds(
            0, n, self._reward, x.first_stage, x.min_green_s, x.max_green_s, x.most_stages, x.lane_in, x.lane_out,
            x.storage, b.state.first, b.state.rows.view(np.float32), b.state.pointers, b.memory.stage, b.memory.before,
            b.memory.age_s, seen, reward,
        )  # fmt: skip
        return seen, reward


def _check(
    n_worlds: int, demands: Sequence[Trips], options: TrafficOptions, interval_s: float, horizon_s: float, threads: int
) -> None:
    steps = interval_s / options.dt_s
    if not demands or n_worlds < 1:
        raise SimulationError(f"{len(demands)} demands and {n_worlds} worlds: at least one of each")
    if steps < 1 or abs(steps - round(steps)) > 1e-6:
        raise SimulationError(f"interval_s {interval_s:g} must be a multiple of dt_s {options.dt_s:g}")
    if not horizon_s >= interval_s:
        raise SimulationError(f"horizon_s is {horizon_s:g}; it must be at least one interval of {interval_s:g} s")
    if threads < 1:
        raise SimulationError(f"threads is {threads}; at least one")
