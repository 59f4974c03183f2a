"""Hashes of all state of one run, however it is computed: equal, or the command ends with status 1.

The same network, trips and seed run alone, a second time in a fresh process, from a snapshot, from a file, from a
branch, and in parts; and, under the stages of a controller, alone, in parts, and as a world of batches of 1 and 64 on 1
and 2 threads.

    python -m benchmarks.traffic_determinism [STEPS] [SIDE]
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.protocols import SignalObservation, Stages
from jing_sim.traffic import TrafficBatch, TrafficOptions, TrafficWorld, load_world, save_world
from jing_sim.traffic.partitioned import PartitionedTraffic
from jing_sim.trips import Trips

OPTIONS = TrafficOptions(seed=7)
INTERVAL = 5


class Told:
    """A controller that shows what was drawn beforehand."""

    interval_s = float(INTERVAL)

    def __init__(self, stages: NDArray[np.int32]) -> None:
        self._stages = stages

    def reset(self, network: RoadNetwork, stages: Stages) -> None:
        """Nothing is kept of a run."""

    def decide(self, seen: SignalObservation) -> NDArray[np.int32]:
        """The stages of this time."""
        return np.asarray(self._stages[round(seen.time_s) // INTERVAL], np.int32)


def case(side: int, steps: int) -> tuple[RoadNetwork, Trips]:
    """A grid with about 20 vehicles a junction."""
    network = grid(side, side)
    return network, random_trips(network, 300.0 * side * side, DemandOptions(duration_s=float(steps), seed=1))[0]


def by_programs(network: RoadNetwork, trips: Trips, steps: int) -> Iterator[tuple[str, str]]:
    """Signals by the map's programs."""
    alone = TrafficWorld(network, trips, OPTIONS)
    alone.run(steps / 2)
    kept, branch = alone.snapshot(), alone.branch()
    with tempfile.TemporaryDirectory() as folder:
        save_world(alone, Path(folder) / "world")
        loaded = load_world(Path(folder) / "world", network, trips)
    alone.run(steps)
    yield "alone", alone.state_hash()
    alone.restore(kept)
    for name, world in (("snapshot put back", alone), ("branch", branch), ("saved and loaded", loaded)):
        world.run(steps)
        yield name, world.state_hash()
    command = [sys.executable, "-m", "benchmarks.traffic_determinism", "--hash", str(steps), str(grid_side(network))]
    yield "fresh process", subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    for parts in (1, 2, 3):
        divided = PartitionedTraffic(network, trips, OPTIONS, parts=parts)
        divided.run(steps)
        yield f"{parts} part{'s' if parts > 1 else ''}", divided.state_hash()


def by_stages(network: RoadNetwork, trips: Trips, steps: int) -> Iterator[tuple[str, str]]:
    """Stages that are told."""
    rng, n = np.random.default_rng(0), len(network.controllers)
    stages = np.repeat(rng.integers(0, 2, (steps // INTERVAL // 4 + 2, n), np.int32), 4, axis=0)
    alone = TrafficWorld(network, trips, OPTIONS, controller=Told(stages))
    alone.run(steps)
    yield "alone", alone.state_hash()
    for worlds in (1, 64):
        for threads in (1, 2):
            seeds = OPTIONS.seed + np.arange(worlds)
            batch = TrafficBatch(network, [trips], OPTIONS, seeds, INTERVAL, steps + 1.0, threads=threads)
            for k in range(steps // INTERVAL):
                batch.step(np.repeat(stages[k][None], worlds, axis=0))
            yield f"world of a batch of {worlds}, {threads} thread{'s' if threads > 1 else ''}", batch.state_hash(0)
            batch.close()
    divided = PartitionedTraffic(network, trips, OPTIONS, parts=2, controller=Told(stages))
    divided.run(steps)
    yield "2 parts", divided.state_hash()


def grid_side(network: RoadNetwork) -> int:
    """Junctions with signals along a side."""
    return int(np.rint(np.sqrt(len(network.controllers))))


def main(steps: int = 900, side: int = 10) -> int:
    """Prints all hashes; 0 where those of each group are equal."""
    network, trips = case(side, steps)
    differ = 0
    for title, runs in (("signals by programs", by_programs), ("stages that are told", by_stages)):
        print(f"{title}: grid {side} x {side}, {len(trips)} trips, {steps} steps")
        expected = ""
        for name, found in runs(network, trips, steps):
            expected = expected or found
            differ += found != expected
            print(f"  {name:36s} {found}  {'equal' if found == expected else 'DIFFERS'}", flush=True)
    print("all equal" if not differ else f"{differ} differ")
    return int(differ > 0)


def one_hash(steps: int, side: int) -> str:
    """That of the world alone, for a process of its own."""
    world = TrafficWorld(*case(side, steps), OPTIONS)
    world.run(steps)
    return world.state_hash()


if __name__ == "__main__":
    given = sys.argv[1:]
    if given[:1] == ["--hash"]:
        print(one_hash(int(given[1]), int(given[2])))
        sys.exit()
    sys.exit(main(*map(int, given)))
