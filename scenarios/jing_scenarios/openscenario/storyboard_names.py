"""Names of storyboard elements, and what a reference to one of them means."""

from collections.abc import Iterator
from dataclasses import dataclass

from jing_scenarios.openscenario.findings import nearest
from jing_scenarios.openscenario.node import Node

__all__ = ["STORYBOARD_TAGS", "StoryboardElement", "StoryboardNames", "storyboard_names"]

STORYBOARD_TAGS = {
    "Story": "story",
    "Act": "act",
    "ManeuverGroup": "maneuverGroup",
    "Maneuver": "maneuver",
    "Event": "event",
    "Action": "action",
}
"""Elements of the storyboard that have a name and a state -> what `storyboardElementType` calls them."""


@dataclass(frozen=True, slots=True)
class StoryboardElement:
    """A story, act, maneuver group, maneuver, event or action: its names from the outside in, its type, its element."""

    path: tuple[str, ...]
    kind: str
    node: Node


@dataclass(frozen=True, slots=True)
class StoryboardNames:
    """Every element of a storyboard that has a name, in the order of the file."""

    elements: tuple[StoryboardElement, ...]

    def meant(self, reference: str, kind: str, at: tuple[str, ...] = ()) -> list[StoryboardElement]:
        """The elements of this type that a reference can mean: one, if the scenario is right.

        Args:
            reference: a name, or names joined by `::` from the outside in.
            kind: `story`, `act`, `maneuverGroup`, `maneuver`, `event` or `action`.
            at: names around the reference: of several elements those are meant that share most of them.
        """
        parts = tuple(reference.split("::"))
        found = [e for e in self.elements if e.kind == kind and e.path[-len(parts) :] == parts]
        nearness = [_shared(element.path, at) for element in found]
        nearest_of_all = max(nearness, default=0)
        return [element for element, near in zip(found, nearness, strict=True) if near == nearest_of_all]

    def problem(self, reference: str, kind: str) -> str:
        """Why a reference means nothing, and what would be right."""
        parts = tuple(reference.split("::"))
        others = [element.kind for element in self.elements if element.path[-len(parts) :] == parts]
        if others:
            return f"it is of type {others[0]}, not {kind}"
        return f"no such {kind}; {nearest(reference, [e.path[-1] for e in self.elements if e.kind == kind])}"


def _shared(path: tuple[str, ...], at: tuple[str, ...]) -> int:
    """How many of the outer names are the same."""
    count = 0
    for name, other in zip(path, at, strict=False):
        if name != other:
            break
        count += 1
    return count


def storyboard_names(storyboard: Node) -> StoryboardNames:
    """The names below an element Storyboard that is resolved."""
    return StoryboardNames(tuple(_named(storyboard, ())))


def _named(node: Node, path: tuple[str, ...]) -> Iterator[StoryboardElement]:
    for child in node.children:
        if child.tag in STORYBOARD_TAGS:
            own = (*path, child.string("name"))
            yield StoryboardElement(own, STORYBOARD_TAGS[child.tag], child)
            yield from _named(child, own)
