"""Rotating LiDAR, plain and semantic."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.sensors.kernels_lidar import keep_echoes, keep_labels, sweep_rays
from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.noise import QUIET, Noise
from jing_sim.driving.sensors.ray_rows import Beams, Echo, new_bundle
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.sensors.sensor_options import SensorError, check_positive, check_share
from jing_sim.driving.weather import Weather

__all__ = ["Lidar", "LidarOptions", "PointCloud", "SemanticCloud", "echo_of"]

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]

_CLEAR = Weather()
_CHUNK = 4096
_RAIN_MMH = 50.0  # at full precipitation


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
        points: `(n, 4)` x, y, z in the sensor's frame [m], and intensity.
        per_channel: `(channels,)` numbers of points. angle_rad: of the head at the end of the sweep.
    """

    points: F32
    per_channel: NDArray[np.uint32]
    angle_rad: float

    @property
    def xyz(self) -> F32:
        """`(n, 3)`."""
        return self.points[:, :3]

    @property
    def intensity(self) -> F32:
        """`(n,)`."""
        return self.points[:, 3]


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
    """A LiDAR whose head turns on from one sweep to the next, clockwise seen from above, as CARLA's does."""

    def __init__(self, options: LidarOptions = LidarOptions(), noise: Noise = QUIET) -> None:
        self.options, self.noise = options, noise
        self.angle_rad = 0.0
        lasers = np.linspace(options.upper_rad, options.lower_rad, options.channels)
        self._elevation = np.stack([np.cos(lasers), np.sin(lasers)], 1)

    def sense(self, scene: RayScene, mount: Mount, frame: int, dt_s: float, weather: Weather = _CLEAR) -> PointCloud:
        """What the head saw while it turned for `dt_s`; weather as `echo_of` says."""
        beams, distance, what, _ = self._sweep(scene, mount, dt_s)
        points, per_channel = np.empty((len(what), 4), np.float32), np.zeros(self.options.channels, np.uint32)
        count = keep_echoes(
            beams, echo_of(self.options, weather), self.noise.key, frame, distance, what, points, per_channel
        )
        return PointCloud(points[:count], per_channel, self.angle_rad)

    def sense_labels(self, scene: RayScene, mount: Mount, dt_s: float) -> SemanticCloud:
        """The same without noise, losses and weather, with what each point lies on."""
        beams, distance, what, cosine = self._sweep(scene, mount, dt_s)
        points, per_channel = np.empty((len(what), 3), np.float32), np.zeros(self.options.channels, np.uint32)
        kept = np.empty(len(what), np.int32)
        count = keep_labels(beams, distance, what, points, kept, per_channel)
        kept = kept[:count]
        hits = scene.hits(distance[kept], what[kept], cosine[kept])
        return SemanticCloud(
            points[:count], hits.cosine, hits.body, hits.label.astype(np.uint32), per_channel, self.angle_rad
        )

    def _sweep(self, scene: RayScene, mount: Mount, dt_s: float) -> tuple[Beams, F32, I32, F32]:
        """Where the lasers point, and distance, `what_of` and cosine of incidence of each ray, channel by channel."""
        o = self.options
        # Rounded as CARLA does, half away from zero.
        steps = int(o.points_per_second * dt_s / o.channels + 0.5)
        turn = dt_s * o.rotation_hz * o.horizontal_rad
        azimuth = 0.5 * o.horizontal_rad - (self.angle_rad + turn * np.arange(steps) / max(steps, 1)) % o.horizontal_rad
        self.angle_rad = float((self.angle_rad + turn) % o.horizontal_rad)
        beams = Beams(
            np.asarray(mount.position, np.float64), mount.axes(), self._elevation,
            np.stack([np.cos(azimuth), np.sin(azimuth)], 1), float(o.range_m),
        )  # fmt: skip
        n = steps * o.channels
        distance, what, cosine = np.zeros(n, np.float32), np.zeros(n, np.int32), np.zeros(n, np.float32)
        skip = scene.seen_from(mount.position, mount.row)

        def part(begin: int) -> None:
            end = min(begin + _CHUNK, n)
            sweep_rays(begin, end, beams, skip, scene.tables, distance, what, cosine, new_bundle())

        scene.share(part, range(0, n, _CHUNK))
        return beams, distance, what, cosine


def echo_of(options: LidarOptions, weather: Weather) -> Echo:
    """What becomes of echoes in a weather.

    Rain: extinction 0.01 R^0.6 per metre and a spread of the distance of 0.02 d (1 - exp(-R))^2, R in mm/h (C. Goodin
    et al., "Predicting the Influence of Rain on LIDAR in ADAS", Electronics 8, 2019). Fog and dust: 3.912 over the
    visibility (R. H. Rasshofer et al., "Influences of weather phenomena on automotive laser radar systems", Adv. Radio
    Sci. 9, 2011). Drops that give echoes of their own are left out.
    """
    rain_mmh = _RAIN_MMH * min(max(weather.precipitation, 0.0), 1.0)
    return Echo(
        attenuation_per_m=float(options.attenuation_per_m),
        air_per_m=replace(weather, precipitation=0.0).extinction_per_m + 0.01 * rain_mmh**0.6,
        drop_rate=float(options.drop_rate),
        drop_limit=float(options.drop_limit),
        drop_zero=float(options.drop_zero),
        noise_m=float(options.noise_m),
        rain_noise=0.02 * (1.0 - float(np.exp(-rain_mmh))) ** 2,
    )
