"""Writes a road network as an OpenDRIVE 1.7 file that CARLA, esmini and our own reader load.

Each directed carriageway is a road with lanes on its right, each connector a connecting road of one lane in its
junction. A junction without connectors (the edge of the map) is not written. Signals of type 1000001 stand beside the
stop lines, each signal group is a `<controller>`, and a junction names those that rule it.

What OpenDRIVE has no place for stands in `<userData code="jingsim:...">` as JSON: external ids, English names, road
classes and levels, lengths that vehicles drive, vehicle classes bit by bit, turns, the signal group of a connector,
right turn on red, kinds of junctions, signal programs.

Lost: outlines of junctions; the stretches of conflicts (they follow from the geometry) and a yield between two
connectors of which neither has priority; crossings of connectors and crosswalks (from the geometry, too).
"""

import os
from itertools import pairwise
from pathlib import Path

import numpy as np
from lxml import etree

from jing_maps.columns import Yields
from jing_maps.errors import MapFormatError
from jing_maps.network import RoadNetwork
from jing_maps.opendrive.write_elements import Element, Ids, add, connecting_road, road_element, user_data
from jing_maps.opendrive.write_places import (
    controller_elements,
    controller_id,
    crosswalk_objects,
    road_signals,
    stop_line_objects,
)
from jing_maps.opendrive.write_shapes import RoadShape, connector_shape, road_shape

__all__ = ["write_opendrive"]

_SAME_ARM_M = 12.0  # from the middle of a crosswalk to the end of the road that enters the junction over it


def write_opendrive(network: RoadNetwork, path: str | Path) -> tuple[str, ...]:
    """The network stands in the OpenDRIVE file `path`, at once and complete; returns what the file says otherwise.

    The returned sentences name lanes whose centre line had to move by more than 10 cm, because lanes of one road
    overlap by more than their widths can give way.

    Raises:
        MapFormatError: the folder of `path` does not exist, or the name does not end in `.xodr`.
        NetworkError: a number of the network is not finite where the file needs one.
    """
    path = Path(path)
    if path.suffix != ".xodr":
        raise MapFormatError(path, "an OpenDRIVE file ends in .xodr")
    if not path.parent.is_dir():
        raise MapFormatError(path, f"there is no folder {path.parent}; make it first")
    shapes = [road_shape(network, road) for road in range(len(network.roads))]
    root = _document(network, shapes)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        etree.ElementTree(root).write(str(partial), xml_declaration=True, encoding="UTF-8", pretty_print=True)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return tuple(
        f"road {network.roads.ext_id[road]}: lanes overlap; a centre line is {section.off_m:.2f} m off"
        for road, shape in enumerate(shapes)
        for section in shape.sections
        if section.off_m > 0.1
    )


def _document(network: RoadNetwork, shapes: list[RoadShape]) -> Element:
    root = etree.Element("OpenDRIVE")
    _header(root, network)
    ids = Ids(len(network.roads), len(network.connectors))
    walks = _walks_of_roads(network, shapes)
    signals: dict[int, list[str]] = {}
    for row, shape in enumerate(shapes):
        road = road_element(root, network, row, shape, ids)
        objects = add(road, "objects")
        stop_line_objects(objects, network, row, shape)
        crosswalk_objects(objects, network, shape, walks.get(row, []))
        road_signals(road, network, row, shape, signals)
        _road_data(road, network, row)
    for row in range(len(network.connectors)):
        road = connecting_road(root, network, row, shapes, connector_shape(network, row, shapes))
        _connector_data(road, network, row)
    controller_elements(root, network, signals)
    for junction in range(len(network.junctions)):
        _junction(root, network, junction, shapes, ids, signals)
    _network_data(root, network)
    return root


def _header(root: Element, network: RoadNetwork) -> None:
    xy = network.lanes.centre.xyz[:, :2]
    (west, south), (east, north) = xy.min(axis=0), xy.max(axis=0)
    header = add(
        root, "header", revMajor="1", revMinor="7", name=network.name, version="1", vendor="Jingsim",
        north=float(north), south=float(south), east=float(east), west=float(west),
    )  # fmt: skip
    frame = network.frame
    if frame.georeferenced:
        add(header, "geoReference").text = etree.CDATA(frame.proj)
        if frame.offset_x_m or frame.offset_y_m:
            # Added to the file's coordinates, it gives the projected ones.
            add(header, "offset", x=-frame.offset_x_m, y=-frame.offset_y_m, z=0.0, hdg=0.0)


