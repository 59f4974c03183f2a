"""The Storyboard element of a file -> the tree of elements that the engine looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jing_scenarios.actions.registry import actions_of
from jing_scenarios.conditions.registry import condition_of
from jing_scenarios.openscenario.node import Node
from jing_scenarios.storyboard.element import Element, ElementKind
from jing_scenarios.storyboard.event import ActionElement, EventElement
from jing_scenarios.storyboard.triggers import Condition, Trigger

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext

__all__ = ["init_of", "storyboard_of", "trigger_of"]


def storyboard_of(node: Node, context: CompileContext) -> Element:
    """The storyboard with all below it; raises OpenScenarioError."""
    board = _element(context, "storyBoard", "storyBoard", node)
    for story_node in node.every("Story"):
        board.adopt(story := _element(context, "story", story_node.string("name"), story_node))
        for act_node in story_node.every("Act"):
            story.adopt(act := _element(context, "act", act_node.string("name"), act_node))
            _fill_act(act, act_node, context)
    board.stop_trigger = trigger_of(node.find("StopTrigger"), context, False)
    for finish in context.later:
        finish()
    context.later.clear()
    return board


def init_of(node: Node, context: CompileContext) -> list[ActionElement]:
    """Init's actions in the order in which they start: global and user-defined ones, then the private ones.

    Who is put relative to somebody else comes after that one, wherever it stands in the file.
    """
    found: list[ActionElement] = []
    actions = node.child("Init").find("Actions") or Node("Actions")
    for tag in ("GlobalAction", "UserDefinedAction"):
        for child in actions.every(tag):
            found += _actions(child, f"Init {child.only().tag}", [], context)
    for private in _in_order(actions.every("Private")):
        for child in private.every("PrivateAction"):
            for row in context.rows_of(private.string("entityRef"), private):
                found += _actions(
                    child, f"Init {context.entity_names[row]} {_name_in_file(child.only())}", [row], context
                )
    return found


def _in_order(privates: list[Node]) -> list[Node]:
    ordered: list[Node] = []
    waiting: set[str] = set()

    def add(private: Node) -> None:
        name = private.string("entityRef")
        if private in ordered or name in waiting:
            return
        waiting.add(name)
        others = _placed_by(private)
        for other in privates:
            if other.string("entityRef") in others:
                add(other)
        waiting.discard(name)
        ordered.append(private)

    for private in privates:
        add(private)
    return ordered


def _placed_by(private: Node) -> set[str]:
    """Entities relative to which a Private element teleports."""
    teleports = [child.only() for child in private.every("PrivateAction") if child.only().tag == "TeleportAction"]
    return {
        node.string("entityRef") for teleport in teleports for node in teleport.descendants() if node.has("entityRef")
    }


def _name_in_file(action: Node) -> str:
    """The action's element as the file writes it: one that migration has wrapped stands where its wrapper does."""
    inner = action.children[0] if action.children else action
    return inner.tag if inner.place == action.place and inner.place.line else action.tag


def _element(context: CompileContext, kind: ElementKind, name: str, node: Node, max_runs: int = 1) -> Element:
    element = Element(context.engine, kind, name, node.place, max_runs)
    context.elements.append(element)
    return element


def _fill_act(act: Element, node: Node, context: CompileContext) -> None:
    act.start_trigger = trigger_of(node.find("StartTrigger"), context, True)
    act.stop_trigger = trigger_of(node.find("StopTrigger"), context, False)
    for group_node in node.every("ManeuverGroup"):
        runs = group_node.integer("maximumExecutionCount", 1)
        group = _element(context, "maneuverGroup", group_node.string("name"), group_node, runs)
        act.adopt(group)
        actors = group_node.child("Actors")
        for maneuver_node in group_node.every("Maneuver"):
            maneuver = _element(context, "maneuver", maneuver_node.string("name"), maneuver_node)
            group.adopt(maneuver)
            for event_node in maneuver_node.every("Event"):
                maneuver.adopt(_event(event_node, actors, node, context))


def _event(node: Node, actors: Node, act: Node, context: CompileContext) -> EventElement:
    priority, runs = node.string("priority"), node.integer("maximumExecutionCount", 1)
    event = EventElement(context.engine, node.string("name"), priority, runs, node.place)  # type: ignore[arg-type]
    context.elements.append(event)
    event.start_trigger = trigger_of(node.find("StartTrigger"), context, True) or Trigger([], empty_value=True)
    rows = [row for ref in actors.every("EntityRef") for row in context.rows_of(ref.string("entityRef"), ref)]
    if actors.boolean("selectTriggeringEntities", False):
        event.selects = True
        rows += _candidates(node, context) or _candidates(act, context)
    for action_node in node.every("Action"):
        if not action_node.children:
            continue  # files up to 1.2 may leave an action empty
        for action in _actions(action_node.only(), action_node.string("name"), list(dict.fromkeys(rows)), context):
            event.adopt(action)
    return event


def _candidates(node: Node, context: CompileContext) -> list[int]:
    """Rows that an element's start trigger may name as triggering entities."""
    trigger = node.find("StartTrigger")
    if trigger is None:
        return []
    refs = [
        ref for found in trigger.descendants() if found.tag == "TriggeringEntities" for ref in found.every("EntityRef")
    ]
    return [row for ref in refs for row in context.rows_of(ref.string("entityRef"), ref)]


def _actions(node: Node, name: str, rows: list[int], context: CompileContext) -> list[ActionElement]:
    elements: list[ActionElement] = []
    for action in actions_of(node, rows, context):
        acts_on = tuple(dict.fromkeys(row for row, _ in action.owns)) or tuple(rows)
        element = ActionElement(context.engine, name, action, acts_on, node.place)
        context.elements.append(element)
        elements.append(element)
    return elements


def trigger_of(node: Node | None, context: CompileContext, empty_value: bool) -> Trigger | None:
    """A StartTrigger or StopTrigger element; None where there is none."""
    if node is None:
        return None
    groups = [
        [_condition(child, context) for child in group.every("Condition")] for group in node.every("ConditionGroup")
    ]
    return Trigger([group for group in groups if group], empty_value)


def _condition(node: Node, context: CompileContext) -> Condition:
    name = node.string("name", "") or f"no name {node.only().descendants().__next__().tag}"
    edge = node.string("conditionEdge", "none")
    delay_s = node.number("delay", 0.0)
    return Condition(context.engine, name, condition_of(node.only(), context), edge, delay_s)  # type: ignore[arg-type]
