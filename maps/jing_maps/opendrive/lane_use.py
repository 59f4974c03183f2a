"""Who may use an OpenDRIVE lane, how fast, in which direction, and where lanes may be changed."""

import math

from jing_maps.columns import RoadClass, VehicleClass
from jing_maps.opendrive.model import Lane, LaneSection, Road, RoadType

__all__ = ["allowed_classes", "may_change", "road_class", "road_type_at", "speed_limit_mps", "travel_direction"]

_MOTOR_TYPES = {
    "driving", "entry", "exit", "onRamp", "offRamp", "connectingRamp", "slipLane", "mwyEntry", "mwyExit",
    "bidirectional",
}  # fmt: skip
_BY_TYPE = {
    **dict.fromkeys(_MOTOR_TYPES, VehicleClass.MOTOR),
    "shared": VehicleClass.MOTOR | VehicleClass.BICYCLE,
    "biking": VehicleClass.BICYCLE,
    "bus": VehicleClass.BUS | VehicleClass.EMERGENCY,
    "taxi": VehicleClass.TAXI | VehicleClass.EMERGENCY,
    "HOV": VehicleClass.CAR | VehicleClass.BUS | VehicleClass.EMERGENCY,
}
_BY_RESTRICTION = {
    "passengerCar": VehicleClass.CAR | VehicleClass.TAXI,
    "taxi": VehicleClass.TAXI,
    "bus": VehicleClass.BUS,
    "truck": VehicleClass.TRUCK,
    "trucks": VehicleClass.TRUCK,
    "delivery": VehicleClass.TRUCK,
    "emergency": VehicleClass.EMERGENCY,
    "bicycle": VehicleClass.BICYCLE,
    "pedestrian": VehicleClass.PEDESTRIAN,
}
# Limits where the file gives none (Road Traffic Safety Law implementing regulations, articles 45 and 78), km/h.
_DEFAULT_KMH = {"motorway": 120.0, "rural": 70.0, "town": 50.0, "lowSpeed": 30.0, "pedestrian": 10.0, "bicycle": 15.0}
_CLASSES = {
    "motorway": RoadClass.EXPRESSWAY,
    "rural": RoadClass.ARTERIAL,
    "lowSpeed": RoadClass.BRANCH,
    "pedestrian": RoadClass.SERVICE,
    "bicycle": RoadClass.SERVICE,
}


def allowed_classes(lane: Lane) -> int:
    """Sum of `VehicleClass` bits; 0 for a lane on which nothing drives (shoulder, parking, sidewalk ...)."""
    allowed = int(_BY_TYPE.get(lane.type, 0))
    granted = 0
    for access in lane.accesses:
        bits = sum({_BY_RESTRICTION.get(name, VehicleClass(0)) for name in access.restriction.split()})
        if access.rule == "deny":
            allowed &= ~int(bits)
        else:
            granted |= int(bits)
    return allowed & granted if granted else allowed


def road_type_at(road: Road, s_m: float) -> RoadType | None:
    """The type in force at s."""
    return next((kind for kind in reversed(road.types) if kind.start_m <= s_m + 1e-6), None)


def road_class(road: Road, s_m: float) -> RoadClass:
    """Class of a road by its OpenDRIVE type; secondary where it has none or is a town road."""
    kind = road_type_at(road, s_m)
    name = "" if kind is None else kind.type
    return _CLASSES.get(name.removeprefix("town") or name, RoadClass.SECONDARY)


def speed_limit_mps(road: Road, section: LaneSection, lane: Lane) -> float:
    """The lane's limit, else the road's, else the legal default of the road's type (50 km/h where it has none)."""
    middle = (section.end_m - section.start_m) / 2
    own = [speed.max_mps for speed in lane.speeds if speed.s_offset_m <= middle]
    kind = road_type_at(road, section.start_m + middle)
    default = _DEFAULT_KMH.get("" if kind is None else kind.type, 50.0) / 3.6
    limit = own[-1] if own else (kind.max_mps if kind is not None and kind.max_mps is not None else default)
    return limit if math.isfinite(limit) and limit > 0 else _DEFAULT_KMH["motorway"] / 3.6


def travel_direction(road: Road, lane: Lane) -> int:
    """+1 where traffic runs along s, -1 against it."""
    along = 1 if (lane.id < 0) == (road.rule == "RHT") else -1
    return -along if lane.direction == "reversed" else along


def may_change(section: LaneSection, from_lane: int, to_lane: int) -> bool:
    """Whether the marking between two neighbouring lanes of one side may be crossed this way."""
    inner = section.lanes[from_lane if abs(from_lane) < abs(to_lane) else to_lane]
    if not inner.marks:
        return True
    mark = inner.marks[0]
    if mark.lane_change:
        return mark.lane_change in {"both", "increase" if to_lane > from_lane else "decrease"}
    return "solid" not in mark.type