def _walks_of_roads(network: RoadNetwork, shapes: list[RoadShape]) -> dict[int, list[int]]:
    """Crosswalks by the road that they are written with: the one that enters the junction there, where one does.

    At its end the lane offset is 0, so that CARLA and the standard agree on where things are.
    """
    walks: dict[int, list[int]] = {}
    for walk in range(len(network.crosswalks)):
        junction = int(network.crosswalks.junction[walk])
        middle = network.crosswalks.centre[walk][:, :2].mean(axis=0)[None]
        away = {int(road): _distance(shapes[road], middle) for road in network.roads_in[junction]}
        road = min(away, key=lambda r: away[r], default=-1)
        if road < 0 or away[road] > _SAME_ARM_M:
            leaving = {int(r): _distance(shapes[r], middle) for r in network.roads_out[junction]}
            road = min({**away, **leaving}.items(), key=lambda item: item[1])[0]
        walks.setdefault(road, []).append(walk)
    return walks


def _distance(shape: RoadShape, point: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    s, _ = shape.curve.project(point)
    x, y, _ = shape.curve.locate(s)
    return float(np.hypot(x[0] - point[0, 0], y[0] - point[0, 1]))


def _junction(
    root: Element, network: RoadNetwork, row: int, shapes: list[RoadShape], ids: Ids, signals: dict[int, list[str]]
) -> None:
    members = network.junction_connectors[row]
    if not len(members):
        return
    connectors, lanes, junctions = network.connectors, network.lanes, network.junctions
    element = add(root, "junction", id=ids.junction(row), name=junctions.name_zh[row], type="default")
    for number, connector in enumerate(members):
        a = int(connectors.from_lane[connector])
        connection = add(
            element, "connection", id=str(number), incomingRoad=ids.road(int(lanes.road[a])),
            connectingRoad=ids.connector(int(connector)), contactPoint="start",
        )  # fmt: skip
        lane_id = shapes[lanes.road[a]].sections[-1].lane_id(a)
        add(connection, "laneLink", **{"from": str(lane_id), "to": "-1"})
    conflicts = network.conflicts
    for pair in np.flatnonzero(connectors.junction[conflicts.first] == row) if len(conflicts) else ():
        first, second = ids.connector(int(conflicts.first[pair])), ids.connector(int(conflicts.second[pair]))
        if conflicts.yields[pair] == Yields.SECOND:
            add(element, "priority", high=first, low=second)
        elif conflicts.yields[pair] == Yields.FIRST:
            add(element, "priority", high=second, low=first)
    for group in sorted({int(g) for g in connectors.signal_group[members] if int(g) in signals}):
        add(element, "controller", id=controller_id(group), type="0")
    controller = int(junctions.controller[row])
    user_data(element, "junction", {
        "ext_id": junctions.ext_id[row],
        "kind": int(junctions.kind[row]),
        "controller": network.controllers.ext_id[controller] if controller >= 0 else None,
    })  # fmt: skip


def _road_data(road: Element, network: RoadNetwork, row: int) -> None:
    roads = network.roads
    street = int(roads.street[row])
    user_data(road, "road", {
        "ext_id": roads.ext_id[row],
        "street_en": network.streets.name_en[street] if street >= 0 else "",
        "class": int(roads.kind[row]),
        "level": int(roads.level[row]),
        "length_m": float(roads.length_m[row]),
        "from": network.junctions.ext_id[roads.from_junction[row]],
        "to": network.junctions.ext_id[roads.to_junction[row]],
    })  # fmt: skip


def _connector_data(road: Element, network: RoadNetwork, row: int) -> None:
    connectors = network.connectors
    group = int(connectors.signal_group[row])
    user_data(road, "connector", {
        "turn": int(connectors.turn[row]),
        "length_m": float(connectors.length_m[row]),
        "allowed": int(connectors.allowed[row]),
        "signal_group": controller_id(group) if group >= 0 else None,
        "on_red": bool(connectors.on_red[row]),
        "wait_m": None if np.isnan(connectors.wait_m[row]) else float(connectors.wait_m[row]),
        "must_stop": bool(connectors.must_stop[row]),
    })  # fmt: skip


def _network_data(root: Element, network: RoadNetwork) -> None:
    programs, controllers = network.programs, network.controllers
    content = []
    for row in range(len(controllers)):
        groups = range(int(controllers.first_group[row]), int(controllers.first_group[row + 1]))
        content.append({
            "ext_id": controllers.ext_id[row],
            "groups": [network.signal_groups.name[g] for g in groups],
            "programs": [_program(network, int(p)) for p in network.controller_programs[row]],
        })  # fmt: skip
    assert len(programs) == sum(len(c["programs"]) for c in content)
    user_data(root, "controllers", content)
    user_data(root, "attribution", network.attribution)


def _program(network: RoadNetwork, row: int) -> dict[str, object]:
    programs = network.programs
    phases = slice(int(programs.first_phase[row]), int(programs.first_phase[row + 1]))
    first = programs.first_state[phases.start : phases.stop + 1]
    return {
        "name": programs.name[row],
        "offset_s": float(programs.offset_s[row]),
        "duration_s": programs.duration_s[phases].tolist(),
        "min_s": programs.min_s[phases].tolist(),
        "max_s": programs.max_s[phases].tolist(),
        "states": [programs.state[a:b].tolist() for a, b in pairwise(first)],
    }
