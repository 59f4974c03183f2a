"""What a road network holds, in figures."""

from dataclasses import dataclass

import numpy as np

from jing_maps.columns import JunctionKind
from jing_maps.network import RoadNetwork

__all__ = ["NetworkInfo", "network_info"]


@dataclass(frozen=True)
class NetworkInfo:
    """Figures of a road network.

    Attributes:
        name: of the network.
        junctions: all but the boundary ones, where the map ends.
        signals: signal controllers.
        roads, lanes, connectors, conflicts: rows of the tables.
        lane_km: driven length of all lanes, without connectors.
        bbox_wgs84: west, south, east, north of lanes and connectors [deg]; nominal where the map is not georeferenced.
        streets: different street names in use.
    """

    name: str
    junctions: int
    signals: int
    roads: int
    lanes: int
    lane_km: float
    connectors: int
    conflicts: int
    bbox_wgs84: tuple[float, float, float, float]
    streets: int


def network_info(network: RoadNetwork) -> NetworkInfo:
    """The figures of a network."""
    used = np.unique(network.roads.street)
    names = {network.streets.name_zh[i] or network.streets.name_en[i] for i in used[used >= 0].tolist()}
    return NetworkInfo(
        name=network.name,
        junctions=int((network.junctions.kind != JunctionKind.BOUNDARY).sum()),
        signals=len(network.controllers),
        roads=len(network.roads),
        lanes=len(network.lanes),
        lane_km=round(float(network.lanes.length_m.sum()) / 1000.0, 3),
        connectors=len(network.connectors),
        conflicts=len(network.conflicts),
        bbox_wgs84=_bbox(network),
        streets=len(names - {""}),
    )


def _bbox(network: RoadNetwork) -> tuple[float, float, float, float]:
    points = np.concatenate([network.lanes.centre.xyz, network.connectors.centre.xyz])
    if not len(points):
        lon, lat = network.frame.to_wgs84(np.zeros(1), np.zeros(1))
    else:
        lon, lat = network.frame.to_wgs84(points[:, 0], points[:, 1])
    west, south, east, north = (round(float(v), 7) for v in (lon.min(), lat.min(), lon.max(), lat.max()))
    return west, south, east, north
