import numpy as np
import pytest

from jing_maps.columns import JunctionKind, SignalState, Turn, Yields
from jing_maps.errors import NetworkError
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return grid(3, 3)


def test_a_grid_has_its_crossings_gates_and_signals(network: RoadNetwork) -> None:
    kinds = network.junctions.kind
    assert (kinds == JunctionKind.SIGNAL).sum() == 9
    assert (kinds == JunctionKind.BOUNDARY).sum() == 12
    assert len(network.roads) == 2 * (12 + 12)


def test_every_approach_may_go_straight_left_right_and_back(network: RoadNetwork) -> None:
    tail, _ = network.road_of_connector()
    for junction in np.flatnonzero(network.junctions.kind == JunctionKind.SIGNAL):
        own = network.junction_connectors[int(junction)]
        for road in network.roads_in[int(junction)]:
            turns = set(network.connectors.turn[own[tail[own] == road]].tolist())
            assert turns == {Turn.STRAIGHT, Turn.LEFT, Turn.RIGHT, Turn.U_TURN}


def test_connectors_join_lane_ends_without_a_gap_or_a_kink(network: RoadNetwork) -> None:
    connectors, lanes = network.connectors, network.lanes
    for row in range(len(connectors)):
        line = connectors.centre[row]
        np.testing.assert_allclose(line[0], lanes.centre[int(connectors.from_lane[row])][-1], atol=2e-3)
        np.testing.assert_allclose(line[-1], lanes.centre[int(connectors.to_lane[row])][0], atol=2e-3)


def test_no_two_connectors_that_meet_are_both_protected(network: RoadNetwork) -> None:
    programs, group = network.programs, network.connectors.signal_group
    first_group = network.controllers.first_group
    phase_program = np.repeat(np.arange(len(programs)), np.diff(programs.first_phase))
    for phase in range(len(programs.duration_s)):
        controller = int(programs.controller[phase_program[phase]])
        state = np.full(len(network.signal_groups), SignalState.RED)
        state[first_group[controller] : first_group[controller + 1]] = programs.state[
            programs.first_state[phase] : programs.first_state[phase + 1]
        ]
        protected = (group >= 0) & (state[group] == SignalState.GREEN)
        a, b = network.conflicts.first, network.conflicts.second
        apart = network.conflicts.yields != Yields.NEITHER
        assert not (protected[a] & protected[b] & apart & (group[a] != group[b])).any()


def test_turn_pockets_begin_late_and_are_reached_by_a_lane_change(network: RoadNetwork) -> None:
    late = np.flatnonzero(network.lanes.start_m > 0)
    assert len(late) > 0
    assert (network.lanes.right[late] == late - 1).all()
    assert network.lanes.change_left[late - 1].all()


def test_the_same_grid_is_made_twice(network: RoadNetwork) -> None:
    again = grid(3, 3)
    np.testing.assert_array_equal(network.lanes.centre.xyz, again.lanes.centre.xyz)
    np.testing.assert_array_equal(network.programs.state, again.programs.state)


def test_impossible_grids_are_refused() -> None:
    with pytest.raises(NetworkError, match="spacing_m"):
        grid(2, 2, spacing_m=10)
