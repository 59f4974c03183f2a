"""Cameras as clients get them: rows of blue, green, red and alpha, or of what the kind of camera has instead."""

import math
import struct
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from jing_sim.carla.actors import ActorEntry
from jing_sim.carla.frames import mirrored
from jing_sim.carla.sensor_moment import Moment, number
from jing_sim.driving.sensors.camera import Camera, CameraOptions, View

__all__ = ["CAMERAS", "CameraRunner"]

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

_FAR_M = 1000.0
_EVENT = np.dtype([("x", "<u2"), ("y", "<u2"), ("t_ns", "<i8"), ("rises", "u1")])


def _bgra(red: U8, green: U8, blue: U8) -> bytes:
    picture = np.empty((*red.shape, 4), np.uint8)
    picture[..., 0], picture[..., 1], picture[..., 2], picture[..., 3] = blue, green, red, 255
    return picture.tobytes()


def _bytes_of(shares: F32) -> U8:
    return (np.clip(shares, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def _depth(_: Camera, __: Moment, view: View) -> bytes:
    """Depth over a kilometre, in 24 bits: red is the lowest byte."""
    coded = (np.clip(view.depth / _FAR_M, 0.0, 1.0).astype(np.float64) * (2**24 - 1)).astype(np.uint32)
    low, middle, high = ((coded >> shift & 0xFF).astype(np.uint8) for shift in (0, 8, 16))
    return _bgra(low, middle, high)


def _labels(_: Camera, __: Moment, view: View) -> bytes:
    """Label in red."""
    nothing = np.zeros_like(view.label)
    return _bgra(view.label, nothing, nothing)


def _instances(_: Camera, moment: Moment, view: View) -> bytes:
    """Label in red; in green and blue the lower 16 bits of the actor's id, or of the number of a thing of the map."""
    hits = moment.episode.rays().hits(view.depth.ravel(), view.what.ravel(), view.depth.ravel())
    number_of = np.where(hits.body > 0, hits.body, hits.thing).reshape(view.label.shape)
    return _bgra(view.label, (number_of & 0xFF).astype(np.uint8), (number_of >> 8 & 0xFF).astype(np.uint8))


def _normals(camera: Camera, moment: Moment, view: View) -> bytes:
    """Components -1 to 1 in CARLA's world frame as 0 to 255."""
    normals = mirrored(camera.normals(moment.episode.rays(), view).astype(np.float64))
    shares = _bytes_of((normals * 0.5 + 0.5).astype(np.float32))
    return _bgra(shares[..., 0], shares[..., 1], shares[..., 2])


def _colours(camera: Camera, moment: Moment, view: View) -> bytes:
    picture = camera.picture(moment.episode.rays(), moment.mount, view, moment.episode.world.weather)
    shares = _bytes_of(picture)
    return _bgra(shares[..., 0], shares[..., 1], shares[..., 2])


def _flow(camera: Camera, moment: Moment, view: View) -> bytes:
    return camera.flow(moment.episode.rays(), moment.mount, view).astype("<f4").tobytes()


def _events(camera: Camera, moment: Moment, view: View) -> bytes:
    """Pixels that became brighter or darker, all at the time of the tick."""
    picture = camera.picture(moment.episode.rays(), moment.mount, view, moment.episode.world.weather)
    places, rises = camera.events(picture, number(moment.entry, "positive_threshold"))
    events = np.empty(len(places), _EVENT)
    events["x"], events["y"], events["rises"] = places[:, 0], places[:, 1], rises
    events["t_ns"] = round(moment.episode.now_s * 1e9)
    return events.tobytes()


CAMERAS: dict[str, tuple[int, Callable[[Camera, Moment, View], bytes]]] = {
    "sensor.camera.depth": (1, _depth),
    "sensor.camera.normals": (2, _normals),
    "sensor.camera.dvs": (3, _events),
    "sensor.camera.optical_flow": (8, _flow),
    "sensor.camera.rgb": (13, _colours),
    "sensor.camera.semantic_segmentation": (14, _labels),
    "sensor.camera.instance_segmentation": (15, _instances),
}
"""Number of the messages and what is in them, by type id."""


class CameraRunner:
    """Casts a ray for each pixel."""

    def __init__(self, entry: ActorEntry) -> None:
        self.kind, self._develop = CAMERAS[entry.description.id]
        self._fov_deg = number(entry, "fov")
        self._camera = Camera(
            CameraOptions(
                int(number(entry, "image_size_x")),
                int(number(entry, "image_size_y")),
                math.radians(self._fov_deg),
                _FAR_M,
            )
        )

    def sense(self, moment: Moment) -> list[bytes]:
        """One message."""
        options = self._camera.options
        view = self._camera.look(moment.episode.rays(), moment.mount)
        prefix = struct.pack("<IIf", options.width, options.height, self._fov_deg)
        return [prefix + self._develop(self._camera, moment, view)]
