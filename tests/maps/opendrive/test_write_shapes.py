from dataclasses import replace

import numpy as np
import pytest

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.opendrive.write_shapes import GAP, RoadShape, road_shape, value_at
from jing_maps.polylines import Polylines


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return grid(2, 2)


def _pocket_road(network: RoadNetwork) -> int:
    return int(network.lanes.road[np.flatnonzero(network.lanes.start_m > 1)[0]])


def _moved(network: RoadNetwork, lane: int, left_m: float) -> RoadNetwork:
    """The network with one lane's centre line moved to its left."""
    lines = [network.lanes.centre[i].copy() for i in range(len(network.lanes))]
    step = lines[lane][-1] - lines[lane][0]
    lines[lane] += left_m * np.array([-step[1], step[0], 0]) / np.hypot(step[0], step[1])
    return replace(network, lanes=replace(network.lanes, centre=Polylines.from_list(lines)))


def _centre_t(shape: RoadShape, lane: int, s_m: float) -> float:
    section = [part for part in shape.sections if part.start_m <= s_m][-1]
    widths = [value_at(w, s_m - section.start_m) for w in section.widths]
    at = section.lanes.index(lane)
    return value_at(section.offset, s_m) - sum(widths[:at]) - widths[at] / 2


def test_a_left_pocket_opens_a_section_and_the_offset_ends_at_zero(network: RoadNetwork) -> None:
    road = _pocket_road(network)
    rows = list(network.road_lanes(road))[::-1]
    shape = road_shape(network, road)
    first, last = shape.sections
    assert (first.lanes, last.lanes) == (tuple(rows[1:]), tuple(rows))
    assert last.start_m == pytest.approx(network.lanes.start_m[rows[0]], abs=0.01)
    assert value_at(last.offset, last.start_m) == 0.0
    assert value_at(first.offset, 0.0) == pytest.approx(-network.lanes.width_m[rows[0]])


def test_lanes_end_where_the_network_says(network: RoadNetwork) -> None:
    for road in range(len(network.roads)):
        shape = road_shape(network, road)
        for lane in network.road_lanes(road):
            point, _ = shape.lane_end(lane, at_end=True)
            np.testing.assert_allclose(point, network.lanes.centre[lane][-1, :2], atol=0.01)


def test_a_wide_gap_becomes_a_lane_of_its_own(network: RoadNetwork) -> None:
    road = _pocket_road(network)
    right = next(iter(network.road_lanes(road)))
    shape = road_shape(_moved(network, right, -2.0), road)
    before = road_shape(network, road)
    assert shape.sections[-1].lanes[-2:] == (GAP, right)
    assert value_at(shape.sections[-1].widths[-2], 0.0) == pytest.approx(2.0, abs=0.02)
    s = shape.curve.total_m
    assert _centre_t(shape, right, s) == pytest.approx(_centre_t(before, right, s) - 2.0, abs=0.02)


def test_lanes_that_lie_closer_than_their_widths_keep_their_centres(network: RoadNetwork) -> None:
    road = _pocket_road(network)
    right = next(iter(network.road_lanes(road)))
    shape, before = road_shape(_moved(network, right, 0.4), road), road_shape(network, road)
    s = shape.curve.total_m
    assert shape.sections[-1].off_m < 0.02
    assert _centre_t(shape, right, s) == pytest.approx(_centre_t(before, right, s) + 0.4, abs=0.03)


def test_lanes_on_top_of_each_other_are_reported(network: RoadNetwork) -> None:
    road = _pocket_road(network)
    right = next(iter(network.road_lanes(road)))
    assert road_shape(_moved(network, right, 3.3), road).sections[-1].off_m > 0.1


def test_heights_follow_the_centre_line(network: RoadNetwork) -> None:
    lines = [network.lanes.centre[i].copy() for i in range(len(network.lanes))]
    for line in lines:
        line[:, 2] = np.linspace(1.0, 4.0, len(line))
    raised = replace(network, lanes=replace(network.lanes, centre=Polylines.from_list(lines)))
    shape = road_shape(raised, 0)
    assert value_at(shape.elevation, 0.0) == pytest.approx(1.0)
    assert value_at(shape.elevation, shape.curve.total_m) == pytest.approx(4.0, abs=1e-6)
