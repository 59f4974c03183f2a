"""StoryboardElementStateCondition: what a storyboard element does, or has just done.

A change counts once, at the first evaluation after it; a state counts as long as it lasts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from jing_maps.errors import UnknownNameError
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.storyboard.element import State, Transition
from jing_scenarios.storyboard.triggers import Truth

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext

__all__ = ["element_state_condition"]

_STATES = {"standbyState": State.STANDBY, "runningState": State.RUNNING, "completeState": State.COMPLETE}
_TRANSITIONS: tuple[Transition, ...] = ("startTransition", "endTransition", "stopTransition", "skipTransition")


class _Watch:
    """Changes of an element since they were last asked for."""

    def __init__(self, state: State | None, transition: str) -> None:
        self._wanted_state, self._wanted_transition = state, transition
        self._changes: list[tuple[State, str]] = []
        self._latest = State.INIT
        self._said = False

    def tell(self, state: State, transition: Transition) -> None:
        self._changes.append((state, transition))

    def check(self) -> bool:
        if self._changes:
            changes, self._changes = self._changes, []
            self._latest = changes[-1][0]
            self._said = any(
                state is self._wanted_state or transition == self._wanted_transition for state, transition in changes
            )
        else:
            self._said = self._latest is self._wanted_state
        return self._said

    def rest(self) -> float:
        """For ever, unless a change has not been asked for yet, or was what was wanted and is over."""
        settled = not self._changes and self._said is (self._latest is self._wanted_state)
        return math.inf if settled else 0.0

    def forget(self) -> None:
        self._changes.clear()


def element_state_condition(node: Node, context: CompileContext) -> Truth:
    """The condition; its element may stand further down in the file. Raises OpenScenarioError."""
    wanted = node.string("state")
    if wanted not in _STATES and wanted not in _TRANSITIONS:
        raise OpenScenarioError(f"{node.place}: {UnknownNameError('state', wanted, [*_STATES, *_TRANSITIONS])}")
    watch = _Watch(_STATES.get(wanted), wanted)
    kind, name = node.string("storyboardElementType"), node.string("storyboardElementRef")

    def look_up() -> None:
        for element in context.elements_of(kind, name, node):
            element.watchers.append(watch.tell)

    context.later.append(look_up)
    # Skips that follow each other are told to conditions alone, not to the storyboard's log.
    return Truth(watch.check, forget=watch.forget, rest=watch.rest, sure=wanted != "skipTransition")
