"""A road network as the plain XML files that netconvert compiles: nodes, edges, connections, signal programs.

Format: https://sumo.dlr.de/docs/Networks/PlainXML.html. Lanes and connectors keep their shapes, lengths and speeds;
junction outlines are left to netconvert. An edge has one length for all lanes: that of the road's station axis.
"""

import itertools
from pathlib import Path

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from jing_maps.columns import JunctionKind, SignalState, Turn, VehicleClass, Yields
from jing_maps.network import RoadNetwork
from jing_maps.sumo.letters import letter_of, yielding_groups
from jing_maps.sumo.permissions import allow_list, priority_of, type_of
from jing_maps.sumo.segments import Segment, SumoNames, segments

__all__ = ["write_plain"]

Float = NDArray[np.float64]
Element = etree._Element

_NODE_TYPES = {
    JunctionKind.PRIORITY: "priority",
    JunctionKind.SIGNAL: "traffic_light",
    JunctionKind.JOINT: "priority",
    JunctionKind.BOUNDARY: "priority",
    JunctionKind.RIGHT_BEFORE_LEFT: "right_before_left",
    JunctionKind.ALL_WAY_STOP: "allway_stop",
    JunctionKind.ROUNDABOUT: "priority",
}

_SHORTEST = "0.10"
"""Length [m] of the ways between the edges of one road: the least that SUMO takes."""


def write_plain(network: RoadNetwork, folder: Path) -> dict[str, Path]:
    """Writes the four files; returns their paths by netconvert option."""
    names = SumoNames.of(network)
    parts = segments(network, names)
    documents = {
        "node-files": _nodes(network, names, parts),
        "edge-files": _edges(network, parts),
        "connection-files": _connections(network, parts),
        "tllogic-files": _programs(network, names, parts),
    }
    paths = {}
    for option, root in documents.items():
        paths[option] = folder / f"network.{option.partition('-')[0]}.xml"
        etree.ElementTree(root).write(paths[option], encoding="utf-8", xml_declaration=True, pretty_print=True)
    return paths


def _add(parent: Element, tag: str, **attributes: str) -> Element:
    # `from` is a keyword of Python: a trailing underscore stands for it.
    return etree.SubElement(parent, tag, {name.rstrip("_"): value for name, value in attributes.items()})


def _shape(line: Float) -> str:
    flat = not np.any(line[:, 2])
    return " ".join(",".join(f"{value:.2f}" for value in (point[:2] if flat else point)) for point in line)


def _nodes(network: RoadNetwork, names: SumoNames, parts: list[tuple[Segment, ...]]) -> Element:
    root = etree.Element("nodes")
    junctions, frame = network.junctions, network.frame
    x, y = junctions.x_m, junctions.y_m
    box = f"{x.min():.2f},{y.min():.2f},{x.max():.2f},{y.max():.2f}"
    lon, lat = frame.to_wgs84(x, y)
    _add(
        root,
        "location",
        netOffset=f"{frame.offset_x_m:.2f},{frame.offset_y_m:.2f}",
        convBoundary=box,
        origBoundary=f"{lon.min():.6f},{lat.min():.6f},{lon.max():.6f},{lat.max():.6f}" if frame.georeferenced else box,
        projParameter=frame.proj if frame.georeferenced else "!",
    )
    for row, name in enumerate(names.junctions):
        node = _add(root, "node", id=name, x=f"{x[row]:.2f}", y=f"{y[row]:.2f}", type=_node_type(network, row))
        if junctions.controller[row] >= 0 and node.get("type") == "traffic_light":
            node.set("tl", names.controllers[junctions.controller[row]])
    for road in parts:
        for segment in road[1:]:
            begin = np.mean([line[0] for line in segment.lines], axis=0)
            place = {"x": f"{begin[0]:.2f}", "y": f"{begin[1]:.2f}"}
            # Without a radius netconvert would cut 4 m off both edges and drive them twice.
            _add(root, "node", id=segment.from_node, **place, type="priority", radius="0")
    return root


def _node_type(network: RoadNetwork, row: int) -> str:
    """Signals without a controller are dark, merges of equal rights zippers; a stop sign is one for all who yield."""
    kind = JunctionKind(network.junctions.kind[row])
    if kind == JunctionKind.SIGNAL and network.junctions.controller[row] < 0:
        return "priority"
    if kind == JunctionKind.PRIORITY and network.connectors.must_stop[network.junction_connectors[row]].any():
        return "priority_stop"
    if kind == JunctionKind.JOINT:
        at = network.connectors.junction[network.conflicts.first] == row
        if at.any() and bool(np.all(network.conflicts.yields[at] == Yields.NEITHER)):
            return "zipper"
    return _NODE_TYPES[kind]


