"""Drives worlds with SUMO in a process of its own (libsumo holds one simulation a process) and pickles what they did.

python drive_sumo.py OUT.pickle
"""

import pickle
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import NDArray

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net, write_net
from jing_maps.sumo.netconvert import find_netconvert
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.protocols import SignalObservation, Stages, TrafficEngine, VehicleFrame
from jing_sim.sumo_engine import SumoWorld
from jing_sim.sumo_engine.network_files import write_files
from jing_sim.traffic import SimulationError, TrafficOptions, TrafficWorld
from jing_sim.traffic.signals import Signals
from jing_sim.trips import Stops, Trips
from jing_sim.vehicle_types import STANDARD_TYPES

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
    by_clock = replace(network.programs)
    with SumoWorld(network, trips, OPTIONS, programs=by_clock, recorder=notes) as world:
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


def _stops(network: RoadNetwork) -> list[tuple[float, float, float]]:
    """Time, position and speed of one vehicle that has to stand 20 s on a lane that begins late (a turn pocket)."""
    pocket = int(np.flatnonzero(network.lanes.start_m > 50.0)[0])
    connector = int(network.lane_out[pocket][0])
    roads = network.lanes.road[[pocket, network.connectors.to_lane[connector]]]
    place_m = float(network.lanes.length_m[pocket]) - 10.0
    lane, first = np.array([pocket], np.int32), np.array([0, 1], np.int32)
    stops = Stops(np.zeros(1, np.int32), first, lane, np.array([place_m]), np.array([20.0]))
    trips = Trips(
        STANDARD_TYPES, ("bus",), np.zeros(1, np.int32), np.zeros(1), np.array([0, 2], np.int32), roads, stops=stops
    )
    notes = Notes()
    with SumoWorld(network, trips, OPTIONS, recorder=notes) as world:
        world.run(120.0)
    return [
        (time_s, float(frame.pos_m[0]) - place_m, float(frame.speed_mps[0]))
        for time_s, frame in notes.frames
        if len(frame.vehicle) and frame.lane[0] == pocket
    ]


def _plain(network: RoadNetwork, trips: Trips, net_file: Path) -> tuple[int, float, float]:
    """Arrivals, mean travel time and mean time loss [s] of the program `sumo` on the files of such a world."""
    files = write_files(network, trips, OPTIONS, net_file, net_file.parent)
    program, result = find_netconvert().with_name("sumo"), net_file.with_name("tripinfo.xml")
    words = ["-n", str(net_file), "-r", str(files.routes), "--seed", str(OPTIONS.seed), "--time-to-teleport", "-1"]
    words += ["--end", f"{SECONDS + 1.0}", "--tripinfo-output", str(result), "--no-warnings", "--no-step-log"]
    subprocess.run([str(program), *words, "--xml-validation", "never"], check=True, stdout=subprocess.DEVNULL)
    done = ET.parse(result).getroot()
    duration_s, loss_s = ([float(trip.get(name, "nan")) for trip in done] for name in ("duration", "timeLoss"))
    return len(done), float(np.mean(duration_s)), float(np.mean(loss_s))


def main(out: Path) -> None:
    """Runs everything that the tests ask about."""
    network = grid(2, 2)
    trips, _ = random_trips(network, 1800.0, DemandOptions(duration_s=SECONDS - 1.0, seed=1))
    trips = replace(trips, ext_id=tuple(f"A>B.{row}" for row in range(len(trips))))
    names = tuple(f"A_B.{row}" for row in range(len(trips)))
    notes, distances, refusal = _distances_m(network, trips, names)
    clock, programs = [], network.programs
    player = Signals(network, programs, None, OPTIONS.dt_s, by_clock=True)
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
    found["stops"] = _stops(network)
    found["plain"] = _plain(read, again, net_file)
    found["controlled"] = _controlled(network, trips)
    runs: dict[str, dict[str, Any]] = {
        "sumo": {"network": network},
        "recorded": {"network": network, "programs": replace(programs)},
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
