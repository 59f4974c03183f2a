"""How a value goes from a start to a target: the shapes and dimensions of `TransitionDynamics`.

With the share `u = parameter / end` of the way, the share of the change that has been made and its slope are

| shape | f(u) | f'(u) | peak of f' | peak of f'' |
|---|---|---|---|---|
| step | 1 | - | - | - |
| linear | u | 1 | 1 | (taken as cubic) |
| sinusoidal | (1 - cos(pi u)) / 2 | pi/2 sin(pi u) | pi/2 | pi**2 / 2 |
| cubic | u**2 (3 - 2u) | 6 u (1 - u) | 3/2 | 6 |

The parameter is the time in seconds or the distance in metres. A dimension of `rate` says the peak of the slope, from
which the end follows: `end = peak * |change| / rate` (OpenSCENARIO 1.3, DynamicsDimension).
"""

from collections.abc import Callable
from math import cos, inf, pi, sin, sqrt
from typing import Literal, cast

from jing_scenarios.openscenario.node import Node, OpenScenarioError

__all__ = ["SMALL", "Dimension", "Shape", "Transition", "sign", "transition_of"]

Shape = Literal["step", "linear", "sinusoidal", "cubic"]
Dimension = Literal["time", "distance", "rate"]

SMALL = 1e-6
"""What counts as nothing, in metres, seconds and metres a second."""

_SLOPE_PEAK = {"linear": 1.0, "sinusoidal": pi / 2.0, "cubic": 1.5}
_BEND_PEAK = {"linear": 6.0, "sinusoidal": pi * pi / 2.0, "cubic": 6.0}


def sign(value: float) -> float:
    """-1 of negative numbers, else 1."""
    return -1.0 if value < 0.0 else 1.0


class Transition:
    """A value on its way.

    Attributes:
        shape, dimension: as in the file.
        given: the size of the dimension, as in the file.
        start, target: of the value.
        at: the parameter now, from 0 to `end`.
        end: of the parameter.
        slowed: the parameter advances slower by this factor (see `limit_slope`).

    With a rate of 0 the parameter has no way to go, and the value stays at the start.

    >>> change = Transition("sinusoidal", "time", 4.0)
    >>> change.begin(0.0, 2.0)
    >>> change.advance(2.0)
    >>> round(change.value(), 6), round(change.slope(), 6)
    (1.0, 0.785398)
    """

    __slots__ = ("at", "dimension", "end", "given", "shape", "slowed", "start", "target")

    def __init__(self, shape: Shape, dimension: Dimension, given: float) -> None:
        self.shape = shape
        self.dimension = dimension
        self.given = abs(given)
        self.begin(0.0, 0.0)

    def begin(self, start: float, target: float) -> None:
        """The parameter is 0, and the value goes from one number to the other."""
        self.start = start
        self.at = 0.0
        self.slowed = 1.0
        self.end = 0.0 if self.shape == "step" else self.given
        self.aim(target)

    def aim(self, target: float) -> None:
        """The target is another one; the end follows where the peak of the slope is given."""
        self.target = target
        if self.dimension == "rate" and self.shape != "step":
            self.end = 0.0 if self._stuck() else self.end_of_slope(self.given)

    def end_of_slope(self, peak: float) -> float:
        """The parameter's end at which the slope peaks with this size; never 0."""
        return max(SMALL, _SLOPE_PEAK[self.shape] * abs(self.target - self.start) / peak)

    def end_of_bend(self, peak: float) -> float:
        """The parameter's end at which the second derivative peaks with this size; 0 for a step."""
        if self.shape == "step":
            return 0.0
        return sqrt(_BEND_PEAK[self.shape] * abs(self.target - self.start) / max(peak, SMALL))

    def limit_slope(self, most: float) -> None:
        """The parameter advances so much slower that the slope never exceeds `most` (above 0)."""
        peak = self.slope_peak()
        self.slowed = peak / max(abs(most), SMALL) if peak > abs(most) else 1.0

    def slope_peak(self) -> float:
        """The size of the largest slope; infinite for a step."""
        if self.dimension == "rate" and self.shape != "step":
            return self.given
        if self.is_step():
            return inf
        return _SLOPE_PEAK[self.shape] * abs(self.target - self.start) / self.end

    def is_step(self) -> bool:
        """There is nothing between start and target."""
        return self.shape == "step" or (self.end < SMALL and not self._stuck())

    def _stuck(self) -> bool:
        return self.dimension == "rate" and self.shape != "step" and self.given < SMALL

    def advance(self, delta: float) -> None:
        """The parameter goes on, within 0 and its end."""
        self.at = min(max(self.at + delta / self.slowed, 0.0), self.end)

    def value(self) -> float:
        """The value at the parameter."""
        if self.is_step():
            return self.target
        u = self._share()
        if self.shape == "sinusoidal":
            u = (1.0 - cos(pi * u)) / 2.0
        elif self.shape == "cubic":
            u = u * u * (3.0 - 2.0 * u)
        return self.start + (self.target - self.start) * u

    def straight_value(self) -> float:
        """The value at the parameter if the shape were linear."""
        return self.target if self.is_step() else self.start + (self.target - self.start) * self._share()

    def _share(self) -> float:
        return self.at / self.end if self.end > 0.0 else 0.0

    def slope(self) -> float:
        """How fast the value changes with the parameter; infinite for a step."""
        change = self.target - self.start
        if self._stuck():
            return 0.0
        if self.is_step():
            return inf * sign(change)
        u = self._share()
        if self.shape == "sinusoidal":
            return pi / 2.0 * sin(pi * u) * change / self.end
        if self.shape == "cubic":
            return 6.0 * u * (1.0 - u) * change / self.end
        return change / self.end

    def ended(self) -> bool:
        """The parameter is at its end."""
        return self.at > self.end - SMALL

    def arrived(self, value: float) -> bool:
        """The transition is over: parameter at its end, or the value at its target or beyond."""
        if self.ended() or abs(value - self.target) < SMALL:
            return True
        return self.at > 0.0 and sign(value - self.target) != sign(self.start - self.target)


def transition_of(node: Node, warn: Callable[[str], None]) -> Transition:
    """The transition of a `TransitionDynamics` element; `warn` is told of a rate of 0.

    Raises:
        OpenScenarioError: a shape, dimension or value that cannot be.
    """
    shape = cast("Shape", node.string("dynamicsShape"))
    if shape not in ("step", *_SLOPE_PEAK):
        raise OpenScenarioError(f"{node.place}: dynamicsShape={shape!r}; step, linear, sinusoidal or cubic is right")
    if shape == "step":
        return Transition(shape, "time", 0.0)
    dimension = cast("Dimension", node.string("dynamicsDimension"))
    if dimension not in ("time", "distance", "rate"):
        raise OpenScenarioError(f"{node.place}: dynamicsDimension={dimension!r}; time, distance or rate is right")
    value = node.number("value")
    if value < 0.0 and dimension != "rate":
        raise OpenScenarioError(f"{node.place}: {node.tag} value={value}; a {dimension} is not negative")
    if dimension == "rate" and abs(value) < SMALL:
        warn(f"{node.place}: {node.tag} value={value}: nothing changes; a rate above 0, or the shape step, is right")
    return Transition(shape, dimension, value)
