"""Environment steps per second: a batch of worlds, against libsumo stepped by hand, and sumo-rl.

One environment step is 5 s of a 4 x 4 grid: 16 signals told what to show (3 s yellow inside), 5 steps of 1 s, then
vehicles and halting vehicles of every lane before a signal. All follow the same plan of stages on the same network and
trips. Engines are stepped in turns in one process; ratios are of CPU time with one thread, and two threads are compared
by wall time. Loading, compiling and the first 10 minutes are not counted.

sumo-rl pins an old PettingZoo: give the interpreter of an environment in which it is installed.

    python benchmarks/traffic_batch.py [worlds] [vehicles/h] [turns] [python with sumo-rl]
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.sumo import sumo_edges, write_net
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.demand.write_sumo_routes import write_sumo_routes
from jing_sim.traffic import TrafficBatch

WARM_STEPS = 120
SUMO_STEPS, OUR_STEPS = 40, 8
YELLOW_S, INTERVAL_S = 3, 5

SUMO_RL = """
import os, sys, time
import sumo
os.environ["LIBSUMO_AS_TRACI"] = "1"
os.environ["SUMO_HOME"] = sumo.SUMO_HOME
from sumo_rl import SumoEnvironment
net, routes, warm, steps = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
env = SumoEnvironment(net, routes, num_seconds=5 * (warm + steps) + 5, delta_time=5, yellow_time=3, min_green=5,
                      sumo_warnings=False, add_system_info=False, add_per_agent_info=False, time_to_teleport=-1)
