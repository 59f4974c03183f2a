"""Radar: distances, directions and closing speeds in a cone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.noise import QUIET, Noise
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.sensors.sensor_options import check_positive
from jing_sim.driving.weather import Weather

__all__ = ["Detections", "Radar", "RadarOptions"]

F32 = NDArray[np.float32]

_AZIMUTH, _ALTITUDE = 1, 2
_CLEAR = Weather()
_RAIN_MMH = 50.0  # at full precipitation


@dataclass(frozen=True)
class RadarOptions:
    """As CARLA's `sensor.other.radar`: full opening angles [rad], range [m], points per second."""

    horizontal_rad: float = np.radians(30.0)
    vertical_rad: float = np.radians(30.0)
    range_m: float = 100.0
    points_per_second: int = 1500

    def __post_init__(self) -> None:
        check_positive(
            "radar", horizontal_rad=self.horizontal_rad, vertical_rad=self.vertical_rad, range_m=self.range_m,
            points_per_second=self.points_per_second,
        )  # fmt: skip


@dataclass(frozen=True)
class Detections:
    """`(n,)` echoes.

    Attributes:
        velocity_mps: rate of change of the distance: negative = it comes nearer.
        azimuth_rad: positive = to the left. altitude_rad: positive = up. depth_m: distance.
    """

    velocity_mps: F32
    azimuth_rad: F32
    altitude_rad: F32
    depth_m: F32


class Radar:
    """Looks into random directions of its cone, anew in each frame."""

    def __init__(self, options: RadarOptions = RadarOptions(), noise: Noise = QUIET) -> None:
        self.options, self.noise = options, noise
        self._owed = 0.0

    def sense(
        self, scene: RayScene, mount: Mount, frame: int, dt_s: float, weather: Weather = _CLEAR
    ) -> Detections:  # fmt: skip
        """Echoes of `dt_s`; velocities come from those of the bodies and of the sensor.

        Rain shortens the range: the path back and forth loses 1.1 R^0.72 dB/km at 77 GHz, R in mm/h (after ITU-R
        P.838-3), against the fourth power of the distance. Fog does not matter at this wavelength.
        """
        o = self.options
        self._owed += o.points_per_second * dt_s
        n = int(self._owed)
        self._owed -= n
        # Uniform over an ellipse, as CARLA draws them.
        radius = np.sqrt(self.noise.uniform(frame, _AZIMUTH, n))
        angle = 2.0 * np.pi * self.noise.uniform(frame, _ALTITUDE, n)
        azimuth = 0.5 * o.horizontal_rad * radius * np.cos(angle)
        altitude = 0.5 * o.vertical_rad * radius * np.sin(angle)
        own = np.stack(
            [np.cos(altitude) * np.cos(azimuth), np.cos(altitude) * np.sin(azimuth), np.sin(altitude)], 1
        )  # fmt: skip
        directions = own @ mount.axes()
        hits = scene.cast(mount.position, directions, o.range_m, scene.seen_from(mount.position, mount.row))
        theirs = np.zeros((n, 3))
        moving = hits.row >= 0
        rows = hits.row[moving]
        bodies = scene.bodies
        arm = mount.position + directions[moving] * hits.distance[moving, None] - bodies.position[rows]
        theirs[moving] = bodies.velocity[rows] + np.cross(bodies.angular[rows], arm)
        closing = np.einsum("nk,nk->n", theirs - mount.velocity, directions)
        rain_mmh = _RAIN_MMH * min(max(weather.precipitation, 0.0), 1.0)
        lost_db = 2.0 * 1.1e-3 * rain_mmh**0.72 * hits.distance
        keep = hits.hit & (40.0 * np.log10(np.maximum(hits.distance, 1e-3) / o.range_m) + lost_db <= 0.0)
        columns = (closing, azimuth, altitude, hits.distance)
        return Detections(*(column[keep].astype(np.float32) for column in columns))
