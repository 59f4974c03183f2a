"""Who yields to whom, from the request tables of SUMO's junctions.

SUMO numbers the links of a junction by its incoming lanes and, within a lane, by the order of connections in the file.
`foes` says which links may not be used at once, `response` to which of them a link has to yield.

SUMO decides foes from the order of edges around the junction, we decide stretches from geometry, so the two differ:
- a pair of foes whose swept areas never meet is kept where one of them has to yield, with an empty stretch where they
  are nearest: drivers of SUMO give way to it, for example before turning into a road beside the lane that a foe goes on
  to; others are dropped;
- a pair that SUMO does not call foes, but whose centre lines cross or which end in one lane, is added and nobody of
  the two has to yield (first come, first served); pairs that only pass each other closely are not. At a junction of
  type `unregulated`, where drivers of SUMO do not look at one another, only those that end in one lane are added.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from jing_maps.columns import ConflictKind, Conflicts, Yields
from jing_maps.conflicts import ConnectorShapes, Meetings, find_conflicts
from jing_maps.errors import MapFormatError
from jing_maps.sumo.elements import Net, NetConnection, NetJunction
from jing_maps.sumo.ways import Way

__all__ = ["conflicts", "link_indices"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


def link_indices(net: Net) -> dict[int, int]:
    """The number in its junction's request table of each row of `net.connections` that has one.

    Raises:
        MapFormatError: a junction has another number of requests than of links.
    """
    leaving: dict[str, list[int]] = {}
    for row, connection in enumerate(net.connections):
        if _is_link(net, connection):
            leaving.setdefault(connection.from_lane, []).append(row)
    found: dict[int, int] = {}
    for junction in net.junctions.values():
        if junction.type == "internal" or not junction.requests:
            continue
        rows = [row for lane in junction.incoming for row in leaving.get(lane, ())]
        if len(rows) != len(junction.requests):
            raise MapFormatError(
                net.path,
                f"junction {junction.id!r} has {len(junction.requests)} requests for {len(rows)} connections; "
                "build the network again with netconvert",
                line=junction.line,
            )
        found.update({row: number for number, row in enumerate(rows)})
    return found


def _is_link(net: Net, connection: NetConnection) -> bool:
    """Whether a connection has a row in the request table: all but the ways of pedestrians beside crossings."""
    origin, to = net.edges[connection.from_edge].function, net.edges[connection.to_edge].function
    return (
        to != "walkingarea" and origin not in ("internal", "crossing") and (origin != "walkingarea" or to == "crossing")
    )


def conflicts(net: Net, ways: list[Way], shapes: ConnectorShapes) -> Conflicts:
    """The conflict table of the ways, which are the rows of `shapes`."""
    foes = _foes(net, ways)
    met = find_conflicts(shapes)
    pairs = list(zip(met.first.tolist(), met.second.tolist(), strict=True))
    foe = np.array([pair in foes for pair in pairs], dtype=np.bool_)
    loose = np.array([net.junctions[way.junction].type == "unregulated" for way in ways], dtype=np.bool_)
    keep = foe | (met.kind == ConflictKind.MERGING) | (_centres_cross(shapes, met) & ~loose[met.first])
    known = set(pairs)
    beside = [pair for pair, yields in foes.items() if pair not in known and yields != Yields.NEITHER]
    first, second = np.array(beside, dtype=np.int32).reshape(-1, 2).T
    at = _nearest_m(shapes, first, second)
    none = np.full(len(beside), ConflictKind.CROSSING, dtype=np.int8)
    first, second = np.append(met.first[keep], first), np.append(met.second[keep], second)
    order = np.lexsort((second, first))
    return Conflicts(
        first=first[order],
        second=second[order],
        kind=np.append(met.kind[keep], none)[order],
        yields=np.array(
            [foes.get(pair, Yields.NEITHER) for pair in zip(first.tolist(), second.tolist(), strict=True)],
            dtype=np.int8,
        )[order],
        first_enter_m=np.append(met.first_enter_m[keep], at[0])[order],
        first_exit_m=np.append(met.first_exit_m[keep], at[0])[order],
        second_enter_m=np.append(met.second_enter_m[keep], at[1])[order],
        second_exit_m=np.append(met.second_exit_m[keep], at[1])[order],
    )


def _nearest_m(shapes: ConnectorShapes, first: Int, second: Int) -> tuple[Float, Float]:
    """Where on each of two ways they are nearest to one another, from their begins."""
    lines = shapes.centre.linestrings()
    ends = shapely.get_coordinates(shapely.shortest_line(lines[first], lines[second])).reshape(-1, 2, 2)
    found = []
    for k, rows in enumerate((first, second)):
        drawn_m = shapely.length(lines[rows])
        found.append(
            shapely.line_locate_point(lines[rows], shapely.points(ends[:, k])) * shapes.length_m[rows] / drawn_m
        )
    return found[0], found[1]


def _foes(net: Net, ways: list[Way]) -> dict[tuple[int, int], Yields]:
    """Who yields in each pair of rows of `ways`, the lower row first, that SUMO calls foes."""
    numbers = link_indices(net)
    members: dict[str, dict[int, int]] = {}
    for row, way in enumerate(ways):
        if way.connection in numbers:
            members.setdefault(way.junction, {})[numbers[way.connection]] = row
    pairs: dict[tuple[int, int], Yields] = {}
    for junction_id, rows in members.items():
        junction = net.junctions[junction_id]
        for number, row in rows.items():
            for other, other_row in rows.items():
                if (
                    row < other_row
                    and _either(junction, number, other)
                    and ways[row].from_lane != ways[other_row].from_lane
                ):
                    pairs[row, other_row] = _who_yields(junction, number, other)
    return pairs


def _bit(bits: str, number: int) -> bool:
    return bits[-1 - number] == "1"


def _either(junction: NetJunction, a: int, b: int) -> bool:
    return _bit(junction.requests[a][1], b) or _bit(junction.requests[b][1], a)


def _who_yields(junction: NetJunction, a: int, b: int) -> Yields:
    """Mutual responses (all-way stop, zipper) are first come, first served."""
    a_yields, b_yields = _bit(junction.requests[a][0], b), _bit(junction.requests[b][0], a)
    if a_yields == b_yields:
        return Yields.NEITHER
    return Yields.FIRST if a_yields else Yields.SECOND


def _centres_cross(shapes: ConnectorShapes, met: Meetings) -> NDArray[np.bool_]:
    lines = shapes.centre.linestrings()
    return np.asarray(shapely.crosses(lines[met.first], lines[met.second]))
