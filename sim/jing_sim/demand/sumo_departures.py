"""On which lane and how fast the vehicles of a SUMO route file depart: `departLane` and `departSpeed`."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jing_maps.network import RoadNetwork
from jing_sim.demand.report import DemandError
from jing_sim.demand.sumo_elements import Element, lines_of, number_of
from jing_sim.trips import BEST_LANE, FIRST_ALLOWED_LANE
from jing_sim.vehicle_types import VehicleTypes

__all__ = ["Departure", "departure_notes", "departure_of", "why_no_departure"]

_LANES = {
    "best": BEST_LANE, "best_prob": BEST_LANE, "free": BEST_LANE, "random": BEST_LANE, "allowed": BEST_LANE,
    "first": FIRST_ALLOWED_LANE,
}  # fmt: skip
_SPEEDS = ("max", "desired", "speedLimit", "avg", "last", "random")
# What is read as something else than it says. SUMO 1.28 itself takes `best_prob` and `avg` where a file says nothing.
_READ_AS = {
    ("departLane", "free"): "best",
    ("departLane", "random"): "best",
    ("departLane", "allowed"): "best",
    ("departSpeed", "avg"): "max",
    ("departSpeed", "last"): "max",
    ("departSpeed", "random"): "max",
}


@dataclass(frozen=True)
class Departure:
    """`lane` and `speed_mps` of one trip, as in `Trips.depart_lane` and `Trips.depart_speed_mps`."""

    lane: int
    speed_mps: float


def departure_of(path: Path, maker: Element) -> Departure:
    """The departure of a vehicle, trip or flow; without the attributes on the best lane, as fast as is safe.

    Raises:
        DemandError: a value that SUMO does not know; says file and line.
    """
    lane, speed = maker.get("departLane") or "best", maker.get("departSpeed") or "max"
    if lane not in _LANES and not lane.isdecimal():
        problem = f'departLane="{lane}" is none of {", ".join(_LANES)}, or a whole number of 0 or more'
        raise DemandError.at(path, maker.line, problem)
    speed_mps = np.nan if speed in _SPEEDS else number_of(path, maker, "departSpeed")
    return Departure(_LANES[lane] if lane in _LANES else int(lane), speed_mps)


def why_no_departure(network: RoadNetwork, types: VehicleTypes, kind: int, road: int, departure: Departure) -> str:
    """Why a vehicle of type row `kind` cannot depart like this on a road; empty = it can."""
    lanes, name = network.road_lanes(road), network.roads.ext_id[road]
    if departure.lane >= len(lanes):
        return f'departLane {departure.lane}: edge "{name}" has {len(lanes)} lanes for vehicles, counted from 0'
    if departure.lane >= 0 and not network.lanes.allowed[lanes[departure.lane]] & types.vehicle_class[kind]:
        return f'departLane {departure.lane} of edge "{name}" is closed to the vehicle'
    if departure.speed_mps > types.max_speed_mps[kind]:
        return f"departSpeed {departure.speed_mps:g} m/s: the type reaches {types.max_speed_mps[kind]:g} m/s"
    return ""


def departure_notes(makers: Iterable[Element]) -> list[str]:
    """One warning for each value that is read as another one, with its lines."""
    found: dict[tuple[str, str], list[int]] = {}
    for maker in makers:
        for name in ("departLane", "departSpeed"):
            if (name, maker.get(name)) in _READ_AS:
                found.setdefault((name, maker.get(name)), []).append(maker.line)
    return [
        f'{name}="{value}" is read as "{_READ_AS[name, value]}" ({lines_of(lines)})'
        for (name, value), lines in sorted(found.items())
    ]
