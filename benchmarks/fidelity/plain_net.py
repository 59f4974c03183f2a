"""Builds small SUMO nets from nodes, edges and connections, by netconvert."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement

from jing_maps.sumo.netconvert import run_netconvert

__all__ = ["Connection", "Edge", "Node", "Phases", "build"]


@dataclass(frozen=True)
class Node:
    """A junction; `kind` as SUMO names it."""

    name: str
    x_m: float
    y_m: float
    kind: str = "priority"


@dataclass(frozen=True)
class Edge:
    """A carriageway between two nodes; a higher `priority` has the right of way."""

    name: str
    tail: str
    head: str
    lanes: int = 1
    speed_mps: float = 13.89
    priority: int = 1
    shape: str = ""


@dataclass(frozen=True)
class Connection:
    """From a lane to a lane; `link` is its place in the states of the signal at `signal`."""

    tail: str
    head: str
    from_lane: int
    to_lane: int
    signal: str = ""
    link: int = -1


@dataclass(frozen=True)
class Phases:
    """The fixed program of a signal: (duration in s, state) in turn, from time 0."""

    signal: str
    phases: tuple[tuple[float, str], ...]


def build(
    path: Path,
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    connections: Sequence[Connection] = (),
    programs: Sequence[Phases] = (),
    options: Sequence[str] = (),
) -> None:
    """Writes the net; edges without connections of their own get netconvert's.

    Raises:
        MapFormatError: netconvert refuses it.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words = [
            "--node-files", _save(_nodes(nodes), folder / "x.nod.xml"),
            "--edge-files", _save(_edges(edges), folder / "x.edg.xml"),
        ]  # fmt: skip
        if connections:
            words += ["--connection-files", _save(_connections(connections), folder / "x.con.xml")]
        if programs:
            words += ["--tllogic-files", _save(_programs(programs, connections), folder / "x.tll.xml")]
        run_netconvert([*words, "--no-turnarounds", "true", *options, "--output-file", str(path)], path)


def _save(root: Element, path: Path) -> str:
    ElementTree(root).write(path)
    return str(path)


def _nodes(nodes: Sequence[Node]) -> Element:
    root = Element("nodes")
    for node in nodes:
        SubElement(root, "node", id=node.name, x=f"{node.x_m:.2f}", y=f"{node.y_m:.2f}", type=node.kind)
    return root


def _edges(edges: Sequence[Edge]) -> Element:
    root = Element("edges")
    for edge in edges:
        element = SubElement(
            root, "edge", {"id": edge.name, "from": edge.tail, "to": edge.head}, numLanes=str(edge.lanes),
            speed=str(edge.speed_mps), priority=str(edge.priority),
        )  # fmt: skip
        if edge.shape:
            element.set("shape", edge.shape)
    return root


def _connections(connections: Sequence[Connection]) -> Element:
    root = Element("connections")
    for way in connections:
        SubElement(root, "connection", _ends(way))
    return root


def _programs(programs: Sequence[Phases], connections: Sequence[Connection]) -> Element:
    root = Element("tlLogics")
    for program in programs:
        logic = SubElement(root, "tlLogic", id=program.signal, type="static", programID="0", offset="0")
        for duration_s, state in program.phases:
            SubElement(logic, "phase", duration=f"{duration_s:g}", state=state)
    for way in connections:
        if way.signal:
            SubElement(root, "connection", _ends(way), tl=way.signal, linkIndex=str(way.link))
    return root


def _ends(way: Connection) -> dict[str, str]:
    return {"from": way.tail, "to": way.head, "fromLane": str(way.from_lane), "toLane": str(way.to_lane)}
