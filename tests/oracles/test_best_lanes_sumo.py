"""How far lanes go on, and how many changes they need, is what SUMO tells of the same routes."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net
from jing_sim.demand import DemandOptions, random_trips, write_sumo_routes
from jing_sim.traffic import TrafficOptions, TrafficWorld
from jing_sim.traffic import rows as r
from jing_sim.trips import Trips

pytestmark = pytest.mark.oracle
BIN = Path(sys.executable).parent
Lanes = dict[str, dict[int, tuple[int, int]]]  # vehicle: lane index: length [m], changes


def _convert(folder: Path, options: list[str], nodes: str = "", edges: str = "") -> Path:
    if not (BIN / "netconvert").exists():
        pytest.skip("SUMO is not installed (pip install 'jingsim[sumo]')")
    path = folder / "x.net.xml"
    if nodes:
        (folder / "x.nod.xml").write_text(f"<nodes>{nodes}</nodes>", encoding="utf-8")
        (folder / "x.edg.xml").write_text(f"<edges>{edges}</edges>", encoding="utf-8")
        options = ["netconvert", "-n", str(folder / "x.nod.xml"), "-e", str(folder / "x.edg.xml"), *options]
    command = [str(BIN / options[0]), *options[1:], "-o", str(path)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return path


def _road_that_narrows(folder: Path) -> Path:
    """Three lanes, then two, then one, and a side road; lanes that join give way."""
    places = (("a", 0, 0), ("b", 200, 0), ("c", 400, 0), ("d", 600, 0), ("e", 900, 0), ("s", 400, -200))
    nodes = "".join(f'<node id="{name}" x="{x}" y="{y}"/>' for name, x, y in places)
    edges = "".join(
        f'<edge id="{a}{b}" from="{a}" to="{b}" numLanes="{n}" priority="{p}"/>'
        for a, b, n, p in (("a", "b", 3, 3), ("b", "c", 2, 3), ("c", "d", 2, 3), ("d", "e", 1, 3), ("s", "c", 1, 1))
    )
    return _convert(folder, [], nodes, edges)


def _town(folder: Path) -> Path:
    """A random town with roads of one to three lanes."""
    words = "--rand --rand.iterations 40 --rand.random-lanenumber --default.lanenumber 3 --seed 9 --tls.guess"
    return _convert(folder, ["netgenerate", *words.split()])


def _ours(network: RoadNetwork, trips: Trips, horizon_s: float) -> Lanes:
    """As vehicles stand on their first road; lanes that may be changed to from there included."""
    world = TrafficWorld(network, trips, TrafficOptions(seed=1))
    found: Lanes = {}
    while world.time_s < horizon_s:
        world.step()
        f, i = world.rows()
        for row, way in enumerate(world.ways()):
            name = trips.ext_id[int(i[row, r.ID])]
            if name in found or way >= len(network.lanes) or i[row, r.AT] != trips.first_road[int(i[row, r.ID])]:
                continue
            index, packed = int(network.lanes.index[way]), int(i[row, r.OFFSETS])
            lengths = (f[row, r.LEN_HERE], f[row, r.LEN_RIGHT], f[row, r.LEN_LEFT])
            found[name] = {
                index + side: (round(float(length)), ((packed >> shift) & 255) - 16)
                for side, length, shift in zip((0, -1, 1), lengths, (0, 8, 16), strict=True)
                if length >= 0.0
            }
    return found


def _sumo(net: Path, network: RoadNetwork, trips: Trips, horizon_s: float) -> Lanes:
    import libsumo  # noqa: PLC0415 - optional

    routes = net.with_suffix(".rou.xml")
    write_sumo_routes(network, trips, routes, [[road] for road in network.roads.ext_id])
    libsumo.start(["sumo", "-n", str(net), "-r", str(routes), "--no-step-log", "--no-warnings"])
    found: Lanes = {}
    try:
        while libsumo.simulation.getTime() < horizon_s:
            libsumo.simulationStep()
            for name in libsumo.vehicle.getIDList():
                if name not in found and libsumo.vehicle.getRouteIndex(name) == 0:
                    best = libsumo.vehicle.getBestLanes(name)
                    found[name] = {k: (round(lane[1]), int(lane[3])) for k, lane in enumerate(best)}
    finally:
        libsumo.close()
    return found


@pytest.mark.parametrize("make", [_road_that_narrows, _town])
def test_lanes_go_on_as_far_and_need_as_many_changes_as_in_sumo(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    net = make(tmp_path)
    network = read_net(net)
    trips, _ = random_trips(network, 1200.0, DemandOptions(duration_s=300.0, seed=3))
    ours, theirs = _ours(network, trips, 320.0), _sumo(net, network, trips, 320.0)
    both = sorted(set(ours) & set(theirs))
    assert len(both) > 60
    wrong = [
        (name, k, ours[name][k], theirs[name][k])
        for name in both
        for k in ours[name]
        if k in theirs[name]
        if abs(ours[name][k][0] - theirs[name][k][0]) > 1 or ours[name][k][1] != theirs[name][k][1]
    ]
    assert not wrong, wrong[:5]
    assert np.any([lane[1] != 0 for lanes in ours.values() for lane in lanes.values()])
