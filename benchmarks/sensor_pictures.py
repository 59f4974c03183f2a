"""What cameras and a LiDAR see at a crossing of a map, in one picture for the docs.

python benchmarks/sensor_pictures.py MAP.xodr OUT.png
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.bodies import Bodies, BodyKind
from jing_sim.driving.scene import StaticScene
from jing_sim.driving.scene_store import kept_scene
from jing_sim.driving.sensors.camera import Camera, CameraOptions
from jing_sim.driving.sensors.lidar import Lidar, LidarOptions
from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.palette import COLOURS
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.sensors.still_tree import kept_tree
from jing_sim.driving.weather import Weather

Float = NDArray[np.float64]

_HALF = {14: (2.3, 0.93, 0.74), 16: (5.8, 1.25, 1.5), 19: (0.9, 0.3, 0.88), 12: (0.25, 0.25, 0.9), 15: (4.0, 1.25, 1.8)}
# Label, metres ahead, metres to the left, and yaw from the way of the camera.
_STREET = [
    (14, 13, 3.4, 0.0), (14, 21, 0.1, 0.0), (15, 26, 3.4, 0.0), (16, 47, 6, 1.5), (19, 10, -3.2, 0.05),
    (12, 13, -7.0, 1.3), (12, 14, -7.5, 1.5), (14, 62, -14, 1.6), (14, 55, 22, -1.5),
]  # fmt: skip


def before_a_light(scene: StaticScene) -> Float:
    """A spawn point from which the first head of a light is seen ahead."""
    head = scene.boxes.centre[np.flatnonzero(scene.boxes.label == 7)[0]]
    away = head[:2] - scene.spawn_points[:, :2]
    distance = np.linalg.norm(away, axis=1)
    ahead = np.cos(np.arctan2(away[:, 1], away[:, 0]) - scene.spawn_points[:, 3])
    fits = (distance > 12.0) & (ahead > 0.85)
    point: Float = scene.spawn_points[np.argmin(np.where(fits, distance, np.inf))]
    return point


def street(point: Float) -> Bodies:
    """Traffic in front of a point."""
    bodies = Bodies.empty(len(_STREET))
    forward, left = (np.array([np.cos(a), np.sin(a)]) for a in (point[3], point[3] + np.pi / 2))
    for k, (label, ahead, aside, yaw) in enumerate(_STREET):
        half, walks = _HALF[label], label == 12
        bodies.id[k], bodies.label[k] = k + 1, label
        bodies.kind[k] = BodyKind.WALKER if walks else BodyKind.VEHICLE
        bodies.position[k, :2] = point[:2] + ahead * forward + aside * left
        bodies.position[k, 2] = point[2] - 0.5 + (half[2] if walks else 0.0)
        bodies.rotation[k, 0], bodies.half_extent[k] = point[3] + yaw, half
        bodies.box_centre[k, 2] = 0.0 if walks else half[2]
    return bodies


def main() -> None:
    if len(sys.argv) != 3:
        print("no picture: python benchmarks/sensor_pictures.py MAP.xodr OUT.png")
        return
    scene = kept_scene(Path(sys.argv[1]))
    point, rays = before_a_light(scene), RayScene(kept_tree(scene), 2)
    rays.update(street(point))
    heads = np.flatnonzero(scene.boxes.label == 7)
    rays.show(heads + 1, np.tile(np.array([[0.95, 0.12, 0.08]], np.float32), (len(heads), 1)))
    mount = Mount(point[:3] + np.array([0.0, 0.0, 1.2]), np.array([point[3], -0.03, 0.0]))
    camera = Camera(CameraOptions(1280, 720, np.radians(80)))
    view = camera.look(rays, mount)
    sun = float(np.pi / 2 - point[3] - 2.4)
    day, night = Weather(sun_altitude_rad=0.7, sun_azimuth_rad=sun), Weather(sun_altitude_rad=-0.3, wetness=0.6)
    fog = Weather(sun_altitude_rad=0.6, fog_density=0.3, cloudiness=1.0, wetness=1.0)
    cloud = Lidar(LidarOptions(64, 80.0, 2_600_000, 20.0, upper_rad=0.05, lower_rad=-0.3)).sense(rays, mount, 1, 0.05)
    figure, axes = plt.subplots(2, 3, figsize=(15, 6.4), layout="constrained")
    labels = np.where(view.label[..., None] == 11, np.float32(0.75), COLOURS[view.label])
    pictures = [camera.picture(rays, mount, view, weather) for weather in (day, fog, night)]
    for axis, picture, title in zip(
        axes.flat, [*pictures, labels], ["day", "fog, wet", "night", "labels"], strict=False
    ):
        axis.imshow(picture)
        axis.set_title(title, fontsize=10)
    axes[1, 1].imshow(np.log(view.depth), cmap="viridis_r")
    axes[1, 1].set_title("depth", fontsize=10)
    axes[1, 2].scatter(-cloud.xyz[:, 1], cloud.xyz[:, 0], s=0.12, c=cloud.xyz[:, 2], cmap="turbo", vmin=-2, vmax=3)
    axes[1, 2].set(xlim=(-45, 45), ylim=(-8, 60), aspect="equal")
    axes[1, 2].set_title("LiDAR from above", fontsize=10)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
    figure.savefig(sys.argv[2], dpi=90)


if __name__ == "__main__":
    main()
