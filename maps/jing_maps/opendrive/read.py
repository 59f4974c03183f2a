"""Reading an OpenDRIVE file, versions 1.4 to 1.8.

>>> import tempfile, pathlib
>>> from jing_maps.errors import MapFormatError
>>> place = pathlib.Path(tempfile.mkdtemp()) / "bad.xodr"
>>> _ = place.write_text("<OpenDRIVE><header revMajor='1' revMinor='6'/></OpenDRIVE>")
>>> try:
...     read_opendrive(place)
... except MapFormatError as error:
...     print(str(error).replace(str(place), "bad.xodr"))
bad.xodr:1: <OpenDRIVE> has no <road>; a map needs at least one
"""

import re
from pathlib import Path

from jing_maps.opendrive.check_links import check_links
from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.model import Connection, Controller, Header, Junction
from jing_maps.opendrive.read_roads import read_road
from jing_maps.opendrive.source import Element, Source, open_source

__all__ = ["read_opendrive"]

_PLACE = frozenset({"validity"})
# What is read, by parent; anything else below these parents becomes a warning.
_KNOWN: dict[str, frozenset[str]] = {
    "OpenDRIVE": frozenset({"header", "road", "junction", "controller"}),
    "header": frozenset({"geoReference", "offset"}),
    "road": frozenset(
        {"link", "type", "planView", "elevationProfile", "lateralProfile", "lanes", "objects", "signals", "surface"}
    ),
    "link": frozenset({"predecessor", "successor"}),
    "type": frozenset({"speed"}),
    "planView": frozenset({"geometry"}),
    "geometry": frozenset({"line", "arc", "spiral", "poly3", "paramPoly3"}),
    "elevationProfile": frozenset({"elevation"}),
    "lateralProfile": frozenset({"superelevation", "crossfall", "shape"}),
    "lanes": frozenset({"laneOffset", "laneSection"}),
    "laneSection": frozenset({"left", "center", "right"}),
    "left": frozenset({"lane"}),
    "center": frozenset({"lane"}),
    "right": frozenset({"lane"}),
    "lane": frozenset({"link", "width", "border", "roadMark", "speed", "access", "height"}),
    "access": frozenset({"restriction"}),
    "signals": frozenset({"signal", "signalReference"}),
    "signal": _PLACE,
    "signalReference": _PLACE,
    "objects": frozenset({"object"}),
    "object": frozenset({"outline", "outlines", "repeat", "validity"}),
    "outlines": frozenset({"outline"}),
    "outline": frozenset({"cornerRoad", "cornerLocal"}),
    "junction": frozenset({"connection", "priority", "controller"}),
    "connection": frozenset({"laneLink"}),
    "controller": frozenset({"control"}),
}


def read_opendrive(path: str | Path) -> OpenDriveMap:
    """The map in an `.xodr` file (or a gzipped one); what is not understood is listed in its `warnings`.

    Raises:
        MapFormatError: with file, line and cure: broken XML, a missing attribute, a number that is none, a negative
            length, a link that leads nowhere.
    """
    source = open_source(path)
    header = _header(source)
    elements = source.root.findall("road")
    if not elements:
        source.fail(source.root, "has no <road>; a map needs at least one")
    roads = tuple(read_road(source, e) for e in elements)
    junctions = tuple(_junction(source, e) for e in source.root.findall("junction"))
    controllers = tuple(_controller(source, e) for e in source.root.findall("controller"))
    check_links(source, roads, junctions)
    source.note_unread(_KNOWN)
    return OpenDriveMap(str(path), header, roads, junctions, controllers, tuple(source.warnings))


def _header(source: Source) -> Header:
    element = source.root.find("header")
    if element is None:
        source.warn(source.root, "has no <header>; read as version 1.4")
        return Header()
    major, minor = source.integer(element, "revMajor"), source.integer(element, "revMinor")
    if major != 1:
        source.fail(element, f"says version {major}.{minor}; versions 1.4 to 1.8 are read")
    if not 4 <= minor <= 8:
        source.warn(element, f"says version {major}.{minor}; it is read as the nearest of 1.4 to 1.8")
    offset = element.find("offset")
    shift = [0.0] * 4 if offset is None else [source.number(offset, k, 0.0) for k in ("x", "y", "z", "hdg")]
    reference = element.find("geoReference")
    text = "" if reference is None else re.sub(r"\s+", " ", "".join(reference.itertext())).strip()
    return Header(
        major, minor, source.text(element, "name", ""), source.text(element, "vendor", ""), text,
        offset_x_m=shift[0], offset_y_m=shift[1], offset_z_m=shift[2], offset_heading_rad=shift[3],
    )  # fmt: skip


def _junction(source: Source, element: Element) -> Junction:
    kind = source.text(element, "type", "default")
    connections = (_connection(source, e, kind) for e in element.findall("connection"))
    priorities = tuple(
        (source.text(e, "high", ""), source.text(e, "low", ""))
        for e in element.findall("priority")
        if e.get("high") is not None and e.get("low") is not None
    )
    return Junction(
        id=source.text(element, "id"),
        name=source.text(element, "name", ""),
        type=kind,
        connections=tuple(c for c in connections if c is not None),
        priorities=priorities,
        controllers=tuple(source.text(e, "id") for e in element.findall("controller")),
        line=element.sourceline,
    )


def _connection(source: Source, element: Element, junction_type: str) -> Connection | None:
    connecting, linked = element.get("connectingRoad"), element.get("linkedRoad")
    if connecting is None and linked is None:
        if junction_type in {"virtual", "crossing"} or element.get("type") == "virtual":
            source.warn(element, "without connectingRoad (virtual connection) is not read")
            return None
        source.fail(element, "lacks the attribute 'connectingRoad' (in a direct junction: 'linkedRoad')")
    contact = source.text(element, "contactPoint", "start" if connecting is not None else None)
    if contact not in {"start", "end"}:
        source.fail(element, f"has contactPoint={contact!r}; it must be start or end")
    incoming = source.text(element, "incomingRoad", "" if junction_type == "virtual" else None)
    links = tuple((source.integer(e, "from"), source.integer(e, "to")) for e in element.findall("laneLink"))
    return Connection(
        id=source.text(element, "id", ""),
        incoming_road=incoming,
        connecting_road=connecting if connecting is not None else str(linked),
        contact_point=contact,
        lane_links=links,
        linked=connecting is None,
        line=element.sourceline,
    )


def _controller(source: Source, element: Element) -> Controller:
    signals = tuple(source.text(e, "signalId") for e in element.findall("control"))
    return Controller(source.text(element, "id"), source.text(element, "name", ""), signals, element.sourceline)
