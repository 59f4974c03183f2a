"""Signals, stop lines, crosswalks and controllers of an OpenDRIVE file as XML elements."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_maps.opendrive.write_elements import Element, add, user_data
from jing_maps.opendrive.write_shapes import RoadShape

__all__ = [
    "controller_elements",
    "controller_id",
    "crosswalk_objects",
    "road_signals",
    "ruled_lanes",
    "stop_line_objects",
]

Float = NDArray[np.float64]

# The lamp hangs beside the road, one after the other away from it.
_BESIDE_M = 1.0
_APART_M = 0.6
_HEIGHT_M = 5.0
_STOP_LINE_M = 0.4


def controller_id(group: int) -> str:
    """Id of the `<controller>` of a signal group."""
    return str(1 + group)


def road_signals(
    road: Element, network: RoadNetwork, row: int, shape: RoadShape, signals: dict[int, list[str]]
) -> None:
    """The `<signals>` of a road: a traffic light for each signal group that rules a connector from it.

    `signals` gets the new ids added to the lists of their groups; ids are numbered in the order of the calls.
    """
    element = add(road, "signals")
    for place, (group, lanes) in enumerate(ruled_lanes(network, row)):
        signal_id = str(1 + sum(len(ids) for ids in signals.values()))
        signals.setdefault(group, []).append(signal_id)
        section = shape.sections[-1]
        edge = min(shape.lane_t(lane, at_end=True) - float(network.lanes.width_m[lane]) / 2 for lane in section.lanes
                   if lane >= 0)  # fmt: skip
        signal = add(
            element, "signal", s=min(stop_line_s(network, shape, lane) for lane in lanes),
            t=edge - _BESIDE_M - place * _APART_M, id=signal_id, name=network.signal_groups.name[group],
            dynamic="yes", orientation="+", zOffset=_HEIGHT_M, country="OpenDRIVE", type="1000001", subtype="-1",
            value="-1", text="", hOffset=0.0, pitch=0.0, roll=0.0, height=1.0, width=0.4,
        )  # fmt: skip
        for first, last in _runs(sorted(section.lane_id(lane) for lane in lanes)):
            add(signal, "validity", fromLane=str(first), toLane=str(last))


def stop_line_objects(objects: Element, network: RoadNetwork, row: int, shape: RoadShape) -> None:
    """A stop line object for each lane of a road that has one."""
    for lane in network.road_lanes(row):
        if np.isnan(network.lanes.stop_line_m[lane]) or not shape.sections[-1].lane_id(lane):
            continue
        line = add(
            objects, "object", id=f"stop{lane}", name="StopLine", type="roadMark", subtype="signalLines",
            s=stop_line_s(network, shape, lane), t=shape.lane_t(lane, at_end=True), zOffset=0.0, hdg=0.0,
            orientation="+", length=_STOP_LINE_M, width=float(network.lanes.width_m[lane]), height=0.0,
        )  # fmt: skip
        lane_id = str(shape.sections[-1].lane_id(lane))
        add(line, "validity", fromLane=lane_id, toLane=lane_id)
        user_data(line, "stop_line", {"lane_index": int(network.lanes.index[lane]),
                                      "at_m": float(network.lanes.stop_line_m[lane])})  # fmt: skip


def crosswalk_objects(objects: Element, network: RoadNetwork, shape: RoadShape, walks: list[int]) -> None:
    """The crosswalks `walks` as objects of a road; outlines in the frame of the road at their middle."""
    for walk in walks:
        line = network.crosswalks.centre[walk]
        width = float(network.crosswalks.width_m[walk])
        middle = (line[0, :2] + line[-1, :2]) / 2
        s, _ = shape.curve.project(middle[None])
        x, y, heading = shape.curve.locate(s)
        ahead = np.array([np.cos(heading[0]), np.sin(heading[0])])
        left = np.array([-ahead[1], ahead[0]])
        away = middle - np.array([x[0], y[0]])
        t = float(away @ left)
        corners = _outline(line[:, :2], width) - np.array([x[0], y[0]]) - t * left
        element = add(
            objects, "object", id=f"crosswalk{walk}", name="Crosswalk", type="crosswalk", s=float(s[0]), t=t,
            zOffset=0.0, hdg=0.0, pitch=0.0, roll=0.0, orientation="none", width=width,
            length=float(np.hypot(*(line[-1, :2] - line[0, :2]))),
        )  # fmt: skip
        outline = add(element, "outline", id="0", closed="true")
        for number, corner in enumerate(corners):
            add(
                outline,
                "cornerLocal",
                id=str(number),
                u=float(corner @ ahead),
                v=float(corner @ left),
                z=0.0,
                height=0.0,
            )
        user_data(element, "crosswalk", {"junction": network.junctions.ext_id[network.crosswalks.junction[walk]],
                                         "signal_group": int(network.crosswalks.signal_group[walk])})  # fmt: skip


def controller_elements(root: Element, network: RoadNetwork, signals: dict[int, list[str]]) -> None:
    """A `<controller>` for each signal group that has a signal."""
    for group in sorted(signals):
        controller = int(network.signal_groups.controller[group])
        sequence = group - int(network.controllers.first_group[controller])
        element = add(
            root, "controller", id=controller_id(group), name=network.signal_groups.name[group],
            sequence=str(sequence),
        )  # fmt: skip
        for signal_id in signals[group]:
            add(element, "control", signalId=signal_id, type="0")
        user_data(element, "signal_group", {"controller": network.controllers.ext_id[controller], "place": sequence})


def stop_line_s(network: RoadNetwork, shape: RoadShape, lane: int) -> float:
    """Station of a lane's stop line; the end of the road where it has none."""
    lanes = network.lanes
    if np.isnan(lanes.stop_line_m[lane]):
        return shape.curve.total_m
    before_end = float(lanes.length_m[lane] - lanes.stop_line_m[lane])
    return min(max(shape.curve.total_m - before_end, 0.0), shape.curve.total_m)


def ruled_lanes(network: RoadNetwork, row: int) -> list[tuple[int, list[int]]]:
    """The signal groups at the end of a road, each with the lanes that it rules: one signal of the file each."""
    lanes: dict[int, set[int]] = defaultdict(set)
    for lane in network.road_lanes(row):
        for connector in network.lane_out[lane]:
            group = int(network.connectors.signal_group[connector])
            if group >= 0:
                lanes[group].add(lane)
    return [(group, sorted(lanes[group])) for group in sorted(lanes)]


def _runs(ids: list[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of consecutive numbers."""
    for _, run in groupby(enumerate(ids), key=lambda item: item[1] - item[0]):
        members = [value for _, value in run]
        yield members[0], members[-1]


def _outline(line: Float, width: float) -> Float:
    """The closed ring, counter-clockwise, of a strip of the given width along a line."""
    ahead = np.gradient(line, axis=0)
    ahead /= np.hypot(ahead[:, 0], ahead[:, 1])[:, None]
    left = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) * (width / 2)
    return np.concatenate([line - left, (line + left)[::-1], (line - left)[:1]])
