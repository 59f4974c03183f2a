"""Drives on leased CARLA servers, side by side under Ray."""

from dataclasses import asdict, dataclass

import ray

from jing_sim.carla.launcher import LaunchOptions
from jing_sim.cluster.carla_servers import CarlaServers, leased

__all__ = ["DriveJob", "drive_on_servers"]

_LEASE_S = 600.0
_DT_S = 0.05


@dataclass(frozen=True)
class DriveJob:
    """`count` worlds of a map, each with so much background traffic and an ego that drives for `seconds`."""

    map: str = "yizhuang"
    count: int = 2
    background: int = 30
    seconds: float = 20.0
    seed: int = 0


def drive_on_servers(job: DriveJob) -> list[dict[str, float]]:
    """Figures of each world, see `jing_sim.carla.follower.DriveFigures`; needs a Ray session.

    All worlds run side by side, however few processors there are.

    Raises:
        LaunchError: a server did not come up.
    """
    options = LaunchOptions(map=job.map, background=job.background, seed=job.seed)
    servers = ray.remote(CarlaServers).options(num_cpus=0).remote(job.count, options)
    try:
        # One after the other: the first one compiles and builds what the others find ready.
        ray.get(servers.start.remote())
        share = min(1.0, float(ray.cluster_resources().get("CPU", 1.0)) / job.count)
        begin = _drive.options(num_cpus=share).remote
        drives = [begin(servers, number, job.seconds) for number in range(job.count)]
        return list(ray.get(drives))
    finally:
        ray.get(servers.stop.remote())


# A server that dies takes its client with it: the drive begins again on another one.
@ray.remote(max_retries=3, retry_exceptions=True)
def _drive(servers: "ray.actor.ActorHandle", number: int, seconds: float) -> dict[str, float]:
    from jing_sim.carla.client import CarlaWorld  # noqa: PLC0415 - the carla library is loaded in workers alone
    from jing_sim.carla.follower import drive  # noqa: PLC0415

    with leased(servers, _LEASE_S) as lease:
        world = CarlaWorld(lease.host, lease.port)
        with world.synchronous(_DT_S):
            return asdict(drive(world.world, 101 + 1000 * number, seconds, _DT_S))
