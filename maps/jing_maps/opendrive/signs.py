"""Which lanes the signals of an OpenDRIVE map rule: lights, and signs that tell to yield or stop."""

from collections.abc import Iterator
from dataclasses import dataclass

from jing_maps.opendrive.lane_graph import LaneGraph, LaneKey
from jing_maps.opendrive.model import Signal, SignalReference
from jing_maps.opendrive.movements import Movement
from jing_maps.opendrive.strips import Strip

__all__ = ["Signs", "find_signs"]

# A light or sign at an approach rules the junction in front of it, up to this far away.
_REACH_M = 60.0
_LIGHTS = {"1000001", "1000009", "1000010", "1000011", "1000012", "1000008", "1000016"}
_STOP_SIGN = "206"
_YIELD_SIGNS = {"205", _STOP_SIGN}


@dataclass(frozen=True)
class Signs:
    """For each movement the ids of its lights, in the order of the file, whether a sign makes it yield, and
    whether a stop sign does."""

    lights: list[tuple[str, ...]]
    minor: list[bool]
    must_stop: list[bool]


def _is_light(signal: Signal) -> bool:
    return signal.dynamic and signal.type in _LIGHTS


def _placed(graph: LaneGraph) -> Iterator[tuple[int, Signal, Signal | SignalReference]]:
    """Road row, the signal, and the place where it (or a reference to it) stands."""
    by_id = {signal.id: signal for road in graph.odr.roads for signal in road.signals}
    for row, road in enumerate(graph.odr.roads):
        for signal in road.signals:
            yield row, signal, signal
        for reference in road.signal_references:
            if reference.id in by_id:
                yield row, by_id[reference.id], reference


def find_signs(graph: LaneGraph, strips: list[Strip], movements: list[Movement]) -> Signs:
    """Lights and yield signs of all movements."""
    placed: dict[int, list[tuple[Signal, Signal | SignalReference]]] = {}
    for row, signal, place in _placed(graph):
        if _is_light(signal) or signal.type in _YIELD_SIGNS:
            placed.setdefault(row, []).append((signal, place))
    lights: list[tuple[str, ...]] = []
    minor: list[bool] = []
    must_stop: list[bool] = []
    for movement in movements:
        ruling = list(_ruling(graph, strips[movement.from_strip], movement, placed))
        lights.append(tuple(dict.fromkeys(signal.id for signal in ruling if _is_light(signal))))
        signs = {signal.type for signal in ruling if not signal.dynamic}
        minor.append(bool(signs & _YIELD_SIGNS))
        must_stop.append(_STOP_SIGN in signs)
    return Signs(lights, minor, must_stop)


def _ruling(
    graph: LaneGraph,
    strip: Strip,
    movement: Movement,
    placed: dict[int, list[tuple[Signal, Signal | SignalReference]]],
) -> Iterator[Signal]:
    end = strip.lanes[movement.from_lane][-1]
    for key in (end, *movement.via):
        for signal, place in placed.get(key.road, ()):
            if _faces(graph, key, place) and (key != end or _near_end(graph, strip, place)):
                yield signal


def _faces(graph: LaneGraph, key: LaneKey, place: Signal | SignalReference) -> bool:
    facing = {"+": 1, "-": -1}.get(place.orientation, 0)
    if facing and facing != graph.direction(key):
        return False
    return not place.validity or any(min(r) <= key.lane <= max(r) for r in place.validity)


def _near_end(graph: LaneGraph, strip: Strip, place: Signal | SignalReference) -> bool:
    road = graph.odr.roads[strip.road]
    at_end = strip.sections[-1] == (len(road.sections) - 1 if strip.along > 0 else 0)
    distance = road.length_m - place.s_m if strip.along > 0 else place.s_m
    return at_end and distance <= _REACH_M
