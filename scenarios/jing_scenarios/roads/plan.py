"""A road network ready for scenarios: its tables for kernels, and what is asked by name."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.model import Header
from jing_scenarios.roads.road_graph import RoadGraph
from jing_scenarios.roads.stretches import Stretches, stretches_of
from jing_scenarios.roads.tables import RoadTables, road_tables

__all__ = ["RoadPlan", "empty_plan", "road_plan"]


@dataclass(frozen=True, eq=False)
class RoadPlan:
    """The roads on which a scenario takes place; `odr.roads` may be empty.

    >>> from jing_maps.opendrive.example import straight_road
    >>> plan = road_plan(straight_road(length_m=100.0, lane_width_m=3.5))
    >>> plan.row("1"), plan.length_m(0)
    (0, 100.0)
    """

    odr: OpenDriveMap
    tables: RoadTables
    stretches: Stretches

    def row(self, road_id: str) -> int:
        """Row of a road by its id; raises UnknownNameError."""
        self.odr.road(road_id)
        return self.odr.road_row[road_id]

    def road_id(self, row: int) -> str:
        """Id of a road, empty for row -1."""
        return self.odr.roads[row].id if row >= 0 else ""

    def length_m(self, row: int) -> float:
        """Length of a road."""
        return self._lengths[row]

    def left_hand(self, row: int) -> bool:
        """Whether one drives on the left of the road."""
        return self.odr.roads[row].rule == "LHT"

    def junction_of(self, row: int) -> str:
        """Id of the junction of which the road is a part, or empty."""
        name = self.odr.roads[row].junction
        return "" if name == "-1" else name

    @cached_property
    def _lengths(self) -> list[float]:
        lengths: list[float] = self.tables.length_m.tolist()
        return lengths

    @cached_property
    def route_graph(self) -> RoadGraph:
        """Roads in the directions in which one may drive."""
        return RoadGraph(self.tables, both_ways=False)

    @cached_property
    def distance_graph(self) -> RoadGraph:
        """Roads in both directions."""
        return RoadGraph(self.tables, both_ways=True)

    @cached_property
    def no_path(self) -> NDArray[np.int64]:
        """The roads of no route."""
        return np.zeros(0, dtype=np.int64)


def road_plan(odr: OpenDriveMap) -> RoadPlan:
    """The plan of a map; maps that were read once should be kept, for the tables of a big one take a second."""
    return RoadPlan(odr, road_tables(odr), stretches_of(odr))


def empty_plan() -> RoadPlan:
    """For scenarios without a road network: all of them move freely in the map frame."""
    return road_plan(OpenDriveMap("", Header(), ()))
