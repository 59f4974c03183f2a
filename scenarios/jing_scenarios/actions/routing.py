"""AssignRouteAction, AcquirePositionAction, RandomRouteAction: which way an entity takes through the road network.

They settle the way and are done; the entity then drives it with whatever speed it has.
"""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

from jing_scenarios.actions.action import Once
from jing_scenarios.openscenario.node import Node
from jing_scenarios.positions import route_of
from jing_scenarios.routes import route_to

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["Wanderer", "acquire_position_of", "assign_route_of", "random_route_of"]

_SALT = 71


def assign_route_of(node: Node, row: int, context: CompileContext) -> Once:
    """The action of an `AssignRouteAction` element; raises OpenScenarioError where the route has no way."""
    way = route_of(node.only(), context.scene)
    return Once(node.tag, lambda engine: engine.scene.assign_route(row, way()))


def acquire_position_of(node: Node, row: int, context: CompileContext) -> Once:
    """The action of an `AcquirePositionAction` element: the way from where the entity is, in the direction it faces."""
    where = context.position_of(node.child("Position"))
    return Once(node.tag, lambda engine: engine.scene.assign_route(row, route_to(engine.scene, row, where())))


def random_route_of(row: int) -> Once:
    """The action of a `RandomRouteAction` element: no route, and at each junction a turn by chance."""

    def act(engine: Engine) -> None:
        engine.scene.assign_route(row, None)
        if not any(isinstance(part, Wanderer) and part.row == row for part in engine.traffic):
            engine.traffic.append(Wanderer(engine, row))

    return Once("RandomRouteAction", act)


class Wanderer:
    """Lets an entity turn by chance: the turn is drawn again whenever it has left a junction."""

    def __init__(self, engine: Engine, row: int) -> None:
        self.row, self._inside = row, False
        self._draw(engine)

    def step(self, engine: Engine, dt_s: float) -> None:  # noqa: ARG002
        """The next turn is settled."""
        road = engine.entities.road.item(self.row)
        inside = road >= 0 and bool(engine.plan.junction_of(road))
        if self._inside and not inside:
            self._draw(engine)
        self._inside = inside

    def _draw(self, engine: Engine) -> None:
        engine.place.turn_by(self.row, 2.0 * pi * engine.random(self.row, _SALT))
