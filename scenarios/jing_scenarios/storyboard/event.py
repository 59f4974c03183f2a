"""Events and their actions: priorities within the maneuver, and who ends whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from jing_scenarios.openscenario.node import NO_PLACE, OpenScenarioError, Place
from jing_scenarios.storyboard.element import Element, State

if TYPE_CHECKING:
    from jing_scenarios.actions.action import Action
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["ActionElement", "ActionError", "EventElement", "Priority"]

Priority = Literal["override", "skip", "parallel"]


class ActionError(OpenScenarioError):
    """An action that cannot be carried out on an entity as it is now, such as one that was deleted."""


class ActionElement(Element):
    """An action of one actor, or of nobody.

    Attributes:
        action: compiled. rows: of the entities that it acts on.
        waived: the event selected other entities this time: it is left out.
    """

    __slots__ = ("action", "rows", "waived")

    def __init__(
        self, engine: Engine, name: str, action: Action, rows: tuple[int, ...] = (), place: Place = NO_PLACE
    ) -> None:
        super().__init__(engine, "action", name, place)
        self.action, self.rows, self.waived = action, rows, False

    def start(self) -> None:
        """It begins; older actions of the same domains of the same entities end. Raises ActionError."""
        if self.waived:
            self.state = State.COMPLETE
            return
        self._must_be_there()
        self.engine.take_over(self)
        self.run()
        self.action.start(self.engine)

    def _must_be_there(self) -> None:
        alive, kind = self.engine.entities.alive, self.action.kind
        for row in self.rows:
            if not alive[row] and kind not in ("AddEntityAction", "DeleteEntityAction"):
                name = self.engine.entities.names[row]
                raise ActionError(
                    f"{self.place}: {kind} {self.name!r} at {self.engine.time_s:.3f} s acts on {name!r}, which is "
                    "not in the scenario (any more); add it by an AddEntityAction first, or end this earlier"
                )

    def step(self, dt_s: float) -> None:
        """It is carried out for a step."""
        if self.action.step(self.engine, dt_s):
            self.end()

    def stop(self) -> None:
        """It ends from outside; one that runs is told."""
        if self.state is State.RUNNING:
            self.action.stop(self.engine)
        super().stop()

    def overtake(self) -> None:
        """A newer action, or the end of its event, ends it."""
        self.action.stop(self.engine)
        self.end()


class EventElement(Element):
    """An event.

    Attributes:
        priority: against the other events of its maneuver.
        selects: rows that may be actors are those that made its trigger true.
    """

    __slots__ = ("priority", "selects")

    def __init__(
        self, engine: Engine, name: str, priority: Priority, max_runs: int = 1, place: Place = NO_PLACE
    ) -> None:
        super().__init__(engine, "event", name, place, max_runs)
        self.priority, self.selects = priority, False

    def start(self) -> None:
        """To standby, or to running as its priority allows, with its actions."""
        if self.state is State.INIT and self.start_trigger is not None:
            self.enter(State.STANDBY, "initToStandbyTransition")
            return
        running = self._running_siblings() if self.priority != "parallel" else []
        if self.priority == "skip" and running:
            self._skip()
            return
        if self.priority == "override":
            for event in running:
                event.override()
        self.run()
        if not self.children:
            self.end()
        self._select()
        for action in self.children:
            action.start()
        self.after_child()

    def _running_siblings(self) -> list[EventElement]:
        children = self.parent.children if self.parent is not None else []
        running = [child for child in children if child.state is State.RUNNING and child is not self]
        return [child for child in running if isinstance(child, EventElement)]

    def _skip(self) -> None:
        changes = self.engine.log.changes
        mine = next((change for change in reversed(changes) if change.element == self.name), None)
        if mine is None or mine.transition != "skipTransition":
            self.engine.tell_skip(self)
        for tell in self.watchers:
            tell(self.state, "skipTransition")

    def override(self) -> None:
        """A newer event of the maneuver takes over: its actions end, and so does it."""
        for action in self.children:
            if action.state is State.RUNNING and isinstance(action, ActionElement):
                action.overtake()
        self.end()

    def _select(self) -> None:
        if not self.selects:
            return
        chosen = self._triggering()
        for action in self.children:
            if isinstance(action, ActionElement):
                action.waived = bool(action.rows) and not set(action.rows) & chosen

    def _triggering(self) -> set[int]:
        element: Element | None = self
        while element is not None:
            if element.start_trigger is not None and element.start_trigger.triggering:
                return set(element.start_trigger.triggering)
            element = element.parent
        return set()
