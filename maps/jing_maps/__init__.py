"""Road networks of two areas of Beijing and of any other place: read, build, check, convert, route, project."""

from jing_maps.columns import (
    ConflictKind,
    JunctionKind,
    RoadClass,
    SignalState,
    Turn,
    VehicleClass,
    Yields,
)
from jing_maps.errors import JingError
from jing_maps.network import RoadNetwork
from jing_maps.polylines import Polylines
from jing_maps.projection import LocalFrame

__all__ = [
    "ConflictKind",
    "JingError",
    "JunctionKind",
    "LocalFrame",
    "Polylines",
    "RoadClass",
    "RoadNetwork",
    "SignalState",
    "Turn",
    "VehicleClass",
    "Yields",
]
