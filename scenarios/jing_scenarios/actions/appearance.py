"""LightStateAction and AnimationAction: what of an entity can be seen.

The state of lights is `engine.lights`: by row and light, how strongly it shines now and in which mode. Sensors,
drawings and worlds read it.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

from jing_scenarios.actions.action import Owned
from jing_scenarios.actions.dynamics import SMALL
from jing_scenarios.openscenario.node import Node, OpenScenarioError

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["AnimationAction", "Light", "LightAction", "animation_of", "light_state_of"]

_GROUPS = {
    "warningLights": ("indicatorLeft", "indicatorRight"),
    "fogLights": ("fogLightsFront", "fogLightsRear"),
}
_INDICATORS = ("warningLights", "indicatorLeft", "indicatorRight")
"""They share lamps and a relay: the newest action on one of them ends those on the others."""
_DEFAULT_INTENSITY_CD = 6000.0
_DEFAULT_FLASH_S = 0.5


class Light(NamedTuple):
    """A light of an entity.

    Attributes:
        mode: on, off, flashing. intensity_cd: now, in candela.
        color: `#rrggbb` or a word of the standard; empty = its own.
    """

    mode: str
    intensity_cd: float
    color: str = ""


def light_state_of(node: Node, row: int, context: CompileContext) -> LightAction:  # noqa: ARG001
    """The action of a `LightStateAction` element; raises OpenScenarioError."""
    kind, state = node.child("LightType").only(), node.child("LightState")
    light = kind.string("vehicleLightType" if kind.tag == "VehicleLight" else "userDefinedLightType")
    flash = (
        state.number("flashingOnDuration", _DEFAULT_FLASH_S),
        state.number("flashingOffDuration", _DEFAULT_FLASH_S),
    )
    if min(flash) < 0.0 or max(flash) <= 0.0:
        raise OpenScenarioError(f"{state.place}: flashing durations {flash}; seconds above 0 are right")
    target = Light(
        state.string("mode"), state.number("luminousIntensity", _DEFAULT_INTENSITY_CD), _color_of(state.find("Color"))
    )
    return LightAction(row, light, target, flash, node.number("transitionTime", 0.0))


def _color_of(node: Node | None) -> str:
    if node is None:
        return ""
    if not node.children:
        return node.string("colorType")
    color = node.only()
    if color.tag == "ColorRgb":
        rgb = [color.number(name) for name in ("red", "green", "blue")]
    else:
        key = color.number("key")
        rgb = [(1.0 - color.number(name)) * (1.0 - key) for name in ("cyan", "magenta", "yellow")]
    return "#" + "".join(f"{round(255 * min(max(share, 0.0), 1.0)):02x}" for share in rgb)


class LightAction:
    """A light, or the lights of a group, go to a state. Flashing goes on until another action takes the light."""

    kind = "LightStateAction"

    def __init__(self, row: int, light: str, target: Light, flash: tuple[float, float], transition_s: float) -> None:
        self._row, self._target, self._flash, self._transition = row, target, flash, transition_s
        self._lights = (light, *_GROUPS.get(light, ()))
        owned = (*self._lights, "indicators") if light in _INDICATORS else self._lights
        self.owns: tuple[Owned, ...] = tuple((row, f"lighting/{name}") for name in owned)
        self._from: dict[str, float] = {}
        self._elapsed = 0.0

    def start(self, engine: Engine) -> None:
        """The transition begins at the intensity of now."""
        lights = engine.lights.setdefault(self._row, {})
        self._from = {name: lights[name].intensity_cd if name in lights else 0.0 for name in self._lights}
        self._elapsed = 0.0
        for name in _INDICATORS if self._lights[0] in _INDICATORS else ():
            if name in lights and name not in self._lights:
                lights[name] = Light("off", 0.0, lights[name].color)

    def step(self, engine: Engine, dt_s: float) -> bool:
        """The lights shine as they should at the end of the step."""
        ended = self._elapsed > self._transition - SMALL
        share = 1.0 if ended else self._elapsed / self._transition
        goal = 0.0 if self._target.mode == "off" else self._target.intensity_cd
        lit = True
        if self._target.mode == "flashing":
            lit = self._elapsed % sum(self._flash) < self._flash[0] - 1e-9
        lights = engine.lights[self._row]
        for name, before in self._from.items():
            intensity = before + (goal - before) * share
            lights[name] = Light(self._target.mode, intensity if lit else 0.0, self._target.color)
        self._elapsed += dt_s
        return ended and self._target.mode != "flashing"

    def stop(self, engine: Engine) -> None:
        """The lights stay as they are."""


def animation_of(node: Node, row: int) -> AnimationAction:
    """The action of an `AnimationAction` element."""
    kind = node.child("AnimationType").only()
    state = node.find("AnimationState")
    return AnimationAction(
        row, _animation_name(kind), node.number("animationDuration", 0.0), node.boolean("loop", False),
        state.number("state") if state is not None else 1.0,
    )  # fmt: skip


def _animation_name(kind: Node) -> str:
    """A name for what is animated: `component:doorFrontLeft`, `pedestrian:wavingRightArm`, `file:wave.anim` ..."""
    if kind.tag == "ComponentAnimation":
        part = kind.only()
        user = part.tag == "UserDefinedComponent"
        return f"component:{part.string('userDefinedComponentType' if user else 'vehicleComponentType')}"
    if kind.tag == "PedestrianAnimation":
        gestures = "+".join(gesture.string("gesture") for gesture in kind.every("PedestrianGesture"))
        motion = kind.string("motion", kind.string("userDefinedPedestrianAnimation", ""))
        return f"pedestrian:{'+'.join(filter(None, (motion, gestures)))}"
    if kind.tag == "AnimationFile":
        return f"file:{kind.child('File').string('filepath')}"
    return f"user:{kind.string('userDefinedAnimationType', '')}"


class AnimationAction:
    """A part of an entity moves to a state in a time: its share is in `engine.animations` by row and name."""

    kind = "AnimationAction"

    def __init__(self, row: int, name: str, duration_s: float, loop: bool, state: float) -> None:
        self.owns: tuple[Owned, ...] = ((row, f"animation/{name}"),)
        self._row, self._name, self._loop, self._state = row, name, loop, state
        self._duration = duration_s if duration_s > 0.0 else 0.0
        self._from, self._elapsed = 0.0, 0.0

    def start(self, engine: Engine) -> None:
        """It begins at the share of now."""
        self._from = engine.animations.get((self._row, self._name), 0.0)
        self._elapsed = 0.0

    def step(self, engine: Engine, dt_s: float) -> bool:
        """The part is where it should be at the end of the step; a loop never ends."""
        self._elapsed += dt_s
        share = self._elapsed / self._duration if self._duration > 0.0 else inf
        share = share % 1.0 if self._loop and share < inf else min(share, 1.0)
        engine.animations[self._row, self._name] = self._from + (self._state - self._from) * share
        return not self._loop and share >= 1.0

    def stop(self, engine: Engine) -> None:
        """The part stays where it is."""
