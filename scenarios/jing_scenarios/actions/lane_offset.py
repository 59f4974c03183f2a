"""LaneOffsetAction: an entity drives beside the middle of its lane.

Offsets inside of the transition are counted away from the road's reference line, as in `lane_change`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan, cos, pi
from typing import TYPE_CHECKING

from jing_scenarios.actions.action import Owned
from jing_scenarios.actions.dynamics import SMALL, Transition, sign, transition_of
from jing_scenarios.openscenario.node import Node

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["LaneOffsetAction", "lane_offset_of"]

_DEFAULT_LATERAL_ACCELERATION_MPS2 = 0.5
"""Of a LaneOffsetAction that names none; esmini's value."""


def lane_offset_of(node: Node, row: int, context: CompileContext) -> LaneOffsetAction:
    """The action of a `LaneOffsetAction` element; raises OpenScenarioError."""
    dynamics, target = node.child("LaneOffsetActionDynamics"), node.child("LaneOffsetTarget").only()
    like = Node("TransitionDynamics", _as_time(dynamics), (), dynamics.place)
    shape = transition_of(like, context.engine.log.warn)
    limit = dynamics.number("maxLateralAcc", _DEFAULT_LATERAL_ACCELERATION_MPS2)
    value = target.number("value")
    if target.tag == "AbsoluteTargetLaneOffset":
        return LaneOffsetAction(row, shape, lambda _: value, limit)
    reference = context.row_of(target.string("entityRef"), target)

    def offset_of(engine: Engine) -> float:
        columns = engine.entities
        ahead = cos(columns.h_rel.item(reference)) >= 0.0
        goal = columns.t.item(reference) + (value if ahead else -value)
        return goal - (columns.t.item(row) - columns.offset.item(row))

    return LaneOffsetAction(row, shape, offset_of, limit)


def _as_time(dynamics: Node) -> dict[str, str | float | int | bool]:
    return {"dynamicsShape": dynamics.string("dynamicsShape"), "dynamicsDimension": "time", "value": 0.0}


class LaneOffsetAction:
    """The offset within the lane goes to a target, so fast that the lateral acceleration peaks at a limit.

    It ends at the target, also when it is called continuous: what follows keeps the offset anyway.
    """

    kind = "LaneOffsetAction"

    def __init__(self, row: int, shape: Transition, offset_of: Callable[[Engine], float], limit_mps2: float) -> None:
        self.owns: tuple[Owned, ...] = ((row, "lateral"),)
        self._row, self._transition, self._offset_of, self._limit = row, shape, offset_of, limit_mps2
        self._begun = False

    def start(self, engine: Engine) -> None:
        """The target is looked up, unless a driver steers: then that waits until it lets go."""
        self._begun = False
        if not engine.motion.driver_lat[self._row]:
            self._begin(engine)

    def _begin(self, engine: Engine) -> None:
        columns, row, transition = engine.entities, self._row, self._transition
        side = sign(columns.lane.item(row))
        transition.begin(side * columns.offset.item(row), side * self._offset_of(engine))
        transition.end = transition.end_of_bend(self._limit)
        self._begun = True

    def step(self, engine: Engine, dt_s: float) -> bool:
        """Offset and heading are the transition's; the engine moves the entity along the lane."""
        columns, row, transition = engine.entities, self._row, self._transition
        if engine.motion.driver_lat[row]:
            return False
        if not self._begun:
            self._begin(engine)
        offset = transition.value()
        done = transition.arrived(offset)
        lane, speed = columns.lane.item(row), columns.speed.item(row)
        side, angle = sign(lane), 0.0
        if done:
            offset = transition.target
        else:
            angle = side * atan(transition.slope() / (sign(speed) * max(abs(speed), SMALL)))
        forward = cos(columns.h_rel.item(row)) >= 0.0
        heading = angle if forward else pi - angle
        engine.put_lane(row, columns.road.item(row), lane, columns.s.item(row), side * offset, heading)
        engine.motion.lat_set[row] = True
        transition.advance(dt_s)
        return done

    def stop(self, engine: Engine) -> None:
        """The entity keeps its offset and heading."""
