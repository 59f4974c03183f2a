"""Where the traffic lights and signs of an OpenDRIVE map stand, which lanes they rule, and where drivers meet them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.lane_use import speed_limit_mps
from jing_maps.opendrive.model import Lane, Road, Signal, SignalReference
from jing_maps.opendrive.place import lane_borders, road_pose

__all__ = ["LightLine", "SignPlaces", "TriggerBoxes", "light_lines", "light_places", "sign_places"]

Float = NDArray[np.float64]

LIGHT_TYPES = frozenset({"1000001", "1000008", "1000009", "1000010", "1000011", "1000012", "1000016"})
"""OpenDRIVE signal types (country OpenDRIVE) that show red, yellow and green to vehicles."""
SIGN_NAMES = {"205": "traffic.yield", "206": "traffic.stop", "274": "traffic.speed_limit"}
_DRIVING = frozenset({
    "driving", "entry", "exit", "onRamp", "offRamp", "connectingRamp", "bidirectional", "bus", "taxi", "HOV", "stop",
    "biking", "slipLane",
})  # fmt: skip
_BEFORE_M = 10.0
_BEFORE_MOST_M = 30.0
_BRAKING_MPS2 = 6.0
_NOSE_M = 2.4
"""From the middle of a car, where it meets the box, to its front."""
_BEYOND_M = 1.0
_HALF_HEIGHT_M = 2.0


@dataclass(frozen=True)
class TriggerBoxes:
    """`(n,)` boxes in which a driver is at a light or sign; map frame.

    Attributes:
        centre: `(n, 3)` on the ground at mid-height; half: `(n, 3)` along, across, up; yaw: direction of travel.
    """

    centre: Float
    half: Float
    yaw: Float


@dataclass(frozen=True)
class SignPlaces:
    """`(n,)` lights or signs.

    Attributes:
        sign_id: id of the OpenDRIVE signal. kind: CARLA's type id. value: of a speed limit, km/h.
        position: `(n, 3)` where it hangs; yaw: towards which its face looks.
        junction: number of the group of lights that take turns. turn: which of the junction's turns it belongs to.
        controller: id of its OpenDRIVE controller, or empty.
        pole: place among the lights of its junction.
        trigger: where drivers meet it.
    """

    sign_id: tuple[str, ...]
    kind: tuple[str, ...]
    value: Float
    position: Float
    yaw: Float
    junction: NDArray[np.int32]
    turn: NDArray[np.int32]
    controller: tuple[str, ...]
    pole: NDArray[np.int32]
    trigger: TriggerBoxes

    def __len__(self) -> int:
        return len(self.sign_id)


@dataclass(frozen=True)
class LightLine:
    """Where those whom a light rules stop: lanes of a road at `s_m`, driven along s (`way` 1) or against it (-1)."""

    signal: str
    road: int
    lanes: tuple[int, ...]
    s_m: float
    way: float


@dataclass(frozen=True)
class _Met:
    """Where drivers meet a light or sign: lanes of a road, up to a line, along s (`way` 1) or against it (-1)."""

    road: int
    lanes: tuple[int, ...]
    line_m: float
    way: float


@dataclass(frozen=True)
class _Placed:
    """A light or sign: the road where it stands, itself, and where it is met."""

    road: int
    signal: Signal
    met: _Met


def light_places(odr: OpenDriveMap) -> SignPlaces:
    """All lights; those of one junction take turns, controller by controller, as the file groups them.

    Where several controllers rule one approach (one for those who turn left), the approaches take turns instead:
    CARLA's navigation agents stop for every red light of the road that they are on, so that lights of one approach that
    are never green together would hold them for ever.
    """
    placed = [p for p in _placed(odr) if p.signal.dynamic and p.signal.type in LIGHT_TYPES]
    by_signal = {signal: c.id for c in reversed(odr.controllers) for signal in c.signals}
    junction_of = {c: j for j, junction in enumerate(odr.junctions) for c in junction.controllers}
    controller = [by_signal.get(p.signal.id, "") for p in placed]
    keys = [_junction_key(odr, p, junction_of.get(c)) for p, c in zip(placed, controller, strict=True)]
    numbers = {key: k for k, key in enumerate(dict.fromkeys(keys))}
    turns: dict[str, dict[str, int]] = {key: {} for key in numbers}
    pole: dict[str, int] = {}
    turn, poles = [], []
    for one, key in zip(_turn_names(placed, controller, keys), keys, strict=True):
        turn.append(turns[key].setdefault(one, len(turns[key])))
        poles.append(pole.get(key, 0))
        pole[key] = poles[-1] + 1
    junction = np.array([numbers[key] for key in keys], np.int32)
    return _places(odr, placed, ["traffic.traffic_light"] * len(placed), junction, turn, controller, poles)


def light_lines(odr: OpenDriveMap) -> list[LightLine]:
    """The lines of all lights, in the order of the file; a light that rules several roads has several."""
    return [
        LightLine(p.signal.id, p.met.road, p.met.lanes, p.met.line_m, p.met.way)
        for p in _placed(odr)
        if p.signal.dynamic and p.signal.type in LIGHT_TYPES
    ]


def sign_places(odr: OpenDriveMap) -> SignPlaces:
    """Stop signs, yield signs and speed limits."""
    placed = [p for p in _placed(odr) if p.signal.type in SIGN_NAMES and not p.signal.dynamic]
    kinds = []
    for p in placed:
        name = SIGN_NAMES[p.signal.type]
        kinds.append(f"{name}.{int(p.signal.value or 0)}" if name.endswith("limit") else name)
    none = np.full(len(placed), -1, np.int32)
    return _places(odr, placed, kinds, none, [-1] * len(placed), [""] * len(placed), [0] * len(placed))


def _turn_names(placed: list[_Placed], controller: list[str], junction: list[str]) -> list[str]:
    """What the turn of each light is called within its junction: its controller, or the road that it is met on."""
    names = [c or f"signal {p.signal.id}" for p, c in zip(placed, controller, strict=True)]
    approaches = [f"road {p.met.road} {p.met.way}" for p in placed]
    ruled: dict[tuple[str, str], set[str]] = {}
    for key, approach, name in zip(junction, approaches, names, strict=True):
        ruled.setdefault((key, approach), set()).add(name)
    split = {key for (key, _), rulers in ruled.items() if len(rulers) > 1}
    return [a if key in split else name for key, a, name in zip(junction, approaches, names, strict=True)]


def _places(
    odr: OpenDriveMap, placed: list[_Placed], kinds: list[str], junction: NDArray[np.int32], turn: list[int],
    controller: list[str], poles: list[int],
) -> SignPlaces:  # fmt: skip
    rows = np.array([p.road for p in placed], np.int64)
    pose = road_pose(odr, rows, np.array([p.signal.s_m for p in placed]), np.array([p.signal.t_m for p in placed]))
    along = np.array([_way(odr.roads[p.road], p.signal, _lanes(odr.roads[p.road], p.signal)) for p in placed])
    return SignPlaces(
        sign_id=tuple(p.signal.id for p in placed),
        kind=tuple(kinds),
        value=np.array([p.signal.value if p.signal.value is not None else np.nan for p in placed], np.float64),
        position=np.stack([pose.x_m, pose.y_m, pose.z_m + [p.signal.z_offset_m for p in placed]], 1),
        yaw=pose.heading_rad + np.where(along > 0, 0.0, np.pi),
        junction=junction,
        turn=np.array(turn, np.int32),
        controller=tuple(controller),
        pole=np.array(poles, np.int32),
        trigger=_triggers(odr, placed),
    )


def _placed(odr: OpenDriveMap) -> Iterator[_Placed]:
    """Lights and signs where they stand, once for each road on which drivers meet them.

    A light that rules no lane where it stands rules those of the references to it, as in files of RoadRunner.
    """
    references: dict[str, list[tuple[int, SignalReference]]] = {}
    for row, road in enumerate(odr.roads):
        for reference in road.signal_references:
            references.setdefault(reference.id, []).append((row, reference))
    for row, road in enumerate(odr.roads):
        for signal in road.signals:
            own = _met(odr, row, signal, is_light=signal.dynamic)
            met = [own] if own.lanes else []
            if not met:
                met = [_met(odr, k, one, is_light=signal.dynamic) for k, one in references.get(signal.id, ())]
            for place in _merged([one for one in met if one.lanes] or [own]):
                yield _Placed(row, signal, place)


def _met(odr: OpenDriveMap, row: int, place: Signal | SignalReference, *, is_light: bool) -> _Met:
    """Where drivers meet a light or sign; lights inside junctions are met on the roads that lead into them."""
    road = odr.roads[row]
    lanes = _lanes(road, place)
    way = _way(road, place, lanes)
    if road.junction in {"", "-1"}:
        return _Met(row, tuple(lanes), place.s_m, way)
    link = road.predecessor if way > 0 else road.successor
    if not is_light or link is None or link.element_type != "road" or link.element_id not in odr.road_row:
        return _Met(row, tuple(lanes), 0.0 if way > 0 else road.length_m, way)
    ends = road.sections[0 if way > 0 else -1].lanes
    before = [one for lane in lanes if lane in ends for one in _linked(ends[lane], way)]
    into = odr.road_row[link.element_id]
    at_end = link.contact_point == "end"
    return _Met(into, tuple(before), odr.roads[into].length_m if at_end else 0.0, 1.0 if at_end else -1.0)


def _linked(lane: Lane, way: float) -> tuple[int, ...]:
    return lane.predecessors if way > 0 else lane.successors


def _merged(places: list[_Met]) -> list[_Met]:
    """One place for each road and way, with the lanes of all."""
    found: dict[tuple[int, float], _Met] = {}
    for one in places:
        before = found.get((one.road, one.way))
        lanes = tuple(dict.fromkeys((*before.lanes, *one.lanes))) if before else one.lanes
        found[one.road, one.way] = replace(before or one, lanes=lanes)
    return list(found.values())


def _lanes(road: Road, place: Signal | SignalReference) -> list[int]:
    """Ids of the driving lanes ruled at a place: those named, of the place's orientation if there are such."""
    section = next((part for part in reversed(road.sections) if part.start_m <= place.s_m + 1e-6), road.sections[0])
    facing = {"+": -1, "-": 1}.get(place.orientation, 0)
    if road.rule == "LHT":
        facing = -facing
    named = [
        lane.id
        for lane in section.lanes.values()
        if lane.id
        and lane.type in _DRIVING
        and (not place.validity or any(min(r) <= lane.id <= max(r) for r in place.validity))
    ]
    faced = [lane for lane in named if not facing or lane * facing > 0]
    # RoadRunner writes one orientation to all references, and the lane that is meant.
    return faced if faced or not place.validity else named


