"""All signals of a network as one agent, in one traffic world.

>>> env = SignalEnv(options=SignalEnvOptions(duration_s=60.0))
>>> seen, info = env.reset(seed=1)
>>> seen, reward, terminated, truncated, info = env.step(env.action_space.sample())
>>> seen.shape == env.observation_space.shape, reward <= 0.0, info["time_s"]
(True, True, 10.0)
"""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from jing_agents.envs.signal_observation import SignalFeatures
from jing_maps.errors import JingError
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.protocols import SignalObservation, Stages
from jing_sim.traffic import TrafficOptions, TrafficWorld, stages_of
from jing_sim.trips import Trips

__all__ = ["SIGNALS_ID", "Demand", "EnvError", "SignalEnv", "SignalEnvOptions", "register"]

Int = NDArray[np.int32]
Info = dict[str, float | int | str]
Demand = Callable[[int], Trips]
"""The trips of an episode, from its seed."""

SIGNALS_ID = "jing/Signals-v0"
_CLOCKS = ("engine_wall_s", "engine_cpu_s")


class EnvError(JingError, ValueError):
    """An environment that cannot be made, or an action that it does not know."""


@dataclass(frozen=True)
class SignalEnvOptions:
    """How a `SignalEnv` runs.

    Attributes:
        duration_s: an episode is truncated at this simulation time.
        interval_s: simulation time of one environment step, at least two steps of the world.
        dt_s: step of the world.
        rate_vph: random trips per hour over the whole network, where no demand is given.
    """

    duration_s: float = 1800.0
    interval_s: float = 5.0
    dt_s: float = 1.0
    rate_vph: float = 1500.0

    def __post_init__(self) -> None:
        steps = self.interval_s / self.dt_s
        if steps < 2 or abs(steps - round(steps)) > 1e-6:
            raise EnvError(
                f"interval_s {self.interval_s:g} must be a multiple of dt_s {self.dt_s:g}, at least twice it"
            )
        if not 2 * self.interval_s <= self.duration_s < math.inf:
            raise EnvError(
                f"duration_s is {self.duration_s:g}; it must be at least two intervals of {self.interval_s:g} s"
            )


class SignalEnv(gymnasium.Env[NDArray[np.float32], NDArray[np.int64]]):
    """A `gymnasium.Env` of one traffic world.

    Action: `MultiDiscrete`, the stage that each signal controller should show next, counted from 0 within the
    controller. The world keeps the minimum green and shows yellow and all-red; a wish that comes before the minimum
    green is over has no effect.

    Observation: `Box` in [-1, 1], see `signal_observation.SignalFeatures`.

    Reward of a step: minus the number of vehicles slower than 0.1 m/s on the lanes in front of signals, at its end.

    An episode never terminates; it is truncated at `duration_s`. The first interval passes within `reset`, with the
    stages that the world began with. Info: `time_s` and the figures of `TrafficSummary` that do not depend on the
    machine's clock; times of vehicles are there from the first arrival on. The same seed and actions give the same
    bits.

    Args:
        network: with at least one signal controller; None = a grid of 2 x 2 crossings.
        demand: trips of an episode from its seed; None = random trips at `options.rate_vph`.
        options: durations and steps.

    Raises:
        EnvError: the network has no signals.
    """

    metadata = {"render_modes": []}  # noqa: RUF012 - gymnasium's own form

    def __init__(
        self,
        network: RoadNetwork | None = None,
        demand: Demand | None = None,
        options: SignalEnvOptions = SignalEnvOptions(),
    ) -> None:
        self.network = grid(2, 2) if network is None else network
        if not len(self.network.controllers):
            raise EnvError(f"{self.network.name} has no signal controller, so there is nothing to act on")
        self.options = options
        self._demand = demand or self._random_trips
        self._features = SignalFeatures.of(self.network, stages_of(self.network, self.network.programs))
        self.observation_space = spaces.Box(-1.0, 1.0, (len(self._features),), np.float32)
        self.action_space: spaces.MultiDiscrete = spaces.MultiDiscrete(self._features.choices)
        self._world: TrafficWorld | None = None
        self._told = _ToldController(options.dt_s)

    def reset(
        self, *, seed: int | None = None, options: dict[str, object] | None = None
    ) -> tuple[NDArray[np.float32], Info]:
        """A new episode with its own trips; `options` has no entries.

        Raises:
            EnvError: `options` is not empty.
        """
        super().reset(seed=seed)
        if options:
            raise EnvError(f"reset knows no option {next(iter(options))!r}; it takes none")
        episode = int(self.np_random.integers(2**31))
        self._told = _ToldController(self.options.dt_s)
        self._world = TrafficWorld(
            self.network,
            self._demand(episode),
            TrafficOptions(dt_s=self.options.dt_s, seed=episode),
            controller=self._told,
        )
        self._advance(self._world, None)
        return self._observe(self._world), self._info(self._world)

    def step(self, action: NDArray[np.int64]) -> tuple[NDArray[np.float32], float, bool, bool, Info]:
        """One interval of simulation time.

        Raises:
            EnvError: before the first reset, or an action outside the action space.
        """
        if self._world is None:
            raise EnvError("step was called before reset")
        if not self.action_space.contains(action):
            raise EnvError(f"action {action!r} is not in {self.action_space}")
        self._advance(self._world, np.asarray(action).astype(np.int32))
        reward = -float(self._world.lane_halting()[self._features.lane].sum())
        truncated = self._world.time_s >= self.options.duration_s - 1e-9
        return self._observe(self._world), reward, False, truncated, self._info(self._world)

    def _advance(self, world: TrafficWorld, wanted: Int | None) -> None:
        self._told.wanted = wanted
        for _ in range(round(self.options.interval_s / self.options.dt_s)):
            world.step()

    def _observe(self, world: TrafficWorld) -> NDArray[np.float32]:
        # The world was last asked one of its steps ago and answered with the stage in force, so the stage is the
        # same now and one step older.
        last = self._told.last_seen
        return self._features.observe(
            world.lane_vehicles(), world.lane_halting(), last.stage, last.stage_age_s + self.options.dt_s
        )

    def _info(self, world: TrafficWorld) -> Info:
        figures: Info = asdict(world.summary())
        known = {k: v for k, v in figures.items() if k not in _CLOCKS and not (isinstance(v, float) and math.isnan(v))}
        return {"time_s": world.time_s, **known}

    def _random_trips(self, seed: int) -> Trips:
        options = DemandOptions(duration_s=self.options.duration_s, seed=seed)
        return random_trips(self.network, self.options.rate_vph, options)[0]


class _ToldController:
    """A `SignalController` that passes on, once, what the environment was told, and else keeps what is shown."""

    def __init__(self, interval_s: float) -> None:
        self.interval_s = interval_s
        self.wanted: Int | None = None
        self._seen: SignalObservation | None = None

    def reset(self, network: RoadNetwork, stages: Stages) -> None:
        """Nothing is kept of a run."""
        del network, stages
        self._seen = None

    def decide(self, seen: SignalObservation) -> Int:
        """What was told since the last question, or the stages in force."""
        self._seen = seen
        wanted, self.wanted = self.wanted, None
        return seen.stage.copy() if wanted is None else wanted

    @property
    def last_seen(self) -> SignalObservation:
        """What the world showed at its last question."""
        assert self._seen is not None, "the world asks at every step"
        return self._seen


def register() -> None:
    """Makes `gymnasium.make("jing/Signals-v0")` known; a second call changes nothing."""
    if SIGNALS_ID not in gymnasium.registry:
        gymnasium.register(SIGNALS_ID, entry_point="jing_agents.envs.signals:SignalEnv")
