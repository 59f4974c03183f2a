"""The road network: columns of roads, lanes, connectors, conflicts, junctions and signals.

Ids are row numbers (int32, -1 = none); strings appear only as external ids and names. Everything is in the map
frame: metres, x east, y north, z up, angles in radians counter-clockwise. Traffic drives on the right.

A *road* is one directed carriageway between two junctions. Its *lanes* are consecutive rows, from the rightmost
(`index` 0) to the leftmost. All lanes of a road share the road's station: a lane begins at station `start_m` (a turn
pocket begins late) and runs for `length_m`. A *connector* leads from a lane through a junction to a lane. Where two
connectors cross or merge there is one row of `Conflicts`.
"""

from dataclasses import dataclass
from functools import cached_property

from jing_maps.columns import (
    Conflicts,
    Connectors,
    Controllers,
    Crosswalks,
    Csr,
    Int,
    Junctions,
    Lanes,
    Programs,
    Roads,
    SignalGroups,
    Streets,
)
from jing_maps.projection import LocalFrame
from jing_maps.validate import validate

__all__ = ["RoadNetwork"]


@dataclass(frozen=True)
class RoadNetwork:
    """A whole road network, checked on construction.

    Raises:
        NetworkError: a column has the wrong length, an id points nowhere, or a length is not positive.
    """

    name: str
    frame: LocalFrame
    attribution: str
    streets: Streets
    roads: Roads
    lanes: Lanes
    connectors: Connectors
    conflicts: Conflicts
    junctions: Junctions
    controllers: Controllers
    signal_groups: SignalGroups
    programs: Programs
    crosswalks: Crosswalks

    def __post_init__(self) -> None:
        validate(self)

    @cached_property
    def lane_out(self) -> Csr:
        """Connectors that leave each lane."""
        return Csr.group(self.connectors.from_lane, len(self.lanes))

    @cached_property
    def lane_in(self) -> Csr:
        """Connectors that end in each lane."""
        return Csr.group(self.connectors.to_lane, len(self.lanes))

    @cached_property
    def junction_connectors(self) -> Csr:
        """Connectors of each junction."""
        return Csr.group(self.connectors.junction, len(self.junctions))

    @cached_property
    def roads_in(self) -> Csr:
        """Roads that end at each junction."""
        return Csr.group(self.roads.to_junction, len(self.junctions))

    @cached_property
    def roads_out(self) -> Csr:
        """Roads that begin at each junction."""
        return Csr.group(self.roads.from_junction, len(self.junctions))

    @cached_property
    def group_connectors(self) -> Csr:
        """Connectors that each signal group rules."""
        return Csr.group(self.connectors.signal_group, len(self.signal_groups))

    @cached_property
    def controller_programs(self) -> Csr:
        """Programs of each controller, the one in force first."""
        return Csr.group(self.programs.controller, len(self.controllers))

    def road_lanes(self, road: int) -> range:
        """Rows of the lanes of a road, from right to left."""
        return range(int(self.roads.first_lane[road]), int(self.roads.first_lane[road + 1]))

    def road_of_connector(self) -> tuple[Int, Int]:
        """`(n_connectors,)` twice: the road that each connector leaves and the one that it enters."""
        road = self.lanes.road
        return road[self.connectors.from_lane], road[self.connectors.to_lane]
