"""Where connectors cross, merge and part, as vehicles in the middle of their lanes experience it.

The conflict table of a map says how wide the common stretch of two swept areas is. Drivers judge by centre lines, as in
SUMO: two connectors cross where their centre lines do, over a length that grows with the other's width and with the
slant of the crossing; they merge or part where the centre lines are 2.5 m apart, or half the sum of narrower widths.
A connector in which one waits counts as two lines there, up to the place of waiting and from it on.
"""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from jing_maps.columns import ConflictKind, Turn
from jing_maps.network import RoadNetwork
from jing_sim.traffic import rows as r

__all__ = ["centre_parts", "crossed_m", "meeting_stretches", "parting_m", "turn_radius_m"]

I32 = NDArray[np.int32]
F64 = NDArray[np.float64]

_APART_M = 2.5
_LEAST_SINE = 0.2


def parting_m(network: RoadNetwork, a: I32, b: I32, *, from_end: bool) -> tuple[F64, NDArray[np.bool_]]:
    """`(n,)` how far from their common begin (or end) two connectors are apart, and whether they ever are.

    At most the shorter line's length. Seen from the far end of each line back to the last point that is near the other
    one, linear on the segment there; the greater of the two counts. Lines whose far ends are not apart never are.
    """
    c = network.connectors
    least = np.minimum(_APART_M, 0.5 * (c.width_m[a] + c.width_m[b]))
    lines = centre_parts(network, last=from_end)
    lines = np.asarray(shapely.reverse(lines)) if from_end else lines
    drawn_m = shapely.length(lines)
    ends = np.full(len(a), np.inf)
    parted = np.zeros(len(a))
    for own, other in ((a, b), (b, a)):
        from_end_m, end_m = _apart_from_end_m(lines[own], lines[other], least)
        parted = np.maximum(parted, drawn_m[own] - from_end_m)
        ends = np.minimum(ends, end_m)
    shorter = np.minimum(drawn_m[a], drawn_m[b])
    return np.where(ends > least, np.minimum(parted, shorter), shorter), ends > least


def turn_radius_m(network: RoadNetwork) -> F64:
    """`(n_connectors,)` of those that turn left or right; 0 of the others."""
    c, centre = network.connectors, network.lanes.centre
    before = centre.locate(c.from_lane, centre.lengths_m()[c.from_lane])[3]
    after = centre.locate(c.to_lane, np.zeros(len(c)))[3]
    angle = np.abs((after - before + np.pi) % (2.0 * np.pi) - np.pi)
    turns = ((c.turn == Turn.LEFT) | (c.turn == Turn.RIGHT)) & (angle > 0.0)
    return np.where(turns, c.centre.lengths_m() / np.where(turns, angle, 1.0), 0.0)


def centre_parts(network: RoadNetwork, *, last: bool) -> NDArray[np.object_]:
    """Centre lines of connectors up to where one waits in them, or (`last`) from there on."""
    c = network.connectors
    lines = c.centre.linestrings()
    for k in np.flatnonzero(~np.isnan(c.wait_m)):
        at = c.wait_m[k] / c.length_m[k]
        lines[k] = substring(lines[k], at if last else 0.0, 1.0 if last else at, normalized=True)
    return lines


def _apart_from_end_m(own: NDArray[np.object_], other: NDArray[np.object_], least: F64) -> tuple[F64, F64]:
    """`(n,)` length of the stretch at the end of each own line that is apart, and how far its end is."""
    if not len(own):
        return np.zeros(0), np.zeros(0)
    points, owner = shapely.get_coordinates(own, return_index=True)
    near = np.asarray(shapely.distance(shapely.points(points), other[owner]))
    first = np.searchsorted(owner, np.arange(len(own)))
    end = np.append(first[1:], len(points)) - 1
    station = np.append(0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T)))
    beside = np.maximum.reduceat(np.where(near <= least[owner], np.arange(len(points)), -1), first)
    # Linear between the last point beside the other line and the next one.
    at, onward = np.clip(beside, first, end - 1), np.clip(beside, first, end - 1) + 1
    between = (beside >= first) & (beside < end)
    share = (least - near[at]) / np.where(between, near[onward] - near[at], np.inf)
    apart = station[end] - station[at] - share * (station[onward] - station[at])
    return np.where(beside < end, apart, 0.0), near[end]


def crossed_m(width_m: F64, angle: F64, most_m: F64) -> F64:
    """Over how much of a line another one of that width crosses it, under `angle` [rad]."""
    slant = 2.0 / np.maximum(np.abs(np.sin(angle)), _LEAST_SINE) - 1.0
    return np.minimum(width_m * slant, most_m)


def meeting_stretches(network: RoadNetwork) -> F64:
    """`(n_conflicts, 5)`: enter and exit on the first connector, on the second one [m], and a flag.

    A crossing whose centre lines do not cross keeps the map's stretches and the flag `S_PASSES`: vehicles drive by. A
    merge begins where the two are no longer apart, and lasts to the connectors' ends.
    """
    c, table = network.connectors, network.conflicts
    n = len(table)
    out = np.zeros((n, 5))
    out[:, 0], out[:, 1] = table.first_enter_m, table.first_exit_m
    out[:, 2], out[:, 3] = table.second_enter_m, table.second_exit_m
    merging = np.flatnonzero(table.kind == ConflictKind.MERGING)
    shared, _ = parting_m(network, table.first[merging], table.second[merging], from_end=True)
    for column, row in ((0, table.first[merging]), (2, table.second[merging])):
        out[merging, column] = c.length_m[row] - shared
        out[merging, column + 1] = c.length_m[row]
    crossing = np.flatnonzero(table.kind == ConflictKind.CROSSING)
    lines = c.centre.linestrings()
    a, b = table.first[crossing], table.second[crossing]
    points, owner = shapely.get_coordinates(shapely.intersection(lines[a], lines[b]), return_index=True)
    out[crossing, 4] = r.S_PASSES
    if not len(points):
        return out
    place = shapely.points(points)
    drawn = c.centre.lengths_m()
    station = [shapely.line_locate_point(lines[row[owner]], place) for row in (a, b)]
    heading = [c.centre.locate(row[owner], at)[3] for row, at in zip((a, b), station, strict=True)]
    # The last crossing point counts where there are several.
    for k, (row, other, column) in enumerate(((a, b, 0), (b, a, 2))):
        size = crossed_m(c.width_m[other[owner]], heading[0] - heading[1], drawn[row[owner]])
        scale = (c.length_m / np.maximum(drawn, 1e-9))[row[owner]]
        enter = np.maximum(station[k] - size / 2, 0.0) * scale
        out[crossing[owner], column] = enter
        out[crossing[owner], column + 1] = enter + size
    out[crossing[owner], 4] = 0.0
    return out
