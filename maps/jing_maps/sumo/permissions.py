"""Who may use a lane and what class a road has, between SUMO's names and ours."""

from collections.abc import Iterable

from jing_maps.columns import RoadClass, VehicleClass

__all__ = ["allow_list", "mask_of", "priority_of", "road_class", "type_of"]

# The class in front decides when reading; all of them are written, so that SUMO's finer classes may follow.
_CLASSES = {
    VehicleClass.CAR: ("passenger", "private", "hov", "evehicle"),
    VehicleClass.TAXI: ("taxi",),
    VehicleClass.BUS: ("bus", "coach"),
    VehicleClass.TRUCK: ("truck", "trailer", "delivery"),
    VehicleClass.EMERGENCY: ("emergency", "authority", "army", "vip"),
    VehicleClass.BICYCLE: ("bicycle", "moped", "motorcycle"),
    VehicleClass.PEDESTRIAN: ("pedestrian",),
}

# OpenStreetMap's classes as they are used in Beijing: trunk is 快速路, primary 主干路, secondary 次干路, tertiary and
# below 支路 (CJJ 37-2012, 3.1).
_OSM_CLASSES = {
    "motorway": RoadClass.EXPRESSWAY,
    "trunk": RoadClass.EXPRESSWAY,
    "motorway_link": RoadClass.RAMP,
    "trunk_link": RoadClass.RAMP,
    "primary": RoadClass.ARTERIAL,
    "primary_link": RoadClass.ARTERIAL,
    "secondary": RoadClass.SECONDARY,
    "secondary_link": RoadClass.SECONDARY,
    "tertiary": RoadClass.BRANCH,
    "tertiary_link": RoadClass.BRANCH,
    "unclassified": RoadClass.BRANCH,
    "residential": RoadClass.BRANCH,
    "living_street": RoadClass.SERVICE,
    "service": RoadClass.SERVICE,
    "services": RoadClass.SERVICE,
    "track": RoadClass.SERVICE,
}

_PRIORITIES = {
    RoadClass.EXPRESSWAY: 14,
    RoadClass.ARTERIAL: 12,
    RoadClass.RAMP: 11,
    RoadClass.EXPRESSWAY_SIDE: 10,
    RoadClass.SECONDARY: 9,
    RoadClass.BRANCH: 6,
    RoadClass.SERVICE: 3,
}


def mask_of(allow: str | None, disallow: str | None) -> int:
    """The `VehicleClass` bits of a SUMO `allow` / `disallow` pair of attributes; both absent allow everyone.

    Classes that have no counterpart here (rail, ships, drones) give no bit.
    """
    if allow:
        names = set(allow.split())
        return int(VehicleClass.ALL) if "all" in names else _bits(names)
    if disallow:
        names = set(disallow.split())
        return 0 if "all" in names else int(VehicleClass.ALL) & ~_bits(names)
    return int(VehicleClass.ALL)


def _bits(names: Iterable[str]) -> int:
    wanted = set(names)
    return sum(int(bit) for bit, classes in _CLASSES.items() if classes[0] in wanted)


def allow_list(mask: int) -> str:
    """The SUMO `allow` attribute of a sum of `VehicleClass` bits; `all` when every bit is set.

    >>> allow_list(VehicleClass.BUS | VehicleClass.TAXI)
    'taxi bus coach'
    """
    if mask == VehicleClass.ALL:
        return "all"
    return " ".join(name for bit, classes in _CLASSES.items() if mask & bit for name in classes)


def road_class(edge_type: str, n_lanes: int) -> RoadClass:
    """The class that an edge type names (`highway.primary`, `jing.arterial`), else one by the number of lanes.

    Compound types (`highway.primary|railway.tram`) count by their first known part.
    """
    for part in edge_type.split("|"):
        family, _, name = part.partition(".")
        if family == "jing" and name.upper() in RoadClass.__members__:
            return RoadClass[name.upper()]
        if family == "highway" and name in _OSM_CLASSES:
            return _OSM_CLASSES[name]
    return (RoadClass.BRANCH, RoadClass.SECONDARY, RoadClass.ARTERIAL)[min(n_lanes, 3) - 1]


def type_of(kind: int) -> str:
    """The edge type that `road_class` reads back as `kind`."""
    return f"jing.{RoadClass(kind).name.lower()}"


def priority_of(kind: int) -> int:
    """The edge priority by which netconvert tells major from minor approaches."""
    return _PRIORITIES[RoadClass(kind)]
