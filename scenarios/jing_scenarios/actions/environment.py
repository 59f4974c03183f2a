"""EnvironmentAction: date and time, weather, state of the road.

What the standard says in physical units becomes the shares of `jing_sim.driving.weather`: rain in mm/h over 50, fog by
its visual range with Koschmieder's law, wetness by the five steps of the standard. What an action leaves out stays as
it was (standard 1.3, Environment).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jing_scenarios.actions.action import Once
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.worlds.world import Environment

if TYPE_CHECKING:
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["EnvironmentState", "environment_action_of"]

_COVER = {"free": 0.0, "cloudy": 0.6, "overcast": 1.0, "rainy": 1.0, "skyOff": 0.0}
_OKTAS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_WETNESS = {"dry": 0.0, "moist": 0.4, "wetWithPuddles": 0.8, "lowFlooded": 1.0, "highFlooded": 1.0}
_PUDDLES = {"wetWithPuddles": 0.5, "lowFlooded": 0.8, "highFlooded": 1.0}
_FULL_RAIN_MMH = 50.0
_FULL_FOG_M = 50.0
_STORM_MPS = 25.0


@dataclass
class EnvironmentState:
    """The environment of a running scenario.

    Attributes:
        now: what worlds are told. name: of the environment that was set last; empty = none.
        temperature_k, pressure_pa: of the air; NaN = not said.
    """

    now: Environment = field(default_factory=Environment)
    name: str = ""
    temperature_k: float = float("nan")
    pressure_pa: float = float("nan")
    _clock: datetime | None = None
    _set_at_s: float = 0.0
    _runs: bool = False

    def date_time(self, time_s: float) -> datetime | None:
        """Date and time at a time of the simulation; None where no action has set them."""
        if self._clock is None or not self._runs:
            return self._clock
        return self._clock + timedelta(seconds=time_s - self._set_at_s)

    def set_clock(self, clock: datetime, runs: bool, time_s: float) -> None:
        """Date and time are these now; they go on with the simulation if they run."""
        self._clock, self._runs, self._set_at_s = clock, runs, time_s
        midnight = clock.replace(hour=0, minute=0, second=0, microsecond=0)
        self.now = replace(self.now, seconds_of_day=(clock - midnight).total_seconds())


@dataclass(frozen=True)
class _Change:
    """What one action sets."""

    name: str
    weather: dict[str, float]
    others: dict[str, float]
    temperature_k: float | None
    pressure_pa: float | None
    clock: datetime | None
    clock_runs: bool


def environment_action_of(node: Node) -> Once:
    """The action of an `EnvironmentAction` element; raises OpenScenarioError."""
    change = _change_of(node.child("Environment"))

    def act(engine: Engine) -> None:
        state = engine.environment
        state.name = change.name
        state.now = replace(state.now, weather=replace(state.now.weather, **change.weather), **change.others)
        state.temperature_k = state.temperature_k if change.temperature_k is None else change.temperature_k
        state.pressure_pa = state.pressure_pa if change.pressure_pa is None else change.pressure_pa
        if change.clock is not None:
            state.set_clock(change.clock, change.clock_runs, engine.time_s)
        if engine.options.world is not None:
            engine.options.world.set_environment(state.now)

    return Once("EnvironmentAction", act)


def _change_of(node: Node) -> _Change:
    weather: dict[str, float] = {}
    others: dict[str, float] = {}
    sky, road, day = node.find("Weather"), node.find("RoadCondition"), node.find("TimeOfDay")
    if sky is not None:
        _read_sky(sky, weather, others)
    if road is not None:
        others["friction"] = road.number("frictionScaleFactor")
        if others["friction"] < 0.0:
            raise OpenScenarioError(f"{road.place}: frictionScaleFactor={others['friction']}; 0 or more is right")
        if road.has("wetness"):
            weather["wetness"] = _WETNESS[road.string("wetness")]
            weather["deposits"] = _PUDDLES.get(road.string("wetness"), 0.0)
    return _Change(
        node.string("name", ""),
        weather,
        others,
        sky.number("temperature") if sky is not None and sky.has("temperature") else None,
        sky.number("atmosphericPressure") if sky is not None and sky.has("atmosphericPressure") else None,
        None if day is None else _clock_of(day),
        day is not None and day.boolean("animation"),
    )


def _read_sky(sky: Node, weather: dict[str, float], others: dict[str, float]) -> None:
    if sky.has("fractionalCloudCover"):
        oktas = _OKTAS.index(sky.string("fractionalCloudCover").removesuffix("Oktas"))
        weather["cloudiness"] = min(oktas / 8.0, 1.0)
    elif sky.has("cloudState"):
        weather["cloudiness"] = _COVER[sky.string("cloudState")]
    sun, fog, rain, wind = (sky.find(tag) for tag in ("Sun", "Fog", "Precipitation", "Wind"))
    if sun is not None:
        weather["sun_azimuth_rad"] = sun.number("azimuth")
        weather["sun_altitude_rad"] = sun.number("elevation")
    if fog is not None:
        others["visual_range_m"] = fog.number("visualRange")
        weather["fog_density"] = min(_FULL_FOG_M / max(fog.number("visualRange"), 1e-3), 1.0)
    if rain is not None:
        dry = rain.string("precipitationType") == "dry"
        amount = 0.0 if dry else rain.number("precipitationIntensity", rain.number("intensity", 0.0))
        weather["precipitation"] = min(amount / _FULL_RAIN_MMH, 1.0)
        if "wetness" not in weather and not dry:
            weather["wetness"] = min(amount / 5.0, 1.0)
    if wind is not None:
        weather["wind"] = min(wind.number("speed") / _STORM_MPS, 1.0)


def _clock_of(node: Node) -> datetime:
    text = node.string("dateTime")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise OpenScenarioError(f"{node.place}: dateTime={text!r}; 2026-06-01T08:00:00 is right") from None
