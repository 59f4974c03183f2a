"""The graph of an OpenDRIVE map's lanes: which lane follows which in driving direction, across sections and roads."""

from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.lane_use import allowed_classes, travel_direction
from jing_maps.opendrive.model import Connection, Junction, Lane, LaneSection, Road, RoadLink

__all__ = ["LaneGraph", "LaneKey"]


class LaneKey(NamedTuple):
    """A lane of a section: row of the road, index of the section, lane id."""

    road: int
    section: int
    lane: int


class LaneGraph:
    """Follows the links of lanes in driving direction; only lanes on which something drives count."""

    def __init__(self, odr: OpenDriveMap) -> None:
        self.odr = odr

    def road(self, key: LaneKey) -> Road:
        """The road of a lane."""
        return self.odr.roads[key.road]

    def section(self, key: LaneKey) -> LaneSection:
        """The section of a lane."""
        return self.odr.roads[key.road].sections[key.section]

    def lane(self, key: LaneKey) -> Lane:
        """The lane itself."""
        return self.section(key).lanes[key.lane]

    def direction(self, key: LaneKey) -> int:
        """+1 where the lane is driven along s, else -1."""
        return travel_direction(self.road(key), self.lane(key))

    def usable(self, key: LaneKey) -> bool:
        """Whether the lane is there, allowed to some vehicle, and has width."""
        lane = self.section(key).lanes.get(key.lane)
        if lane is None or lane.id == 0 or not allowed_classes(lane):
            return False
        wide = lane.width if len(lane.width) else lane.border
        return bool(len(wide)) and float(abs(wide.abcd).max()) > 1e-9

    def following(self, key: LaneKey) -> list[LaneKey]:
        """The lanes into which a vehicle drives from the end of this one."""
        road, lane, along = self.road(key), self.lane(key), self.direction(key)
        linked = lane.successors if along > 0 else lane.predecessors
        beside = key.section + along
        if 0 <= beside < len(road.sections):
            found = [(LaneKey(key.road, beside, k), along) for k in linked]
        else:
            end = "end" if along > 0 else "start"
            link = road.successor if along > 0 else road.predecessor
            found = self._over_link(link, linked) + self._over_junctions(key, end)
        unique = dict.fromkeys(k for k, heading in found if self.usable(k) and self.direction(k) == heading)
        return list(unique)

    def _over_link(self, link: RoadLink | None, linked: tuple[int, ...]) -> list[tuple[LaneKey, int]]:
        if link is None or link.element_type != "road" or not link.contact_point:
            return []
        row = self.odr.road_row.get(link.element_id)
        return [] if row is None else [self._enter(row, link.contact_point, k) for k in linked]

    def _enter(self, row: int, contact: str, lane: int) -> tuple[LaneKey, int]:
        last = len(self.odr.roads[row].sections) - 1
        return (LaneKey(row, 0, lane), 1) if contact == "start" else (LaneKey(row, last, lane), -1)

    def _over_junctions(self, key: LaneKey, end: str) -> list[tuple[LaneKey, int]]:
        return [
            self._enter(row, contact, to)
            for row, contact, links in self._exits.get((key.road, end), ())
            for from_lane, to in links
            if from_lane == key.lane
        ]

    @cached_property
    def _exits(self) -> dict[tuple[int, str], list[tuple[int, str, tuple[tuple[int, int], ...]]]]:
        """By road row and its end: road row, its end and lane links of what a junction leads to from there."""
        exits: dict[tuple[int, str], list[tuple[int, str, tuple[tuple[int, int], ...]]]] = defaultdict(list)
        for junction in self.odr.junctions:
            for connection in junction.connections:
                row = self.odr.road_row[connection.connecting_road]
                for end in self.incoming_ends(junction, connection):
                    incoming = self.odr.road_row[connection.incoming_road]
                    exits[incoming, end].append((row, connection.contact_point, connection.lane_links))
                    if connection.linked:  # a direct junction names each pair of roads once, for both directions
                        back = tuple((to, from_lane) for from_lane, to in connection.lane_links)
                        exits[row, connection.contact_point].append((incoming, end, back))
        return exits

    def incoming_ends(self, junction: Junction, connection: Connection) -> list[str]:
        """The ends of the incoming road at which this connection leaves it."""
        incoming = self.odr.road_row.get(connection.incoming_road)
        if incoming is None:
            return []
        road, other = self.odr.roads[incoming], self.odr.road(connection.connecting_road)
        back = other.predecessor if connection.contact_point == "start" else other.successor
        if not connection.linked and back is not None and back.element_id == road.id and back.contact_point:
            return [back.contact_point]
        sides = (("start", road.predecessor), ("end", road.successor))
        return [
            end
            for end, link in sides
            if link is not None and link.element_type == "junction" and link.element_id == junction.id
        ]
