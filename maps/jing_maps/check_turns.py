"""Checks of connectors: do they fit to their lanes, can they be driven, are their conflicts known."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from jing_maps.check_finding import Finding, Places
from jing_maps.columns import Turn, VehicleClass
from jing_maps.network import RoadNetwork
from jing_maps.polylines import Polylines

__all__ = ["check_turns"]

Float = NDArray[np.float64]

_GAP_M = 0.5
# U-turns are drawn coarsely by most sources.
_KINK_RAD, _U_TURN_KINK_RAD = np.radians(30.0), np.radians(60.0)
# A car's turning circle at the outer wheel is some 11 m, so 3.5 m at the vehicle's middle; U-turns are driven tighter
# on paper than on the road.
_RADIUS_M, _U_TURN_RADIUS_M = 3.0, 1.5
_SEGMENT_M = 0.05


def check_turns(network: RoadNetwork) -> list[Finding]:
    """Findings about connectors, in the order of the rows."""
    if not len(network.connectors):
        return []
    places = Places(network)
    return [finding for check in (_joints, _radii, _conflicts) for finding in check(network, places)]


def _end(lines: Polylines, *, last: bool) -> tuple[Float, Float]:
    """`(n, 2)` first or last point, and `(n,)` heading there over the nearest segment of some length."""
    points, headings = np.zeros((len(lines), 2)), np.zeros(len(lines))
    for i in range(len(lines)):
        line = lines[i][::-1, :2] if last else lines[i][:, :2]
        step = line - line[0]
        far = int((np.hypot(step[:, 0], step[:, 1]) > _SEGMENT_M).argmax())
        direction = -step[far] if last else step[far]
        points[i], headings[i] = line[0], np.arctan2(direction[1], direction[0])
    return points, headings


def _joints(network: RoadNetwork, places: Places) -> Iterator[Finding]:
    ways = network.connectors
    lane_end, lane_end_rad = _end(network.lanes.centre, last=True)
    lane_begin, lane_begin_rad = _end(network.lanes.centre, last=False)
    begin, begin_rad = _end(ways.centre, last=False)
    end, end_rad = _end(ways.centre, last=True)
    joints = (
        ("begin", begin - lane_end[ways.from_lane], begin_rad - lane_end_rad[ways.from_lane]),
        ("end", end - lane_begin[ways.to_lane], end_rad - lane_begin_rad[ways.to_lane]),
    )
    limit = np.where(ways.turn == Turn.U_TURN, _U_TURN_KINK_RAD, _KINK_RAD)
    for where, off, turned in joints:
        gap_m = np.hypot(off[:, 0], off[:, 1])
        kink = np.abs((turned + np.pi) % (2 * np.pi) - np.pi)
        for row in np.flatnonzero(gap_m > _GAP_M).tolist():
            said = f"{gap_m[row]:.2f} m between its {where} and the lane's; vehicles would jump"
            yield places.at_connector("connector-gap", "error", row, f"{said}; draw it from lane end to lane begin")
        for row in np.flatnonzero(kink > limit).tolist():
            said = f"heading jumps by {np.degrees(kink[row]):.0f} degrees at its {where}"
            yield places.at_connector("connector-kink", "warning", row, f"{said}; make it leave along the lane")


def _radii(network: RoadNetwork, places: Places) -> Iterator[Finding]:
    ways = network.connectors
    lines = ways.centre
    owner = np.repeat(np.arange(len(lines)), np.diff(lines.first))
    step = np.diff(lines.xyz[:, :2], axis=0)
    seg_m = np.hypot(step[:, 0], step[:, 1])
    # Segments within one connector and long enough for a heading; neighbours among them meet at a vertex.
    good = np.flatnonzero((owner[:-1] == owner[1:]) & (seg_m > _SEGMENT_M))
    heading = np.arctan2(step[good, 1], step[good, 0])
    turned = np.abs((np.diff(heading) + np.pi) % (2 * np.pi) - np.pi)
    same = owner[good][:-1] == owner[good][1:]
    mean_m = (seg_m[good][:-1] + seg_m[good][1:]) / 2
    radius = np.full(len(lines), np.inf)
    bent = same & (turned > 0.01)
    np.minimum.at(radius, owner[good][:-1][bent], mean_m[bent] / turned[bent])
    limit = np.where(ways.turn == Turn.U_TURN, _U_TURN_RADIUS_M, _RADIUS_M)
    motor = (ways.allowed & int(VehicleClass.MOTOR)) > 0
    for row in np.flatnonzero(motor & (radius < limit)).tolist():
        said = f"turns on a radius of {radius[row]:.1f} m; a car needs {limit[row]:g} m"
        yield places.at_connector("tight-turn", "warning", row, f"{said}; draw a wider arc or forbid the turn")


def _conflicts(network: RoadNetwork, places: Places) -> Iterator[Finding]:
    ways, level = network.connectors, network.roads.level
    lines = ways.centre.linestrings()
    a, b = shapely.STRtree(lines).query(lines, predicate="intersects")
    same_level = level[network.lanes.road[ways.from_lane[a]]] == level[network.lanes.road[ways.from_lane[b]]]
    keep = (a < b) & (ways.junction[a] == ways.junction[b]) & same_level & (ways.from_lane[a] != ways.from_lane[b])
    a, b = a[keep], b[keep]
    known = network.conflicts.first.astype(np.int64) * len(ways) + network.conflicts.second
    missing = ~np.isin(a.astype(np.int64) * len(ways) + b, known)
    for i in np.flatnonzero(missing).tolist():
        how = "merges with" if ways.to_lane[a[i]] == ways.to_lane[b[i]] else "crosses"
        said = f"{how} the connector from {places.lane(int(ways.from_lane[b[i]]))}"
        cure = "without a conflict row nobody yields; run jing_maps.conflicts.find_conflicts on the network"
        yield places.at_connector("missing-conflict", "error", int(a[i]), f"{said}, but no conflict is known; {cure}")
