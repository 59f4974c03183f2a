"""What vehicles can do at most: the limits that threat numbers and last-moment manoeuvres are counted against."""

from dataclasses import dataclass

from jing_scenarios.metrics.registry import MetricError

__all__ = ["LIMITS", "EvasionLimits"]


@dataclass(frozen=True)
class EvasionLimits:
    """Limits of a vehicle on a dry road.

    Attributes:
        braking_mps2: deceleration of an emergency braking.
        steering_mps2: lateral acceleration of an evasive steering.
        kickdown_mps2: acceleration at full throttle.
        turn_rad: an evasive steering changes the heading by no more than this.
    """

    braking_mps2: float = 8.0
    steering_mps2: float = 8.0
    kickdown_mps2: float = 3.5
    turn_rad: float = 0.785

    def __post_init__(self) -> None:
        for name in ("braking_mps2", "steering_mps2", "kickdown_mps2", "turn_rad"):
            if not getattr(self, name) > 0:
                raise MetricError(f"{name}={getattr(self, name)}; a number above 0 is right")


LIMITS = EvasionLimits()
"""Those of a passenger car on a dry road."""
