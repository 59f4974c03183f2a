"""Checks of lanes: can vehicles come in, get out and go on; is the lane one that could exist."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from jing_maps.check_finding import Finding, Places, Severity
from jing_maps.columns import JunctionKind, RoadClass, VehicleClass
from jing_maps.network import RoadNetwork
from jing_maps.routing_graph import reachable_lanes

__all__ = ["check_lanes"]

Bool = NDArray[np.bool_]

_SHORT_M = 2.0
_SLOW_MPS, _FAST_MPS, _CITY_FAST_MPS = 5 / 3.6, 120 / 3.6, 80 / 3.6
_OVERLAP_M = 1.0  # centre lines closer than this lie on one another
_LONG_OVERLAP_M = 10.0
_CLASSES = [bit for bit in VehicleClass if bit in VehicleClass.MOTOR | VehicleClass.BICYCLE]


def check_lanes(network: RoadNetwork) -> list[Finding]:
    """Findings about lanes and roads, in the order of the rows."""
    places = Places(network)
    checks = (_ends, _classes, _shapes, _speeds, _overlaps, _parts)
    return [finding for check in checks for finding in check(network, places)]


def _reach(network: RoadNetwork, open_lane: Bool, good: Bool) -> Bool:
    """Lanes from which lane changes through open lanes lead to a good one."""
    right, left = reachable_lanes(network, open_lane)
    run = np.concatenate([[0], np.cumsum(good & open_lane)])
    return np.asarray(open_lane & (run[left + 1] > run[right]))


def _entered(network: RoadNetwork, open_lane: Bool, good: Bool) -> Bool:
    """Lanes that lane changes from a good one lead to."""
    right, left = reachable_lanes(network, open_lane)
    rows = np.flatnonzero(good & open_lane)
    marks = np.zeros(len(open_lane) + 1, np.int64)
    np.add.at(marks, right[rows], 1)
    np.add.at(marks, left[rows] + 1, -1)
    return np.asarray(open_lane & (np.cumsum(marks)[:-1] > 0))


def _driven(network: RoadNetwork) -> Bool:
    """Lanes for vehicles."""
    return np.asarray((network.lanes.allowed & int(VehicleClass.MOTOR | VehicleClass.BICYCLE)) > 0)


def _at_border(network: RoadNetwork) -> tuple[Bool, Bool]:
    """Lanes that begin, and lanes that end, where the map does."""
    boundary = network.junctions.kind == JunctionKind.BOUNDARY
    road = network.lanes.road
    return boundary[network.roads.from_junction[road]], boundary[network.roads.to_junction[road]]


def _ends(network: RoadNetwork, places: Places) -> Iterator[Finding]:
    n, driven = len(network.lanes), _driven(network)
    begins, ends = _at_border(network)
    fed = np.bincount(network.connectors.to_lane, minlength=n) > 0
    drained = np.bincount(network.connectors.from_lane, minlength=n) > 0
    no_in = driven & ~_entered(network, driven, fed | begins)
    no_out = driven & ~_reach(network, driven, drained | ends)
    for row in np.flatnonzero(no_in & no_out).tolist():
        cure = "add connectors, allow lane changes, or mark the junction as the map's boundary"
        yield places.at_lane("disconnected-lane", "error", row, f"no way leads in or out; {cure}")
    road_goes_on = np.zeros(len(network.roads), dtype=bool)
    np.logical_or.at(road_goes_on, network.lanes.road[driven & ~no_out], True)
    for row in np.flatnonzero(no_out & ~no_in).tolist():
        road = int(network.lanes.road[row])
        if road_goes_on[road]:
            cure = "add a connector at its end, or allow lane changes to a neighbour that has one"
            yield places.at_lane("stuck-lane", "error", row, f"vehicles come in but not out; {cure}")
        elif row == network.roads.first_lane[road]:
            cure = "add connectors (a U-turn at least), or make the junction a boundary"
            yield places.at_lane("dead-end", "warning", row, f"the whole road ends inside the map; {cure}")
    for row in np.flatnonzero(no_in & ~no_out & _road_first(network, no_in)).tolist():
        cure = "add a connector into it, or make the junction at its begin a boundary"
        yield places.at_lane("no-way-in", "warning", row, f"no vehicle can reach this lane; {cure}")


def _road_first(network: RoadNetwork, rows: Bool) -> Bool:
    """The first marked lane of each road."""
    out = np.zeros(len(rows), dtype=bool)
    marked = np.flatnonzero(rows)
    out[marked[np.unique(network.lanes.road[marked], return_index=True)[1]]] = True
    return out


def _classes(network: RoadNetwork, places: Places) -> Iterator[Finding]:
    lanes, ways = network.lanes, network.connectors
    _, ends = _at_border(network)
    driven = _driven(network)
    any_out = _reach(network, driven, (np.bincount(ways.from_lane, minlength=len(lanes)) > 0) | ends)
    stranded: dict[int, list[str]] = {}
    for bit in _CLASSES:
        open_lane = (lanes.allowed & int(bit)) > 0
        usable = ((ways.allowed & int(bit)) > 0) & open_lane[ways.from_lane] & open_lane[ways.to_lane]
        out = np.bincount(ways.from_lane[usable], minlength=len(lanes)) > 0
        for row in np.flatnonzero(open_lane & any_out & ~_reach(network, open_lane, out | ends)).tolist():
            stranded.setdefault(row, []).append(bit.name or str(int(bit)))
    for row, names in sorted(stranded.items()):
        cure = "let a connector and the lane behind it allow the class, or close the lane to it"
        yield places.at_lane("class-stranded", "warning", row, f"{', '.join(names)} may enter but not go on; {cure}")


def _shapes(network: RoadNetwork, places: Places) -> Iterator[Finding]:
    lanes = network.lanes
    drawn_m = lanes.centre.lengths_m()
    short = (lanes.length_m < _SHORT_M) | (drawn_m < _SHORT_M)
    for row in np.flatnonzero(short).tolist():
        long_m = f"{drawn_m[row]:.2f} m as drawn, {lanes.length_m[row]:.2f} m as driven"
        cure = "join it with the next road, or move the stop line"
        yield places.at_lane("short-lane", "warning", row, f"only {long_m}; no vehicle fits; {cure}")


def _speeds(network: RoadNetwork, places: Places) -> Iterator[Finding]:
    lanes = network.lanes
    limit, kind = lanes.speed_limit_mps, network.roads.kind[lanes.road]
    motor = (lanes.allowed & int(VehicleClass.MOTOR)) > 0
    expressway = kind == RoadClass.EXPRESSWAY
    odd = (limit > _FAST_MPS + 0.01) | (limit < _SLOW_MPS - 0.01)
    for row in np.flatnonzero(_road_first(network, odd)).tolist():
        said = f"speed limit of {limit[row] * 3.6:.1f} km/h"
        yield places.at_lane("speed-limit", "warning", row, f"{said}; lanes have 5 to 120: is the unit right?")
    city = motor & ~expressway & (limit > _CITY_FAST_MPS + 0.01) & (limit <= _FAST_MPS + 0.01)
    for row in np.flatnonzero(_road_first(network, city)).tolist():
        said = f"speed limit of {limit[row] * 3.6:.0f} km/h on a street of class {RoadClass(kind[row]).name}"
        yield places.at_lane("speed-limit", "warning", row, f"{said}; CJJ 37 knows 80 at most: correct limit or class")


def _overlaps(network: RoadNetwork, places: Places) -> Iterator[Finding]:
    lanes, level = network.lanes, network.roads.level
    driven = np.flatnonzero(_driven(network))
    lines = lanes.centre.linestrings()[driven]
    a, b = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=_OVERLAP_M)
    road = lanes.road[driven]
    keep = (a < b) & (road[a] != road[b]) & (level[road[a]] == level[road[b]])
    a, b = a[keep], b[keep]
    shared_m = shapely.length(shapely.intersection(lines[a], shapely.buffer(lines[b], _OVERLAP_M, cap_style="flat")))
    share = shared_m / np.minimum(shapely.length(lines[a]), shapely.length(lines[b]))
    for i in np.flatnonzero(shared_m > _LONG_OVERLAP_M).tolist():
        severity: Severity = "error" if share[i] > 0.5 else "warning"
        other = f"{places.lane(int(driven[b[i]]))} for {shared_m[i]:.0f} m at one level"
        cure = "move one of them, give them levels, or delete the duplicate"
        row = int(driven[a[i]])
        yield places.at_lane("overlapping-lanes", severity, row, f"lies on {other}; {cure}")


def _parts(network: RoadNetwork, places: Places) -> Iterator[Finding]:
    """Strongly connected parts of the roads; whatever leaves the map may come back at any gate."""
    n, roads = len(network.roads), network.roads
    boundary = network.junctions.kind == JunctionKind.BOUNDARY
    tail, head = network.road_of_connector()
    leaving, coming = np.flatnonzero(boundary[roads.to_junction]), np.flatnonzero(boundary[roads.from_junction])
    rows = np.concatenate([tail, leaving, np.full(len(coming), n)])
    columns = np.concatenate([head, np.full(len(leaving), n), coming])
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(n + 1, n + 1))
    _, part = connected_components(graph, connection="strong")
    part = part[:n]
    if not n or (part == part[0]).all():
        return
    main = np.bincount(part).argmax()
    apart = np.flatnonzero(part != main)
    named = ", ".join(repr(roads.ext_id[road]) for road in apart[:10].tolist()) + (" ..." if len(apart) > 10 else "")
    cure = "connect them both ways, or end them at a boundary"
    said = f"{len(apart)} of {n} roads cannot be reached from the main part, or not left towards it: {named}; {cure}"
    yield places.at_lane("separate-part", "warning", int(roads.first_lane[apart[0]]), said)
