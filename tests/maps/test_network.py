import numpy as np

from jing_maps.columns import Csr
from jing_maps.grid import grid

NETWORK = grid(2, 2)


def test_csr_groups_rows_by_key_and_leaves_negatives_out() -> None:
    csr = Csr.group(np.array([2, 0, 2, -1, 0], np.int32), 4)
    assert [csr[i].tolist() for i in range(len(csr))] == [[1, 4], [], [0, 2], []]
    assert (csr.first.dtype, csr.items.dtype) == (np.dtype(np.int32), np.dtype(np.int32))


def test_connectors_are_found_from_both_of_their_lanes_and_their_junction() -> None:
    ways = NETWORK.connectors
    for row in range(len(ways)):
        assert row in NETWORK.lane_out[int(ways.from_lane[row])]
        assert row in NETWORK.lane_in[int(ways.to_lane[row])]
        assert row in NETWORK.junction_connectors[int(ways.junction[row])]
    assert len(NETWORK.lane_out.items) == len(NETWORK.lane_in.items) == len(ways)


def test_roads_are_found_from_their_junctions() -> None:
    for road in range(len(NETWORK.roads)):
        assert road in NETWORK.roads_out[int(NETWORK.roads.from_junction[road])]
        assert road in NETWORK.roads_in[int(NETWORK.roads.to_junction[road])]


def test_groups_know_their_connectors_and_controllers_their_programs() -> None:
    for group in range(len(NETWORK.signal_groups)):
        assert (NETWORK.connectors.signal_group[NETWORK.group_connectors[group]] == group).all()
    for controller in range(len(NETWORK.controllers)):
        assert (NETWORK.programs.controller[NETWORK.controller_programs[controller]] == controller).all()


def test_the_lanes_of_a_road_are_its_rows() -> None:
    for road in range(len(NETWORK.roads)):
        assert set(NETWORK.lanes.road[list(NETWORK.road_lanes(road))].tolist()) == {road}


def test_connectors_lead_from_road_to_road_over_their_junction() -> None:
    tail, head = NETWORK.road_of_connector()
    np.testing.assert_array_equal(NETWORK.roads.to_junction[tail], NETWORK.connectors.junction)
    np.testing.assert_array_equal(NETWORK.roads.from_junction[head], NETWORK.connectors.junction)
