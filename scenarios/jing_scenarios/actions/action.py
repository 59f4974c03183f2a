"""What an action is to the storyboard, and how elements of scenario files become actions.

An action is compiled once, before the run, from its resolved element: names are rows, positions are callables, numbers are
floats. The storyboard then calls `start` once, `step` in every step from the one in which it started, and `stop` when it is
ended from outside (a newer action of the same domain, a stop trigger).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol

from jing_scenarios.openscenario.node import Node, OpenScenarioError

if TYPE_CHECKING:
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["Action", "ActionContext", "Domain", "Owned", "UnsupportedElementError", "conflicts"]

Domain = Literal["longitudinal", "lateral", "lighting", "animation"]
"""What a running action may own of an entity (standard 1.3, 7.5.1 "conflicting actions")."""

Owned = tuple[int, Domain]
"""A row of the entities and a domain of it."""


class UnsupportedElementError(OpenScenarioError):
    """An element that the engine cannot carry out; said before the run starts."""


class Action(Protocol):
    """One action of one actor (private) or of nobody (global).

    Attributes:
        kind: the name of its element, such as `SpeedAction`.
        owns: rows and domains that it controls while it runs; a newer action that owns one of them ends it.
    """

    @property
    def kind(self) -> str:
        """The name of its element."""

    @property
    def owns(self) -> tuple[Owned, ...]:
        """Rows and domains that it controls while it runs."""

    def start(self, engine: Engine) -> None:
        """It is about to begin: the state of now is what it starts from. Raises OpenScenarioError."""

    def step(self, engine: Engine, dt_s: float) -> bool:
        """The step has been carried out; True when the action has reached its end."""

    def stop(self, engine: Engine) -> None:
        """It was ended from outside."""


class ActionContext(Protocol):
    """What is known when actions are compiled."""

    def row_of(self, name: str, node: Node) -> int:
        """The row of an entity; raises OpenScenarioError at the node's place with the nearest name."""

    def position_of(self, node: Node) -> Callable[[Engine], object]:
        """The compiled position of a `Position` element."""


def conflicts(newer: Action, older: Action) -> bool:
    """The newer action takes over something that the older one controls."""
    return any(owned in older.owns for owned in newer.owns)
