"""Bodies that stand still: boxes, and houses of walls with a roof."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from jing_sim.driving.boxes import Boxes, BoxRow, box_triangles, joined_boxes, wall_row

__all__ = ["House", "Solids", "joined_solids", "plain_solids", "solids_of"]

F64 = NDArray[np.float64]
F32 = NDArray[np.float32]


@dataclass(frozen=True)
class House:
    """Walls over rings; closed ones have a roof.

    Attributes:
        rings: `(k, 3)` feet of the walls, map frame; of a closed one the first is not said again at its end. The first
            ring is the outer one, others are courtyards.
        top_z_m: of walls and roof.
    """

    rings: tuple[F64, ...]
    top_z_m: float
    label: int
    name: str
    closed: bool = True


@dataclass(frozen=True)
class Solids:
    """What bodies bounce off, and what rays hit of it.

    Attributes:
        boxes: obstacles.
        triangles: `(n, 3, 3)`. box: `(n,)` row of `boxes` that each belongs to.
    """

    boxes: Boxes
    triangles: F32
    box: NDArray[np.int64]


def solids_of(rows: Sequence[BoxRow], houses: Sequence[House] = (), things: Sequence[int] | None = None) -> Solids:
    """Boxes with all their sides, and houses: a box for each wall, of which rays hit the middle, and a roof.

    `things`: the object that each of `rows` is a part of.
    """
    walls: list[BoxRow] = []
    faces, owner = [np.zeros((0, 3, 3))], [np.zeros(0, np.int64)]
    first = [len(rows)]
    for house in houses:
        for ring in house.rings:
            for a, b in pairwise([*ring, *ring[:1]] if house.closed else ring):
                height = house.top_z_m - min(float(a[2]), float(b[2]))
                foot_a, foot_b = (np.array([*p[:2], house.top_z_m - height]) for p in (a, b))
                owner.append(np.full(2, len(rows) + len(walls)))
                walls.append(wall_row(foot_a, foot_b, height, 0.0, house.label, house.name))
                faces.append(_upright(foot_a, foot_b, house.top_z_m))
        first.append(len(rows) + len(walls))
    roofs, of_house = _roofs(houses)
    plain, of_wall = Boxes.stack(rows, things), np.repeat(np.arange(len(houses)), np.diff(first))
    return Solids(
        joined_boxes(plain, Boxes.stack(walls, of_wall.tolist())),
        np.concatenate([box_triangles(plain), *faces, roofs]).astype(np.float32),
        np.concatenate([np.repeat(np.arange(len(rows)), 12), *owner, np.array(first[:-1], np.int64)[of_house]]),
    )


def plain_solids(boxes: Boxes) -> Solids:
    """Boxes with all their sides."""
    return Solids(boxes, box_triangles(boxes), np.repeat(np.arange(len(boxes)), 12))


def joined_solids(*parts: Solids) -> Solids:
    """All of them, one part after the other."""
    begins = np.cumsum([0, *(len(part.boxes) for part in parts)])[:-1]
    return Solids(
        joined_boxes(*(part.boxes for part in parts)),
        np.concatenate([part.triangles for part in parts]),
        np.concatenate([part.box + begin for part, begin in zip(parts, begins, strict=True)]),
    )


def _upright(a: F64, b: F64, top_z_m: float) -> F64:
    c, d = np.array([b[0], b[1], top_z_m]), np.array([a[0], a[1], top_z_m])
    return np.stack([np.stack([a, b, c]), np.stack([a, c, d])])


def _roofs(houses: Sequence[House]) -> tuple[F64, NDArray[np.int64]]:
    """`(n, 3, 3)` triangles of flat roofs, and the row of the house of each."""
    rows = np.array([k for k, h in enumerate(houses) if h.closed and len(h.rings[0]) > 2], np.int64)
    plans = [shapely.Polygon(houses[k].rings[0][:, :2], [hole[:, :2] for hole in houses[k].rings[1:]]) for k in rows]
    if not plans:
        return np.zeros((0, 3, 3)), rows
    pieces = shapely.constrained_delaunay_triangles(shapely.make_valid(np.array(plans, dtype=object)))
    triangles, plan = shapely.get_parts(pieces, return_index=True)
    corners = shapely.get_coordinates(triangles).reshape(-1, 4, 2)[:, :3]
    top = np.array([houses[k].top_z_m for k in rows])[plan]
    return np.dstack([corners, np.broadcast_to(top[:, None], corners.shape[:2])]), rows[plan]
