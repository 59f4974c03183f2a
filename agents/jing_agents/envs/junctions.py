"""The signals of one world as agents that act in parallel, one a junction (PettingZoo).

>>> env = JunctionEnv(options=BatchSignalOptions(duration_s=60.0))
>>> seen, infos = env.reset(seed=1)
>>> env.agents == env.possible_agents, len(env.agents)
(True, 4)
>>> actions = {agent: env.action_space(agent).sample(seen[agent]["action_mask"]) for agent in env.agents}
>>> seen, rewards, terminations, truncations, infos = env.step(actions)
>>> rewards[env.agents[0]] <= 0.0
True
"""

from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.utils import seeding
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from jing_agents.envs.batch_signals import BatchSignalOptions, action_mask, batch_for
from jing_agents.envs.signals import EnvError
from jing_maps.network import RoadNetwork
from jing_sim.trips import Trips

__all__ = ["JunctionEnv"]

F32 = NDArray[np.float32]
Seen = dict[str, dict[str, NDArray[Any]]]
_MOST_SEED = 2**31
DEFAULT_OPTIONS = BatchSignalOptions()


class JunctionEnv(ParallelEnv):  # type: ignore[misc]
    """A `pettingzoo.ParallelEnv` of one traffic world; an agent is a signal controller, by its external id.

    Action: `Discrete`, the stage that the controller should show. Observation: a `Dict` of `observation`, `(F,)` in
    [-1, 1], as wide for all agents (`jing_sim.traffic.junction_features.JunctionFeatures`), and `action_mask`, int8,
    1 for the stages that would have an effect. Reward: that of the junction. All agents are truncated at `duration_s`.
    The same seed and actions give the same bits.

    Args:
        network: with at least one signal controller; None = a grid of 2 x 2 crossings.
        demand: who drives; None = random trips.
        options: durations, steps, reward.

    Raises:
        EnvError: the network has no signals.
    """

    metadata: dict[str, Any] = {"name": "jing_junctions_v0", "render_modes": [], "is_parallelizable": True}  # noqa: RUF012

    def __init__(
        self,
        network: RoadNetwork | None = None,
        demand: Trips | None = None,
        options: BatchSignalOptions = DEFAULT_OPTIONS,
    ) -> None:
        self.batch = batch_for(1, network, None if demand is None else [demand], options)
        self.render_mode = None
        self.possible_agents = [str(name) for name in self.batch.network.controllers.ext_id]
        self.agents: list[str] = []
        width = self.batch.observation_mask.shape[1]
        counts = dict(zip(self.possible_agents, self.batch.n_stages.tolist(), strict=True))
        self._actions = {agent: spaces.Discrete(n) for agent, n in counts.items()}
        self._seen = {
            agent: spaces.Dict({
                "observation": spaces.Box(-1.0, 1.0, (width,), np.float32),
                "action_mask": spaces.Box(0, 1, (n,), np.int8),
            })
            for agent, n in counts.items()
        }  # fmt: skip
        self._random = seeding.np_random(None)[0]

    def observation_space(self, agent: str) -> spaces.Dict:
        """What the agent sees."""
        return self._seen[agent]

    def action_space(self, agent: str) -> spaces.Discrete:
        """What the agent can ask for."""
        return self._actions[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Seen, dict[str, dict[str, Any]]]:
        """A new episode; `options` are not read."""
        del options
        if seed is not None:
            self._random = seeding.np_random(seed)[0]
        seen = self.batch.reset(seeds=[int(self._random.integers(_MOST_SEED)) if seed is None else seed])
        self.agents = list(self.possible_agents)
        return self._split(seen[0]), self._infos(0.0)

    def step(
        self, actions: dict[str, Any]
    ) -> tuple[Seen, dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]:
        """One interval of simulation time.

        Raises:
            EnvError: before the first reset or after the end, or an agent has no action or one outside its space.
        """
        if not self.agents:
            raise EnvError("step was called before reset, or after the end of the episode")
        for agent in self.agents:
            if agent not in actions or not self._actions[agent].contains(actions[agent]):
                problem = f"is {actions[agent]!r}" if agent in actions else "is missing"
                raise EnvError(f"the action of agent {agent!r} {problem}; it is one of {self._actions[agent]}")
        wanted = np.array([[int(actions[agent]) for agent in self.agents]], np.int32)
        time_s = float(self.batch.time_s[0]) + self.batch.interval_s
        _, reward, done = self.batch.step(wanted)
        seen = self._split(self.batch.final_observations[0])
        rewards = dict(zip(self.agents, map(float, reward[0]), strict=True))
        infos, over = self._infos(time_s), bool(done[0])
        terminations, truncations = (dict.fromkeys(self.agents, value) for value in (False, over))
        self.agents = [] if over else self.agents
        return seen, rewards, terminations, truncations, infos

    def close(self) -> None:
        """Ends the threads."""
        self.batch.close()

    def _split(self, seen: F32) -> Seen:
        masks = action_mask(self.batch, seen).astype(np.int8)
        return {
            agent: {"observation": seen[k].copy(), "action_mask": masks[k, : self._actions[agent].n].copy()}
            for k, agent in enumerate(self.possible_agents)
        }

    def _infos(self, time_s: float) -> dict[str, dict[str, Any]]:
        return {agent: {"time_s": time_s} for agent in self.possible_agents}
