"""Small storyboards without roads, entities or files, for the laws of the state machine."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from jing_scenarios.storyboard.element import Element
from jing_scenarios.storyboard.event import ActionElement, EventElement, Priority
from jing_scenarios.storyboard.loops import LoopWatch
from jing_scenarios.storyboard.story_log import StoryChange, StoryLog
from jing_scenarios.storyboard.triggers import Condition, Edge, Trigger, Truth
from jing_scenarios.storyboard.watch import StoryWatch


@dataclass
class Waits:
    """An action that takes `steps` steps, and remembers what it was told."""

    steps: int = 1
    owns: tuple[tuple[int, str], ...] = ()
    kind: str = "SpeedAction"
    told: list[str] = field(default_factory=list)
    left: int = 0

    def start(self, engine: object) -> None:
        self.told.append("start")
        self.left = self.steps

    def step(self, engine: object, dt_s: float) -> bool:
        self.told.append("step")
        self.left -= 1
        return self.left <= 0

    def stop(self, engine: object) -> None:
        self.told.append("stop")


class Stage:
    """A storyboard with one story, act, group and maneuver, that is stepped by hand, 0.1 s a step."""

    def __init__(self, runs: int = 1) -> None:
        log = StoryLog()
        self.engine = cast("Any", SimpleNamespace(
            time_s=0.0, part_count=0, log=log, loops=LoopWatch(log), entities=SimpleNamespace(
                alive=np.ones(4, dtype=np.bool_), names=["a", "b", "c", "d"]
            ), take_over=self._take_over, tell_skip=self._tell_skip,
        ))  # fmt: skip
        self.owners: dict[tuple[int, str], ActionElement] = {}
        self.board = Element(self.engine, "storyBoard", "storyBoard")
        self.story, self.act = Element(self.engine, "story", "story"), Element(self.engine, "act", "act")
        self.group = Element(self.engine, "maneuverGroup", "group", max_runs=runs)
        self.maneuver = Element(self.engine, "maneuver", "maneuver")
        self.board.adopt(self.story)
        self.story.adopt(self.act)
        self.act.adopt(self.group)
        self.group.adopt(self.maneuver)

    def event(
        self, name: str, when: Callable[[], bool] | None = None, priority: Priority = "parallel", runs: int = 1,
        action: Waits | None = None, edge: Edge = "none", delay_s: float = 0.0,
    ) -> EventElement:  # fmt: skip
        """Adds an event with one action; `when` None: it has no trigger."""
        event = EventElement(self.engine, name, priority, runs)
        if when is not None:
            event.start_trigger = self.trigger(when, edge, delay_s)
        event.adopt(ActionElement(self.engine, f"{name} action", action or Waits()))
        self.maneuver.adopt(event)
        return event

    def trigger(self, when: Callable[[], bool], edge: Edge = "none", delay_s: float = 0.0) -> Trigger:
        """A trigger with one condition."""
        return Trigger([[Condition(self.engine, "when", Truth(when), edge, delay_s)]], empty_value=True)

    def at(self, *times_s: float) -> Callable[[], bool]:
        """True at these times alone."""
        return lambda: any(abs(self.engine.time_s - t) < 1e-6 for t in times_s)

    def after(self, time_s: float) -> Callable[[], bool]:
        """True from this time on."""
        return lambda: self.engine.time_s > time_s - 1e-6

    def run(self, steps: int) -> list[StoryChange]:
        """Steps on; all changes so far."""
        for _ in range(steps):
            if self.engine.part_count == 0:
                self.watch = StoryWatch(self.engine, self.board, [])
                self.board.start()
            self.watch.look()
            self.watch.step(0.1)
            self.engine.part_count += 1
            self.engine.time_s = self.engine.part_count * 0.1
        changes: list[StoryChange] = self.engine.log.changes
        return changes

    def told(self, element: str) -> list[tuple[float, str, str]]:
        """Changes of an element so far: time, transition, state."""
        return [(round(c.time_s, 6), c.transition, c.state) for c in self.engine.log.changes if c.element == element]

    def _take_over(self, newer: ActionElement) -> None:
        for owned in newer.action.owns:
            older = self.owners.get(owned)
            if older is not None and older is not newer and older.state.name == "RUNNING":
                older.overtake()
            self.owners[owned] = newer

    def _tell_skip(self, element: Element) -> None:
        change = StoryChange(
            self.engine.time_s, element.name, "event", "standbyState", "skipTransition", "standbyState"
        )
        self.engine.log.changes.append(change)
