"""Laws of the compiler on small plans and on the built-in areas."""

import numpy as np
import pytest

from jing_maps.areas import AREAS, load_area
from jing_maps.columns import JunctionKind, RoadClass, SignalState, Streets, Turn, VehicleClass, Yields
from jing_maps.compile import Control, StreetPlan, compile_network
from jing_maps.compile.curves import bend, headings, parallel, with_points
from jing_maps.network import RoadNetwork
from jing_maps.polylines import Polylines
from jing_maps.projection import LocalFrame
from jing_maps.store import content_hash


@pytest.fixture(scope="module", params=sorted(AREAS))
def network(request: pytest.FixtureRequest) -> RoadNetwork:
    return load_area(request.param)


Node = tuple[str, float, float, Control]
Link = tuple[str, str, str, int, int, RoadClass]


def plan(nodes: list[Node], links: list[Link], *, bike_lane: bool = False) -> StreetPlan:
    row = {node[0]: i for i, node in enumerate(nodes)}
    xy = np.array([[node[1], node[2]] for node in nodes], dtype=float)
    tail, head = (np.array([row[link[k]] for link in links], dtype=np.int32) for k in (1, 2))  # type: ignore[index]
    return StreetPlan(
        name="plan",
        frame=LocalFrame.tangent(116.3, 39.9),
        attribution="test",
        streets=Streets(("街",), ("Street",)),
        node_id=tuple(row),
        node_name=("",) * len(nodes),
        node_x_m=xy[:, 0],
        node_y_m=xy[:, 1],
        control=np.array([node[3] for node in nodes], dtype=np.int8),
        signal_group=("",) * len(nodes),
        link_id=tuple(link[0] for link in links),
        street=np.zeros(len(links), dtype=np.int32),
        from_node=tail,
        to_node=head,
        line=Polylines.from_list([xy[[a, b]] for a, b in zip(tail, head, strict=True)]),
        lanes_forward=np.array([link[3] for link in links], dtype=np.int32),
        lanes_backward=np.array([link[4] for link in links], dtype=np.int32),
        kind=np.array([link[5] for link in links], dtype=np.int8),
        speed_mps=np.full(len(links), 13.89),
        level=np.zeros(len(links), dtype=np.int8),
        bike_lane=np.full(len(links), bike_lane),
        median_m=np.full(len(links), 4.0),
    )


def cross(
    arms: list[tuple[float, float]], control: Control, kind: RoadClass, lanes: int = 3, *, bike_lane: bool = True
) -> RoadNetwork:
    nodes: list[Node] = [("c", 0.0, 0.0, control)]
    nodes += [(f"n{i}", x, y, Control.BOUNDARY) for i, (x, y) in enumerate(arms)]
    links = [(f"l{i}", f"n{i}", "c", lanes, lanes, kind) for i in range(len(arms))]
    return compile_network(plan(nodes, links, bike_lane=bike_lane))


FOUR = [(300.0, 0.0), (0.0, 300.0), (-300.0, 0.0), (0.0, -300.0)]


def greens(network: RoadNetwork) -> list[np.ndarray]:
    """State of all signal groups in each green stage of the only controller."""
    programs = network.programs
    states = programs.state.reshape(len(programs.duration_s), -1)
    going = np.isin(states, (SignalState.GREEN, SignalState.PERMISSIVE)).any(axis=1)
    steady = ~(states == SignalState.YELLOW).any(axis=1)
    return [state for state, use in zip(states, going & steady, strict=True) if use]


def test_a_crossing_of_arterials_has_four_stages_with_protected_left_turns() -> None:
    network = cross(FOUR, Control.SIGNAL, RoadClass.ARTERIAL)
    stages = greens(network)
    assert len(stages) == 4
    left = np.array(["left" in name for name in network.signal_groups.name])
    assert not any((state[left] == SignalState.PERMISSIVE).any() for state in stages)


def test_a_crossing_of_branches_has_two_stages_with_permissive_left_turns() -> None:
    network = cross(FOUR, Control.SIGNAL, RoadClass.BRANCH, lanes=1)
    stages = greens(network)
    assert len(stages) == 2
    left = np.array(["left" in name for name in network.signal_groups.name])
    assert all(set(state[left]) == {SignalState.PERMISSIVE, SignalState.RED} for state in stages)


def test_permissive_left_turns_wait_inside_for_what_comes_towards_them() -> None:
    network = cross(FOUR, Control.SIGNAL, RoadClass.BRANCH, lanes=1, bike_lane=False)
    ways, table = network.connectors, network.conflicts
    waits = ~np.isnan(ways.wait_m)
    assert (waits == (ways.turn == Turn.LEFT)).all()
    heading = np.array([headings(network.lanes.centre[lane])[1] for lane in range(len(network.lanes))])
    towards = np.cos(np.diff(heading[ways.from_lane[[table.first, table.second]]], axis=0)[0]) < -0.9
    comes = towards & (ways.turn[table.second] == Turn.STRAIGHT) & (table.yields == Yields.FIRST)
    assert comes.any()
    assert ways.wait_m[table.first[comes]] == pytest.approx(table.first_enter_m[comes] - 1.0)


