"""Grids, trips by road names, and a recorder that remembers what it was told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.routing import Router
from jing_sim.protocols import VehicleFrame
from jing_sim.trips import Trips
from jing_sim.vehicle_types import STANDARD_TYPES

Pair = tuple[int, int]


@dataclass
class Notes:
    """A recorder for tests."""

    frames: list[tuple[float, VehicleFrame]] = field(default_factory=list)
    states: list[tuple[float, NDArray[np.uint8]]] = field(default_factory=list)
    came: list[tuple[float, int]] = field(default_factory=list)
    left: list[tuple[float, int]] = field(default_factory=list)

    def frame(self, time_s: float, frame: VehicleFrame) -> None:
        self.frames.append((time_s, frame))

    def signals(self, time_s: float, state: NDArray[np.uint8]) -> None:
        self.states.append((time_s, state))

    def arrived(self, time_s: float, vehicles: NDArray[np.int32]) -> None:
        self.left += [(time_s, int(v)) for v in vehicles]

    def entered(self, time_s: float, vehicles: NDArray[np.int32]) -> None:
        self.came += [(time_s, int(v)) for v in vehicles]

    def event(self, time_s: float, kind: str, actor: int, text: str) -> None:
        del time_s, kind, actor, text


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture(scope="session")
def crossing() -> RoadNetwork:
    """One signalled crossing, two lanes a direction."""
    return grid(1, 1)


@pytest.fixture(scope="session")
def plain_crossing() -> RoadNetwork:
    """One crossing without signals."""
    return grid(1, 1, signals=False)


@pytest.fixture(scope="session")
def road() -> Callable[[RoadNetwork, int, int], int]:
    """The road between two junctions that lie at these places, in metres east and north."""

    def find(network: RoadNetwork, start: int, end: int) -> int:
        both = (network.roads.from_junction == start) & (network.roads.to_junction == end)
        return int(np.flatnonzero(both)[0])

    return find


@pytest.fixture(scope="session")
def make_trips() -> Callable[..., Trips]:
    """Trips on the fastest routes between roads; types by name; a standard driver has no imperfection."""

    def make(
        network: RoadNetwork, pairs: Sequence[Pair], depart_s: Sequence[float], types: Sequence[str] | None = None
    ) -> Trips:
        router = Router(network)
        routes = [np.asarray(getattr(r, "roads", r)) for r in (router.fastest(a, b) for a, b in pairs)]
        first = np.concatenate([[0], np.cumsum([len(r) for r in routes])]).astype(np.int32)
        kinds = [STANDARD_TYPES.name.index(name) for name in types or ["car"] * len(pairs)]
        n = len(STANDARD_TYPES)
        exact = replace(STANDARD_TYPES, sigma=np.zeros(n), speed_deviation=np.zeros(n))
        names = tuple(str(i) for i in range(len(pairs)))
        roads = np.concatenate([*routes, np.zeros(0, np.int32)]).astype(np.int32)
        return Trips(exact, names, np.array(kinds, np.int32), np.array(depart_s, float), first, roads)

    return make


@pytest.fixture(scope="session")
def gates() -> Callable[[RoadNetwork], tuple[list[int], list[int]]]:
    """Roads that come from gates and roads that lead to gates, by the opposite order of their junctions."""

    def find(network: RoadNetwork) -> tuple[list[int], list[int]]:
        kind = network.junctions.kind
        ins = [r for r in range(len(network.roads)) if kind[network.roads.from_junction[r]] == 3]
        outs = [r for r in range(len(network.roads)) if kind[network.roads.to_junction[r]] == 3]
        return ins, outs

    return find
