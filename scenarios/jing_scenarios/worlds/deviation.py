"""How far two worlds are apart: the same actors, step by step."""

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["Deviation", "SeenTrack", "deviations", "write_deviations"]

Float = NDArray[np.float64]


@dataclass
class SeenTrack:
    """Where a world has had its actors.

    Attributes:
        time_s: since the start. rows: of each row a list of time, x, y, z, heading; reference points, map frame.
    """

    time_s: float = 0.0
    rows: dict[int, list[tuple[float, float, float, float, float]]] = field(default_factory=dict)

    def tick(self, dt_s: float) -> None:
        """Another step is over."""
        self.time_s += dt_s

    def add(self, row: int, x: float, y: float, z: float, heading: float) -> None:
        """Where a row is now."""
        self.rows.setdefault(row, []).append((self.time_s, x, y, z, heading))

    def columns(self, row: int) -> Float:
        """`(k, 5)` time, x, y, z, heading."""
        return np.array(self.rows.get(row, []), np.float64).reshape(-1, 5)


@dataclass(frozen=True)
class Deviation:
    """Of one actor between two worlds.

    Attributes:
        actor: name. driven: physics moved it; the worlds then differ by their vehicle models.
        max_m: largest distance on the ground of its reference points, and at_s, x_m, y_m when and where (first world).
        mean_m: over time. max_heading_rad: largest difference of headings. max_z_m: of heights.
        time_s, distance_m: `(k,)` over time.
    """

    actor: str
    driven: bool
    max_m: float
    at_s: float
    x_m: float
    y_m: float
    mean_m: float
    max_heading_rad: float
    max_z_m: float
    time_s: Float = field(repr=False)
    distance_m: Float = field(repr=False)

    def as_json(self) -> dict[str, object]:
        """For the command line."""
        names = ("actor", "driven", "max_m", "at_s", "x_m", "y_m", "mean_m", "max_heading_rad", "max_z_m")
        return {name: getattr(self, name) for name in names}


def deviations(
    first: Mapping[str, Float], second: Mapping[str, Float], driven: frozenset[str] = frozenset()
) -> list[Deviation]:
    """Of all actors that both worlds had at the same times, the largest first.

    `first`, `second`: of each actor `(k, 5)` time, x, y, z, heading; times rise.
    """
    found = [
        _deviation(name, name in driven, first[name], second[name])
        for name in first
        if name in second and len(first[name]) and len(second[name])
    ]
    return sorted((one for one in found if one is not None), key=lambda one: -one.max_m)


def _deviation(name: str, driven: bool, a: Float, b: Float) -> Deviation | None:
    times, rows_a, rows_b = np.intersect1d(np.round(a[:, 0], 6), np.round(b[:, 0], 6), return_indices=True)
    if not len(times):
        return None
    a, b = a[rows_a], b[rows_b]
    apart = np.hypot(a[:, 1] - b[:, 1], a[:, 2] - b[:, 2])
    turned = np.abs((a[:, 4] - b[:, 4] + math.pi) % (2.0 * math.pi) - math.pi)
    worst = int(apart.argmax())
    return Deviation(
        name, driven, float(apart[worst]), float(times[worst]), float(a[worst, 1]), float(a[worst, 2]),
        float(apart.mean()), float(turned.max()), float(np.abs(a[:, 3] - b[:, 3]).max()), times, apart,
    )  # fmt: skip


def write_deviations(found: Iterable[Deviation], path: Path) -> None:
    """A CSV file with the columns actor, time_s, distance_m."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("actor", "time_s", "distance_m"))
        for one in found:
            for time_s, distance_m in zip(one.time_s.tolist(), one.distance_m.tolist(), strict=True):
                rows.writerow((one.actor, f"{time_s:.6g}", f"{distance_m:.6f}"))
