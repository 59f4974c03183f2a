"""Networks against SUMO itself: what it reads in the same file, and whether it drives in what we export."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jing_maps.areas import load_area
from jing_maps.columns import JunctionKind, SignalState, Turn, VehicleClass, Yields
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.osm import import_osm
from jing_maps.sumo import read_net, read_net_with_warnings, sumo_edges, write_net
from jing_maps.sumo.netconvert import find_netconvert

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in ("sumo", "libsumo", "sumolib")),
        reason="needs the extra sumo",
    ),
]

SHARED = Path(__file__).parents[3] / "shared" / "data" / "maps"

GENERATED = {
    "signals": "--grid --grid.number 4 --grid.length 150 -L 2 -j traffic_light --turn-lanes 1",
    "spider": "--spider --spider.arm-number 5 --spider.circle-number 3 -L 2 -j priority",
    "random": "--rand --rand.iterations 120 --seed 3 -L 2 --rand.random-lanenumber",
    "walks": "--grid --grid.number 3 --grid.length 150 -j traffic_light --sidewalks.guess --crossings.guess -L 3",
    "all-way-stop": "--grid --grid.number 3 -L 2 -j allway_stop",
    "zipper": "--grid --grid.number 3 -j zipper",
    "right-before-left": "--grid --grid.number 3 -j right_before_left",
    "without-internal-links": "--rand --rand.iterations 60 --seed 5 --no-internal-links",
}

# Runs in a process of its own: one libsumo a process. Writes what SUMO holds to a JSON file.
ASK = """
import json, sys
import libsumo, sumolib
net_file, out, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
libsumo.start(["sumo", "-n", net_file, "--no-step-log", "--no-warnings", "--begin", "0"])
links = {}
for lane in libsumo.lane.getIDList():
    for to, _, _, _, via, state, direction, length in [] if lane[0] == ":" else libsumo.lane.getLinks(lane):
        if to[0] != ":":
            total, at = 0.0, via
            while at:
                total += libsumo.lane.getLength(at)
                at = libsumo.lane.getLinks(at)[0][4]
            links[lane + ">" + to] = {"dir": direction, "length": total, "via": via}
lanes = {lane: libsumo.lane.getLength(lane) for lane in libsumo.lane.getIDList()}
shown = {tl: [] for tl in libsumo.trafficlight.getIDList()}
for _ in range(seconds):
    libsumo.simulationStep()
    for tl in shown:
        shown[tl].append(libsumo.trafficlight.getRedYellowGreenState(tl))
libsumo.close()
net = sumolib.net.readNet(net_file, withInternal=True, withPrograms=True)
name = lambda c: c.getFromLane().getID() + ">" + c.getToLane().getID()
ours = lambda lane: lane.allows("passenger") and not lane.getID().startswith(":")
foes, tl = {}, {}
for node in net.getNodes():
    ways = [c for c in node.getConnections() if ours(c.getFromLane()) and ours(c.getToLane())]
    tl.update({name(c): [c.getTLSID(), c.getTLLinkIndex()] for c in ways if c.getTLSID()})
    for i, a in enumerate(ways if node.hasFoes() else []):
        for b in ways[i + 1:]:
            if node.areFoes(node.getLinkIndex(a), node.getLinkIndex(b)):
                foes[name(a) + "|" + name(b)] = [node.forbids(b, a), node.forbids(a, b)]
