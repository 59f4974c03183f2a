"""Kernels are compiled, or read from where the last run kept them, before a server says that it is ready."""

import numpy as np

from jing_sim.carla.kernels_trigger import box_at
from jing_sim.driving.catalogue import blueprint
from jing_sim.driving.controls import Pose, VehicleControl
from jing_sim.driving.kernels_orders import write_controls
from jing_sim.driving.obstacles import obstacle_grid
from jing_sim.driving.scene import flat_scene
from jing_sim.driving.sensors.ready import make_sensors_ready
from jing_sim.driving.world import DrivingWorld

__all__ = ["warm_up"]


def warm_up() -> None:
    """Drives a car past a walker on an empty plane, and lets every sensor look once."""
    world = DrivingWorld(flat_scene())
    car = world.add(blueprint("vehicle.tesla.model3"), Pose(0.0, 0.0, 0.1))
    world.add(blueprint("walker.pedestrian.0001"), Pose(10.0, 5.0, 1.0))
    world.control(car, VehicleControl(throttle=0.5))
    write_controls(world.state.cars, world.state.extra, np.array([world.row_of(car)]), np.zeros((1, 7)))
    world.step(0.05)
    box_at(np.zeros((1, 3)), obstacle_grid(np.ones((1, 8))), np.zeros(1, np.int64))
    make_sensors_ready()
