"""How a scenario is to be run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jing_scenarios.drivers.driver import Driver
from jing_scenarios.openscenario.node import OpenScenarioError
from jing_scenarios.worlds.world import ScenarioWorld

if TYPE_CHECKING:
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["Command", "Observer", "RunOptions"]

Observer = Callable[["Engine"], str | None]
"""Called after every step; a text ends the run for that reason."""

Command = Callable[["Engine", tuple[int, ...], float], bool]
"""A maneuver as a function: engine, rows of the actors, seconds since it began; True when it is done."""


@dataclass(frozen=True)
class RunOptions:
    """How a scenario is to be run.

    Attributes:
        dt_s: of a step.
        max_time_s: the run ends here if the scenario's stop trigger has not ended it.
        seed: of everything random.
        world: that moves driven entities and shows the scenario; None = boxes alone.
        drivers: of entities, by name; they take the wheel (both domains) at 0 s after Init.
        controllers: driver specs that stand for Controller elements, by their names.
        commands: functions that CustomCommandAction elements of type `python` name.
        observers: called after every step.
        record_s: time between recorded rows, a multiple of dt_s; 0 = every step.
    """

    dt_s: float = 0.05
    max_time_s: float = 120.0
    seed: int = 0
    world: ScenarioWorld | None = None
    drivers: Mapping[str, Driver] = field(default_factory=dict)
    controllers: Mapping[str, str] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=dict)
    observers: tuple[Observer, ...] = ()
    record_s: float = 0.0

    def __post_init__(self) -> None:
        if not self.dt_s > 0:
            raise OpenScenarioError(f"dt_s={self.dt_s}: a step above 0 s is right")
        if not self.max_time_s > 0:
            raise OpenScenarioError(f"max_time_s={self.max_time_s}: a time above 0 s is right")
        steps = self.record_s / self.dt_s
        if abs(steps - round(steps)) > 1e-6:
            raise OpenScenarioError(f"record_s={self.record_s}: a multiple of dt_s={self.dt_s} is right")

    @property
    def record_steps(self) -> int:
        """Steps between two recorded rows."""
        return max(1, round(self.record_s / self.dt_s))
