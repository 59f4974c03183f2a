"""The meshes of all shapes of bodies that a scene has seen, and a tree over each."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.bodies import Bodies
from jing_sim.driving.sensors.kernels_tree import MOST_IN_LEAF
from jing_sim.driving.sensors.ray_rows import Tree
from jing_sim.driving.sensors.shapes import ShapeKey, mesh_of
from jing_sim.driving.sensors.still_tree import no_tree, tree_over_triangles

__all__ = ["ShapeTrees"]

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]


class ShapeTrees:
    """Grows with each new shape; shapes are never forgotten, for there are as many as blueprints."""

    def __init__(self) -> None:
        self._row: dict[ShapeKey, int] = {}
        self._tree = no_tree()
        self._corners: F32 = np.zeros((0, 3, 3), np.float32)
        self._root: I32 = np.zeros(0, np.int32)
        self.material: NDArray[np.uint8] = np.zeros(0, np.uint8)
        """`(n,)` of the triangles."""

    def rows_of(self, bodies: Bodies, rows: I32) -> I32:
        """The shape of each of these bodies."""
        columns = zip(
            bodies.kind[rows].tolist(), bodies.label[rows].tolist(), *bodies.half_extent[rows].T.tolist(), strict=True
        )
        return np.array([self._row.get(key) if key in self._row else self._add(key) for key in columns], np.int32)

    def tables(self) -> tuple[Tree, F32, I32]:
        """Trees, corners and first nodes, as `RayTables` has them."""
        return self._tree, self._corners, self._root

    def _add(self, key: ShapeKey) -> int:
        mesh = mesh_of(key)
        order, tree = tree_over_triangles(mesh.corners)
        nodes, triangles = len(self._tree.split), len(self._corners)
        child = np.where(tree.child < 0, tree.child - triangles * MOST_IN_LEAF, tree.child + nodes)
        moved = Tree(tree.bounds, child.astype(np.int32), tree.split)
        self._tree = Tree(*(np.concatenate(pair) for pair in zip(self._tree, moved, strict=True)))
        self._corners = np.concatenate([self._corners, mesh.corners[order]])
        self.material = np.concatenate([self.material, mesh.material[order]])
        self._root = np.append(self._root, np.int32(nodes))
        self._row[key] = len(self._row)
        return self._row[key]
