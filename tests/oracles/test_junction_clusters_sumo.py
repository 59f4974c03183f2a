"""Junctions close to one another and U-turns at signals, as maps of real cities have them, pass as many as in SUMO."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from jing_maps.columns import Yields
from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net
from jing_sim.demand import write_sumo_routes
from jing_sim.demand.assemble import trips_of
from jing_sim.traffic import TrafficOptions, TrafficWorld
from jing_sim.trips import Trips
from jing_sim.vehicle_types import STANDARD_TYPES

pytestmark = pytest.mark.oracle
BIN = Path(sys.executable).parent
HORIZON_S = 1800.0
ARMS = {"w": (-1, 0), "s": (0, -1), "e": (1, 0), "n": (0, 1)}
Edge = tuple[str, str, str, dict[str, str]]


def _build(folder: Path, nodes: Mapping[str, tuple[float, float, str]], edges: Sequence[Edge], *options: str) -> Path:
    """A net of `nodes` (x, y, type) and `edges` (id, from, to, attributes)."""
    if not (BIN / "netconvert").exists():
        pytest.skip("SUMO is not installed (pip install 'jingsim[sumo]')")
    node_root, edge_root = ET.Element("nodes"), ET.Element("edges")
    for name, (x, y, kind) in nodes.items():
        ET.SubElement(node_root, "node", id=name, x=str(x), y=str(y), type=kind)
    for name, tail, head, more in edges:
        ET.SubElement(edge_root, "edge", {"id": name, "from": tail, "to": head, "numLanes": "2", **more})
    ET.ElementTree(node_root).write(folder / "x.nod.xml")
    ET.ElementTree(edge_root).write(folder / "x.edg.xml")
    path = folder / "x.net.xml"
    command: list[str | Path] = [BIN / "netconvert", "-n", folder / "x.nod.xml", "-e", folder / "x.edg.xml", "-o", path]
    subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return path


def _trips(network: RoadNetwork, vph: Mapping[str, float], seed: int) -> Trips:
    """Cars on routes of road names, as many an hour as told."""
    random = np.random.default_rng(seed)
    row = {name: k for k, name in enumerate(network.roads.ext_id)}
    depart_s: list[float] = []
    routes = []
    for words, rate in vph.items():
        number = int(rate * HORIZON_S / 3600.0)
        depart_s += random.uniform(0.0, HORIZON_S, number).tolist()
        routes += [np.array([row[name] for name in words.split()], np.int32)] * number
    order = np.argsort(depart_s)
    ids = tuple(f"v{k}" for k in range(len(order)))
    kind = np.full(len(order), STANDARD_TYPES.name.index("car"), np.int32)
    return trips_of(STANDARD_TYPES, ids, kind, np.array(depart_s)[order], [routes[k] for k in order])


def _mean_travel_s(net: Path, vph: Mapping[str, float], seed: int, origin: str) -> tuple[float, float]:
    """Ours and SUMO's, of those from roads named so who arrived; nobody of ours is helped out of a deadlock."""
    network = read_net(net)
    trips = _trips(network, vph, seed)
    world = TrafficWorld(network, trips, TrafficOptions(seed=seed))
    world.run(HORIZON_S)
    assert world.summary().deadlocks_resolved == 0
    routes, out = net.with_suffix(".rou.xml"), net.with_suffix(".trips.xml")
    write_sumo_routes(network, trips, routes, [[road] for road in network.roads.ext_id])
    command: list[str | Path] = [BIN / "sumo", "-n", net, "-r", routes, "--tripinfo-output", out, "--seed", str(seed)]
    command += ["--time-to-teleport", "-1", "--end", str(HORIZON_S), "--no-step-log", "--no-warnings"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    first = trips.roads[trips.first_road[:-1]]
    chosen = np.array([network.roads.ext_id[int(road)].startswith(origin) for road in first])
    ids = {name for name, wanted in zip(trips.ext_id, chosen, strict=True) if wanted}
    theirs = [float(t.get("duration", "nan")) for t in ET.parse(out).getroot().iter("tripinfo") if t.get("id") in ids]
    return float(np.nanmean((world.state.arrived_s - world.state.entered_s)[chosen])), float(np.mean(theirs))


def _agree(net: Path, vph: Mapping[str, float], tolerance: float, seeds: int, origin: str = "") -> None:
    ours, theirs = np.mean([_mean_travel_s(net, vph, seed, origin) for seed in range(1, seeds + 1)], axis=0)
    assert ours == pytest.approx(theirs, rel=tolerance)


@pytest.fixture(scope="module")
def turns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A signalled crossing with two lanes an arm, on which one may turn back."""
    nodes = {"c": (0.0, 0.0, "traffic_light")} | {a: (200.0 * x, 200.0 * y, "priority") for a, (x, y) in ARMS.items()}
    edges: list[Edge] = []
    for a in ARMS:
        edges += [(f"{a}_in", a, "c", {}), (f"{a}_out", "c", a, {})]
    return _build(tmp_path_factory.mktemp("turns"), nodes, edges)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A side road, a few metres of main road behind it, a fork, and a signal soon behind that."""
    nodes = {
        "a": (-250.0, 0.0, "priority"), "side": (0.0, -200.0, "priority"), "j": (0.0, 0.0, "priority"),
        "fork": (22.0, 0.0, "priority"), "light": (55.0, 0.0, "traffic_light"), "z": (250.0, 0.0, "priority"),
        "off": (60.0, 120.0, "priority"), "up": (55.0, 150.0, "priority"), "down": (55.0, -150.0, "priority"),
    }  # fmt: skip
    main, one = {"priority": "9"}, {"numLanes": "1", "priority": "1"}
    edges: list[Edge] = [
        ("main", "a", "j", main), ("side", "side", "j", one), ("short", "j", "fork", main),
        ("on", "fork", "light", main), ("off", "fork", "off", one), ("end", "light", "z", main),
        ("up", "up", "light", one), ("down", "light", "down", one),
    ]  # fmt: skip
    return _build(tmp_path_factory.mktemp("cluster"), nodes, edges, "--no-turnarounds")


def test_who_turns_back_at_a_signal_and_who_drives_straight_on_do_not_lock_one_another(turns: Path) -> None:
    through = {f"{a}_in {b}_out": 250.0 for a, b in (("w", "e"), ("e", "w"), ("s", "n"), ("n", "s"))}
    _agree(turns, through | {f"{a}_in {a}_out": 150.0 for a in ARMS}, 0.04, seeds=6)


def test_a_side_road_before_a_cluster_of_junctions_lets_as_many_in_as_in_sumo(cluster: Path) -> None:
    vph = {"main short on end": 700.0, "main short off": 300.0, "side short on end": 60.0}
    _agree(cluster, vph, 0.1, seeds=12, origin="side")


def test_who_turns_in_gives_way_to_the_lane_beside_as_in_sumo(cluster: Path) -> None:
    network = read_net(cluster)
    c, road = network.connectors, network.lanes.road
    from_road = [network.roads.ext_id[int(road[lane])] for lane in c.from_lane]
    to_lane = [int(network.lanes.index[lane]) for lane in c.to_lane]
    pairs = {
        (from_road[a], to_lane[a], from_road[b], to_lane[b]): int(yields)
        for a, b, yields in zip(
            network.conflicts.first, network.conflicts.second, network.conflicts.yields, strict=True
        )
    }
    known = {
        key if key[0] == "side" else (*key[2:], *key[:2]): yields
        for key, yields in pairs.items()
        if {key[0], key[2]} == {"side", "main"}
    }
    assert {("side", 0, "main", 0), ("side", 0, "main", 1)} <= set(known)
    assert all(yields != Yields.NEITHER for yields in known.values())
