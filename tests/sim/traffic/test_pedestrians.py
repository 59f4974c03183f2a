"""People cross; drivers yield to them; both get through."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.traffic import PedestrianDemand, SimulationError, TrafficOptions, TrafficWorld, load_world, save_world
from jing_sim.trips import Trips


def _trips(network: RoadNetwork, per_hour: float = 1200.0) -> Trips:
    return random_trips(network, per_hour, DemandOptions(duration_s=500.0, seed=4))[0]


def _network(walk_signals: bool) -> RoadNetwork:
    """A grid, with signals for people or without."""
    network = grid(2, 2)
    if walk_signals:
        return network
    none = np.full(len(network.crosswalks), -1, np.int32)
    return replace(network, crosswalks=replace(network.crosswalks, signal_group=none))


def _demand(network: RoadNetwork, rate: float = 240.0) -> PedestrianDemand:
    return PedestrianDemand(np.full(len(network.crosswalks), rate))


def _ran_over(world: TrafficWorld, before: dict[int, tuple[int, float]], busy: NDArray[np.uint8]) -> int:
    """Vehicles whose front came onto the stretch of a walk that was busy before and in this step."""
    walks, frame, n_lanes = world.network.crosswalks, world.frame(), len(world.network.lanes)
    hits = 0
    for vehicle, line, pos in zip(frame.vehicle, frame.lane, frame.pos_m, strict=True):
        if line < n_lanes:
            continue
        was_line, was = before.get(int(vehicle), (-1, 0.0))
        begin = was if was_line == line else -1.0
        rows = np.flatnonzero(walks.crossed_connector == line - n_lanes)
        enter, walk = walks.crossed_enter_m[rows], walks.crossed_crosswalk[rows]
        hits += int(((begin < enter - 0.1) & (pos > enter + 0.1) & (busy[walk] > 0)).sum())
    return hits


@pytest.mark.parametrize("signals", [True, False])
def test_people_cross_and_nobody_is_run_over(signals: bool) -> None:
    network = _network(signals)
    trips = _trips(network)
    world = TrafficWorld(network, trips, TrafficOptions(seed=4), pedestrians=_demand(network))
    hits = 0
    while world.time_s < 600.0:
        frame = world.frame()
        before = {
            int(v): (int(line), float(pos)) for v, line, pos in zip(frame.vehicle, frame.lane, frame.pos_m, strict=True)
        }
        world.step()
        hits += _ran_over(world, before, world.state.walk_busy)
    assert hits == 0
    people = world.pedestrian_summary()
    assert people is not None
    came = int((people.crossed + people.walking + people.waiting).sum())
    assert came == pytest.approx(len(network.crosswalks) * 240 * 600 / 3600, rel=0.15)
    assert people.crossed.sum() > 0.8 * came
    assert np.nanmean(people.mean_wait_s) < (60.0 if signals else 20.0)
    world.run(1200.0)
    figures = world.summary()
    assert (figures.arrived, figures.lost, figures.red_runs) == (len(trips), 0, 0)


def test_drivers_lose_time_to_people() -> None:
    network = _network(walk_signals=False)
    trips = _trips(network)
    times = []
    for pedestrians in (None, _demand(network, 400.0)):
        world = TrafficWorld(network, trips, TrafficOptions(seed=4), pedestrians=pedestrians)
        world.run(800.0)
        times.append(world.summary().mean_travel_time_s)
    assert times[1] > times[0] + 1.0


def test_a_world_with_people_is_put_back_and_loaded(tmp_path: Path) -> None:
    network = grid(1, 1)
    trips, demand = _trips(network), _demand(network)
    world = TrafficWorld(network, trips, pedestrians=demand)
    world.run(100.0)
    kept = world.snapshot()
    save_world(world, tmp_path / "w.npz")
    worlds = [world, world.branch(), load_world(tmp_path / "w.npz", network, trips, pedestrians=demand)]
    for one in worlds:
        one.run(400.0)
    assert len({one.state_hash() for one in worlds}) == 1
    once = world.state_hash()
    world.restore(kept)
    assert world.state_hash() != once
    world.run(400.0)
    assert world.state_hash() == once
    with pytest.raises(SimulationError, match="saved with pedestrians; pass their demand"):
        load_world(tmp_path / "w.npz", network, trips)


def test_rates_that_cannot_be_are_named() -> None:
    network = grid(1, 1)
    with pytest.raises(SimulationError, match=r"crosswalk 1: rate -2\.0 people an hour; it must be 0 or more"):
        PedestrianDemand(np.array([1.0, -2.0]))
    with pytest.raises(SimulationError, match="1 pedestrian rates for 4 crosswalks"):
        TrafficWorld(network, _trips(network), pedestrians=PedestrianDemand(np.ones(1)))
