"""Runs SUMO on a scene: the program alone where only travel times are asked, else step by step through libsumo."""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
from benchmarks.fidelity.scene import Outcome, Probe, Scene, Seen

from jing_maps.errors import MissingExtraError
from jing_maps.network import RoadNetwork
from jing_maps.sumo.netconvert import find_netconvert
from jing_sim.demand import write_sumo_routes

try:
    import libsumo
except ImportError as error:
    raise MissingExtraError("libsumo", "sumo") from error

__all__ = ["run_sumo", "write_scene_routes"]


def run_sumo(scene: Scene, probe: Probe | None = None) -> Outcome:
    """A run of SUMO's Krauss model with steps of 1 s and without teleports; the probe sees each step."""
    with tempfile.TemporaryDirectory(prefix="jing-fidelity-") as name:
        folder = Path(name)
        options = _options(scene, folder)
        if probe is None:
            program = find_netconvert().with_name("sumo")
            subprocess.run([str(program), *options], check=True, stdout=subprocess.DEVNULL)
        else:
            _step(scene, probe, options)
        return _outcome(folder, probe.values() if probe else {})


def write_scene_routes(scene: Scene, path: Path) -> None:
    """The trips of a scene as a route file for its net."""
    write_sumo_routes(scene.network, scene.trips, path, [(name,) for name in scene.network.roads.ext_id])


def _options(scene: Scene, folder: Path) -> list[str]:
    write_scene_routes(scene, folder / "scene.rou.xml")
    return [
        "-n", str(scene.net),
        "-r", str(folder / "scene.rou.xml"),
        "--begin", "0",
        "--end", f"{scene.horizon_s:g}",
        "--step-length", "1",
        "--seed", str(scene.seed),
        "--time-to-teleport", "-1",
        "--tripinfo-output", str(folder / "tripinfo.xml"),
        "--statistic-output", str(folder / "statistics.xml"),
        "--no-step-log",
        "--no-warnings",
        "--xml-validation", "never",
    ]  # fmt: skip


def _step(scene: Scene, probe: Probe, options: Sequence[str]) -> None:
    vehicle_row = {name: row for row, name in enumerate(scene.trips.ext_id)}
    lane_row = _lane_rows(scene.network)
    libsumo.start(["sumo", *options])
    try:
        while libsumo.simulation.getTime() < scene.horizon_s - 1e-9:
            libsumo.simulationStep()
            vehicle = libsumo.vehicle
            ids = vehicle.getIDList()
            probe.see(
                Seen(
                    time_s=libsumo.simulation.getTime(),
                    vehicle=np.array([vehicle_row[i] for i in ids], dtype=np.int64),
                    lane=np.array([lane_row.get(vehicle.getLaneID(i), -1) for i in ids], dtype=np.int64),
                    pos_m=np.array([vehicle.getLanePosition(i) for i in ids], dtype=np.float64),
                    speed_mps=np.array([vehicle.getSpeed(i) for i in ids], dtype=np.float64),
                )
            )
    finally:
        libsumo.close()


def _lane_rows(network: RoadNetwork) -> dict[str, int]:
    """Rows of the lanes by SUMO id, for networks without footways."""
    lanes = network.lanes
    return {
        f"{network.roads.ext_id[int(road)]}_{int(index)}": row
        for row, (road, index) in enumerate(zip(lanes.road, lanes.index, strict=True))
    }


def _outcome(folder: Path, values: dict[str, list[float]]) -> Outcome:
    travel = np.array(
        [float(trip.get("duration", "nan")) for trip in ET.parse(folder / "tripinfo.xml").iter("tripinfo")]
    )
    counts = ET.parse(folder / "statistics.xml").find("vehicles")
    if counts is None:
        raise ValueError("SUMO wrote statistics without an element <vehicles>")
    p5, p50, p95 = np.percentile(travel, [5, 50, 95]) if len(travel) else [np.nan] * 3
    mean = float(travel.mean()) if len(travel) else np.nan
    return Outcome(
        inserted=int(counts.get("inserted", "0")),
        arrived=len(travel),
        waiting=int(counts.get("waiting", "0")),
        travel_s={"mean": mean, "p5": float(p5), "p50": float(p50), "p95": float(p95)},
        values=values,
    )
