"""Roads cut where a lane begins, since all lanes of a SUMO edge are equally long.

A road with a turn pocket from station 120 m becomes two edges: `ID` up to 120 m without the pocket, and `ID.1` from
there on with it. Lanes go on straight; a pocket is entered from the nearest lane that was there before.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork

__all__ = ["Segment", "SumoNames", "cut", "legal_ids", "segments"]

Float = NDArray[np.float64]

_NEAR_M = 1.0
"""Lanes that begin closer together than this begin at one station."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One SUMO edge to be: a stretch of a road, its lanes from right to left, and their lines."""

    edge: str
    road: int
    from_node: str
    to_node: str
    begin_m: float
    end_m: float
    lanes: tuple[int, ...]
    lines: tuple[Float, ...]


@dataclass(frozen=True)
class SumoNames:
    """Ids that SUMO accepts, unique in each table, one a row."""

    junctions: tuple[str, ...]
    roads: tuple[str, ...]
    controllers: tuple[str, ...]

    @classmethod
    def of(cls, network: RoadNetwork) -> "SumoNames":
        """External ids, with `_` for what SUMO forbids and a number where two would be the same."""
        return cls(
            legal_ids(network.junctions.ext_id), legal_ids(network.roads.ext_id), legal_ids(network.controllers.ext_id)
        )


def legal_ids(names: tuple[str, ...]) -> tuple[str, ...]:
    """Ids that SUMO accepts, one a name: `_` for what it forbids, and a number where two would be the same."""
    used: set[str] = set()
    out = []
    for name in names:
        plain = re.sub(r"[\s|\\'\";,<>&!*?$@:]", "_", name) or "_"
        unique, number = plain, 1
        while unique in used:
            number += 1
            unique = f"{plain}_{number}"
        used.add(unique)
        out.append(unique)
    return tuple(out)


def segments(network: RoadNetwork, names: SumoNames) -> list[tuple[Segment, ...]]:
    """The edges of each road, in driving direction."""
    taken = set(names.roads)
    return [_road_segments(network, road, names, taken) for road in range(len(network.roads))]


def _road_segments(network: RoadNetwork, road: int, names: SumoNames, taken: set[str]) -> tuple[Segment, ...]:
    rows, lanes = network.road_lanes(road), network.lanes
    length_m = float(network.roads.length_m[road])
    stations = _stations(lanes.start_m[rows.start : rows.stop], length_m)
    ids = [names.roads[road]]
    for number in range(1, len(stations) - 1):
        edge = f"{names.roads[road]}.{number}"
        while edge in taken:
            edge += "_"
        ids.append(edge)
    nodes = [names.junctions[network.roads.from_junction[road]], *ids[1:]]
    nodes.append(names.junctions[network.roads.to_junction[road]])
    found = []
    for k, edge in enumerate(ids):
        begin, end = stations[k], stations[k + 1]
        present = tuple(lane for lane in rows if lanes.start_m[lane] <= begin + _NEAR_M)
        lines = tuple(_stretch(network, lane, begin, end, length_m) for lane in present)
        found.append(Segment(edge, road, nodes[k], nodes[k + 1], begin, end, present, lines))
    return tuple(found)


def _stations(start_m: Float, length_m: float) -> list[float]:
    """Where segments begin and end; the road's first lanes count from 0."""
    stations = [0.0]
    for station in np.sort(start_m):
        if station > stations[-1] + _NEAR_M and station < length_m - _NEAR_M and station > start_m.min() + _NEAR_M:
            stations.append(float(station))
    return [*stations, length_m]


def _stretch(network: RoadNetwork, lane: int, begin_m: float, end_m: float, length_m: float) -> Float:
    start = min(float(network.lanes.start_m[lane]), begin_m)
    span = length_m - start
    return cut(network.lanes.centre[lane], (begin_m - start) / span, (end_m - start) / span)


def cut(line: Float, begin: float, end: float) -> Float:
    """The part of a polyline `(k, 3)` between two fractions of its length, 0 <= begin < end <= 1."""
    station = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line[:, :2], axis=0).T))])
    if station[-1] <= 0:
        return line
    share = station / station[-1]
    inner = line[(share > begin + 1e-9) & (share < end - 1e-9)]
    ends = [[np.interp(at, share, line[:, axis]) for axis in range(3)] for at in (begin, end)]
    return np.concatenate([[ends[0]], inner, [ends[1]]])
