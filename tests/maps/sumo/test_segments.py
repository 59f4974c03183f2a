import itertools
from dataclasses import replace

import numpy as np
import pytest

from jing_maps.grid import grid
from jing_maps.sumo.segments import SumoNames, cut, segments


def test_a_road_is_cut_where_its_pocket_begins() -> None:
    network = grid(1, 1)
    names = SumoNames.of(network)
    for road, parts in enumerate(segments(network, names)):
        starts = {float(network.lanes.start_m[lane]) for lane in network.road_lanes(road)}
        assert len(parts) == len(starts)
        assert parts[0].edge == names.roads[road]
        assert sum(part.end_m - part.begin_m for part in parts) == pytest.approx(network.roads.length_m[road])
        assert parts[-1].lanes == tuple(network.road_lanes(road))
        for before, after in itertools.pairwise(parts):
            assert before.to_node == after.from_node
            for lane, line in zip(before.lanes, before.lines, strict=True):
                onward = after.lines[after.lanes.index(lane)]
                assert line[-1] == pytest.approx(onward[0])


def test_cutting_keeps_the_ends() -> None:
    line = np.array([[0.0, 0, 1], [10, 0, 2], [10, 10, 3]])
    assert cut(line, 0.0, 1.0).tolist() == line.tolist()
    assert cut(line, 0.25, 0.75).tolist() == [[5, 0, 1.5], [10, 0, 2], [10, 5, 2.5]]


def test_names_become_legal_and_stay_unique() -> None:
    network = grid(1, 1)
    ids = list(network.roads.ext_id)
    ids[:4] = ["a b", "a;b", "a_b", ":x"]
    names = SumoNames.of(replace(network, roads=replace(network.roads, ext_id=tuple(ids)))).roads
    assert names[:4] == ("a_b", "a_b_2", "a_b_3", "_x")
    assert len(set(names)) == len(names)
