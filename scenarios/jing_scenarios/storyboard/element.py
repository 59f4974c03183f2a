"""The state machine that stories, acts, maneuver groups, maneuvers, events and actions share.

States and transitions are the standard's (1.3, section 8.2). Within a step, triggers are looked at from the storyboard
down, and an element that starts is looked into in the same step; children that end, end their parent at once.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING, Literal

from jing_scenarios.openscenario.node import NO_PLACE, Place
from jing_scenarios.storyboard.story_log import StoryChange

if TYPE_CHECKING:
    from jing_scenarios.storyboard.engine import Engine
    from jing_scenarios.storyboard.triggers import Trigger

__all__ = ["ANY_NUMBER", "STATE_NAMES", "Element", "ElementKind", "State", "Transition", "Watcher"]

ElementKind = Literal["storyBoard", "story", "act", "maneuverGroup", "maneuver", "event", "action"]
Transition = Literal[
    "initToStandbyTransition", "startTransition", "endTransition", "stopTransition", "skipTransition", ""
]

ANY_NUMBER = -1
"""An element that may run any number of times."""


class State(IntEnum):
    """What an element is doing."""

    INIT = 0
    STANDBY = 1
    RUNNING = 2
    COMPLETE = 3


STATE_NAMES = ("initState", "standbyState", "runningState", "completeState")

Watcher = Callable[[State, Transition], None]
"""Told of every change of an element's state."""


class Element:
    """A storyboard element.

    Attributes:
        name, kind: of it. path: names from the story down, joined by `::`.
        children, parent: around it.
        start_trigger, stop_trigger: None = it has none.
        state: of now. runs: how often it has started. max_runs: how often it may.
        watchers: conditions that look at it.
        number, last: see `watch.StoryWatch`.
    """

    __slots__ = (
        "children",
        "engine",
        "kind",
        "last",
        "last_end_step",
        "max_runs",
        "name",
        "number",
        "parent",
        "path",
        "place",
        "runs",
        "start_step",
        "start_trigger",
        "state",
        "stop_trigger",
        "streak",
        "watchers",
    )

    def __init__(
        self, engine: Engine, kind: ElementKind, name: str, place: Place = NO_PLACE, max_runs: int = 1
    ) -> None:
        self.engine, self.kind, self.name, self.place, self.max_runs = engine, kind, name, place, max_runs
        self.parent: Element | None = None
        self.path = name
        self.children: list[Element] = []
        self.start_trigger: Trigger | None = None
        self.stop_trigger: Trigger | None = None
        self.state = State.INIT
        self.runs = 0
        self.watchers: list[Watcher] = []
        self.number = self.last = 0
        self.start_step = self.last_end_step = -1
        self.streak = 0

    def adopt(self, child: Element) -> None:
        """The child stands below this element, behind its other children."""
        child.parent = self
        child.path = child.name if self.kind == "storyBoard" else f"{self.path}::{child.name}"
        self.children.append(child)

    def enter(self, state: State, transition: Transition) -> None:
        """Changes the state and tells everybody."""
        if state is self.state:
            return
        before, self.state = self.state, state
        engine = self.engine
        change = StoryChange(engine.time_s, self.name, self.kind, STATE_NAMES[state], transition, STATE_NAMES[before])
        engine.log.changes.append(change)
        for tell in self.watchers:
            tell(state, transition)

    def start(self) -> None:
        """From nothing to standby where it has a start trigger, else to running, with its children."""
        if self.state is State.INIT and self.start_trigger is not None:
            self.enter(State.STANDBY, "initToStandbyTransition")
            return
        self.run()
        for child in self.children:
            child.start()

    def run(self) -> None:
        """It runs, once more."""
        self.runs += 1
        self.start_step = self.engine.part_count
        self.enter(State.RUNNING, "startTransition")

    def look(self, after: int) -> None:
        """Evaluates its triggers, and those below it if it runs, of elements behind a number in the storyboard."""
        if self.last <= after:
            return
        if self.number > after:
            if self.state is State.RUNNING and self.stop_trigger is not None and self.stop_trigger.evaluate():
                self.stop()
            if self.state is State.STANDBY and (self.start_trigger is None or self.start_trigger.evaluate()):
                self.start()
        if self.state is State.RUNNING:
            for child in self.children:
                child.look(after)

    def stop(self) -> None:
        """Ends it and all below it from outside.

        With the storyboard everything stops. What an act's own stop trigger ends below it lets its parents end, as in
        esmini.
        """
        first = self.kind == "storyBoard" or (self.parent is not None and self.parent.state is State.COMPLETE)
        if first:
            self._stop_here()
        for child in self.children:
            child.stop()
        if not first:
            self._stop_here()

    def _stop_here(self) -> None:
        if self.state is State.INIT or self.state is State.COMPLETE:
            return
        self.enter(State.COMPLETE, "stopTransition")
        if self.parent is not None:
            self.parent.after_child()

    def end(self) -> None:
        """It has reached its end; maneuver groups and events that may run again stand by."""
        if self.state is State.COMPLETE:
            return
        for child in self.children:
            if child.state is State.RUNNING:
                child.end()
        if self.state in (State.COMPLETE, State.INIT):
            return  # the last child has ended it already
        again = self.kind in ("maneuverGroup", "event") and (self.max_runs == ANY_NUMBER or self.runs < self.max_runs)
        self.enter(State.STANDBY if again else State.COMPLETE, "endTransition")
        if again:
            self.get_ready()
        if self.parent is not None:
            self.parent.after_child()

    def after_child(self) -> None:
        """A child has changed: when all are complete, so is this."""
        if self.kind == "storyBoard" or self.state is State.COMPLETE:
            return
        if all(child.state is State.COMPLETE for child in self.children):
            self.end()

    def get_ready(self) -> None:
        """Its triggers and children forget the run that has ended; a loop without end is found here."""
        self.forget_triggers()
        for child in self.children:
            child.reset()
        self.engine.loops.ended(self, self.engine.part_count, self.engine.time_s)

    def reset(self) -> None:
        """As if it had never run, with all below it; conditions that look at it are not told."""
        for child in self.children:
            child.reset()
        self.state, self.runs = State.INIT, 0
        self.forget_triggers()

    def forget_triggers(self) -> None:
        """Edges and delays begin anew."""
        if self.start_trigger is not None:
            self.start_trigger.reset()
        if self.stop_trigger is not None:
            self.stop_trigger.reset()
