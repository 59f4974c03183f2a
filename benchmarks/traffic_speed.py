"""The speed of the traffic engine: against SUMO, on two threads, in memory, with traces on.

A vehicle-update is one vehicle moved by one step of 1 s. Ours and libsumo are stepped in turns of a simulated minute in
one process, one thread each, on the same `.net.xml` with the same trips; ratios are of CPU time per vehicle-update.
Loading, compiling and the warm-up are not counted.

    python benchmarks/traffic_speed.py [grid|yizhuang|zhongguancun|threads|memory|traces ...]
"""

import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import numpy as np

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.read import read_map
from jing_maps.sumo import read_net, write_net
from jing_sim.demand import DemandOptions, random_trips, write_sumo_routes
from jing_sim.trace import RunManifest, TraceWriter
from jing_sim.traffic import TrafficOptions, TrafficWorld
from jing_sim.trips import Trips

TURN_S = 60
WARM_S = 480
COUNTED_TURNS = 4


def main() -> None:
    chosen = sys.argv[1:] or list(MEASURES)
    print(f"{'what':34s} {'ours':>12s} {'theirs':>12s} {'ratio':>8s} {'bar':>7s}")
    for name in chosen:
        MEASURES[name]()


def line(what: str, ours: str, theirs: str, ratio: float, bar: str) -> None:
    print(f"{what:34s} {ours:>12s} {theirs:>12s} {ratio:8.2f} {bar:>7s}", flush=True)


def against_sumo(what: str, network: RoadNetwork, rate_vph: float) -> None:
    """Both engines in turns on the exported network."""
    import libsumo  # noqa: PLC0415 - optional

    with tempfile.TemporaryDirectory() as name:
        net, routes = Path(name) / "map.net.xml", Path(name) / "trips.rou.xml"
        write_net(network, net)
        same = read_net(net)
        horizon_s = float(WARM_S + COUNTED_TURNS * TURN_S)
        trips, _ = random_trips(same, rate_vph, DemandOptions(duration_s=horizon_s, seed=1))
        write_sumo_routes(same, trips, routes, [[road] for road in same.roads.ext_id])
        world = TrafficWorld(same, trips, TrafficOptions(seed=1))
        libsumo.start(["sumo", "-n", str(net), "-r", str(routes), "--step-length", "1", "--no-step-log",
                       "--no-warnings", "--time-to-teleport", "-1", "--seed", "1"])  # fmt: skip
        world.run(WARM_S)
        for _ in range(WARM_S):
            libsumo.simulationStep()
        ours_s = theirs_s = 0.0
        ours = theirs = 0
        for turn in range(COUNTED_TURNS):
            before, cpu = int(world.state.totals[0]), time.process_time()
            world.run(WARM_S + (turn + 1) * TURN_S)
            ours_s += time.process_time() - cpu
            ours += int(world.state.totals[0]) - before
            for _ in range(TURN_S):
                theirs += int(libsumo.vehicle.getIDCount())
                cpu = time.process_time()
                libsumo.simulationStep()
                theirs_s += time.process_time() - cpu
        held = f"{what}, {world.summary().running} / {libsumo.vehicle.getIDCount()} veh"
        libsumo.close()
    line(held, f"{ours / ours_s / 1e6:.2f} M/s", f"{theirs / theirs_s / 1e6:.3f} M/s",
         (ours / ours_s) / (theirs / theirs_s), ">= 50")  # fmt: skip


def _crowded(
    network: RoadNetwork, rate_vph: float, seed: int = 1, duration_s: float = 900.0
) -> tuple[TrafficWorld, Trips]:
    trips, _ = random_trips(network, rate_vph, DemandOptions(duration_s=duration_s, seed=seed))
    world = TrafficWorld(network, trips, TrafficOptions(seed=seed))
    world.run(WARM_S)
    return world, trips


