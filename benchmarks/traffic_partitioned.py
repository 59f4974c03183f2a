"""Steps per second and bytes told per step of one large network, in one piece and in parts on Ray actors.

The same steps of the same run are timed for each, after the network has filled, in turns of some steps; the network is
that of `traffic_large.py`.

    python -m benchmarks.traffic_partitioned [TRIPS_PER_H] [WARM_S] [STEPS]
"""

import sys
import time
from collections.abc import Callable

import numpy as np
from benchmarks.traffic_large import COPIES, copied, large_grid

from jing_sim.cluster.partitioned import RayPartitionedTraffic
from jing_sim.cluster.session import ray_session
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.traffic import TrafficOptions, TrafficWorld

OPTIONS = TrafficOptions(seed=1)
TURNS = 5
THROUGH_RAY = "2 workers, through Ray"


class ByRay(RayPartitionedTraffic):
    """Neighbours exchange as if they were on different nodes."""

    by_ray = True


def timed(run: Callable[[float], None], end_s: float, steps: int) -> float:
    """Steps per second of wall time over so many steps up to `end_s`."""
    begin = time.perf_counter()
    run(end_s)
    return steps / (time.perf_counter() - begin)


def main(flow: float = 950_000.0, warm_s: float = 400.0, steps: int = 10) -> None:
    """Prints one line for the world in one piece and one for each number of parts."""
    network, end_s = large_grid(), warm_s + TURNS * steps
    tenth, _ = random_trips(network, flow / COPIES, DemandOptions(duration_s=end_s, seed=1))
    trips = copied(tenth, COPIES)
    world = TrafficWorld(network, trips, OPTIONS)
    world.run(warm_s)
    with ray_session(workers=5):
        kinds = {
            "1 worker": (1, RayPartitionedTraffic),
            "2 workers": (2, RayPartitionedTraffic),
            THROUGH_RAY: (2, ByRay),
        }
        divided = {name: kind(network, trips, OPTIONS, parts=parts) for name, (parts, kind) in kinds.items()}
        for one in divided.values():
            one.run(warm_s)
        before = {name: one.summary() for name, one in divided.items()}
        rates: dict[str, list[float]] = {name: [] for name in ("one piece", *divided)}
        cpu = time.thread_time()
        for turn in range(1, TURNS + 1):
            rates["one piece"].append(timed(world.run, warm_s + turn * steps, steps))
            for name, one in divided.items():
                rates[name].append(timed(one.run, warm_s + turn * steps, steps))
        figures, n = world.summary(), TURNS * steps
        whole = float(np.median(rates["one piece"]))
        cpu_ms = (time.thread_time() - cpu) / n * 1e3
        print(f"one piece: {whole:.1f} steps/s, {figures.running} vehicles, CPU {cpu_ms:.1f} ms a step")
        for name, one in divided.items():
            now, then, rate = one.summary(), before[name], float(np.median(rates[name]))
            busy = (np.array(now.part_cpu_s) - np.array(then.part_cpu_s)) / n * 1e3
            told = now.bytes_per_step * one.steps - then.bytes_per_step * warm_s / OPTIONS.dt_s
            print(
                f"{name}: {rate:.1f} steps/s ({rate / whole:.2f} of one piece; best {max(rates[name]):.1f}), "
                f"{told / n / 1e3:.0f} kB a step, vehicles {now.part_vehicles}, halo {now.halo_share:.2f}, "
                f"CPU {', '.join(f'{ms:.1f}' for ms in busy)} ms a step, same bits: "
                f"{now.state_hash == figures.state_hash}"
            )
            one.close()


if __name__ == "__main__":
    given = sys.argv[1:]
    main(*[kind(text) for kind, text in zip((float, float, int), given, strict=False)])
