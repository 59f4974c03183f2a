"""What both engines are given, what is seen of them, and what they answer."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.trips import Trips

__all__ = ["Outcome", "Probe", "Scene", "Seen"]


@dataclass(frozen=True)
class Scene:
    """One run: a SUMO net file and the network read from it, who drives, and until when."""

    net: Path
    network: RoadNetwork
    trips: Trips
    horizon_s: float
    seed: int


@dataclass(frozen=True)
class Seen:
    """`(n,)` vehicles at the end of a step.

    `vehicle` is the row of the trips, `lane` that of the network's lanes or -1 inside a junction, `pos_m` the front
    bumper from the begin of the lane (of the connector inside a junction).
    """

    time_s: float
    vehicle: NDArray[np.int64]
    lane: NDArray[np.int64]
    pos_m: NDArray[np.float64]
    speed_mps: NDArray[np.float64]


class Probe(Protocol):
    """Looks at each step of a run and sums up at the end; its `repr` says all that its values depend on."""

    def see(self, seen: Seen) -> None:
        """Called after each step, in the order of time."""
        ...

    def values(self) -> dict[str, list[float]]:
        """What was measured, by name."""
        ...


@dataclass(frozen=True)
class Outcome:
    """Counts at the end of a run, travel times in seconds of those that arrived, and the values of a probe."""

    inserted: int
    arrived: int
    waiting: int
    travel_s: dict[str, float] = field(default_factory=dict)
    values: dict[str, list[float]] = field(default_factory=dict)
    overlaps: int = 0
    red_runs: int = 0
    lost: int = 0
    deadlocks_resolved: int = 0
