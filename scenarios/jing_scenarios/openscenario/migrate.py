"""Names and structures of 1.0 to 1.2, and those that 1.3 calls deprecated -> the ones of 1.3.

Everything downstream sees only the right column. Values are typed and resolved when this happens.

| element | before | after |
|---|---|---|
| Event | priority `overwrite` | `override` |
| ParameterDeclaration, VariableDeclaration | type `integer` | `int` |
| conditions with relativeDistanceType | `cartesianDistance` | `euclidianDistance` |
| the same, with alongRoute | `true` | coordinateSystem `road`, relativeDistanceType `longitudinal` |
| | `false` | coordinateSystem `entity`, relativeDistanceType `euclidianDistance` |
| Clothoid | curvatureDot | curvaturePrime |
| FollowTrajectoryAction | Trajectory | TrajectoryRef / Trajectory |
| GeoPosition | latitude, longitude (rad), height | latitudeDeg, longitudeDeg (degrees), altitude |
| PrivateAction | ActivateControllerAction | ControllerAction / ActivateControllerAction |
| AssignControllerAction | Controller | ObjectController / Controller |
| ActivateControllerAction | controllerRef | objectControllerRef |
| ObjectController | without a name | the name of its Controller |
| ScenarioObject | ObjectController with nothing in it | none |
| OverrideBrakeAction, OverrideParkingBrakeAction | value | BrakePercent value |
| OverrideGearAction | number | ManualGear number |
| Sun | intensity | illuminance |
| Pedestrian | model | model3d |
| Weather | cloudState | fractionalCloudCover: free 0, cloudy 4, overcast and rainy 8 oktas, skyOff 9 (sky obscured) |
| Phase | TrafficeSignalGroupState | TrafficSignalGroupState |
| TrafficSourceAction | velocity | speed |
| TrafficSwarmAction | velocity | InitialSpeedRange from it to it |
| Orientation | without a type | 1.0 to 1.2: `absolute`; 1.3: `relative` |
| Vehicle | Trailer / TrailerRef to the entity `""` | no Trailer |

Kept as they are: `intensity` of Precipitation (its unit differs from precipitationIntensity), ReachPositionCondition,
ParameterAction, TrafficDefinition (1.3 has them still), several children of one ControllerAction or AppearanceAction
(1.0 to 1.2 allow them: all of them are meant).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from jing_scenarios.openscenario.grammar import NEWEST
from jing_scenarios.openscenario.node import Node, Value

__all__ = ["migrated"]

_OKTAS = {
    "free": "zeroOktas",
    "cloudy": "fourOktas",
    "overcast": "eightOktas",
    "rainy": "eightOktas",
    "skyOff": "nineOktas",
}


def migrated(node: Node, version: tuple[int, int] = NEWEST) -> Node:
    """The element of a file of this version with the names of 1.3; its children are migrated already.

    >>> migrated(Node("Event", {"name": "e", "priority": "overwrite"})).values["priority"]
    'override'
    """
    if node.tag == "Orientation" and "type" not in node.values:
        return _with(node, {"type": "absolute" if version < (1, 3) else "relative"}, "")
    rule = _RULES.get(node.tag)
    return node if rule is None else rule(node)


def _with(node: Node, values: Mapping[str, Value], without: str) -> Node:
    """The element with further attributes and without one."""
    return replace(node, values={**{k: v for k, v in node.values.items() if k != without}, **values})


def _renamed(before: str, after: str) -> Callable[[Node], Node]:
    def rule(node: Node) -> Node:
        if before not in node.values:
            return node
        return _with(node, {after: node.values.get(after, node.values[before])}, before)

    return rule


def _value(name: str, before: str, after: str) -> Callable[[Node], Node]:
    def rule(node: Node) -> Node:
        return _with(node, {name: after}, name) if node.values.get(name) == before else node

    return rule


def _wrapped(tag: str, wrapper: str) -> Callable[[Node], Node]:
    """Children of this tag come to stand in an element of their own."""

    def rule(node: Node) -> Node:
        if node.find(tag) is None:
            return node
        children = [
            migrated(Node(wrapper, {}, (child,), child.place)) if child.tag == tag else child for child in node.children
        ]
        return replace(node, children=tuple(children))

    return rule


def _retagged(before: str, after: str) -> Callable[[Node], Node]:
    def rule(node: Node) -> Node:
        children = tuple(replace(c, tag=after) if c.tag == before else c for c in node.children)
        return replace(node, children=children) if node.find(before) else node

    return rule


def _inside(attribute: str, tag: str, name: str) -> Callable[[Node], Node]:
    """An attribute becomes one of a new child, unless there is a child already."""

    def rule(node: Node) -> Node:
        if attribute not in node.values:
            return node
        value = node.integer(attribute) if tag == "ManualGear" else node.values[attribute]
        child = Node(tag, {name: value}, (), node.place)
        return replace(_with(node, {}, attribute), children=node.children or (child,))

    return rule


def _distance(node: Node) -> Node:
    node = _value("relativeDistanceType", "cartesianDistance", "euclidianDistance")(node)
    if "alongRoute" not in node.values:
        return node
    if node.values["alongRoute"]:
        meant = {"coordinateSystem": "road", "relativeDistanceType": "longitudinal"}
    else:
        meant = {"coordinateSystem": "entity", "relativeDistanceType": "euclidianDistance"}
    return _with(node, {k: v for k, v in meant.items() if k not in node.values}, "alongRoute")


def _geo_position(node: Node) -> Node:
    node = _renamed("height", "altitude")(node)
    for name in ("latitude", "longitude"):
        if name in node.values:
            degrees = {f"{name}Deg": math.degrees(node.number(name))}
            node = _with(node, {k: v for k, v in degrees.items() if k not in node.values}, name)
    return node


def _object_controller(node: Node) -> Node:
    controller = node.find("Controller")
    if controller is None or "name" in node.values:
        return node
    return _with(node, {"name": controller.string("name")}, "")


def _scenario_object(node: Node) -> Node:
    kept = tuple(child for child in node.children if child.tag != "ObjectController" or child.children)
    return node if len(kept) == len(node.children) else replace(node, children=kept)


def _weather(node: Node) -> Node:
    if "cloudState" not in node.values:
        return node
    cover = node.string("fractionalCloudCover", _OKTAS[node.string("cloudState")])
    return _with(node, {"fractionalCloudCover": cover}, "cloudState")


def _swarm(node: Node) -> Node:
    if "velocity" not in node.values:
        return node
    speed = node.values["velocity"]
    span = Node("InitialSpeedRange", {"lowerLimit": speed, "upperLimit": speed}, (), node.place)
    children = node.children if node.find("InitialSpeedRange") else (*node.children, span)
    return replace(_with(node, {}, "velocity"), children=children)


def _vehicle(node: Node) -> Node:
    """Catalogs in the wild have a parameter for the trailer, which is empty by default."""
    trailer = node.find("Trailer")
    reference = trailer.find("TrailerRef") if trailer else None
    if reference is None or reference.string("entityRef"):
        return node
    return replace(node, children=tuple(child for child in node.children if child is not trailer))


_RULES: dict[str, Callable[[Node], Node]] = {
    "Event": _value("priority", "overwrite", "override"),
    "ParameterDeclaration": _value("parameterType", "integer", "int"),
    "VariableDeclaration": _value("variableType", "integer", "int"),
    "RelativeDistanceCondition": _distance,
    "DistanceCondition": _distance,
    "TimeHeadwayCondition": _distance,
    "TimeToCollisionCondition": _distance,
    "Clothoid": _renamed("curvatureDot", "curvaturePrime"),
    "FollowTrajectoryAction": _wrapped("Trajectory", "TrajectoryRef"),
    "GeoPosition": _geo_position,
    "PrivateAction": _wrapped("ActivateControllerAction", "ControllerAction"),
    "AssignControllerAction": _wrapped("Controller", "ObjectController"),
    "ActivateControllerAction": _renamed("controllerRef", "objectControllerRef"),
    "ObjectController": _object_controller,
    "ScenarioObject": _scenario_object,
    "OverrideBrakeAction": _inside("value", "BrakePercent", "value"),
    "OverrideParkingBrakeAction": _inside("value", "BrakePercent", "value"),
    "OverrideGearAction": _inside("number", "ManualGear", "number"),
    "Sun": _renamed("intensity", "illuminance"),
    "Pedestrian": _renamed("model", "model3d"),
    "Weather": _weather,
    "Phase": _retagged("TrafficeSignalGroupState", "TrafficSignalGroupState"),
    "TrafficSourceAction": _renamed("velocity", "speed"),
    "TrafficSwarmAction": _swarm,
    "Vehicle": _vehicle,
}
