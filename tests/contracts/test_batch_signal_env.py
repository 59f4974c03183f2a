"""The vector environment and the agents of junctions against gymnasium's and PettingZoo's contracts, and the worlds."""

import warnings
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from gymnasium.wrappers.vector import RecordEpisodeStatistics
from pettingzoo.test import parallel_api_test, parallel_seed_test

from jing_agents.envs import BATCH_SIGNALS_ID, BatchSignalEnv, BatchSignalOptions, EnvError, JunctionEnv, register_batch
from jing_maps.grid import grid
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.traffic import SimulationError, TrafficOptions, TrafficWorld

SHORT = BatchSignalOptions(duration_s=60.0, n_demands=2)


def check_vector_env(env: VectorEnv, steps: int = 30) -> None:
    """What gymnasium's documentation asks of a vector environment that begins again in the same step."""
    n = env.num_envs
    assert env.metadata["autoreset_mode"] == AutoresetMode.SAME_STEP
    assert env.observation_space == batch_space(env.single_observation_space, n)
    assert env.action_space == batch_space(env.single_action_space, n)
    seen, infos = env.reset(seed=3)
    assert seen in env.observation_space
    again, _ = env.reset(seed=3)
    assert np.array_equal(seen, again)
    ended = 0
    for _ in range(steps):
        before = seen.copy()
        new, rewards, terminated, truncated, infos = env.step(env.action_space.sample())
        assert np.array_equal(seen, before)
        seen = new
        assert seen in env.observation_space
        assert rewards.shape == terminated.shape == truncated.shape == (n,)
        assert (rewards.dtype, terminated.dtype, truncated.dtype) == (np.float64, np.bool_, np.bool_)
        for name in [name for name in infos if not name.startswith("_")]:
            assert infos[f"_{name}"].shape == (n,)
        over = terminated | truncated
        assert ("final_obs" in infos) == over.any()
        if over.any():
            ended += int(over.sum())
            assert np.array_equal(infos["_final_obs"], over)
            assert np.array_equal(infos["_final_info"], over)
            for w in range(n):
                assert (infos["final_obs"][w] is not None) == over[w]
                assert not over[w] or infos["final_obs"][w] in env.single_observation_space
    assert ended > 0


def test_the_vector_environment_keeps_gymnasiums_contract() -> None:
    env = BatchSignalEnv(3, options=SHORT)
    env.action_space.seed(1)
    check_vector_env(env)
    env.close()


def test_it_is_made_by_its_id_and_its_wrappers_work() -> None:
    register_batch()
    register_batch()
    env = RecordEpisodeStatistics(gymnasium.make_vec(BATCH_SIGNALS_ID, num_envs=2, options=SHORT))
    env.reset(seed=1)
    for _ in range(12):
        *_, infos = env.step(env.action_space.sample())
        if "episode" in infos:
            break
    assert infos["episode"]["l"].tolist() == [12, 12]
    assert infos["final_info"]["arrived"].shape == (2,)
    env.close()


def play(env: BatchSignalEnv, seed: int, steps: int = 25) -> tuple[bytes, bytes, str]:
    """All observations and rewards, and the hash of the last episode that ended."""
    rng = np.random.default_rng(0)
    seen, infos = env.reset(seed=seed)
    bits, rewards, last = [seen.tobytes()], [], ""
    for _ in range(steps):
        actions = rng.integers(env.batch.n_stages, size=(env.num_envs, len(env.batch.n_stages)))
        seen, reward, _, _, infos = env.step(actions)
        bits.append(seen.tobytes())
        rewards.append(reward.tobytes())
        if "final_info" in infos:
            last = str(infos["final_info"]["state_hash"][0])
    env.close()
    return b"".join(bits), b"".join(rewards), last


def test_the_same_seed_gives_the_same_bits_on_any_number_of_threads_and_others_other_traffic() -> None:
    first = play(BatchSignalEnv(4, options=SHORT), 5)
    threads = BatchSignalOptions(duration_s=60.0, n_demands=2, threads=2)
    assert play(BatchSignalEnv(4, options=threads), 5) == first
    assert play(BatchSignalEnv(4, options=SHORT), 6) != first
    assert first[2]


