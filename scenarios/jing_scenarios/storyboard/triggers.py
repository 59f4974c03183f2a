"""Triggers: groups of conditions with edges and delays.

A trigger is true when one of its groups is; a group when all of its conditions are. A condition with a delay has the
value that it had, edge regarded, that long ago. Groups stop at their first false condition; conditions with a delay
are looked at all the same, since their past counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from jing_scenarios.storyboard.story_log import Fired

if TYPE_CHECKING:
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["TIME_TOLERANCE_S", "Condition", "Edge", "Trigger", "Truth", "no_rest"]

Edge = Literal["none", "rising", "falling", "risingOrFalling"]

TIME_TOLERANCE_S = 1e-6
"""Two times closer than this are the same."""


def _forget_nothing() -> None:
    pass


def no_rest() -> float:
    """Of a truth that may change at any time."""
    return 0.0


@dataclass
class Truth:
    """A compiled condition.

    Attributes:
        check: its truth now, without edge and delay.
        triggering: rows of the entities that made it true when it was last looked at; filled by `check`.
        forget: called when the trigger begins anew.
        rest: seconds from now in which it stays as it was when it was last looked at, while no action runs.
        sure: and it need not be looked at meanwhile, unless an element of the storyboard changes.
    """

    check: Callable[[], bool]
    triggering: list[int] = field(default_factory=list)
    forget: Callable[[], None] = _forget_nothing
    rest: Callable[[], float] = no_rest
    sure: bool = False


class Condition:
    """A `Condition` element: truth, edge and delay.

    Attributes:
        name: of it. truth: compiled. edge, delay_s: of it.
        value: as last evaluated.
    """

    __slots__ = (
        "_begin",
        "_history",
        "_last",
        "_reader",
        "_seen",
        "delay_s",
        "edge",
        "engine",
        "name",
        "truth",
        "value",
    )

    def __init__(self, engine: Engine, name: str, truth: Truth, edge: Edge = "none", delay_s: float = 0.0) -> None:
        self.engine, self.name, self.truth, self.edge, self.delay_s = engine, name, truth, edge, delay_s
        self.value = False
        self._last = self._seen = False
        self._history: list[tuple[float, bool]] = []
        self._reader = 0

    def evaluate(self) -> bool:
        """Its value now."""
        now = self.truth.check()
        value = now
        if self.edge != "none":
            changed = self._seen and now is not self._last
            value = changed and (now or self.edge != "rising") and (not now or self.edge != "falling")
        self._last, self._seen = now, True
        if value and (not self.value or self.delay_s):
            self._tell()
        self.value = value if self.delay_s <= 0.0 else self._delayed(value)
        return self.value

    def _tell(self) -> None:
        if not self._history or not self._history[-1][1]:
            self.engine.log.fired.append(Fired(self.engine.time_s, self.name))

    def _delayed(self, value: bool) -> bool:
        time_s, history = self.engine.time_s, self._history
        if not history or value is not history[-1][1]:
            if history and time_s < history[-1][0] + TIME_TOLERANCE_S:
                history.pop()
            history.append((time_s, value))
        wanted, reader, result = time_s - self.delay_s + TIME_TOLERANCE_S, self._reader, False
        if reader < len(history) and wanted > history[reader][0]:
            while reader < len(history) and wanted > history[reader][0]:
                result = result or history[reader][1]
                reader += 1
            self._reader = reader
        elif reader > 0:
            result = history[min(reader, len(history)) - 1][1]
        return result

    def rest_s(self) -> float:
        """Seconds from now in which it stays as it was when it was last looked at, while no action runs."""
        rest = self.truth.rest()
        if self.delay_s > 0.0 and self._history:
            since, value = self._history[-1]
            if value and self.edge != "none":
                return 0.0  # an edge is over by the next look
            if self._reader < len(self._history):
                since = self._history[self._reader][0]
                rest = min(rest, since + self.delay_s - self.engine.time_s - TIME_TOLERANCE_S)
        return rest

    def rearm(self) -> None:
        """Its trigger has fired: the next edge is seen from the next evaluation on."""
        self._seen = False

    def reset(self) -> None:
        """Its past is forgotten."""
        self._history.clear()
        self._reader = 0
        self.value = False
        self.truth.forget()


class Trigger:
    """A start or stop trigger.

    Attributes:
        groups: of conditions. empty_value: its value without groups (true for start triggers, false for stop triggers).
        triggering: rows of the entities that made it true.
        sure: it need not be looked at while it rests.
    """

    __slots__ = ("empty_value", "groups", "sure", "triggering")

    def __init__(self, groups: Iterable[Iterable[Condition]], empty_value: bool) -> None:
        self.groups = [list(group) for group in groups]
        self.empty_value = empty_value
        self.sure = all(condition.truth.sure for group in self.groups for condition in group)
        self.triggering: list[int] = []

    def evaluate(self) -> bool:
        """True when it fires now."""
        if not self.groups:
            return self.empty_value
        result = False
        for group in self.groups:
            if _all_true(group):
                if not result:
                    self.triggering = []
                self.triggering += [row for condition in group for row in condition.truth.triggering]
                result = True
        if result:
            for group in self.groups:
                for condition in group:
                    condition.rearm()
        return result

    def rest_s(self) -> float:
        """Seconds from now in which it stays false, as it was when it was last looked at, while no action runs."""
        return min((_rest_of(group) for group in self.groups), default=math.inf)

    def reset(self) -> None:
        """Edges and delays of all of its conditions begin anew."""
        for group in self.groups:
            for condition in group:
                condition.reset()


def _all_true(group: list[Condition]) -> bool:
    result = bool(group)
    for condition in group:
        if result or condition.delay_s > 0.0:
            result = condition.evaluate() and result
    return result


def _rest_of(group: list[Condition]) -> float:
    """A group stays false as long as its first false condition does; those with a delay are looked at all the same."""
    if any(condition.delay_s > 0.0 for condition in group):
        return min(condition.rest_s() for condition in group)
    return next((condition.rest_s() for condition in group if not condition.value), 0.0)
