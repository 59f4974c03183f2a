"""A connection to Ray: a cluster of this machine's own, or one that runs elsewhere."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import ray

from jing_sim.cluster.job import CampaignError

__all__ = ["check_feasible", "cluster_resources", "ray_session"]


@contextmanager
def ray_session(address: str | None = None, workers: int | None = None) -> Iterator[None]:
    """Connected to Ray inside the block; a connection that was there before is used and left alone.

    Args:
        address: of a running cluster (`host:port`, `ray://host:port`, `auto`); None starts one on this machine.
        workers: CPUs of the own cluster; None = all of the machine.

    Raises:
        CampaignError: no cluster answers at the address.
    """
    if ray.is_initialized():
        yield
        return
    # What Ray tells of dead workers would stand on stdout, where commands print one JSON object; campaigns tell it.
    ray._private.worker._worker_logs_enabled = False
    try:
        if address is None:
            ray.init(
                address="local",
                num_cpus=workers or os.cpu_count(),
                include_dashboard=False,
                log_to_driver=False,
                logging_level="error",
            )
        else:
            ray.init(address=address, log_to_driver=False, logging_level="error")
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise CampaignError(f"no Ray cluster answers at {address or 'this machine'}: {error}") from error
    try:
        yield
    finally:
        ray.shutdown()


def check_feasible(resources: Mapping[str, float]) -> None:
    """Raises `CampaignError` if no node that is alive could ever hold these resources."""
    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    if any(all(node.get(name, 0.0) >= amount for name, amount in resources.items()) for node in nodes):
        return
    offered = sorted(
        {name for node in nodes for name in node if not name.startswith(("node:", "object_store", "memory"))}
    )
    raise CampaignError(
        f"no Ray node offers {dict(resources)}; the nodes offer {', '.join(offered)}. "
        "Start a node with the resource, e.g. ray start --address=HOST:6379 --resources='{\"CARLA\": 1}'"
    )


def cluster_resources() -> dict[str, float]:
    """What the nodes of the connected cluster offer in all, e.g. `{"CPU": 16.0, "CARLA": 2.0}`."""
    return {name: float(amount) for name, amount in ray.cluster_resources().items() if not name.startswith("node:")}
