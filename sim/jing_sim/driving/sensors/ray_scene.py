"""What rays can hit: the triangles of a scene, in a tree made once, and the boxes of bodies, made anew each frame."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.bodies import Bodies
from jing_sim.driving.scene import StaticScene
from jing_sim.driving.sensors.hulls import hull_boxes
from jing_sim.driving.sensors.kernels_rays import cast_all, fill_tree

__all__ = ["Hits", "RayScene", "StillTree"]

Float = NDArray[np.float64]
F32 = NDArray[np.float32]
I32 = NDArray[np.int32]

_PER_LEAF = 4
_CHUNK = 4096


@dataclass(frozen=True)
class Hits:
    """`(n,)` what rays met.

    Attributes:
        distance: [m]; where nothing was met, the farthest looked at.
        label: semantic label, 0 = nothing.
        body: id of a moving body, 0 = none. thing: row of the scene's boxes + 1, 0 = none.
        row: row of the body, -1 = none.
        cosine: of the angle of incidence.
        hit: whether something was met.
    """

    distance: F32
    label: NDArray[np.uint8]
    body: NDArray[np.uint32]
    thing: NDArray[np.uint32]
    row: I32
    cosine: F32
    hit: NDArray[np.bool_]


class StillTree:
    """The triangles of a scene in the order of a space-filling curve, and their tree."""

    def __init__(self, scene: StaticScene) -> None:
        corners = scene.triangles
        middle = corners.mean(axis=1)
        self.order = np.argsort(_curve(middle), kind="stable")
        self.corners: F32 = np.ascontiguousarray(corners[self.order])
        self.label, self.thing = scene.label[self.order], scene.object[self.order]
        self.nodes, self.n_leaves = _tree(self.corners.min(axis=1), self.corners.max(axis=1), _PER_LEAF)


class RayScene:
    """A scene and the bodies in it, as rays see them; one tree of still things may serve many of these.

    `threads` share the rays of a call; the answers do not depend on how many they are.
    """

    def __init__(self, still: StaticScene | StillTree, threads: int = 1) -> None:
        self.still = still if isinstance(still, StillTree) else StillTree(still)
        self.threads = threads
        self.boxes: Float = np.zeros((0, 15))
        self.box_row: I32 = np.zeros(0, np.int32)
        self._box_nodes: F32 = np.zeros((1, 6), np.float32)
        self._n_box_leaves = 1
        self.bodies = Bodies.empty(0)

    def update(self, bodies: Bodies) -> None:
        """Looks at where the bodies are now."""
        boxes, row = hull_boxes(bodies)
        order = np.argsort(_curve(boxes[:, :3]), kind="stable")
        self.boxes, self.box_row, self.bodies = boxes[order], row[order], bodies
        spread = np.abs(self.boxes[:, 6:].reshape(-1, 3, 3) * self.boxes[:, 3:6, None]).sum(axis=1)
        low, high = (self.boxes[:, :3] - spread).astype(np.float32), (self.boxes[:, :3] + spread).astype(np.float32)
        self._box_nodes, self._n_box_leaves = _tree(low, high, 1)

    def tables(self) -> tuple[F32, int, int, F32, F32, int, Float, I32]:
        """What the kernels need of this scene."""
        return (
            self.still.nodes, self.still.n_leaves, _PER_LEAF, self.still.corners, self._box_nodes,
            self._n_box_leaves, self.boxes, self.box_row,
        )  # fmt: skip

    def cast(self, origins: Float, directions: Float, most_m: float, skip: int = -1) -> Hits:
        """What rays from `origins` along unit `directions` `(n, 3)`, map frame, meet first within `most_m`.

        `skip`: row of a body that is not seen, that which carries the sensor.
        """
        n = len(directions)
        distance, what = np.zeros(n, np.float32), np.zeros(n, np.int32)
        cosine = np.zeros(n, np.float32)
        starts = np.ascontiguousarray(np.broadcast_to(origins, (n, 3)), np.float64)
        ways = np.ascontiguousarray(directions, np.float64)

        def part(begin: int) -> None:
            cast_all(
                begin, min(begin + _CHUNK, n), starts, ways, most_m, skip, *self.tables(), distance, what, cosine,
                np.zeros(64, np.int32),
            )  # fmt: skip

        self.share(part, range(0, n, _CHUNK))
        return self.hits(distance, what, cosine)

    def share(self, work: Callable[[int], None], parts: range) -> None:
        """Runs `work` for all parts, on as many threads as there are."""
        if self.threads == 1 or len(parts) < 2:
            for begin in parts:
                work(begin)
        else:
            list(self._pool.map(work, parts))

    def hits(self, distance: F32, what: I32, cosine: F32) -> Hits:
        """What the kernels found, in words of the scene."""
        still, moving = what >= 0, what <= -2
        row = np.full(len(what), -1, np.int32)
        row[moving] = self.box_row[-2 - what[moving]]
        label, thing = np.zeros(len(what), np.uint8), np.zeros(len(what), np.uint32)
        label[still], thing[still] = self.still.label[what[still]], self.still.thing[what[still]]
        label[moving] = self.bodies.label[row[moving]]
        body = np.zeros(len(what), np.uint32)
        body[moving] = self.bodies.id[row[moving]]
        return Hits(distance, label, body, thing, row, cosine, what != -1)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.threads)


def _tree(low: F32, high: F32, per_leaf: int) -> tuple[F32, int]:
    n_leaves = 1
    while n_leaves * per_leaf < len(low):
        n_leaves *= 2
    nodes = np.zeros((2 * n_leaves - 1, 6), np.float32)
    fill_tree(low, high, n_leaves, per_leaf, nodes)
    return nodes, n_leaves


def _curve(points: NDArray[np.floating]) -> NDArray[np.uint64]:
    """Morton codes of points, 21 bits an axis; heights count as much as the plane, for maps are flat."""
    if not len(points):
        return np.zeros(0, np.uint64)
    low = points.min(axis=0)
    span = max(float((points.max(axis=0) - low).max()), 1.0e-6)
    cells = ((points - low) / span * (2**21 - 1)).astype(np.uint64)
    code = np.zeros(len(points), np.uint64)
    for axis in range(3):
        x = cells[:, axis]
        for shift, mask in (
            (32, 0x1F00000000FFFF), (16, 0x1F0000FF0000FF), (8, 0x100F00F00F00F00F), (4, 0x10C30C30C30C30C3),
            (2, 0x1249249249249249),
        ):  # fmt: skip
            x = (x | (x << np.uint64(shift))) & np.uint64(mask)
        code |= x << np.uint64(axis)
    return code
