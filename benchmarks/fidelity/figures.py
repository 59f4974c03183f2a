"""Measured figures of both engines beside one another."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Figure", "Measured", "table"]


@dataclass(frozen=True)
class Figure:
    """One figure of both engines.

    `tolerance` is a share of SUMO's value, or with `absolute` a difference in `unit`; None = for information.
    """

    place: str
    name: str
    unit: str
    ours: float
    sumo: float
    tolerance: float | None
    absolute: bool = False

    @property
    def difference(self) -> float:
        """Ours less SUMO's, as a share of SUMO's or, with `absolute`, in `unit`."""
        gap = self.ours - self.sumo
        if self.absolute:
            return gap
        return gap / self.sumo if self.sumo else math.nan if gap else 0.0

    @property
    def ok(self) -> bool:
        """Whether ours is near enough; a figure that is missing is not."""
        return self.tolerance is None or abs(self.difference) <= self.tolerance

    def cells(self) -> tuple[str, ...]:
        """The row of a table."""
        scale, unit = (1.0, f" {self.unit}") if self.absolute else (100.0, " %")
        limit = "-" if self.tolerance is None else f"{self.tolerance * scale:g}{unit}"
        verdict = "-" if self.tolerance is None else "ok" if self.ok else "NO"
        gap = f"{self.difference * scale:+.2f}{unit}"
        return self.place, self.name, _number(self.ours), _number(self.sumo), self.unit, gap, limit, verdict


@dataclass
class Measured:
    """The figures of one measure, notes for the reader, and the series that its plot draws.

    `series` maps a panel of the plot to curves: name -> (x, y).
    """

    title: str
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    series: dict[str, dict[str, tuple[list[float], list[float]]]] = field(default_factory=dict)
    axes: tuple[str, str] = ("", "")


_HEAD = ("where", "figure", "ours", "SUMO", "unit", "difference", "tolerance", "")


def table(figures: Sequence[Figure]) -> str:
    """A Markdown table, padded so that it reads as text too."""
    rows = [_HEAD, *(figure.cells() for figure in figures)]
    width = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(row, width, strict=True)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in width) + "|")
    return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.2f}"
