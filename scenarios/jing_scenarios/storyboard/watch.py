"""What of a storyboard there is to look at in a step.

Most steps change nothing: then the triggers that may fire, and the actions that run, are those of the step before, and
lists of them save the walk down the tree. Once a trigger has fired, the rest of the tree is walked as the standard has
it: from the storyboard down, and what starts is looked into at once.
"""

from __future__ import annotations

from jing_scenarios.storyboard.element import Element, State
from jing_scenarios.storyboard.event import ActionElement
from jing_scenarios.storyboard.story_log import StoryLog
from jing_scenarios.storyboard.triggers import Trigger

__all__ = ["StoryWatch"]


class StoryWatch:
    """The triggers and actions of a storyboard that count now.

    An element's `number` is its place in the order in which elements are looked at, `last` that of the last one below
    it.
    """

    def __init__(self, board: Element, log: StoryLog) -> None:
        self._board, self._changes, self._seen = board, log.changes, -1
        self._triggers: list[tuple[Trigger, Element]] = []
        self._actions: list[ActionElement] = []
        _number(board, 0)

    def look(self) -> None:
        """Triggers are evaluated, and what fires is done."""
        if self._seen != len(self._changes):
            self._gather()
        for trigger, element in self._triggers:
            if trigger.evaluate():
                if element.state is State.RUNNING:
                    element.stop()
                else:
                    element.start()
                self._board.look(element.number)
                self._gather()
                return

    def step(self, dt_s: float) -> None:
        """Running actions are carried out."""
        for action in self._actions:
            if action.state is State.RUNNING:
                action.step(dt_s)

    def _gather(self) -> None:
        self._seen = len(self._changes)
        self._triggers.clear()
        self._actions.clear()
        self._gather_from(self._board)

    def _gather_from(self, element: Element) -> None:
        if isinstance(element, ActionElement):
            if element.state is State.RUNNING:
                self._actions.append(element)
        elif element.state is State.RUNNING:
            if element.stop_trigger is not None:
                self._triggers.append((element.stop_trigger, element))
            for child in element.children:
                self._gather_from(child)
        elif element.state is State.STANDBY:
            self._triggers.append((element.start_trigger or Trigger([], empty_value=True), element))


def _number(element: Element, number: int) -> int:
    element.number = number
    for child in element.children:
        number = _number(child, number + 1)
    element.last = number
    return number
