"""Every link of an OpenDRIVE file must lead to something that is there."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from jing_maps.errors import MapFormatError
from jing_maps.opendrive.model import Connection, Junction, LaneSection, Road
from jing_maps.opendrive.source import Source

__all__ = ["check_links", "end_section"]


_T = TypeVar("_T", Road, Junction)


def end_section(road: Road, contact_point: str) -> LaneSection:
    """The lane section at the `start` or `end` of a road."""
    return road.sections[0] if contact_point == "start" else road.sections[-1]


def check_links(source: Source, roads: tuple[Road, ...], junctions: tuple[Junction, ...]) -> None:
    """Raises `MapFormatError` where an id stands twice, or a lane or connection names what is not there.

    A road that is linked to a missing road or junction simply ends there (extracts of larger maps do), and a connection
    does not lead to a missing lane: warnings.
    """
    by_id = _unique(source, "road", roads)
    junction_ids = _unique(source, "junction", junctions)
    for road in roads:
        if road.junction and road.junction not in junction_ids:
            problem = (
                f"road {road.id!r} belongs to junction {road.junction!r}, which is not there; {_known(junction_ids)}"
            )
            raise MapFormatError(source.path, problem, line=road.line)
        _check_road(source, road, by_id, junction_ids)
    for junction in junctions:
        for connection in junction.connections:
            _check_connection(source, junction, connection, by_id)


def _known(ids: Iterable[str]) -> str:
    names = sorted(ids)
    return f"known: {', '.join(names[:10])}{' ...' if len(names) > 10 else ''}" if names else "there is none"


def _unique(source: Source, kind: str, items: Sequence[_T]) -> dict[str, _T]:
    by_id: dict[str, _T] = {}
    for item in items:
        if item.id in by_id:
            problem = f"{kind} id {item.id!r} was given in line {by_id[item.id].line} already; ids must differ"
            raise MapFormatError(source.path, problem, line=item.line)
        by_id[item.id] = item
    return by_id


def _check_road(source: Source, road: Road, roads: dict[str, Road], junctions: dict[str, Junction]) -> None:
    for link in (road.predecessor, road.successor):
        if link is None:
            continue
        there: Iterable[str] = roads if link.element_type == "road" else junctions
        if link.element_id not in there:
            problem = f"road {road.id!r} is linked to {link.element_type} {link.element_id!r}, which is not there"
            source.warnings.append(f"{source.path}:{link.line}: {problem}; the road ends here. {_known(there)}")
    for i, section in enumerate(road.sections):
        before = road.sections[i - 1] if i else _beyond(road, "predecessor", roads)
        after = road.sections[i + 1] if i + 1 < len(road.sections) else _beyond(road, "successor", roads)
        for lane in section.lanes.values():
            for name, ids, target in (
                ("predecessor", lane.predecessors, before),
                ("successor", lane.successors, after),
            ):
                missing = [k for k in ids if target is not None and k not in target.lanes]
                if missing:
                    problem = (
                        f"lane {lane.id} of road {road.id!r} has {name} {missing[0]}, but the section there (line "
                        f"{target.line if target else 0}) has only lanes {_ids(target)}; link one of these"
                    )
                    raise MapFormatError(source.path, problem, line=lane.line)


def _ids(section: LaneSection | None) -> str:
    return ", ".join(str(k) for k in section.lanes) if section is not None else ""


def _beyond(road: Road, side: str, roads: dict[str, Road]) -> LaneSection | None:
    link = road.predecessor if side == "predecessor" else road.successor
    if link is None or link.element_type != "road" or not link.contact_point or link.element_id not in roads:
        return None
    return end_section(roads[link.element_id], link.contact_point)


def _check_connection(source: Source, junction: Junction, connection: Connection, roads: dict[str, Road]) -> None:
    for name in (connection.incoming_road, connection.connecting_road):
        if name and name not in roads:
            problem = f"junction {junction.id!r} connects road {name!r}, which is not there; {_known(roads)}"
            raise MapFormatError(source.path, problem, line=connection.line)
    target = end_section(roads[connection.connecting_road], connection.contact_point)
    for _, to in connection.lane_links:
        if to not in target.lanes:
            problem = (
                f"junction {junction.id!r}, connection {connection.id!r} leads to lane {to} of road "
                f"{connection.connecting_road!r}, which has only lanes {_ids(target)} there; link one of these"
            )
            # The standard's own example of a direct junction (Ex_Slip_Lane) has such links, and Euro NCAP's crossing.
            source.warnings.append(f"{source.path}:{connection.line}: {problem}; this lane link is not used")
