"""What of a storyboard there is to look at in a step.

Most steps change nothing: then the triggers that may fire, and the actions that run, are those of the step before, and
lists of them save the walk down the tree. Triggers that wait for a time or for another element are not even asked
before. Once a trigger has fired, the rest of the tree is walked as the standard has it: from the storyboard down, and
what starts is looked into at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from jing_scenarios.storyboard.element import Element, State
from jing_scenarios.storyboard.event import ActionElement
from jing_scenarios.storyboard.triggers import Trigger

if TYPE_CHECKING:
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["StoryWatch"]


class _Waiting:
    """A trigger that may fire, of an element that it starts or stops; `until_s`: it is not asked before."""

    __slots__ = ("element", "sure", "trigger", "until_s")

    def __init__(self, trigger: Trigger, element: Element) -> None:
        self.trigger, self.element, self.sure = trigger, element, trigger.sure
        self.until_s = -math.inf


class StoryWatch:
    """The triggers and actions of a storyboard that count now.

    An element's `number` is its place in the order in which elements are looked at, `last` that of the last one below
    it.
    """

    def __init__(self, engine: Engine, board: Element, init: Sequence[ActionElement]) -> None:
        self._engine, self._board, self._init, self._changes = engine, board, init, engine.log.changes
        self._seen, self._wake_s, self._rest_until_s = -1, -math.inf, -math.inf
        self._waiting: list[_Waiting] = []
        self._awake: list[_Waiting] = []
        self._actions: list[ActionElement] = []
        _number(board, 0)

    def look(self) -> None:
        """Triggers are evaluated, and what fires is done."""
        if self._seen != len(self._changes):
            self._gather()
        now = self._engine.time_s
        if now >= self._wake_s:
            self._awake = [one for one in self._waiting if now >= one.until_s]
        slept = False
        for one in self._awake:
            if one.trigger.evaluate():
                self._fire(one.element)
                return
            if one.sure:
                one.until_s = now + one.trigger.rest_s()
                slept = slept or one.until_s > now
        if slept or now >= self._wake_s:
            self._awake = [one for one in self._awake if now >= one.until_s]
            self._wake_s = min((one.until_s for one in self._waiting if now < one.until_s), default=math.inf)

    def _fire(self, element: Element) -> None:
        if element.state is State.RUNNING:
            element.stop()
        else:
            element.start()
        self._board.look(element.number)
        self._gather()

    def step(self, dt_s: float) -> None:
        """Running actions are carried out: Init's, then the story's."""
        for action in self._actions:
            if action.state is State.RUNNING:
                action.step(dt_s)

    def rests(self, dt_s: float) -> bool:
        """No action runs, and no trigger will fire in the step that begins."""
        if self._actions or self._seen != len(self._changes) or self._wake_s == -math.inf:
            return False
        until = self._engine.time_s + dt_s
        if until >= self._rest_until_s:
            rest = min((one.trigger.rest_s() for one in self._awake), default=math.inf)
            self._rest_until_s = min(self._engine.time_s + rest, self._wake_s)
        return until < self._rest_until_s

    def _gather(self) -> None:
        self._seen, self._wake_s, self._rest_until_s = len(self._changes), -math.inf, -math.inf
        self._waiting.clear()
        self._actions[:] = [action for action in self._init if action.state is State.RUNNING]
        self._gather_from(self._board)

    def _gather_from(self, element: Element) -> None:
        if isinstance(element, ActionElement):
            if element.state is State.RUNNING:
                self._actions.append(element)
        elif element.state is State.RUNNING:
            if element.stop_trigger is not None:
                self._waiting.append(_Waiting(element.stop_trigger, element))
            for child in element.children:
                self._gather_from(child)
        elif element.state is State.STANDBY:
            self._waiting.append(_Waiting(element.start_trigger or Trigger([], empty_value=True), element))


def _number(element: Element, number: int) -> int:
    element.number = number
    for child in element.children:
        number = _number(child, number + 1)
    element.last = number
    return number
