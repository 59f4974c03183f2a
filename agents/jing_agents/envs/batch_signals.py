"""All signals of many worlds of one network as a vector environment, stepped in one call.

>>> env = BatchSignalEnv(4, options=BatchSignalOptions(duration_s=60.0, threads=2))
>>> seen, infos = env.reset(seed=1)
>>> seen, rewards, terminations, truncations, infos = env.step(env.action_space.sample())
>>> seen.shape == env.observation_space.shape, rewards.shape, infos["time_s"].tolist()
(True, (4,), [5.0, 5.0, 5.0, 5.0])
>>> env.close()
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from jing_agents.envs.signals import EnvError
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.traffic import TrafficBatch, TrafficOptions
from jing_sim.trips import Trips

__all__ = ["BATCH_SIGNALS_ID", "BatchSignalEnv", "BatchSignalOptions", "action_mask", "batch_for", "register_batch"]

F32 = NDArray[np.float32]
Bool = NDArray[np.bool_]
Actions = NDArray[np.int64]
Infos = dict[str, Any]

BATCH_SIGNALS_ID = "jing/SignalsBatch-v0"
_MACHINE = ("engine_wall_s", "engine_cpu_s")
_MOST_SEED = 2**31


@dataclass(frozen=True)
class BatchSignalOptions:
    """How a `BatchSignalEnv` runs.

    Attributes:
        duration_s: an episode is truncated at this simulation time.
        interval_s: simulation time of one environment step.
        dt_s: step of the worlds.
        rate_vph: random trips per hour over the whole network, where no demands are given.
        n_demands: so many different random demands, which the worlds go through.
        reward: of a junction, a key of `jing_sim.traffic.junction_features.REWARDS`.
        threads: that the worlds are shared out among.
    """

    duration_s: float = 1800.0
    interval_s: float = 5.0
    dt_s: float = 1.0
    rate_vph: float = 1500.0
    n_demands: int = 8
    reward: str = "halting"
    threads: int = 1

    def __post_init__(self) -> None:
        if self.n_demands < 1:
            raise EnvError(f"n_demands is {self.n_demands}; at least one")
        if not 2 * self.interval_s <= self.duration_s < math.inf:
            raise EnvError(
                f"duration_s is {self.duration_s:g}; it must be at least two intervals of {self.interval_s:g} s"
            )


class BatchSignalEnv(VectorEnv[F32, Actions, NDArray[Any]]):
    """A `gymnasium.vector.VectorEnv` of `num_envs` traffic worlds; J controllers, F features (`TrafficBatch`).

    Action: `(num_envs, J)` the stage that each controller should show, counted from 0 within the controller.

    Observation: `(num_envs, J, F)` in [-1, 1], see `jing_sim.traffic.junction_features.JunctionFeatures`; features that
    a controller has not (`batch.observation_mask`) are 0, so that one policy can act for all.

    Reward: `(num_envs,)` the sum over the junctions; each one's own stands in the infos.

    An episode never terminates; it is truncated at `duration_s`, and the world begins another one in the same step
    (`AutoresetMode.SAME_STEP`), with other drivers and the next demand. The same seed and actions give the same bits,
    whatever `threads` is.

    Infos, each with its mask `_name`:

    - `time_s` `(num_envs,)`;
    - `junction_reward` `(num_envs, J)`;
    - `action_mask` `(num_envs, J, S)`, S = most stages: those that would have an effect, that in force among them.
      During a change and before the minimum green is over it is alone; others are allowed and come to nothing;
    - `final_obs` `(num_envs,)` of objects and `final_info`, where an episode ended: its last observation, and the
      figures of `TrafficSummary` that do not depend on the machine's clock.

    Args:
        num_envs: worlds.
        network: with at least one signal controller; None = a grid of 2 x 2 crossings.
        demands: who drives; world `w` begins with number `w % len(demands)`. None = random trips.
        options: durations, steps, reward.

    Attributes:
        batch: the worlds; limits and closures of each may be changed between steps.

    Raises:
        EnvError: the network has no signals, or there is no world.
    """

    metadata: dict[str, Any] = {"render_modes": [], "autoreset_mode": AutoresetMode.SAME_STEP}  # noqa: RUF012

    def __init__(
        self,
        num_envs: int = 1,
        network: RoadNetwork | None = None,
        demands: Sequence[Trips] | None = None,
        options: BatchSignalOptions = BatchSignalOptions(),
    ) -> None:
        self.batch = batch_for(num_envs, network, demands, options)
        self.num_envs, self.options = num_envs, options
        shape = self.batch.observation_mask.shape
        self.single_observation_space = spaces.Box(-1.0, 1.0, shape, np.float32)
        self.single_action_space = spaces.MultiDiscrete(self.batch.n_stages.astype(np.int64))
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._begun = False

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[F32, Infos]:
        """New episodes.

        Args:
            seed: of world 0, the others count on from it; or one for each world.
            options: `reset_mask` `(num_envs,)`, only these worlds begin again.

        Raises:
            EnvError: an option that is not known, or seeds that do not fit.
        """
        if unknown := set(options or {}) - {"reset_mask"}:
            raise EnvError(f"reset knows no option {min(unknown)!r}; it takes 'reset_mask'")
        mask = None if options is None else np.asarray(options["reset_mask"], np.bool_)
        if mask is not None and mask.shape != (self.num_envs,):
            raise EnvError(f"reset_mask has shape {mask.shape}, not {(self.num_envs,)}")
        super().reset(seed=seed if isinstance(seed, int) else None)
        seen = self.batch.reset(mask, self._seeds(seed))
        self._begun = True
        return seen, self._infos(seen)

    def step(self, actions: Actions) -> tuple[F32, NDArray[Any], Bool, Bool, Infos]:
        """One interval of simulation time in all worlds.

        Raises:
            EnvError: before the first reset.
            SimulationError: an action that is no stage, naming world, time and controller.
        """
        if not self._begun:
            raise EnvError("step was called before reset")
        seen, reward, done = self.batch.step(np.asarray(actions))
        infos = self._infos(seen)
        infos["junction_reward"], infos["_junction_reward"] = reward, np.ones(self.num_envs, np.bool_)
        for w in np.flatnonzero(done).tolist():
            ended = {"final_obs": self.batch.final_observations[w], "final_info": self._figures(w)}
            infos = self._add_info(infos, ended, w)
        return seen, reward.sum(axis=1, dtype=np.float64), np.zeros(self.num_envs, np.bool_), done, infos

    def close_extras(self, **kwargs: Any) -> None:  # noqa: ANN401 - gymnasium's signature
        """Ends the threads."""
        del kwargs
        self.batch.close()

    def _seeds(self, seed: int | Sequence[int | None] | None) -> NDArray[np.int64]:
        if isinstance(seed, int):
            return seed + np.arange(self.num_envs)
        drawn = self.np_random.integers(_MOST_SEED, size=self.num_envs)
        if seed is None:
            return drawn
        if len(seed) != self.num_envs:
            raise EnvError(f"{len(seed)} seeds for {self.num_envs} worlds")
        return np.array([d if s is None else s for s, d in zip(seed, drawn, strict=True)], np.int64)

    def _infos(self, seen: F32) -> Infos:
        values = {"time_s": self.batch.time_s, "action_mask": action_mask(self.batch, seen)}
        return values | {f"_{name}": np.ones(self.num_envs, np.bool_) for name in values}

    def _figures(self, world: int) -> dict[str, float | int | str]:
        figures = asdict(self.batch.final_summaries[world])
        return {name: value for name, value in figures.items() if name not in _MACHINE}


def action_mask(batch: TrafficBatch, seen: F32) -> Bool:
    """`(.., J, S)` the stages that would have an effect, for `(.., J, F)` observations."""
    most = batch.features.most_stages
    in_force, free = seen[..., :most] > 0.5, seen[..., most : most + 1] > 0.5
    # A controller without a program has one action, which does nothing.
    none = ~in_force.any(axis=-1, keepdims=True)
    return np.asarray(batch.features.action_mask & (free | none | in_force))


def batch_for(
    num_envs: int, network: RoadNetwork | None, demands: Sequence[Trips] | None, options: BatchSignalOptions
) -> TrafficBatch:
    """The worlds of an environment.

    Raises:
        EnvError: the network has no signals, or there is no world.
    """
    network = grid(2, 2) if network is None else network
    if not len(network.controllers):
        raise EnvError(f"{network.name} has no signal controller, so there is nothing to act on")
    if num_envs < 1:
        raise EnvError(f"num_envs is {num_envs}; at least one")
    o = options
    if demands is None:
        kinds = [DemandOptions(duration_s=o.duration_s, seed=k) for k in range(min(o.n_demands, num_envs))]
        demands = [random_trips(network, o.rate_vph, kind)[0] for kind in kinds]
    return TrafficBatch(
        network, demands, TrafficOptions(dt_s=o.dt_s), range(num_envs), o.interval_s, o.duration_s,
        threads=o.threads, reward=o.reward, summaries=True,
    )  # fmt: skip


def register_batch() -> None:
    """Makes `gymnasium.make_vec("jing/SignalsBatch-v0", num_envs=64)` known; a second call changes nothing."""
    if BATCH_SIGNALS_ID not in gymnasium.registry:
        gymnasium.register(BATCH_SIGNALS_ID, vector_entry_point="jing_agents.envs.batch_signals:BatchSignalEnv")
