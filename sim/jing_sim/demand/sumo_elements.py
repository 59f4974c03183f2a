"""The elements of a SUMO route file (.rou.xml, .rou.xml.gz), with the line that each stands on."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from jing_sim.demand.report import DemandError

__all__ = ["Element", "RouteFile", "Wish", "lines_of", "number_of", "read_route_file", "seconds_of"]

_MAKERS = ("vehicle", "trip", "flow")
_KNOWN = {*_MAKERS, "vType", "vTypeDistribution", "route", "routeDistribution"}
_ROOTS = ("routes", "additional")


@dataclass(frozen=True)
class Element:
    """One element: tag, attributes, line, and the elements inside it."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: tuple["Element", ...] = ()

    def get(self, name: str) -> str:
        """An attribute, empty when absent."""
        return self.attributes.get(name, "")


@dataclass
class RouteFile:
    """What a route file holds, by tag; `ignored` maps the tags that mean nothing here to the lines they stand on."""

    path: Path
    types: dict[str, Element] = field(default_factory=dict)
    type_choices: dict[str, Element] = field(default_factory=dict)
    routes: dict[str, Element] = field(default_factory=dict)
    route_choices: dict[str, Element] = field(default_factory=dict)
    makers: list[Element] = field(default_factory=list)
    bus_stops: dict[str, Element] = field(default_factory=dict)
    ignored: dict[str, list[int]] = field(default_factory=dict)

    def add(self, element: Element) -> None:
        """Files an element of the root under its tag."""
        tables = {
            "vType": self.types,
            "vTypeDistribution": self.type_choices,
            "route": self.routes,
            "routeDistribution": self.route_choices,
            "busStop": self.bus_stops,
        }
        if element.tag in _MAKERS:
            self.makers.append(element)
        elif element.tag in tables:
            name = element.get("id")
            if not name:
                raise DemandError.at(self.path, element.line, f"<{element.tag}> needs an id")
            tables[element.tag][name] = element
            for child in element.children:
                if child.tag in ("vType", "route") and child.get("id"):
                    self.add(child)
        else:
            self.ignore(element)

    def ignore(self, element: Element) -> None:
        """Notes an element that means nothing here."""
        self.ignored.setdefault(element.tag, []).append(element.line)


@dataclass(frozen=True)
class Wish:
    """One departure that a file asks for.

    Attributes:
        what: id of the vehicle.
        maker: the element that asks for it.
        depart_s: when.
    """

    what: str
    maker: Element
    depart_s: float


def read_route_file(path: Path | str) -> RouteFile:
    """All elements of a route file.

    Raises:
        DemandError: the file is absent, damaged, or no XML of routes; says file and line.
    """
    path = Path(path)
    out = RouteFile(path)
    try:
        for element in _elements(path):
            out.add(element)
    except etree.XMLSyntaxError as error:
        raise DemandError.at(path, error.lineno, f"not well-formed XML: {error.msg}") from error
    except (OSError, EOFError, zlib.error) as error:
        raise DemandError.at(path, None, f"cannot be read: {error}") from error
    return out


def _elements(path: Path) -> Iterator[Element]:
    """Children of the root, each whole; what was read is freed, so that long files fit."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        depth, root_seen = 0, False
        for event, node in etree.iterparse(file, events=("start", "end"), resolve_entities=False, no_network=True):
            if event == "start":
                if not root_seen:
                    root_seen = True
                    if node.tag not in _ROOTS:
                        problem = f"root element is <{node.tag}>; a route file begins with <routes>"
                        raise DemandError.at(path, node.sourceline, problem)
                depth += 1
                continue
            depth -= 1
            if depth == 1:
                yield _element(node)
                node.clear()
                while node.getprevious() is not None:
                    del node.getparent()[0]


def _element(node: "etree._Element") -> Element:
    inside = tuple(_element(child) for child in node if isinstance(child.tag, str))
    attributes = {str(key): str(value) for key, value in node.attrib.items()}
    line: int = node.sourceline if isinstance(node.sourceline, int) else 0
    return Element(str(node.tag), attributes, line, inside)


def seconds_of(path: Path, element: Element, name: str) -> float:
    """A time attribute in seconds: a number, or H:M:S or D:H:M:S.

    Raises:
        DemandError: absent or no time; says file and line.
    """
    text = element.get(name)
    try:
        parts = [float(part) for part in text.split(":")]
    except ValueError:
        parts = []
    scale = {1: (1.0,), 3: (3600.0, 60.0, 1.0), 4: (86400.0, 3600.0, 60.0, 1.0)}.get(len(parts))
    if scale is None:
        raise DemandError.at(
            path, element.line, f'<{element.tag} id="{element.get("id")}">: {name}="{text}" is no time'
        )
    total = sum(part * unit for part, unit in zip(parts, scale, strict=True))
    if not 0 <= total < 1e9:
        raise DemandError.at(path, element.line, f'{name}="{text}" must be a time of 0 or more')
    return total


def number_of(path: Path, element: Element, name: str) -> float:
    """A number attribute of 0 or more.

    Raises:
        DemandError: no such number; says file and line.
    """
    try:
        value = float(element.get(name))
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        problem = (
            f'<{element.tag} id="{element.get("id")}">: {name}="{element.get(name)}" must be a number of 0 or more'
        )
        raise DemandError.at(path, element.line, problem)
    return value


def lines_of(lines: list[int]) -> str:
    """How often something stands in a file, and where first."""
    first = f"first on line {lines[0]}"
    return first if len(lines) == 1 else f"{len(lines)} times, {first}"
