"""Where the traffic lights and signs of an OpenDRIVE map stand, which lanes they rule, and where drivers meet them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.model import Road, Signal, SignalReference
from jing_maps.opendrive.place import lane_borders, road_pose

__all__ = ["SignPlaces", "TriggerBoxes", "light_places", "sign_places"]

Float = NDArray[np.float64]

LIGHT_TYPES = frozenset({"1000001", "1000008", "1000009", "1000010", "1000011", "1000012", "1000016"})
"""OpenDRIVE signal types (country OpenDRIVE) that show red, yellow and green to vehicles."""
SIGN_NAMES = {"205": "traffic.yield", "206": "traffic.stop", "274": "traffic.speed_limit"}
_DRIVING = frozenset({
    "driving", "entry", "exit", "onRamp", "offRamp", "connectingRamp", "bidirectional", "bus", "taxi", "HOV", "stop",
    "biking", "slipLane",
})  # fmt: skip
_BEFORE_M = 10.0
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
class _Placed:
    road: int
    signal: Signal
    lanes: list[int]


def light_places(odr: OpenDriveMap) -> SignPlaces:
    """All lights; those of one junction take turns, controller by controller, as the file groups them."""
    placed = [p for p in _placed(odr) if p.signal.dynamic and p.signal.type in LIGHT_TYPES]
    by_signal = {signal: c.id for c in reversed(odr.controllers) for signal in c.signals}
    junction_of = {c: j for j, junction in enumerate(odr.junctions) for c in junction.controllers}
    controller = [by_signal.get(p.signal.id, "") for p in placed]
    keys = [_junction_key(odr, p, junction_of.get(c)) for p, c in zip(placed, controller, strict=True)]
    numbers = {key: k for k, key in enumerate(dict.fromkeys(keys))}
    turns: dict[str, dict[str, int]] = {key: {} for key in numbers}
    pole: dict[str, int] = {}
    turn, poles = [], []
    for p, c, key in zip(placed, controller, keys, strict=True):
        turn.append(turns[key].setdefault(c or f"signal {p.signal.id}", len(turns[key])))
        poles.append(pole.get(key, 0))
        pole[key] = poles[-1] + 1
    junction = np.array([numbers[key] for key in keys], np.int32)
    return _places(odr, placed, ["traffic.traffic_light"] * len(placed), junction, turn, controller, poles)


def sign_places(odr: OpenDriveMap) -> SignPlaces:
    """Stop signs, yield signs and speed limits."""
    placed = [p for p in _placed(odr) if p.signal.type in SIGN_NAMES and not p.signal.dynamic]
    kinds = []
    for p in placed:
        name = SIGN_NAMES[p.signal.type]
        kinds.append(f"{name}.{int(p.signal.value or 0)}" if name.endswith("limit") else name)
    none = np.full(len(placed), -1, np.int32)
    return _places(odr, placed, kinds, none, [-1] * len(placed), [""] * len(placed), [0] * len(placed))


def _places(
    odr: OpenDriveMap, placed: list[_Placed], kinds: list[str], junction: NDArray[np.int32], turn: list[int],
    controller: list[str], poles: list[int],
) -> SignPlaces:  # fmt: skip
    rows = np.array([p.road for p in placed], np.int64)
    pose = road_pose(odr, rows, np.array([p.signal.s_m for p in placed]), np.array([p.signal.t_m for p in placed]))
    along = np.array([1.0 if _forward(odr.roads[p.road], p) else -1.0 for p in placed])
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
    """Signals where they stand, with the lanes that they rule there; references to lights count as well."""
    by_id = {signal.id: signal for road in odr.roads for signal in road.signals}
    for row, road in enumerate(odr.roads):
        for signal in road.signals:
            yield _Placed(row, signal, _lanes(road, signal))
        for reference in road.signal_references:
            meant = by_id.get(reference.id)
            if meant is not None and not any(p.id == reference.id for p in road.signals) and not _rules(odr, meant):
                moved = Signal(**{**vars(meant), "s_m": reference.s_m, "t_m": reference.t_m,
                                  "orientation": reference.orientation, "validity": reference.validity})  # fmt: skip
                yield _Placed(row, moved, _lanes(road, reference))


def _rules(odr: OpenDriveMap, signal: Signal) -> bool:
    """Whether a signal rules lanes where it stands itself."""
    return any(signal in road.signals and _lanes(road, signal) for road in odr.roads)


def _lanes(road: Road, place: Signal | SignalReference) -> list[int]:
    """Ids of the driving lanes ruled at a place."""
    section = next((part for part in reversed(road.sections) if part.start_m <= place.s_m + 1e-6), road.sections[0])
    facing = {"+": -1, "-": 1}.get(place.orientation, 0)
    if road.rule == "LHT":
        facing = -facing
    found = []
    for lane in section.lanes.values():
        named = not place.validity or any(min(r) <= lane.id <= max(r) for r in place.validity)
        if lane.id and lane.type in _DRIVING and named and (not facing or lane.id * facing > 0):
            found.append(lane.id)
    return found


def _forward(road: Road, placed: _Placed) -> bool:
    """Whether the traffic that a signal rules drives along s."""
    if placed.signal.orientation in {"+", "-"}:
        return placed.signal.orientation == "+"
    right = not placed.lanes or placed.lanes[0] < 0
    return right != (road.rule == "LHT")


def _junction_key(odr: OpenDriveMap, placed: _Placed, named: int | None) -> str:
    road = odr.roads[placed.road]
    if named is not None:
        return odr.junctions[named].id
    if road.junction and road.junction != "-1":
        return road.junction
    ahead = road.successor if _forward(road, placed) else road.predecessor
    if ahead is not None and ahead.element_type == "junction":
        return ahead.element_id
    return f"light {placed.signal.id}"


def _triggers(odr: OpenDriveMap, placed: list[_Placed]) -> TriggerBoxes:
    n = len(placed)
    centre, half, yaw = np.zeros((n, 3)), np.full((n, 3), _HALF_HEIGHT_M), np.zeros(n)
    for k, p in enumerate(placed):
        road = odr.roads[p.road]
        way = 1.0 if _forward(road, p) else -1.0
        inside = road.junction not in {"", "-1"}
        # A light inside a junction is met where its road begins; the box may not reach into another road.
        line = (0.0 if way > 0 else road.length_m) if inside else p.signal.s_m
        low, high = sorted((line - way * _BEFORE_M, line + way * _BEYOND_M))
        low, high = max(low, 0.0), min(high, road.length_m)
        if high - low < _BEYOND_M:
            low, high = max(low - _BEYOND_M, 0.0), min(high + _BEYOND_M, road.length_m)
        s = 0.5 * (low + high)
        t = _across(odr, p, s)
        pose = road_pose(odr, np.array([p.road]), np.array([s]), np.array([0.5 * (t[0] + t[1])]))
        centre[k] = pose.x_m[0], pose.y_m[0], pose.z_m[0] + _HALF_HEIGHT_M
        half[k, :2] = max(0.5 * (high - low), 0.5), max(0.5 * (t[1] - t[0]) - 0.2, 0.5)
        yaw[k] = pose.heading_rad[0] + (0.0 if way > 0 else np.pi)
    return TriggerBoxes(centre, half, yaw)


def _across(odr: OpenDriveMap, placed: _Placed, s: float) -> tuple[float, float]:
    """Least and greatest t of the ruled lanes at `s`."""
    if not placed.lanes:
        return placed.signal.t_m - 1.5, placed.signal.t_m + 1.5
    count = len(placed.lanes)
    borders = lane_borders(odr, np.full(count, placed.road), np.array(placed.lanes), np.full(count, s))
    both = np.concatenate([borders.inner_m, borders.outer_m])
    if not np.isfinite(both).any():
        return placed.signal.t_m - 1.5, placed.signal.t_m + 1.5
    return float(np.nanmin(both)), float(np.nanmax(both))
