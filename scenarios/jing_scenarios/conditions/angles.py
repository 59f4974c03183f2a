"""Conditions on orientation."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.conditions.rules import EQUAL_WITHIN
from jing_scenarios.openscenario.node import Node
from jing_scenarios.roads.place_rows import P_REL, R_REL

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext

__all__ = ["angle_condition", "relative_angle_condition"]

Check = Callable[[int], bool]
Angle = Callable[[int], float]


def angle_condition(node: Node, context: CompileContext) -> Check:
    """AngleCondition: heading, pitch or roll in a coordinate system is the angle, within a tolerance."""
    return _near(node, _angle_of(node, context, node.string("coordinateSystem", "world")))


def relative_angle_condition(node: Node, context: CompileContext) -> Check:
    """RelativeAngleCondition: that angle of the entity minus that of another one; in the other one's own frame, too."""
    other = context.row_of(node.string("entityRef"), node)
    system = node.string("coordinateSystem", "entity")
    angle = _angle_of(node, context, "world" if system == "entity" else system)
    near, alive = _near(node, lambda row: angle(row) - angle(other)), context.entities.alive
    return lambda row: bool(alive[other]) and near(row)


def _near(node: Node, angle: Angle) -> Check:
    wanted, tolerance = node.number("angle"), node.number("angleTolerance")
    return lambda row: abs(math.remainder(angle(row) - wanted, math.tau)) < tolerance + EQUAL_WITHIN


def _angle_of(node: Node, context: CompileContext, system: str) -> Angle:
    kind = node.string("angleType", "heading")
    e, place = context.entities, context.entities.place
    column = {"heading": e.h, "pitch": e.p, "roll": e.r}[kind]
    if system == "world":
        return lambda row: float(column.item(row))
    if system == "entity":
        return lambda _row: 0.0
    if system == "trajectory":
        return _along_trajectory(kind, context)
    if kind == "heading":
        return _heading_in(system, e.h_rel, e.lane)

    relative = place.along[:, P_REL if kind == "pitch" else R_REL]
    return lambda row: float(relative.item(row))


def _heading_in(system: str, h_rel: NDArray[np.float64], lane: NDArray[np.int64]) -> Angle:
    """Against the road's direction, or against that in which the lane is driven (right-hand traffic)."""
    if system == "road":
        return lambda row: float(h_rel.item(row))
    return lambda row: float(h_rel.item(row)) - (math.pi if lane.item(row) > 0 else 0.0)


def _along_trajectory(kind: str, context: CompileContext) -> Angle:
    """Against the trajectory that the entity follows, NaN (no angle is met) while it follows none.

    Where a trajectory lies on the road, its pitch and roll are the road's.
    """
    e, following = context.entities, context.scene.following
    column = {"heading": e.h, "pitch": e.p, "roll": e.r}[kind]
    surface = e.place.along[:, P_REL if kind == "pitch" else R_REL]

    def difference(row: int) -> float:
        followed = following.get(row)
        if followed is None:
            return math.nan
        point = followed.trajectory.at_distance(followed.distance_m)
        if kind == "heading":
            return float(column.item(row)) - point.tangent
        said = point.p if kind == "pitch" else point.r
        return float(surface.item(row)) if math.isnan(said) else float(column.item(row)) - said

    return difference
