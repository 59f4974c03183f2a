"""The action elements that maneuvers are made of."""

from collections.abc import Sequence
from dataclasses import fields
from urllib.parse import parse_qsl

from jing_scenarios.drivers.spec import BUILT_IN
from jing_scenarios.openscenario.node import Node
from jing_scenarios.script.places import Body, Place, position_element
from jing_scenarios.script.values import Number, text_of

__all__ = [
    "activate",
    "command",
    "controller",
    "follow_line",
    "global_action",
    "is_built_in",
    "lateral",
    "longitudinal",
    "private",
    "route_element",
    "signal_state",
    "speed_action",
    "teleport",
]


def private(*path: Node) -> Node:
    """A `PrivateAction` around nested elements, the outermost first; the last holds its own children."""
    inner = path[-1]
    for outer in reversed(path[:-1]):
        inner = Node(outer.tag, outer.values, (*outer.children, inner))
    return Node("PrivateAction", children=(inner,))


def longitudinal(action: Node) -> Node:
    """Along the lane."""
    return private(Node("LongitudinalAction"), action)


def lateral(action: Node) -> Node:
    """Across the lane."""
    return private(Node("LateralAction"), action)


def global_action(*path: Node) -> Node:
    """A `GlobalAction` around nested elements."""
    return Node("GlobalAction", children=private(*path).children)


def speed_action(dynamics: Node, to_mps: Number) -> Node:
    """To an absolute speed."""
    target = Node("SpeedActionTarget", children=(Node("AbsoluteTargetSpeed", {"value": text_of(to_mps)}),))
    return longitudinal(Node("SpeedAction", children=(dynamics, target)))


def teleport(place: Place, body: Body) -> Node:
    """It is there at once."""
    return private(Node("TeleportAction", children=(position_element(place, body),)))


def activate(*, along: bool, across: bool) -> Node:
    """The controller of the actor gets these domains, and loses the others."""
    action = Node("ActivateControllerAction", {"longitudinal": text_of(along), "lateral": text_of(across)})
    return private(Node("ControllerAction", children=(action,)))


def is_built_in(spec: str) -> bool:
    """The spec is one that a Controller element can hold: a built-in driver, and parameters of its own alone."""
    name, _, text = spec.partition("?")
    known = {field.name for field in fields(BUILT_IN[name]) if field.init} if name in BUILT_IN else set()
    return name in BUILT_IN and {key for key, _ in parse_qsl(text)} <= known


def controller(spec: str) -> Node:
    """The `ObjectController` of a built-in driver: its parameters are the controller's properties."""
    name, _, text = spec.partition("?")
    properties = tuple(Node("Property", {"name": key, "value": value}) for key, value in parse_qsl(text))
    element = Node(
        "Controller", {"name": name, "controllerType": "movement"}, (Node("Properties", children=properties),)
    )
    return Node("ObjectController", children=(element,))


def signal_state(name: str, state: str) -> Node:
    """A traffic signal of the map shows this."""
    values = {"name": name, "state": state}
    return global_action(
        Node("InfrastructureAction"), Node("TrafficSignalAction"), Node("TrafficSignalStateAction", values)
    )


def follow_line(name: str, points: Sequence[tuple[Number | None, Place]], body: Body) -> Node:
    """A `FollowTrajectoryAction` along places; with times where all have them, else at the actor's own speed."""
    vertices = tuple(
        Node("Vertex", {} if time is None else {"time": text_of(time)}, (position_element(place, body),))
        for time, place in points
    )
    shape = Node("Shape", children=(Node("Polyline", children=vertices),))
    trajectory = Node("Trajectory", {"name": name, "closed": "false"}, (shape,))
    timed = all(time is not None for time, _ in points)
    timing = Node("Timing", {"domainAbsoluteRelative": "relative", "offset": "0.0", "scale": "1.0"})
    action = Node(
        "FollowTrajectoryAction",
        children=(
            Node("TrajectoryRef", children=(trajectory,)),
            Node("TimeReference", children=(timing if timed else Node("None"),)),
            Node("TrajectoryFollowingMode", {"followingMode": "position"}),
        ),
    )
    return private(Node("RoutingAction"), action)


def route_element(name: str, places: Sequence[Place], body: Body, strategy: str) -> Node:
    """A `Route` over places."""
    points = tuple(Node("Waypoint", {"routeStrategy": strategy}, (position_element(place, body),)) for place in places)
    return Node("Route", {"name": name, "closed": "false"}, points)


def command(name: str) -> Node:
    """A `UserDefinedAction` that calls the Python function of this name."""
    return Node("UserDefinedAction", children=(Node("CustomCommandAction", {"type": COMMAND_TYPE}, text=name),))


COMMAND_TYPE = "python"
"""The type of custom commands that are Python functions."""
