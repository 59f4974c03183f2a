"""Where entities are and whether they are there: teleporting, adding, deleting, showing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jing_scenarios.actions.action import Once
from jing_scenarios.openscenario.node import Node

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["entity_action_of", "teleport_of", "visibility_of"]


class Teleport(Once):
    """The entity is somewhere else at once; what moved it before ends."""

    def __init__(self, node: Node, row: int, context: CompileContext) -> None:
        where = context.position_of(node, row)

        def act(engine: Engine) -> None:
            if row in engine.trailers.tow_of:
                return  # its place is its tow vehicle's business
            engine.put(row, where())
            engine.motion.long_set[row] = engine.motion.lat_set[row] = True
            engine.trailers.align(engine, row)

        super().__init__("TeleportAction", act)
        self.owns = ((row, "longitudinal"), (row, "lateral"))


def teleport_of(node: Node, row: int, context: CompileContext) -> Teleport:
    """The action of a `TeleportAction` element."""
    return Teleport(node.child("Position"), row, context)


def entity_action_of(node: Node, context: CompileContext) -> Once:
    """The action of an `EntityAction` element; who is there already, or not there, is left alone with a warning."""
    row, action = context.row_of(node.string("entityRef"), node), node.only()
    name = node.string("entityRef")
    if action.tag == "DeleteEntityAction":

        def delete(engine: Engine) -> None:
            if engine.entities.alive[row]:
                engine.remove_entity(row)
            else:
                engine.log.warn(f"{action.place}: DeleteEntityAction: {name!r} is not in the scenario")

        return Once(action.tag, delete)
    where = context.position_of(action.child("Position"))

    def add(engine: Engine) -> None:
        if engine.entities.alive[row]:
            engine.log.warn(f"{action.place}: AddEntityAction: {name!r} is in the scenario already")
            return
        engine.add_entity(row, where())
        engine.trailers.align(engine, row)

    return Once(action.tag, add)


def visibility_of(node: Node, row: int, context: CompileContext) -> Once:
    """The action of a `VisibilityAction` element: of the entity, and of what it tows or is towed by."""
    named = node.find("SensorReferenceSet")
    if named is not None and named.children:
        context.engine.log.warn(f"{named.place}: sensors are not told apart; the action is meant for all of them")
    graphics, sensors, traffic = (node.boolean(name) for name in ("graphics", "sensors", "traffic"))

    def act(engine: Engine) -> None:
        columns, trailers = engine.entities, engine.trailers
        for each in {row, trailers.tow_of.get(row, row), trailers.trailer_of.get(row, row)}:
            columns.seen_graphics[each], columns.seen_sensors[each] = graphics, sensors
            columns.seen_traffic[each] = traffic

    return Once("VisibilityAction", act)