@pytest.mark.parametrize(
    ("control", "kind", "lanes"),
    [(Control.SIGNAL, RoadClass.ARTERIAL, 3), (Control.PRIORITY, RoadClass.BRANCH, 1)],
    ids=["protected", "across streets of equal rank"],
)
def test_nobody_waits_inside_in_the_way_of_others_or_behind_a_light_of_his_own(
    control: Control, kind: RoadClass, lanes: int
) -> None:
    network = cross(FOUR, control, kind, lanes=lanes)
    assert np.isnan(network.connectors.wait_m).all()


def test_a_t_junction_has_three_stages() -> None:
    network = cross(FOUR[:3], Control.SIGNAL, RoadClass.ARTERIAL)
    assert len(greens(network)) == 3


def test_green_is_followed_by_three_seconds_of_yellow_and_two_of_all_red() -> None:
    network = cross(FOUR, Control.SIGNAL, RoadClass.ARTERIAL)
    programs = network.programs
    assert programs.duration_s[1::3].tolist() == [3.0] * 4
    assert programs.duration_s[2::3].tolist() == [2.0] * 4
    states = programs.state.reshape(len(programs.duration_s), -1)
    assert (states[2::3] == SignalState.RED).all()


def test_a_minor_approach_yields_to_the_major_one() -> None:
    nodes: list[Node] = [("c", 0.0, 0.0, Control.PRIORITY)]
    nodes += [(f"n{i}", x, y, Control.BOUNDARY) for i, (x, y) in enumerate(FOUR[:3])]
    kinds = [RoadClass.SECONDARY, RoadClass.BRANCH, RoadClass.SECONDARY]
    network = compile_network(plan(nodes, [(f"l{i}", f"n{i}", "c", 1, 1, kind) for i, kind in enumerate(kinds)]))
    tail, _ = network.road_of_connector()
    minor = network.roads.kind[tail] == RoadClass.BRANCH
    conflicts = network.conflicts
    mixed = minor[conflicts.first] != minor[conflicts.second]
    wanted = np.where(minor[conflicts.first], Yields.FIRST, Yields.SECOND)
    assert mixed.any()
    assert (conflicts.yields[mixed] == wanted[mixed]).all()


def ramp_merge() -> RoadNetwork:
    nodes: list[Node] = [
        ("a", -500.0, 0.0, Control.BOUNDARY),
        ("b", 500.0, 0.0, Control.BOUNDARY),
        ("r", -300.0, -60.0, Control.BOUNDARY),
        ("m", 0.0, 0.0, Control.NONE),
    ]
    main = RoadClass.EXPRESSWAY
    links: list[Link] = [("in", "a", "m", 3, 0, main), ("out", "m", "b", 3, 0, main)]
    return compile_network(plan(nodes, [*links, ("ramp", "r", "m", 1, 0, RoadClass.RAMP)]))


def test_a_ramp_joins_on_the_right_side_and_yields() -> None:
    network = ramp_merge()
    ramp, main = network.roads.ext_id.index("ramp"), network.roads.ext_id.index("in")
    lane = int(network.roads.first_lane[ramp])
    end = network.lanes.centre[lane][-1]
    rightmost = network.lanes.centre[int(network.roads.first_lane[main])][-1]
    assert end[1] < rightmost[1] - 3.0
    (way,) = network.lane_out[lane]
    assert network.lanes.index[network.connectors.to_lane[way]] == 0
    rows = np.flatnonzero((network.conflicts.first == way) | (network.conflicts.second == way))
    assert len(rows) > 0
    for row in rows:
        wanted = Yields.FIRST if network.conflicts.first[row] == way else Yields.SECOND
        assert network.conflicts.yields[row] == wanted


def test_main_line_lanes_go_straight_on_one_to_one() -> None:
    network = ramp_merge()
    tail, _ = network.road_of_connector()
    main = tail == network.roads.ext_id.index("in")
    index = network.lanes.index
    assert index[network.connectors.from_lane[main]].tolist() == index[network.connectors.to_lane[main]].tolist()


def test_where_links_only_end_the_map_ends() -> None:
    nodes: list[Node] = [("a", 0.0, 0.0, Control.BOUNDARY), ("b", 300.0, 0.0, Control.NONE)]
    network = compile_network(plan(nodes, [("l", "a", "b", 2, 0, RoadClass.EXPRESSWAY)]))
    assert (network.junctions.kind == JunctionKind.BOUNDARY).all()


def test_the_same_plan_compiles_to_the_same_bits() -> None:
    first, second = (cross(FOUR, Control.SIGNAL, RoadClass.ARTERIAL) for _ in range(2))
    assert content_hash(first) == content_hash(second)


