"""Shapes that clients draw: nobody sees them here, they are kept for as long as they would be seen."""

from dataclasses import dataclass
from typing import Any

__all__ = ["DebugShapes", "DrawnShape"]

_MOST = 100_000


@dataclass(frozen=True)
class DrawnShape:
    """A shape as it came over the wire, in CARLA's frame; `until_s` of the episode, None = for good."""

    primitive: tuple[Any, ...]
    colour: tuple[int, ...]
    since_s: float
    until_s: float | None

    @property
    def is_text(self) -> bool:
        """It is a string, not a figure."""
        return bool(self.primitive[0] == 4)


class DebugShapes:
    """All that has been drawn and not faded; the oldest go when there are more than a hundred thousand."""

    def __init__(self) -> None:
        self.drawn: list[DrawnShape] = []
        self._fresh: list[DrawnShape] = []

    def draw(self, primitive: tuple[Any, ...], colour: tuple[int, ...], now_s: float, life_s: float | None) -> None:
        """The shape is there for `life_s` seconds, None = until it is cleared."""
        if len(self.drawn) >= _MOST:
            self.fade(now_s)
            del self.drawn[: max(0, len(self.drawn) - _MOST // 2)]
        self.drawn.append(DrawnShape(primitive, colour, now_s, None if life_s is None else now_s + life_s))
        self._fresh.append(self.drawn[-1])

    def take_fresh(self) -> list[DrawnShape]:
        """Those that were drawn since this was asked last."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def fade(self, now_s: float) -> None:
        """Those whose time is over are gone."""
        self.drawn = [shape for shape in self.drawn if shape.until_s is None or shape.until_s >= now_s]

    def clear(self, *, texts: bool) -> None:
        """All texts, or all other shapes, are gone."""
        self.drawn = [shape for shape in self.drawn if shape.is_text != texts]
