"""Rotating LiDAR, plain and semantic."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.noise import QUIET, Noise
from jing_sim.driving.sensors.ray_scene import Hits, RayScene
from jing_sim.driving.sensors.sensor_options import SensorError, check_positive, check_share
from jing_sim.driving.weather import Weather

__all__ = ["Lidar", "LidarOptions", "PointCloud", "SemanticCloud"]

Float = NDArray[np.float64]
F32 = NDArray[np.float32]

_CLEAR = Weather()
_DROP, _DIM, _RANGE = 1, 2, 3


@dataclass(frozen=True)
class LidarOptions:
    """As CARLA's `sensor.lidar.ray_cast` names and defines them; angles in radians.

    Attributes:
        channels: lasers, from `upper_rad` down to `lower_rad`.
        range_m: nothing beyond it is seen.
        points_per_second: of all lasers together.
        rotation_hz: turns of the head.
        horizontal_rad: swept in a turn.
        attenuation_per_m: of the intensity, exp(-a d).
        drop_rate: share of points lost anyway. drop_limit, drop_zero: points of no intensity are lost with
            probability `drop_zero`, falling to none at the intensity `drop_limit`.
        noise_m: standard deviation of the distance.
    """

    channels: int = 32
    range_m: float = 10.0
    points_per_second: int = 56_000
    rotation_hz: float = 10.0
    upper_rad: float = np.radians(10.0)
    lower_rad: float = np.radians(-30.0)
    horizontal_rad: float = 2.0 * np.pi
    attenuation_per_m: float = 0.004
    drop_rate: float = 0.0
    drop_limit: float = 0.0
    drop_zero: float = 0.0
    noise_m: float = 0.0

    def __post_init__(self) -> None:
        check_positive(
            "lidar", channels=self.channels, range_m=self.range_m, rotation_hz=self.rotation_hz,
            points_per_second=self.points_per_second, horizontal_rad=self.horizontal_rad,
        )  # fmt: skip
        check_share("lidar", drop_rate=self.drop_rate, drop_zero=self.drop_zero, drop_limit=self.drop_limit)
        if self.lower_rad > self.upper_rad or self.noise_m < 0 or self.attenuation_per_m < 0:
            raise SensorError(
                f"lidar: upper_rad must not be below lower_rad, noise and attenuation not below 0: {self}"
            )


@dataclass(frozen=True)
class PointCloud:
    """`(n,)` points, channel by channel.

    Attributes:
        xyz: `(n, 3)` sensor frame. intensity: `(n,)`.
        per_channel: `(channels,)` numbers of points. angle_rad: of the head at the end of the sweep.
    """

    xyz: F32
    intensity: F32
    per_channel: NDArray[np.uint32]
    angle_rad: float


@dataclass(frozen=True)
class SemanticCloud:
    """`(n,)` points, channel by channel.

    Attributes:
        xyz: `(n, 3)` sensor frame. cosine: of the angle of incidence.
        body: id of what was hit, 0 = the scene. label: its semantic label.
        per_channel, angle_rad: as in `PointCloud`.
    """

    xyz: F32
    cosine: F32
    body: NDArray[np.uint32]
    label: NDArray[np.uint32]
    per_channel: NDArray[np.uint32]
    angle_rad: float


class Lidar:
    """A LiDAR whose head turns on from one sweep to the next."""

    def __init__(self, options: LidarOptions = LidarOptions(), noise: Noise = QUIET) -> None:
        self.options, self.noise = options, noise
        self.angle_rad = 0.0
        self._owed = 0.0
        self._elevation = np.linspace(options.upper_rad, options.lower_rad, options.channels)

    def sense(self, scene: RayScene, mount: Mount, frame: int, dt_s: float, weather: Weather = _CLEAR) -> PointCloud:
        """What the head saw while it turned for `dt_s`.

        In fog, dust and rain the echo has gone through the extinction twice, and what comes back weaker than the
        clear-air echo from the range's end is lost (R. H. Rasshofer et al., Adv. Radio Sci. 9, 2011).
        """
        o = self.options
        directions, channel, hits = self._sweep(scene, mount, dt_s)
        distance = hits.distance.astype(np.float64)
        intensity = np.exp(-(o.attenuation_per_m + 2.0 * weather.extinction_per_m) * distance)
        keep = hits.hit & (intensity >= 0.5 * np.exp(-o.attenuation_per_m * o.range_m) * np.exp(-2.0))
        if o.drop_rate > 0.0:
            keep &= self.noise.uniform(frame, _DROP, len(keep)) >= o.drop_rate
        if o.drop_zero > 0.0 and o.drop_limit > 0.0:
            lost = o.drop_zero * np.maximum(1.0 - intensity / o.drop_limit, 0.0)
            keep &= self.noise.uniform(frame, _DIM, len(keep)) >= lost
        if o.noise_m > 0.0:
            spread = o.noise_m * weather.lidar_noise
            distance = np.maximum(distance + spread * self.noise.normal(frame, _RANGE, len(keep)), 0.0)
        points = (directions * distance[:, None])[keep]
        per = np.bincount(channel[keep], minlength=o.channels).astype(np.uint32)
        return PointCloud(points.astype(np.float32), intensity[keep].astype(np.float32), per, self.angle_rad)

    def sense_labels(self, scene: RayScene, mount: Mount, dt_s: float) -> SemanticCloud:
        """The same without noise and losses, with what each point lies on."""
        directions, channel, hits = self._sweep(scene, mount, dt_s)
        keep = hits.hit
        return SemanticCloud(
            (directions * hits.distance[:, None])[keep].astype(np.float32),
            hits.cosine[keep],
            hits.body[keep],
            hits.label[keep].astype(np.uint32),
            np.bincount(channel[keep], minlength=self.options.channels).astype(np.uint32),
            self.angle_rad,
        )

    def _sweep(self, scene: RayScene, mount: Mount, dt_s: float) -> tuple[Float, NDArray[np.int64], Hits]:
        """Directions in the sensor's frame, channels and hits, channel by channel."""
        o = self.options
        # What does not come out even is made up for in the next sweeps.
        self._owed += o.points_per_second * dt_s / o.channels
        count = int(self._owed)
        self._owed -= count
        turn = dt_s * o.rotation_hz * o.horizontal_rad
        # The head turns clockwise, as CARLA's does.
        azimuth = -((self.angle_rad + turn * np.arange(count) / max(count, 1)) % o.horizontal_rad)
        azimuth -= 0.0 if o.horizontal_rad >= 2.0 * np.pi - 1e-9 else -0.5 * o.horizontal_rad
        self.angle_rad = (self.angle_rad + turn) % o.horizontal_rad
        channel = np.repeat(np.arange(o.channels), count)
        up, around = self._elevation[channel], np.tile(azimuth, o.channels)
        directions = np.stack([np.cos(up) * np.cos(around), np.cos(up) * np.sin(around), np.sin(up)], 1)
        skip = scene.seen_from(mount.position, mount.row)
        return directions, channel, scene.cast(mount.position, directions @ mount.axes(), o.range_m, skip)
