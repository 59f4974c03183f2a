"""How many rays a second, against a search of all triangles with numpy; and how long pictures take.

python benchmarks/sensor_rates.py
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_maps.grid import grid
from jing_maps.opendrive import read_opendrive
from jing_maps.opendrive.write import write_opendrive
from jing_sim.driving.scene import StaticScene, scene_of
from jing_sim.driving.sensors.camera import Camera, CameraOptions
from jing_sim.driving.sensors.lidar import Lidar, LidarOptions
from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.ray_scene import RayScene, StillTree
from jing_sim.driving.weather import Weather

Float = NDArray[np.float64]

_PEER_RAYS = 40


def best_s(work: Callable[[], object], times: int = 5) -> float:
    """The shortest of some runs."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return min(taken)


def search(corners: Float, origin: Float, ways: Float) -> Float:
    """Distances by looking at all triangles for each ray."""
    a, e1, e2 = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    found = np.full(len(ways), np.inf)
    for k, way in enumerate(ways):
        p = np.cross(way, e2)
        det = np.einsum("nk,nk->n", e1, p)
        with np.errstate(divide="ignore", invalid="ignore"):
            u = np.einsum("nk,nk->n", origin - a, p) / det
            q = np.cross(origin - a, e1)
            v, t = q @ way / det, np.einsum("nk,nk->n", e2, q) / det
            hit = (u >= 0) & (v >= 0) & (u + v <= 1) & (t > 1e-6)
        found[k] = t[hit].min(initial=np.inf)
    return found


def town() -> StaticScene:
    """A grid of 4 x 4 crossings."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "grid.xodr"
        write_opendrive(grid(4, 4), file)
        return scene_of(read_opendrive(file))


def main() -> None:
    scene = town()
    begin = time.perf_counter()
    still = StillTree(scene)
    print(f"{len(scene.triangles)} triangles, tree made in {time.perf_counter() - begin:.2f} s")
    draw = np.random.default_rng(1)
    up, around = draw.uniform(-0.4, 0.1, 50_000), draw.uniform(-np.pi, np.pi, 50_000)
    ways = np.stack([np.cos(up) * np.cos(around), np.cos(up) * np.sin(around), np.sin(up)], 1)
    place = scene.spawn_points[5, :3] + np.array([0.0, 0.0, 1.5])
    corners = scene.triangles.astype(np.float64)
    theirs = _PEER_RAYS / best_s(lambda: search(corners, place, ways[:_PEER_RAYS]), 3)
    print(f"{'what':34s} {'ours':>12s} {'numpy search':>14s} {'ratio':>8s}")
    for threads in (1, 2):
        rays = RayScene(still, threads)
        rays.cast(place, ways, 1000.0)
        ours = len(ways) / best_s(lambda rays=rays: rays.cast(place, ways, 1000.0))  # type: ignore[misc]
        print(f"{f'rays/s, {threads} threads':34s} {ours:12.3g} {theirs:14.3g} {ours / theirs:8.0f}")
    rays, mount = RayScene(still, 2), Mount(place, np.array([scene.spawn_points[5, 3], -0.05, 0.0]))
    for width, height in ((800, 600), (1920, 1080)):
        camera = Camera(CameraOptions(width, height))
        view = camera.look(rays, mount)
        camera.picture(rays, mount, view, Weather())
        looked = best_s(lambda: camera.look(rays, mount), 3)  # noqa: B023 - called at once
        shaded = best_s(lambda: camera.picture(rays, mount, view, Weather()), 3)  # noqa: B023
        print(
            f"{f'picture {width} x {height}, 2 threads':34s} {looked * 1e3:9.0f} ms, shaded {shaded * 1e3:.0f} ms more"
        )
    lidar = Lidar(
        LidarOptions(channels=64, range_m=120.0, points_per_second=1_200_000, lower_rad=-0.43, upper_rad=0.03)
    )
    sweep = best_s(lambda: lidar.sense(rays, mount, 1, 0.1))
    print(f"{'64 channels, 120,000 rays, 2 threads':34s} {sweep * 1e3:9.0f} ms")


if __name__ == "__main__":
    main()
