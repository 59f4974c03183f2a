"""The parts of one large network as Ray actors. Borders travel as Ray objects: through shared memory on a node."""

import ray

from jing_maps.columns import Programs
from jing_sim.traffic.part import Part, Share
from jing_sim.traffic.partitioned import PartitionedTraffic
from jing_sim.trips import Trips

__all__ = ["RayPartitionedTraffic"]


class RayPartitionedTraffic(PartitionedTraffic):
    """`PartitionedTraffic` with one Ray actor (one CPU) a part; needs a connection to Ray (`ray_session`)."""

    def shares(self) -> list[Share]:
        """What each part owns now."""
        shares: list[Share] = ray.get([actor.share.remote() for actor in self._actors])
        return shares

    def close(self) -> None:
        """Ends the actors."""
        for actor in self._actors:
            ray.kill(actor)

    def _start(self, trips: Trips, parts: int, programs: Programs | None, halo: float) -> None:
        kind = ray.remote(num_cpus=1)(Part)
        common = [ray.put(thing) for thing in (self.network, trips, self.options)]
        self._actors = [kind.remote(*common, k, parts, programs, halo) for k in range(parts)]

    def _exchange(self) -> int:
        borders = [actor.step_own.remote() for actor in self._actors]
        done = [actor.take_all.remote(*borders) for actor in self._actors]
        return sum(ray.get(done))
