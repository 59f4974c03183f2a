"""What holds for every demand on small grids: nobody is lost, overlaps or runs red; same seed, same bits."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jing_citybrain.control import MaxPressureController
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.traffic import TrafficOptions, TrafficSummary, TrafficWorld

NETWORKS = {
    (nx, ny, lanes, signals): None for nx in (1, 2, 3) for ny in (1, 2) for lanes in (1, 2) for signals in (True, False)
}
_MADE: dict[tuple[int, int, int, bool], RoadNetwork] = {}


def _network(key: tuple[int, int, int, bool]) -> RoadNetwork:
    nx, ny, lanes, signals = key
    if key not in _MADE:
        _MADE[key] = grid(nx, ny, lanes=lanes, signals=signals, spacing_m=180.0)
    return _MADE[key]


def _run(key: tuple[int, int, int, bool], rate_vph: float, options: TrafficOptions, adaptive: bool) -> TrafficSummary:
    network = _network(key)
    trips, _ = random_trips(network, rate_vph, DemandOptions(duration_s=240.0, seed=options.seed))
    controller = MaxPressureController() if adaptive and len(network.controllers) else None
    world = TrafficWorld(network, trips, options, controller=controller)
    world.run(360.0)
    summary = world.summary()
    assert len(trips) == summary.inserted + summary.waiting_to_enter
    assert np.isfinite(world.state.entered_s).sum() == summary.inserted
    return summary


worlds = st.tuples(
    st.sampled_from(sorted(NETWORKS)),
    st.floats(50.0, 6000.0),
    st.builds(
        TrafficOptions,
        seed=st.integers(0, 2**31),
        dt_s=st.sampled_from([1.0, 0.5, 0.2]),
        car_following=st.sampled_from(["krauss", "idm"]),
    ),
    st.booleans(),
)


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_vehicles_are_conserved_and_never_overlap_or_run_red(
    world: tuple[tuple[int, int, int, bool], float, TrafficOptions, bool],
) -> None:
    summary = _run(*world)
    assert summary.lost == 0
    assert summary.inserted == summary.arrived + summary.running
    assert summary.overlaps == 0
    assert summary.red_runs == 0


@settings(max_examples=5, deadline=None)
@given(worlds)
def test_the_same_seed_gives_the_same_bits(
    world: tuple[tuple[int, int, int, bool], float, TrafficOptions, bool],
) -> None:
    assert _run(*world).state_hash == _run(*world).state_hash


def test_another_seed_gives_other_bits() -> None:
    options = TrafficOptions(seed=1)
    key = (2, 2, 2, True)
    network = _network(key)
    trips, _ = random_trips(network, 1000.0, DemandOptions(duration_s=60.0, seed=1))
    hashes = set()
    for seed in (1, 2):
        world = TrafficWorld(network, trips, replace(options, seed=seed))
        world.run(120.0)
        hashes.add(world.state_hash())
    assert len(hashes) == 2


@pytest.mark.parametrize("rate_vph", [6000.0])
def test_a_crowded_grid_keeps_moving_for_half_an_hour(rate_vph: float) -> None:
    network = grid(4, 4)
    trips, _ = random_trips(network, rate_vph, DemandOptions(duration_s=900.0, seed=3))
    world = TrafficWorld(network, trips, TrafficOptions(seed=3))
    world.run(1200.0)
    before = world.summary().arrived
    world.run(1800.0)
    after = world.summary()
    assert after.arrived > before or after.running == 0
    assert (after.overlaps, after.red_runs, after.lost) == (0, 0, 0)
