"""Maneuvers and how they are put together: one after the other, side by side, or when something is true.

```
Maneuver = Step                              what an actor does: made by its methods (car.change_lane(...))
         | serial(a, b, ...)                 b begins when a is over
         | parallel(a, b, ...)               all begin together; it is over when all are
         | when(condition, a)                a begins when the condition is true
         | wait(seconds)
         | step.until(condition)             it counts as over when the condition is true, too
```

A maneuver of the same kind (along the lane, across it) that begins later takes over from an earlier one.
"""

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jing_scenarios.openscenario.node import Node
from jing_scenarios.script.conditions import Condition, element_state, time_s
from jing_scenarios.script.values import Number, ScriptError

__all__ = ["AT_ONCE", "Maneuver", "Step", "done", "events_of", "parallel", "serial", "started", "wait", "when"]


@dataclass(frozen=True, eq=False)
class Maneuver(ABC):
    """Something that happens; see the module."""

    @abstractmethod
    def starts(self, after: Condition) -> Iterator[tuple["Step", Condition]]:
        """The steps in it, each with the condition on which it begins, if the whole begins on `after`."""

    @abstractmethod
    def over(self, after: Condition) -> Condition:
        """When it is over, if it begins on `after`."""


@dataclass(frozen=True, eq=False)
class Step(Maneuver):
    """One event of the storyboard: what some actors do at once.

    Attributes:
        name: of the event, used once in a scenario.
        actors: names of the entities; empty = nobody (a signal, the weather).
        actions: `PrivateAction`, `GlobalAction` or `UserDefinedAction` elements.
        end: it counts as over when this is true, too.
    """

    name: str
    actors: tuple[str, ...]
    actions: tuple[Node, ...]
    end: Condition | None = None

    def until(self, condition: Condition) -> "Step":
        """The same, which counts as over (so that what follows begins) when the condition is true."""
        return Step(self.name, self.actors, self.actions, condition if self.end is None else self.end | condition)

    def starts(self, after: Condition) -> Iterator[tuple["Step", Condition]]:
        """See `Maneuver`."""
        yield self, after

    def over(self, after: Condition) -> Condition:  # noqa: ARG002 - its own state says it
        """See `Maneuver`."""
        complete = element_state("event", self.name, "completeState")
        if self.end is None:
            return complete
        return complete | (element_state("event", self.name, "runningState") & self.end)


@dataclass(frozen=True, eq=False)
class _Serial(Maneuver):
    parts: tuple[Maneuver, ...]

    def starts(self, after: Condition) -> Iterator[tuple[Step, Condition]]:
        for part in self.parts:
            yield from part.starts(after)
            after = part.over(after)

    def over(self, after: Condition) -> Condition:
        for part in self.parts:
            after = part.over(after)
        return after


@dataclass(frozen=True, eq=False)
class _Parallel(Maneuver):
    parts: tuple[Maneuver, ...]

    def starts(self, after: Condition) -> Iterator[tuple[Step, Condition]]:
        return itertools.chain.from_iterable(part.starts(after) for part in self.parts)

    def over(self, after: Condition) -> Condition:
        first, *others = (part.over(after) for part in self.parts)
        for other in others:
            first &= other
        return first


@dataclass(frozen=True, eq=False)
class _When(Maneuver):
    condition: Condition
    then: Maneuver

    def starts(self, after: Condition) -> Iterator[tuple[Step, Condition]]:
        return self.then.starts(_both(after, self.condition))

    def over(self, after: Condition) -> Condition:
        return self.then.over(_both(after, self.condition))


@dataclass(frozen=True, eq=False)
class _Wait(Maneuver):
    seconds: Number

    def starts(self, after: Condition) -> Iterator[tuple[Step, Condition]]:  # noqa: ARG002 - nothing happens in it
        return iter(())

    def over(self, after: Condition) -> Condition:
        return time_s() >= self.seconds if after is AT_ONCE else after.for_s(self.seconds)


AT_ONCE = time_s() >= 0.0
"""The condition on which a maneuver begins that waits for nothing."""


def serial(*parts: Maneuver) -> Maneuver:
    """One after the other; raises ScriptError where there is none."""
    return _Serial(_some(parts, "serial"))


def parallel(*parts: Maneuver) -> Maneuver:
    """All at once; over when all are. Raises ScriptError where there is none."""
    return _Parallel(_some(parts, "parallel"))


def when(condition: Condition, *then: Maneuver) -> Maneuver:
    """The maneuvers one after the other, from the first moment at which the condition is true."""
    return _When(condition, serial(*then))


def wait(seconds: Number) -> Maneuver:
    """Nothing, for so long."""
    return _Wait(seconds)


def done(maneuver: Maneuver) -> Condition:
    """The maneuver is over; raises ScriptError for one in which nothing happens."""
    if not list(maneuver.starts(AT_ONCE)):
        raise ScriptError("done() of a wait; say time_s() > SECONDS, or done() of what came before it")
    return maneuver.over(AT_ONCE)


def started(step: Step) -> Condition:
    """The step has begun."""
    running, complete = (element_state("event", step.name, state) for state in ("runningState", "completeState"))
    return running | complete


def events_of(maneuver: Maneuver) -> list[tuple[Step, Condition]]:
    """The steps in it with what each begins on; raises ScriptError where one stands in it twice."""
    events = list(maneuver.starts(AT_ONCE))
    names = [step.name for step, _ in events]
    for name in names:
        if names.count(name) > 1:
            raise ScriptError(f"the step {name} stands twice in a maneuver; make a step for each time")
    return events


def _both(first: Condition, second: Condition) -> Condition:
    return second if first is AT_ONCE else first & second


def _some(parts: Iterable[Maneuver], what: str) -> tuple[Maneuver, ...]:
    found = tuple(parts)
    if not found:
        raise ScriptError(f"{what}() of nothing; give it maneuvers")
    return found
