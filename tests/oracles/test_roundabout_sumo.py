"""A two-lane roundabout under heavy load lets as many through as in SUMO, and gives the same bits in parts."""

import math
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net
from jing_sim.demand import write_sumo_routes
from jing_sim.demand.assemble import trips_of
from jing_sim.traffic import TrafficOptions, TrafficWorld
from jing_sim.traffic.partitioned import PartitionedTraffic
from jing_sim.trips import Trips
from jing_sim.vehicle_types import STANDARD_TYPES

pytestmark = pytest.mark.oracle
BIN = Path(sys.executable).parent
ARMS = {"w": (-1.0, 0.0), "s": (0.0, -1.0), "e": (1.0, 0.0), "n": (0.0, 1.0)}
HORIZON_S = 1500.0


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four arms of 300 m on a ring of 25 m radius, two lanes everywhere."""
    if not (BIN / "netconvert").exists():
        pytest.skip("SUMO is not installed (pip install 'jingsim[sumo]')")
    folder = tmp_path_factory.mktemp("net")
    nodes, edges, names = ET.Element("nodes"), ET.Element("edges"), list(ARMS)
    for k, (arm, (x, y)) in enumerate(ARMS.items()):
        ET.SubElement(nodes, "node", id=arm, x=str(300 * x), y=str(300 * y))
        ET.SubElement(nodes, "node", id=f"{arm}_ring", x=str(25 * x), y=str(25 * y))
        after = names[(k + 1) % 4]
        angles = [math.pi + math.pi / 2 * (k + j / 8) for j in range(9)]
        arc = " ".join(f"{25 * math.cos(a):.2f},{25 * math.sin(a):.2f}" for a in angles)
        for name, tail, head in ((f"{arm}_in", arm, f"{arm}_ring"), (f"{arm}_out", f"{arm}_ring", arm)):
            ET.SubElement(edges, "edge", {"id": name, "from": tail, "to": head, "numLanes": "2", "speed": "13.89"})
        ring = {"from": f"{arm}_ring", "to": f"{after}_ring", "speed": "8.33", "priority": "3", "shape": arc}
        ET.SubElement(edges, "edge", {"id": f"{arm}_{after}", "numLanes": "2", **ring})
    ET.ElementTree(nodes).write(folder / "x.nod.xml")
    ET.ElementTree(edges).write(folder / "x.edg.xml")
    path = folder / "ring.net.xml"
    command: list[str | Path] = [BIN / "netconvert", "-n", folder / "x.nod.xml", "-e", folder / "x.edg.xml", "-o", path]
    subprocess.run([*command, "--no-turnarounds"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return path


def _trips(network: RoadNetwork, arm_vph: float) -> Trips:
    """Cars from each arm to the three others."""
    random, names = np.random.default_rng(1), list(ARMS)
    row = {name: k for k, name in enumerate(network.roads.ext_id)}
    depart_s: list[float] = []
    routes = []
    for k, arm in enumerate(names):
        for quarters, share in ((1, 0.2), (2, 0.6), (3, 0.2)):
            ring = [f"{names[(k + j) % 4]}_{names[(k + j + 1) % 4]}" for j in range(quarters)]
            route = np.array([row[name] for name in (f"{arm}_in", *ring, f"{names[(k + quarters) % 4]}_out")], np.int32)
            number = int(share * arm_vph * HORIZON_S / 3600.0)
            depart_s += np.sort(random.uniform(0.0, HORIZON_S, number)).tolist()
            routes += [route] * number
    kind = np.full(len(routes), STANDARD_TYPES.name.index("car"), np.int32)
    ids = tuple(f"v{k}" for k in range(len(routes)))
    return trips_of(STANDARD_TYPES, ids, kind, np.array(depart_s), routes)


def test_a_two_lane_roundabout_lets_as_many_through_as_in_sumo(net: Path) -> None:
    network = read_net(net)
    trips = _trips(network, 1100.0)
    world = TrafficWorld(network, trips, TrafficOptions(seed=1))
    world.run(HORIZON_S)
    routes, out = net.with_suffix(".rou.xml"), net.with_suffix(".trips.xml")
    write_sumo_routes(network, trips, routes, [[road] for road in network.roads.ext_id])
    command: list[str | Path] = [BIN / "sumo", "-n", net, "-r", routes, "--tripinfo-output", out, "--seed", "1"]
    command += ["--time-to-teleport", "-1", "--end", str(HORIZON_S), "--no-step-log", "--no-warnings"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    arrived = len(list(ET.parse(out).getroot().iter("tripinfo")))
    assert world.summary().arrived == pytest.approx(arrived, rel=0.07)
    assert world.summary().overlaps == 0


def test_parts_of_a_roundabout_give_the_bits_of_the_whole(net: Path) -> None:
    network = read_net(net)
    trips = _trips(network, 900.0)
    whole = TrafficWorld(network, trips, TrafficOptions(seed=1))
    divided = PartitionedTraffic(network, trips, TrafficOptions(seed=1), parts=2)
    whole.run(300.0)
    divided.run(300.0)
    assert divided.state_hash() == whole.state_hash()
