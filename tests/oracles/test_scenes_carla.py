"""Scenes of all OpenDRIVE files at hand, and what the carla wheel finds at their spawn points and traffic lights."""

import importlib.util
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from jing_maps.grid import grid
from jing_maps.opendrive import OpenDriveMap, read_opendrive
from jing_maps.opendrive.write import write_opendrive
from jing_sim.driving.lane_mesh import ROADS
from jing_sim.driving.scene import StaticScene, scene_of

pytestmark = pytest.mark.oracle

CORPUS = Path(__file__).resolve().parents[3] / "shared/data/openscenario"
# What the wheel cannot load (IndexError: _Map_base::at): direct and virtual junctions (OpenDRIVE 1.7).
NOT_LOADED = {"Ex_Slip_Lane.xodr", "GT_23_virtual_junction_17.xodr"}
# Lanes of several layers (1.9) lie on each other in the wheel; SampleDatabase's roads do without layers.
DOUBLE = {"Ex_Lane_MultiLaneLayer.xodr", "GT_g2_lanes_layer_19.xodr", "SampleDatabase.xodr",
          "Ex_Motorway_roadworks_temporary_layer_lane_offset.xodr"}  # fmt: skip

needs_corpus = pytest.mark.skipif(not CORPUS.exists(), reason="the OpenDRIVE files under ../shared are absent")
needs_wheel = pytest.mark.skipif(importlib.util.find_spec("carla") is None, reason="the carla wheel is not installed")

_SPAWN = """
import sys
import carla
import numpy as np
town = carla.Map("map", open(sys.argv[1], encoding="utf-8").read())
out = []
for x, y, z, yaw in np.load(sys.argv[2]):
    w = town.get_waypoint(carla.Location(x, -y, z), True, carla.LaneType.Driving)
    p, heading = w.transform.location, w.transform.rotation.yaw
    out.append((p.x, -p.y, p.z, -np.radians(heading)))
np.save(sys.argv[3], np.array(out).reshape(-1, 4))
"""
_LIGHTS = """
import sys
import carla
import numpy as np
town = carla.Map("map", open(sys.argv[1], encoding="utf-8").read())
out = []
for light in town.get_all_landmarks_of_type("1000001"):
    for a, b in light.get_lane_validities():
        for lane in range(min(a, b), max(a, b) + 1):
            way = 1.0 if lane < 0 else -1.0
            for back in (0.5, 3.0, 8.0):
                w = town.get_waypoint_xodr(light.road_id, lane, light.s - way * back)
                if w is not None and w.lane_type == carla.LaneType.Driving:
                    p = w.transform.location
                    out.append((int(light.id), p.x, -p.y, p.z))
np.save(sys.argv[2], np.array(out).reshape(-1, 4))
"""


def _files() -> list[Path]:
    """One file of each name."""
    return sorted({path.name: path for path in sorted(CORPUS.rglob("*.xodr"))}.values())


@lru_cache(maxsize=8)
def _scene(path: Path) -> tuple[OpenDriveMap, StaticScene]:
    odr = read_opendrive(path)
    return odr, scene_of(odr)


def _ask(program: str, *arguments: Path) -> None:
    subprocess.run([sys.executable, "-c", program, *arguments], check=True, timeout=120)


@needs_corpus
@pytest.mark.parametrize("path", _files(), ids=lambda path: path.stem)
def test_every_file_has_a_scene_on_whose_roads_one_can_stand(path: Path) -> None:
    _, scene = _scene(path)
    assert np.isfinite(scene.triangles).all()
    assert np.isfinite(scene.boxes.centre).all()
    assert len(scene.spawn_points)
    found = scene.ground.at(scene.spawn_points[:, :3])
    assert np.abs(scene.spawn_points[:, 2] - 0.5 - found[:, 0]).max() < 0.06
    assert set(found[:, 5]) == {ROADS}


@needs_corpus
@needs_wheel
@pytest.mark.parametrize("path", _files() if CORPUS.exists() else [], ids=lambda path: path.stem)
def test_the_wheel_finds_a_driving_lane_at_every_spawn_point(path: Path, tmp_path: Path) -> None:
    if path.name in NOT_LOADED | DOUBLE:
        pytest.skip("the wheel does not load it, or loads other lanes than the file's first layer")
    odr, scene = _scene(path)
    if any(len(road.superelevation) for road in odr.roads):
        pytest.skip("the wheel knows no superelevation")
    points = scene.spawn_points[:: max(len(scene.spawn_points) // 40, 1)]
    np.save(tmp_path / "asked.npy", points)
    _ask(_SPAWN, path, tmp_path / "asked.npy", tmp_path / "told.npy")
    told = np.load(tmp_path / "told.npy")
    away, c, s = told[:, :2] - points[:, :2], np.cos(points[:, 3]), np.sin(points[:, 3])
    # The wheel's search is coarse along bends.
    assert np.abs(c * away[:, 0] + s * away[:, 1]).max() < 1.0
    assert np.abs(c * away[:, 1] - s * away[:, 0]).max() < 0.06
    assert np.cos(told[:, 3] - points[:, 3]).min() > 0.999


@needs_wheel
def test_lanes_that_the_wheel_gives_to_a_light_lead_into_its_trigger_box(tmp_path: Path) -> None:
    file = tmp_path / "grid.xodr"
    write_opendrive(grid(3, 2), file)
    lights = _scene(file)[1].lights
    _ask(_LIGHTS, file, tmp_path / "told.npy")
    told = np.load(tmp_path / "told.npy")
    assert {str(int(sign)) for sign in told[:, 0]} == set(lights.sign_id)
    row = np.array([lights.sign_id.index(str(int(sign))) for sign in told[:, 0]])
    box, away = lights.trigger, told[:, 1:] - lights.trigger.centre[row]
    c, s = np.cos(box.yaw[row]), np.sin(box.yaw[row])
    own = np.stack([c * away[:, 0] + s * away[:, 1], c * away[:, 1] - s * away[:, 0], away[:, 2]], 1)
    assert np.all(np.abs(own) <= box.half[row] + 0.01)
