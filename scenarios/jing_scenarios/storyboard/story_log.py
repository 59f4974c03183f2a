"""What happened in the storyboard and between the entities, in the order in which it did."""

from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["ContactChange", "Fired", "StoryChange", "StoryLog"]


class StoryChange(NamedTuple):
    """An element entered a state.

    Attributes:
        time_s: when.
        element: its name. Init's actions are called `Init <entity> <kind>`.
        type: storyBoard, story, act, maneuverGroup, maneuver, event or action.
        state: standbyState, runningState or completeState.
        transition: initToStandbyTransition, startTransition, endTransition, stopTransition or skipTransition.
        before: the state that it left; initState = it had not begun.
    """

    time_s: float
    element: str
    type: str
    state: str
    transition: str
    before: str


class Fired(NamedTuple):
    """A condition became true, its edge regarded and its delay not."""

    time_s: float
    condition: str


class ContactChange(NamedTuple):
    """The boxes of two entities (rows; `other` -1 = something that is no entity) begin or cease to overlap."""

    time_s: float
    actor: int
    other: int
    begins: bool


@dataclass
class StoryLog:
    """Everything that is to be told of a run."""

    changes: list[StoryChange] = field(default_factory=list)
    fired: list[Fired] = field(default_factory=list)
    contacts: list[ContactChange] = field(default_factory=list)
    warnings: dict[str, int] = field(default_factory=dict)

    def warn(self, text: str) -> None:
        """Something odd; counted when it comes again."""
        self.warnings[text] = self.warnings.get(text, 0) + 1
