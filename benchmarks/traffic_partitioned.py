"""Steps per second and bytes told per step of one large grid, in one piece and in parts on Ray actors.

python benchmarks/traffic_partitioned.py [SIDE] [VEHICLES_PER_H] [WARM_S] [STEPS]
"""

import sys
import time

from jing_maps.grid import grid
from jing_sim.cluster.partitioned import RayPartitionedTraffic
from jing_sim.cluster.session import ray_session
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.traffic import TrafficOptions, TrafficWorld


def main(side: int = 32, flow: float = 120_000.0, warm_s: float = 300.0, steps: int = 60) -> None:
    """Prints one line for the world in one piece and one for each number of parts."""
    network = grid(side, side)
    end_s = warm_s + steps
    trips, _ = random_trips(network, flow, DemandOptions(duration_s=end_s, seed=1))
    world = TrafficWorld(network, trips, TrafficOptions(seed=1))
    world.run(warm_s)
    begin = time.perf_counter()
    world.run(end_s)
    whole = steps / (time.perf_counter() - begin)
    expected = world.state_hash()
    print(f"one piece: {whole:.1f} steps/s, {world.summary().running} vehicles")
    with ray_session(workers=2):
        for parts in (1, 2):
            divided = RayPartitionedTraffic(network, trips, TrafficOptions(seed=1), parts=parts)
            divided.run(warm_s)
            told, begin = divided.n_bytes, time.perf_counter()
            divided.run(end_s)
            rate = steps / (time.perf_counter() - begin)
            figures = divided.summary()
            divided.close()
            print(
                f"{parts} workers: {rate:.1f} steps/s ({rate / whole:.2f} of one piece), "
                f"{(divided.n_bytes - told) / steps:.0f} bytes a step, vehicles {figures.part_vehicles}, "
                f"halo {figures.halo_share:.2f}, same bits: {figures.state_hash == expected}"
            )


if __name__ == "__main__":
    given = sys.argv[1:]
    main(*[kind(text) for kind, text in zip((int, float, float, int), given, strict=False)])
