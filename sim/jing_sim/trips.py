"""Trips: who departs when, from where to where, on which route. What demand makes and worlds consume."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import JingError
from jing_maps.network import RoadNetwork
from jing_sim.vehicle_types import VehicleTypes

__all__ = ["BEST_LANE", "FIRST_ALLOWED_LANE", "Stops", "TripError", "Trips", "first_stop_astray"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

BEST_LANE = -1
"""`Trips.depart_lane`: the lane on which the vehicle can follow its route the farthest."""
FIRST_ALLOWED_LANE = -2
"""`Trips.depart_lane`: the rightmost lane that is open to the vehicle."""


class TripError(JingError, ValueError):
    """Trips that do not fit their network."""


@dataclass(frozen=True)
class Stops:
    """`(n_stops,)` planned stops, sorted by vehicle and, for each, in the order in which its route reaches them.

    Attributes:
        vehicle: row of `Trips`.
        first_stop: `(n_trips + 1,)`; the stops of trip `i` are rows `first_stop[i] .. first_stop[i + 1] - 1`.
        lane: row of `Lanes`.
        pos_m: where the front bumper stands, from the begin of the lane.
        dwell_s: the vehicle stands at least so long.
        until_s: simulation time before which it does not go on, NaN = none; None = no stop has one.
    """

    vehicle: Int
    first_stop: Int
    lane: Int
    pos_m: Float
    dwell_s: Float
    until_s: Float | None = None

    def __len__(self) -> int:
        return len(self.vehicle)

    def check(self, network: RoadNetwork, trips: "Trips") -> None:
        """Raises `TripError` naming the first stop that its vehicle cannot make."""
        n, columns = (
            len(self),
            (self.lane, self.pos_m, self.dwell_s, self.vehicle if self.until_s is None else self.until_s),
        )
        if any(len(column) != n for column in columns) or len(self.first_stop) != len(trips) + 1:
            raise TripError(f"columns of unequal length: {n} stops, {len(trips)} trips")
        owner = np.repeat(np.arange(len(trips)), np.diff(self.first_stop))
        if len(owner) != n or self.first_stop[0] != 0 or (owner != self.vehicle).any():
            raise TripError("stops must be sorted by vehicle, and first_stop must count them")
        self._check_values(network, trips)
        for trip in np.unique(self.vehicle):
            rows = slice(int(self.first_stop[trip]), int(self.first_stop[trip + 1]))
            route = trips.roads[trips.first_road[trip] : trips.first_road[trip + 1]]
            astray = first_stop_astray(route, network.lanes.road[self.lane[rows]], self.pos_m[rows])
            if astray >= 0:
                name = network.roads.ext_id[int(network.lanes.road[self.lane[rows.start + astray]])]
                problem = f"stop {astray} on road {name!r} is not on the rest of its route"
                raise TripError(f"trip {trips.ext_id[trip]!r}: {problem}")

    def _check_values(self, network: RoadNetwork, trips: "Trips") -> None:
        lanes = network.lanes
        known = (self.lane >= 0) & (self.lane < len(lanes))
        lane = np.where(known, self.lane, 0)
        classes = trips.types.vehicle_class[trips.vehicle_type[self.vehicle]]
        until_s = np.zeros(len(self)) if self.until_s is None else self.until_s
        for wrong, problem in (
            (~known, "lane is outside the network"),
            (~((self.pos_m > 0) & (self.pos_m <= lanes.length_m[lane] + 1e-6)), "pos_m is not on the lane"),
            (~(np.isfinite(self.dwell_s) & (self.dwell_s >= 0)), "dwell_s must be 0 or more"),
            (np.isinf(until_s), "until_s must be a time or NaN"),
            ((lanes.allowed[lane] & classes) == 0, "the lane is closed to the vehicle"),
        ):
            if wrong.any():
                row = int(np.flatnonzero(wrong)[0])
                trip = int(self.vehicle[row])
                place = f"lane {self.lane[row]}, pos_m {self.pos_m[row]:g}, dwell_s {self.dwell_s[row]:g}"
                raise TripError(f"trip {trips.ext_id[trip]!r}: stop {row - self.first_stop[trip]} ({place}): {problem}")


def first_stop_astray(route: Int, roads: Int, pos_m: Float) -> int:
    """The first of the stops on `roads` at `pos_m` that `route` does not reach after those before it; -1 = none."""
    at, last_m = 0, -np.inf
    for stop, (road, pos) in enumerate(zip(roads, pos_m, strict=True)):
        ahead = np.flatnonzero(route[at:] == road)
        # A stop behind the one before, on the same road, is reached when the route comes back.
        ahead = ahead[(ahead > 0) | (pos >= last_m)]
        if not len(ahead):
            return stop
        at, last_m = at + int(ahead[0]), pos
    return -1


@dataclass(frozen=True)
class Trips:
    """`(n_trips,)` trips sorted by departure time; the row is the vehicle's id everywhere.

    Attributes:
        types: the vehicle types that `vehicle_type` counts in.
        ext_id: id in the source, unique.
        vehicle_type: row of `types`.
        depart_s: simulation time of the wish to depart.
        first_road: `(n_trips + 1,)`; the route of trip `i` is `roads[first_road[i]:first_road[i + 1]]`.
        roads: rows of `RoadNetwork.roads`, each connected to the next, at least one a trip.
        depart_lane: index of the lane on the first road (0 = rightmost), `BEST_LANE` (-1) or `FIRST_ALLOWED_LANE` (-2);
            None = the best lane for all.
        depart_speed_mps: speed at the departure; NaN = as fast as is safe, None = that for all.
        stops: planned stops (bus lines); None = nobody stops.
    """

    types: VehicleTypes
    ext_id: tuple[str, ...]
    vehicle_type: Int
    depart_s: Float
    first_road: Int
    roads: Int
    depart_lane: Int | None = None
    depart_speed_mps: Float | None = None
    stops: Stops | None = None

    def __len__(self) -> int:
        return len(self.depart_s)

    @property
    def origin(self) -> Int:
        """`(n_trips,)` first road of each trip."""
        return self.roads[self.first_road[:-1]]

    @property
    def destination(self) -> Int:
        """`(n_trips,)` last road of each trip."""
        return self.roads[self.first_road[1:] - 1]

    def check(self, network: RoadNetwork) -> None:
        """Raises `TripError` naming the first trip that cannot be driven on this network."""
        n = len(self)
        if not (len(self.ext_id) == len(self.vehicle_type) == n and len(self.first_road) == n + 1):
            raise TripError(f"columns of unequal length: {n} departures, {len(self.ext_id)} ids")
        if (np.diff(self.depart_s) < 0).any() or not np.isfinite(self.depart_s).all():
            raise TripError("departures must be finite and sorted by time")
        if (np.diff(self.first_road) < 1).any():
            trip = int(np.flatnonzero(np.diff(self.first_road) < 1)[0])
            raise TripError(f"trip {self.ext_id[trip]!r} has an empty route")
        if len(self.roads) and (self.roads.min() < 0 or self.roads.max() >= len(network.roads)):
            raise TripError(f"a route names a road outside 0..{len(network.roads) - 1}")
        self._check_departures(network)
        self._check_links(network)
        if self.stops is not None:
            self.stops.check(network, self)

    def _check_departures(self, network: RoadNetwork) -> None:
        n, lanes = len(self), np.diff(network.roads.first_lane)
        if self.depart_lane is not None:
            if len(self.depart_lane) != n:
                raise TripError(f"{len(self.depart_lane)} values of depart_lane for {n} trips")
            bad = (self.depart_lane < FIRST_ALLOWED_LANE) | (self.depart_lane >= lanes[self.origin])
            if bad.any():
                trip = int(np.flatnonzero(bad)[0])
                problem = f"depart_lane {self.depart_lane[trip]} on a road of {lanes[self.origin[trip]]} lanes"
                raise TripError(f"trip {self.ext_id[trip]!r}: {problem}")
        if self.depart_speed_mps is not None:
            if len(self.depart_speed_mps) != n:
                raise TripError(f"{len(self.depart_speed_mps)} values of depart_speed_mps for {n} trips")
            bad = (self.depart_speed_mps < 0) | np.isinf(self.depart_speed_mps)
            if bad.any():
                trip = int(np.flatnonzero(bad)[0])
                problem = f"depart_speed_mps {self.depart_speed_mps[trip]:g}; must be NaN, 0 or more"
                raise TripError(f"trip {self.ext_id[trip]!r}: {problem}")

    def _check_links(self, network: RoadNetwork) -> None:
        tail, head = network.road_of_connector()
        linked = np.unique(tail.astype(np.int64) * len(network.roads) + head)
        inner = np.ones(max(len(self.roads) - 1, 0), dtype=bool)
        inner[self.first_road[1:-1] - 1] = False
        pairs = self.roads[:-1].astype(np.int64) * len(network.roads) + self.roads[1:]
        broken = np.flatnonzero(inner & ~np.isin(pairs, linked))
        if len(broken):
            trip = int(np.searchsorted(self.first_road, broken[0], side="right") - 1)
            a, b = (network.roads.ext_id[int(r)] for r in self.roads[broken[0] : broken[0] + 2])
            raise TripError(f"trip {self.ext_id[trip]!r}: road {a!r} has no connector to road {b!r}")
