"""Compiles the standard's positions: everything is looked up before the run, and computed when it is asked for."""

from collections.abc import Callable

from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.positions.along_paths import route_position, trajectory_position
from jing_scenarios.positions.in_map import (
    geo_position,
    relative_object_position,
    relative_world_position,
    world_position,
)
from jing_scenarios.positions.on_roads import (
    lane_position,
    relative_lane_position,
    relative_road_position,
    road_position,
)
from jing_scenarios.routes import Route, compiled_route
from jing_scenarios.scene import Scene, Where
from jing_scenarios.trajectories.shape import TrajectoryShape, compiled_trajectory

__all__ = ["depends_on_run", "position_of", "route_of", "trajectory_of"]

_FIXED: dict[str, Callable[[Node, Scene], Where]] = {
    "WorldPosition": world_position,
    "RoadPosition": road_position,
    "LanePosition": lane_position,
    "GeoPosition": geo_position,
}
_MOVING: dict[str, Callable[[Node, Scene], Where]] = {
    "RelativeWorldPosition": relative_world_position,
    "RelativeObjectPosition": relative_object_position,
    "RoutePosition": lambda node, scene: route_position(node, scene, position_of),
    "TrajectoryPosition": lambda node, scene: trajectory_position(node, scene, position_of),
}
_GUIDED: dict[str, Callable[[Node, Scene, int], Where]] = {
    "RelativeRoadPosition": relative_road_position,
    "RelativeLanePosition": relative_lane_position,
}
_KNOWN = (*_FIXED, *_MOVING, *_GUIDED)


def position_of(node: Node, scene: Scene, actor: int = -1) -> Where:
    """The place that a `Position` (or its child) means, to be called when it is needed.

    Args:
        actor: row of the entity that is to be there: its route decides where relative positions lead over junctions.

    Raises:
        OpenScenarioError: it names an entity, a road or a lane that is not there, or is no position.
    """
    position = _kind(node)
    if position.tag in _GUIDED:
        return _GUIDED[position.tag](position, scene, actor)
    compiled = _FIXED.get(position.tag) or _MOVING.get(position.tag)
    if compiled is None:
        raise OpenScenarioError(f"{position.place}: {position.tag} is no position; known are {', '.join(_KNOWN)}")
    return compiled(position, scene)


def trajectory_of(node: Node, scene: Scene) -> TrajectoryShape:
    """The trajectory of a Trajectory or TrajectoryRef, to be laid out when somebody begins to follow it."""
    return compiled_trajectory(node, scene, position_of)


def route_of(node: Node, scene: Scene) -> Callable[[], Route]:
    """The route of a Route or RouteRef, to be called when it is assigned: waypoints may refer to entities."""
    return compiled_route(node, scene, position_of)


def depends_on_run(node: Node) -> bool:
    """Whether a position is where something else is, so that it can be computed during the run only."""
    return _kind(node).tag not in _FIXED


def _kind(node: Node) -> Node:
    return node.only() if node.tag in {"Position", "PositionStart"} or node.tag not in _KNOWN else node
