"""What metrics and law monitors ask of an OpenDRIVE map, worked out once a map."""

from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive import OpenDriveMap
from jing_maps.opendrive.lane_graph import LaneGraph
from jing_maps.opendrive.lane_use import road_type_at, travel_direction
from jing_maps.opendrive.model import Lane, Road
from jing_maps.opendrive.nearest import LaneIndex, index_lanes
from jing_scenarios.metrics.registry import MetricError
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["MapFacts", "facts_of", "map_facts"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
T = TypeVar("T")

_KEPT = 16
_facts: "OrderedDict[int, MapFacts]" = OrderedDict()


def map_facts(odr: OpenDriveMap) -> "MapFacts":
    """The facts of a map; of the last maps asked for they are kept, and the maps with them."""
    key = id(odr)  # of a map that is kept: nobody else has its number
    if key not in _facts:
        _facts[key] = MapFacts(odr)
        while len(_facts) > _KEPT:
            _facts.popitem(last=False)
    _facts.move_to_end(key)
    return _facts[key]


def facts_of(trace: ScenarioTrace, what: str) -> "MapFacts":
    """The facts of a run's map; raises MetricError that says what cannot be told if it has none."""
    if trace.odr is None:
        raise MetricError(f"{what} cannot be told without a map; hand the OpenDRIVE file to the trace")
    return map_facts(trace.odr)


class MapFacts:
    """Lanes of a map by road row, lane id and s; `kept` holds what monitors have worked out of it."""

    def __init__(self, odr: OpenDriveMap) -> None:
        self.odr = odr
        self.kept: dict[str, object] = {}

    @property
    def graph(self) -> LaneGraph:
        """Its lanes and what follows them."""
        return self.once("graph", lambda: LaneGraph(self.odr))

    @property
    def index(self) -> LaneIndex:
        """The nearest lane of any type to a point."""
        return self.once("index", lambda: index_lanes(self.odr))

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` makes, the first time that it is asked for under this name."""
        if name not in self.kept:
            self.kept[name] = make()
        kept: T = self.kept[name]  # type: ignore[assignment] # one maker a name
        return kept

    @cached_property
    def _starts(self) -> tuple[Float, ...]:
        return tuple(np.array([section.start_m for section in road.sections]) for road in self.odr.roads)

    @cached_property
    def _through_junctions(self) -> Bool:
        return np.array([*(bool(road.junction) for road in self.odr.roads), False])

    def in_junction(self, roads: Int) -> Bool:
        """`(k,)` which of the roads are ways through a junction; -1, off the map, is none."""
        found: Bool = self._through_junctions[roads]
        return found

    def section(self, road: int, s_m: float) -> int:
        """Index of the road's section at s."""
        return max(int(np.searchsorted(self._starts[road], s_m, side="right")) - 1, 0)

    def lane(self, road: int, lane: int, s_m: float) -> Lane | None:
        """The lane at a place, None where there is none of this id."""
        return self.odr.roads[road].sections[self.section(road, s_m)].lanes.get(lane)

    def direction(self, road: int, lane: int, s_m: float) -> int:
        """+1 where traffic runs along s, -1 against it, 0 where either way is right or there is no lane."""
        found = self.lane(road, lane, s_m)
        if found is None or lane == 0 or found.type == "bidirectional" or found.direction == "both":
            return 0
        return travel_direction(self.odr.roads[road], found)

    def lanes_beside(self, road: int, lane: int, s_m: float) -> int:
        """How many lanes of the type `driving` run in the direction of this one, itself included."""
        way = self.direction(road, lane, s_m)
        lanes = self.odr.roads[road].sections[self.section(road, s_m)].lanes.values()
        return sum(one.type == "driving" and self.direction(road, one.id, s_m) == way for one in lanes if one.id)

    def limit_mps(self, road: int, lane: int, s_m: float) -> float:
        """The limit that the map itself gives for a place: the lane's, else the road's; NaN where it gives none."""
        row: Road = self.odr.roads[road]
        section = row.sections[self.section(road, s_m)]
        found = section.lanes.get(lane)
        own = [] if found is None else [e.max_mps for e in found.speeds if e.s_offset_m <= s_m - section.start_m + 1e-6]
        kind = road_type_at(row, s_m)
        limit = own[-1] if own else None if kind is None else kind.max_mps
        return float("nan") if limit is None or limit <= 0 else float(limit)
