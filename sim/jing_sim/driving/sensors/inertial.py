"""GNSS and IMU."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.noise import QUIET, Noise

__all__ = ["Gnss", "GnssOptions", "Imu", "ImuOptions", "ImuReading", "compass_rad"]

Float = NDArray[np.float64]
Three = tuple[float, float, float]

_STILL: Three = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class GnssOptions:
    """Bias and standard deviation of latitude [deg], longitude [deg] and altitude [m]."""

    bias: Three = _STILL
    spread: Three = _STILL


@dataclass(frozen=True)
class Gnss:
    """A receiver; `to_geo` turns a place `(3,)` of the map frame into latitude, longitude [deg] and altitude [m]."""

    to_geo: Callable[[Float], Three]
    options: GnssOptions = GnssOptions()
    noise: Noise = QUIET

    def sense(self, mount: Mount, frame: int) -> Three:
        """Latitude and longitude in degrees, WGS-84, and altitude in metres."""
        draws = self.noise.normal(frame, 1, 3)
        told = np.array(self.to_geo(mount.position)) + np.array(self.options.bias) + draws * self.options.spread
        return float(told[0]), float(told[1]), float(told[2])


@dataclass(frozen=True)
class ImuOptions:
    """Standard deviations of acceleration [m/s2] and turn rates [rad/s], biases of the turn rates, by sensor axis."""

    accel_spread: Three = _STILL
    gyro_bias: Three = _STILL
    gyro_spread: Three = _STILL


@dataclass(frozen=True)
class ImuReading:
    """Sensor frame: `acceleration` `(3,)` with what gravity is felt as, `gyroscope` `(3,)`; `compass_rad` from north,
    clockwise."""

    acceleration: Float
    gyroscope: Float
    compass_rad: float


@dataclass(frozen=True)
class Imu:
    """An accelerometer, a gyroscope and a compass."""

    options: ImuOptions = ImuOptions()
    noise: Noise = QUIET

    def sense(self, mount: Mount, frame: int, gravity_mps2: float = 9.81) -> ImuReading:
        """At rest the accelerometer shows gravity upwards; in free fall nothing."""
        axes = mount.axes()
        felt = axes @ (mount.acceleration + np.array([0.0, 0.0, gravity_mps2]))
        turned = axes @ mount.angular
        o = self.options
        felt = felt + self.noise.normal(frame, 1, 3) * o.accel_spread
        turned = turned + o.gyro_bias + self.noise.normal(frame, 2, 3) * o.gyro_spread
        return ImuReading(felt, turned, compass_rad(float(mount.rotation[0])))


def compass_rad(yaw_rad: float) -> float:
    """Heading from north, clockwise, 0 to 2 pi, of a yaw from east, counter-clockwise."""
    return float((np.pi / 2 - yaw_rad) % (2 * np.pi))
