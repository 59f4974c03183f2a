"""What single drivers and single junctions do."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from jing_maps.columns import SignalState, Turn
from jing_maps.errors import UnknownNameError
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.protocols import SignalObservation, Stages, VehicleFrame
from jing_sim.traffic import SimulationError, TrafficOptions, TrafficWorld
from jing_sim.traffic.state import new_scratch
from jing_sim.trips import TripError, Trips

Maker = Callable[..., Trips]
Gates = Callable[[RoadNetwork], tuple[list[int], list[int]]]


class Asks:
    """A controller that always wants one stage."""

    interval_s = 1.0

    def __init__(self, stage: int) -> None:
        self.stage = stage

    def reset(self, network: RoadNetwork, stages: Stages) -> None:
        self.n = len(network.controllers)

    def decide(self, seen: SignalObservation) -> NDArray[np.int32]:
        return np.full(self.n, self.stage, dtype=np.int32)


class Keeps:
    """A recorder that keeps frames, entries and arrivals."""

    def __init__(self) -> None:
        self.frames: list[tuple[float, VehicleFrame]] = []
        self.came: list[int] = []
        self.left: list[int] = []
        self.shown: list[NDArray[np.uint8]] = []

    def frame(self, time_s: float, frame: VehicleFrame) -> None:
        self.frames.append((time_s, frame))

    def signals(self, time_s: float, state: NDArray[np.uint8]) -> None:
        self.shown.append(state)

    def arrived(self, time_s: float, vehicles: NDArray[np.int32]) -> None:
        self.left += vehicles.tolist()

    def entered(self, time_s: float, vehicles: NDArray[np.int32]) -> None:
        self.came += vehicles.tolist()

    def event(self, time_s: float, kind: str, actor: int, text: str) -> None:
        del time_s, kind, actor, text


def _turn(network: RoadNetwork, start: int, turn: Turn) -> int:
    """The road that a turn from road `start` leads to."""
    tail, head = network.road_of_connector()
    return int(head[(tail == start) & (network.connectors.turn == turn)][0])


def test_an_empty_road_is_driven_at_the_limit(make_trips: Maker, gates: Gates) -> None:
    network = grid(1, 1, spacing_m=1000.0)
    start = gates(network)[0][0]
    world = TrafficWorld(network, make_trips(network, [(start, start)], [0.0]))
    world.run(120.0)
    driven_m = network.roads.length_m[start] - 5.0
    assert world.summary().mean_travel_time_s == pytest.approx(driven_m / 13.89, abs=2.0)


def test_a_queue_discharges_at_a_saturation_flow_that_drivers_have(make_trips: Maker, gates: Gates) -> None:
    network = grid(1, 1, spacing_m=600.0, lanes=1)
    start = gates(network)[0][0]
    goal = _turn(network, start, Turn.STRAIGHT)
    trips = make_trips(network, [(start, goal)] * 60, [0.0] * 60)
    keeps = Keeps()
    world = TrafficWorld(network, trips, TrafficOptions(seed=1), recorder=keeps)
    world.run(600.0)
    n_lanes = len(network.lanes)
    entered: dict[int, float] = {}
    for time_s, frame in keeps.frames:
        for vehicle in frame.vehicle[frame.lane >= n_lanes]:
            entered.setdefault(int(vehicle), time_s)
    headways = np.diff(sorted(entered.values()))
    # Within a green, from the fifth vehicle on; the pause of a red is left out.
    flow_vph = 3600.0 / np.mean([h for h in headways if h < 5.0])
    assert 1500 < flow_vph < 2300


def test_nobody_enters_while_the_light_is_red(make_trips: Maker, gates: Gates) -> None:
    network = grid(1, 1)
    tail, head = network.road_of_connector()
    moves = [(start, _turn(network, start, Turn.STRAIGHT)) for start in gates(network)[0]]
    groups = [int(network.connectors.signal_group[(tail == a) & (head == b)][0]) for a, b in moves]
    # A world begins with the first stage; it never ends here.
    waits = moves[next(i for i, group in enumerate(groups) if _state(network, 0)[group] == SignalState.RED)]
    world = TrafficWorld(network, make_trips(network, [waits] * 5, [0.0] * 5), controller=Asks(0))
    world.run(300.0)
    summary = world.summary()
    assert (summary.arrived, summary.red_runs, summary.overlaps) == (0, 0, 0)
    assert world.lane_halting().sum() == 5


def _state(network: RoadNetwork, stage: int) -> NDArray[np.uint8]:
    programs = network.programs
    phase = 3 * stage
    return programs.state[programs.first_state[phase] : programs.first_state[phase + 1]]


def test_between_two_stages_come_yellow_and_all_red(gates: Gates, make_trips: Maker) -> None:
    network = grid(1, 1)
    keeps = Keeps()
    start = gates(network)[0][0]
    trips = make_trips(network, [(start, start)], [0.0])
    world = TrafficWorld(network, trips, controller=Asks(2), recorder=keeps)
    world.run(60.0)
    kinds = [set(state.tolist()) for state in keeps.shown]
    yellow = next(i for i, kind in enumerate(kinds) if SignalState.YELLOW in kind)
    assert not {SignalState.GREEN, SignalState.PERMISSIVE} & kinds[yellow + 1]
    np.testing.assert_array_equal(keeps.shown[-1], _state(network, 2))


def test_a_stage_that_is_not_there_is_an_error_with_time_and_place(gates: Gates, make_trips: Maker) -> None:
    network = grid(1, 1)
    start = gates(network)[0][0]
    world = TrafficWorld(network, make_trips(network, [(start, start)], [0.0]), controller=Asks(9))
    with pytest.raises(SimulationError, match=r"time 0 s.*J0_0.*stage 9.*0 to 3"):
        world.step()


def test_a_left_turner_reaches_the_pocket(make_trips: Maker, gates: Gates) -> None:
    network = grid(1, 1, spacing_m=300.0)
    start = gates(network)[0][0]
    goal = _turn(network, start, Turn.LEFT)
    world = TrafficWorld(network, make_trips(network, [(start, goal)] * 6, [0.0, 3, 6, 9, 12, 15]))
    world.run(400.0)
    summary = world.summary()
    assert (summary.arrived, summary.rerouted) == (6, 0)


def test_crossing_streets_without_signals_share_the_junction(make_trips: Maker, gates: Gates) -> None:
    network = grid(1, 1, signals=False)
    pairs = [(start, _turn(network, start, Turn.STRAIGHT)) for start in gates(network)[0]] * 10
    world = TrafficWorld(network, make_trips(network, pairs, np.repeat(np.arange(10.0) * 4, 4).tolist()))
    world.run(400.0)
    summary = world.summary()
    assert (summary.arrived, summary.overlaps, summary.lost) == (40, 0, 0)


@pytest.mark.parametrize("kind", ["car", "bus", "truck", "e-bike"])
@pytest.mark.parametrize(("model", "dt_s"), [("krauss", 1.0), ("krauss", 0.5), ("idm", 1.0), ("idm", 0.5)])
def test_every_class_arrives_under_every_model(
    kind: str, model: str, dt_s: float, make_trips: Maker, gates: Gates
) -> None:
    network = grid(1, 1)
    start = gates(network)[0][0]
    pairs = [(start, _turn(network, start, Turn.STRAIGHT))] * 3
    trips = make_trips(network, pairs, [0.0, 1.0, 2.0], [kind] * 3)
    world = TrafficWorld(network, trips, TrafficOptions(dt_s=dt_s, car_following=model))
    world.run(400.0)
    assert world.summary().arrived == 3


def test_who_finds_no_room_waits_in_line(make_trips: Maker, gates: Gates) -> None:
    network = grid(1, 1, lanes=1)
    start = gates(network)[0][0]
    keeps = Keeps()
    trips = make_trips(network, [(start, start)] * 8, [0.0] * 8)
    world = TrafficWorld(network, trips, recorder=keeps)
    world.step()
    assert world.summary().waiting_to_enter > 0
    world.run(120.0)
    assert keeps.came == sorted(keeps.came) == list(range(8))
    assert sorted(keeps.left) == list(range(8))


def test_frames_lie_on_the_lanes_and_are_sorted(make_trips: Maker, gates: Gates) -> None:
    network = grid(1, 1)
    starts = gates(network)[0]
    keeps = Keeps()
    trips = make_trips(network, [(s, _turn(network, s, Turn.STRAIGHT)) for s in starts], [0.0] * 4)
    world = TrafficWorld(network, trips, TrafficOptions(frame_s=5.0), recorder=keeps)
    world.run(20.0)
    assert [time_s for time_s, _ in keeps.frames] == [5.0, 10.0, 15.0, 20.0]
    _, frame = keeps.frames[0]
    assert (np.diff(frame.vehicle) > 0).all()
    x, y, _, _ = network.lanes.centre.locate(frame.lane, frame.pos_m)
    np.testing.assert_allclose(np.stack([x, y]), np.stack([frame.x_m, frame.y_m]), atol=0.02)


def test_wrong_options_and_routes_are_refused(make_trips: Maker, gates: Gates) -> None:
    with pytest.raises(SimulationError, match=r"0\.1 s to 1\.0 s"):
        TrafficOptions(dt_s=2.0)
    with pytest.raises(UnknownNameError, match="krauss"):
        TrafficOptions(car_following="kraus")
    network = grid(1, 1)
    ins, outs = gates(network)
    good = make_trips(network, [(ins[0], ins[0])], [0.0])
    broken = Trips(
        good.types,
        good.ext_id,
        good.vehicle_type,
        good.depart_s,
        np.array([0, 2], np.int32),
        np.array([outs[0], ins[0]], np.int32),
    )
    with pytest.raises(TripError, match="has no connector to"):
        TrafficWorld(network, broken)


def test_a_step_with_too_short_lists_is_taken_again_with_longer_ones() -> None:
    network = grid(12, 12)
    trips, _ = random_trips(network, 60_000.0, DemandOptions(duration_s=120.0, seed=1))
    world, roomy = (TrafficWorld(network, trips, TrafficOptions(seed=1)) for _ in range(2))
    while world.time_s < 120.0:
        n = roomy.state.rows.shape[1] + 1000
        roomy.scratch = new_scratch(roomy.tables, n, (2 * n, n))
        world.step()
        roomy.step()
    assert world.state.totals[4] > 0
    assert roomy.state.totals[4] == 0
    assert world.state_hash() == roomy.state_hash()
