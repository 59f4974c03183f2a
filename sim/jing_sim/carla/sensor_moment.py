"""What a sensor knows when it is asked, and what it must be able to do."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from jing_sim.carla.actors import ActorEntry
from jing_sim.carla.frames import Six

if TYPE_CHECKING:
    from jing_sim.carla.episode import Episode

__all__ = ["Moment", "SensorRunner", "number", "random_normals", "truth"]


@dataclass(frozen=True)
class Moment:
    """The end of a tick: the sensor's pose in the world (CARLA's frame), seconds since it was last asked."""

    episode: "Episode"
    entry: ActorEntry
    pose: Six
    frame: int
    delta_s: float


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


def random_normals(moment: Moment, count: int) -> NDArray[np.float64]:
    """`(count,)` standard normal numbers that follow from the sensor's seed, the world's, its id and the tick alone."""
    seed = int(moment.entry.attributes.get("noise_seed", "0")) & 0xFFFFFFFF
    world = moment.episode.world.options.seed & 0xFFFFFFFF
    key = np.array([seed << 32 | world, moment.entry.id], np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=moment.frame)).standard_normal(count)
