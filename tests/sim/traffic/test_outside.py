"""Vehicles moved from outside take part."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from jing_maps.columns import Turn
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.trace import RunFolder, RunManifest, TraceWriter
from jing_sim.traffic import SimulationError, TrafficOptions, TrafficWorld, load_world, save_world
from jing_sim.trips import Trips

Maker = Callable[..., Trips]
Gates = Callable[[RoadNetwork], tuple[list[int], list[int]]]


def _straight(network: RoadNetwork, start: int) -> int:
    tail, head = network.road_of_connector()
    return int(head[(tail == start) & (network.connectors.turn == Turn.STRAIGHT)][0])


def _at(network: RoadNetwork, lane: int, pos_m: float) -> tuple[float, float, float]:
    """x, y and heading on a lane."""
    x, y, _, heading = network.lanes.centre.locate(np.array([lane], np.int32), np.array([pos_m]))
    return float(x[0]), float(y[0]), float(heading[0])


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return grid(1, 1, spacing_m=400.0, lanes=1, signals=False)


def test_others_stop_behind_it_and_go_on_when_it_leaves_the_road(
    network: RoadNetwork, make_trips: Maker, gates: Gates
) -> None:
    start = gates(network)[0][0]
    lane = int(network.roads.first_lane[start])
    trips = make_trips(network, [(start, _straight(network, start))] * 5, np.arange(5) * 4.0)
    world = TrafficWorld(network, trips)
    ego = world.add_outside("car", *_at(network, lane, 200.0), 0.0)
    for _ in range(90):
        world.place_outside(ego, *_at(network, lane, 200.0), 0.0)
        world.step()
    frame = world.frame()
    assert ego in frame.vehicle
    assert frame.pos_m[frame.vehicle != ego].max() < 195.0
    assert world.lane_halting()[lane] == 6
    x, y, heading = _at(network, lane, 200.0)
    world.place_outside(ego, x + 60.0, y + 60.0, heading, 0.0)
    world.step()
    assert ego not in world.frame().vehicle
    world.run(200.0)
    figures = world.summary()
    assert (figures.arrived, figures.overlaps, figures.lost, figures.running) == (5, 0, 0, 0)


def test_others_give_way_to_it_at_a_junction(network: RoadNetwork, make_trips: Maker, gates: Gates) -> None:
    starts = gates(network)[0]
    other = starts[1]
    trips = make_trips(network, [(other, _straight(network, other))] * 30, np.arange(30) * 4.0)
    world = TrafficWorld(network, trips, TrafficOptions(dt_s=0.5))
    index, start = world.lane_index, starts[0]
    lane = int(network.roads.first_lane[start])
    x, y, heading = _at(network, lane, 150.0)
    ego = world.add_outside("car", x, y, heading, 10.0, roads=[start, _straight(network, start)])
    inside = 0
    while world.time_s < 60.0:
        x, y = x + 5.0 * np.cos(heading), y + 5.0 * np.sin(heading)
        if index.nearest(x, y, heading_rad=heading, max_distance_m=3.0).lane[0] < 0:
            break
        world.place_outside(ego, x, y, heading, 10.0)
        world.step()
        inside += int((world.connector_vehicles() > 0).any())
        frame = world.frame()
        at = frame.vehicle == ego
        assert np.hypot(frame.x_m[at] - x, frame.y_m[at] - y)[0] < 2.0
    assert inside > 3
    assert world.summary().overlaps == 0
    world.remove_outside(ego)
    world.run(300.0)
    assert world.summary().arrived == 30
    with pytest.raises(SimulationError, match=rf"vehicle {ego} is not moved from outside; there are none"):
        world.place_outside(ego, x, y, heading, 10.0)


def test_nobody_drives_through_it_where_it_stands_in_a_junction(
    network: RoadNetwork, make_trips: Maker, gates: Gates
) -> None:
    starts = gates(network)[0]
    ways = [(start, _straight(network, start)) for start in starts]
    trips = make_trips(network, ways[1:] * 4, np.repeat(np.arange(4) * 4.0, 3))
    world = TrafficWorld(network, trips)
    tail, head = network.road_of_connector()
    own = int(np.flatnonzero((tail == ways[0][0]) & (head == ways[0][1]))[0])
    line = network.connectors.centre
    x, y, _, heading = (float(v[0]) for v in line.locate(np.array([own]), line.lengths_m()[[own]] / 2 + 2.5))
    ego = world.add_outside("car", x, y, heading, 0.0)
    assert world.connector_vehicles()[own] == 1
    world.run(90.0)
    held = world.summary()
    # Who crosses stops before it, and stands in the way of the opposite direction.
    assert (held.arrived, held.overlaps) == (0, 0)
    world.remove_outside(ego)
    world.run(300.0)
    assert (world.summary().arrived, world.summary().overlaps) == (12, 0)


def test_a_world_with_an_outside_vehicle_is_put_back_and_loaded(
    network: RoadNetwork, make_trips: Maker, gates: Gates, tmp_path: Path
) -> None:
    start = gates(network)[0][0]
    lane = int(network.roads.first_lane[start])
    trips = make_trips(network, [(start, _straight(network, start))] * 40, np.arange(40) * 4.0)
    world = TrafficWorld(network, trips)
    ego = world.add_outside("truck", *_at(network, lane, 100.0), 3.0)
    world.run(20.0)
    save_world(world, tmp_path / "w.npz")
    worlds = [world, world.branch(), load_world(tmp_path / "w.npz", network, trips)]
    for one in worlds:
        for k in range(80):
            one.place_outside(ego, *_at(network, lane, 100.0 + 3 * k), 3.0)
            one.step()
        one.remove_outside(ego)
        one.run(320.0)
    assert len({one.state_hash() for one in worlds}) == 1


def test_a_position_that_is_no_number_ends_the_run_and_the_trace_says_why(
    network: RoadNetwork, make_trips: Maker, gates: Gates, tmp_path: Path
) -> None:
    start = gates(network)[0][0]
    lane = int(network.roads.first_lane[start])
    trips = make_trips(network, [(start, _straight(network, start))] * 5, np.arange(5) * 4.0)
    manifest = RunManifest(run_id="r", area="grid", plan="fixed", engine="native", seed=0, dt_s=1.0)
    message = r"world 'grid.*', time 12 s: vehicle 'ego' was placed from outside at x nan m"
    with (
        pytest.raises(SimulationError, match=message),
        TraceWriter(tmp_path / "run", network, trips, manifest) as trace,
    ):
        _drive_into_nowhere(TrafficWorld(network, trips, recorder=trace), _at(network, lane, 150.0))
    run = RunFolder(tmp_path / "run")
    assert run.manifest.status == "failed"
    assert run.manifest.ended is not None
    assert run.manifest.ended.time_s == 12.0
    assert "vehicle 'ego' was placed from outside at x nan m" in run.manifest.ended.reason
    assert run.states().query("vehicle == 5").shape[0] == 12
    assert run.vehicles()["ext_id"].tolist()[-1] == "ego"


def _drive_into_nowhere(world: TrafficWorld, at: tuple[float, float, float]) -> None:
    ego = world.add_outside("car", *at, 0.0, ext_id="ego")
    world.run(12.0)
    world.place_outside(ego, float("nan"), 0.0, 0.0, 1.0)
