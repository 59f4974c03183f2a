"""Kernels are compiled, or read from where the last run kept them, before a server says that it is ready."""

import math

import numpy as np

from jing_sim.carla.kernels_trigger import box_at
from jing_sim.driving.catalogue import blueprint
from jing_sim.driving.controls import Pose, VehicleControl
from jing_sim.driving.kernels_orders import write_controls
from jing_sim.driving.obstacles import obstacle_grid
from jing_sim.driving.scene import flat_scene
from jing_sim.driving.sensors.camera import Camera, CameraOptions
from jing_sim.driving.sensors.lidar import Lidar, LidarOptions
from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.world import DrivingWorld

__all__ = ["warm_up"]


def warm_up() -> None:
    """Drives a car past a walker and looks at it, on an empty plane."""
    world = DrivingWorld(flat_scene())
    car = world.add(blueprint("vehicle.tesla.model3"), Pose(0.0, 0.0, 0.1))
    world.add(blueprint("walker.pedestrian.0001"), Pose(10.0, 5.0, 1.0))
    world.control(car, VehicleControl(throttle=0.5))
    write_controls(world.state.cars, world.state.extra, np.array([world.row_of(car)]), np.zeros((1, 7)))
    world.step(0.05)
    box_at(np.zeros((1, 3)), obstacle_grid(np.ones((1, 8))), np.zeros(1, np.int64))
    _look(world)


def _look(world: DrivingWorld) -> None:
    rays = RayScene(flat_scene())
    rays.update(world.bodies)
    mount = Mount(np.array([-5.0, 0.0, 2.0]), np.zeros(3))
    Lidar(LidarOptions(channels=2, points_per_second=200)).sense(rays, mount, 0, 0.05)
    camera = Camera(CameraOptions(8, 4, math.pi / 2))
    view = camera.look(rays, mount)
    camera.normals(rays, view)
    camera.picture(rays, mount, view, world.weather)
    camera.flow(rays, mount, view)