def test_a_world_of_it_is_the_traffic_world_of_its_seed_and_demand() -> None:
    network = grid(2, 2)
    demands = [random_trips(network, 1500.0, DemandOptions(duration_s=60.0, seed=k))[0] for k in range(2)]
    env = BatchSignalEnv(3, network, demands, SHORT)
    env.reset(seed=[7, 8, 9])
    assert env.batch.seeds.tolist() == [7, 8, 9]
    keep = np.zeros((3, 4), np.int64)
    infos: dict[str, Any] = {}
    for _ in range(12):
        *_, infos = env.step(keep)

    class Keep:
        interval_s = 5.0

        def reset(self, network: object, stages: object) -> None: ...

        def decide(self, seen: object) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
            return np.zeros(4, np.int32)

    world = TrafficWorld(network, demands[1], TrafficOptions(seed=8), controller=Keep())
    world.run(60.0)
    assert infos["final_info"]["state_hash"][1] == world.state_hash()


def test_masks_name_the_stages_that_would_have_an_effect() -> None:
    env = BatchSignalEnv(2, options=SHORT)
    _, infos = env.reset(seed=1)
    mask = infos["action_mask"]
    assert mask.shape == (2, 4, env.batch.features.most_stages)
    assert (mask.sum(axis=2) == 1).all()
    for _ in range(4):
        seen, *_, infos = env.step(np.zeros((2, 4), np.int64))
    most = env.batch.features.most_stages
    free = seen[..., most] > 0.5
    assert free.any()
    assert (infos["action_mask"].sum(axis=2)[free] > 1).all()


def test_the_reward_is_the_sum_of_those_of_the_junctions() -> None:
    env = BatchSignalEnv(2, options=BatchSignalOptions(duration_s=120.0, reward="waiting"))
    env.reset(seed=1)
    for _ in range(12):
        _, rewards, _, _, infos = env.step(np.zeros((2, 4), np.int64))
    assert rewards.tolist() == pytest.approx(infos["junction_reward"].sum(axis=1).tolist())
    assert (rewards < 0).all()


def test_single_worlds_begin_again_by_a_mask() -> None:
    env = BatchSignalEnv(3, options=SHORT)
    env.reset(seed=1)
    env.step(np.zeros((3, 4), np.int64))
    _, infos = env.reset(seed=4, options={"reset_mask": np.array([False, True, False])})
    assert infos["time_s"].tolist() == [5.0, 0.0, 5.0]


def test_wrong_use_of_the_vector_environment_is_told() -> None:
    env = BatchSignalEnv(2, options=SHORT)
    with pytest.raises(EnvError, match="before reset"):
        env.step(np.zeros((2, 4), np.int64))
    with pytest.raises(EnvError, match="no option 'speed'"):
        env.reset(options={"speed": 2})
    with pytest.raises(EnvError, match="3 seeds for 2 worlds"):
        env.reset(seed=[1, 2, 3])
    env.reset(seed=1)
    with pytest.raises(SimulationError, match=r"world 1, time 0 s: signal controller .* stage 9"):
        env.step(np.array([[0, 0, 0, 0], [0, 9, 0, 0]]))
    with pytest.raises(EnvError, match="no signal controller"):
        BatchSignalEnv(2, grid(1, 1, signals=False))
    with pytest.raises(EnvError, match="num_envs is 0"):
        BatchSignalEnv(0)
    with pytest.raises(EnvError, match="n_demands is 0"):
        BatchSignalOptions(n_demands=0)


def test_agents_of_junctions_keep_pettingzoos_contract() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parallel_api_test(JunctionEnv(options=SHORT), num_cycles=30)
        parallel_seed_test(lambda: JunctionEnv(options=SHORT), num_cycles=20)


def test_an_agent_sees_and_earns_what_its_row_of_the_batch_says() -> None:
    env, batch = JunctionEnv(options=SHORT), BatchSignalEnv(1, options=SHORT)
    seen, _ = env.reset(seed=3)
    rows, _ = batch.reset(seed=3)
    for turn in range(5):
        stage = turn // 3
        assert np.array_equal(np.stack([seen[agent]["observation"] for agent in env.possible_agents]), rows[0])
        seen, rewards, *_ = env.step(dict.fromkeys(env.agents, stage))
        rows, *_, infos = batch.step(np.full((1, 4), stage))
        assert list(rewards.values()) == infos["junction_reward"][0].tolist()
    with pytest.raises(EnvError, match=r"action of agent .* is missing"):
        env.step({})
    with pytest.raises(EnvError, match=r"action of agent .* is 9"):
        env.step(dict.fromkeys(env.agents, 9))
    with pytest.raises(EnvError, match="before reset"):
        JunctionEnv(options=SHORT).step({})