def _way(road: Road, place: Signal | SignalReference, lanes: Sequence[int]) -> float:
    """1 where the traffic that is ruled drives along s, -1 against it."""
    if not lanes and place.orientation in {"+", "-"}:
        return 1.0 if place.orientation == "+" else -1.0
    right = not lanes or lanes[0] < 0
    return 1.0 if right != (road.rule == "LHT") else -1.0


def _junction_key(odr: OpenDriveMap, placed: _Placed, named: int | None) -> str:
    road = odr.roads[placed.road]
    if named is not None:
        return odr.junctions[named].id
    if road.junction and road.junction != "-1":
        return road.junction
    met = odr.roads[placed.met.road]
    ahead = met.successor if placed.met.way > 0 else met.predecessor
    if ahead is not None and ahead.element_type == "junction":
        return ahead.element_id
    return f"light {placed.signal.id}"


def _triggers(odr: OpenDriveMap, placed: list[_Placed]) -> TriggerBoxes:
    n = len(placed)
    centre, half, yaw = np.zeros((n, 3)), np.full((n, 3), _HALF_HEIGHT_M), np.zeros(n)
    for k, p in enumerate(placed):
        road, way, line = odr.roads[p.met.road], p.met.way, p.met.line_m
        low, high = sorted((line - way * _before_m(odr, p), line + way * _BEYOND_M))
        low, high = max(low, 0.0), min(high, road.length_m)
        if high - low < _BEYOND_M:
            low, high = max(low - _BEYOND_M, 0.0), min(high + _BEYOND_M, road.length_m)
        s = 0.5 * (low + high)
        t = _across(odr, p, s)
        pose = road_pose(odr, np.array([p.met.road]), np.array([s]), np.array([0.5 * (t[0] + t[1])]))
        centre[k] = pose.x_m[0], pose.y_m[0], pose.z_m[0] + _HALF_HEIGHT_M
        half[k, :2] = max(0.5 * (high - low), 0.5), max(0.5 * (t[1] - t[0]) - 0.2, 0.5)
        yaw[k] = pose.heading_rad[0] + (0.0 if way > 0 else np.pi)
    return TriggerBoxes(centre, half, yaw)


