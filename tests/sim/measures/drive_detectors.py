"""Runs SUMO with its own detectors in a process of its own, and our measures on the places of its vehicles.

python drive_detectors.py FOLDER: leaves measured.pickle there.
"""

import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_maps.sumo import SumoLane, lanes_of_file, read_net
from jing_maps.sumo.netconvert import find_netconvert
from jing_sim.demand import DemandOptions, VehicleMix, random_trips
from jing_sim.demand.assemble import trips_of
from jing_sim.measures import LoopDetectors, QueueDetectors, VehicleTotals
from jing_sim.protocols import StepView
from jing_sim.sumo_engine.library import Sumo
from jing_sim.sumo_engine.network_files import write_files
from jing_sim.sumo_engine.ways import WayMap
from jing_sim.traffic import TrafficOptions
from jing_sim.trips import Trips
from jing_sim.vehicle_types import STANDARD_TYPES, Energy

SECONDS, PERIOD_S = 360, 60
NET = "--grid --grid.number 3 --grid.length 150 --grid.attach-length 150 -L 2 -j traffic_light --no-turnarounds"


def fleet() -> VehicleMix:
    """Petrol cars, diesel buses, and taxis that are electric here."""
    taxi = STANDARD_TYPES.name.index("taxi")
    energy = np.where(np.arange(len(STANDARD_TYPES)) == taxi, Energy.ELECTRIC, STANDARD_TYPES.energy)
    types = replace(STANDARD_TYPES, energy=energy.astype(np.uint8))
    return VehicleMix(types, tuple({"car": 0.6, "taxi": 0.3, "bus": 0.1}.get(name, 0.0) for name in types.name))


def places(lanes: list[SumoLane]) -> list[tuple[SumoLane, float]]:
    """Loops at the begin, in the middle and before the stop line of each lane."""
    return [
        (lane, at) for lane in lanes for at in (2.0, 0.5 * (lane.end_m - lane.begin_m), lane.end_m - lane.begin_m - 2.0)
    ]


def write_detectors(folder: Path, loops: list[tuple[SumoLane, float]]) -> Path:
    root = ET.Element("additional")
    for number, (lane, at) in enumerate(loops):
        ET.SubElement(
            root, "inductionLoop", id=str(number), lane=lane.id, pos=f"{at}", period=f"{PERIOD_S}", file="e1.xml"
        )
    words = {"speedThreshold": "0.1", "timeThreshold": "0", "jamThreshold": "10", "file": "e2.xml"}
    for lane in _queued(loops):
        place = {"id": f"{lane.id}", "lane": lane.id, "pos": "0", "endPos": "-0.01", "period": f"{PERIOD_S}"}
        ET.SubElement(root, "laneAreaDetector", place | words)
    ET.ElementTree(root).write(folder / "loops.add.xml")
    return folder / "loops.add.xml"


def view(
    api: Any,  # noqa: ANN401 - libsumo has no types
    ways: WayMap,
    trips: Trips,
    n_ways: int,
    time_s: float,
    dt_s: float,
) -> StepView:
    row_of = {name: row for row, name in enumerate(trips.ext_id)}
    found = []
    for name in api.getIDList():
        place, pos = ways.place(name, api.getLaneID(name), api.getLanePosition(name))
        found.append((place, -pos, row_of[name], api.getSpeed(name), api.getAcceleration(name)))
    found.sort()
    way, back, vehicle, speed, accel = np.array(found, np.float64).reshape(-1, 5).T
    first = np.searchsorted(way, np.arange(n_ways + 1)).astype(np.int32)
    kind = trips.vehicle_type[vehicle.astype(np.int32)]
    length = trips.types.length_m[kind]
    return StepView(time_s, dt_s, first, vehicle.astype(np.int32), -back, speed, accel, length, kind)


def select(seen: StepView, keep: NDArray[np.bool_]) -> StepView:
    """Some of the vehicles, for measures that do not ask for ways."""
    columns = ("vehicle", "pos_m", "speed_mps", "accel_mps2", "length_m", "vehicle_type")
    return replace(seen, **{name: getattr(seen, name)[keep] for name in columns})


def start(network: RoadNetwork, trips: Trips, net_file: Path, dt_s: float) -> tuple[Sumo, list[SumoLane]]:
    folder = net_file.parent
    files = write_files(network, trips, TrafficOptions(seed=1), net_file, folder)
    _without_curve_friction(files.routes)
    additional = write_detectors(folder, places(_onward(network, files.lanes)))
    words = ["-n", str(files.net), "-r", str(files.routes), "-a", str(additional), "--seed", "1", "--begin", "0"]
    words += ["--step-length", f"{dt_s}", "--tripinfo-output", str(folder / "trips.xml"), "--time-to-teleport", "-1"]
    words += ["--no-warnings", "--no-step-log", "--xml-validation", "never"]
    return Sumo(words, folder / "sumo.log"), files.lanes