def test_traffic_drives_on_the_right() -> None:
    network = cross(FOUR, Control.SIGNAL, RoadClass.ARTERIAL)
    eastbound = network.roads.ext_id.index("l2")
    assert all(network.lanes.centre[lane][0, 1] < 0 for lane in network.road_lanes(eastbound))


def test_every_motor_lane_inside_goes_on(network: RoadNetwork) -> None:
    inside = network.junctions.kind[network.roads.to_junction[network.lanes.road]] != JunctionKind.BOUNDARY
    assert (np.diff(network.lane_out.first)[inside] > 0).all()


def test_movements_of_one_approach_do_not_cross_but_for_right_turns_over_bicycle_lanes(network: RoadNetwork) -> None:
    tail, head = network.road_of_connector()
    first, second = network.conflicts.first, network.conflicts.second
    motor = (network.connectors.allowed & VehicleClass.CAR) > 0
    index = network.lanes.index
    turn = network.connectors.turn
    both = (tail[first] == tail[second]) & motor[first] & motor[second] & (head[first] != head[second])
    both &= (turn[first] != Turn.U_TURN) & (turn[second] != Turn.U_TURN)
    right, left = index[network.connectors.from_lane[first]], index[network.connectors.from_lane[second]]
    order = {Turn.RIGHT: 0, Turn.STRAIGHT: 1, Turn.LEFT: 2}
    for row in np.flatnonzero(both):
        turns = [order[Turn(int(turn[way]))] for way in (first[row], second[row])]
        assert (right[row] - left[row]) * (turns[0] - turns[1]) >= 0


def test_what_crosses_is_never_green_together(network: RoadNetwork) -> None:
    programs, group = network.programs, network.connectors.signal_group
    ctl_first, state = network.controllers.first_group, np.zeros(len(network.signal_groups), dtype=np.uint8)
    pairs = (group[network.conflicts.first] >= 0) & (group[network.conflicts.second] >= 0)
    pairs &= network.conflicts.yields != Yields.NEITHER
    a, b = group[network.conflicts.first[pairs]], group[network.conflicts.second[pairs]]
    for program in range(len(programs)):
        own = slice(*ctl_first[programs.controller[program] : programs.controller[program] + 2])
        for phase in range(programs.first_phase[program], programs.first_phase[program + 1]):
            state[:] = SignalState.RED
            state[own] = programs.state[programs.first_state[phase] : programs.first_state[phase + 1]]
            assert not ((state[a] == SignalState.GREEN) & (state[b] == SignalState.GREEN) & (a != b)).any()


def test_every_signal_group_is_green_at_some_time_and_cycles_are_bearable(network: RoadNetwork) -> None:
    programs = network.programs
    for program in range(len(programs)):
        phases = slice(*programs.first_phase[program : program + 2])
        assert programs.duration_s[phases].sum() <= 125.0
        states = programs.state[programs.first_state[phases.start] : programs.first_state[phases.stop]]
        going = np.isin(states.reshape(phases.stop - phases.start, -1), (SignalState.GREEN, SignalState.PERMISSIVE))
        assert going.any(axis=0).all()


def test_connectors_are_tangent_to_their_lanes(network: RoadNetwork) -> None:
    connectors, lanes = network.connectors, network.lanes
    for row in range(len(connectors)):
        begin, end = headings(connectors.centre[row][:, :2])
        before = headings(lanes.centre[int(connectors.from_lane[row])][:, :2])[1]
        after = headings(lanes.centre[int(connectors.to_lane[row])][:, :2])[0]
        for kink in (begin - before, after - end):
            assert np.cos(kink) > np.cos(np.radians(30))


def test_a_bend_is_tangent_at_both_ends_and_close_to_an_arc() -> None:
    line = bend(np.array([0.0, 0.0]), 0.0, np.array([20.0, 20.0]), np.pi / 2)
    radius = np.hypot(line[:, 0], line[:, 1] - 20.0)
    assert np.abs(radius - 20.0).max() < 0.05


def test_a_parallel_on_the_inner_side_of_a_tight_bend_has_no_fold() -> None:
    angle = np.linspace(0, np.pi / 2, 10)
    line = np.concatenate([[[5.0, -50.0]], 5.0 * np.stack([np.cos(angle), np.sin(angle)], axis=1), [[-50.0, 5.0]]])
    inner = parallel(line, -8.0)
    step = np.diff(inner, axis=0)
    turn = np.abs(np.diff(np.unwrap(np.arctan2(step[:, 1], step[:, 0]))))
    assert turn.sum() < np.pi


def test_points_are_added_between_not_moved() -> None:
    line = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 25.0]])
    fine, station = with_points(line, 4.0)
    assert np.diff(station).max() <= 8.0
    assert {tuple(point) for point in line} <= {tuple(point) for point in fine}
