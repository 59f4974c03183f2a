"""Writes trips as a SUMO route file, so that SUMO drives the same vehicles on the same routes."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

import numpy as np

from jing_maps.columns import VehicleClass
from jing_maps.network import RoadNetwork
from jing_maps.sumo import legal_ids
from jing_sim.trips import BEST_LANE, FIRST_ALLOWED_LANE, TripError, Trips
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


def write_sumo_routes(
    network: RoadNetwork, trips: Trips, path: Path, edges: Sequence[Sequence[str]], car_following: str = "krauss"
) -> None:
    """Writes one `vType` a type and one `vehicle` with its whole route a trip, in the order of the trips.

    Types have all values of `VehicleTypes`; wish speeds are drawn by SUMO, from the same normal
    distribution cut at 0.2 and 2. Vehicles depart at the begin of their first lane, on the lane and with the speed of
    the trip. A numbered lane is written as the network counts it, which differs from SUMO's count where the first road
    has a footway or lanes that begin late. Ids have `_` for what SUMO forbids in them (`jing_maps.sumo.legal_ids`).

    Args:
        network: what the trips are checked against.
        trips: who departs when, on which roads.
        path: the .rou.xml to write.
        edges: `(n_roads,)` the SUMO edges of each road in driving direction: `jing_maps.sumo.sumo_edges(network)` for
            an exported network, `[[name] for name in network.roads.ext_id]` for one that was read from a SUMO file.
        car_following: model of all types, `krauss` or `idm`.

    Raises:
        TripError: the trips do not fit the network, or `edges` has another length than its roads.
    """
    trips.check(network)
    if len(edges) != len(network.roads):
        raise TripError(f"edges of {len(edges)} roads for a network of {len(network.roads)} roads")
    root = Element("routes")
    types = legal_ids(trips.types.name)
    for row, name in enumerate(types):
        SubElement(root, "vType", _type(trips.types, row, name, _MODEL[car_following]))
    for row, name in enumerate(legal_ids(trips.ext_id)):
        vehicle = SubElement(
            root, "vehicle", id=name, type=types[int(trips.vehicle_type[row])],
            depart=f"{trips.depart_s[row]:.3f}", departLane=_lane(trips, row), departPos="base",
            departSpeed=_speed(trips, row),
        )  # fmt: skip
        roads = trips.roads[trips.first_road[row] : trips.first_road[row + 1]]
        SubElement(vehicle, "route", edges=" ".join(edge for road in roads for edge in edges[int(road)]))
    indent(root)
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


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


def _lane(trips: Trips, row: int) -> str:
    lane = BEST_LANE if trips.depart_lane is None else int(trips.depart_lane[row])
    return _LANE.get(lane, str(lane))


def _speed(trips: Trips, row: int) -> str:
    if trips.depart_speed_mps is None or np.isnan(trips.depart_speed_mps[row]):
        return "max"
    return f"{trips.depart_speed_mps[row]}"
