"""Orientation of a position: each angle absolute in the map frame, or relative to what the position refers to."""

import math
from typing import NamedTuple

from jing_scenarios.openscenario.node import Node
from jing_scenarios.roads.kernels_pose import compose, relative_to, turn_to
from jing_scenarios.roads.place import Relative, placed_on_lane, placed_on_road
from jing_scenarios.roads.placement import Placement, Pose6
from jing_scenarios.roads.plan import RoadPlan

__all__ = ["AS_IT_IS", "Orientation", "orientation_of", "turned", "turned_in_map"]


class Orientation(NamedTuple):
    """Angles [rad], NaN where the file says nothing; all of them absolute, or relative."""

    absolute: bool
    h: float
    p: float
    r: float

    @property
    def relative(self) -> Relative:
        """What is relative, with 0 for what is absolute or not said."""
        if self.absolute:
            return 0.0, 0.0, 0.0
        return _or_zero(self.h), _or_zero(self.p), _or_zero(self.r)


AS_IT_IS = Orientation(False, math.nan, math.nan, math.nan)
"""Of positions without orientation."""


def orientation_of(position: Node) -> Orientation:
    """The Orientation of a position's element, `AS_IT_IS` where it has none."""
    node = position.find("Orientation")
    if node is None:
        return AS_IT_IS
    angles = (node.number(name, math.nan) for name in ("h", "p", "r"))
    return Orientation(node.string("type", "relative") == "absolute", *angles)


def turned(plan: RoadPlan, place: Placement, orientation: Orientation, facing: float) -> Placement:
    """The place with an orientation relative to the lane (`facing` 0: along growing s), or absolute in the map frame.

    Roll and pitch that are not said follow the surface.
    """
    h, p, r = orientation.relative
    relative = facing + h, p, r
    if orientation.absolute:
        relative = _absolute(_with_relative(plan, place, (0.0, 0.0, 0.0)), orientation, facing)
    return _with_relative(plan, place, relative)


def turned_in_map(pose: Pose6, orientation: Orientation) -> tuple[float, float, float]:
    """Heading, pitch and roll of something that is turned from a pose, or absolutely."""
    if orientation.absolute:
        return tuple(  # type: ignore[return-value]
            now if math.isnan(wanted) else wanted for wanted, now in zip(orientation[1:], pose[3:], strict=True)
        )
    h, p, r = orientation.relative
    return math.remainder(pose.h + h, math.tau), pose.p + p, pose.r + r


def _absolute(flat: Placement, orientation: Orientation, facing: float) -> Relative:
    """Relative angles on the surface (`flat` lies on it, along s) that give what is said in the map frame."""
    turn = facing if math.isnan(orientation.h) else turn_to(flat.h, flat.p, flat.r, orientation.h)
    if math.isnan(orientation.p) and math.isnan(orientation.r):
        return turn, 0.0, 0.0
    heading, pitch, roll = compose(flat.h, flat.p, flat.r, turn, 0.0, 0.0)
    pitch = pitch if math.isnan(orientation.p) else orientation.p
    roll = roll if math.isnan(orientation.r) else orientation.r
    h, p, r = relative_to(flat.h, flat.p, flat.r, heading, pitch, roll)
    return h, p, r


def _with_relative(plan: RoadPlan, place: Placement, relative: Relative) -> Placement:
    if place.lane:
        return placed_on_lane(plan, place.road, place.lane, place.s, place.offset, relative)
    return placed_on_road(plan, place.road, place.s, place.t, relative)


def _or_zero(angle: float) -> float:
    return 0.0 if math.isnan(angle) else angle
