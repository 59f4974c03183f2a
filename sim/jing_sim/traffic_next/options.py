"""How a traffic world is simulated, and what can go wrong while it is."""

from dataclasses import dataclass

from jing_maps.errors import JingError, UnknownNameError

__all__ = ["CAR_FOLLOWING", "SimulationError", "TrafficOptions"]

CAR_FOLLOWING = {"krauss": 0, "idm": 1}

# IDM is a differential equation; at longer steps vehicles that cross one another's way can misjudge each other.
_IDM_STEP_S = 0.5


class SimulationError(JingError, RuntimeError):
    """A world that cannot go on; the message names time and entity."""


@dataclass(frozen=True)
class TrafficOptions:
    """Attributes of a run beside network and trips.

    Attributes:
        dt_s: step, 0.1 to 1.0 s.
        car_following: `krauss` (S. Krauss 1998, in SUMO's discrete form) or `idm` (Treiber, Hennecke, Helbing 2000).
        seed: of all randomness.
        frame_s: time between recorded frames.
        patience_s: standing so long at a line, a driver no longer waits for others that stand.
        deadlock_s: standing so long, a driver goes as soon as the junction is physically free; counted.
    """

    dt_s: float = 1.0
    car_following: str = "krauss"
    seed: int = 0
    frame_s: float = 1.0
    patience_s: float = 15.0
    deadlock_s: float = 120.0

    def __post_init__(self) -> None:
        if not 0.1 <= self.dt_s <= 1.0:
            raise SimulationError(f"dt_s is {self.dt_s:g}; a step is 0.1 s to 1.0 s")
        if self.car_following not in CAR_FOLLOWING:
            raise UnknownNameError("car-following model", self.car_following, CAR_FOLLOWING)
        if self.car_following == "idm" and self.dt_s > _IDM_STEP_S:
            raise SimulationError(f"idm needs a step of {_IDM_STEP_S:g} s or less, not {self.dt_s:g}; give --dt 0.5")
        if self.seed < 0:
            raise SimulationError(f"seed is {self.seed}; it must not be negative")
        if not 0 < self.patience_s <= self.deadlock_s:
            raise SimulationError("patience_s must be positive and at most deadlock_s")
        frames = self.frame_s / self.dt_s
        if frames < 1 or abs(frames - round(frames)) > 1e-6:
            raise SimulationError(f"frame_s {self.frame_s:g} must be a multiple of dt_s {self.dt_s:g}")
