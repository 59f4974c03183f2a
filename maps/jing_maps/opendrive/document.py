"""A whole OpenDRIVE map: the elements of the file, and the columns in which places are computed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from jing_maps.errors import UnknownNameError
from jing_maps.opendrive.columns import RoadColumns, compile_roads
from jing_maps.opendrive.model import Controller, Header, Junction, Road
from jing_maps.opendrive.plan_view import ArcLengths, arc_lengths

__all__ = ["OpenDriveMap"]


@dataclass(frozen=True)
class OpenDriveMap:
    """A whole OpenDRIVE file, and what in it was not understood (`warnings`, each with file and line)."""

    path: str
    header: Header
    roads: tuple[Road, ...]
    junctions: tuple[Junction, ...] = ()
    controllers: tuple[Controller, ...] = ()
    warnings: tuple[str, ...] = ()

    @cached_property
    def road_row(self) -> Mapping[str, int]:
        """Row in `roads` of each road id."""
        return MappingProxyType({road.id: i for i, road in enumerate(self.roads)})

    @cached_property
    def junction_row(self) -> Mapping[str, int]:
        """Row in `junctions` of each junction id."""
        return MappingProxyType({junction.id: i for i, junction in enumerate(self.junctions)})

    @cached_property
    def columns(self) -> RoadColumns:
        """The roads in flat columns."""
        return compile_roads(self.roads)

    @cached_property
    def arc_lengths(self) -> ArcLengths:
        """Arc length tables of the parametric primitives of `columns.plan`."""
        return arc_lengths(self.columns.plan)

    def road(self, ext_id: str) -> Road:
        """The road of this id.

        Raises:
            UnknownNameError: there is none.
        """
        if ext_id not in self.road_row:
            raise UnknownNameError("road", ext_id, self.road_row)
        return self.roads[self.road_row[ext_id]]
