"""GNSS and IMU: sensors that need no rays."""

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from jing_sim.carla.actors import ActorEntry
from jing_sim.carla.frames import axial_mirrored, mirrored, rotation_matrix
from jing_sim.carla.sensor_moment import Moment, number, random_normals

__all__ = ["Gnss", "Imu"]

Float = NDArray[np.float64]

_ENCODER = msgspec.msgpack.Encoder()
_AXES = "xyz"


def _numbers(entry: ActorEntry, names: Sequence[str]) -> Float:
    return np.array([number(entry, name) for name in names])


class Gnss:
    """Latitude, longitude (degrees) and height above the ellipsoid of the map's frame (metres)."""

    kind = 4

    def __init__(self, entry: ActorEntry) -> None:
        self._bias = _numbers(entry, [f"noise_{axis}_bias" for axis in ("lat", "lon", "alt")])
        self._stddev = _numbers(entry, [f"noise_{axis}_stddev" for axis in ("lat", "lon", "alt")])

    def sense(self, moment: Moment) -> list[bytes]:
        """One message."""
        x, y, z = moment.pose[:3]
        lon, lat = moment.episode.stage.earth.to_wgs84(x, -y)
        place = np.array([float(lat), float(lon), z]) + self._bias
        if self._stddev.any():
            place += self._stddev * random_normals(moment, 3)
        return [_ENCODER.encode(place.tolist())]


class Imu:
    """Specific force (m/s2) and angular velocity (rad/s) in the sensor's axes, and the compass (radians from north)."""

    kind = 5

    def __init__(self, entry: ActorEntry) -> None:
        self._force_stddev = _numbers(entry, [f"noise_accel_stddev_{axis}" for axis in _AXES])
        self._turn_stddev = _numbers(entry, [f"noise_gyro_stddev_{axis}" for axis in _AXES])
        self._turn_bias = _numbers(entry, [f"noise_gyro_bias_{axis}" for axis in _AXES])

    def sense(self, moment: Moment) -> list[bytes]:
        """One message."""
        force, turn = self._felt(moment)
        axes = rotation_matrix(*moment.pose[3:])
        # An accelerometer at rest feels the push of its mount, upwards.
        force = axes.T @ (force + np.array([0.0, 0.0, moment.episode.world.gravity_mps2]))
        turn = axes.T @ turn + self._turn_bias
        if self._force_stddev.any() or self._turn_stddev.any():
            noise = random_normals(moment, 6)
            force, turn = force + self._force_stddev * noise[:3], turn + self._turn_stddev * noise[3:]
        forward = axes[:, 0]
        compass = math.atan2(forward[0], -forward[1]) % (2.0 * math.pi)
        return [_ENCODER.encode((force.tolist(), turn.tolist(), compass))]

    @staticmethod
    def _felt(moment: Moment) -> tuple[Float, Float]:
        """Acceleration of the mount and angular velocity, in CARLA's world axes."""
        episode, parent = moment.episode, moment.episode.actors.by_id.get(moment.entry.parent)
        if parent is None or not parent.has_body:
            return np.zeros(3), np.zeros(3)
        row, bodies = episode.world.row_of(parent.id), episode.world.bodies
        arm = mirrored(np.array(moment.pose[:3])) - bodies.position[row]
        spin = bodies.angular[row]
        acceleration = bodies.acceleration[row] + np.cross(spin, np.cross(spin, arm))
        return mirrored(acceleration), axial_mirrored(spin)
