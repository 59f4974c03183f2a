"""Plain Python functions as maneuvers: they see their actor and the others, and say how it goes on.

```python
def yields(me: Me, time_s: float) -> Wish | None:      # None: the maneuver is over
    return Wish(speed_mps=5.0 if me.distance_to("Ego") < 20.0 else 10.0)

scenario.do(car.behave(yields))
```
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jing_scenarios.script.values import ScriptError

if TYPE_CHECKING:
    from jing_scenarios.storyboard.engine import Engine
    from jing_scenarios.storyboard.options import Command

__all__ = ["Behaviour", "Me", "Wish", "command_of"]


@dataclass(frozen=True)
class Wish:
    """How an actor goes on over the next step: its speed, and its place left of the lane's middle; None = as it is."""

    speed_mps: float | None = None
    offset_m: float | None = None


class Me:
    """An actor as its function sees it: map frame, SI units."""

    def __init__(self, engine: Engine, row: int) -> None:
        self._engine, self._row = engine, row

    @property
    def name(self) -> str:
        """Of the entity."""
        return self._engine.entities.names[self._row]

    @property
    def x_m(self) -> float:
        """East."""
        return float(self._engine.entities.x[self._row])

    @property
    def y_m(self) -> float:
        """North."""
        return float(self._engine.entities.y[self._row])

    @property
    def heading_rad(self) -> float:
        """Counter-clockwise from east."""
        return float(self._engine.entities.h[self._row])

    @property
    def speed_mps(self) -> float:
        """Forward."""
        return float(self._engine.entities.speed[self._row])

    @property
    def lane(self) -> int:
        """OpenDRIVE id; 0 = off the road."""
        return int(self._engine.entities.lane[self._row])

    @property
    def s_m(self) -> float:
        """Along its road."""
        return float(self._engine.entities.s[self._row])

    @property
    def offset_m(self) -> float:
        """From the middle of its lane, to the left of the road's direction."""
        return float(self._engine.entities.offset[self._row])

    @property
    def dt_s(self) -> float:
        """Length of the step for which the wish holds."""
        return self._engine.dt_s

    def other(self, name: str) -> Me:
        """Another actor; raises OpenScenarioError where there is none of this name."""
        return Me(self._engine, self._engine.entities.row_of(name))

    def ahead_m(self, name: str) -> float:
        """How far another actor's reference point is ahead, along the own heading; negative = behind."""
        you, h = self.other(name), self.heading_rad
        return (you.x_m - self.x_m) * math.cos(h) + (you.y_m - self.y_m) * math.sin(h)

    def distance_to(self, name: str) -> float:
        """Between the reference points."""
        you = self.other(name)
        return math.hypot(you.x_m - self.x_m, you.y_m - self.y_m)


Behaviour = Callable[[Me, float], Wish | None]
"""Called each step with the actor and the seconds since the maneuver began; None ends it."""


def command_of(behaviour: Behaviour) -> Command:
    """The function as the engine calls it."""

    def command(engine: Engine, rows: tuple[int, ...], elapsed_s: float) -> bool:
        over = True
        for row in rows:
            wish = behaviour(Me(engine, row), elapsed_s)
            if wish is not None:
                _grant(engine, row, wish)
                over = False
        return over

    return command


def _grant(engine: Engine, row: int, wish: Wish) -> None:
    entities = engine.entities
    if wish.speed_mps is not None:
        if not math.isfinite(wish.speed_mps):
            raise ScriptError(f"the function of {entities.names[row]} wishes a speed of {wish.speed_mps}")
        entities.speed[row] = wish.speed_mps
        engine.motion.speed_set[row] = True
    if wish.offset_m is not None:
        engine.put_lane(
            row, int(entities.road[row]), int(entities.lane[row]), float(entities.s[row]), wish.offset_m,
            float(entities.h_rel[row]),
        )  # fmt: skip
        engine.motion.lat_set[row] = True
