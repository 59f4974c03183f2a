"""The storyboard of a script: initial actions, one act for each `do`, and the stop trigger."""

from collections.abc import Iterable, Sequence

from jing_scenarios.openscenario.node import Node
from jing_scenarios.script.actions import activate, speed_action, teleport
from jing_scenarios.script.actors import Actor
from jing_scenarios.script.conditions import Condition, trigger_element
from jing_scenarios.script.dynamics import dynamics_element
from jing_scenarios.script.maneuvers import AT_ONCE, Maneuver, Step, events_of

__all__ = ["storyboard_element"]


def storyboard_element(
    actors: Sequence[Actor], init: Iterable[Node], acts: Sequence[Maneuver], stop: Condition | None
) -> Node:
    """The `Storyboard` element.

    Args:
        actors: in the order in which they are placed.
        init: further `GlobalAction` elements of the start.
        acts: what happens; each becomes an act of one story.
        stop: when the run ends; None = when the time is up.
    """
    first = Node("Actions", children=(*init, *(_init(actor) for actor in actors if actor.at is not None)))
    bodies = [_act(f"act_{k + 1}", maneuver) for k, maneuver in enumerate(acts)]
    story = [Node("Story", {"name": "story"}, tuple(bodies))] if bodies else []
    end = trigger_element("StopTrigger", stop, "stop") if stop is not None else Node("StopTrigger")
    return Node("Storyboard", children=(Node("Init", children=(first,)), *story, end))


def _init(actor: Actor) -> Node:
    assert actor.at is not None
    actions = [teleport(actor.at, actor)]
    if actor.kind != "thing":
        actions.append(speed_action(dynamics_element("SpeedActionDynamics", "step", None, None, None), actor.speed_mps))
    if actor.driver:
        actions.append(activate(along=True, across=True))
    return Node("Private", {"entityRef": actor.name}, tuple(actions))


def _act(name: str, maneuver: Maneuver) -> Node:
    groups: dict[tuple[str, ...], list[Node]] = {}
    for step, begin in events_of(maneuver):
        groups.setdefault(step.actors, []).append(_event(step, begin))
    elements = tuple(_group(name, names, events) for names, events in groups.items())
    return Node("Act", {"name": name}, (*elements, trigger_element("StartTrigger", AT_ONCE, f"{name}_start")))


def _group(act: str, names: tuple[str, ...], events: list[Node]) -> Node:
    stem = f"{act}_{'_'.join(names) or 'world'}"
    actors = Node(
        "Actors",
        {"selectTriggeringEntities": "false"},
        tuple(Node("EntityRef", {"entityRef": name}) for name in names),
    )
    maneuver = Node("Maneuver", {"name": f"{stem}_maneuver"}, tuple(events))
    return Node("ManeuverGroup", {"name": f"{stem}_group", "maximumExecutionCount": "1"}, (actors, maneuver))


def _event(step: Step, begin: Condition) -> Node:
    # Events run side by side: actions of one kind take over from one another by themselves.
    many = len(step.actions) > 1
    actions = tuple(
        Node("Action", {"name": f"{step.name}_action{f'_{k + 1}' if many else ''}"}, (action,))
        for k, action in enumerate(step.actions)
    )
    trigger = trigger_element("StartTrigger", begin, f"{step.name}_start")
    return Node("Event", {"name": step.name, "priority": "parallel", "maximumExecutionCount": "1"}, (*actions, trigger))
