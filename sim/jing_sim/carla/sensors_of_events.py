"""Collision and obstacle sensors: a message for each event, and none otherwise."""

import msgspec
import numpy as np

from jing_sim.carla.actors import ActorEntry
from jing_sim.carla.frames import mirrored
from jing_sim.carla.sensor_moment import Moment, number, truth
from jing_sim.carla.structs import Actor, ActorDescription, BoundingBox, Vector3D
from jing_sim.driving.sensors.obstacle import ObstacleDetector, ObstacleOptions

__all__ = ["CollisionRunner", "ObstacleRunner", "static_actor"]

_ENCODER = msgspec.msgpack.Encoder()
_STATIC_IDS = {3: "static.building", 4: "static.wall", 5: "static.fence", 6: "static.pole", 7: "static.trafficlight",
               8: "static.trafficsign", 9: "static.vegetation", 28: "static.guardrail"}  # fmt: skip


def static_actor(label: int) -> Actor:
    """What stands for a part of the map where the protocol wants an actor: id 0."""
    description = ActorDescription(0, _STATIC_IDS.get(label, "static.unknown"), ())
    return Actor(0, 0, description, BoundingBox(), bytes([label]), b"")


class CollisionRunner:
    """Tells of each body, and each label of the map, that its parent has hit in a tick."""

    kind = 0

    def sense(self, moment: Moment) -> list[bytes]:
        """A message for each one hit, with the impulse on the parent (N s, CARLA's frame)."""
        episode, own = moment.episode, moment.entry.parent
        if own not in episode.actors.by_id:
            return []
        me = episode.record(episode.actors.by_id[own])
        messages = []
        for hit in episode.world.collisions:
            if own not in {hit.body, hit.other}:
                continue
            other = hit.other if hit.body == own else hit.body
            impulse = mirrored(np.array(hit.impulse)) * (1.0 if hit.body == own else -1.0)
            messages.append(_ENCODER.encode((me, _other(moment, other, hit.label), Vector3D(*impulse.tolist()))))
        return messages


class ObstacleRunner:
    """Tells of the nearest thing ahead, in each tick in which there is one."""

    kind = 7

    def __init__(self, entry: ActorEntry) -> None:
        options = ObstacleOptions(
            number(entry, "distance"), number(entry, "hit_radius"), only_dynamics=truth(entry, "only_dynamics")
        )
        self._detector = ObstacleDetector(options)

    def sense(self, moment: Moment) -> list[bytes]:
        """A message, or none."""
        episode = moment.episode
        found = self._detector.sense(episode.rays(), moment.mount)
        if found is None:
            return []
        me = episode.record(episode.carrier_of(moment.entry) or moment.entry)
        return [_ENCODER.encode((me, _other(moment, found.body, found.label), found.distance_m))]


def _other(moment: Moment, other: int, label: int) -> Actor:
    entry = moment.episode.actors.by_id.get(other) if other else None
    return moment.episode.record(entry) if entry else static_actor(label)
