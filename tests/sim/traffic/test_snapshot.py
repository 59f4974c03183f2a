"""Worlds that are put back, branched or loaded go on with the same bits."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.protocols import SignalObservation, Stages
from jing_sim.traffic import SimulationError, TrafficOptions, TrafficWorld, load_world, save_world
from jing_sim.trips import Trips

FURTHER = 300


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return grid(2, 2)


@pytest.fixture(scope="module")
def trips(network: RoadNetwork) -> Trips:
    return random_trips(network, 3000.0, DemandOptions(duration_s=400.0, seed=3))[0]


def _world(network: RoadNetwork, trips: Trips) -> TrafficWorld:
    world = TrafficWorld(network, trips, TrafficOptions(seed=3, deadlock_s=20.0))
    world.run(150.0)
    return world


def _later(world: TrafficWorld) -> str:
    for _ in range(FURTHER):
        world.step()
    return world.state_hash()


def test_a_restored_world_goes_on_bit_for_bit(network: RoadNetwork, trips: Trips) -> None:
    world = _world(network, trips)
    kept = world.snapshot()
    before, once = world.state_hash(), _later(world)
    world.restore(kept)
    assert world.state_hash() == before != once
    assert _later(world) == once
    world.restore(kept)
    assert _later(world) == once


def test_a_branch_goes_on_alone(network: RoadNetwork, trips: Trips) -> None:
    world = _world(network, trips)
    before, other = world.state_hash(), world.branch()
    once = _later(other)
    assert world.state_hash() == before
    assert _later(world) == once
    assert other.tables is world.tables


def test_a_snapshot_of_another_world_is_refused(network: RoadNetwork, trips: Trips) -> None:
    other = TrafficWorld(network, random_trips(network, 100.0, DemandOptions(duration_s=60.0, seed=1))[0])
    with pytest.raises(SimulationError, match="time 0 s: the snapshot is of another network or other trips"):
        other.restore(TrafficWorld(network, trips).snapshot())


class Turns:
    """A controller that remembers: the next stage after every third question."""

    interval_s = 5.0

    def reset(self, network: RoadNetwork, stages: Stages) -> None:
        self.n, self.asked = np.diff(stages.first_stage), 0

    def decide(self, seen: SignalObservation) -> NDArray[np.int32]:
        del seen
        self.asked += 1
        return (self.asked // 3 % self.n).astype(np.int32)


def test_a_controller_is_put_back_with_what_it_remembers(network: RoadNetwork, trips: Trips) -> None:
    world = TrafficWorld(network, trips, TrafficOptions(seed=3), controller=Turns())
    world.run(52.0)
    kept, other = world.snapshot(), world.branch()
    once = _later(world)
    world.restore(kept)
    assert _later(world) == once == _later(other)


def test_a_loaded_world_goes_on_bit_for_bit(network: RoadNetwork, trips: Trips, tmp_path: Path) -> None:
    world = _world(network, trips)
    save_world(world, tmp_path / "world.npz")
    loaded = load_world(tmp_path / "world.npz", network, trips)
    assert loaded.state_hash() == world.state_hash()
    assert _later(loaded) == _later(world)
    assert [path.name for path in tmp_path.iterdir()] == ["world.npz"]


def test_a_world_is_not_loaded_with_another_map_or_other_trips(
    network: RoadNetwork, trips: Trips, tmp_path: Path
) -> None:
    world = _world(network, trips)
    path = tmp_path / "world.npz"
    save_world(world, path)
    with pytest.raises(SimulationError, match=r"world\.npz: saved with another map"):
        load_world(path, grid(2, 2, spacing_m=150.0), trips)
    with pytest.raises(SimulationError, match="saved with another trips"):
        load_world(path, network, random_trips(network, 100.0, DemandOptions(duration_s=60.0, seed=1))[0])
    with pytest.raises(SimulationError, match="without a signal controller; pass no controller"):
        load_world(path, network, trips, controller=Turns())
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(SimulationError, match="no saved world, or a damaged one"):
        load_world(path, network, trips)
