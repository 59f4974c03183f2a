"""Upright boxes that stand still: what bodies bounce off, and what rays hit of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["BoxRow", "Boxes", "box_triangles", "joined_boxes", "wall_row", "whole_boxes"]

F64 = NDArray[np.float64]
F32 = NDArray[np.float32]

BoxRow = tuple[F64, F64, float, int, str]
"""Centre, half sizes, yaw, label and name."""

LEAST_M = 0.1
"""Thickness of walls and poles that have none."""


@dataclass(frozen=True)
class Boxes:
    """`(n,)` upright boxes, map frame.

    Attributes:
        centre, half: `(n, 3)`. yaw: `(n,)`. label: `(n,)` semantic label. name: of the object in the file.
        thing: `(n,)` number of the object that each is a part of; they rise.
    """

    centre: F64
    half: F64
    yaw: F64
    label: NDArray[np.uint8]
    name: tuple[str, ...]
    thing: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.yaw)

    @classmethod
    def stack(cls, rows: Sequence[BoxRow], things: Sequence[int] | None = None) -> "Boxes":
        """From centre, half sizes, yaw, label and name of each, and the object that each is a part of."""
        return cls(
            centre=np.array([row[0] for row in rows], np.float64).reshape(-1, 3),
            half=np.array([row[1] for row in rows], np.float64).reshape(-1, 3),
            yaw=np.array([row[2] for row in rows], np.float64),
            label=np.array([row[3] for row in rows], np.uint8),
            name=tuple(row[4] for row in rows),
            thing=np.array(range(len(rows)) if things is None else things, np.int32),
        )


def joined_boxes(*parts: Boxes) -> Boxes:
    """All rows, one part after the other."""
    begins = np.cumsum([0, *(int(part.thing.max(initial=-1)) + 1 for part in parts)])[:-1]
    return Boxes(
        np.concatenate([part.centre for part in parts]),
        np.concatenate([part.half for part in parts]),
        np.concatenate([part.yaw for part in parts]),
        np.concatenate([part.label for part in parts]),
        tuple(name for part in parts for name in part.name),
        np.concatenate([part.thing + begin for part, begin in zip(parts, begins, strict=True)]).astype(np.int32),
    )


def whole_boxes(boxes: Boxes) -> Boxes:
    """One box for each object, around all its parts, as they stand: turned like the longest of them."""
    rows: list[BoxRow] = []
    for part in np.split(np.arange(len(boxes)), np.flatnonzero(np.diff(boxes.thing)) + 1) if len(boxes) else []:
        first = int(part[0])
        if len(part) == 1:
            rows.append(
                (boxes.centre[first], boxes.half[first], float(boxes.yaw[first]), int(boxes.label[first]),
                 boxes.name[first])
            )  # fmt: skip
            continue
        yaw = float(boxes.yaw[part[np.argmax(boxes.half[part, 0])]])
        axes = np.array([[np.cos(yaw), np.sin(yaw), 0.0], [-np.sin(yaw), np.cos(yaw), 0.0], [0.0, 0.0, 1.0]])
        turn = boxes.yaw[part] - yaw
        c, s = np.abs(np.cos(turn)), np.abs(np.sin(turn))
        reach = boxes.half[part].copy()
        reach[:, 0] = c * boxes.half[part, 0] + s * boxes.half[part, 1]
        reach[:, 1] = s * boxes.half[part, 0] + c * boxes.half[part, 1]
        own = boxes.centre[part] @ axes.T
        low, high = (own - reach).min(axis=0), (own + reach).max(axis=0)
        rows.append(((low + high) / 2 @ axes, (high - low) / 2, yaw, int(boxes.label[first]), boxes.name[first]))
    return Boxes.stack(rows)


def wall_row(a: F64, b: F64, height_m: float, thick_m: float, label: int, name: str) -> BoxRow:
    """A wall from `a` to `b` `(3,)`, its foot at the height of both."""
    length = float(np.hypot(*(b - a)[:2]))
    middle = (a + b) / 2 + np.array([0.0, 0.0, height_m / 2])
    half = np.array([max(length, LEAST_M), max(thick_m, LEAST_M), height_m]) / 2
    return middle, half, float(np.arctan2(b[1] - a[1], b[0] - a[0])), label, name


def box_triangles(boxes: Boxes) -> F32:
    """`(12 n, 3, 3)` the sides of the boxes, those of one box after those of the other."""
    corner = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float64)
    sides = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = np.array([[q[0], q[1], q[2]] for q in sides] + [[q[0], q[2], q[3]] for q in sides])
    own = corner[None] * boxes.half[:, None]
    c, s = np.cos(boxes.yaw)[:, None], np.sin(boxes.yaw)[:, None]
    turned = np.stack([c * own[..., 0] - s * own[..., 1], s * own[..., 0] + c * own[..., 1], own[..., 2]], -1)
    corners = turned + boxes.centre[:, None]
    return corners[:, faces].reshape(-1, 3, 3).astype(np.float32)
