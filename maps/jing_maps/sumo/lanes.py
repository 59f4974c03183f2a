"""Which lane of a road network a SUMO lane is, or which stretch of it."""

from dataclasses import dataclass
from pathlib import Path

from jing_maps.errors import MapFormatError
from jing_maps.network import RoadNetwork
from jing_maps.sumo.parse import parse_net
from jing_maps.sumo.segments import SumoNames, segments
from jing_maps.sumo.ways import kept_lanes

__all__ = ["SumoLane", "lanes_of_export", "lanes_of_file"]


@dataclass(frozen=True, slots=True)
class SumoLane:
    """A SUMO lane covers lane `row` from `begin_m` to `end_m`."""

    id: str
    row: int
    begin_m: float
    end_m: float


def lanes_of_export(network: RoadNetwork) -> list[SumoLane]:
    """The lanes of the SUMO network that `write_net` makes of this one."""
    found = []
    for road in segments(network, SumoNames.of(network)):
        road_m = float(network.roads.length_m[road[0].road])
        for segment in road:
            for index, row in enumerate(segment.lanes):
                start_m = min(float(network.lanes.start_m[row]), segment.begin_m)
                # Stations of the road, stretched to what is driven on the lane.
                scale = float(network.lanes.length_m[row]) / (road_m - start_m)
                begin_m, end_m = ((at - start_m) * scale for at in (segment.begin_m, segment.end_m))
                found.append(SumoLane(f"{segment.edge}_{index}", row, begin_m, end_m))
    return found


def lanes_of_file(path: str | Path, network: RoadNetwork) -> list[SumoLane]:
    """The lanes of the SUMO file from which `read_net` made this network.

    Raises:
        MapFormatError: the network is not that of the file.
    """
    roads = kept_lanes(parse_net(path))
    ids = [lane.id for lanes in roads.values() for lane in lanes]
    if tuple(roads) != network.roads.ext_id or len(ids) != len(network.lanes):
        raise MapFormatError(path, f"its edges are not the roads of the network {network.name!r}; give the map's file")
    return [SumoLane(name, row, 0.0, float(network.lanes.length_m[row])) for row, name in enumerate(ids)]
