"""Reads the XML of a .net.xml file into its elements, and says line and cure where it cannot."""

import gzip
import math
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from jing_maps.errors import MapFormatError
from jing_maps.sumo.elements import Net, NetConnection, NetEdge, NetJunction, NetLane, NetPhase, NetProgram
from jing_maps.sumo.permissions import mask_of

__all__ = ["parse_net"]

Element = etree._Element

_DEFAULT_WIDTH_M = 3.2
"""SUMO's default lane width (SUMO_const_laneWidth)."""

_FARTHEST = 1e8
"""No coordinate, length or time of a real network is greater [m, s]."""

_DEEPEST = 20
"""Greatest believable level of a road, up or down."""

_ROAD_FUNCTIONS = ("", "normal", "connector")


def parse_net(path: str | Path) -> Net:
    """The elements of a .net.xml or .net.xml.gz file.

    Raises:
        FileNotFoundError: no such file.
        MapFormatError: not XML, not a SUMO network, or an element lacks something or points nowhere.
    """
    root = _root(Path(path))
    location = root.find("location")
    net = Net(str(path), {} if location is None else {str(k): str(v) for k, v in location.attrib.items()})
    reader = _Reader(net)
    for element in root.iterchildren(tag=etree.Element):
        reader.read(element)
    if not any(edge.function in _ROAD_FUNCTIONS for edge in net.edges.values()):
        raise MapFormatError(path, "the network has no edge; was it built by netconvert?", line=_line(root))
    _check_references(net)
    return net


def _root(path: Path) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        root = etree.fromstring(data, parser)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise MapFormatError(
            path, f"the gzip stream is damaged or cut short ({error}); fetch the file again"
        ) from error
    except etree.XMLSyntaxError as error:
        raise MapFormatError(path, f"not well-formed XML: {error.msg}", line=error.lineno) from error
    if root.tag != "net":
        raise MapFormatError(
            path,
            f"the root element is <{root.tag}>, a SUMO network begins with <net>; "
            "plain XML and OpenStreetMap files go through netconvert first",
            line=_line(root),
        )
    return root


def _line(element: Element) -> int:
    # The stubs of lxml give `sourceline` no type.
    return cast("int | None", element.sourceline) or 0