def run(network: RoadNetwork, trips: Trips, net_file: Path, dt_s: float) -> dict[str, Any]:
    sumo, lanes = start(network, trips, net_file, dt_s)
    loops = places(_onward(network, lanes))
    ways, api = WayMap(sumo, network, lanes), sumo.api.vehicle
    rows, at = [lane.row for lane, _ in loops], [lane.begin_m + pos for lane, pos in loops]
    detectors, queues = LoopDetectors(network, rows, at, PERIOD_S), QueueDetectors(network, PERIOD_S)
    pulled, driven, theirs = VehicleTotals(trips), VehicleTotals(trips), np.zeros((2, len(trips)))
    for step in range(1, round(SECONDS / dt_s) + 1):
        sumo.step(step * dt_s)
        seen = view(api, ways, trips, len(network.lanes) + len(network.connectors), step * dt_s, dt_s)
        detectors.add(seen)
        queues.add(seen)
        driven.add(seen)
        # SUMO's combustion engines emit nothing while they coast.
        pulls = select(seen, seen.accel_mps2 >= 0.0)
        pulled.add(pulls)
        for row in pulls.vehicle:
            name = trips.ext_id[int(row)]
            theirs[:, row] += dt_s * api.getCOEmission(name) / 1000.0, dt_s * api.getElectricityConsumption(name)
    sumo.close()
    folder = net_file.parent
    return {
        "ours": detectors.figures(), "e1": read_e1(folder / "e1.xml", len(loops)),
        "co_g": (pulled.co_g, theirs[0]), "electricity_wh": (pulled.electricity_wh, theirs[1]),
        "electric": trips.types.energy[trips.vehicle_type] == Energy.ELECTRIC,
        "queues": queues.figures().max_vehicles[:, [lane.row for lane in _queued(loops)]],
        "jams": read_e2(folder / "e2.xml", {lane.id: i for i, lane in enumerate(_queued(loops))}),
        "trips": read_trips(folder / "trips.xml", trips, driven),
    }  # fmt: skip


def _onward(network: RoadNetwork, lanes: list[SumoLane]) -> list[SumoLane]:
    return [lane for lane in lanes if len(network.lane_out[lane.row])]


def _queued(loops: list[tuple[SumoLane, float]]) -> list[SumoLane]:
    """Each lane once."""
    return [lane for lane, _ in loops[::3]]


def _without_curve_friction(routes: Path) -> None:
    tree = ET.parse(routes)
    for kind in tree.iter("vType"):
        ET.SubElement(kind, "param", key="radialDragCoefficient", value="0")
    tree.write(routes)


def read_e1(path: Path, n_loops: int) -> dict[str, NDArray[np.float64]]:
    names = ("nVehEntered", "nVehContrib", "flow", "occupancy", "speed", "length")
    out = {name: np.zeros((SECONDS // PERIOD_S, n_loops)) for name in names}
    for interval in ET.parse(path).iter("interval"):
        place = int(float(interval.attrib["begin"])) // PERIOD_S, int(interval.attrib["id"])
        for name in names:
            out[name][place] = float(interval.attrib[name])
    return out


def read_e2(path: Path, column: dict[str, int]) -> NDArray[np.int32]:
    out = np.zeros((SECONDS // PERIOD_S, len(column)), np.int32)
    for interval in ET.parse(path).iter("interval"):
        row = int(float(interval.attrib["begin"])) // PERIOD_S
        out[row, column[interval.attrib["id"]]] = int(interval.attrib["maxJamLengthInVehicles"])
    return out


def read_trips(path: Path, trips: Trips, driven: VehicleTotals) -> NDArray[np.float64]:
    """`(n_arrived, 4)` our waiting time and stops, and SUMO's."""
    waiting_s, stops = driven.waiting_s, driven.stops
    out = []
    for done in ET.parse(path).iter("tripinfo"):
        row = trips.ext_id.index(done.attrib["id"])
        out.append((waiting_s[row], stops[row], float(done.attrib["waitingTime"]), float(done.attrib["waitingCount"])))
    return np.array(out, np.float64)


def _to_the_edge(network: RoadNetwork, trips: Trips) -> Trips:
    """The trips that end on roads that lead out, where there are no loops.

    Who arrives at the end of a road is gone at the end of that step: no view shows it behind a loop there.
    """
    onward = np.bincount(network.road_of_connector()[0], minlength=len(network.roads))
    keep = np.flatnonzero(onward[trips.destination] == 0)
    routes = [trips.roads[trips.first_road[row] : trips.first_road[row + 1]] for row in keep]
    names = tuple(trips.ext_id[int(row)] for row in keep)
    return trips_of(trips.types, names, trips.vehicle_type[keep], trips.depart_s[keep], routes)


def main(folder: Path) -> None:
    net_file = folder / "grid.net.xml"
    program = find_netconvert().with_name("netgenerate")
    subprocess.run([str(program), *NET.split(), "-o", str(net_file)], check=True, capture_output=True)
    network = read_net(net_file)
    options = DemandOptions(duration_s=float(SECONDS), seed=2, mix=fleet())
    trips = _to_the_edge(network, random_trips(network, 2500.0, options)[0])
    assert len(lanes_of_file(net_file, network)) == len(network.lanes)
    found = {dt_s: run(network, trips, net_file, dt_s) for dt_s in (1.0, 0.5)}
    (folder / "measured.pickle").write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
