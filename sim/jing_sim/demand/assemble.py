"""From wishes to trips: routes are found, trips sorted by departure, and what has no way is reported."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jing_maps.network import RoadNetwork
from jing_sim.demand.draws import choose, uniform
from jing_sim.demand.report import DemandError, DemandReport, Unroutable
from jing_sim.demand.road_graph import RoadGraph
from jing_sim.trips import Trips
from jing_sim.vehicle_types import STANDARD_TYPES, VehicleTypes

__all__ = ["DEFAULT_MIX", "DemandOptions", "VehicleMix", "Wishes", "assemble", "routed", "trips_of"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

_TYPE, _VARIANT = 31, 32


@dataclass(frozen=True)
class VehicleMix:
    """Shares of vehicle types; `share` `(n_types,)` need not add up to 1."""

    types: VehicleTypes
    share: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.share) != len(self.types):
            raise DemandError(f"{len(self.share)} shares for {len(self.types)} vehicle types")
        if min(self.share) < 0 or sum(self.share) <= 0:
            raise DemandError(f"shares {self.share} must be 0 or more, and one of them positive")

    def draw(self, seed: int, *ids: ArrayLike) -> Int:
        """A type for each combination of the ids."""
        return choose(self.share, uniform(seed, _TYPE, *ids)).astype(np.int32)


DEFAULT_MIX = VehicleMix(STANDARD_TYPES, (0.92, 0.03, 0.05, 0.0, 0.0, 0.0, 0.0))
"""Cars, buses and trucks of a Beijing working day (assumed shares)."""


@dataclass(frozen=True)
class DemandOptions:
    """What turns a demand into the trips of one run.

    Attributes:
        duration_s: trips depart from 0 up to here.
        seed: of all random draws.
        scale: factor on all flows.
        begin_of_day_s: time of day at simulation time 0.
        mix: vehicle types.
        route_variants: how many perceptions of travel times there are.
        route_spread: standard deviation of the log of perceived road times.
        decay_s: mean of the exponential with which trips thin out over travel time.
    """

    duration_s: float
    seed: int
    scale: float = 1.0
    begin_of_day_s: float = 7.5 * 3600.0
    mix: VehicleMix = DEFAULT_MIX
    route_variants: int = 5
    route_spread: float = 0.15
    decay_s: float = 900.0

    def __post_init__(self) -> None:
        for name in ("duration_s", "route_variants", "decay_s"):
            if not getattr(self, name) > 0:
                raise DemandError(f"{name} is {getattr(self, name)}; it must be positive")
        if not (0 <= self.scale < np.inf and self.route_spread >= 0):
            raise DemandError(f"scale {self.scale} and route_spread {self.route_spread} must not be negative")


@dataclass(frozen=True)
class Wishes:
    """`(n,)` trips before routing.

    Attributes:
        ext_id: unique ids.
        group: what the report calls them by: the pair, vehicle or flow.
        vehicle_type: row of the types.
        depart_s: departures.
        origin, destination: rows of roads.
    """

    ext_id: tuple[str, ...]
    group: tuple[str, ...]
    vehicle_type: Int
    depart_s: Float
    origin: Int
    destination: Int


def routed(network: RoadNetwork, wishes: Wishes, options: DemandOptions) -> list[Int | None]:
    """A route for each wish with the perception of a driver; None where there is no way for its class."""
    n = len(wishes.ext_id)
    # Perceptions are drawn by the trip's number, so that a trip keeps its route when only its type changes.
    variant = (uniform(options.seed, _VARIANT, np.arange(n)) * options.route_variants).astype(np.int32)
    classes = options.mix.types.vehicle_class[wishes.vehicle_type]
    out: list[Int | None] = [None] * n
    for bit in np.unique(classes):
        rows = np.flatnonzero(classes == bit)
        found = RoadGraph.of(network, int(bit)).routes(
            wishes.origin[rows], wishes.destination[rows], variant[rows], options.seed, options.route_spread
        )
        for row, route in zip(rows, found, strict=True):
            out[int(row)] = route
    return out


def assemble(
    network: RoadNetwork, wishes: Wishes, options: DemandOptions, source: str, notes: tuple[Unroutable, ...] = ()
) -> tuple[Trips, DemandReport]:
    """Trips of the wishes that have a way, and a report on the others; `notes` come first in the report."""
    routes = routed(network, wishes, options)
    lost: dict[tuple[str, str], int] = defaultdict(int)
    for row, route in enumerate(routes):
        if route is None:
            kind = options.mix.types.name[int(wishes.vehicle_type[row])]
            ends = (network.roads.ext_id[int(road[row])] for road in (wishes.origin, wishes.destination))
            lost[(wishes.group[row], "no way for {} from road {} to road {}".format(kind, *ends))] += 1
    keep = [row for row, route in enumerate(routes) if route is not None]
    trips = trips_of(
        options.mix.types,
        tuple(wishes.ext_id[row] for row in keep),
        wishes.vehicle_type[keep],
        wishes.depart_s[keep],
        [route for route in routes if route is not None],
    )
    unroutable = (*notes, *(Unroutable(what, count, reason) for (what, reason), count in lost.items()))
    return trips, DemandReport(source, len(routes), len(trips), unroutable)


def trips_of(types: VehicleTypes, ext_id: tuple[str, ...], kind: Int, depart_s: Float, routes: list[Int]) -> Trips:
    """Trips sorted by departure; equal times keep their order."""
    order = np.argsort(depart_s, kind="stable")
    sizes = [len(routes[int(row)]) for row in order]
    first = np.zeros(len(order) + 1, dtype=np.int32)
    first[1:] = np.cumsum(sizes)
    roads = np.concatenate([routes[int(row)] for row in order]) if len(order) else np.zeros(0, np.int32)
    return Trips(
        types=types,
        ext_id=tuple(ext_id[int(row)] for row in order),
        vehicle_type=np.asarray(kind, dtype=np.int32)[order],
        depart_s=np.asarray(depart_s, dtype=np.float64)[order],
        first_road=first,
        roads=roads.astype(np.int32),
    )
