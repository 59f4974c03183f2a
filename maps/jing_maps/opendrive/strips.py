"""Strips: the usable lanes of a road in one direction over sections that continue one another lane by lane.

A strip becomes a road of the network. Sections are merged where their lanes are linked one to one and differ in
nothing that a road network shows, so that a widening of a shoulder does not cut the road.
"""

from dataclasses import dataclass

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.lane_graph import LaneGraph, LaneKey
from jing_maps.opendrive.lane_use import allowed_classes, may_change, speed_limit_mps

__all__ = ["Strip", "find_strips", "strip_name"]


@dataclass(frozen=True)
class Strip:
    """Lanes of one direction, in driving order.

    Attributes:
        road: row of the OpenDRIVE road.
        along: +1 driven along s, -1 against it.
        sections: indices of the sections, in driving order.
        lanes: for each lane from right to left its key in each section, in driving order.
    """

    road: int
    along: int
    sections: tuple[int, ...]
    lanes: tuple[tuple[LaneKey, ...], ...]


def find_strips(graph: LaneGraph) -> list[Strip]:
    """The strips of all roads outside junctions, in the order of the file."""
    return [
        strip
        for row, road in enumerate(graph.odr.roads)
        if not road.junction
        for along in (1, -1)
        for strip in _strips(graph, row, along)
    ]


def _lanes(graph: LaneGraph, row: int, section: int, along: int) -> list[LaneKey]:
    ids = graph.odr.roads[row].sections[section].lanes
    keys = [LaneKey(row, section, k) for k in sorted(ids, reverse=along < 0)]
    return [key for key in keys if graph.usable(key) and graph.direction(key) == along]


def _strips(graph: LaneGraph, row: int, along: int) -> list[Strip]:
    strips: list[Strip] = []
    count = len(graph.odr.roads[row].sections)
    for section in range(count) if along > 0 else range(count - 1, -1, -1):
        keys = _lanes(graph, row, section, along)
        if not keys:
            continue
        last = strips[-1] if strips else None
        if last is not None and _continues(graph, last, keys):
            lanes = tuple((*chain, key) for chain, key in zip(last.lanes, keys, strict=True))
            strips[-1] = Strip(row, along, (*last.sections, section), lanes)
        else:
            strips.append(Strip(row, along, (section,), tuple((key,) for key in keys)))
    return strips


def _continues(graph: LaneGraph, strip: Strip, keys: list[LaneKey]) -> bool:
    ends = [chain[-1] for chain in strip.lanes]
    if len(ends) != len(keys) or any(graph.following(a) != [b] for a, b in zip(ends, keys, strict=True)):
        return False
    return [_looks(graph, key) for key in ends] == [_looks(graph, key) for key in keys]


def _looks(graph: LaneGraph, key: LaneKey) -> tuple[object, ...]:
    section, lane = graph.section(key), graph.lane(key)
    neighbours = [k for k in (key.lane - 1, key.lane + 1) if k != 0 and k in section.lanes]
    changes = tuple(may_change(section, key.lane, k) for k in neighbours if allowed_classes(section.lanes[k]))
    return allowed_classes(lane), round(speed_limit_mps(graph.road(key), section, lane), 3), changes


def strip_name(odr: OpenDriveMap, strip: Strip) -> str:
    """External id of a strip: `road.section.side`."""
    side = "right" if strip.lanes[0][0].lane < 0 else "left"
    return f"{odr.roads[strip.road].id}.{strip.sections[0]}.{side}"
