import numpy as np
import pytest

from jing_maps.columns import VehicleClass
from jing_maps.grid import grid
from jing_maps.nearest import LaneIndex
from jing_maps.network import RoadNetwork


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return grid(2, 2)


@pytest.fixture(scope="module")
def index(network: RoadNetwork) -> LaneIndex:
    return LaneIndex(network)


def _beside(network: RoadNetwork, offset_m: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Points in the middle of every lane, moved to the left; and the lane's heading there."""
    rows = np.arange(len(network.lanes), dtype=np.int32)
    drawn_m = network.lanes.centre.lengths_m()
    x, y, _, heading = network.lanes.centre.locate(rows, drawn_m / 2)
    return x - offset_m * np.sin(heading), y + offset_m * np.cos(heading), heading, network.lanes.length_m / 2


@pytest.mark.parametrize("offset_m", [0.0, 0.4, -0.4])
def test_points_beside_a_lane_find_it_with_their_offset(
    network: RoadNetwork, index: LaneIndex, offset_m: float
) -> None:
    x, y, heading, pos_m = _beside(network, offset_m)
    found = index.nearest(x, y, heading_rad=heading)
    np.testing.assert_array_equal(found.lane, np.arange(len(network.lanes)))
    np.testing.assert_allclose(found.lateral_m, offset_m, atol=1e-9)
    np.testing.assert_allclose(found.distance_m, abs(offset_m), atol=1e-9)
    np.testing.assert_allclose(found.pos_m, pos_m, atol=1e-9)


def test_the_answer_is_that_of_all_segments_one_by_one(network: RoadNetwork, index: LaneIndex) -> None:
    rng = np.random.default_rng(5)
    low, high = network.lanes.centre.xyz.min(axis=0) - 30, network.lanes.centre.xyz.max(axis=0) + 30
    points = rng.uniform(low[:2], high[:2], size=(200, 2))
    found = index.nearest(points[:, 0], points[:, 1], max_distance_m=40.0)
    best = np.full(len(points), np.inf)
    for table in (network.lanes, network.connectors):
        for i in range(len(table)):
            line = table.centre[i][:, :2]
            a, d = line[:-1], np.diff(line, axis=0)
            t = np.clip(((points[:, None] - a) * d).sum(-1) / np.maximum((d * d).sum(-1), 1e-12), 0, 1)
            best = np.minimum(best, np.linalg.norm(points[:, None] - a - t[..., None] * d, axis=-1).min(axis=1))
    best[best > 40] = np.nan
    np.testing.assert_allclose(found.distance_m, best, atol=1e-9)
    np.testing.assert_array_equal(found.lane < 0, np.isnan(best))


def test_inside_a_junction_a_connector_is_found(network: RoadNetwork, index: LaneIndex) -> None:
    rows = np.arange(len(network.connectors), dtype=np.int32)
    x, y, _, heading = network.connectors.centre.locate(rows, network.connectors.centre.lengths_m() / 2)
    found = index.nearest(x, y, heading_rad=heading)
    assert (found.lane >= len(network.lanes)).all()
    np.testing.assert_allclose(found.distance_m, 0.0, atol=1e-9)


def test_the_heading_picks_the_carriageway(network: RoadNetwork, index: LaneIndex) -> None:
    x, y, heading, _ = _beside(network, 0.0)
    there = index.nearest(x, y, heading_rad=heading)
    back = index.nearest(x, y, heading_rad=heading + np.pi)
    assert (back.lane[there.lane >= 0] < len(network.lanes)).all()
    one, other = network.lanes.road[there.lane], network.lanes.road[back.lane]
    np.testing.assert_array_equal(network.roads.from_junction[one], network.roads.to_junction[other])
    np.testing.assert_array_equal(network.roads.to_junction[one], network.roads.from_junction[other])


def test_only_lanes_open_to_the_class_are_found(network: RoadNetwork, index: LaneIndex) -> None:
    x, y, heading, _ = _beside(network, 0.0)
    found = index.nearest(x, y, heading_rad=heading, allowed=VehicleClass.BICYCLE)
    lanes = found.lane[(found.lane >= 0) & (found.lane < len(network.lanes))]
    assert len(lanes)
    assert (network.lanes.allowed[lanes] & int(VehicleClass.BICYCLE)).all()


def test_far_points_find_nothing(index: LaneIndex) -> None:
    found = index.nearest([1e5, 0.0], [1e5, 0.0])
    assert found.lane[0] == -1
    assert np.isnan([found.pos_m[0], found.lateral_m[0], found.distance_m[0]]).all()
    assert found.lane[1] >= 0


def test_a_single_point_may_be_two_numbers(index: LaneIndex) -> None:
    assert index.nearest(0.0, 0.0).lane.shape == (1,)
    assert index.nearest([], []).lane.shape == (0,)
