"""Scenes of a few entities on small roads, and elements of scenario files, for tests of positions."""

import math

import numpy as np

from jing_scenarios.openscenario.node import Node, OpenScenarioError, Value
from jing_scenarios.positions import Scene, position_of
from jing_scenarios.roads import Placement, RoadMotion, RoadPlan, placed_on_lane

__all__ = ["element", "orientation", "scene_on", "where"]

NAMES = ("ego", "other", "third")


def element(tag: str, *children: Node, **values: Value) -> Node:
    """An element."""
    return Node(tag, values, children)


def orientation(kind: str, **angles: float) -> Node:
    """An Orientation."""
    return Node("Orientation", {"type": kind, **angles})


def scene_on(plan: RoadPlan, *places: tuple[str, int, float] | Placement) -> Scene:
    """A scene with entities at (road id, lane, s), or at places, named as in `NAMES`; boxes of 4 m by 2 m."""
    motion = RoadMotion(plan, len(places))
    for row, place in enumerate(places):
        motion.put(row, place if isinstance(place, Placement) else _on_lane(plan, *place))

    def row_of(name: str, node: Node) -> int:
        if name not in NAMES:
            raise OpenScenarioError(f"{node.place}: no entity {name!r}")
        return NAMES.index(name)

    boxes = np.tile([4.0, 2.0, 1.5, 1.0, 0.0, 0.75], (len(places), 1))
    return Scene(plan, motion, row_of, boxes)


def _on_lane(plan: RoadPlan, road: str, lane: int, s: float) -> Placement:
    return placed_on_lane(plan, plan.row(road), lane, s)


def where(scene: Scene, node: Node) -> Placement:
    """The place that a position means now."""
    return position_of(element("Position", node), scene)()


def near_angle(angle: float, wanted: float) -> bool:
    """Equal but for whole turns."""
    return abs(math.remainder(angle - wanted, math.tau)) < 1e-9
