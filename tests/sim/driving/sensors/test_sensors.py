"""What each sensor measures, against values that one can write down."""

import numpy as np
import pytest
from pyproj import Transformer

from jing_sim.driving.bodies import Bodies, BodyKind
from jing_sim.driving.road_things import Boxes
from jing_sim.driving.scene import flat_scene
from jing_sim.driving.sensors.camera import Camera, CameraOptions
from jing_sim.driving.sensors.inertial import Gnss, GnssOptions, Imu, ImuOptions, compass_rad
from jing_sim.driving.sensors.lidar import Lidar, LidarOptions
from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.noise import Noise
from jing_sim.driving.sensors.obstacle import ObstacleDetector, ObstacleOptions
from jing_sim.driving.sensors.radar import Radar, RadarOptions
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.sensors.sensor_options import SensorError
from jing_sim.driving.weather import Weather

_LEVEL = np.zeros(3)
_EYE = np.array([0.0, 0.0, 2.0])


def _wall(x: float = 20.0) -> RayScene:
    box = Boxes.stack([(np.array([x + 0.5, 0.0, 5.0]), np.array([0.5, 50.0, 5.0]), 0.0, 4, "wall")])
    return RayScene(flat_scene(boxes=box))


def _car(x: float, speed: float = 0.0) -> Bodies:
    bodies = Bodies.empty(1)
    bodies.id[0], bodies.kind[0], bodies.label[0] = 5, BodyKind.VEHICLE, 15
    bodies.position[0], bodies.velocity[0] = (x, 0.0, 0.0), (speed, 0.0, 0.0)
    bodies.half_extent[0], bodies.box_centre[0] = (2.0, 1.0, 1.5), (0.0, 0.0, 1.5)
    return bodies


def test_lidar_sees_the_plane_below_it() -> None:
    lidar = Lidar(LidarOptions(channels=8, range_m=100.0, points_per_second=80_000, upper_rad=-0.1, lower_rad=-0.6))
    cloud = lidar.sense(RayScene(flat_scene()), Mount(_EYE, _LEVEL), 1, 0.1)
    assert np.allclose(cloud.xyz[:, 2], -2.0, atol=1e-4)
    assert cloud.per_channel.tolist() == [1000] * 8
    ranges = np.linalg.norm(cloud.xyz, axis=1)
    assert np.allclose(cloud.intensity, np.exp(-0.004 * ranges), atol=1e-5)


def test_the_head_turns_clockwise_and_goes_on_where_it_was() -> None:
    lidar = Lidar(LidarOptions(channels=1, range_m=50, points_per_second=400, upper_rad=-0.3, lower_rad=-0.3))
    scene, mount = RayScene(flat_scene()), Mount(_EYE, _LEVEL)
    sweeps = [lidar.sense(scene, mount, k, 0.025) for k in range(4)]
    angle = np.concatenate([np.arctan2(sweep.xyz[:, 1], sweep.xyz[:, 0]) for sweep in sweeps])
    # As CARLA's: the first ray looks back.
    assert np.allclose(np.unwrap(angle), np.pi - 2 * np.pi * np.arange(40) / 40, atol=1e-5)


def test_points_that_do_not_come_out_even_are_rounded_as_in_carla() -> None:
    lidar = Lidar(LidarOptions(channels=3, range_m=50, points_per_second=1000, upper_rad=-0.2, lower_rad=-0.5))
    scene, mount = RayScene(flat_scene()), Mount(_EYE, _LEVEL)
    assert {tuple(lidar.sense(scene, mount, k, 0.05).per_channel.tolist()) for k in range(40)} == {(17, 17, 17)}


def test_a_narrow_sweep_stays_within_its_field() -> None:
    options = LidarOptions(4, 50, 4000, horizontal_rad=np.radians(90), upper_rad=-0.2, lower_rad=-0.5)
    lidar, scene, mount = Lidar(options), RayScene(flat_scene()), Mount(_EYE, _LEVEL)
    angle = np.concatenate([
        np.arctan2(xyz[:, 1], xyz[:, 0]) for xyz in (lidar.sense(scene, mount, k, 0.03).xyz for k in range(10))
    ])  # fmt: skip
    assert np.degrees([angle.min(), angle.max()]) == pytest.approx([-45.0, 45.0], abs=1.0)


def test_semantic_lidar_names_bodies_and_surfaces() -> None:
    scene = _wall()
    scene.update(_car(10.0))
    lidar = Lidar(LidarOptions(channels=1, range_m=100, points_per_second=3600, upper_rad=0.0, lower_rad=0.0))
    cloud = lidar.sense_labels(scene, Mount(_EYE, _LEVEL), 0.1)
    ahead = np.argmin(np.abs(np.arctan2(cloud.xyz[:, 1], cloud.xyz[:, 0])))
    assert (cloud.body[ahead], cloud.label[ahead]) == (5, 15)
    assert cloud.xyz[ahead, 0] == pytest.approx(8.0, abs=1e-3)
    assert set(cloud.label[cloud.body == 0]) == {4}


