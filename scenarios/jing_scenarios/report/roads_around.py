"""The roads in a window of the map, as flat integers for the page's canvas."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from jing_sim.trace import RunFolder, TraceError

__all__ = ["Window", "roads_around"]

Float = NDArray[np.float64]

_DRAWN = ("lane", "connector", "junction", "stop_line", "crosswalk")
_TOLERANCE_M = 0.04
_DEFAULT_WIDTH_M = 3.0


@dataclass(frozen=True)
class Window:
    """A rectangle of the map frame [m], and the point from which the page counts."""

    origin_x_m: float
    origin_y_m: float
    west_m: float
    south_m: float
    east_m: float
    north_m: float

    def holds(self, x_m: Float, y_m: Float) -> NDArray[np.bool_]:
        """Points inside; NaN is outside."""
        return (x_m >= self.west_m) & (x_m <= self.east_m) & (y_m >= self.south_m) & (y_m <= self.north_m)

    def relative(self) -> tuple[float, float, float, float]:
        """West, south, east, north from the origin [m]."""
        x, y = self.origin_x_m, self.origin_y_m
        return self.west_m - x, self.south_m - y, self.east_m - x, self.north_m - y


@dataclass(frozen=True)
class _Shapes:
    """`(n,)` shapes of a network in its map frame: kind, width [m], geometry."""

    kind: NDArray[np.object_]
    width_m: Float
    shape: NDArray[np.object_]


def roads_around(run: Path, window: Window) -> dict[str, list[list[int]]]:
    """By kind `[width cm, x, y, dx, dy, ...]` in centimetres; nothing for a run without `network.parquet`.

    Lines are cut at the window; `edge` holds both edges of every lane.
    """
    if not (run / "network.parquet").is_file():
        return {}
    folder = RunFolder(run)
    shapes = _shapes(_Source(folder.manifest.map_hash, folder))
    box = (window.west_m, window.south_m, window.east_m, window.north_m)
    near = shapely.STRtree(shapes.shape).query(shapely.box(*box))
    out: dict[str, list[list[int]]] = {}
    for row in np.sort(near):
        kind, width_m = str(shapes.kind[row]), float(shapes.width_m[row])
        for part in _parts(shapely.clip_by_rect(shapes.shape[row], *box)):
            out.setdefault(kind, []).append(_flat(part, width_m, window))
            if kind == "lane":
                sides = [shapely.offset_curve(part, side * width_m / 2) for side in (1, -1)]
                edges = [edge for side in sides for edge in _parts(side)]
                out.setdefault("edge", []).extend(_flat(edge, 0.12, window) for edge in edges)
    return out


@dataclass(frozen=True)
class _Source:
    """Where a network stands; two runs on one map have equal ones."""

    map_hash: str
    folder: RunFolder = field(compare=False)


@lru_cache(maxsize=4)
def _shapes(source: _Source) -> _Shapes:
    folder = source.folder
    table = folder.network()
    if folder.manifest.crs is None:
        raise TraceError(f"{folder.path}/manifest.json: crs is missing; record the run again")
    frame = folder.manifest.crs.frame()

    def local(points: Float) -> Float:
        return np.stack(frame.to_local(points[:, 0], points[:, 1]), axis=1)

    kind = table.column("kind").to_numpy(zero_copy_only=False)
    own = np.isin(kind, _DRAWN)
    width = np.nan_to_num(table.column("width_m").to_numpy(zero_copy_only=False).astype(float), nan=_DEFAULT_WIDTH_M)
    shape = shapely.from_wkb(table.column("geometry").to_numpy(zero_copy_only=False))[own]
    return _Shapes(kind[own], width[own], shapely.simplify(shapely.transform(shape, local), _TOLERANCE_M))


def _parts(shape: Any) -> list[Any]:  # noqa: ANN401 - shapely has no type for "a line or a polygon"
    return [part for part in shapely.get_parts(shape) if not part.is_empty and part.geom_type != "Point"]


def _flat(part: Any, width_m: float, window: Window) -> list[int]:  # noqa: ANN401
    outline = part.exterior if part.geom_type == "Polygon" else part
    points = shapely.get_coordinates(outline) - [window.origin_x_m, window.origin_y_m]
    whole = np.diff(np.rint(points * 100).astype(int), axis=0, prepend=0)
    return [round(width_m * 100), *(int(v) for v in whole.ravel())]
