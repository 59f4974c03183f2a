"""Roads of an OpenDRIVE file as XML elements: links, plan view, elevation, lanes with markings, speed and access."""

import json
import math
from dataclasses import dataclass

from lxml import etree

from jing_maps.columns import RoadClass, VehicleClass
from jing_maps.errors import NetworkError
from jing_maps.network import RoadNetwork
from jing_maps.opendrive.write_curve import Curve
from jing_maps.opendrive.write_shapes import GAP, Records, RoadShape, Section

__all__ = ["Element", "Ids", "add", "connecting_road", "road_element", "user_data"]

Element = etree._Element

_TYPES = {
    RoadClass.EXPRESSWAY: "townExpressway",
    RoadClass.RAMP: "townExpressway",
    RoadClass.EXPRESSWAY_SIDE: "townArterial",
    RoadClass.ARTERIAL: "townArterial",
    RoadClass.SECONDARY: "townCollector",
    RoadClass.BRANCH: "townLocal",
    RoadClass.SERVICE: "townPrivate",
}
# Names of OpenDRIVE's access restrictions.
_USERS = {
    VehicleClass.CAR: "passengerCar",
    VehicleClass.TAXI: "taxi",
    VehicleClass.BUS: "bus",
    VehicleClass.TRUCK: "trucks",
    VehicleClass.EMERGENCY: "emergency",
    VehicleClass.BICYCLE: "bicycle",
    VehicleClass.PEDESTRIAN: "pedestrian",
}
_MARK_WIDTH = "0.15"


@dataclass(frozen=True)
class Ids:
    """Numbers of roads, connecting roads and junctions in the file: from 1 on, none used twice.

    CARLA takes an id for a junction's where it is no road's, and 0 for "nothing".
    """

    n_roads: int
    n_connectors: int

    def road(self, road: int) -> str:
        """Id of a road."""
        return str(1 + road)

    def connector(self, connector: int) -> str:
        """Id of a connector's road."""
        return str(1 + self.n_roads + connector)

    def junction(self, junction: int) -> str:
        """Id of a junction."""
        return str(1 + self.n_roads + self.n_connectors + junction)


def add(parent: Element, tag: str, **attributes: str | float) -> Element:
    """A new child element; numbers are written with all digits that matter (a nanometre).

    Raises:
        NetworkError: a number is not finite.
    """
    element = etree.SubElement(parent, tag)
    for name, value in attributes.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise NetworkError(f"<{tag} {name}=...> would be {value}; OpenDRIVE knows finite numbers only")
        element.set(name, value if isinstance(value, str) else f"{value:.9f}".rstrip("0").rstrip(".") or "0")
    return element


def user_data(parent: Element, code: str, content: object) -> None:
    """A `<userData>` that holds `content` as JSON."""
    value = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    add(parent, "userData", code=f"jingsim:{code}", value=value)


def road_element(root: Element, network: RoadNetwork, road: int, shape: RoadShape, ids: Ids) -> Element:
    """The `<road>` of a carriageway, still without objects and signals."""
    roads = network.roads
    street = int(roads.street[road])
    name = network.streets.name_zh[street] if street >= 0 else ""
    element = add(
        root, "road", name=name, length=shape.curve.total_m, id=ids.road(road), junction="-1", rule="RHT"
    )  # fmt: skip
    link = add(element, "link")
    for tag, junction in (("predecessor", roads.from_junction[road]), ("successor", roads.to_junction[road])):
        if len(network.junction_connectors[int(junction)]):
            add(link, tag, elementType="junction", elementId=ids.junction(int(junction)))
    fastest = float(network.lanes.speed_limit_mps[network.road_lanes(road)].max())
    _type(element, _TYPES[RoadClass(int(roads.kind[road]))], fastest)
    _geometry(element, shape)
    lanes = add(element, "lanes")
    for section in shape.sections:
        for s, a, b in section.offset:
            add(lanes, "laneOffset", s=s, a=a, b=b, c="0", d="0")
    for number, section in enumerate(shape.sections):
        before = shape.sections[number - 1] if number else None
        after = shape.sections[number + 1] if number + 1 < len(shape.sections) else None
        _section(lanes, network, section, before, after)
    return element


def connecting_road(root: Element, network: RoadNetwork, row: int, roads: list[RoadShape], shape: RoadShape) -> Element:
    """The `<road>` of a connector, with all that OpenDRIVE has no place for."""
    ids, connectors, lanes = Ids(len(network.roads), len(network.connectors)), network.connectors, network.lanes
    a, b = int(connectors.from_lane[row]), int(connectors.to_lane[row])
    element = add(
        root, "road", name="", length=shape.curve.total_m, id=ids.connector(row),
        junction=ids.junction(int(connectors.junction[row])), rule="RHT",
    )  # fmt: skip
    link = add(element, "link")
    add(link, "predecessor", elementType="road", elementId=ids.road(int(lanes.road[a])), contactPoint="end")
    add(link, "successor", elementType="road", elementId=ids.road(int(lanes.road[b])), contactPoint="start")
    speed = float(connectors.speed_limit_mps[row])
    _type(element, _TYPES[RoadClass(int(network.roads.kind[lanes.road[a]]))], speed)
    _geometry(element, shape)
    container = add(element, "lanes")
    (section,) = shape.sections
    for s, value, slope in section.offset:
        add(container, "laneOffset", s=s, a=value, b=slope, c="0", d="0")
    body = add(container, "laneSection", s=0.0)
    _centre(body, "none")
    lane = add(add(body, "right"), "lane", id="-1", type=lane_type(int(connectors.allowed[row])), level="false")
    links = add(lane, "link")
    add(links, "predecessor", id=str(roads[lanes.road[a]].sections[-1].lane_id(a)))
    add(links, "successor", id=str(roads[lanes.road[b]].sections[0].lane_id(b)))
    _widths(lane, section.widths[0])
    _mark(lane, "none", "none")
    _rules(lane, speed, int(connectors.allowed[row]))
    return element


