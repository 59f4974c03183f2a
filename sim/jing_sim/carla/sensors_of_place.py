"""GNSS and IMU as clients get them."""

import msgspec
import numpy as np

from jing_maps.projection import LocalFrame
from jing_sim.carla.actors import ActorEntry
from jing_sim.carla.client_geo import client_geo
from jing_sim.carla.frames import axial_mirrored, mirrored
from jing_sim.carla.sensor_moment import Moment, number
from jing_sim.driving.sensors.inertial import Gnss, GnssOptions, Imu, ImuOptions
from jing_sim.driving.sensors.noise import Noise

__all__ = ["GnssRunner", "ImuRunner"]

Three = tuple[float, float, float]

_ENCODER = msgspec.msgpack.Encoder()


def _three(entry: ActorEntry, name: str, axes: str | tuple[str, ...] = "xyz") -> Three:
    a, b, c = (number(entry, name.replace("*", axis)) for axis in axes)
    return a, b, c


class GnssRunner:
    """Latitude, longitude (degrees) and altitude (metres)."""

    kind = 4

    def __init__(self, entry: ActorEntry, noise: Noise, earth: LocalFrame) -> None:
        axes = ("lat", "lon", "alt")
        options = GnssOptions(_three(entry, "noise_*_bias", axes), _three(entry, "noise_*_stddev", axes))
        self._gnss = Gnss(client_geo(earth), options, noise)

    def sense(self, moment: Moment) -> list[bytes]:
        """One message."""
        return [_ENCODER.encode(self._gnss.sense(moment.mount, moment.tick))]


class ImuRunner:
    """Specific force (m/s2) and angular velocity (rad/s) in the sensor's axes, and the compass (radians from north)."""

    kind = 5

    def __init__(self, entry: ActorEntry, noise: Noise) -> None:
        # Seen in a mirror, biases of y and of turns about x and z change their signs.
        bias = axial_mirrored(np.array(_three(entry, "noise_gyro_bias_*")))
        options = ImuOptions(
            _three(entry, "noise_accel_stddev_*"),
            (float(bias[0]), float(bias[1]), float(bias[2])),
            _three(entry, "noise_gyro_stddev_*"),
        )
        self._imu = Imu(options, noise)

    def sense(self, moment: Moment) -> list[bytes]:
        """One message."""
        told = self._imu.sense(moment.mount, moment.tick, moment.episode.world.gravity_mps2)
        force, turn = mirrored(told.acceleration), axial_mirrored(told.gyroscope)
        return [_ENCODER.encode((force.tolist(), turn.tolist(), told.compass_rad))]
