"""What positions and distances are computed in: roads, where all entities are, and what they follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.openscenario.node import Node
from jing_scenarios.roads.motion import RoadMotion
from jing_scenarios.roads.placement import Placement
from jing_scenarios.roads.plan import RoadPlan

if TYPE_CHECKING:
    from jing_scenarios.routes import Route
    from jing_scenarios.trajectories.trajectory import Trajectory

__all__ = ["Following", "PositionOf", "Scene", "Where"]

Where = Callable[[], Placement]
"""A compiled position."""


PositionOf = Callable[[Node, "Scene"], Where]
"""Compiles a position (what is made of positions takes it as an argument: positions are made of trajectories too)."""


@dataclass
class Following:
    """A trajectory that an entity follows, and how far it has come on it."""

    trajectory: Trajectory
    distance_m: float = 0.0
    t_m: float = 0.0


@dataclass
class Scene:
    """Facts of a running scenario that are looked up when positions are compiled and read when they are computed.

    Attributes:
        plan: the roads.
        motion: places of the entities.
        row_of: row of an entity by its name; the node says where the name stands in the file.
        boxes: `(n, 6)` length, width, height and centre x, y, z of entities' boxes [m], seen from their origins.
        time: the current time [s], a list of one.
        routes: by row, of those who have one.
        following: by row, of those who follow a trajectory.
        by_road: distances in lane coordinates are computed in road coordinates, as esmini does.
        seed: of the choices of routes with the strategy `random`.
        warnings: what was clipped, each with its place.
    """

    plan: RoadPlan
    motion: RoadMotion
    row_of: Callable[[str, Node], int]
    boxes: NDArray[np.float64]
    time: list[float] = field(default_factory=lambda: [0.0])
    routes: dict[int, Route] = field(default_factory=dict)
    following: dict[int, Following] = field(default_factory=dict)
    by_road: bool = True
    seed: int = 0
    warnings: list[str] = field(default_factory=list)

    def warn(self, text: str) -> None:
        """Keeps a warning; each text once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def assign_route(self, row: int, route: Route | None) -> None:
        """The entity drives along the route from now on, or along none."""
        if route is None:
            self.routes.pop(row, None)
        else:
            self.routes[row] = route
        roads, closed = ((), False) if route is None else (route.roads, route.closed)
        self.motion.set_path(row, roads, closed=closed)
