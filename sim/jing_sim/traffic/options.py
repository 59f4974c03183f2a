"""How a traffic world is run, and what can go wrong while it runs."""

from dataclasses import dataclass
from typing import Literal

from jing_maps.errors import JingError

__all__ = ["SimulationError", "TrafficOptions"]


class SimulationError(JingError, RuntimeError):
    """A world that cannot go on: says when, where and what would be right."""


@dataclass(frozen=True)
class TrafficOptions:
    """Options of a traffic world.

    Attributes:
        dt_s: step, 0.1 to 1.0 s.
        car_following: `krauss` (with the type's `sigma`) or `idm`.
        seed: of all random numbers.
        yellow_s, all_red_s: between the stages of a controller where its program shows no change of its own.
        force_after_s: a vehicle that stood so long at the end of a lane that does not lead on pushes into any gap.
        reroute_after_s: and after so long takes the way that its lane leads to, on a new route.
        deadlock_after_s: vehicles that stood so long before vehicles that stand too are let go one by one.
        frame_interval_s: between two frames for the recorder.
    """

    dt_s: float = 1.0
    car_following: Literal["krauss", "idm"] = "krauss"
    seed: int = 0
    yellow_s: float = 3.0
    all_red_s: float = 1.0
    force_after_s: float = 10.0
    reroute_after_s: float = 60.0
    deadlock_after_s: float = 120.0
    frame_interval_s: float = 1.0

    def __post_init__(self) -> None:
        if not 0.1 <= self.dt_s <= 1.0:
            raise SimulationError(f"dt_s is {self.dt_s}; a step lasts 0.1 to 1.0 s")
        if self.car_following not in {"krauss", "idm"}:
            raise SimulationError(f"car_following is {self.car_following!r}; known: 'krauss', 'idm'")
        for name in ("yellow_s", "all_red_s", "force_after_s", "reroute_after_s"):
            if not getattr(self, name) >= 0:
                raise SimulationError(f"{name} is {getattr(self, name)}; it must not be negative")
        for name in ("deadlock_after_s", "frame_interval_s"):
            if not getattr(self, name) > 0:
                raise SimulationError(f"{name} is {getattr(self, name)}; it must be positive")
