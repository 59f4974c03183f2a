"""What a run leaves: its columns, what happened, and the run folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.storyboard.run_folder import write_run
from jing_scenarios.storyboard.story_log import ContactChange, Fired, StoryChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jing_scenarios.openscenario.read import Scenario
    from jing_scenarios.routes import Route
    from jing_scenarios.worlds.world import EntityBody

__all__ = ["ScenarioRun"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]


@dataclass(frozen=True)
class ScenarioRun:
    """A run that has ended: `m` recorded instants of `n` entities.

    Attributes:
        scenario: that was run. names, bodies: `n`, by row.
        dt_s, seed: it was run with.
        sim_end_s: when it ended. stopped_by: `stop trigger`, `time limit`, or an observer's reason.
        storyboard: changes of state in their order. fired: conditions.
        contacts: overlaps of boxes that began or ceased.
        time_s: `(m,)`.
        pose: `(m, n, 6)` x y z h p r; map frame, m and rad; NaN where the entity was not in the scenario.
        along: `(m, n, 4)` s t offset h_rel.
        on: `(m, n, 2)` road (row of the map's roads, -1 = none) and lane (OpenDRIVE id).
        speed, accel: `(m, n)`.
        warnings: each once, with how often it came.
        unsupported: elements that were left out on request; empty unless the caller allowed it.
        signals: (time_s, signal id, state) of every change.
        world: its name. driven: entities with a driver of RunOptions.
        routes: the last one assigned, by row of the entity.
    """

    scenario: Scenario
    names: tuple[str, ...]
    bodies: tuple[EntityBody, ...]
    dt_s: float
    seed: int
    sim_end_s: float
    stopped_by: str
    storyboard: list[StoryChange]
    fired: list[Fired]
    contacts: list[ContactChange]
    time_s: Float
    pose: Float
    along: Float
    on: Int
    speed: Float
    accel: Float
    warnings: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    signals: list[tuple[float, str, str]] = field(default_factory=list)
    world: str = "native"
    driven: frozenset[str] = frozenset()
    routes: Mapping[int, Route] = field(default_factory=dict)

    @property
    def x(self) -> Float:
        """`(m, n)` metres."""
        return self.pose[:, :, 0]

    @property
    def y(self) -> Float:
        """`(m, n)` metres."""
        return self.pose[:, :, 1]

    @property
    def z(self) -> Float:
        """`(m, n)` metres."""
        return self.pose[:, :, 2]

    @property
    def h(self) -> Float:
        """`(m, n)` heading, radians."""
        return self.pose[:, :, 3]

    def row_of(self, name: str) -> int:
        """The column of an entity; raises ValueError."""
        return self.names.index(name)

    @property
    def state_hash(self) -> str:
        """SHA-256 over all recorded columns and transitions: the same bits give the same text."""
        digest = hashlib.sha256()
        for column in (self.time_s, self.pose, self.along, self.on, self.speed, self.accel):
            digest.update(np.ascontiguousarray(column).tobytes())
        digest.update(repr([tuple(change) for change in self.storyboard]).encode())
        return digest.hexdigest()

    def write(self, folder: Path | str) -> Path:
        """The run stands in a new run folder; see `run_folder.write_run`. Raises TraceError, OSError."""
        return write_run(self, folder)