def _edges(network: RoadNetwork, parts: list[tuple[Segment, ...]]) -> Element:
    root = etree.Element("edges")
    roads, streets = network.roads, network.streets
    for road in parts:
        for segment in road:
            kind, street = int(roads.kind[segment.road]), int(roads.street[segment.road])
            edge = _add(
                root,
                "edge",
                id=segment.edge,
                from_=segment.from_node,
                to=segment.to_node,
                type=type_of(kind),
                priority=str(priority_of(kind)),
                numLanes=str(len(segment.lanes)),
                length=f"{segment.end_m - segment.begin_m:.2f}",
                spreadType="center",
                shape=_shape(_between(segment.lines[0], segment.lines[-1])),
            )
            if street >= 0:
                edge.set("name", streets.name_zh[street] or streets.name_en[street])
                if streets.name_zh[street] and streets.name_en[street]:
                    _add(edge, "param", key="name:en", value=streets.name_en[street])
            if roads.level[segment.road]:
                _add(edge, "param", key="layer", value=str(roads.level[segment.road]))
            for index, (lane, line) in enumerate(zip(segment.lanes, segment.lines, strict=True)):
                _lane(edge, network, segment, index, (lane, line))
    _roundabouts(root, network, parts)
    return root


def _lane(edge: Element, network: RoadNetwork, segment: Segment, index: int, lane: tuple[int, Float]) -> None:
    row, lanes = lane[0], network.lanes
    element = _add(
        edge,
        "lane",
        index=str(index),
        speed=f"{lanes.speed_limit_mps[row]:.3f}",
        width=f"{lanes.width_m[row]:.2f}",
        allow=allow_list(int(lanes.allowed[row])),
        shape=_shape(lane[1]),
    )
    for side, may, neighbour in (
        ("changeLeft", lanes.change_left[row], lanes.left[row]),
        ("changeRight", lanes.change_right[row], lanes.right[row]),
    ):
        if not may and neighbour in segment.lanes:
            # A list that names no road vehicle: nobody may change.
            element.set(side, "ship")


def _between(right: Float, left: Float) -> Float:
    """The line halfway between two lines."""
    shares = []
    for line in (right, left):
        station = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line[:, :2], axis=0).T))])
        shares.append(station / max(station[-1], 1e-9))
    at = np.unique(np.concatenate(shares).round(6))
    sides = [
        np.stack([np.interp(at, share, line[:, axis]) for axis in range(3)], axis=1)
        for share, line in zip(shares, (right, left), strict=True)
    ]
    return np.asarray((sides[0] + sides[1]) / 2)


def _roundabouts(root: Element, network: RoadNetwork, parts: list[tuple[Segment, ...]]) -> None:
    """Rings of roads, one element each."""
    ring = {int(network.roads.from_junction[row]): int(row) for row in np.flatnonzero(network.roads.roundabout)}
    done: set[int] = set()
    for start in ring:
        loop, at = [], start
        while at in ring and at not in done:
            done.add(at)
            loop.append(ring[at])
            at = int(network.roads.to_junction[ring[at]])
        if loop and at == start:
            edges = [segment.edge for road in loop for segment in parts[road]]
            nodes = [segment.from_node for road in loop for segment in parts[road]]
            _add(root, "roundabout", nodes=" ".join(nodes), edges=" ".join(edges))


def _ends(network: RoadNetwork, parts: list[tuple[Segment, ...]], connector: int) -> dict[str, str]:
    """The attributes that name a connector in plain XML."""
    from_lane, to_lane = int(network.connectors.from_lane[connector]), int(network.connectors.to_lane[connector])
    last = parts[network.lanes.road[from_lane]][-1]
    first = next(part for part in parts[network.lanes.road[to_lane]] if to_lane in part.lanes)
    return {
        "from_": last.edge,
        "to": first.edge,
        "fromLane": str(last.lanes.index(from_lane)),
        "toLane": str(first.lanes.index(to_lane)),
    }


