"""The parts of one network as Ray actors."""

import pytest

from jing_maps.grid import grid
from jing_sim.cluster.partitioned import RayPartitionedTraffic
from jing_sim.cluster.session import ray_session
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.traffic import TrafficOptions, TrafficWorld

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


def test_two_actors_give_the_bits_of_one_world() -> None:
    network = grid(4, 4)
    trips = random_trips(network, 4000.0, DemandOptions(duration_s=60.0, seed=2))[0]
    whole = TrafficWorld(network, trips, TrafficOptions(seed=2))
    whole.run(60.0)
    with ray_session(workers=2):
        divided = RayPartitionedTraffic(network, trips, TrafficOptions(seed=2), parts=2)
        divided.run(60.0)
        figures = divided.summary()
        divided.close()
    assert figures.state_hash == whole.state_hash()
    assert figures.bytes_per_step > 0
