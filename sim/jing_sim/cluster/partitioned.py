"""The parts of one large network as Ray actors, which exchange borders without the driver.

Neighbours on one node share memory (`jing_sim.traffic.channels`); those on different nodes call each other, and Ray
carries the messages. The driver makes one call for as many steps as nobody has a say in.
"""

import uuid
from typing import Any

import numpy as np
import ray
from numpy.typing import NDArray

from jing_maps.columns import Programs
from jing_sim.cluster.part_actor import PartActor
from jing_sim.traffic.partitioned import PartitionedTraffic
from jing_sim.trips import Trips

__all__ = ["RayPartitionedTraffic"]


class RayPartitionedTraffic(PartitionedTraffic):
    """`PartitionedTraffic` with one Ray actor (one CPU) a part; needs a connection to Ray (`ray_session`).

    When a part fails or its process dies, all of them end, and the call that met it raises.

    Attributes:
        by_ray: neighbours exchange borders through Ray on one node, too (for tests and measurements).
    """

    by_ray = False

    def close(self) -> None:
        """Ends the actors."""
        for actor in self._actors:
            ray.kill(actor)

    def _start(self, trips: Trips, owner: NDArray[np.int32], programs: Programs | None, hops: int | None) -> None:
        kind = ray.remote(num_cpus=1, concurrency_groups={"mail": 1})(PartActor)
        common = [ray.put(thing) for thing in (self.network, trips, self.options)]
        rest = (owner, programs, hops, self._lights is not None)
        self._actors: list[Any] = [kind.remote(*common, k, *rest) for k in range(self._n)]
        nodes = self._all([actor.node.remote() for actor in self._actors])
        if self.by_ray:
            nodes = [f"{node} {k}" for k, node in enumerate(nodes)]
        name = f"jingsim-parts-{uuid.uuid4().hex[:12]}"
        self._all([actor.listen.remote(name, nodes) for actor in self._actors])
        self._all([actor.connect.remote(name, nodes, self._actors) for actor in self._actors])
        self._all([actor.forget.remote(name) for actor in self._actors])

    def _tell(self, method: str, *arguments: object, **named: object) -> list[Any]:
        return self._all([actor.call.remote(method, arguments, named) for actor in self._actors])

    def _advance(self, steps: int) -> None:
        self._all([actor.advance.remote(steps) for actor in self._actors])

    def _all(self, answers: list[Any]) -> list[Any]:
        """All answers, or the first error, after which the other actors are of no use."""
        waiting = list(answers)
        try:
            while waiting:
                done, waiting = ray.wait(waiting)
                ray.get(done)
        except ray.exceptions.RayError:
            self.close()
            raise
        values: list[Any] = ray.get(answers)
        return values
