"""LiDAR and radar as clients get them: y to the right, packed in float32."""

import math
import struct

import numpy as np

from jing_sim.carla.actors import ActorEntry
from jing_sim.carla.sensor_moment import Moment, number
from jing_sim.driving.sensors.lidar import Lidar, LidarOptions
from jing_sim.driving.sensors.noise import Noise
from jing_sim.driving.sensors.radar import Radar, RadarOptions

__all__ = ["LidarRunner", "RadarRunner", "SemanticLidarRunner"]

_SEMANTIC = np.dtype([("xyz", "<f4", (3,)), ("cosine", "<f4"), ("object", "<u4"), ("label", "<u4")])


def _beams(entry: ActorEntry, **more: float) -> LidarOptions:
    return LidarOptions(
        channels=int(number(entry, "channels")),
        range_m=number(entry, "range"),
        points_per_second=int(number(entry, "points_per_second")),
        rotation_hz=number(entry, "rotation_frequency"),
        upper_rad=math.radians(number(entry, "upper_fov")),
        lower_rad=math.radians(number(entry, "lower_fov")),
        horizontal_rad=math.radians(number(entry, "horizontal_fov")),
        **more,
    )


def _prefix(angle_rad: float, per_channel: np.ndarray[tuple[int], np.dtype[np.uint32]]) -> bytes:
    return struct.pack("<fI", angle_rad, len(per_channel)) + per_channel.astype("<u4").tobytes()


class LidarRunner:
    """Points with intensities, channel by channel."""

    kind = 11

    def __init__(self, entry: ActorEntry, noise: Noise) -> None:
        options = _beams(
            entry,
            attenuation_per_m=number(entry, "atmosphere_attenuation_rate"),
            drop_rate=number(entry, "dropoff_general_rate"),
            drop_limit=number(entry, "dropoff_intensity_limit"),
            drop_zero=number(entry, "dropoff_zero_intensity"),
            noise_m=number(entry, "noise_stddev"),
        )
        self._lidar = Lidar(options, noise)

    def sense(self, moment: Moment) -> list[bytes]:
        """One message: what the head saw since the last one."""
        episode = moment.episode
        cloud = self._lidar.sense(episode.rays(), moment.mount, moment.tick, moment.delta_s, episode.world.weather)
        points = np.empty((len(cloud.xyz), 4), "<f4")
        points[:, :3], points[:, 3] = cloud.xyz, cloud.intensity
        points[:, 1] *= -1.0
        return [_prefix(cloud.angle_rad, cloud.per_channel) + points.tobytes()]


class SemanticLidarRunner:
    """Points with what they lie on, channel by channel."""

    kind = 10

    def __init__(self, entry: ActorEntry) -> None:
        self._lidar = Lidar(_beams(entry))

    def sense(self, moment: Moment) -> list[bytes]:
        """One message: what the head saw since the last one."""
        cloud = self._lidar.sense_labels(moment.episode.rays(), moment.mount, moment.delta_s)
        points = np.empty(len(cloud.xyz), _SEMANTIC)
        points["xyz"] = cloud.xyz
        points["xyz"][:, 1] *= -1.0
        points["cosine"], points["object"], points["label"] = cloud.cosine, cloud.body, cloud.label
        return [_prefix(cloud.angle_rad, cloud.per_channel) + points.tobytes()]


class RadarRunner:
    """Closing speed, azimuth (to the right), altitude and depth of each echo."""

    kind = 9

    def __init__(self, entry: ActorEntry, noise: Noise) -> None:
        options = RadarOptions(
            horizontal_rad=math.radians(number(entry, "horizontal_fov")),
            vertical_rad=math.radians(number(entry, "vertical_fov")),
            range_m=number(entry, "range"),
            points_per_second=int(number(entry, "points_per_second")),
        )
        self._radar = Radar(options, noise)

    def sense(self, moment: Moment) -> list[bytes]:
        """One message: the echoes since the last one."""
        found = self._radar.sense(moment.episode.rays(), moment.mount, moment.tick, moment.delta_s)
        columns = (found.velocity_mps, -found.azimuth_rad, found.altitude_rad, found.depth_m)
        return [np.stack(columns, 1).astype("<f4").tobytes()]
