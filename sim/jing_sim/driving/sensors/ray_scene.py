"""What rays can hit: the triangles of a scene, in a tree made once, and the bodies, looked at anew in each frame."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.bodies import Bodies, BodyKind
from jing_sim.driving.scene import StaticScene
from jing_sim.driving.sensors.kernels_rays import cast_rays
from jing_sim.driving.sensors.mount import axes_of
from jing_sim.driving.sensors.ray_rows import RayTables, new_bundle
from jing_sim.driving.sensors.shape_trees import ShapeTrees
from jing_sim.driving.sensors.still_tree import StillTree, no_tree, tree_over

__all__ = ["Hits", "RayScene", "StillTree"]

Float = NDArray[np.float64]
F32 = NDArray[np.float32]
I32 = NDArray[np.int32]

_CHUNK = 2048


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


class RayScene:
    """A scene and the bodies in it, as rays see them; one tree of still things may serve many of these.

    `threads` share the rays of a call; the answers do not depend on how many they are.
    """

    def __init__(self, still: StaticScene | StillTree, threads: int = 1) -> None:
        self.still = still if isinstance(still, StillTree) else StillTree(still)
        self.threads = threads
        self.bodies = Bodies.empty(0)
        self.shapes = ShapeTrees()
        # By thing, colours in which it shines; negative = it does not.
        self.shown: F32 = np.full((int(self.still.thing.max(initial=0)) + 1, 3), -1.0, np.float32)
        self.tables: RayTables
        self.update(self.bodies)

    def update(self, bodies: Bodies) -> None:
        """Looks at where the bodies are now."""
        self.bodies = bodies
        row = np.flatnonzero(bodies.kind != BodyKind.FREE).astype(np.int32)
        axes = axes_of(bodies.rotation[row])
        centre = bodies.position[row] + np.einsum("nk,nkx->nx", bodies.box_centre[row], axes)
        spread = np.abs(axes * bodies.half_extent[row][:, :, None]).sum(axis=1)
        top = no_tree()
        if len(row):
            # A little wider than the hull, which is rounded on its own.
            bounds = np.hstack([centre - spread, centre + spread]) + np.repeat([-1.0e-3, 1.0e-3], 3)
            order, top = tree_over(bounds.astype(np.float32))
            row, centre, axes = row[order], centre[order], axes[order]
        shape = self.shapes.rows_of(bodies, row)
        trees, corners, root = self.shapes.tables()
        pose = np.hstack([centre, axes.reshape(-1, 9)])
        self.tables = RayTables(self.still.tree, self.still.corners, trees, corners, root, top, pose, shape, row)

    def show(self, things: NDArray[np.integer], colours: F32) -> None:
        """These things shine in colours `(n, 3)`, 0 to 1, in pictures: heads of traffic lights; negative = no longer.

        `things`: rows of the scene's boxes + 1.
        """
        self.shown[things] = colours

    def cast(self, origins: Float, directions: Float, most_m: float, skip: int = -1) -> Hits:
        """What rays from `origins` along unit `directions` `(n, 3)`, map frame, meet first within `most_m`.

        `origins`: `(n, 3)`, or `(3,)` of all of them. `skip`: row of a body that is not seen.
        Neighbours should look into similar directions: that is faster.
        """
        n = len(directions)
        distance, cosine = np.zeros(n, np.float32), np.zeros(n, np.float32)
        what = np.zeros(n, np.int32)
        starts = np.ascontiguousarray(np.asarray(origins, np.float64).reshape(-1, 3))
        ways = np.ascontiguousarray(directions, np.float64)

        def part(begin: int) -> None:
            cast_rays(
                begin, min(begin + _CHUNK, n), starts, ways, float(most_m), skip, self.tables, distance, what, cosine,
                new_bundle(),
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
        """What the kernels found, in words of the scene; `what`: as `kernels_rays.what_of`."""
        still, moving = what >= 0, what <= -2
        row = np.full(len(what), -1, np.int32)
        row[moving] = self.tables.row[-2 - what[moving]]
        label, thing = np.zeros(len(what), np.uint8), np.zeros(len(what), np.uint32)
        label[still], thing[still] = self.still.label[what[still]], self.still.thing[what[still]]
        label[moving] = self.bodies.label[row[moving]]
        body = np.zeros(len(what), np.uint32)
        body[moving] = self.bodies.id[row[moving]]
        return Hits(distance, label, body, thing, row, cosine, what != -1)

    def seen_from(self, mount: Float, row: int) -> int:
        """The row to skip for a sensor at `mount` `(3,)` carried by the body of `row`: that one, if it is inside.

        A sensor inside the box of its carrier would see nothing but that; one on the roof sees the roof.
        """
        at = np.flatnonzero(self.tables.row == row)
        if not len(at):
            return -1
        pose = self.tables.pose[at[0]]
        own = pose[3:].reshape(3, 3) @ (np.asarray(mount) - pose[:3])
        return row if bool(np.all(np.abs(own) <= self.bodies.half_extent[row] + 1.0e-3)) else -1

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.threads)