json.dump({"links": links, "lanes": lanes, "shown": shown, "foes": foes, "tl": tl}, open(out, "w"))
"""


def _environment() -> dict[str, str]:
    return os.environ | {"SUMO_HOME": str(find_netconvert().parent.parent)}


def _sumo(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(find_netconvert().parent / program), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=_environment(), timeout=300)


def _ask(net: Path, seconds: int = 0) -> dict[str, Any]:
    out = net.with_suffix(".json")
    command = [sys.executable, "-W", "ignore", "-c", ASK, str(net), str(out), str(seconds)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=_environment(), timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return answer


def _lane_names(network: RoadNetwork, path: Path) -> list[str]:
    """SUMO's lane ids: where footways were left out, ours count from another lane."""
    text = path.read_text(encoding="utf-8")
    kept: dict[str, list[str]] = {}
    for edge, index, rest in re.findall(r'<lane id="([^:"][^"]*)_\d+" index="(\d+)"([^>]*)>', text):
        if ' allow="pedestrian"' not in rest:
            kept.setdefault(edge, []).append(f"{edge}_{index}")
    roads = network.roads.ext_id
    return [kept[roads[road]][i] for road, i in zip(network.lanes.road, network.lanes.index, strict=True)]


def _names(network: RoadNetwork, path: Path) -> list[str]:
    lanes, c = _lane_names(network, path), network.connectors
    return [f"{lanes[a]}>{lanes[b]}" for a, b in zip(c.from_lane, c.to_lane, strict=True)]


@pytest.fixture(scope="module", params=list(GENERATED))
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("net") / f"{request.param}.net.xml"
    done = _sumo("netgenerate", *GENERATED[request.param].split(), "-o", str(path))
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def answer(case: Path) -> dict[str, Any]:
    return _ask(case, 200)


@pytest.fixture(scope="module")
def network(case: Path) -> RoadNetwork:
    return read_net(case)


def test_there_are_the_same_ways_of_the_same_length(case: Path, network: RoadNetwork, answer: dict[str, Any]) -> None:
    names = _names(network, case)
    walked = {key for key in answer["links"] if not set(key.split(">")) <= set(_lane_names(network, case))}
    assert set(names) == set(answer["links"]) - walked
    turns = {"s": Turn.STRAIGHT, "l": Turn.LEFT, "L": Turn.LEFT, "r": Turn.RIGHT, "R": Turn.RIGHT, "t": Turn.U_TURN}
    for row, name in enumerate(names):
        link = answer["links"][name]
        assert network.connectors.turn[row] == turns[link["dir"]]
        if link["via"]:
            assert network.connectors.length_m[row] == pytest.approx(link["length"], abs=0.02)
    lanes = [answer["lanes"][name] for name in _lane_names(network, case)]
    assert network.lanes.length_m == pytest.approx(lanes, abs=1e-6)


def test_conflicts_and_right_of_way_are_sumos(case: Path, network: RoadNetwork, answer: dict[str, Any]) -> None:
    names = _names(network, case)
    foes = answer["foes"] | {"|".join(key.split("|")[::-1]): yields[::-1] for key, yields in answer["foes"].items()}
    table, known = network.conflicts, 0
    for a, b, yields in zip(table.first, table.second, table.yields, strict=True):
        expected = foes.get(f"{names[a]}|{names[b]}")
        if expected is None:
            assert yields == Yields.NEITHER
            continue
        known += 1
        first, second = expected
        assert yields == (Yields.NEITHER if first == second else Yields.FIRST if first else Yields.SECOND)
    # The rest of SUMO's pairs never touch: mostly ways into different lanes of one road.
    if answer["foes"]:
        assert known > 0.6 * len(foes) / 2


def test_foes_that_are_dropped_never_touch(case: Path, network: RoadNetwork, answer: dict[str, Any]) -> None:
    names = _names(network, case)
    row = {name: i for i, name in enumerate(names)}
    ours = {frozenset(pair) for pair in zip(network.conflicts.first, network.conflicts.second, strict=True)}
    for key in answer["foes"]:
        a, b = (row[name] for name in key.split("|"))
        if frozenset((a, b)) in ours or network.connectors.from_lane[a] == network.connectors.from_lane[b]:
            continue
        assert network.connectors.to_lane[a] != network.connectors.to_lane[b]
        x, y = network.connectors.centre[a][:, :2], network.connectors.centre[b][:, :2]
        assert np.hypot(*(x[:, None] - y[None]).transpose(2, 0, 1)).min() > 1.0