env.reset()
for k in range(warm + steps):
    if k == warm:
        begin = time.process_time()
    env.step({ts: (k // 4) % env.action_spaces(ts).n for ts in env.ts_ids})
print(steps / (time.process_time() - begin))
"""


class Sumo:
    """What one writes by hand on libsumo: one world of signals that show stages."""

    def __init__(self, folder: Path) -> None:
        import libsumo  # noqa: PLC0415 - optional

        self._api, self.cpu_s, self.steps, self.vehicles = libsumo, 0.0, 0, 0
        self._api.start(["sumo", "-n", str(folder / "grid.net.xml"), "-r", str(folder / "grid.rou.xml"),
                         "--step-length", "1", "--no-step-log", "--no-warnings", "--time-to-teleport", "-1",
                         "--ignore-route-errors"])  # fmt: skip
        lights = self._api.trafficlight
        self._stages, self._lanes, self._stage = {}, {}, {}
        for name in lights.getIDList():
            phases = [phase.state for phase in lights.getAllProgramLogics(name)[0].phases]
            self._stages[name] = [p for p in phases if ("G" in p or "g" in p) and "y" not in p]
            self._lanes[name] = sorted(set(lights.getControlledLanes(name)))
            self._stage[name] = 0

    def step(self, wish: int) -> NDArray[np.float32]:
        begin = time.process_time()
        lights, lane = self._api.trafficlight, self._api.lane
        changing = {}
        for name, stages in self._stages.items():
            new, old = wish % len(stages), self._stage[name]
            if new != old:
                changing[name] = stages[new]
                pairs = zip(stages[old], stages[new], strict=True)
                yellow = "".join("y" if a in "Gg" and b not in "Gg" else a for a, b in pairs)
                lights.setRedYellowGreenState(name, yellow)
                self._stage[name] = new
        for second in range(INTERVAL_S):
            if second == YELLOW_S:
                for name, state in changing.items():
                    lights.setRedYellowGreenState(name, state)
            self._api.simulationStep()
        seen = [
            [(lane.getLastStepVehicleNumber(k), lane.getLastStepHaltingNumber(k)) for k in lanes]
            for lanes in self._lanes.values()
        ]
        self.cpu_s += time.process_time() - begin
        self.steps += 1
        self.vehicles += self._api.vehicle.getIDCount()
        return np.array(seen, np.float32)


class Ours:
    """A batch, and what it took."""

    def __init__(self, network: RoadNetwork, batch: TrafficBatch) -> None:
        self._batch, self._n = batch, len(network.controllers)
        self.cpu_s, self.wall_s, self.steps, self.vehicles, self._k = 0.0, 0.0, 0, 0.0, 0

    def step(self) -> None:
        actions = np.broadcast_to((self._k // 4) % self._batch.n_stages, (len(self._batch), self._n))
        wall, cpu = time.perf_counter(), time.process_time()
        self._batch.step(actions)
        self.wall_s += time.perf_counter() - wall
        self.cpu_s += time.process_time() - cpu
        self.steps += len(self._batch)
        self.vehicles += float(self._batch.n_running.sum())
        self._k += 1

    def forget(self) -> None:
        self.cpu_s = self.wall_s = self.vehicles = 0.0
        self.steps = 0


def sumo_rl_rate(python: str, folder: Path, steps: int) -> float:
    """Environment steps per second of CPU time, in a process of its own: libsumo is one to a process."""
    # It puts phases of its own into the programs; SUMO never comes back from that where they are actuated.
    static = folder / "static.net.xml"
    static.write_text((folder / "grid.net.xml").read_text().replace('type="actuated"', 'type="static"'))
    words = [python, "-c", SUMO_RL, str(static), str(folder / "grid.rou.xml"), str(WARM_STEPS), str(steps)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        print(f"sumo-rl did not run: {done.stderr.strip().splitlines()[-1]}")
        return float("nan")
    return float(done.stdout.split()[-1])


def main(worlds: int, rate_vph: float, turns: int, sumo_rl_python: str) -> None:
    network = grid(4, 4)
    trips, _ = random_trips(network, rate_vph, DemandOptions(duration_s=7200.0, seed=1))
    engines = {
        threads: Ours(network, TrafficBatch(network, [trips], seeds=range(worlds), horizon_s=7200.0, threads=threads))
        for threads in (1, 2)
    }
    for ours in engines.values():
        for _ in range(WARM_STEPS):
            ours.step()
        ours.forget()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_net(network, folder / "grid.net.xml")
        write_sumo_routes(network, trips, folder / "grid.rou.xml", sumo_edges(network))
        sumo = None
        try:
            sumo = Sumo(folder)
        except ImportError:
            print("SUMO is not installed (pip install 'jingsim[sumo]'): our own figures alone")
        rl: list[float] = []
        for turn in range(turns + 1):
            if sumo is not None:
                for _ in range(SUMO_STEPS if turn else WARM_STEPS):
                    sumo.step(sumo.steps // 4)
                if turn == 0:
                    first = (sumo.steps, sumo.cpu_s, sumo.vehicles)
            if turn == 0:
                continue
            for _ in range(OUR_STEPS):
                for ours in engines.values():
                    ours.step()
            if sumo_rl_python:
                rl.append(sumo_rl_rate(sumo_rl_python, folder, SUMO_STEPS))
    one, two = engines[1], engines[2]
    rate, wall_rate = one.steps / one.cpu_s, one.steps / one.wall_s
    updates = one.vehicles * INTERVAL_S / one.cpu_s / 1e6
    print(f"{worlds} worlds, 1 thread:  {rate:8.0f} environment steps/s of CPU time, {wall_rate:8.0f} of wall time")
    print(f"    {one.vehicles / one.steps:.0f} vehicles, {updates:.2f} M updates/s")
    twice = two.steps / two.wall_s
    print(f"{worlds} worlds, 2 threads: {twice:8.0f} of wall time, {twice / wall_rate:.2f} x one thread")
    if sumo is not None:
        steps, cpu_s = sumo.steps - first[0], sumo.cpu_s - first[1]
        held = (sumo.vehicles - first[2]) / steps
        print(f"libsumo by hand:       {steps / cpu_s:8.0f} of CPU time; {held:.0f} vehicles")
        print(f"jingsim / libsumo: {rate * cpu_s / steps:.1f} x per core")
    if rl:
        print(f"sumo-rl:               {np.mean(rl):8.0f} of CPU time")
        print(f"jingsim / sumo-rl: {rate / np.mean(rl):.1f} x per core")


if __name__ == "__main__":
    words = [*sys.argv[1:], *("256", "4800", "3", "")[len(sys.argv) - 1 :]]
    main(int(words[0]), float(words[1]), int(words[2]), words[3])