def _before_m(odr: OpenDriveMap, placed: _Placed) -> float:
    """How far before the line a box begins: whoever brakes hard there from the speed limit stands before a light.

    CARLA's BehaviorAgent looks 5 m ahead of the middle of the box and no farther, whatever its speed.
    """
    met, road = placed.met, odr.roads[placed.met.road]
    section = next((part for part in reversed(road.sections) if part.start_m < met.line_m), road.sections[0])
    lanes = [section.lanes[lane] for lane in met.lanes if lane in section.lanes]
    if not placed.signal.dynamic or not lanes:
        return _BEFORE_M
    speed = max(speed_limit_mps(road, section, lane) for lane in lanes)
    reach = min(max(0.5 * speed * speed / _BRAKING_MPS2 + _NOSE_M, _BEFORE_M), _BEFORE_MOST_M)
    # Lanes may be others in the section before.
    return min(reach, max(met.line_m - section.start_m if met.way > 0 else section.end_m - met.line_m, _BEFORE_M))


def _across(odr: OpenDriveMap, placed: _Placed, s: float) -> tuple[float, float]:
    """Least and greatest t of the ruled lanes at `s`."""
    if not placed.met.lanes:
        return placed.signal.t_m - 1.5, placed.signal.t_m + 1.5
    count = len(placed.met.lanes)
    borders = lane_borders(odr, np.full(count, placed.met.road), np.array(placed.met.lanes), np.full(count, s))
    both = np.concatenate([borders.inner_m, borders.outer_m])
    if not np.isfinite(both).any():
        return placed.signal.t_m - 1.5, placed.signal.t_m + 1.5
    return float(np.nanmin(both)), float(np.nanmax(both))
