"""Drives worlds with SUMO in a process of its own (libsumo holds one simulation a process) and pickles what they did.

python drive_sumo.py OUT.pickle
"""

import pickle
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net, write_net
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.protocols import SignalObservation, Stages, TrafficEngine, VehicleFrame
from jing_sim.sumo_engine import SumoWorld
from jing_sim.traffic import SimulationError, TrafficOptions, TrafficWorld
from jing_sim.traffic.signals import ProgramPlayer
from jing_sim.trips import Trips

SECONDS = 300.0
OPTIONS = TrafficOptions(seed=1)


class Notes:
    """A recorder that keeps everything."""

    def __init__(self) -> None:
        self.frames: list[tuple[float, VehicleFrame]] = []
        self.states: list[tuple[float, NDArray[np.uint8]]] = []
        self.came: list[tuple[float, int]] = []
        self.left: list[tuple[float, int]] = []

    def frame(self, time_s: float, frame: VehicleFrame) -> None:
        self.frames.append((time_s, frame))

    def signals(self, time_s: float, state: NDArray[np.uint8]) -> None:
        self.states.append((time_s, state))

    def arrived(self, time_s: float, vehicles: NDArray[np.int32]) -> None:
        self.left += [(time_s, int(v)) for v in vehicles]

    def entered(self, time_s: float, vehicles: NDArray[np.int32]) -> None:
        self.came += [(time_s, int(v)) for v in vehicles]

    def event(self, time_s: float, kind: str, actor: int, text: str) -> None:
        del time_s, kind, actor, text


class Turns:
    """A controller that asks every light for the next stage each 20 s."""

    interval_s = 1.0

    def reset(self, network: RoadNetwork, stages: Stages) -> None:
        del network
        self.counts = np.diff(stages.first_stage)
        self.seen: list[SignalObservation] = []

    def decide(self, seen: SignalObservation) -> NDArray[np.int32]:
        self.seen.append(seen)
        return (int(seen.time_s // 20.0) % np.maximum(self.counts, 1)).astype(np.int32)


def _run(world: TrafficEngine) -> dict[str, Any]:
    world.run(SECONDS)
    return asdict(world.summary())


def _distances_m(network: RoadNetwork, trips: Trips, names: tuple[str, ...]) -> tuple[Notes, list[float], str]:
    """A recorded run; how far each vehicle of each tenth frame is from where SUMO has it; a second world's refusal."""
    notes, distances, refusal = Notes(), [], ""
    with SumoWorld(network, trips, OPTIONS, recorder=notes) as world:
        import libsumo  # noqa: PLC0415 - the world loads it with care

        try:
            SumoWorld(network, trips, OPTIONS)
        except SimulationError as error:
            refusal = str(error)
        while world.time_s < SECONDS:
            world.step()
            if world.time_s % 10.0 == 0.0:
                frame = world.frame()
                for row, x, y in zip(frame.vehicle, frame.x_m, frame.y_m, strict=True):
                    there = libsumo.vehicle.getPosition(names[row])
                    distances.append(float(np.hypot(there[0] - x, there[1] - y)))
    return notes, distances, refusal


def _controlled(network: RoadNetwork, trips: Trips) -> dict[str, Any]:
    """What our lights show at each step, what SUMO's show in it, and what the controller saw at the end."""
    controller, ours, theirs = Turns(), [], []
    with SumoWorld(network, trips, OPTIONS, controller=controller) as world:
        while world.time_s < 100.0:
            ours.append(world.signal_state())
            world.step()
            shown = ours[-1].copy()
            world._lights.read(shown)
            theirs.append(shown)
    last = controller.seen[-1]
    return {"ours": ours, "theirs": theirs, "vehicles": int(last.lane_vehicles.sum() + last.connector_vehicles.sum())}


def main(out: Path) -> None:
    """Runs everything that the tests ask about."""
    network = grid(2, 2)
    trips, _ = random_trips(network, 1800.0, DemandOptions(duration_s=SECONDS - 1.0, seed=1))
    trips = replace(trips, ext_id=tuple(f"A>B.{row}" for row in range(len(trips))))
    names = tuple(f"A_B.{row}" for row in range(len(trips)))
    notes, distances, refusal = _distances_m(network, trips, names)
    clock, programs = [], network.programs
    player = ProgramPlayer(network, programs)
    for time_s, _ in notes.states:
        player.advance(time_s)
        clock.append(player.state.copy())
    fixed = replace(programs, min_s=programs.duration_s, max_s=programs.duration_s)
    by_sumo = replace(network, programs=fixed)
    net_file = out.with_suffix(".net.xml")
    write_net(by_sumo, net_file)
    read = read_net(net_file)
    again, _ = random_trips(read, 1800.0, DemandOptions(duration_s=SECONDS - 1.0, seed=1))
    found: dict[str, Any] = {"notes": vars(notes), "distances": distances, "refusal": refusal, "clock": clock}
    found["native"] = _run(TrafficWorld(network, trips, OPTIONS))
    found["controlled"] = _controlled(network, trips)
    runs: dict[str, dict[str, Any]] = {
        "sumo": {"network": network},
        "lights by sumo": {"network": by_sumo},
        "lights by us": {"network": by_sumo, "programs": replace(fixed)},
        "half steps": {"network": network, "options": TrafficOptions(seed=1, dt_s=0.5, car_following="idm")},
        "file": {"network": read, "trips": again, "net_file": net_file},
    }
    for name, choice in runs.items():
        with SumoWorld(**{"trips": trips, "options": OPTIONS, **choice}) as world:
            found[name] = _run(world)
    out.write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
