"""A batch of worlds: each is the world that it would be alone, whatever stands beside it."""

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.protocols import SignalObservation, Stages
from jing_sim.traffic import SimulationError, TrafficBatch, TrafficOptions, TrafficWorld
from jing_sim.traffic.summary import state_hash
from jing_sim.trips import Trips

NETWORK = grid(2, 2)
INTERVALS = 60
DEFAULT = TrafficOptions()


def trips_of(seed: int, rate_vph: float = 2400.0) -> Trips:
    return random_trips(NETWORK, rate_vph, DemandOptions(duration_s=300.0, seed=seed))[0]


def plan(seed: int, n: int = INTERVALS, network: RoadNetwork = NETWORK) -> NDArray[np.int32]:
    """`(n, J)` stages that change every 20 s or so."""
    rng = np.random.default_rng(seed)
    stages = rng.integers(0, 4, (n // 4 + 1, len(network.controllers)), np.int32)
    return np.asarray(np.repeat(stages, 4, axis=0)[:n], np.int32)


class Told:
    """A controller that does what was written down."""

    interval_s = 5.0

    def __init__(self, stages: NDArray[np.int32]) -> None:
        self._stages = list(stages)

    def reset(self, network: RoadNetwork, stages: Stages) -> None:
        del network, stages

    def decide(self, seen: SignalObservation) -> NDArray[np.int32]:
        return np.asarray(self._stages[round(seen.time_s / self.interval_s)], dtype=np.int32)


def alone(trips: Trips, seed: int, stages: NDArray[np.int32], options: TrafficOptions = DEFAULT) -> str:
    """The hash of a world on its own, after all the intervals."""
    options = TrafficOptions(dt_s=options.dt_s, seed=seed, deadlock_s=options.deadlock_s)
    world = TrafficWorld(NETWORK, trips, options, controller=Told(stages))
    for _ in range(round(5.0 * len(stages) / options.dt_s)):
        world.step()
    return world.state_hash()


def hashes(
    demands: Sequence[Trips], seeds: Sequence[int], threads: int = 1, options: TrafficOptions = DEFAULT
) -> list[str]:
    """Hashes of the worlds of a batch; each follows the plan of its seed."""
    batch = TrafficBatch(NETWORK, demands, options, seeds, threads=threads)
    plans = np.stack([plan(seed) for seed in seeds], axis=1)
    for actions in plans:
        batch.step(actions)
    batch.close()
    return [batch.state_hash(w) for w in range(len(batch))]


def test_a_world_of_a_batch_is_the_world_alone() -> None:
    demands = [trips_of(7), trips_of(8, 3600.0), trips_of(9, 600.0)]
    expected = [alone(trips, seed, plan(seed)) for trips, seed in zip(demands, (3, 4, 5), strict=True)]
    assert hashes(demands, (3, 4, 5)) == expected
    assert len(set(expected)) == 3


def test_neither_batch_size_nor_threads_change_a_world() -> None:
    demand = [trips_of(7)]
    many = hashes(demand, range(64))
    assert hashes(demand, range(64), threads=2) == many
    assert hashes(demand, [5]) == many[5:6]
    assert many[5] == alone(demand[0], 5, plan(5))


def test_half_second_steps_are_those_of_the_world_alone() -> None:
    options = TrafficOptions(dt_s=0.5)
    assert hashes([trips_of(7)], [2], options=options) == [alone(trips_of(7), 2, plan(2), options)]


def test_detours_are_those_of_the_world_alone() -> None:
    options = TrafficOptions(deadlock_s=20.0)
    demand, seeds = [trips_of(1, 9000.0)], range(8)
    batch = TrafficBatch(NETWORK, demand, options, seeds)
    for actions in np.stack([plan(seed) for seed in seeds], axis=1):
        batch.step(actions)
    assert sum(batch.summary(w).rerouted for w in seeds) > 0
    assert hashes(demand, seeds, options=options) == [alone(demand[0], s, plan(s), options) for s in seeds]


def test_a_world_that_is_over_begins_again_with_its_next_seed_and_demand() -> None:
    demands = [trips_of(1), trips_of(2), trips_of(3)]
    batch = TrafficBatch(NETWORK, demands, seeds=[10, 11], horizon_s=100.0)
    first = batch.reset()
    for k in range(20):
        seen, reward, done = batch.step(np.stack([plan(0)[k], plan(1)[k]]))
        assert done.tolist() == [k == 19] * 2
    assert batch.time_s.tolist() == [0.0, 0.0]
    assert batch.seeds.tolist() == [12, 13]
    assert (reward <= 0).all()
    assert reward.any()
    np.testing.assert_array_equal(seen, first)
    assert (batch.final_observations != seen).any()
    for k in range(10):
        batch.step(np.stack([plan(12)[k], plan(13)[k]]))
    assert batch.state_hash(0) == alone(demands[2], 12, plan(12)[:10])
    assert batch.state_hash(1) == alone(demands[0], 13, plan(13)[:10])


def test_reset_begins_the_masked_worlds_alone() -> None:
    batch = TrafficBatch(NETWORK, [trips_of(1)], seeds=[1, 2, 3])
    for k in range(10):
        batch.step(np.stack([plan(0)[k]] * 3))
    kept = batch.state_hash(0)
    batch.reset(np.array([False, True, False]), seeds=[0, 9, 0])
    assert batch.time_s.tolist() == [50.0, 0.0, 50.0]
    assert batch.seeds.tolist() == [1, 9, 3]
    assert batch.state_hash(0) == kept


def test_a_branch_goes_the_way_of_its_origin() -> None:
    batch = TrafficBatch(NETWORK, [trips_of(1), trips_of(2)], seeds=[1, 2])
    for k in range(20):
        batch.step(np.stack([plan(0)[k]] * 2))
    kept = batch.snapshot(0)
    for k in range(20, 40):
        batch.step(np.stack([plan(0)[k]] * 2))
    went = batch.state_hash(0)
    batch.restore(1, kept)
    for k in range(20, 40):
        batch.step(np.stack([plan(3)[k], plan(0)[k]]))
    assert batch.state_hash(1) == went != batch.state_hash(0)


def test_limits_and_closures_are_those_of_one_world() -> None:
    def run(slow: bool) -> list[str]:
        batch = TrafficBatch(NETWORK, [trips_of(1)], seeds=[1, 2])
        if slow:
            batch.limit_mps[1] *= 0.5
        for k in range(20):
            batch.step(np.stack([plan(0)[k]] * 2))
        return [batch.state_hash(w) for w in range(2)]

    free, slowed = run(False), run(True)
    assert free[0] == slowed[0]
    assert free[1] != slowed[1]


def test_a_closed_lane_is_that_of_the_world_alone() -> None:
    trips, options = trips_of(1, 9000.0), TrafficOptions(deadlock_s=20.0)
    lane = int(NETWORK.connectors.from_lane[NETWORK.connectors.signal_group >= 0][0])
    batch = TrafficBatch(NETWORK, [trips], options, seeds=[1, 2])
    world = TrafficWorld(NETWORK, trips, replace(options, seed=2), controller=Told(plan(0)))
    for k, actions in enumerate(plan(0)[:50]):
        if k == 10:
            batch.close_lane(1, lane)
            world.close_lane(lane)
        if k == 40:
            batch.open_lane(1, lane)
            world.open_lane(lane)
        batch.step(np.stack([actions] * 2))
        world.run(5.0 * (k + 1))
        # Not the world's own hash, which names closed lanes too.
        assert batch.state_hash(1) == state_hash(world.time_s, world.demand, world.state)
    assert batch.summary(1).rerouted == world.rerouted > 0
    assert batch.state_hash(1) == world.state_hash()
    assert batch.state_hash(0) == alone(trips, 1, plan(0)[:50], options)
    with pytest.raises(SimulationError, match="world 1, time 250 s: there is no lane 9999"):
        batch.close_lane(1, 9999)


def test_a_closed_road_is_that_of_the_world_alone_until_the_episode_ends() -> None:
    network = grid(3, 3)
    trips = random_trips(network, 4000.0, DemandOptions(duration_s=300.0, seed=1))[0]
    stages = plan(1, 40, network)
    batch = TrafficBatch(network, [trips], seeds=[4, 5], horizon_s=200.0)
    world = TrafficWorld(network, trips, TrafficOptions(seed=5), controller=Told(stages))
    road = int(np.bincount(trips.roads).argmax())
    begins = int(trips.roads[trips.first_road[:-1]][trips.depart_s > 60.0][0])
    for k in range(39):
        if k == 8:
            kept = batch.snapshot(1)
            for one in (road, begins):
                batch.close_road(1, one)
                world.close_road(one)
            waiting = len(world.demand.route)
        if k == 30:
            batch.open_road(1, road)
            world.open_road(road)
        batch.step(np.stack([stages[k]] * 2))
        world.run(world.time_s + 5.0)
        assert batch.state_hash(1) == state_hash(world.time_s, world.demand, world.state), k
    assert waiting > len(trips.roads)
    batch.step(np.stack([stages[39]] * 2))
    assert not batch._worlds.closed.any()
    batch.restore(0, kept)
    assert batch.time_s.tolist() == [40.0, 0.0]
    with pytest.raises(SimulationError, match="world 1, time 0 s: there is no road 9999"):
        batch.close_road(1, 9999)


def test_observations_tell_stages_lanes_and_queues() -> None:
    trips = trips_of(1)
    batch = TrafficBatch(NETWORK, [trips], seeds=[4])
    world = TrafficWorld(NETWORK, trips, TrafficOptions(seed=4), controller=Told(plan(4)))
    for actions in plan(4):
        seen, reward, _ = batch.step(actions[None])
    world.run(300.0)
    x = batch.features
    count, halting = world.lane_vehicles()[x.lane_in], world.lane_halting()[x.lane_in]
    n, most = x.most_stages + 2, x.lane_in.shape[1]
    np.testing.assert_allclose(seen[0, :, n : n + most], np.minimum(count / x.storage, 1.0), rtol=1e-6)
    np.testing.assert_allclose(seen[0, :, n + most :], np.minimum(halting / x.storage, 1.0), rtol=1e-6)
    np.testing.assert_array_equal(reward[0], -halting.sum(axis=1))
    assert (seen[0, :, : x.most_stages].sum(axis=1) == 1.0).all()
    assert batch.observation_mask.shape == seen.shape[1:]
    assert (np.abs(seen) <= 1.0).all()


@pytest.mark.parametrize("reward", ["pressure", "waiting"])
def test_other_rewards_are_never_positive(reward: str) -> None:
    batch = TrafficBatch(NETWORK, [trips_of(1)], seeds=[4], reward=reward)
    rewards = np.stack([batch.step(actions[None])[1] for actions in plan(4)])
    assert (rewards <= 0.0).all()
    assert (rewards < 0.0).any()


def test_green_is_kept_for_its_minimum_and_followed_by_yellow() -> None:
    batch = TrafficBatch(NETWORK, [trips_of(1)], seeds=[1])
    free = batch.features.most_stages
    seen = batch.reset()
    assert not seen[0, :, free].any()
    stages = [batch.step(np.ones((1, 4), np.int32))[0][0] for _ in range(6)]
    took = [int(np.argmax(s[0, :free])) for s in stages]
    assert took[0] == 0
    assert took[-1] == 1
    assert sorted(took) == took
    assert stages[took.index(1)][0, free + 1] <= 0.0


def test_an_action_that_is_no_stage_names_world_time_and_controller() -> None:
    batch = TrafficBatch(NETWORK, [trips_of(1)], seeds=[1, 2])
    actions = np.zeros((2, 4), np.int32)
    batch.step(actions)
    before = batch.state_hash(1)
    actions[1, 2] = 9
    with pytest.raises(SimulationError, match=r"world 1, time 5 s: signal controller 'J.*' was asked for stage 9"):
        batch.step(actions)
    with pytest.raises(SimulationError, match="whole numbers of shape"):
        batch.step(np.zeros((2, 4)))  # type: ignore[arg-type]
    assert batch.state_hash(1) == before


def test_figures_are_those_of_the_world_alone() -> None:
    trips = trips_of(1)
    batch = TrafficBatch(NETWORK, [trips], seeds=[1, 2], audit=True)
    world = TrafficWorld(NETWORK, trips, TrafficOptions(seed=2), controller=Told(plan(4)))
    world.run(300.0)
    for actions in plan(4):
        batch.step(np.stack([actions] * 2))
    batched, expected = asdict(batch.summary(1)), asdict(world.summary())
    for clock in ("engine_wall_s", "engine_cpu_s"):
        assert batched.pop(clock) > 0.0 < expected.pop(clock)
    assert batched == expected
    assert batched["arrived"] > 0
    assert (batched["red_runs"], batched["lost"]) == (0, 0)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"interval_s": 2.5}, "interval_s 2.5 must be a multiple"),
        ({"horizon_s": 1.0}, "horizon_s is 1"),
        ({"threads": 0}, "threads is 0"),
        ({"reward": "joy"}, "joy"),
        ({"seeds": []}, "0 worlds"),
    ],
)
def test_values_that_cannot_be_are_named(wrong: dict[str, object], text: str) -> None:
    with pytest.raises((SimulationError, LookupError, ValueError), match=text):
        TrafficBatch(NETWORK, [trips_of(1)], **wrong)  # type: ignore[arg-type]
