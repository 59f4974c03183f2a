"""The still part of a driving world against the exact places of the OpenDRIVE map that it is built from."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jing_maps.grid import grid
from jing_maps.opendrive import OpenDriveMap, read_opendrive
from jing_maps.opendrive.example import straight_road
from jing_maps.opendrive.model import Cubics, GeometryKind
from jing_maps.opendrive.place import lane_pose, road_pose
from jing_maps.opendrive.write import write_opendrive
from jing_sim.driving.ground import ground_of
from jing_sim.driving.road_things import Boxes
from jing_sim.driving.scene import StaticScene, flat_scene, scene_of
from jing_sim.driving.scene_store import kept_scene, load_scene, save_scene

_DOWN = np.array([0.0, 0.0, 1.0])


def _hill(slope: float, bank: float, curvature: float) -> OpenDriveMap:
    """A road of 200 m that bends, climbs and leans."""
    plain = straight_road(200.0, 3.5)
    road = plain.roads[0]
    params = np.zeros((1, 8))
    params[0, 0] = curvature
    plan = replace(road.plan, kind=np.array([GeometryKind.ARC], np.int8), params=params)
    tilted = Cubics(np.zeros(1), np.array([[bank, 0.0, 0.0, 0.0]]))
    climb = Cubics(np.zeros(1), np.array([[0.0, slope, 0.0, 0.0]]))
    return replace(plain, roads=(replace(road, plan=plan, elevation=climb, superelevation=tilted),))


@pytest.fixture(scope="module")
def crossings(tmp_path_factory: pytest.TempPathFactory) -> tuple[OpenDriveMap, StaticScene, Path]:
    file = tmp_path_factory.mktemp("maps") / "grid.xodr"
    write_opendrive(grid(2, 2), file)
    odr = read_opendrive(file)
    return odr, scene_of(odr), file


def test_heights_on_a_banked_bend_are_those_of_the_map() -> None:
    odr = _hill(0.05, 0.06, 0.01)
    scene, draw = scene_of(odr), np.random.default_rng(1)
    s, t = draw.uniform(1.0, 199.0, 400), draw.uniform(-3.4, 3.4, 400)
    pose = road_pose(odr, np.zeros(400, np.int64), s, t)
    found = scene.ground.at(np.stack([pose.x_m, pose.y_m, pose.z_m], 1))
    assert np.abs(found[:, 0] - pose.z_m).max() < 0.005
    assert set(found[:, 5]) == {1.0}


def test_normals_lean_as_the_road_does() -> None:
    odr = _hill(0.08, 0.0, 0.0)
    pose = road_pose(odr, np.zeros(1, np.int64), np.array([50.0]), np.array([1.0]))
    normal = scene_of(odr).ground.at(np.array([[pose.x_m[0], pose.y_m[0], 20.0]]))[0, 1:4]
    assert np.allclose(normal, np.array([-0.08, 0.0, 1.0]) / np.hypot(1.0, 0.08), atol=1e-6)


def test_below_a_bridge_one_stands_on_the_lower_road() -> None:
    low = np.array([[[-50, -50, 0], [50, -50, 0], [0, 80, 0]]], np.float32)
    high = low + np.array([0, 0, 6], np.float32)
    ground = ground_of(np.concatenate([low, high]), np.ones(2, np.float32), np.ones(2, np.uint8))
    assert ground.at(np.array([[0.0, 0.0, 1.5], [0.0, 0.0, 6.1], [0.0, 0.0, 5.4]]))[:, 0].tolist() == [0.0, 6.0, 0.0]


def test_beside_the_roads_the_land_lies_at_the_height_of_the_nearest() -> None:
    scene = scene_of(_hill(0.05, 0.0, 0.0))
    found = scene.ground.at(np.array([[180.0, 40.0, 30.0], [20.0, -40.0, 30.0]]))
    assert found[0, 0] == pytest.approx(9.0, abs=1.7)
    assert found[1, 0] == pytest.approx(1.0, abs=1.7)
    assert found[:, 5].tolist() == [10.0, 10.0]


def test_a_plane_is_a_plane() -> None:
    assert np.allclose(
        flat_scene(2.0).ground.at(np.array([[31.0, -7.0, 2.0]]))[0], [2.0, *-0.0 * _DOWN[:2], 1.0, 1.0, 1.0]
    )


def test_lanes_of_a_written_grid_are_paved(crossings: tuple[OpenDriveMap, StaticScene, Path]) -> None:
    odr, scene, _ = crossings
    columns = odr.columns
    section = columns.lane_section
    middle = 0.5 * (columns.section_start_m[section] + columns.section_end_m[section])
    pose = lane_pose(odr, columns.section_road[section], columns.lane_id, middle)
    driving = np.array([name == "driving" for name in columns.lane_type]) & np.isfinite(pose.x_m)
    found = scene.ground.at(np.stack([pose.x_m, pose.y_m, pose.z_m + 0.2], 1)[driving])
    assert set(found[:, 5]) == {1.0}
    assert np.abs(found[:, 0] - pose.z_m[driving]).max() < 0.01


def test_every_light_is_met_in_the_last_metres_of_its_lanes(crossings: tuple[OpenDriveMap, StaticScene, Path]) -> None:
    odr, scene, _ = crossings
    lights = scene.lights
    assert len(lights) == sum(signal.dynamic for road in odr.roads for signal in road.signals) > 0
    box = lights.trigger
    for k, sign in enumerate(lights.sign_id):
        row, signal = next((r, x) for r, road in enumerate(odr.roads) for x in road.signals if x.id == sign)
        lanes = [i for low, high in signal.validity for i in range(min(low, high), max(low, high) + 1)]
        pose = lane_pose(odr, np.full(len(lanes), row), np.array(lanes), np.full(len(lanes), signal.s_m - 1.0))
        away = np.stack([pose.x_m - box.centre[k, 0], pose.y_m - box.centre[k, 1]], 1)
        c, s = np.cos(box.yaw[k]), np.sin(box.yaw[k])
        assert np.all(np.abs(away @ np.array([c, s])) <= box.half[k, 0])
        assert np.all(np.abs(away @ np.array([-s, c])) <= box.half[k, 1])
        assert np.allclose(np.cos(pose.heading_rad - box.yaw[k]), 1.0, atol=1e-6)


def test_lights_of_a_junction_take_turns_by_approach(crossings: tuple[OpenDriveMap, StaticScene, Path]) -> None:
    odr, scene, _ = crossings
    lights = scene.lights
    assert len(set(lights.junction)) == len(odr.junctions)
    way_of: dict[tuple[int, int], float] = {}
    for *key, yaw in zip(lights.junction.tolist(), lights.turn.tolist(), lights.trigger.yaw.tolist(), strict=True):
        assert np.isclose(np.cos(yaw - way_of.setdefault((key[0], key[1]), yaw)), 1.0, atol=1e-3)
    assert len(way_of) == 4 * len(odr.junctions)


def test_one_spawns_on_driving_lanes_above_the_road(crossings: tuple[OpenDriveMap, StaticScene, Path]) -> None:
    _, scene, _ = crossings
    found = scene.ground.at(scene.spawn_points[:, :3])
    assert len(found) > 20
    assert np.allclose(scene.spawn_points[:, 2] - found[:, 0], 0.5, atol=0.01)
    assert set(found[:, 5]) == {1.0}


def test_boxes_are_closed_hulls_of_twelve_triangles() -> None:
    box = Boxes.stack([(np.array([5.0, 0.0, 1.0]), np.array([2.0, 0.1, 1.0]), 0.5, 4, "wall")])
    scene = flat_scene(boxes=box)
    hull = scene.triangles[scene.object == 1].astype(np.float64)
    assert len(hull) == 12
    assert set(scene.label[scene.object == 1]) == {4}
    # Volume by the divergence theorem needs outward sides; the sides may face either way, so take areas.
    area = np.linalg.norm(np.cross(hull[:, 1] - hull[:, 0], hull[:, 2] - hull[:, 0]), axis=1).sum() / 2
    assert area == pytest.approx(2 * (4 * 0.2 + 4 * 2 + 0.2 * 2), rel=1e-6)


def test_a_scene_on_disk_is_the_same_scene(
    crossings: tuple[OpenDriveMap, StaticScene, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, scene, file = crossings
    save_scene(scene, tmp_path / "scene.npz")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for other in (load_scene(tmp_path / "scene.npz"), kept_scene(file), kept_scene(file)):
        assert np.array_equal(other.triangles, scene.triangles)
        assert np.array_equal(other.ground.items, scene.ground.items)
        assert other.lights.sign_id == scene.lights.sign_id
        assert np.array_equal(other.lights.trigger.half, scene.lights.trigger.half)
        assert other.boxes.name == scene.boxes.name
        assert len(other.crosswalks) == len(scene.crosswalks)
        assert all(np.array_equal(a, b) for a, b in zip(other.crosswalks, scene.crosswalks, strict=True))


_ASK = """
import sys
import carla
import numpy as np
town = carla.Map("map", open(sys.argv[1], encoding="utf-8").read())
out = []
for x, y, z, yaw in np.load(sys.argv[2]):
    w = town.get_waypoint(carla.Location(x, -y, z), False, carla.LaneType.Driving)
    p, yaw = w.transform.location, w.transform.rotation.yaw
    out.append((p.x, -p.y, -np.radians(yaw), 1))
np.save(sys.argv[3], np.array(out))
"""


@pytest.mark.oracle
def test_the_carla_wheel_finds_driving_lanes_at_spawn_points(
    crossings: tuple[OpenDriveMap, StaticScene, Path], tmp_path: Path
) -> None:
    pytest.importorskip("carla", reason="the carla wheel is not installed")
    _, scene, file = crossings
    np.save(tmp_path / "asked.npy", scene.spawn_points)
    subprocess.run(
        [sys.executable, "-c", _ASK, file, tmp_path / "asked.npy", tmp_path / "told.npy"], check=True, timeout=120
    )
    told = np.load(tmp_path / "told.npy")
    assert np.abs(told[:, :2] - scene.spawn_points[:, :2]).max() < 0.05
    assert np.allclose(np.cos(told[:, 2] - scene.spawn_points[:, 3]), 1.0, atol=1e-4)
