"""Vehicle-updates per second of the traffic engine, and of SUMO on the exported network with the same trips.

A vehicle-update is one vehicle moved by one step of 1 s. Both engines are stepped in turns of a simulated minute in
one process, one thread each; ratios are of CPU time. Loading, compiling and the first turn are not counted. The two
do not hold the same number of vehicles at the same time, so each is divided by its own updates; both are printed.

    python benchmarks/traffic_speed.py [crossings] [vehicles/h] [minutes]
"""

import sys
import tempfile
import time
from pathlib import Path

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.sumo import sumo_edges, write_net
from jing_sim.demand.assemble import DemandOptions
from jing_sim.demand.random_trips import random_trips
from jing_sim.demand.write_sumo_routes import write_sumo_routes
from jing_sim.traffic import TrafficWorld
from jing_sim.trips import Trips

TURN_S = 60


class Sumo:
    """SUMO through libsumo; `updates` and `cpu_s` as in the summary of a traffic world."""

    def __init__(self, network: RoadNetwork, trips: Trips, folder: Path) -> None:
        import libsumo  # noqa: PLC0415 - optional

        write_net(network, folder / "grid.net.xml")
        write_sumo_routes(network, trips, folder / "grid.rou.xml", sumo_edges(network))
        self._api, self.updates, self.cpu_s = libsumo, 0, 0.0
        self._api.start(["sumo", "-n", str(folder / "grid.net.xml"), "-r", str(folder / "grid.rou.xml"),
                         "--step-length", "1", "--no-step-log", "--no-warnings", "--time-to-teleport", "-1",
                         "--ignore-route-errors"])  # fmt: skip

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.updates += self._api.vehicle.getIDCount()
            begin = time.process_time()
            self._api.simulationStep()
            self.cpu_s += time.process_time() - begin

    def vehicles(self) -> int:
        return int(self._api.vehicle.getIDCount())


def rate(updates: float, cpu_s: float) -> str:
    return f"{updates / cpu_s / 1e6:7.3f} M updates/s"


def main(size: int, rate_vph: float, minutes: int) -> None:
    if minutes < 2:
        sys.exit("at least 2 minutes: the first one is not counted")
    network = grid(size, size)
    trips, _ = random_trips(network, rate_vph, DemandOptions(duration_s=minutes * 60.0, seed=1))
    world = TrafficWorld(network, trips)
    begin = time.perf_counter()
    world.step()
    print(f"{network.name}: {len(network.lanes)} lanes, {len(trips)} trips; "
          f"first step {time.perf_counter() - begin:.1f} s (with compiling, if not in the cache)")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        sumo: Sumo | None = None
        try:
            sumo = Sumo(network, trips, Path(folder))
        except ImportError:
            print("SUMO is not installed (pip install 'jingsim[sumo]'): our own figure alone")
        start, sumo_start = world.summary(), (0, 0.0)
        for turn in range(minutes):
            world.run((turn + 1) * TURN_S)
            if sumo:
                sumo.run(TURN_S)
            if turn == 0:
                start, sumo_start = world.summary(), (sumo.updates, sumo.cpu_s) if sumo else (0, 0.0)
        end = world.summary()
        ours = (end.vehicle_updates - start.vehicle_updates, end.engine_cpu_s - start.engine_cpu_s)
        print(f"jingsim {rate(*ours)}, {end.running} vehicles at the end")
        if sumo:
            theirs = (sumo.updates - sumo_start[0], sumo.cpu_s - sumo_start[1])
            print(f"SUMO    {rate(*theirs)}, {sumo.vehicles()} vehicles at the end")
            print(f"jingsim / SUMO: {ours[0] / ours[1] / (theirs[0] / theirs[1]):.1f} x")
        print(f"overlaps {end.overlaps}, red runs {end.red_runs}, lost {end.lost}, "
              f"deadlocks resolved {end.deadlocks_resolved}")  # fmt: skip


if __name__ == "__main__":
    words = [*sys.argv[1:], *("8", "12000", "10")[len(sys.argv) - 1 :]]
    main(int(words[0]), float(words[1]), int(words[2]))
