"""What the official carla wheel reads from a file that we wrote: the same lanes, movements, signals and crosswalks."""

import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from jing_maps.areas import load_area
from jing_maps.columns import VehicleClass
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.opendrive.read import read_opendrive
from jing_maps.opendrive.write import write_opendrive

pytest.importorskip("carla", reason="the carla wheel is not installed")
pytestmark = pytest.mark.oracle

Float = NDArray[np.float64]

# Runs in a process of its own: the wheel prints to the terminal and may end the process.
_ASK = """
import sys
from collections import Counter
import carla
import numpy as np

town = carla.Map("map", open(sys.argv[1], encoding="utf-8").read())
asked = np.load(sys.argv[2])

def row(w):
    t = w.transform
    return w.road_id, t.location.x, -t.location.y, -np.radians(t.rotation.yaw)

points = [carla.Location(float(x), -float(y), float(z)) for x, y, z in asked["points"]]
on_lane = [row(town.get_waypoint(p, True, carla.LaneType.Any)) for p in points]
joins = []
for number, (road, length) in enumerate(asked["connectors"]):
    begin = town.get_waypoint_xodr(int(road), -1, 0.01)
    end = town.get_waypoint_xodr(int(road), -1, float(length) - 0.01)
    for back in begin.previous(0.5):
        if any(w.road_id == int(road) for w in back.next(0.52)):
            joins.append((number, 0, *row(back), row(begin)[3]))
    for on in end.next(0.5):
        joins.append((number, 1, *row(on), row(end)[3]))
step = float(asked["step"])
driven = Counter((w.is_junction, w.road_id, w.section_id, w.lane_id) for w in town.generate_waypoints(step))
length = [sum((n - 0.5) * step for key, n in driven.items() if key[0] == inside) for inside in (False, True)]
np.savez(
    sys.argv[3],
    on_lane=np.array(on_lane),
    joins=np.array(joins),
    length=np.array(length),
    walks=np.array([(p.x, -p.y) for p in town.get_crosswalks()]).reshape(-1, 2),
    lights=np.array([int(m.id) for m in town.get_all_landmarks_of_type("1000001")]),
    light_roads=np.array([m.road_id for m in town.get_all_landmarks_of_type("1000001")]),
)
"""


@dataclass(frozen=True)
class Answers:
    network: RoadNetwork
    lane: NDArray[np.int32]
    on_lane: Float
    joins: Float
    length: Float
    walks: Float
    lights: NDArray[np.int64]
    light_roads: NDArray[np.int64]


@pytest.fixture(scope="module", params=["grid", "zhongguancun", "yizhuang"])
def answers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    network = grid(3, 3) if request.param == "grid" else load_area(request.param)
    folder = tmp_path_factory.mktemp("carla")
    assert write_opendrive(network, folder / "map.xodr") == ()
    rng = np.random.default_rng(1)
    lane = np.repeat(np.arange(len(network.lanes)), 5).astype(np.int32)
    drawn_m = network.lanes.centre.lengths_m()[lane]
    x, y, z, _ = network.lanes.centre.locate(lane, 1 + rng.random(len(lane)) * (drawn_m - 2))
    connectors = len(network.roads) + 1 + np.arange(len(network.connectors))
    lengths = {int(road.id): road.length_m for road in read_opendrive(folder / "map.xodr").roads}
    np.savez(
        folder / "asked.npz",
        points=np.stack([x, y, z], axis=1),
        connectors=np.array([(road, lengths[int(road)]) for road in connectors]),
        step=0.5 if request.param == "grid" else 2.0,
    )
    command = [sys.executable, "-c", _ASK, "map.xodr", "asked.npz", "answers.npz"]
    subprocess.run(command, check=True, timeout=300, cwd=folder)
    with np.load(folder / "answers.npz") as found:
        return Answers(network=network, lane=lane, **found)


def _lines(network: RoadNetwork) -> NDArray[np.object_]:
    return np.array(
        [shapely.LineString(line[:, :2]) for line in (network.lanes.centre[i] for i in range(len(network.lanes)))]
    )


