"""The parts of one network as Ray actors."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import ray

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.cluster.partitioned import RayPartitionedTraffic
from jing_sim.cluster.session import ray_session
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.traffic import TrafficOptions, TrafficWorld
from jing_sim.trips import Trips

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
OPTIONS = TrafficOptions(seed=2)


class ThroughRay(RayPartitionedTraffic):
    """Neighbours exchange as between nodes."""

    by_ray = True


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return grid(5, 5)


@pytest.fixture(scope="module")
def trips(network: RoadNetwork) -> Trips:
    return random_trips(network, 6000.0, DemandOptions(duration_s=60.0, seed=2))[0]


@pytest.fixture(scope="module", autouse=True)
def _session() -> Iterator[None]:
    with ray_session(workers=2):
        yield


@pytest.mark.parametrize("kind", [RayPartitionedTraffic, ThroughRay])
def test_two_actors_give_the_bits_of_one_world(
    network: RoadNetwork, trips: Trips, kind: type[RayPartitionedTraffic]
) -> None:
    whole = TrafficWorld(network, trips, OPTIONS)
    whole.run(60.0)
    divided = kind(network, trips, OPTIONS, parts=2)
    divided.run(60.0)
    figures = divided.summary()
    divided.close()
    assert figures.state_hash == whole.state_hash()
    assert figures.bytes_per_step > 0


def test_when_a_part_dies_the_call_says_so_and_nothing_is_left_in_memory(network: RoadNetwork, trips: Trips) -> None:
    divided = RayPartitionedTraffic(network, trips, OPTIONS, parts=2)
    divided.run(10.0)
    if Path("/dev/shm").is_dir():
        assert not list(Path("/dev/shm").glob("jingsim-parts-*"))
    ray.kill(divided._actors[1])
    with pytest.raises(ray.exceptions.RayError, match=r"part that (tells|listens)|died|dead|killed"):
        divided.run(60.0)
