"""What an action is to the storyboard.

An action is compiled once, before the run, from its resolved element: names are rows, positions are callables, numbers
are floats. The storyboard then calls `start` when it begins, `step` in every step from the one in which it started, and
`stop` when it is ended from outside (a newer action of the same domain, a stop trigger). It may be started again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from jing_scenarios.openscenario.node import OpenScenarioError

if TYPE_CHECKING:
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["Action", "Once", "Owned", "UnsupportedElementError"]

Owned = tuple[int, str]
"""A row of the entities and a domain of it (standard 1.3, 7.5.1): `longitudinal`, `lateral`, `lighting/indicatorLeft`,
`animation/component:doorFrontLeft`."""


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
        """It begins: the state of now is what it starts from. Raises OpenScenarioError."""

    def step(self, engine: Engine, dt_s: float) -> bool:
        """The step has been carried out; True when the action has reached its end."""

    def stop(self, engine: Engine) -> None:
        """It was ended from outside."""


class Once:
    """An action that is done as soon as it starts."""

    def __init__(self, kind: str, act: Callable[[Engine], None]) -> None:
        self.kind = kind
        self.owns: tuple[Owned, ...] = ()
        self._act = act

    def start(self, engine: Engine) -> None:
        """It has been done."""
        self._act(engine)

    def step(self, engine: Engine, dt_s: float) -> bool:  # noqa: ARG002
        """Nothing is left to do."""
        return True

    def stop(self, engine: Engine) -> None:
        """It has been done already."""
