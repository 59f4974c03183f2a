"""Places that entities are to reach, and how far it is to them along their ways."""

from __future__ import annotations

from math import cos, hypot, isnan, sin
from typing import TYPE_CHECKING

from jing_scenarios.openscenario.node import Node
from jing_scenarios.roads.distance import distance_of

if TYPE_CHECKING:
    from jing_scenarios.roads.placement import Placement
    from jing_scenarios.storyboard.context import CompileContext

__all__ = ["Goal"]


class Goal:
    """A place for an entity, looked up when somebody begins to go there.

    Attributes:
        row: of the entity. tolerance_m: around the place.
    """

    def __init__(self, context: CompileContext, row: int, position: Node, tolerance_m: float) -> None:
        self.row, self.tolerance_m = row, tolerance_m
        self._columns = context.engine.entities
        self._following = context.scene.following
        self._where = context.position_of(position.only())
        self._place: Placement | None = None
        self._along_path, self._along_road = (
            distance_of(context.scene, row, self._settled, "longitudinal", system, False)
            for system in ("trajectory", "road")
        )

    def settle(self) -> None:
        """The place is where its position is now."""
        self._place = self._where()

    def distance_m(self) -> float:
        """Metres to go along the trajectory that it follows, else along roads, else straight; negative = behind.

        What is behind is behind its face: who drives backwards has its goal there.
        """
        followed = self._following.get(self.row)
        if followed is not None:
            tangent = followed.trajectory.at_distance(followed.distance_m).tangent
            faces = cos(self._columns.h.item(self.row) - tangent) >= 0.0
            return self._along_path() if faces else -self._along_path()
        distance = self._along_road()
        if not isnan(distance):
            return distance
        place, columns = self._settled(), self._columns
        dx, dy = place.x - columns.x.item(self.row), place.y - columns.y.item(self.row)
        h = columns.h.item(self.row)
        return hypot(dx, dy) * (1.0 if dx * cos(h) + dy * sin(h) >= 0.0 else -1.0)

    def _settled(self) -> Placement:
        if self._place is None:
            self.settle()
        assert self._place is not None  # settle() has just set it
        return self._place
