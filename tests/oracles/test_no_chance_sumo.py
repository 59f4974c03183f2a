"""Where nothing is left to chance, traffic takes as long as in SUMO, vehicle by vehicle."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from numpy.typing import NDArray

from jing_maps.columns import ConflictKind
from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net
from jing_sim.demand import DemandOptions, random_trips, write_sumo_routes
from jing_sim.traffic import TrafficOptions, TrafficWorld
from jing_sim.trips import Trips

pytestmark = pytest.mark.oracle
BIN = Path(sys.executable).parent
HORIZON_S = 900.0
GRID = [
    "--grid",
    "--grid.number",
    "2",
    "--grid.length",
    "100",
    "--grid.attach-length",
    "200",
    "--xml-validation",
    "never",
]
SIGNALS = ["-j", "traffic_light"]
# What each net is about, how it is made, its demand [veh/h], and the least share of vehicles that take the same time.
NETS = {
    # Permissive turns wait inside, turn back, and are parted late from those who drive straight on.
    "one lane": ([*GRID, *SIGNALS], 800.0, 0.99),
    # Protected turns, cut off by yellow.
    "turn lanes": ([*GRID, *SIGNALS, "--turn-lanes", "1", "--no-turnarounds", "true"], 1200.0, 0.99),
    # Who turns keeps away from crosswalks.
    "crosswalks": ([*GRID, *SIGNALS, "--sidewalks.guess", "true", "--crossings.guess", "true"], 800.0, 0.8),
    # Changes of lanes.
    "two lanes": ([*GRID, *SIGNALS, "-L", "2", "--no-turnarounds", "true"], 1200.0, 0.9),
}  # fmt: skip


def _run(program: str, options: Sequence[str | Path]) -> None:
    if not (BIN / program).exists():
        pytest.skip("SUMO is not installed (pip install 'jingsim[sumo]')")
    subprocess.run([BIN / program, *options], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _trips(network: RoadNetwork, rate_vph: float) -> Trips:
    """All wish for the same speed, and drive it as planned; they depart on full seconds."""
    trips, _ = random_trips(network, rate_vph, DemandOptions(duration_s=HORIZON_S, seed=1))
    none = np.zeros(len(trips.types))
    types = replace(trips.types, sigma=none, speed_deviation=none)
    return replace(trips, types=types, depart_s=np.ceil(trips.depart_s))


def _sumo_s(net: Path, network: RoadNetwork, trips: Trips) -> NDArray[np.float64]:
    """`(n_trips,)` travel times under SUMO, NaN where a vehicle did not arrive."""
    routes, out = net.with_suffix(".rou.xml"), net.with_suffix(".trips.xml")
    write_sumo_routes(network, trips, routes, [[road] for road in network.roads.ext_id])
    options: list[str | Path] = ["-n", net, "-r", routes, "--step-length", "1", "--time-to-teleport", "-1"]
    _run("sumo", [*options, "--tripinfo-output", out, "--end", str(HORIZON_S), "--seed", "1"])
    found = {trip.get("id"): float(trip.get("duration", "nan")) for trip in ET.parse(out).getroot().iter("tripinfo")}
    return np.array([found.get(name, np.nan) for name in trips.ext_id])


@pytest.mark.parametrize("kind", NETS)
def test_vehicles_take_as_long_as_in_sumo_where_nothing_is_left_to_chance(kind: str, tmp_path: Path) -> None:
    options, rate_vph, least = NETS[kind]
    net = tmp_path / "grid.net.xml"
    _run("netgenerate", [*options, "-o", net])
    network = read_net(net)
    trips = _trips(network, rate_vph)
    world = TrafficWorld(network, trips, TrafficOptions(seed=1))
    world.run(HORIZON_S)
    ours = world.state.arrived_s - world.state.entered_s
    theirs = _sumo_s(net, network, trips)
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    assert both.sum() > 0.7 * len(trips)
    assert (ours == theirs)[both].mean() >= least
    assert np.mean(ours[both]) == pytest.approx(np.mean(theirs[both]), rel=0.01)
    assert world.summary().overlaps == 0


def test_drivers_do_not_look_at_each_other_at_unregulated_junctions(tmp_path: Path) -> None:
    nodes, edges = ET.Element("nodes"), ET.Element("edges")
    for name, x, y in (("c", 0, 0), ("w", -100, 0), ("e", 100, 0), ("s", 0, -100), ("n", 0, 100)):
        ET.SubElement(nodes, "node", id=name, x=str(x), y=str(y), type="unregulated" if name == "c" else "priority")
    for name, tail, head in (("in", "w", "c"), ("out", "c", "e"), ("up", "s", "c"), ("on", "c", "n")):
        ET.SubElement(edges, "edge", {"id": name, "from": tail, "to": head})
    for name, root in (("nod", nodes), ("edg", edges)):
        ET.ElementTree(root).write(tmp_path / f"x.{name}.xml")
    _run("netconvert", ["-n", tmp_path / "x.nod.xml", "-e", tmp_path / "x.edg.xml", "-o", tmp_path / "x.net.xml"])
    conflicts = read_net(tmp_path / "x.net.xml").conflicts
    assert not (conflicts.kind == ConflictKind.CROSSING).any()
