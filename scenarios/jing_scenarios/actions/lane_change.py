"""LaneChangeAction: an entity moves into another lane.

A transition runs over the offset from the target lane's centre. Offsets inside of it are counted away from the road's
reference line (positive to the right on right lanes), so that they survive roads that are joined end to end.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan, atan2, cos, pi, sqrt
from typing import TYPE_CHECKING

from jing_scenarios.actions.action import Owned
from jing_scenarios.actions.dynamics import SMALL, Transition, sign, transition_of
from jing_scenarios.openscenario.node import Node, OpenScenarioError, Place
from jing_scenarios.roads.place import NoSuchPlaceError, lane_centre
from jing_scenarios.roads.place_rows import END_OF_ROAD, HELD_LANE, LANE_CHANGE, P_REL, R_REL

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["LaneChangeAction", "lane_beside", "lane_change_of"]

LaneTarget = Callable[["Engine"], int]


def lane_change_of(node: Node, row: int, context: CompileContext) -> LaneChangeAction:
    """The action of a `LaneChangeAction` element; raises OpenScenarioError."""
    transition = transition_of(node.child("LaneChangeActionDynamics"), context.engine.log.warn)
    target = node.child("LaneChangeTarget").only()
    lane_of = _fixed_lane(target) if target.tag == "AbsoluteTargetLane" else _lane_beside_entity(target, context)
    return LaneChangeAction(row, transition, lane_of, node.number("targetLaneOffset", 0.0), node.place)


def _fixed_lane(target: Node) -> LaneTarget:
    lane = _lane_id(target)
    return lambda _: lane


def _lane_beside_entity(target: Node, context: CompileContext) -> LaneTarget:
    reference, steps = context.row_of(target.string("entityRef"), target), target.integer("value")

    def lane_of(engine: Engine) -> int:
        columns = engine.entities
        ahead = cos(columns.h_rel.item(reference)) >= 0.0
        return lane_beside(columns.lane.item(reference), steps if ahead else -steps)

    return lane_of


def _lane_id(node: Node) -> int:
    text = node.string("value")
    try:
        return int(float(text))
    except ValueError:
        raise OpenScenarioError(f"{node.place}: AbsoluteTargetLane value={text!r}; the id of a lane is right") from None


def lane_beside(lane: int, steps: int) -> int:
    """The lane so many lanes to the left along growing s; the reference line, lane 0, does not count.

    >>> lane_beside(-1, 1), lane_beside(-2, 1), lane_beside(1, -1)
    (1, -1, -1)
    """
    target = lane + steps
    if target == 0 or sign(target) != sign(lane):
        return int(sign(target - lane)) * (abs(target) + 1)
    return target


class LaneChangeAction:
    """The entity moves into another lane; it drives the transition itself, on a way as long as its speed allows.

    In a step of `v dt` metres the lateral part comes from the transition, the rest goes along the road; where the
    transition asks for more than `v dt`, the entity moves sideways alone, linearly.
    """

    kind = "LaneChangeAction"

    def __init__(self, row: int, transition: Transition, lane_of: LaneTarget, offset_m: float, place: Place) -> None:
        self.owns: tuple[Owned, ...] = ((row, "lateral"),)
        self._row, self._transition, self._lane_of, self._offset, self._place = (
            row,
            transition,
            lane_of,
            offset_m,
            place,
        )
        self._begun = False
        self._angle = 0.0
        self._lane = 0

    def start(self, engine: Engine) -> None:
        """The target is looked up, unless a driver steers: then that waits until it lets go."""
        self._begun = False
        if not engine.motion.driver_lat[self._row]:
            self._begin(engine)

    def _begin(self, engine: Engine) -> None:
        columns, row = engine.entities, self._row
        lane, centre = self._target(engine)
        side = sign(lane)
        self._transition.begin(side * (columns.t.item(row) - centre), side * self._offset)
        engine.place.along[row, P_REL] = engine.place.along[row, R_REL] = 0.0
        self._lane, self._begun, self._angle = lane, True, 0.0

    def _target(self, engine: Engine) -> tuple[int, float]:
        """The target lane and t of its centre; where it is not there the outermost one on its side, with a warning.

        Raises:
            OpenScenarioError: no lanes are on that side, or the entity is on no road.
        """
        columns, row = engine.entities, self._row
        lane, road, s = self._lane_of(engine), columns.road.item(row), columns.s.item(row)
        who = f"{self._place}: LaneChangeAction of {columns.names[row]!r}"
        if road < 0:
            raise OpenScenarioError(f"{who}: it is on no road; a road network with lanes is right")
        wanted, missing = lane, ""
        while lane:
            try:
                centre = lane_centre(engine.plan, road, lane, s)
            except NoSuchPlaceError as error:
                missing = missing or str(error)
                lane -= int(sign(lane))
                continue
            if missing:
                engine.log.warn(f"{who}: {missing}; lane {lane} is taken for {wanted}")
            return lane, centre
        raise OpenScenarioError(f"{who}: {missing or 'lane 0 is no lane to drive on'}")

    def step(self, engine: Engine, dt_s: float) -> bool:
        """The entity has gone on, along and across the road."""
        columns, row, transition = engine.entities, self._row, self._transition
        if engine.motion.driver_lat[row]:
            return False
        if not self._begun:
            self._begin(engine)
        engine.motion.lat_set[row] = engine.motion.long_set[row] = True
        speed = columns.speed.item(row)
        if abs(speed) < SMALL:
            return False
        engine.motion.speed_set[row] = True
        along, offset = self._advance(speed, dt_s)
        lane = self._lane or engine.place.on.item(row, HELD_LANE)
        self._lane = 0
        done = transition.arrived(offset) or bool(columns.flags.item(row) & END_OF_ROAD)
        angle = 0.0 if done else sign(lane) * self._angle
        forward = cos(columns.h_rel.item(row)) >= 0.0
        heading = angle if forward else pi - angle
        engine.put_lane(row, columns.road.item(row), lane, columns.s.item(row), sign(lane) * offset, heading)
        engine.place.how[row] = LANE_CHANGE
        engine.place.ds_m[row] = sign(speed) * along
        return done

    def _advance(self, speed: float, dt_s: float) -> tuple[float, float]:
        """Metres along the road, and the new offset; the angle to the road is kept."""
        transition = self._transition
        way = abs(speed) * dt_s
        if transition.is_step():
            self._angle = 0.0
            transition.advance(transition.end)
            return way, transition.target
        slope = transition.slope()
        if transition.dimension == "distance":
            along = way / sqrt(1.0 + slope * slope)
            transition.advance(along)
            self._angle = atan(slope)
            return along, transition.value()
        across = abs(slope) * dt_s
        turn = sign(speed) * sign(slope)
        if across < way + SMALL:
            transition.advance(dt_s)
            along = sqrt(max(way * way - across * across, 0.0))
            self._angle = atan2(turn * across, along)
            return along, transition.value()
        transition.advance(way * transition.end / abs(transition.target - transition.start))
        self._angle = turn * (pi / 2.0 - SMALL)
        return 0.0, transition.straight_value()

    def stop(self, engine: Engine) -> None:
        """The entity stays between its lanes, with its heading."""
