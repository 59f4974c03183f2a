"""Events while a world runs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from jing_maps.columns import Turn, VehicleClass
from jing_maps.errors import UnknownNameError
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.trace import RunFolder, RunManifest, TraceWriter
from jing_sim.traffic import SimulationError, TrafficOptions, TrafficWorld, load_world, save_world
from jing_sim.trips import Trips

Maker = Callable[..., Trips]
Gates = Callable[[RoadNetwork], tuple[list[int], list[int]]]


class Told:
    """A recorder that keeps events and entries."""

    def __init__(self) -> None:
        self.events: list[tuple[float, str, int, str]] = []

    def frame(self, time_s: float, frame: object) -> None: ...
    def signals(self, time_s: float, state: object) -> None: ...
    def arrived(self, time_s: float, vehicles: object) -> None: ...
    def entered(self, time_s: float, vehicles: object) -> None: ...

    def event(self, time_s: float, kind: str, actor: int, text: str) -> None:
        self.events.append((time_s, kind, actor, text))

    def kinds(self) -> list[str]:
        return [kind for _, kind, _, _ in self.events]


def _straight(network: RoadNetwork, start: int) -> int:
    tail, head = network.road_of_connector()
    return int(head[(tail == start) & (network.connectors.turn == Turn.STRAIGHT)][0])


def _clean(world: TrafficWorld) -> bool:
    figures = world.summary()
    return (figures.overlaps, figures.red_runs, figures.lost) == (0, 0, 0)


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return grid(3, 3)


@pytest.fixture(scope="module")
def trips(network: RoadNetwork) -> Trips:
    return random_trips(network, 2500.0, DemandOptions(duration_s=400.0, seed=5))[0]


def test_a_closed_lane_is_left_and_opens_again(make_trips: Maker, gates: Gates) -> None:
    net = grid(1, 1, spacing_m=500.0, signals=False)
    start = gates(net)[0][0]
    told = Told()
    world = TrafficWorld(
        net, make_trips(net, [(start, _straight(net, start))] * 40, np.arange(40) * 5.0), recorder=told
    )
    world.run(60.0)
    lane = int(net.roads.first_lane[start])
    assert world.lane_vehicles()[lane] > 0
    world.close_lane(lane, until_s=120.0)
    world.run(118.0)
    assert world.lane_vehicles()[lane] == 0
    assert world.closed_lanes == [lane]
    world.run(400.0)
    assert world.closed_lanes == []
    assert told.kinds() == ["lane closed", "lane opened"]
    assert (world.summary().arrived, _clean(world)) == (40, True)


def test_a_closed_road_is_driven_around(network: RoadNetwork, trips: Trips) -> None:
    told = Told()
    world = TrafficWorld(network, trips, TrafficOptions(seed=5), recorder=told)
    world.run(120.0)
    inner = [r for r in range(len(network.roads)) if not network.roads.ext_id[r].startswith(("-", "3"))]
    road = int(inner[len(inner) // 2])
    world.close_road(road)
    world.run(180.0)
    lanes = slice(int(network.roads.first_lane[road]), int(network.roads.first_lane[road + 1]))
    assert "road closed" in told.kinds()
    assert "rerouted" in told.kinds()
    world.run(240.0)
    frame = world.frame()
    entered = {int(v) for v in frame.vehicle[np.isin(frame.lane, np.arange(lanes.start, lanes.stop))]}
    world.run(420.0)
    later = world.frame()
    still = {int(v) for v in later.vehicle[np.isin(later.lane, np.arange(lanes.start, lanes.stop))]}
    assert still <= entered
    world.open_road(road)
    world.run(1500.0)
    figures = world.summary()
    assert (figures.arrived, figures.red_runs, figures.lost) == (len(trips), 0, 0)


def test_a_speed_limit_holds_from_the_next_step_on(make_trips: Maker, gates: Gates) -> None:
    net = grid(1, 1, spacing_m=800.0)
    start = gates(net)[0][0]
    world = TrafficWorld(net, make_trips(net, [(start, start)], [0.0]))
    world.run(20.0)
    assert world.frame().speed_mps[0] > 13.0
    world.set_speed_limit(5.0, road=start)
    world.run(30.0)
    assert world.frame().speed_mps[0] == pytest.approx(5.0, abs=0.01)


def test_a_broken_vehicle_brakes_stands_and_goes_on(make_trips: Maker, gates: Gates) -> None:
    net = grid(1, 1, spacing_m=600.0, lanes=1, signals=False)
    start = gates(net)[0][0]
    world = TrafficWorld(net, make_trips(net, [(start, start)] * 6, np.arange(6) * 3.0))
    world.run(20.0)
    world.break_down(0, 60.0)
    world.run(23.0)
    assert world.frame().accel_mps2[0] >= -4.51
    world.run(70.0)
    assert world.lane_halting().sum() == 6
    world.run(250.0)
    assert (world.summary().arrived, _clean(world)) == (6, True)


def test_removed_vehicles_are_counted_and_not_lost(network: RoadNetwork, trips: Trips) -> None:
    world = TrafficWorld(network, trips)
    world.run(150.0)
    for vehicle in world.frame().vehicle[:3]:
        world.remove(int(vehicle))
    world.run(300.0)
    figures = world.summary()
    assert (figures.removed, figures.lost) == (3, 0)
    with pytest.raises(SimulationError, match=r"world 'grid.*', time 300 s: vehicle 999999 is neither on the road"):
        world.remove(999999)


def test_an_inserted_vehicle_drives_its_roads_and_stands_in_the_trace(
    make_trips: Maker, gates: Gates, tmp_path: Path
) -> None:
    net = grid(1, 1)
    starts = gates(net)[0]
    trips = make_trips(net, [(starts[0], _straight(net, starts[0]))] * 2, [0.0, 200.0])
    manifest = RunManifest(run_id="r", area="grid", plan="fixed", engine="native", seed=0, dt_s=1.0)
    with TraceWriter(tmp_path / "run", net, trips, manifest) as trace:
        world = TrafficWorld(net, trips, recorder=trace)
        world.run(20.0)
        assert world.insert("bus", [starts[1], _straight(net, starts[1])], "bus 5") == 2
        world.run(300.0)
    figures = world.summary()
    assert (figures.inserted, figures.arrived, figures.lost) == (3, 3, 0)
    assert RunFolder(tmp_path / "run").vehicles()["ext_id"].tolist() == ["0", "1", "bus 5"]
    with pytest.raises(UnknownNameError, match="vehicle type"):
        world.insert("submarine", [starts[1]])
    with pytest.raises(SimulationError, match=r"time 300 s: trip 'x': road .* has no connector"):
        world.insert("car", [starts[0], starts[1]], "x")


def test_a_rerouted_vehicle_arrives_elsewhere(make_trips: Maker, gates: Gates) -> None:
    net = grid(2, 1)
    starts, ends = gates(net)
    world = TrafficWorld(net, make_trips(net, [(starts[0], ends[0])], [0.0]))
    world.run(8.0)
    goal = next(end for end in ends[1:] if world.detours.path(starts[0], end, int(VehicleClass.CAR)) is not None)
    world.reroute(0, destination=goal)
    lanes = range(int(net.roads.first_lane[goal]), int(net.roads.first_lane[goal + 1]))
    seen = set()
    while world.time_s < 300.0 and world.summary().arrived == 0:
        seen |= {int(lane) for lane in world.frame().lane}
        world.step()
    assert seen & set(lanes)
    assert world.summary().arrived == 1
    with pytest.raises(SimulationError, match="vehicle 0 is not on the road"):
        world.reroute(0, destination=goal)


def test_a_world_with_events_is_put_back_and_loaded(network: RoadNetwork, trips: Trips, tmp_path: Path) -> None:
    world = TrafficWorld(network, trips, TrafficOptions(seed=2))
    world.run(100.0)
    world.close_road(20)
    world.close_lane(3, until_s=160.0)
    world.set_speed_limit(6.0, road=5)
    world.insert("truck", [int(trips.roads[0])])
    world.break_down(int(world.frame().vehicle[4]), 40.0)
    kept = world.snapshot()
    save_world(world, tmp_path / "w.npz")
    worlds = [world, world.branch(), load_world(tmp_path / "w.npz", network, trips)]
    for one in worlds:
        one.run(400.0)
    assert len({one.state_hash() for one in worlds}) == 1
    once = world.state_hash()
    world.restore(kept)
    world.run(400.0)
    assert world.state_hash() == once


def test_events_that_cannot_be_say_what_would_be_right(network: RoadNetwork, trips: Trips) -> None:
    world = TrafficWorld(network, trips)
    n = len(network.lanes)
    with pytest.raises(SimulationError, match=f"time 0 s: there is no lane 9999; the network has 0 to {n - 1}"):
        world.close_lane(9999)
    with pytest.raises(SimulationError, match="lane 3 is not closed; closed are none"):
        world.open_lane(3)
    with pytest.raises(SimulationError, match=r"speed limit of nan m/s; it must be positive"):
        world.set_speed_limit(float("nan"), lane=1)
    with pytest.raises(SimulationError, match="vehicle 5 is not on the road"):
        world.break_down(5, 10.0)
