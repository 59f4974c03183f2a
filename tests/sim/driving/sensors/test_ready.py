"""Once sensors are made ready, nothing is compiled while they work."""

import numpy as np

from jing_sim.driving.bodies import Bodies, BodyKind
from jing_sim.driving.scene import flat_scene
from jing_sim.driving.sensors import kernels_camera, kernels_lidar, kernels_noise, kernels_pixels, kernels_rays
from jing_sim.driving.sensors.camera import Camera, CameraOptions
from jing_sim.driving.sensors.lidar import Lidar, LidarOptions
from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.noise import Noise
from jing_sim.driving.sensors.obstacle import ObstacleDetector, ObstacleOptions
from jing_sim.driving.sensors.radar import Radar, RadarOptions
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.sensors.ready import make_sensors_ready
from jing_sim.driving.weather import Weather

_KERNELS = [
    getattr(module, name)
    for module in (kernels_camera, kernels_lidar, kernels_noise, kernels_pixels, kernels_rays)
    for name in module.__all__
    if hasattr(getattr(module, name), "signatures")
]


def _compiled() -> dict[str, int]:
    return {kernel.__name__: len(kernel.signatures) for kernel in _KERNELS}


def test_nothing_is_compiled_once_sensors_are_ready() -> None:
    make_sensors_ready()
    before = _compiled()
    rays, bodies = RayScene(flat_scene(), 2), Bodies.empty(4)
    bodies.id[1], bodies.kind[1], bodies.label[1] = 9, BodyKind.VEHICLE, 14
    bodies.position[1, 0], bodies.half_extent[1], bodies.box_centre[1, 2] = 8.0, (2.3, 0.9, 0.7), 0.7
    rays.update(bodies)
    # Whole numbers where others would do must not make another version.
    mount, noise = Mount(np.array([0, 0, 2]), np.array([0, 0, 0]), row=1), Noise(5, 6)
    options = LidarOptions(4, 50, 4000, 10, drop_rate=0, drop_limit=1, drop_zero=0, noise_m=1)
    Lidar(options, noise).sense(rays, mount, 1, 1, Weather(precipitation=1, fog_density=1, fog_distance_m=3))
    Lidar(options, noise).sense_labels(rays, mount, 1)
    Radar(RadarOptions(range_m=50), noise).sense(rays, mount, 1, 1)
    ObstacleDetector(ObstacleOptions(9, 1)).sense(rays, mount)
    camera = Camera(CameraOptions(33, 22, 1, 500))
    for _ in range(2):
        view = camera.look(rays, mount)
        camera.normals(rays, view)
        camera.flow(rays, mount, view)
        camera.events(camera.picture(rays, mount, view, Weather(fog_density=1, fog_distance_m=2)), 1)
    assert _compiled() == before
    assert min(before[name] for name in ("shade_rows", "trace_rows", "sweep_rays", "flow_rows", "find_events")) > 0
