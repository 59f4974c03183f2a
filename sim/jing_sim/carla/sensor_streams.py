"""The sensors of an episode: when each is asked, and where its messages go."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jing_sim.carla.actors import ActorEntry
from jing_sim.carla.sensor_attributes import check_size
from jing_sim.carla.sensor_moment import Moment, SensorRunner, noise_of
from jing_sim.carla.sensors_of_events import CollisionRunner, ObstacleRunner
from jing_sim.carla.sensors_of_pictures import CAMERAS, CameraRunner
from jing_sim.carla.sensors_of_place import GnssRunner, ImuRunner
from jing_sim.carla.sensors_of_rays import LidarRunner, RadarRunner, SemanticLidarRunner
from jing_sim.carla.snapshot import header
from jing_sim.driving.controls import VehicleControl
from jing_sim.driving.sensors.noise import Noise

if TYPE_CHECKING:
    from jing_sim.carla.episode import Episode

__all__ = ["CLIENT_SIDE", "SensorStreams"]

CLIENT_SIDE = frozenset({"sensor.other.lane_invasion"})
"""Computed in the client: such an actor has no stream."""
Maker = Callable[["Episode", ActorEntry], SensorRunner]


def _noise(episode: "Episode", entry: ActorEntry) -> Noise:
    return noise_of(entry, episode.world.options.seed)


_MAKERS: dict[str, Maker] = {
    "sensor.other.gnss": lambda episode, entry: GnssRunner(entry, _noise(episode, entry), episode.stage.earth),
    "sensor.other.imu": lambda episode, entry: ImuRunner(entry, _noise(episode, entry)),
    "sensor.other.collision": lambda _, __: CollisionRunner(),
    "sensor.other.obstacle": lambda _, entry: ObstacleRunner(entry),
    "sensor.other.radar": lambda episode, entry: RadarRunner(entry, _noise(episode, entry)),
    "sensor.lidar.ray_cast": lambda episode, entry: LidarRunner(entry, _noise(episode, entry)),
    "sensor.lidar.ray_cast_semantic": lambda _, entry: SemanticLidarRunner(entry),
    **{name: lambda _, entry: CameraRunner(entry) for name in CAMERAS},
}
_EPSILON_S = 1e-6


@dataclass(eq=False)
class _Mounted:
    """A sensor, how often it is asked, when it was last, when it is the next time, and how many times it has been."""

    entry: ActorEntry
    runner: SensorRunner
    period_s: float
    last_s: float
    next_s: float = -math.inf
    asked: int = 0


class SensorStreams:
    """The sensors at work, in the order of their ids, and the vehicles whose controls end with the tick."""

    def __init__(self, episode: "Episode") -> None:
        self._episode = episode
        self._mounted: dict[int, _Mounted] = {}
        self.not_sticky: set[int] = set()

    def mount(self, entry: ActorEntry) -> None:
        """The sensor is asked from the next tick on.

        Raises:
            RefusedError: it asks for too much.
            SensorError: no sensor can have these options.
        """
        check_size(entry.attributes)
        maker = _MAKERS.get(entry.description.id)
        if maker is None:
            return
        period = float(entry.attributes.get("sensor_tick", "0"))
        now = self._episode.now_s
        self._mounted[entry.id] = _Mounted(entry, maker(self._episode, entry), period, now)
        entry.stream = self._episode.streams.open()

    def forget(self, entry: ActorEntry) -> None:
        """It is asked no more."""
        self._mounted.pop(entry.id, None)
        self.not_sticky.discard(entry.id)

    def emit(self, frame: int, *, may_drop: bool) -> None:
        """Those whose time has come, and who have a reader, send what they see."""
        episode = self._episode
        for mounted in list(self._mounted.values()):
            stream = mounted.entry.stream
            if episode.now_s < mounted.next_s - _EPSILON_S:
                continue
            # The first time counts from the first tick; later ones keep their rhythm unless a tick was too long.
            in_time = mounted.next_s > episode.now_s - mounted.period_s
            mounted.next_s = (mounted.next_s if in_time else episode.now_s) + mounted.period_s
            since, mounted.last_s = episode.now_s - mounted.last_s, episode.now_s
            mounted.asked += 1
            mounted.asked += 1
            if stream is None or not stream.readers:
                continue
            pose = episode.pose_of(mounted.entry)
            moment = Moment(episode, mounted.entry, pose, mounted.asked, since)
            bodies = mounted.runner.sense(moment)
            head = header(mounted.runner.kind, frame, episode.now_s, pose)
            for body in bodies:
                stream.send((head, body), may_drop=may_drop)
        for actor in self.not_sticky:
            episode.world.control(actor, VehicleControl())
