"""Sensors made ready: their kernels compiled, or read from where the last run kept them."""

import numpy as np

from jing_sim.driving.bodies import Bodies, BodyKind
from jing_sim.driving.scene import flat_scene
from jing_sim.driving.sensors.camera import Camera, CameraOptions
from jing_sim.driving.sensors.lidar import Lidar, LidarOptions
from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.noise import Noise
from jing_sim.driving.sensors.pixels import bgra_of
from jing_sim.driving.sensors.radar import Radar
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.weather import Weather

__all__ = ["make_sensors_ready"]


def make_sensors_ready() -> None:
    """No kernel is compiled after this: every sensor has looked once at a box on a plane.

    Half a second, and half a minute after an installation; a server does it before its first tick.
    """
    rays, bodies = RayScene(flat_scene()), Bodies.empty(2)
    bodies.id[0], bodies.kind[0], bodies.label[0] = 1, BodyKind.PROP, 20
    bodies.position[0], bodies.half_extent[0] = (6.0, 0.0, 1.0), (1.0, 1.0, 1.0)
    rays.update(bodies)
    mount, noise, camera = Mount(np.array([0.0, 0.0, 2.0]), np.zeros(3)), Noise(), Camera(CameraOptions(8, 4))
    lidar = Lidar(LidarOptions(channels=2, points_per_second=200), noise)
    lidar.sense(rays, mount, 0, 0.05)
    lidar.sense_labels(rays, mount, 0.05)
    Radar(noise=noise).sense(rays, mount, 0, 0.05)
    for _ in range(2):
        # Flow and events need a picture before this one.
        view = camera.look(rays, mount)
        picture = camera.picture(rays, mount, view, Weather())
        camera.normals(rays, view)
        camera.flow(rays, mount, view)
        camera.events(picture)
    bgra_of(picture)
