"""Stops of SUMO route files: `<stop>` on a lane or at a `<busStop>`, of vehicles, trips, flows and routes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jing_maps.errors import UnknownNameError
from jing_maps.network import RoadNetwork
from jing_sim.demand.sumo_elements import Element, RouteFile, Wish, lines_of, number_of, seconds_of
from jing_sim.trips import Stops, TripError, first_stop_astray
from jing_sim.vehicle_types import VehicleTypes

__all__ = ["PlannedStop", "StopPlaces", "stop_columns", "stop_notes", "why_no_stops"]

# A place on a line has no extent: a vehicle that would stop at 0 has not entered the lane.
_LEAST_M = 0.1
_USED = {"lane", "busStop", "startPos", "endPos", "duration", "until", "index", "friendlyPos", "edge"}


@dataclass(frozen=True)
class PlannedStop:
    """A stop of one vehicle; columns as in `Stops`."""

    lane: int
    pos_m: float
    dwell_s: float
    until_s: float


class StopPlaces:
    """Finds the lanes and positions that the stops of a route file name.

    Lanes are called `<edge>_<index>`, counted as the network has them (without footways), like `departLane`.
    """

    def __init__(self, file: RouteFile, network: RoadNetwork) -> None:
        self._file, self._network = file, network
        self._roads = {name: row for row, name in enumerate(network.roads.ext_id)}

    def edges(self, maker: Element) -> list[str]:
        """The edges on which a vehicle, trip or flow stops, in order; unknown bus stops are left out."""
        places = (self._place(stop) for stop in self._elements(maker))
        return [place.get("lane").rpartition("_")[0] or place.get("edge") for place in places if place is not None]

    def stops(self, wish: Wish) -> list[PlannedStop]:
        """The stops of one departure. `until` of a flow moves on with its vehicles, as in SUMO.

        Raises:
            DemandError: a value cannot be read; says file and line.
            UnknownNameError: a lane, edge or bus stop that is not there.
            TripError: a stop without an end.
        """
        maker, path = wish.maker, self._file.path
        later_s = 0.0
        if maker.tag == "flow":
            later_s = wish.depart_s - (seconds_of(path, maker, "begin") if maker.get("begin") else 0.0)
        return [self._stop(stop, later_s) for stop in self._elements(maker)]

    def _elements(self, maker: Element) -> list[Element]:
        route = next((child for child in maker.children if child.tag == "route"), None)
        route = route or self._file.routes.get(maker.get("route"))
        of_route = route.children if route is not None else ()
        return [child for child in (*of_route, *maker.children) if child.tag == "stop"]

    def _place(self, stop: Element) -> Element | None:
        """The element that says where: the stop itself, or its bus stop."""
        name = stop.get("busStop")
        return self._file.bus_stops.get(name) if name else stop

    def _stop(self, stop: Element, later_s: float) -> PlannedStop:
        path, place = self._file.path, self._place(stop)
        if place is None:
            raise UnknownNameError("bus stop", stop.get("busStop"), self._file.bus_stops)
        if not (stop.get("duration") or stop.get("until")):
            raise TripError("<stop> has neither duration nor until; waiting for persons is not simulated")
        lane = self._lane(place)
        dwell_s = seconds_of(path, stop, "duration") if stop.get("duration") else 0.0
        until_s = seconds_of(path, stop, "until") + later_s if stop.get("until") else np.nan
        return PlannedStop(lane, self._pos_m(place, float(self._network.lanes.length_m[lane])), dwell_s, until_s)

    def _lane(self, place: Element) -> int:
        edge, _, index = place.get("lane").rpartition("_")
        edge, index = (edge, index) if place.get("lane") else (place.get("edge"), "0")
        if edge not in self._roads:
            raise UnknownNameError("edge", edge, self._roads)
        lanes = self._network.road_lanes(self._roads[edge])
        if not index.isdecimal() or int(index) >= len(lanes):
            raise UnknownNameError("lane", place.get("lane"), [f"{edge}_{i}" for i in range(len(lanes))])
        return lanes[int(index)]

    def _pos_m(self, place: Element, length_m: float) -> float:
        """`endPos`, from the lane's end if negative; the end if absent or beyond it."""
        text = place.get("endPos")
        try:
            pos_m = float(text) if text else length_m
        except ValueError:
            pos_m = np.nan
        if not np.isfinite(pos_m):
            number_of(self._file.path, place, "endPos")
        return float(np.clip(pos_m + length_m if pos_m < 0 else pos_m, _LEAST_M, length_m))


def why_no_stops(
    network: RoadNetwork, types: VehicleTypes, kind: int, route: Sequence[int], stops: list[PlannedStop]
) -> str:
    """Why a vehicle of type row `kind` on a route cannot make its stops; empty = it can."""
    roads = network.lanes.road[[stop.lane for stop in stops]]
    astray = first_stop_astray(np.asarray(route, np.int32), roads, np.array([stop.pos_m for stop in stops]))
    if astray >= 0:
        return f'stop {astray} on edge "{network.roads.ext_id[int(roads[astray])]}" is not on the rest of the route'
    for number, stop in enumerate(stops):
        if not network.lanes.allowed[stop.lane] & types.vehicle_class[kind]:
            return f"stop {number} is on a lane that is closed to the vehicle"
    return ""


def stop_columns(planned: list[list[PlannedStop]]) -> Stops | None:
    """The stops of all trips, in their order; None if there are none."""
    flat = [stop for stops in planned for stop in stops]
    if not flat:
        return None
    counts = np.array([len(stops) for stops in planned])
    until_s = np.array([stop.until_s for stop in flat], np.float64)
    return Stops(
        vehicle=np.repeat(np.arange(len(planned), dtype=np.int32), counts),
        first_stop=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        lane=np.array([stop.lane for stop in flat], np.int32),
        pos_m=np.array([stop.pos_m for stop in flat], np.float64),
        dwell_s=np.array([stop.dwell_s for stop in flat], np.float64),
        until_s=None if np.isnan(until_s).all() else until_s,
    )


def stop_notes(file: RouteFile) -> list[str]:
    """One warning for each attribute of stops that has no effect, such as `parking`, with its lines."""
    found: dict[str, list[int]] = {}
    for element in (*file.makers, *(child for maker in file.makers for child in maker.children), *file.routes.values()):
        for stop in element.children:
            if stop.tag == "stop":
                for name in stop.attributes.keys() - _USED:
                    found.setdefault(name, []).append(stop.line)
    return [f"attribute {name} of <stop> has no effect ({lines_of(sorted(at))})" for name, at in sorted(found.items())]
