"""A grid of 64 x 64 junctions with about 200,000 vehicles: vehicle-updates per second, as a share of 16 x 16's.

CPU time of one thread. The small world is measured before the large one is made, and in turns with it: beside the large
one it is slower (why is not known), so the ratio is to its better figure. Building the large grid takes some minutes,
so it is kept as `jingsim-grid-64.jingnet` in the system's folder for temporary files. Its trips are a tenth of them,
ten times, 1 s apart: routing all of them would take as long as building.

    python benchmarks/traffic_large.py
"""

import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from jing_maps import store
from jing_maps.errors import MapFormatError
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.traffic import TrafficOptions, TrafficWorld
from jing_sim.trips import Trips

BAR = 0.6
COPIES = 10
WANTED = 200_000
TURNS, SMALL_STEPS, LARGE_STEPS = 3, 120, 6


def large_grid() -> RoadNetwork:
    path = Path(tempfile.gettempdir()) / "jingsim-grid-64.jingnet"
    try:
        return store.load(path)
    except MapFormatError:  # not there yet, or left by another version
        unfinished = path.with_name(f"unfinished-{path.name}")
        store.save(grid(64, 64), unfinished)
        unfinished.replace(path)
        return store.load(path)


def copied(trips: Trips, times: int) -> Trips:
    """Each trip so many times, 1 s apart."""
    n = len(trips)
    row, copy = np.tile(np.arange(n), times), np.repeat(np.arange(times), n)
    depart_s = trips.depart_s[row] + copy
    order = np.argsort(depart_s, kind="stable")
    row, copy = row[order], copy[order]
    lengths = np.diff(trips.first_road)[row]
    first_road = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    place = np.arange(first_road[-1]) - np.repeat(first_road[:-1], lengths) + np.repeat(trips.first_road[row], lengths)
    return replace(
        trips,
        ext_id=tuple(f"{trips.ext_id[k]}.{c}" for k, c in zip(row, copy, strict=True)),
        vehicle_type=trips.vehicle_type[row],
        depart_s=depart_s[order],
        first_road=first_road,
        roads=trips.roads[place],
    )


def updates_m(world: TrafficWorld, steps: int) -> float:
    """Million vehicle-updates per second of CPU time over so many steps."""
    before, cpu = int(world.state.totals[0]), time.thread_time()
    world.run(world.time_s + steps)
    return (int(world.state.totals[0]) - before) / (time.thread_time() - cpu) / 1e6


def main() -> None:
    small_net, large_net = grid(16, 16), large_grid()
    options = TrafficOptions(seed=1)
    small = TrafficWorld(
        small_net, random_trips(small_net, 40_000.0, DemandOptions(duration_s=1300.0, seed=1))[0], options
    )
    small.run(480.0)
    alone = updates_m(small.branch(), TURNS * SMALL_STEPS)
    tenth, _ = random_trips(large_net, 95_000.0, DemandOptions(duration_s=900.0, seed=1))
    large = TrafficWorld(large_net, copied(tenth, COPIES), options)
    print(f"{'what':34s} {'large':>12s} {'small':>12s} {'ratio':>8s} {'bar':>7s}")
    # Standing vehicles cost less than driving ones: the first line compares equally crowded grids.
    for wanted, bar in ((16 * small.summary().running, "-"), (WANTED, f">= {BAR:g}")):
        while large.summary().running < wanted and large.time_s < 960.0:
            large.run(large.time_s + 10.0)
        rates = [(updates_m(small, SMALL_STEPS), updates_m(large, LARGE_STEPS)) for _ in range(TURNS)]
        ours, base = (float(np.median(column)) for column in zip(*rates, strict=True))
        what = f"64x64 / 16x16, {large.summary().running} / {small.summary().running} veh"
        best = max(alone, base)
        print(f"{what:34s} {ours:8.2f} M/s {best:8.2f} M/s {ours / best:8.2f} {bar:>7s}")
        print(f"    standing: {standing(large):.0%} / {standing(small):.0%}; small in turns with it: {base:.2f} M/s")


def standing(world: TrafficWorld) -> float:
    """Share of the vehicles on lanes that are slower than 0.1 m/s."""
    return float(world.lane_halting().sum() / world.lane_vehicles().sum())


if __name__ == "__main__":
    main()
