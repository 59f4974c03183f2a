"""Trees over triangles: made in about a second a million, and kept on disk beside the scene."""

import hashlib
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.scene import StaticScene
from jing_sim.driving.scene_store import cache_folder
from jing_sim.driving.sensors.kernels_tree import BINS, STACK, build_tree
from jing_sim.driving.sensors.ray_rows import Tree

__all__ = ["StillTree", "kept_tree", "no_tree", "tree_over", "tree_over_triangles"]

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]


class StillTree:
    """A scene as rays see it: its triangles in the order of a tree over them.

    Attributes:
        tree: over `corners` `(n, 3, 3)`.
        label, thing: `(n,)` semantic label; row of the scene's boxes + 1, 0 = none.
    """

    def __init__(self, scene: StaticScene, made: tuple[I32, Tree] | None = None) -> None:
        """Builds the tree, unless it has been `made` before: old rows in its order, and the tree."""
        order, self.tree = made or tree_over_triangles(scene.triangles)
        self.corners: F32 = np.ascontiguousarray(scene.triangles[order], np.float32)
        self.label, self.thing = scene.label[order], scene.object[order]


def no_tree() -> Tree:
    """A tree over nothing."""
    return Tree(np.full((1, 2, 6), 3.0e38, np.float32), np.full((1, 2), ~0, np.int32), np.zeros(1, np.int32))


def tree_over(bounds: F32) -> tuple[I32, Tree]:
    """`(n,)` rows of the things in the tree's order, and the tree, over `(n, 6)` lower and upper bounds."""
    n = len(bounds)
    if n == 0:
        return np.zeros(0, np.int32), no_tree()
    order = np.arange(n, dtype=np.int32)
    tree = Tree(np.zeros((n, 2, 6), np.float32), np.zeros((n, 2), np.int32), np.zeros(n, np.int32))
    scratch = np.zeros((STACK, 4), np.int32), np.zeros(BINS * 6, np.float32), np.zeros(BINS, np.int32)
    count = build_tree(np.ascontiguousarray(bounds), order, *tree, *scratch, np.zeros(BINS + 12, np.float32))
    return order, Tree(tree.bounds[:count].copy(), tree.child[:count].copy(), tree.split[:count].copy())


def tree_over_triangles(triangles: F32) -> tuple[I32, Tree]:
    """The same over `(n, 3, 3)` corners."""
    return tree_over(np.hstack([triangles.min(axis=1), triangles.max(axis=1)]).astype(np.float32, copy=False))


def kept_tree(scene: StaticScene) -> StillTree:
    """The tree of a scene: the one made before, or a new one, which is kept."""
    digest = hashlib.sha256(np.ascontiguousarray(scene.triangles).data)
    digest.update((Path(__file__).parent / "kernels_tree.py").read_bytes())
    kept = cache_folder() / f"rays-{digest.hexdigest()[:24]}.npz"
    if kept.is_file():
        with np.load(kept, allow_pickle=False) as columns:
            return StillTree(scene, (columns["order"], Tree(*(columns[name] for name in Tree._fields))))
    order, tree = tree_over_triangles(scene.triangles)
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_name(f"{kept.name}.{os.getpid()}.part.npz")
    np.savez(partial, allow_pickle=False, order=order, **tree._asdict())
    partial.replace(kept)
    return StillTree(scene, (order, tree))
