"""Scenes and bodies for the tests of driving worlds."""

import math
from dataclasses import replace

import numpy as np

from jing_sim.driving.catalogue import blueprint
from jing_sim.driving.controls import Pose, VehicleControl
from jing_sim.driving.road_things import Boxes
from jing_sim.driving.scene import StaticScene, flat_scene
from jing_sim.driving.world import DrivingWorld

G = 9.80665


def tilted_scene(grade: float = 0.0, bank: float = 0.0, friction: float = 1.0) -> StaticScene:
    """A plane that rises by `grade` to the east and by `bank` to the north, through the origin."""
    flat = flat_scene(0.0, friction)
    triangles = np.array(flat.ground.triangles)
    triangles[:, :, 2] = grade * triangles[:, :, 0] + bank * triangles[:, :, 1]
    return replace(flat, ground=replace(flat.ground, triangles=triangles.astype(np.float32)))


def wall(x: float, half: tuple[float, float, float] = (0.1, 20.0, 1.5), yaw: float = 0.0) -> Boxes:
    """A wall across the way to the east."""
    return Boxes.stack([(np.array([x, 0.0, half[2]]), np.array(half), yaw, 4, "wall")])


def on_slope(grade: float, yaw: float = 0.0) -> Pose:
    """At the origin of a plane that rises to the east, level with it."""
    pitch = math.asin(grade * math.cos(yaw) / math.hypot(1.0, grade))
    roll = math.asin(-grade * math.sin(yaw) / math.hypot(1.0, grade) / math.cos(pitch))
    return Pose(yaw=yaw, pitch=pitch, roll=roll)


def car_on(
    scene: StaticScene, name: str = "vehicle.tesla.model3", pose: Pose | None = None
) -> tuple[DrivingWorld, int]:
    """A world with one vehicle that has come to rest on its springs, brakes on."""
    world = DrivingWorld(scene)
    car = world.add(blueprint(name), pose or Pose())
    world.control(car, VehicleControl(brake=1.0))
    for _ in range(20):
        world.step(0.05)
    return world, car


def speed_of(world: DrivingWorld, body: int) -> float:
    """m/s."""
    return float(np.linalg.norm(world.bodies.velocity[world.row_of(body)]))


def with_friction(world: DrivingWorld, body: int, friction: float) -> None:
    """Gives all tyres this friction."""
    physics = world.physics(body)
    wheels = tuple(replace(wheel, tyre_friction=friction) for wheel in physics.wheels)
    world.set_physics(body, replace(physics, wheels=wheels))


def seconds_to(world: DrivingWorld, body: int, speed_mps: float, longest_s: float = 60.0) -> float:
    """Full throttle from now until the speed is reached, between steps by interpolation."""
    world.control(body, VehicleControl(throttle=1.0))
    start, before = world.time_s, 0.0
    while world.time_s - start < longest_s:
        world.step(0.02)
        now = speed_of(world, body)
        if now >= speed_mps:
            return world.time_s - start - 0.02 * (now - speed_mps) / (now - before)
        before = now
    return math.inf


def braking_distance(world: DrivingWorld, body: int, speed_mps: float) -> float:
    """Metres from this speed to rest at a full brake."""
    row = world.row_of(body)
    yaw = float(world.bodies.rotation[row, 0])
    world.control(body, VehicleControl())
    world.set_velocity(body, (speed_mps * math.cos(yaw), speed_mps * math.sin(yaw), 0.0))
    world.control(body, VehicleControl(brake=1.0))
    world.step(0.01)
    start = world.bodies.position[row].copy()
    for _ in range(3000):
        world.step(0.02)
        if speed_of(world, body) < 1e-3:
            break
    return float(np.linalg.norm(world.bodies.position[row] - start))