def threads() -> None:
    """Two worlds on two threads against one world on one."""
    network = grid(16, 16)
    worlds = [_crowded(network, 40000.0, seed)[0] for seed in (1, 2)]
    begin = time.perf_counter()
    worlds[0].run(WARM_S + 120)
    one = time.perf_counter() - begin
    for world in worlds:
        world.run(WARM_S + 120)
    with ThreadPoolExecutor(2) as pool:
        begin = time.perf_counter()
        list(pool.map(lambda world: world.run(WARM_S + 240), worlds))
        both = time.perf_counter() - begin
    line("two worlds, two threads", f"{both:.2f} s", f"{one:.2f} s", 2 * one / both, ">= 1.8")


def memory() -> None:
    """Bytes of all arrays of a world, less those of a world without trips on the same map.

    A trip that waits, drives or has arrived keeps its share of the demand's columns; rows and the scratch of a step
    are there for those on the road.
    """
    network = grid(16, 16)
    world, trips = _crowded(network, 40000.0)
    demand = sum(getattr(world.demand, field.name).nbytes for field in fields(world.demand))
    trip = (demand + sum(getattr(world.state, name).nbytes for name in PER_TRIP)) / len(trips)
    nobody = Trips(trips.types, (), trips.vehicle_type[:0], trips.depart_s[:0], np.zeros(1, np.int32), trips.roads[:0])
    held = _bytes(world) - _bytes(TrafficWorld(network, nobody, TrafficOptions()))
    row = (held - sum(getattr(world.state, name).nbytes for name in PER_TRIP)) / int(world.state.pointers[3])
    line("bytes a vehicle beyond the map", f"{trip + row:.0f} B", "-", (trip + row) / 400.0, "< 1")


PER_TRIP = ("queue", "entered_s", "arrived_s", "loss_s", "outside_way", "outside_f")


def _bytes(world: TrafficWorld) -> int:
    """What the arrays of a world take that change while it runs."""
    scratch = sum(getattr(world.scratch, field.name).nbytes for field in fields(world.scratch))
    return int(scratch + sum(array.nbytes for array in world.state.arrays()))


def traces() -> None:
    """The same 900 steps with and without a recorded trace: while stepping, and with opening and closing the folder.

    Frames are made and written in a thread: wall time on an idle machine of two cores, and CPU time of all threads.
    """
    network = grid(16, 16)
    world, trips = _crowded(network, 40000.0, duration_s=1500.0)
    twin = world.branch()
    _recorded(world.branch(), network, trips, 5.0)  # what only recording needs is compiled here
    wall, cpu = time.perf_counter(), time.process_time()
    twin.run(WARM_S + 900)
    off, off_cpu = time.perf_counter() - wall, time.process_time() - cpu
    cpu, opening = time.process_time(), time.perf_counter()
    stepping = _recorded(world, network, trips, 900.0)
    whole, whole_cpu = time.perf_counter() - opening, time.process_time() - cpu
    line("traces on, stepping", f"{stepping:.2f} s", f"{off:.2f} s", stepping / off, "<= 1.25")
    line("traces on, with opening and closing", f"{whole:.2f} s", f"{off:.2f} s", whole / off, "-")
    line("traces on, CPU of all threads", f"{whole_cpu:.2f} s", f"{off_cpu:.2f} s", whole_cpu / off_cpu, "-")


def _recorded(world: TrafficWorld, network: RoadNetwork, trips: Trips, seconds: float) -> float:
    """Steps a world for so many seconds into a run folder; the wall time of stepping."""
    manifest = RunManifest(run_id="a", area="grid", plan="map", engine="native", seed=1, dt_s=1.0)
    with (
        tempfile.TemporaryDirectory() as name,
        TraceWriter(Path(name) / "run", network, trips, manifest) as trace,
    ):
        world.recorder = trace
        begin = time.perf_counter()
        world.run(world.time_s + seconds)
        return time.perf_counter() - begin


MEASURES: dict[str, Callable[[], None]] = {
    "grid": lambda: against_sumo("16x16 grid", grid(16, 16), 40000.0),
    "yizhuang": lambda: against_sumo("yizhuang", read_map("yizhuang"), 30000.0),
    "zhongguancun": lambda: against_sumo("zhongguancun", read_map("zhongguancun"), 12000.0),
    "threads": threads,
    "memory": memory,
    "traces": traces,
}


if __name__ == "__main__":
    main()
