"""What a sensor knows when it is asked, and what it must be able to do."""

import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from jing_sim.carla.actors import ActorEntry
from jing_sim.carla.frames import Six, mirrored, radians_of
from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.noise import Noise

if TYPE_CHECKING:
    from jing_sim.carla.episode import Episode

__all__ = ["Moment", "SensorRunner", "noise_of", "number", "truth"]


@dataclass(frozen=True)
class Moment:
    """The end of a tick: the sensor's pose in the world (CARLA's frame), how many times it has been asked, and the
    seconds since the last time."""

    episode: "Episode"
    entry: ActorEntry
    pose: Six
    tick: int
    delta_s: float

    @cached_property
    def mount(self) -> Mount:
        """The sensor in the map frame, moving with what carries it."""
        place, turned = mirrored(np.array(self.pose[:3])), radians_of(np.array(self.pose[3:]))
        carrier = self.episode.carrier_of(self.entry)
        if carrier is None:
            return Mount(place, turned)
        row, bodies = self.episode.world.row_of(carrier.id), self.episode.world.bodies
        arm, spin = place - bodies.position[row], bodies.angular[row]
        swing = np.cross(spin, arm)
        return Mount(
            place,
            turned,
            bodies.velocity[row] + swing,
            spin,
            bodies.acceleration[row] + np.cross(spin, swing),
            row,
        )


class SensorRunner(Protocol):
    """A sensor at work."""

    @property
    def kind(self) -> int:
        """Number of its messages in the header of the stream."""
        ...

    def sense(self, moment: Moment) -> list[bytes]:
        """The bodies of the messages of this tick."""
        ...


def number(entry: ActorEntry, name: str) -> float:
    """An attribute as a number."""
    return float(entry.attributes[name])


def truth(entry: ActorEntry, name: str) -> bool:
    """An attribute as yes or no."""
    return entry.attributes[name].lower() in {"true", "1"}


def noise_of(entry: ActorEntry, seed: int) -> Noise:
    """Numbers that follow from the world's seed, the sensor's own, what it is and where it is mounted.

    Not from its id: who spawns the same sensors again, in this episode or the next, gets the same noise, as in CARLA.
    """
    own = int(entry.attributes.get("noise_seed", "0"))
    return Noise(seed * 7919 + own, zlib.crc32(repr((entry.description.id, entry.mount)).encode()))
