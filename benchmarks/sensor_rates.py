"""Rays a second beside Embree and beside a search of all triangles with numpy; and what sensors cost.

python benchmarks/sensor_rates.py [MAP.xodr]

All figures are of processor time, so that other work on the machine hardly changes them. Embree is measured, ray by ray
as its Python package `embreex` calls it, where that is installed; Jingsim does not need it.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_maps.grid import grid
from jing_maps.opendrive import read_opendrive
from jing_maps.opendrive.write import write_opendrive
from jing_sim.driving.bodies import Bodies, BodyKind
from jing_sim.driving.scene import StaticScene, scene_of
from jing_sim.driving.sensors.camera import Camera, CameraOptions
from jing_sim.driving.sensors.lidar import Lidar, LidarOptions
from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.ray_scene import RayScene, StillTree
from jing_sim.driving.weather import Weather

Float = NDArray[np.float64]
Cast = Callable[[Float, Float], object]

_PEER_RAYS = 40
_FAR_M = 200.0


def cost_s(work: Callable[[], object], times: int = 5) -> float:
    """The least processor time of some runs, after one that does not count."""
    work()
    taken = []
    for _ in range(times):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
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


def embree(corners: Float) -> Cast | None:
    """Which triangle rays meet first, by Embree; None where it is not installed."""
    try:
        meshes, scenes = (import_module(f"embreex.{name}") for name in ("mesh_construction", "rtcore_scene"))
    except ImportError:
        return None
    world = scenes.EmbreeScene()
    meshes.TriangleMesh(world, corners.astype(np.float32))

    def cast(origin: Float, ways: Float) -> object:
        starts = np.tile(origin.astype(np.float32), (len(ways), 1))
        return world.run(starts, ways.astype(np.float32), np.full(len(ways), _FAR_M, np.float32), output=True)

    return cast


def town(file: Path) -> StaticScene:
    """A grid of 4 x 4 crossings, unless there is a map."""
    if not file.is_file():
        write_opendrive(grid(4, 4), file)
    return scene_of(read_opendrive(file))


def traffic(spawn: Float) -> Bodies:
    """200 cars at spawn points, whichever are nearest to the first of them."""
    near = spawn[np.argsort(np.linalg.norm(spawn[:, :2] - spawn[5, :2], axis=1))[1:201]]
    bodies = Bodies.empty(len(near))
    bodies.id[:], bodies.kind[:], bodies.label[:] = np.arange(len(near)) + 1, BodyKind.VEHICLE, 14
    bodies.position[:], bodies.rotation[:, 0] = near[:, :3] - np.array([0.0, 0.0, 0.5]), near[:, 3]
    bodies.half_extent[:], bodies.box_centre[:] = (2.3, 0.9, 0.72), (0.0, 0.0, 0.72)
    return bodies


def rays(still: StillTree, scene: StaticScene, place: Float) -> None:
    """Rays of a LiDAR in order, and in random order, beside the peers."""
    up, around = np.meshgrid(np.linspace(0.05, -0.42, 64), np.linspace(-np.pi, np.pi, 1600), indexing="ij")
    ways = np.stack([np.cos(up) * np.cos(around), np.cos(up) * np.sin(around), np.sin(up)], -1).reshape(-1, 3)
    mixed = np.random.default_rng(1).permutation(ways)
    ours, corners = RayScene(still), scene.triangles.astype(np.float64)
    theirs = embree(corners)
    slow = _PEER_RAYS / cost_s(lambda: search(corners, place, ways[:_PEER_RAYS]), 2)
    print(f"{'million rays/s, one thread':34s} {'ours':>9s} {'Embree':>9s} {'ratio':>7s} {'numpy search':>13s}")
    for name, some in (("as a LiDAR turns", ways), ("in random order", mixed)):
        rate = len(some) / cost_s(lambda some=some: ours.cast(place, some, _FAR_M)) / 1e6  # type: ignore[misc]
        peer = 0.0
        if theirs is not None:
            peer = len(some) / cost_s(lambda some=some: theirs(place, some)) / 1e6  # type: ignore[misc]
        ratio = f"{rate / peer:7.2f}" if peer else f"{'-':>7s}"
        print(f"{name:34s} {rate:9.2f} {peer or float('nan'):9.2f} {ratio} {slow / 1e6:13.6f}")


def sensors(still: StillTree, scene: StaticScene, mount: Mount) -> None:
    """What a frame of each sensor costs, with 200 cars about."""
    seen, bodies = RayScene(still), traffic(scene.spawn_points)
    print(f"{'processor time of a frame, 200 cars':44s} {'ms':>7s}")
    print(f"{'bodies brought up to date':44s} {cost_s(lambda: seen.update(bodies)) * 1e3:7.2f}")
    lidar = Lidar(LidarOptions(64, 100.0, 1_300_000, 20.0, drop_rate=0.45, drop_limit=0.8, drop_zero=0.4))
    spent = cost_s(lambda: lidar.sense(seen, mount, 1, 0.05))
    print(f"{'LiDAR, 64 channels, 1.3 million/s at 20 Hz':44s} {spent * 1e3:7.2f}   {0.05 / spent:.1f} x real time")
    spent = cost_s(lambda: lidar.sense_labels(seen, mount, 0.05))
    print(f"{'semantic LiDAR, the same':44s} {spent * 1e3:7.2f}   {0.05 / spent:.1f} x real time")
    for width, height in ((800, 600), (1920, 1080)):
        camera = Camera(CameraOptions(width, height))
        view = camera.look(seen, mount)
        looked = cost_s(lambda: camera.look(seen, mount), 3)  # noqa: B023 - called at once
        shaded = cost_s(lambda: camera.picture(seen, mount, view, Weather()), 3)  # noqa: B023
        print(f"{f'depth, labels, instances {width} x {height}':44s} {looked * 1e3:7.1f}")
        print(f"{f'shading of it, with shadows {width} x {height}':44s} {shaded * 1e3:7.1f}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        scene = town(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "grid.xodr")
    still = StillTree(scene)
    print(f"{len(scene.triangles):,} triangles; tree made in {cost_s(lambda: StillTree(scene), 2):.2f} s")
    place = scene.spawn_points[5, :3] + np.array([0.0, 0.0, 1.5])
    rays(still, scene, place)
    sensors(still, scene, Mount(place, np.array([scene.spawn_points[5, 3], -0.05, 0.0])))


if __name__ == "__main__":
    main()