def _connections(network: RoadNetwork, parts: list[tuple[Segment, ...]]) -> Element:
    root = etree.Element("connections")
    connectors, lanes = network.connectors, network.lanes
    signalled = network.junctions.controller[connectors.junction] >= 0
    for row in range(len(connectors)):
        element = _add(
            root,
            "connection",
            **_ends(network, parts, row),
            length=f"{connectors.length_m[row]:.2f}",
            speed=f"{connectors.speed_limit_mps[row]:.3f}",
        )
        if connectors.turn[row] != Turn.U_TURN:
            # netconvert cuts a shape that comes back to where it began down to its last centimetres.
            element.set("shape", _shape(connectors.centre[row]))
        if not np.isnan(connectors.wait_m[row]):
            element.set("contPos", f"{connectors.wait_m[row]:.2f}")
        both = lanes.allowed[connectors.from_lane[row]] & lanes.allowed[connectors.to_lane[row]]
        if connectors.allowed[row] != both and connectors.allowed[row] != VehicleClass.ALL:
            element.set("allow", allow_list(int(connectors.allowed[row])))
        if signalled[row] and connectors.signal_group[row] < 0:
            element.set("uncontrolled", "true")
    for road in parts:
        for before, after in itertools.pairwise(road):
            for lane in after.lanes:
                origin = min(before.lanes, key=lambda other: abs(other - lane))
                _add(
                    root,
                    "connection",
                    from_=before.edge,
                    to=after.edge,
                    fromLane=str(before.lanes.index(origin)),
                    toLane=str(after.lanes.index(lane)),
                    length=_SHORTEST,
                )
    _prohibitions(root, network, parts)
    left = set(lanes.road[connectors.from_lane].tolist())
    for road_row, road in enumerate(parts):
        if road_row not in left:
            # Says that nothing leaves this edge; else netconvert would guess.
            _add(root, "connection", from_=road[-1].edge)
    return root


def _prohibitions(root: Element, network: RoadNetwork, parts: list[tuple[Segment, ...]]) -> None:
    """Who yields, from edge to edge: that is as fine as plain XML goes. Where lanes disagree, the majority counts."""
    table = network.conflicts
    balance: dict[tuple[str, str], int] = {}
    for first, second, yields in zip(table.first.tolist(), table.second.tolist(), table.yields.tolist(), strict=True):
        if yields == Yields.NEITHER:
            continue
        a, b = (f"{ends['from_']}->{ends['to']}" for ends in (_ends(network, parts, c) for c in (first, second)))
        if a != b:
            key, sign = ((a, b), 1) if a < b else ((b, a), -1)
            balance[key] = balance.get(key, 0) + (sign if yields == Yields.SECOND else -sign)
    for (a, b), votes in sorted(balance.items()):
        if votes:
            first, second = (a, b) if votes > 0 else (b, a)
            _add(root, "prohibition", prohibitor=first, prohibited=second)


def _programs(network: RoadNetwork, names: SumoNames, parts: list[tuple[Segment, ...]]) -> Element:
    root = etree.Element("tlLogics")
    yielding = yielding_groups(network)
    links: list[dict[tuple[int, bool], int]] = [{} for _ in names.controllers]
    index: dict[int, int] = {}
    connectors, owner = network.connectors, network.signal_groups.controller
    for row in np.flatnonzero(connectors.signal_group >= 0).tolist():
        group = int(connectors.signal_group[row])
        of_controller = links[owner[group]]
        index[row] = of_controller.setdefault((group, bool(connectors.on_red[row])), len(of_controller))
    for controller, name in enumerate(names.controllers):
        # SUMO puts the program in force that it reads last.
        for program in network.controller_programs[controller][::-1].tolist():
            if links[controller]:
                _program(root, network, program, name, list(links[controller]), yielding)
    for row, link in index.items():
        _add(
            root,
            "connection",
            **_ends(network, parts, row),
            tl=names.controllers[owner[connectors.signal_group[row]]],
            linkIndex=str(link),
        )
    return root


def _program(
    root: Element,
    network: RoadNetwork,
    program: int,
    controller: str,
    links: list[tuple[int, bool]],
    yielding: set[int],
) -> None:
    table = network.programs
    phases = range(int(table.first_phase[program]), int(table.first_phase[program + 1]))
    fixed = all(table.min_s[p] == table.max_s[p] == table.duration_s[p] for p in phases)
    element = _add(
        root,
        "tlLogic",
        id=controller,
        type="static" if fixed else "actuated",
        programID=table.name[program] or str(program),
        offset=f"{table.offset_s[program]:g}",
    )
    first_group = int(network.controllers.first_group[table.controller[program]])
    for p in phases:
        states = table.state[table.first_state[p] : table.first_state[p + 1]]
        letters = [
            letter_of(SignalState(states[group - first_group]), on_red, group in yielding) for group, on_red in links
        ]
        phase = _add(element, "phase", duration=f"{table.duration_s[p]:g}", state="".join(letters))
        if not fixed:
            phase.set("minDur", f"{table.min_s[p]:g}")
            phase.set("maxDur", f"{table.max_s[p]:g}")
