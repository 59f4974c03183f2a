"""A network in parts: the same bits as in one piece, and what the halo is for."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jing_maps.areas import load_area
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.protocols import SignalController, SignalObservation, Stages
from jing_sim.traffic import SimulationError, TrafficOptions, TrafficWorld
from jing_sim.traffic.partition import cut_junctions, cut_network
from jing_sim.traffic.partitioned import PartitionedTraffic
from jing_sim.traffic.signal_tables import signal_tables
from jing_sim.traffic.state import demand_of
from jing_sim.traffic.tables import way_tables
from jing_sim.trips import Trips

OPTIONS = TrafficOptions(seed=1)


def busy(network: RoadNetwork, rate: float = 6000.0, seconds: float = 200.0) -> Trips:
    return random_trips(network, rate, DemandOptions(duration_s=seconds, seed=1))[0]


class Longest:
    """Shows the stage whose turn it is, or the next one where more than so many stand in the network."""

    interval_s = 3.0

    def __init__(self) -> None:
        self.seen: list[SignalObservation] = []
        self.n_stages = np.zeros(0, np.int32)

    def reset(self, network: RoadNetwork, stages: Stages) -> None:
        self.n_stages = np.maximum(np.diff(stages.first_stage), 1)
        del network

    def decide(self, seen: SignalObservation) -> NDArray[np.int32]:
        self.seen.append(seen)
        turn = seen.lane_halting.sum() + seen.lane_vehicles[::7].sum() + seen.connector_vehicles.sum()
        return np.asarray((seen.stage + (turn + np.arange(len(seen.stage))) % 2) % self.n_stages, np.int32)


def both(
    network: RoadNetwork, trips: Trips, until_s: float, options: TrafficOptions = OPTIONS,
    controller: type[SignalController] | None = None, **how: object,
) -> tuple[TrafficWorld, PartitionedTraffic]:  # fmt: skip
    """The world in one piece and in parts, after the same time."""
    whole = TrafficWorld(network, trips, options, controller=controller() if controller else None)
    divided = PartitionedTraffic(network, trips, options, controller=controller() if controller else None, **how)  # type: ignore[arg-type]
    whole.run(until_s)
    divided.run(until_s)
    return whole, divided


@pytest.mark.parametrize("signals", [True, False])
@pytest.mark.parametrize("parts", [1, 2, 3, 5])
def test_any_number_of_parts_gives_the_bits_of_the_whole(signals: bool, parts: int) -> None:
    network = grid(10, 10, signals=signals)
    whole, divided = both(network, busy(network, 15_000.0), 200.0, parts=parts)
    figures, expected = divided.summary(), whole.summary()
    assert figures.state_hash == expected.state_hash
    assert (figures.arrived, figures.running, figures.lost) == (expected.arrived, expected.running, 0)
    assert figures.vehicle_updates == expected.vehicle_updates
    assert np.array_equal(divided.frame().x_m, whole.frame().x_m)
    assert sum(figures.part_vehicles) == figures.running


def test_a_real_area_with_short_roads_actuated_signals_and_detours_across_parts() -> None:
    network = load_area("yizhuang")
    whole, divided = both(network, busy(network, 12_000.0, 500.0), 500.0, replace(OPTIONS, deadlock_s=60.0), parts=5)
    assert (whole.signals.tables.actuated >= 0).sum() > 50
    assert divided.summary().rerouted == whole.rerouted > 10
    assert divided.state_hash() == whole.state_hash()


@pytest.mark.parametrize("how", [{"dt_s": 0.5}, {"car_following": "idm"}])
def test_other_steps_and_models_give_the_bits_of_the_whole(how: dict[str, float | str]) -> None:
    network = grid(8, 8)
    whole, divided = both(network, busy(network, 12_000.0), 120.0, TrafficOptions(seed=3, **how), parts=3)  # type: ignore[arg-type]
    assert divided.state_hash() == whole.state_hash()


def test_a_controller_decides_once_for_all_parts() -> None:
    network = grid(8, 8)
    whole, divided = both(network, busy(network, 12_000.0), 150.0, controller=Longest, parts=3)
    asked, expected = divided._lights, whole.signals
    assert asked is not None
    assert isinstance(asked.controller, Longest)
    assert isinstance(expected.controller, Longest)
    assert len(asked.controller.seen) == len(expected.controller.seen) == 50
    for ours, theirs in zip(asked.controller.seen, expected.controller.seen, strict=True):
        assert all(np.array_equal(getattr(ours, name), getattr(theirs, name)) for name in vars(ours))
    assert divided.state_hash() == whole.state_hash()


def test_closures_and_limits_reach_all_parts() -> None:
    network = grid(8, 8)
    whole, divided = both(network, busy(network, 12_000.0), 60.0, parts=3)
    crossed = int(np.bincount(whole.demand.route, minlength=len(network.roads))[: len(network.roads)].argmax())
    for world in (whole, divided):
        world.close_road(crossed)
        world.close_lane(40, until_s=100.0)
        world.close_lane(90)
        world.set_speed_limit(6.0, road=7)
        world.run(120.0)
        world.open_road(crossed)
        world.run(160.0)
    assert whole.closed_lanes == [90]
    assert len(whole.demand.route) > len(whole.trips.roads)
    assert divided.state_hash() == whole.state_hash()
    with pytest.raises(SimulationError, match="time 160 s: a speed limit of 60 m/s"):
        divided.set_speed_limit(60.0, lane=3)


@given(st.integers(0, 10_000), st.integers(2, 6))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cut_gives_the_bits_of_the_whole(seed: int, parts: int) -> None:
    network = grid(6, 6, signals=bool(seed % 2))
    rng = np.random.default_rng(seed)
    # Pieces around random places: borders of any form, parts in several pieces.
    at = np.stack([network.junctions.x_m, network.junctions.y_m], axis=1)
    places = rng.uniform(at.min(axis=0), at.max(axis=0), (2 * parts, 2))
    nearest = np.linalg.norm(at[:, None] - places[None], axis=2).argmin(axis=1)
    _, owner = np.unique(nearest % parts, return_inverse=True)
    whole, divided = both(network, busy(network), 60.0, owner=owner.astype(np.int32))
    assert divided.state_hash() == whole.state_hash()


def test_without_a_halo_the_parts_drive_otherwise() -> None:
    network = grid(5, 5)
    whole, divided = both(network, busy(network), 150.0, parts=2, hops=0)
    assert divided.state_hash() != whole.state_hash()


def test_the_halo_of_long_roads_is_three_roads_and_grows_with_the_sight() -> None:
    network = grid(12, 12)
    trips = busy(network)
    tables, demand = way_tables(network), demand_of(trips, 1, 1.0, len(network.roads))
    signals, owner = signal_tables(network, network.programs, tables), cut_junctions(network, 2)
    near = cut_network(network, tables, demand, signals, OPTIONS, owner).near[0]
    wide = cut_network(network, tables, demand, signals, OPTIONS, owner, hops=4).near[0]
    assert not (near & ~wide).any()
    assert near.sum() < wide.sum()
    far = replace(demand, typef=demand.typef * np.where(np.arange(demand.typef.shape[1]) == 6, 8.0, 1.0))
    assert cut_network(network, tables, far, signals, OPTIONS, owner).near[0].sum() > near.sum()


def test_every_road_has_one_owner_and_parts_weigh_about_the_same() -> None:
    network = grid(8, 8)
    tables, demand = way_tables(network), demand_of(busy(network), 1, 1.0, len(network.roads))
    signals = signal_tables(network, network.programs, tables)
    cut = cut_network(network, tables, demand, signals, OPTIONS, cut_junctions(network, 4))
    counts = np.bincount(cut.road_owner, minlength=4)
    assert counts.sum() == len(network.roads)
    assert counts.max() < 1.5 * counts.min()
    assert cut.near[cut.way_owner, np.arange(tables.n_ways)].all()
    with pytest.raises(SimulationError, match="parts is 0"):
        cut_junctions(network, 0)
    with pytest.raises(SimulationError, match="owner has shape"):
        cut_network(network, tables, demand, signals, OPTIONS, np.zeros(3, np.int32))
