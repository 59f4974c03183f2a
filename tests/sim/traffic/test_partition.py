"""A network in parts: the same bits as in one piece, and what the halo is for."""

import numpy as np
import pytest

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.traffic import TrafficOptions, TrafficWorld
from jing_sim.traffic.partition import cut_network
from jing_sim.traffic.partitioned import PartitionedTraffic
from jing_sim.traffic.state import demand_of
from jing_sim.traffic.tables import way_tables
from jing_sim.trips import Trips

OPTIONS = TrafficOptions(seed=1)


def busy(network: RoadNetwork) -> Trips:
    return random_trips(network, 6000.0, DemandOptions(duration_s=200.0, seed=1))[0]


@pytest.mark.parametrize("signals", [True, False])
def test_any_number_of_parts_gives_the_bits_of_the_whole(signals: bool) -> None:
    network = grid(5, 5, signals=signals)
    trips = busy(network)
    whole = TrafficWorld(network, trips, OPTIONS)
    whole.run(200.0)
    for parts in (1, 2, 3):
        divided = PartitionedTraffic(network, trips, OPTIONS, parts=parts)
        divided.run(200.0)
        figures, expected = divided.summary(), whole.summary()
        assert figures.state_hash == expected.state_hash
        assert (figures.arrived, figures.running, figures.lost) == (expected.arrived, expected.running, 0)
        assert figures.vehicle_updates == expected.vehicle_updates
        assert np.array_equal(divided.frame().x_m, whole.frame().x_m)


def test_without_a_halo_the_parts_drive_otherwise() -> None:
    network = grid(5, 5)
    trips = busy(network)
    whole = TrafficWorld(network, trips, OPTIONS)
    divided = PartitionedTraffic(network, trips, OPTIONS, parts=2, halo=0.0)
    whole.run(150.0)
    divided.run(150.0)
    assert divided.state_hash() != whole.state_hash()


def test_every_road_has_one_owner_and_parts_weigh_about_the_same() -> None:
    network = grid(8, 8)
    tables, demand = way_tables(network), demand_of(busy(network), 1, 1.0)
    cut = cut_network(network, tables, demand, 4)
    counts = np.bincount(cut.road_owner, minlength=4)
    assert counts.sum() == len(network.roads)
    assert counts.max() < 1.5 * counts.min()
    assert cut.near[cut.way_owner, np.arange(tables.n_ways)].all()
    with pytest.raises(ValueError, match="parts is 0"):
        cut_network(network, tables, demand, 0)
