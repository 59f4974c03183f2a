"""The elements of a SUMO .net.xml file as written, before they become columns.

Format: https://sumo.dlr.de/docs/Networks/SUMO_Road_Networks.html, as of versions 0.25 to 1.28.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Net", "NetConnection", "NetEdge", "NetJunction", "NetLane", "NetPhase", "NetProgram"]

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NetLane:
    """`<lane>`: `shape` is `(k, 3)` [m], `mask` the sum of `VehicleClass` bits."""

    id: str
    edge: str
    length_m: float
    width_m: float
    speed_mps: float
    mask: int
    shape: Float
    change_left: bool
    change_right: bool
    stop_offset_m: float
    line: int


@dataclass(frozen=True, slots=True)
class NetEdge:
    """`<edge>`: `function` is empty for a road, else internal, crossing, walkingarea or connector."""

    id: str
    function: str
    from_node: str
    to_node: str
    name: str
    name_en: str
    type: str
    level: int
    lanes: tuple[NetLane, ...]
    crossed: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class NetConnection:
    """`<connection>`: `via` is the id of its internal lane or empty, `link` the index in its signal `tl`, or -1."""

    from_edge: str
    to_edge: str
    from_lane: str
    to_lane: str
    via: str
    tl: str
    link: int
    direction: str
    state: str
    mask: int
    line: int


@dataclass(frozen=True, slots=True)
class NetJunction:
    """`<junction>`: `requests` holds (response, foes) of each link, bit 0 = rightmost character = link 0."""

    id: str
    type: str
    x_m: float
    y_m: float
    incoming: tuple[str, ...]
    outline: Float
    requests: dict[int, tuple[str, str]]
    line: int


@dataclass(frozen=True, slots=True)
class NetPhase:
    """`<phase>` of a signal program; one character of `state` a link."""

    duration_s: float
    min_s: float
    max_s: float
    state: str
    line: int


@dataclass(frozen=True, slots=True)
class NetProgram:
    """`<tlLogic>`."""

    tl: str
    program: str
    type: str
    offset_s: float
    phases: tuple[NetPhase, ...]
    line: int


@dataclass(frozen=True)
class Net:
    """A whole file; `lanes` holds those of all edges by id, `location` the attributes of `<location>`."""

    path: str
    location: dict[str, str]
    edges: dict[str, NetEdge] = field(default_factory=dict)
    lanes: dict[str, NetLane] = field(default_factory=dict)
    junctions: dict[str, NetJunction] = field(default_factory=dict)
    connections: list[NetConnection] = field(default_factory=list)
    programs: list[NetProgram] = field(default_factory=list)
    roundabout_nodes: set[str] = field(default_factory=set)
    roundabout_edges: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
