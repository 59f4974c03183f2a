"""Steps per second and bytes told per step of one large network, in one piece and in parts on Ray actors.

The same steps of the same run are timed for each, after the network has filled. The network is that of `traffic_large.py`.

    python benchmarks/traffic_partitioned.py [TRIPS_PER_H] [WARM_S] [STEPS]
"""

import sys
import time
from collections.abc import Callable

from traffic_large import COPIES, copied, large_grid

from jing_sim.cluster.partitioned import RayPartitionedTraffic
from jing_sim.cluster.session import ray_session
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.traffic import TrafficOptions, TrafficWorld

OPTIONS = TrafficOptions(seed=1)


class ByRay(RayPartitionedTraffic):
    """Neighbours exchange as if they were on different nodes."""

    by_ray = True


def timed(run: Callable[[float], None], warm_s: float, end_s: float) -> float:
    """Steps per second of wall time from `warm_s` on."""
    run(warm_s)
    begin = time.perf_counter()
    run(end_s)
    return (end_s - warm_s) / OPTIONS.dt_s / (time.perf_counter() - begin)


def main(flow: float = 950_000.0, warm_s: float = 400.0, steps: int = 40) -> None:
    """Prints one line for the world in one piece and one for each number of parts."""
    network, end_s = large_grid(), warm_s + steps
    tenth, _ = random_trips(network, flow / COPIES, DemandOptions(duration_s=end_s, seed=1))
    trips = copied(tenth, COPIES)
    world = TrafficWorld(network, trips, OPTIONS)
    whole, expected = timed(world.run, warm_s, end_s), world.state_hash()
    print(f"one piece: {whole:.1f} steps/s, {world.summary().running} vehicles", flush=True)
    del world
    with ray_session(workers=2):
        for parts, kind in ((1, RayPartitionedTraffic), (2, RayPartitionedTraffic), (2, ByRay)):
            divided = kind(network, trips, OPTIONS, parts=parts)
            rate = timed(divided.run, warm_s, end_s)
            figures = divided.summary()
            divided.close()
            print(
                f"{parts} workers{', through Ray' if kind is ByRay else ''}: {rate:.1f} steps/s "
                f"({rate / whole:.2f} of one piece), {figures.bytes_per_step / 1e3:.0f} kB a step, "
                f"vehicles {figures.part_vehicles}, halo {figures.halo_share:.2f}, "
                f"same bits: {figures.state_hash == expected}",
                flush=True,
            )


if __name__ == "__main__":
    given = sys.argv[1:]
    main(*[kind(text) for kind, text in zip((float, float, int), given, strict=False)])
