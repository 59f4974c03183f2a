"""CARLA servers leased to Ray workers: one actor a node starts them, watches them, and takes them back.

A server belongs to one lease at a time and listens to its own node alone: the workers that lease it run there. Leases
end when they are given back or when their time is over, so that a worker that has died does not keep its server; a
server that has died or does not answer is started again.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import ray

from jing_sim.carla.launcher import LaunchOptions, RunningServer, launch
from jing_sim.cluster.job import CampaignError

__all__ = ["CarlaLease", "CarlaServers", "leased"]

_POLL_S = 0.2
_YIZHUANG = LaunchOptions()


@dataclass(frozen=True)
class CarlaLease:
    """A server for a while.

    Attributes:
        key: names the lease. host, port: of the server. until_s: `time.time()` at which it ends by itself.
    """

    key: str
    host: str
    port: int
    until_s: float


class CarlaServers:
    """`count` servers on this node. Use it as a Ray actor: `ray.remote(CarlaServers).remote(count, options)`.

    Servers are started when they are first wanted.
    """

    def __init__(self, count: int, options: LaunchOptions = _YIZHUANG) -> None:
        if count < 1:
            raise CampaignError(f"count is {count}; at least one server would be right")
        self._options, self._count = options, count
        self._servers: list[RunningServer] = []
        self._leases: dict[int, CarlaLease] = {}
        self.restarts = 0

    def take(self, seconds: float) -> CarlaLease | None:
        """A server for so long, healthy; None while all are out."""
        self._end_old_leases()
        free = [k for k in range(len(self._servers)) if k not in self._leases]
        if not free:
            if len(self._servers) >= self._count:
                return None
            self._servers.append(launch(replace(self._options, port=0)))
            free = [len(self._servers) - 1]
        number = free[0]
        server = self._servers[number]
        if not (server.alive and server.answers):
            server.restart()
            self.restarts += 1
        lease = CarlaLease(uuid.uuid4().hex, "127.0.0.1", server.port, time.time() + seconds)
        self._leases[number] = lease
        return lease

    def start(self) -> int:
        """All servers are up; their number."""
        while len(self._servers) < self._count:
            self._servers.append(launch(replace(self._options, port=0)))
        return len(self._servers)

    def give_back(self, key: str) -> bool:
        """Ends a lease; False where it had ended."""
        for number, lease in list(self._leases.items()):
            if lease.key == key:
                del self._leases[number]
                return True
        return False

    def report(self) -> dict[str, int]:
        """Servers started, out, and restarted."""
        return {"servers": len(self._servers), "out": len(self._leases), "restarts": self.restarts}

    def stop(self) -> None:
        """Ends all servers."""
        for server in self._servers:
            server.stop()
        self._servers.clear()
        self._leases.clear()

    def _end_old_leases(self) -> None:
        for number, lease in list(self._leases.items()):
            if lease.until_s < time.time():
                # Whoever had it may still talk to it: the next one gets a fresh process.
                self._servers[number].restart()
                self.restarts += 1
                del self._leases[number]


@contextmanager
def leased(servers: "ray.actor.ActorHandle", seconds: float, patience_s: float = 600.0) -> Iterator[CarlaLease]:
    """A lease for the body of a `with`, from the Ray actor `servers`; waits while all servers are out.

    Raises:
        CampaignError: none came free in time.
    """
    until = time.monotonic() + patience_s
    while (lease := ray.get(servers.take.remote(seconds))) is None:
        if time.monotonic() > until:
            raise CampaignError(f"no CARLA server came free within {patience_s:g} s")
        time.sleep(_POLL_S)
    try:
        yield lease
    finally:
        ray.get(servers.give_back.remote(lease.key))