class _Reader:
    """Adds one top-level element after the other to a `Net`."""

    def __init__(self, net: Net) -> None:
        self.net = net

    def read(self, element: Element) -> None:
        match element.tag:
            case "edge":
                self._edge(element)
            case "junction":
                self._junction(element)
            case "connection":
                self.net.connections.append(self._connection(element))
            case "tlLogic":
                self.net.programs.append(self._program(element))
            case "roundabout":
                self.net.roundabout_nodes.update(element.get("nodes", "").split())
                self.net.roundabout_edges.update(element.get("edges", "").split())

    def _fail(self, element: Element, problem: str) -> MapFormatError:
        return MapFormatError(self.net.path, problem, line=_line(element))

    def _text(self, element: Element, name: str) -> str:
        value = element.get(name)
        if value is None:
            label = f"<{element.tag} id={element.get('id')!r}>" if element.get("id") else f"<{element.tag}>"
            raise self._fail(element, f"{label} has no attribute {name!r}; add it or build the network again")
        return value

    def _number(self, element: Element, name: str, default: float | None = None) -> float:
        text = element.get(name)
        if text is None and default is not None:
            return default
        text = self._text(element, name)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not abs(value) < _FARTHEST:
            raise self._fail(element, f"{name}={text!r} of <{element.tag}> is not a finite number; write it like 13.89")
        return value

    def _positive(self, element: Element, name: str, default: float | None = None) -> float:
        value = self._number(element, name, default)
        if value <= 0:
            raise self._fail(element, f"{name}={value:g} of <{element.tag} id={element.get('id')!r}> must be positive")
        return value

    def _index(self, element: Element, name: str, default: int | None = None) -> int:
        text = element.get(name)
        if text is None and default is not None:
            return default
        text = self._text(element, name)
        if not text.removeprefix("-").isdecimal():
            raise self._fail(element, f"{name}={text!r} of <{element.tag}> is not an integer")
        return int(text)

    def _shape(self, element: Element, text: str, least: int) -> NDArray[np.float64]:
        points = [point.split(",") for point in text.split()]
        try:
            xyz = np.array([[float(v) for v in (*point, "0")[:3]] for point in points if len(point) in (2, 3)])
        except ValueError:
            xyz = np.full((len(points), 3), np.nan)
        if len(xyz) != len(points) or not (np.abs(xyz) < _FARTHEST).all():
            raise self._fail(element, f"shape={text[:60]!r} of <{element.tag}> is not a list of points x,y or x,y,z")
        if len(points) < least:
            raise self._fail(
                element, f"<{element.tag} id={element.get('id')!r}> has a shape of {len(points)} points, needs {least}"
            )
        return xyz.reshape(-1, 3)

    def _edge(self, element: Element) -> None:
        edge_id, function = self._text(element, "id"), element.get("function", "")
        if edge_id in self.net.edges:
            raise self._fail(element, f"edge {edge_id!r} is defined twice; ids must be unique")
        params = {str(p.get("key")): str(p.get("value", "")) for p in element.iterchildren("param")}
        lanes = tuple(self._lane(lane, edge_id) for lane in element.iterchildren("lane"))
        if not lanes and function in _ROAD_FUNCTIONS:
            raise self._fail(element, f"edge {edge_id!r} has no lane; remove it or build the network again")
        is_road = function in _ROAD_FUNCTIONS
        layer = params.get("layer", "0").strip()
        self.net.edges[edge_id] = NetEdge(
            id=edge_id,
            function="" if is_road else function,
            from_node=self._text(element, "from") if is_road else "",
            to_node=self._text(element, "to") if is_road else "",
            name=element.get("name", "").strip(),
            name_en=params.get("name:en", "").strip(),
            type=element.get("type", ""),
            level=int(layer) if layer.removeprefix("-").isdecimal() and abs(int(layer)) <= _DEEPEST else 0,
            lanes=lanes,
            crossed=tuple(element.get("crossingEdges", "").split()),
            line=_line(element),
        )

    def _lane(self, element: Element, edge_id: str) -> NetLane:
        offsets = [self._number(stop, "value", 0.0) for stop in element.iterchildren("stopOffset")]
        lane = NetLane(
            id=self._text(element, "id"),
            edge=edge_id,
            length_m=self._number(element, "length"),
            width_m=self._positive(element, "width", _DEFAULT_WIDTH_M),
            speed_mps=self._positive(element, "speed"),
            mask=mask_of(element.get("allow"), element.get("disallow")),
            shape=self._shape(element, self._text(element, "shape"), 2),
            change_left=_may_change(element.get("changeLeft")),
            change_right=_may_change(element.get("changeRight")),
            stop_offset_m=max(offsets, default=self._number(element, "endOffset", 0.0)),
            line=_line(element),
        )
        if lane.length_m < 0:
            raise self._fail(element, f"length={lane.length_m:g} of lane {lane.id!r} must not be negative")
        self.net.lanes[lane.id] = lane
        return lane

    def _connection(self, element: Element) -> NetConnection:
        origin, to = self._text(element, "from"), self._text(element, "to")
        return NetConnection(
            from_edge=origin,
            to_edge=to,
            from_lane=f"{origin}_{self._index(element, 'fromLane')}",
            to_lane=f"{to}_{self._index(element, 'toLane')}",
            via=element.get("via", ""),
            tl=element.get("tl", ""),
            link=self._index(element, "linkIndex", -1),
            direction=element.get("dir", ""),
            state=element.get("state", ""),
            mask=mask_of(element.get("allow"), element.get("disallow")),
            line=_line(element),
        )

    def _junction(self, element: Element) -> None:
        requests = {
            self._index(row, "index"): (self._bits(row, "response"), self._bits(row, "foes"))
            for row in element.iterchildren("request")
        }
        if sorted(requests) != list(range(len(requests))):
            raise self._fail(
                element[0], f"requests of junction {element.get('id')!r} must have the indices 0, 1, 2 ..."
            )
        for row in element.iterchildren("request"):
            for name in ("response", "foes"):
                if len(row.get(name, "")) != len(requests):
                    raise self._fail(
                        row,
                        f"{name} of request {row.get('index')} has {len(row.get(name, ''))} characters; the junction "
                        f"{element.get('id')!r} has {len(requests)} requests; build the network again",
                    )
        junction = NetJunction(
            id=self._text(element, "id"),
            type=element.get("type", "priority"),
            x_m=self._number(element, "x"),
            y_m=self._number(element, "y"),
            incoming=tuple(element.get("incLanes", "").split()),
            outline=self._shape(element, element.get("shape", ""), 0),
            requests=requests,
            line=_line(element),
        )
        self.net.junctions[junction.id] = junction

    def _bits(self, element: Element, name: str) -> str:
        text = self._text(element, name)
        if set(text) - {"0", "1"}:
            raise self._fail(element, f"{name}={text!r} of <request> may hold only 0 and 1")
        return text

    def _program(self, element: Element) -> NetProgram:
        label = f"{self._text(element, 'id')}/{element.get('programID', '0')}"
        offset = element.get("offset", "0")
        if offset == "begin":
            self.net.warnings.append(f"{self.net.path}:{_line(element)}: offset 'begin' of signal {label} read as 0")
        kind = element.get("type", "static")
        phases = []
        for phase in element.iterchildren("phase"):
            if phase.get("next") is not None:
                self.net.warnings.append(
                    f"{self.net.path}:{_line(phase)}: next={phase.get('next')!r} of signal {label} is ignored; "
                    "phases run in their order"
                )
            phases.append(self._phase(phase, fixed=kind == "static"))
        if not phases:
            raise self._fail(element, f"signal program {label} has no phase; add one or remove the program")
        return NetProgram(
            tl=self._text(element, "id"),
            program=element.get("programID", "0"),
            type=kind,
            offset_s=0.0 if offset == "begin" else self._number(element, "offset", 0.0),
            phases=tuple(phases),
            line=_line(element),
        )

    def _phase(self, element: Element, *, fixed: bool) -> NetPhase:
        duration_s = self._positive(element, "duration")
        return NetPhase(
            duration_s=duration_s,
            min_s=duration_s if fixed else self._number(element, "minDur", duration_s),
            max_s=duration_s if fixed else self._number(element, "maxDur", duration_s),
            state=self._text(element, "state"),
            line=_line(element),
        )


def _may_change(classes: str | None) -> bool:
    """Whether motor vehicles may leave the lane to that side; SUMO's default is that all may."""
    return classes is None or bool(mask_of(classes or "none", None))


def _check_references(net: Net) -> None:
    for line, problem in _dangling(net):
        raise MapFormatError(net.path, f"{problem}; build the network again with netconvert", line=line)


def _dangling(net: Net) -> Iterator[tuple[int, str]]:
    for edge in net.edges.values():
        for node in (edge.from_node, edge.to_node):
            if not edge.function and node not in net.junctions:
                yield edge.line, f"edge {edge.id!r} begins or ends at junction {node!r}, which is not in the file"
    for connection in net.connections:
        for edge_id in (connection.from_edge, connection.to_edge):
            if edge_id not in net.edges:
                yield connection.line, f"a connection names edge {edge_id!r}, which is not in the file"
        for lane in (connection.from_lane, connection.to_lane, connection.via):
            if lane and lane not in net.lanes:
                yield connection.line, f"a connection names lane {lane!r}, which is not in the file"