def test_lost_points_and_noise_have_their_share_and_the_same_bits_again() -> None:
    options = LidarOptions(
        channels=16, range_m=100, points_per_second=400_000, upper_rad=-0.1, lower_rad=-0.5, drop_rate=0.3, noise_m=0.05
    )
    scene, mount = RayScene(flat_scene()), Mount(_EYE, _LEVEL)
    one, two = (Lidar(options, Noise(3, 9)).sense(scene, mount, 7, 0.1) for _ in range(2))
    assert np.array_equal(one.xyz, two.xyz)
    assert len(one.xyz) / 40_000 == pytest.approx(0.7, abs=0.02)
    plain = Lidar(LidarOptions(**{**vars(options), "drop_rate": 0.0, "noise_m": 0.0})).sense(scene, mount, 7, 0.1)
    noisy = Lidar(LidarOptions(**{**vars(options), "drop_rate": 0.0}), Noise(3, 9)).sense(scene, mount, 7, 0.1)
    error = np.linalg.norm(noisy.xyz, axis=1) - np.linalg.norm(plain.xyz, axis=1)
    assert error.std() == pytest.approx(0.05, rel=0.05)
    assert abs(error.mean()) < 0.002


def test_fog_shortens_what_a_lidar_sees() -> None:
    options = LidarOptions(channels=1, range_m=100, points_per_second=3600, upper_rad=0.0, lower_rad=0.0)
    clear, fog = (
        len(Lidar(options).sense(_wall(60.0), Mount(_EYE, _LEVEL), 1, 0.1, Weather(fog_density=f)).xyz) for f in (0, 1)
    )
    assert clear > 0
    assert fog == 0


def test_radar_sees_how_fast_a_car_comes() -> None:
    scene = RayScene(flat_scene())
    scene.update(_car(40.0, speed=-15.0))
    options = RadarOptions(horizontal_rad=0.05, vertical_rad=0.03, points_per_second=4000)
    mount = Mount(np.array([0.0, 0.0, 1.0]), _LEVEL, velocity=np.array([10.0, 0.0, 0.0]))
    seen = Radar(options).sense(scene, mount, 1, 0.1)
    on_car = seen.depth_m < 39.0
    assert on_car.sum() > 50
    assert np.allclose(seen.velocity_mps[on_car], -25.0, atol=0.02)
    assert np.abs(seen.azimuth_rad).max() <= 0.025 + 1e-6


def test_a_camera_maps_points_as_a_pinhole_does() -> None:
    scene = _wall(18.0)
    scene.update(_car(12.0))
    camera = Camera(CameraOptions(width=320, height=240, fov_rad=np.radians(90)))
    view = camera.look(scene, Mount(_EYE, _LEVEL))
    # The car's rear face: x = 10, y from -1 to 1, up to z = 3, seen from 2 m up with a focal length of 160 pixels.
    rows, columns = np.nonzero(view.body == 5)
    assert columns.min() == pytest.approx(160 - 16, abs=1)
    assert columns.max() == pytest.approx(160 + 15, abs=1)
    assert rows.min() == pytest.approx(120 - 160 * 0.91 / 10, abs=2)
    assert view.depth[120, 160] == pytest.approx(10.0, abs=0.3)
    assert view.depth[120, 20] == pytest.approx(18.0, rel=1e-5)
    assert view.label[10, 160] in {4, 11}
    normals = camera.normals(scene, view)
    assert np.allclose(np.abs(normals[120, 20]), [1.0, 0.0, 0.0], atol=1e-6)


def test_flow_of_a_camera_that_turns() -> None:
    scene = _wall(30.0)
    options = CameraOptions(width=200, height=100, fov_rad=np.radians(60))
    camera = Camera(options)
    for yaw in (0.0, 0.02):
        mount = Mount(_EYE, np.array([yaw, 0.0, 0.0]))
        flow = camera.flow(scene, mount, camera.look(scene, mount))
    # Turning left moves the picture to the right by focal * angle.
    assert flow[50, 100, 0] * options.width == pytest.approx(options.focal_px * np.tan(0.02), rel=0.02)
    assert abs(flow[50, 100, 1] * options.height) < 0.05


def test_flow_of_a_car_that_drives_by() -> None:
    scene = RayScene(flat_scene())
    options = CameraOptions(width=200, height=100, fov_rad=np.radians(60))
    camera, mount = Camera(options), Mount(_EYE, _LEVEL)
    for y in (0.0, 0.5):
        bodies = _car(22.0)
        bodies.position[0, 1] = y
        scene.update(bodies)
        view = camera.look(scene, mount)
        flow = camera.flow(scene, mount, view)
    on_car = view.body == 5
    assert np.median(flow[on_car, 0]) * options.width == pytest.approx(-0.5 / 20.0 * options.focal_px, rel=0.05)
    assert np.abs(flow[view.label == 1]).max() < 1e-6


