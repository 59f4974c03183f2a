"""Sensors against each other, in weather, and with any number of threads."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from jing_sim.driving.bodies import Bodies
from jing_sim.driving.road_things import Boxes
from jing_sim.driving.scene import StaticScene, flat_scene
from jing_sim.driving.sensors.camera import Camera, CameraOptions
from jing_sim.driving.sensors.lidar import Lidar, LidarOptions, echo_of
from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.noise import Noise
from jing_sim.driving.sensors.obstacle import ObstacleDetector, ObstacleOptions
from jing_sim.driving.sensors.radar import Radar, RadarOptions
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.weather import Weather

Place = Callable[..., Bodies]
_MOUNT = Mount(np.array([-1.0, 0.5, 1.9]), np.array([0.1, -0.05, 0.03]))


def _street() -> StaticScene:
    return flat_scene(
        boxes=Boxes.stack([
            (np.array([20.0, 12.0, 4.0]), np.array([15.0, 4.0, 4.0]), 0.1, 3, "house"),
            (np.array([12.0, -5.0, 2.0]), np.array([0.1, 0.1, 2.0]), 0.0, 6, "pole"),
            (np.array([12.0, -5.0, 4.5]), np.array([0.15, 0.2, 0.5]), 0.0, 7, "light"),
        ])
    )  # fmt: skip


def _scene(place: Place, threads: int = 1) -> RayScene:
    scene = RayScene(_street(), threads)
    scene.update(place((9.0, 2.0, 0.0, 0.3), (14.0, -2.5, 0.0, -0.2), (25.0, 1.0, 0.0, 3.0)))
    return scene


def test_lidar_and_depth_camera_see_the_same_street(place_bodies: Place) -> None:
    scene = _scene(place_bodies)
    camera = Camera(CameraOptions(900, 700, np.radians(90)))
    view = camera.look(scene, _MOUNT)
    options = LidarOptions(40, 90.0, 400_000, horizontal_rad=np.radians(70), upper_rad=0.2, lower_rad=-0.4)
    cloud = Lidar(options).sense_labels(scene, _MOUNT, 0.1)
    # Points into the picture by the pinhole's equations; at edges a pixel may show the neighbour.
    x, y, z = cloud.xyz.astype(np.float64).T
    focal = 450.0
    column, row = np.floor(450 - focal * y / x).astype(int), np.floor(350 - focal * z / x).astype(int)
    inside = (column >= 1) & (column < 899) & (row >= 1) & (row < 699)
    column, row, x, label, body = (values[inside] for values in (column, row, x, cloud.label, cloud.body))
    around = np.stack([view.depth[row + i, column + j] for i in (-1, 0, 1) for j in (-1, 0, 1)])
    same = (around.min(0) - 0.01 <= x) & (x <= around.max(0) + 0.01)
    assert len(x) > 10_000
    assert same.mean() > 0.999
    assert (view.label[row, column] == label).mean() > 0.98
    assert (view.body[row, column] == body).mean() > 0.98
    assert set(np.unique(body)) >= {0, 1, 2, 3}


def test_threads_do_not_change_a_bit_of_any_sensor(place_bodies: Place) -> None:
    told = []
    for threads in (1, 2, 5):
        scene, noise = _scene(place_bodies, threads), Noise(4, 2)
        camera = Camera(CameraOptions(333, 222))
        view = camera.look(scene, _MOUNT)
        lidar = Lidar(LidarOptions(32, 60.0, 600_000, drop_rate=0.2, noise_m=0.03), noise)
        echoes = Radar(RadarOptions(points_per_second=100_000), noise).sense(scene, _MOUNT, 3, 0.1)
        found = ObstacleDetector(ObstacleOptions(30.0, 0.4)).sense(scene, _MOUNT)
        told.append((
            view.depth.tobytes(), view.label.tobytes(), view.body.tobytes(), camera.normals(scene, view).tobytes(),
            camera.picture(scene, _MOUNT, view, Weather()).tobytes(),
            lidar.sense(scene, _MOUNT, 3, 0.1).points.tobytes(),
            echoes.velocity_mps.tobytes(), echoes.depth_m.tobytes(), found,
        ))  # fmt: skip
    assert told[0] == told[1] == told[2]


def test_normals_face_the_camera(place_bodies: Place) -> None:
    scene, camera = _scene(place_bodies), Camera(CameraOptions(200, 150))
    view = camera.look(scene, replace(_MOUNT, rotation=np.zeros(3)))
    normals = camera.normals(scene, view)
    row, column = np.mgrid[:150, :200]
    ways = np.stack([np.ones((150, 200)), (99.5 - column) / 100.0, (74.5 - row) / 100.0], -1)
    assert (normals * ways).sum(-1).max() < 1e-6
    met = view.what != -1
    assert np.allclose(np.linalg.norm(normals[met], axis=1), 1.0, atol=1e-5)
    assert not normals[~met].any()
    road = view.label == 1
    assert np.allclose(normals[road], [0.0, 0.0, 1.0], atol=1e-5)


def test_dim_echoes_are_lost_with_the_share_that_is_asked_for() -> None:
    options = LidarOptions(
        8, 100.0, 400_000, upper_rad=-0.2, lower_rad=-0.2, attenuation_per_m=0.05, drop_limit=0.9, drop_zero=0.6
    )
    cloud = Lidar(options, Noise(1, 1)).sense(RayScene(flat_scene()), Mount(np.array([0, 0, 3.0]), np.zeros(3)), 5, 0.1)
    intensity = np.exp(-0.05 * 3.0 / np.sin(0.2))
    assert np.allclose(cloud.intensity, intensity, rtol=1e-4)
    assert len(cloud.points) / 40_000 == pytest.approx(1.0 - 0.6 * (1.0 - intensity / 0.9), abs=0.01)


def test_rain_dims_and_scatters_a_lidar_as_published() -> None:
    options = LidarOptions(4, 100.0, 200_000, upper_rad=-0.1, lower_rad=-0.1, attenuation_per_m=0.0)
    scene, mount = RayScene(flat_scene()), Mount(np.array([0.0, 0.0, 1.0]), np.zeros(3))
    rain = Weather(precipitation=0.4)  # 20 mm/h
    cloud = Lidar(options).sense(scene, mount, 2, 0.1, rain)
    distance, extinction = 1.0 / np.sin(0.1), 0.01 * 20.0**0.6
    assert np.allclose(cloud.intensity, np.exp(-2.0 * extinction * distance), rtol=1e-3)
    assert np.linalg.norm(cloud.xyz, axis=1).std() == pytest.approx(0.02 * distance, rel=0.03)
    # The farthest echo of 20 mm/h: d exp(a d) = range.
    far = Mount(np.array([0.0, 0.0, 4.0]), np.zeros(3))
    assert len(Lidar(options).sense(scene, far, 2, 0.1, rain).points) == 0
    assert len(Lidar(options).sense(scene, far, 2, 0.1).points) == 20_000
    assert echo_of(options, Weather()).air_per_m == 0.0


def test_rain_takes_little_from_a_radar() -> None:
    wall = Boxes.stack([(np.array([90.5, 0.0, 20.0]), np.array([0.5, 90.0, 20.0]), 0.0, 4, "wall")])
    scene, mount = RayScene(flat_scene(boxes=wall)), Mount(np.array([0.0, 0.0, 5.0]), np.array([0.0, 0.05, 0.0]))
    options = RadarOptions(0.05, 0.05, range_m=120.0, points_per_second=5000)
    counts = [
        len(Radar(options).sense(scene, mount, 1, 0.1, Weather(precipitation=p, fog_density=f)).depth_m)
        for p, f in ((0.0, 0.0), (0.3, 1.0), (1.0, 0.0))
    ]
    assert counts == [500, 500, 500]
    far = RadarOptions(0.05, 0.05, range_m=91.0, points_per_second=5000)
    assert len(Radar(far).sense(scene, mount, 1, 0.1, Weather(precipitation=1.0)).depth_m) == 0


def test_a_wet_road_is_darker_and_a_night_is_dark_but_for_lamps(place_bodies: Place) -> None:
    scene, camera = _scene(place_bodies), Camera(CameraOptions(200, 150))
    view = camera.look(scene, _MOUNT)
    near = (view.label == 1) & (view.depth < 8.0)
    dry, wet, night = (
        camera.picture(scene, _MOUNT, view, weather)
        for weather in (Weather(), Weather(wetness=1.0), Weather(sun_altitude_rad=-0.5))
    )
    assert wet[near].mean() < 0.8 * dry[near].mean()
    assert night[near].mean() < 0.5 * dry[near].mean()
    assert night[view.label == 14].max() > 0.5
    for picture in (dry, wet, night):
        assert np.isfinite(picture).all()
        assert picture.min() >= 0.0
        assert picture.max() <= 1.0


def test_a_traffic_light_shines_in_its_colour(place_bodies: Place) -> None:
    scene, camera = _scene(place_bodies), Camera(CameraOptions(400, 300))
    mount = Mount(np.array([5.0, -5.0, 4.4]), np.zeros(3))
    view = camera.look(scene, mount)
    head = view.label == 7
    assert head.sum() > 20
    for colour in ((1.0, 0.1, 0.1), (0.1, 0.9, 0.3)):
        scene.show(np.array([3]), np.array([colour], np.float32))
        assert np.allclose(camera.picture(scene, mount, view, Weather())[head], colour, atol=1e-6)
    scene.show(np.array([3]), np.full((1, 3), -1.0, np.float32))
    assert camera.picture(scene, mount, view, Weather())[head].max() < 0.4