def test_signals_show_what_sumo_shows(case: Path, network: RoadNetwork, answer: dict[str, Any]) -> None:
    letters = {
        "r": SignalState.RED, "s": SignalState.RED, "y": SignalState.YELLOW, "Y": SignalState.YELLOW,
        "G": SignalState.GREEN, "g": SignalState.PERMISSIVE, "u": SignalState.RED_YELLOW,
        "o": SignalState.OFF, "O": SignalState.OFF,
    }  # fmt: skip
    for row, name in enumerate(_names(network, case)):
        if network.connectors.signal_group[row] >= 0:
            tl, link = answer["tl"][name]
            # After the step that ends at t + 1 SUMO shows what it switched to at t.
            for t in range(0, 200, 7):
                assert _shown(network, row, t) == letters[answer["shown"][tl][t][link]]


def _shown(network: RoadNetwork, connector: int, time_s: float) -> SignalState:
    group = int(network.connectors.signal_group[connector])
    controller = int(network.signal_groups.controller[group])
    p, program = network.programs, int(network.controller_programs[controller][0])
    first, last = int(p.first_phase[program]), int(p.first_phase[program + 1])
    ends = np.cumsum(p.duration_s[first:last])
    phase = first + int(np.searchsorted(ends, (time_s - p.offset_s[program]) % ends[-1], side="right"))
    return SignalState(int(p.state[p.first_state[phase] + group - network.controllers.first_group[controller]]))


def test_on_a_roundabout_who_enters_yields(tmp_path: Path) -> None:
    ring = [(20, 0), (0, 20), (-20, 0), (0, -20)]
    nodes = [f'<node id="r{i}" x="{x}" y="{y}" type="priority"/>' for i, (x, y) in enumerate(ring)]
    nodes += [f'<node id="o{i}" x="{x * 6}" y="{y * 6}"/>' for i, (x, y) in enumerate(ring)]
    edges = [f'<edge id="c{i}" from="r{i}" to="r{(i + 1) % 4}" numLanes="2" priority="5"/>' for i in range(4)]
    edges += [f'<edge id="in{i}" from="o{i}" to="r{i}" numLanes="1" priority="5"/>' for i in range(4)]
    edges += [f'<edge id="out{i}" from="r{i}" to="o{i}" numLanes="1" priority="5"/>' for i in range(4)]
    edges.append('<roundabout nodes="r0 r1 r2 r3" edges="c0 c1 c2 c3"/>')
    (tmp_path / "a.nod.xml").write_text(f"<nodes>{''.join(nodes)}</nodes>", encoding="utf-8")
    (tmp_path / "a.edg.xml").write_text(f"<edges>{''.join(edges)}</edges>", encoding="utf-8")
    path = tmp_path / "ring.net.xml"
    files = ["-n", str(tmp_path / "a.nod.xml"), "-e", str(tmp_path / "a.edg.xml")]
    done = _sumo("netconvert", *files, "--no-turnarounds", "true", "-o", str(path))
    assert done.returncode == 0, done.stderr
    net = read_net(path)
    assert (net.junctions.kind == JunctionKind.ROUNDABOUT).sum() == 4
    again = tmp_path / "again.net.xml"
    write_net(net, again)
    for network in (net, read_net(again)):
        tail, _ = network.road_of_connector()
        inside = np.array([network.roads.ext_id[road].startswith("c") for road in tail])
        c = network.conflicts
        mixed = inside[c.first] != inside[c.second]
        assert mixed.sum() >= 4
        yields = np.where(inside[c.first], Yields.SECOND, Yields.FIRST)
        assert c.yields[mixed].tolist() == yields[mixed].tolist()
        assert (network.junctions.kind == JunctionKind.ROUNDABOUT).sum() == 4