def lane_type(allowed: int) -> str:
    """Type of a lane that is open to these vehicle classes."""
    if allowed & VehicleClass.MOTOR == VehicleClass.BUS:
        return "bus"
    if allowed & VehicleClass.MOTOR:
        return "driving"
    if allowed & VehicleClass.BICYCLE:
        return "biking"
    return "sidewalk" if allowed & VehicleClass.PEDESTRIAN else "restricted"


def _type(road: Element, kind: str, speed_mps: float) -> None:
    element = add(road, "type", s=0.0, type=kind)
    if math.isfinite(speed_mps):
        add(element, "speed", max=round(speed_mps * 3.6, 3), unit="km/h")


def _geometry(road: Element, shape: RoadShape) -> None:
    _plan_view(road, shape.curve)
    profile = add(road, "elevationProfile")
    for s, a, b in shape.elevation:
        add(profile, "elevation", s=s, a=a, b=b, c="0", d="0")


def _plan_view(road: Element, curve: Curve) -> None:
    plan = add(road, "planView")
    for i in range(len(curve.start_m)):
        geometry = add(
            plan, "geometry", s=float(curve.start_m[i]), x=float(curve.x_m[i]), y=float(curve.y_m[i]),
            hdg=float(curve.heading_rad[i]), length=float(curve.length_m[i]),
        )  # fmt: skip
        c_u, d_u, c_v, d_v = (f"{value:.15g}" for value in curve.cubic[i])
        if not curve.cubic[i].any():
            add(geometry, "line")
        else:
            add(
                geometry, "paramPoly3", pRange="arcLength", aU="0", bU="1", cU=c_u, dU=d_u,
                aV="0", bV="0", cV=c_v, dV=d_v,
            )  # fmt: skip


def _section(
    lanes: Element, network: RoadNetwork, section: Section, before: Section | None, after: Section | None
) -> None:
    body = add(lanes, "laneSection", s=section.start_m)
    _centre(body, "solid")
    right = add(body, "right")
    for at, row in enumerate(section.lanes):
        neighbour = section.lanes[at + 1] if at + 1 < len(section.lanes) else GAP
        kind = "none" if row == GAP else lane_type(int(network.lanes.allowed[row]))
        lane = add(right, "lane", id=str(-1 - at), type=kind, level="false")
        links = add(lane, "link")
        if row != GAP:
            for tag, other in (("predecessor", before), ("successor", after)):
                if other is not None and other.lane_id(row):
                    add(links, tag, id=str(other.lane_id(row)))
        _widths(lane, section.widths[at])
        _marking(lane, network, row, neighbour)
        if row == GAP:
            continue
        _rules(lane, float(network.lanes.speed_limit_mps[row]), int(network.lanes.allowed[row]))
        user_data(lane, "lane", {
            "index": int(network.lanes.index[row]),
            "allowed": int(network.lanes.allowed[row]),
            "width_m": float(network.lanes.width_m[row]),
            "start_m": float(network.lanes.start_m[row]),
            "length_m": float(network.lanes.length_m[row]),
        })  # fmt: skip


def _centre(body: Element, mark: str) -> None:
    lane = add(add(body, "center"), "lane", id="0", type="none", level="false")
    _mark(lane, mark, "none")


def _widths(lane: Element, records: Records) -> None:
    for s, a, b in records:
        add(lane, "width", sOffset=s, a=a, b=b, c="0", d="0")


def _marking(lane: Element, network: RoadNetwork, row: int, neighbour: int) -> None:
    """The marking between a lane and the one to its right; ids decrease to the right."""
    if GAP in {row, neighbour}:
        _mark(lane, "solid", "none")
        return
    out, back = bool(network.lanes.change_right[row]), bool(network.lanes.change_left[neighbour])
    kinds = {
        (True, True): ("broken", "both"),
        (True, False): ("broken solid", "decrease"),
        (False, True): ("solid broken", "increase"),
        (False, False): ("solid", "none"),
    }
    _mark(lane, *kinds[out, back])


def _mark(lane: Element, kind: str, change: str) -> None:
    add(
        lane, "roadMark", sOffset=0.0, type=kind, weight="standard", color="white", width=_MARK_WIDTH,
        laneChange=change,
    )  # fmt: skip


def _rules(lane: Element, speed_mps: float, allowed: int) -> None:
    if math.isfinite(speed_mps):
        add(lane, "speed", sOffset=0.0, max=speed_mps, unit="m/s")
    kind = lane_type(allowed)
    usual = {"driving": int(VehicleClass.MOTOR), "bus": int(VehicleClass.BUS), "biking": int(VehicleClass.BICYCLE)}
    if allowed != usual.get(kind, allowed):
        for user, name in _USERS.items():
            if allowed & user:
                add(lane, "access", sOffset=0.0, rule="allow", restriction=name)
