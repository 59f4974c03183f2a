"""Writes trips as a SUMO route file, so that SUMO drives the same vehicles on the same routes."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

import numpy as np

from jing_maps.columns import VehicleClass
from jing_maps.network import RoadNetwork
from jing_maps.sumo import SumoLane, legal_ids
from jing_sim.trips import BEST_LANE, FIRST_ALLOWED_LANE, Stops, TripError, Trips
from jing_sim.vehicle_types import Energy, VehicleTypes

__all__ = ["write_sumo_routes"]

_V_CLASS = {
    VehicleClass.CAR: "passenger",
    VehicleClass.TAXI: "taxi",
    VehicleClass.BUS: "bus",
    VehicleClass.TRUCK: "truck",
    VehicleClass.EMERGENCY: "emergency",
    VehicleClass.BICYCLE: "bicycle",
}
# Says to SUMO what is burnt, for its emission outputs; driving does not depend on it.
_EMISSIONS = {
    Energy.NONE: "zero",
    Energy.PETROL: "HBEFA3/PC_G_EU4",
    Energy.DIESEL: "HBEFA3/PC_D_EU4",
    Energy.LPG: "HBEFA3/PC_Alternative",
    Energy.ELECTRIC: "Energy/unknown",
}
_MODEL = {"krauss": "Krauss", "idm": "IDM"}
_LANE = {BEST_LANE: "best", FIRST_ALLOWED_LANE: "first"}
_SHORTEST_STOP_M = 0.2


def write_sumo_routes(
    network: RoadNetwork,
    trips: Trips,
    path: Path,
    edges: Sequence[Sequence[str]],
    car_following: str = "krauss",
    lanes: Sequence[SumoLane] = (),
) -> None:
    """Writes one `vType` a type and one `vehicle` with its whole route and stops a trip, in the order of the trips.

    Types have all values of `VehicleTypes`; wish speeds are drawn by SUMO, from the same normal distribution cut at
    0.2 and 2. Vehicles depart at the begin of their first lane, on the lane and with the speed of the trip. Ids have
    `_` for what SUMO forbids in them (`jing_maps.sumo.legal_ids`).

    Args:
        network: what the trips are checked against.
        trips: who departs when, on which roads.
        path: the .rou.xml to write.
        edges: `(n_roads,)` the SUMO edges of each road in driving direction: `jing_maps.sumo.sumo_edges(network)` for
            an exported network, `[[name] for name in network.roads.ext_id]` for one that was read from a SUMO file.
        car_following: model of all types, `krauss` or `idm`.
        lanes: SUMO's lanes: `lanes_of_export` or `lanes_of_file` of `jing_maps.sumo`. Without them a numbered departure
            lane is written as the network counts it, which differs from SUMO's count where the first road has a
            footway or lanes that begin late.

    Raises:
        TripError: the trips do not fit the network, `edges` has another length than its roads, or there are stops and
            no `lanes`.
    """
    trips.check(network)
    if len(edges) != len(network.roads):
        raise TripError(f"edges of {len(edges)} roads for a network of {len(network.roads)} roads")
    if trips.stops is not None and not lanes:
        raise TripError("the trips have stops, whose places need SUMO's lanes; give lanes")
    places = _Places(lanes)
    root = Element("routes")
    types = legal_ids(trips.types.name)
    for row, name in enumerate(types):
        SubElement(root, "vType", _type(trips.types, row, name, _MODEL[car_following]))
    for row, name in enumerate(legal_ids(trips.ext_id)):
        roads = trips.roads[trips.first_road[row] : trips.first_road[row + 1]]
        route = [edge for road in roads for edge in edges[int(road)]]
        lane, edge = places.departure(network, trips, row)
        vehicle = SubElement(
            root, "vehicle", id=name, type=types[int(trips.vehicle_type[row])],
            depart=f"{trips.depart_s[row]:.3f}", departLane=lane, departPos="base", departSpeed=_speed(trips, row),
        )  # fmt: skip
        # A lane that begins late is part of a later edge of the first road.
        SubElement(vehicle, "route", edges=" ".join(route[route.index(edge) if edge else 0 :]))
        if trips.stops is not None:
            for stop in range(int(trips.stops.first_stop[row]), int(trips.stops.first_stop[row + 1])):
                SubElement(vehicle, "stop", places.stop(trips.stops, stop))
    indent(root)
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


class _Places:
    """Departure lanes and stops in SUMO's terms."""

    def __init__(self, lanes: Sequence[SumoLane]) -> None:
        self._stretches: dict[int, list[SumoLane]] = {}
        for lane in lanes:
            self._stretches.setdefault(lane.row, []).append(lane)

    def departure(self, network: RoadNetwork, trips: Trips, row: int) -> tuple[str, str]:
        """`departLane` of a trip, and the edge on which that is counted (empty = its first one)."""
        lane = BEST_LANE if trips.depart_lane is None else int(trips.depart_lane[row])
        if lane in _LANE or not self._stretches:
            return _LANE.get(lane, str(lane)), ""
        first = self._stretches[int(network.roads.first_lane[trips.roads[trips.first_road[row]]]) + lane][0]
        edge, _, index = first.id.rpartition("_")
        return index, edge

    def stop(self, stops: Stops, row: int) -> dict[str, str]:
        """The attributes of a `<stop>`: the front bumper within the last metre before the place."""
        stretches, pos_m = self._stretches[int(stops.lane[row])], float(stops.pos_m[row])
        part = next((part for part in stretches if pos_m <= part.end_m), stretches[-1])
        end_m = max(pos_m - part.begin_m, _SHORTEST_STOP_M)
        place = {"lane": part.id, "startPos": f"{max(end_m - 1.0, 0.0):.2f}", "endPos": f"{end_m:.2f}"}
        times = {"duration": f"{stops.dwell_s[row]:.3f}"}
        if stops.until_s is not None and not np.isnan(stops.until_s[row]):
            times["until"] = f"{stops.until_s[row]:.3f}"
        return {**place, "friendlyPos": "true", **times}


def _type(types: VehicleTypes, row: int, name: str, model: str) -> dict[str, str]:
    return {
        "id": name,
        "vClass": _V_CLASS[VehicleClass(int(types.vehicle_class[row]))],
        "carFollowModel": model,
        "emissionClass": _emission_class(types, row),
        "length": f"{types.length_m[row]}",
        "width": f"{types.width_m[row]}",
        "minGap": f"{types.min_gap_m[row]}",
        "maxSpeed": f"{types.max_speed_mps[row]}",
        "accel": f"{types.accel_mps2[row]}",
        "decel": f"{types.decel_mps2[row]}",
        "emergencyDecel": f"{types.emergency_decel_mps2[row]}",
        "tau": f"{types.tau_s[row]}",
        "sigma": f"{types.sigma[row]}",
        "speedFactor": f"normc({types.speed_factor[row]},{types.speed_deviation[row]},0.2,2)",
    }


def _emission_class(types: VehicleTypes, row: int) -> str:
    energy = Energy(int(types.energy[row]))
    heavy = {VehicleClass.BUS: "HBEFA3/Bus", VehicleClass.TRUCK: "HBEFA3/HDV"}.get(
        VehicleClass(int(types.vehicle_class[row]))
    )
    return heavy if heavy and energy == Energy.DIESEL else _EMISSIONS[energy]


def _speed(trips: Trips, row: int) -> str:
    if trips.depart_speed_mps is None or np.isnan(trips.depart_speed_mps[row]):
        return "max"
    return f"{trips.depart_speed_mps[row]}"