def _off_deg(a: Float, b: Float) -> Float:
    return np.degrees(np.abs((a - b + np.pi) % (2 * np.pi) - np.pi))


def test_waypoints_lie_on_our_lanes(answers: Answers) -> None:
    network, lane = answers.network, answers.lane
    x, y, heading = answers.on_lane[:, 1:].T
    line, point = _lines(network)[lane], shapely.points(x, y)
    off_m = shapely.distance(line, point)
    station = shapely.line_locate_point(line, point)
    centre, drawn_m = network.lanes.centre, shapely.length(line)
    x0, y0, _, _ = centre.locate(lane, np.maximum(station - 2, 0))
    x1, y1, _, _ = centre.locate(lane, np.minimum(station + 2, drawn_m))
    # Two crossing roads on one height leave the wheel a choice.
    same = answers.on_lane[:, 0] == network.lanes.road[lane] + 1
    assert same.mean() > 0.999
    off_deg = _off_deg(heading, np.arctan2(y1 - y0, x1 - x0))[same]
    assert np.quantile(off_m[same], 0.999) < 0.1
    assert off_m[same].max() < 0.25
    # Our centre lines turn at their corners, the written ones around them.
    assert np.quantile(off_deg, 0.99) < 1.0
    assert np.quantile(off_deg, 0.999) < 3.0
    assert off_deg.max() < 15.0


def test_drivable_length_is_ours(answers: Answers) -> None:
    lanes, connectors = answers.network.lanes, answers.network.connectors
    motor = (lanes.allowed & int(VehicleClass.MOTOR) > 0) & (
        lanes.allowed & int(VehicleClass.MOTOR) != VehicleClass.BUS
    )
    ways = connectors.allowed & int(VehicleClass.MOTOR) > 0
    ours = np.array([lanes.length_m[motor].sum(), connectors.length_m[ways].sum()])
    np.testing.assert_allclose(answers.length, ours, rtol=0.01)


@pytest.mark.parametrize("at_end", [False, True])
def test_every_movement_joins_its_two_lanes(answers: Answers, at_end: bool) -> None:
    network, lines = answers.network, _lines(answers.network)
    joins = answers.joins[answers.joins[:, 1] == at_end]
    connector = joins[:, 0].astype(np.int32)
    lane = (network.connectors.to_lane if at_end else network.connectors.from_lane)[connector]
    off_m = shapely.distance(lines[lane], shapely.points(joins[:, 3], joins[:, 4]))
    joined = (joins[:, 2] == network.lanes.road[lane] + 1) & (off_m < 0.5)
    assert set(connector[joined].tolist()) == set(range(len(network.connectors)))
    off_deg = _off_deg(joins[:, 5], joins[:, 6])[joined]
    assert np.quantile(off_deg, 0.99) < 3.0


def test_crosswalks_lie_where_ours_do(answers: Answers) -> None:
    walks = answers.network.crosswalks
    zones = answers.walks.reshape(-1, 5, 2)
    assert len(zones) == len(walks)
    found = np.asarray(shapely.centroid(shapely.polygons(zones)))
    ours = [shapely.LineString(walks.centre[i][:, :2]).interpolate(0.5, normalized=True) for i in range(len(walks))]
    near = shapely.STRtree(found).query_nearest(np.array(ours), return_distance=True, all_matches=False)
    assert near[1].max() < 0.2


def test_each_approach_of_each_signal_group_has_a_light(answers: Answers) -> None:
    network = answers.network
    ruled = network.connectors.signal_group >= 0
    road = network.lanes.road[network.connectors.from_lane[ruled]]
    pairs = {(int(r) + 1, int(g)) for r, g in zip(road, network.connectors.signal_group[ruled], strict=True)}
    assert len(answers.lights) == len(pairs)
    assert sorted(answers.lights.tolist()) == list(range(1, len(pairs) + 1))
    assert sorted(answers.light_roads.tolist()) == sorted(r for r, _ in pairs)
