"""Many driving worlds of one scene, stepped together: for training, and for searches over scenarios."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from jing_sim.driving.errors import PhysicsError
from jing_sim.driving.kernels_step import step_worlds
from jing_sim.driving.options import DrivingOptions, scene_arrays, substeps_of
from jing_sim.driving.scene import StaticScene
from jing_sim.driving.state import new_state, part_of
from jing_sim.driving.world import DrivingWorld

__all__ = ["DrivingBatch"]


class DrivingBatch:
    """`n_worlds` worlds; each is a `DrivingWorld` whose columns are a part of the batch's arrays.

    Worlds do not see each other, and have the bits that they would have alone, on any number of threads. A batch has
    room for `options.rows` bodies a world; `state` are its arrays with a leading axis of worlds, so that observations
    and controls of all worlds are read and written as columns.

    >>> from jing_sim.driving.scene import flat_scene
    >>> batch = DrivingBatch(flat_scene(), 3)
    >>> batch.step(0.05)
    >>> [world.frame for world in batch.worlds]
    [1, 1, 1]
    """

    def __init__(
        self, scene: StaticScene, n_worlds: int, options: DrivingOptions | None = None, *, threads: int = 1
    ) -> None:
        if n_worlds < 1 or threads < 1:
            msg = f"{n_worlds} worlds on {threads} threads; 1 or more of both are right"
            raise PhysicsError(msg)
        self.options = options or DrivingOptions()
        arrays = self.ground, self.walls = scene_arrays(scene)
        self.state = new_state(n_worlds, self.options.rows)
        self.worlds = tuple(
            DrivingWorld(scene, self.options, state=part_of(self.state, k), arrays=arrays) for k in range(n_worlds)
        )
        self._cuts = np.linspace(0, n_worlds, min(threads, n_worlds) + 1).astype(np.int64)
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def step(self, dt_s: float, substep_s: float | None = None) -> None:
        """Moves all worlds on by `dt_s`."""
        substeps = substeps_of(dt_s, self.options.substep_s if substep_s is None else substep_s)
        gravity = np.array([world.gravity_mps2 for world in self.worlds])
        road = np.array([world.weather.road_friction for world in self.worlds])

        def move(begin: int, end: int) -> None:
            step_worlds(self.state, begin, end, self.ground, self.walls, gravity, road, dt_s, substeps)

        pieces = [(int(a), int(b)) for a, b in zip(self._cuts[:-1], self._cuts[1:], strict=True)]
        if self._pool is None:
            move(0, len(self.worlds))
        else:
            list(self._pool.map(move, *zip(*pieces, strict=True)))
        for world in self.worlds:
            world.stepped(dt_s)

    def close(self) -> None:
        """Ends its threads."""
        if self._pool is not None:
            self._pool.shutdown()