@pytest.mark.parametrize("name", ["grid", "zhongguancun", "yizhuang"])
def test_sumo_drives_in_what_we_export(name: str, tmp_path: Path) -> None:
    network = grid(3, 3) if name == "grid" else load_area(name)
    net, trips, log = tmp_path / "x.net.xml", tmp_path / "x.trips.xml", tmp_path / "log.xml"
    write_net(network, net)
    trips.write_text(_random_trips(network, 300), encoding="utf-8")
    done = _sumo(
        "sumo", "-n", str(net), "-r", str(trips), "--end", "300", "--no-step-log", "--ignore-route-errors", "true",
        "--statistic-output", str(log), "--seed", "1", "--collision.check-junctions", "true",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Error" not in done.stderr
    text = log.read_text(encoding="utf-8")
    figures = {key: int(value) for key, value in re.findall(r'(\w+)="(\d+)"', text)}
    assert figures["inserted"] > 100
    assert figures["jam"] + figures["wrongLane"] + figures["yield"] == 0, text
    assert figures["collisions"] <= 3, text


def _random_trips(network: RoadNetwork, seconds: int) -> str:
    """One trip a second between gates of the network."""
    edges = sumo_edges(network)
    gate = network.junctions.kind == JunctionKind.BOUNDARY
    cars = np.bitwise_or.reduceat(network.lanes.allowed, network.roads.first_lane[:-1]) & VehicleClass.CAR > 0
    starts = np.flatnonzero(gate[network.roads.from_junction] & cars)
    ends = np.flatnonzero(gate[network.roads.to_junction] & cars)
    draw = np.random.default_rng(1)
    rows = [
        f'<trip id="t{t}" depart="{t}" from="{edges[draw.choice(starts)][0]}" to="{edges[draw.choice(ends)][-1]}" '
        'departLane="best" departSpeed="max"/>'
        for t in range(seconds)
    ]
    return f"<routes>{''.join(rows)}</routes>"


@pytest.mark.parametrize(
    ("file", "junctions", "roads", "lane_km", "signals"),
    [("yizhuang_regtsc.net.xml", 203, 644, 608, 177), ("zgc_core.net.xml", 465, 694, 161, 22)],
)
def test_real_networks_are_read_whole(file: str, junctions: int, roads: int, lane_km: float, signals: int) -> None:
    path = SHARED / file
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    network, warnings = read_net_with_warnings(path)
    assert (len(network.junctions), len(network.roads), len(network.controllers)) == (junctions, roads, signals)
    assert network.lanes.length_m.sum() / 1000 == pytest.approx(lane_km, rel=0.01)
    assert len(warnings) < 10
    _check_sense(network)


def test_a_real_extract_is_imported() -> None:
    path = SHARED / "zgc_merged.osm"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    network = import_osm(path)
    assert len(network.roads) > 1000
    assert len(network.controllers) > 20
    assert "中关村大街" in network.streets.name_zh
    two_way = {name.removeprefix("-") for name in network.roads.ext_id if name.startswith("-")}
    assert len(two_way) > 250
    lon, lat = network.frame.to_wgs84(network.junctions.x_m, network.junctions.y_m)
    assert 116.2 < lon.min() < lon.max() < 116.4
    assert 39.9 < lat.min() < lat.max() < 40.1
    _check_sense(network)


def _check_sense(network: RoadNetwork) -> None:
    """Conflicts lie on their connectors, and crossing greens that need no yielding are rare."""
    c, length = network.conflicts, network.connectors.length_m
    for enter, leave, rows in (
        (c.first_enter_m, c.first_exit_m, c.first),
        (c.second_enter_m, c.second_exit_m, c.second),
    ):
        assert (enter >= -1e-6).all()
        assert (leave <= length[rows] + 1e-6).all()
        assert (enter <= leave).all()
    dead_ends = np.diff(network.lane_out.first) == 0
    assert dead_ends.mean() < 0.15
