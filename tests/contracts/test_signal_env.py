"""The signal environment against gymnasium's own checker, and against the world that it drives."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from jing_agents.envs import SIGNALS_ID, EnvError, SignalEnv, SignalEnvOptions, register
from jing_agents.envs.signal_observation import SignalFeatures
from jing_maps.grid import grid
from jing_sim.protocols import SignalObservation, Stages
from jing_sim.traffic import TrafficOptions, TrafficWorld, stages_of

SHORT = SignalEnvOptions(duration_s=120.0)


def test_the_environment_passes_the_checker_of_gymnasium() -> None:
    check_env(SignalEnv(options=SHORT), skip_render_check=True)


def test_it_is_made_by_its_id_once_registered() -> None:
    register()
    register()
    env = gymnasium.make(SIGNALS_ID, options=SHORT)
    _, info = env.reset(seed=3)
    assert info["time_s"] == 5.0
    env.close()


def test_the_same_seed_and_actions_give_the_same_bits_and_other_seeds_other_traffic() -> None:
    def play(seed: int) -> tuple[bytes, list[float], str]:
        env = SignalEnv(options=SHORT)
        env.action_space.seed(1)
        seen, _ = env.reset(seed=seed)
        bits, rewards, done = [seen.tobytes()], [], False
        while not done:
            seen, reward, _, done, info = env.step(env.action_space.sample())
            bits.append(seen.tobytes())
            rewards.append(float(reward))
        assert info["time_s"] == 120.0
        return b"".join(bits), rewards, str(info["state_hash"])

    assert play(5) == play(5)
    assert play(5)[2] != play(6)[2]


def test_the_vector_is_what_a_controller_of_the_world_would_see() -> None:
    env = SignalEnv(options=SHORT)
    features = SignalFeatures.of(env.network, stages_of(env.network, env.network.programs))
    rng = np.random.default_rng(0)
    actions = [rng.integers(env.action_space.nvec) for _ in range(22)]
    vectors = [env.reset(seed=9)[0]] + [env.step(action)[0] for action in actions]

    class Replay:
        interval_s = 5.0
        seen: list[SignalObservation] = []  # noqa: RUF012

        def reset(self, network: object, stages: Stages) -> None: ...

        def decide(self, seen: SignalObservation) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
            self.seen.append(seen)
            turn = len(self.seen) - 2
            return seen.stage.copy() if turn < 0 else actions[turn].astype(np.int32)

    env.reset(seed=9)
    assert env._world is not None
    options = TrafficOptions(seed=env._world.options.seed)
    world = TrafficWorld(env.network, env._random_trips(options.seed), options, controller=Replay())
    world.run(115.0)
    asked = Replay.seen[1:]
    assert len(asked) == len(vectors) - 1
    for vector, seen in zip(vectors, asked, strict=False):
        expected = features.observe(seen.lane_vehicles, seen.lane_halting, seen.stage, seen.stage_age_s)
        assert vector.tolist() == expected.tolist()


def test_the_reward_counts_halting_vehicles_and_a_stage_held_for_ever_costs_more_than_change() -> None:
    def total(change: bool) -> float:
        env = SignalEnv(options=SignalEnvOptions(duration_s=600.0))
        env.reset(seed=2)
        rewards = [env.step(np.full(4, (k // 6) % 2 if change else 0) % env.action_space.nvec)[1] for k in range(119)]
        return float(sum(rewards))

    assert total(change=False) < total(change=True) < 0


def test_wrong_use_is_told() -> None:
    env = SignalEnv(options=SHORT)
    with pytest.raises(EnvError, match="before reset"):
        env.step(np.zeros(4, np.int64))
    env.reset(seed=0)
    with pytest.raises(EnvError, match="not in MultiDiscrete"):
        env.step(np.full(4, 99))
    with pytest.raises(EnvError, match="no option 'speed'"):
        env.reset(options={"speed": 2})
    with pytest.raises(EnvError, match="no signal controller"):
        SignalEnv(grid(1, 1, signals=False))
    with pytest.raises(EnvError, match="multiple of dt_s"):
        SignalEnvOptions(interval_s=1.0)
    with pytest.raises(EnvError, match="at least two intervals"):
        SignalEnvOptions(duration_s=5.0)
