"""Cameras: depth, labels, instances, normals, a shaded picture, optical flow, and events of brightness."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.sensors.kernels_camera import TILE, flow_rows, shade_rows, trace_rows
from jing_sim.driving.sensors.kernels_rays import normals_of
from jing_sim.driving.sensors.mount import Mount, axes_of
from jing_sim.driving.sensors.palette import lighting, paints
from jing_sim.driving.sensors.pixels import Dvs, DvsOptions
from jing_sim.driving.sensors.ray_rows import Lens, new_bundle
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.sensors.sensor_options import SensorError, check_positive
from jing_sim.driving.weather import Weather

__all__ = ["Camera", "CameraOptions", "View"]

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]
Float = NDArray[np.float64]

# Rows that one thread takes at a time.
_ROWS = 4 * TILE


@dataclass(frozen=True)
class CameraOptions:
    """Size of the picture in pixels, horizontal field of view [rad], and how far it sees [m]."""

    width: int = 800
    height: int = 600
    fov_rad: float = np.pi / 2
    far_m: float = 1000.0

    def __post_init__(self) -> None:
        check_positive("camera", width=self.width, height=self.height, fov_rad=self.fov_rad, far_m=self.far_m)
        if self.fov_rad >= np.pi:
            raise SensorError(f"camera: fov_rad is {self.fov_rad}; below pi would be right")

    @property
    def focal_px(self) -> float:
        """Distance of the picture in pixels."""
        return float(0.5 * self.width / np.tan(0.5 * self.fov_rad))


@dataclass(frozen=True)
class View:
    """What the rays of a picture met: `(height, width)` arrays.

    Attributes:
        depth: along the optical axis [m], `far_m` = nothing. label: semantic, 11 = sky.
        body: id of the moving body, 0 = none. what: as `kernels_rays.what_of`. side: the triangle that was met, of the
            scene or of the shapes of bodies. place: `(3,)` of the camera, map frame.
    """

    depth: F32
    label: U8
    body: NDArray[np.uint32]
    what: I32
    side: I32
    place: Float


class Camera:
    """A camera; it remembers its last place and picture for optical flow and events."""

    def __init__(self, options: CameraOptions = CameraOptions()) -> None:
        self.options = options
        self._last: tuple[Mount, dict[int, Float]] | None = None
        self._dvs: Dvs | None = None

    def _lens(self, mount: Mount) -> Lens:
        o = self.options
        return Lens(np.asarray(mount.position, np.float64), mount.axes(), o.focal_px, o.width, o.height)

    def look(self, scene: RayScene, mount: Mount) -> View:
        """Casts a ray for each pixel."""
        o, lens = self.options, self._lens(mount)
        shape = (o.height, o.width)
        depth, what, side = np.zeros(shape, np.float32), np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        skip = scene.seen_from(mount.position, mount.row)

        def part(begin: int) -> None:
            end = min(begin + _ROWS, o.height)
            trace_rows(begin, end, lens, float(o.far_m), skip, scene.tables, depth, what, side, new_bundle())

        scene.share(part, range(0, o.height, _ROWS))
        hits = scene.hits(depth.ravel(), what.ravel(), depth.ravel())
        label = np.where(hits.hit, hits.label, 11).astype(np.uint8)
        return View(depth, label.reshape(shape), hits.body.reshape(shape), what, side, lens.place)

    def normals(self, scene: RayScene, view: View) -> F32:
        """`(height, width, 3)` unit normals in the map frame, towards the camera; zero where there is nothing."""
        out = np.zeros((*view.what.shape, 3), np.float32)
        normals_of(view.what.ravel(), view.side.ravel(), view.place, scene.tables, out.reshape(-1, 3))
        return out

    def picture(self, scene: RayScene, mount: Mount, view: View, weather: Weather) -> F32:
        """`(height, width, 3)` red, green and blue, 0 to 1, of what `look` found."""
        o, lens, light, colours = self.options, self._lens(mount), lighting(weather), paints(scene, weather)
        out = np.zeros((o.height, o.width, 3), np.float32)
        skip = scene.seen_from(mount.position, mount.row)

        def part(begin: int) -> None:
            shade_rows(
                begin, min(begin + _ROWS, o.height), lens, skip, light, colours, scene.tables, view.depth, view.what,
                view.side, out, new_bundle(),
            )  # fmt: skip

        scene.share(part, range(0, o.height, _ROWS))
        return out

    def flow(self, scene: RayScene, mount: Mount, view: View) -> F32:
        """`(height, width, 2)` motion of each pixel since the last call, to the right and down, over width and height.

        The first call finds none.
        """
        o = self.options
        out = np.zeros((o.height, o.width, 2), np.float32)
        now = _poses(scene)
        if self._last is not None:
            old, poses = self._last
            n = len(scene.bodies)
            here, before, known = np.zeros((n, 12)), np.zeros((n, 12)), np.zeros(n, np.bool_)
            for row in np.flatnonzero(scene.bodies.kind):
                ident = int(scene.bodies.id[row])
                here[row], known[row] = now[ident], ident in poses
                before[row] = poses.get(ident, now[ident])
            flow_rows(
                0, o.height, self._lens(mount), np.asarray(old.position, np.float64), old.axes(), scene.tables.row,
                view.depth, view.what, here, before, known, out,
            )  # fmt: skip
        self._last = (mount, now)
        return out

    def events(self, picture: F32, threshold: float = 0.3) -> tuple[I32, NDArray[np.bool_]]:
        """`(n, 2)` columns and rows of pixels whose log brightness changed by `threshold`, and whether it rose.

        In the order of time; the first call finds none. `Dvs` tells the times as well.
        """
        if self._dvs is None:
            self._dvs = Dvs(DvsOptions(threshold, threshold))
        events = self._dvs.sense(picture)
        return np.stack([events.column, events.row], 1), events.rises


def _poses(scene: RayScene) -> dict[int, Float]:
    """Place and axes of each body by its id."""
    bodies = scene.bodies
    row = np.flatnonzero(bodies.kind)
    poses = np.hstack([bodies.position[row], axes_of(bodies.rotation[row]).reshape(-1, 9)])
    return dict(zip(bodies.id[row].tolist(), poses, strict=True))
