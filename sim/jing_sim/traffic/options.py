"""How a traffic world is simulated, and what can go wrong while it is."""

from dataclasses import dataclass

from jing_maps.errors import JingError, UnknownNameError

__all__ = ["CAR_FOLLOWING", "SimulationError", "TrafficOptions"]

CAR_FOLLOWING = {"krauss": 0, "idm": 1}


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
        deadlock_s: standing so long without a break, a driver goes ahead of others that stand, into junctions that it
            may block, and on another route if its lane does not lead on; counted.
    """

    dt_s: float = 1.0
    car_following: str = "krauss"
    seed: int = 0
    frame_s: float = 1.0
    deadlock_s: float = 300.0

    def __post_init__(self) -> None:
        if not 0.1 <= self.dt_s <= 1.0:
            raise SimulationError(f"dt_s is {self.dt_s:g}; a step is 0.1 s to 1.0 s")
        if self.car_following not in CAR_FOLLOWING:
            raise UnknownNameError("car-following model", self.car_following, CAR_FOLLOWING)
        if self.seed < 0:
            raise SimulationError(f"seed is {self.seed}; it must not be negative")
        if not self.deadlock_s > 0:
            raise SimulationError(f"deadlock_s is {self.deadlock_s:g}; it must be positive")
        frames = self.frame_s / self.dt_s
        if frames < 1 or abs(frames - round(frames)) > 1e-6:
            raise SimulationError(f"frame_s {self.frame_s:g} must be a multiple of dt_s {self.dt_s:g}")
