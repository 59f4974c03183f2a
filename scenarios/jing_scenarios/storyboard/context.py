"""What is known while elements of a scenario become parts of the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jing_maps.errors import UnknownNameError
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.positions import position_of
from jing_scenarios.roads.placement import Placement
from jing_scenarios.storyboard.element import Element

if TYPE_CHECKING:
    from jing_scenarios.openscenario.read import Scenario
    from jing_scenarios.roads.plan import RoadPlan
    from jing_scenarios.scene import Scene
    from jing_scenarios.storyboard.engine import Engine
    from jing_scenarios.storyboard.entities import Entities
    from jing_scenarios.storyboard.options import RunOptions

__all__ = ["CompileContext"]


@dataclass
class CompileContext:
    """Passed to every `*_of` function; all look-ups by name happen through it, before the run.

    Attributes:
        engine: that the parts will run in; its entities, signals, variables ... are there, its storyboard is not yet.
        elements: every storyboard element of the file so far, for StoryboardElementStateCondition.
        later: called once the whole storyboard is there (references to elements that stand further down).
    """

    engine: Engine
    elements: list[Element] = field(default_factory=list)
    later: list[Callable[[], None]] = field(default_factory=list)

    @property
    def scenario(self) -> Scenario:
        """The scenario that is compiled."""
        return self.engine.scenario

    @property
    def plan(self) -> RoadPlan:
        """Its roads."""
        return self.engine.plan

    @property
    def scene(self) -> Scene:
        """What positions and distances are computed in."""
        return self.engine.scene

    @property
    def options(self) -> RunOptions:
        """How it will be run."""
        return self.engine.options

    @property
    def entities(self) -> Entities:
        """Columns of its entities."""
        return self.engine.entities

    @property
    def entity_names(self) -> list[str]:
        """Names by row."""
        return self.engine.entities.names

    def row_of(self, name: str, node: Node) -> int:
        """The row of an entity; raises OpenScenarioError at the node's place, with the nearest name."""
        return self.engine.entities.row_of(name, node)

    def rows_of(self, name: str, node: Node) -> list[int]:
        """The rows of an entity, or of the members of an EntitySelection; raises OpenScenarioError."""
        for selection in self.scenario.selections:
            if selection.string("name") == name:
                return self._members(selection)
        return [self.row_of(name, node)]

    def _members(self, selection: Node) -> list[int]:
        rows: list[int] = []
        for member in selection.child("Members"):
            if member.tag == "EntityRef":
                rows += self.rows_of(member.string("entityRef"), member)
            else:  # ByType or ByObjectType
                rows += self.rows_of_type(member.string("objectType" if member.has("objectType") else "type"))
        return list(dict.fromkeys(rows))

    def position_of(self, node: Node, actor: int = -1) -> Callable[[], Placement]:
        """The compiled position of a `Position` element; `actor`: row of the entity that is to be there."""
        return position_of(node, self.scene, actor)

    def rows_of_type(self, object_type: str) -> list[int]:
        """Rows of the file's entities of a type: vehicle, pedestrian, miscellaneous, external."""
        return [row for row, node in enumerate(self.entities.nodes) if _object_type(node) == object_type]

    def elements_of(self, kind: str, name: str, node: Node) -> list[Element]:
        """The storyboard elements that a reference means: a name, or the end of a path with `::`.

        There is more than one where an action has several actors.

        Raises:
            OpenScenarioError: there is none of this kind and name.
        """
        of_kind = [element for element in self.elements if element.kind == kind]
        found = [e for e in of_kind if name in (e.name, e.path) or e.path.endswith(f"::{name}")]
        if not found:
            text = UnknownNameError(f"storyboard element of type {kind}", name, [e.name for e in of_kind])
            raise OpenScenarioError(f"{node.place}: {text}")
        return [element for element in found if element.path == found[0].path]


def _object_type(scenario_object: Node) -> str:
    names = {"Vehicle": "vehicle", "Pedestrian": "pedestrian", "MiscObject": "miscellaneous"}
    return next((names[child.tag] for child in scenario_object if child.tag in names), "external")
