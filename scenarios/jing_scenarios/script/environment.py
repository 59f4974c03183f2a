"""Time of day, weather and road surface of a script."""

from dataclasses import dataclass
from typing import Literal

from jing_scenarios.openscenario.node import Node
from jing_scenarios.script.actions import global_action
from jing_scenarios.script.values import Number, ScriptError, text_of

__all__ = ["Cloud", "Environment", "environment_action"]

Cloud = Literal["zeroOktas", "fourOktas", "eightOktas"]
_DAY = "2026-06-01"


@dataclass(frozen=True)
class Environment:
    """Everything that is not given stays as it is.

    Attributes:
        time: of the clock, "HH:MM" or an ISO 8601 date and time.
        cloud: share of the sky in eighths: zeroOktas (clear), fourOktas, eightOktas (overcast).
        rain_mm_h, snow_mm_h: how much falls.
        fog_m: visual range.
        wind_mps: speed of the wind, from the west.
        friction: factor on the road's friction; 1 = dry.
    """

    time: str = ""
    cloud: Cloud | None = None
    rain_mm_h: Number | None = None
    snow_mm_h: Number | None = None
    fog_m: Number | None = None
    wind_mps: Number | None = None
    friction: Number | None = None

    def __post_init__(self) -> None:
        if self.rain_mm_h is not None and self.snow_mm_h is not None:
            raise ScriptError("rain_mm_h and snow_mm_h are both given; one would be right")


def environment_action(environment: Environment, name: str) -> Node:
    """The `EnvironmentAction`, as a global action."""
    parts = [part for part in (_clock(environment), _weather(environment), _road(environment)) if part is not None]
    element = Node("Environment", {"name": name}, tuple(parts))
    return global_action(Node("EnvironmentAction", children=(element,)))


def _clock(environment: Environment) -> Node | None:
    if not environment.time:
        return None
    time = environment.time if "T" in environment.time else f"{_DAY}T{environment.time}:00"
    return Node("TimeOfDay", {"animation": "true", "dateTime": time})


def _weather(environment: Environment) -> Node | None:
    parts = []
    if environment.fog_m is not None:
        parts.append(Node("Fog", {"visualRange": text_of(environment.fog_m)}))
    kind, amount = ("rain", environment.rain_mm_h) if environment.snow_mm_h is None else ("snow", environment.snow_mm_h)
    if amount is not None:
        values = {"precipitationType": kind, "precipitationIntensity": text_of(amount)}
        parts.append(Node("Precipitation", values))
    if environment.wind_mps is not None:
        parts.append(Node("Wind", {"direction": "0.0", "speed": text_of(environment.wind_mps)}))
    if not parts and environment.cloud is None:
        return None
    sky = {} if environment.cloud is None else {"fractionalCloudCover": environment.cloud}
    return Node("Weather", sky, tuple(parts))


def _road(environment: Environment) -> Node | None:
    if environment.friction is None:
        return None
    return Node("RoadCondition", {"frictionScaleFactor": text_of(environment.friction)})