def test_the_sun_casts_shadows_and_fog_hides() -> None:
    scene = RayScene(flat_scene())
    scene.update(_car(12.0))
    camera, mount = Camera(CameraOptions(width=160, height=120)), Mount(_EYE, np.array([0.0, -0.15, 0.0]))
    view = camera.look(scene, mount)
    sunny = camera.picture(scene, mount, view, Weather(sun_altitude_rad=0.6, sun_azimuth_rad=0.0))
    grey = camera.picture(scene, mount, view, Weather(sun_altitude_rad=0.6, cloudiness=1.0))
    assert sunny.min() >= 0.0
    assert sunny.max() <= 1.0
    road = view.label == 1
    assert np.ptp(sunny[road].mean(axis=1)[:200]) < 0.2
    assert sunny[road].std() > grey[road].std()
    hidden = camera.picture(scene, mount, view, Weather(fog_density=1.0))
    assert np.abs(hidden - hidden[0, 0]).mean() < np.abs(sunny - sunny[0, 0]).mean()


def test_events_appear_where_brightness_changed() -> None:
    scene = RayScene(flat_scene())
    camera, mount = Camera(CameraOptions(width=160, height=120)), Mount(_EYE, _LEVEL)
    found = []
    for y in (0.0, 1.0):
        bodies = _car(12.0)
        bodies.position[0, 1] = y
        scene.update(bodies)
        view = camera.look(scene, mount)
        found.append(camera.events(camera.picture(scene, mount, view, Weather()))[0])
    assert len(found[0]) == 0
    assert len(found[1]) > 0
    assert found[1][:, 0].min() > 40


def test_imu_at_rest_in_fall_and_on_a_circle() -> None:
    rest = Imu().sense(Mount(_EYE, _LEVEL), 1)
    assert np.allclose(rest.acceleration, [0.0, 0.0, 9.81])
    fall = Imu().sense(Mount(_EYE, _LEVEL, acceleration=np.array([0.0, 0.0, -9.81])), 1)
    assert np.allclose(fall.acceleration, 0.0)
    # To the left at 10 m/s on 20 m, heading north: pulled to the west, which is left.
    turn = Mount(
        _EYE, np.array([np.pi / 2, 0.0, 0.0]), angular=np.array([0, 0, 0.5]), acceleration=np.array([-5.0, 0, 0])
    )
    told = Imu().sense(turn, 1)
    assert np.allclose(told.acceleration, [0.0, 5.0, 9.81])
    assert np.allclose(told.gyroscope, [0.0, 0.0, 0.5])
    assert told.compass_rad == pytest.approx(0.0, abs=1e-12)
    assert compass_rad(0.0) == pytest.approx(np.pi / 2)
    noisy = [
        Imu(ImuOptions(accel_spread=(0.2, 0.0, 0.0))).sense(Mount(_EYE, _LEVEL), k).acceleration for k in range(900)
    ]
    assert np.std(noisy, axis=0) == pytest.approx([0.2, 0.0, 0.0], rel=0.1, abs=1e-12)


def test_gnss_tells_degrees() -> None:
    change = Transformer.from_crs("EPSG:32650", "EPSG:4326", always_xy=True)

    def to_geo(place: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, float, float]:
        lon, lat = change.transform(448_000.0 + place[0], 4_420_000.0 + place[1])
        return lat, lon, float(place[2])

    told = Gnss(to_geo).sense(Mount(np.array([100.0, 50.0, 7.0]), _LEVEL), 1)
    lon, lat = change.transform(448_100.0, 4_420_050.0)
    assert told == pytest.approx((lat, lon, 7.0), abs=1e-12)
    biased = Gnss(to_geo, GnssOptions(bias=(1e-5, 0.0, 2.0))).sense(Mount(np.array([100.0, 50.0, 7.0]), _LEVEL), 1)
    assert biased == pytest.approx((lat + 1e-5, lon, 9.0), abs=1e-9)


def test_obstacles_ahead_are_found_and_the_road_is_none() -> None:
    scene = RayScene(flat_scene())
    mount = Mount(np.array([0.0, 0.0, 0.6]), _LEVEL)
    detector = ObstacleDetector(ObstacleOptions(distance_m=15.0, radius_m=0.5))
    assert detector.sense(scene, mount) is None
    scene.update(_car(12.0))
    found = detector.sense(scene, mount)
    assert found is not None
    assert (found.body, found.label) == (5, 15)
    # The ball of half a metre touches the rear, at x = 10.
    assert found.distance_m == pytest.approx(9.5, abs=0.02)
    wall = ObstacleDetector(ObstacleOptions(distance_m=30.0, only_dynamics=True))
    assert wall.sense(_wall(), mount) is None


@pytest.mark.parametrize("bad", [{"channels": 0}, {"drop_rate": 1.5}, {"upper_rad": -1.0}, {"range_m": np.nan}])
def test_options_that_no_lidar_has_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(SensorError, match="lidar"):
        LidarOptions(**bad)  # type: ignore[arg-type]
