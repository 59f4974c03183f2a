"""Views of steps, from a few words on each vehicle."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from jing_maps.network import RoadNetwork
from jing_sim.protocols import StepView
from jing_sim.trips import Trips
from jing_sim.vehicle_types import STANDARD_TYPES


@dataclass(frozen=True)
class Car:
    """A vehicle after a step; `way` as in `StepView`."""

    vehicle: int
    way: int
    pos_m: float
    speed_mps: float = 10.0
    accel_mps2: float = 0.0
    length_m: float = 5.0
    kind: int = 0


Viewer = Callable[..., StepView]


def view_of(n_ways: int, time_s: float, cars: Sequence[Car], dt_s: float = 1.0) -> StepView:
    cars = sorted(cars, key=lambda car: (car.way, -car.pos_m))
    first = np.zeros(n_ways + 1, np.int32)
    np.add.at(first[1:], [car.way for car in cars], 1)

    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([getattr(car, name) for car in cars], np.float64)

    return StepView(
        time_s, dt_s, np.cumsum(first).astype(np.int32), column("vehicle").astype(np.int32), column("pos_m"),
        column("speed_mps"), column("accel_mps2"), column("length_m"), column("kind").astype(np.int32),
    )  # fmt: skip


@pytest.fixture
def seen(town: RoadNetwork) -> Viewer:
    """`seen(time_s, [Car(...), ...])`: a step in the town."""
    n_ways = len(town.lanes) + len(town.connectors)
    return lambda time_s, cars, dt_s=1.0: view_of(n_ways, time_s, cars, dt_s)


@pytest.fixture
def chain(town: RoadNetwork) -> tuple[int, int, int, int, int]:
    """Lane, connector, lane, connector, lane of a drive straight through the town."""
    names = town.roads.ext_id
    lanes = [names.index(name) for name in ("0_1>1_1", "1_1>2_1", "2_1>3_1")]
    ends = list(zip(town.connectors.from_lane.tolist(), town.connectors.to_lane.tolist(), strict=True))
    a, b = (len(town.lanes) + ends.index((lanes[i], lanes[i + 1])) for i in (0, 1))
    return lanes[0], a, lanes[1], b, lanes[2]


@pytest.fixture
def fleet(town: RoadNetwork) -> Callable[[str], Trips]:
    """`fleet("car bus")`: trips of these types."""

    def make(names: str) -> Trips:
        kinds = [STANDARD_TYPES.name.index(name) for name in names.split()]
        n = len(kinds)
        return Trips(
            STANDARD_TYPES, tuple(map(str, range(n))), np.array(kinds, np.int32), np.zeros(n),
            np.arange(n + 1, dtype=np.int32), np.zeros(n, np.int32),
        )  # fmt: skip

    return make
