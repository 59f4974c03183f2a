import importlib.util
import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from jing_maps.areas import load_area
from jing_maps.columns import SignalState, Turn, Yields
from jing_maps.errors import MapFormatError
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net, sumo_edges, write_net
from jing_maps.sumo.segments import Segment, SumoNames, segments

pytestmark = pytest.mark.skipif(importlib.util.find_spec("sumo") is None, reason="netconvert needs the extra sumo")

Key = tuple[str, int]


class Trip:
    """A network, and what came back of it: rows of lanes and connectors of both, matched by edge and lane index."""

    def __init__(self, network: RoadNetwork, path: Path) -> None:
        write_net(network, path)
        self.before, self.after = network, read_net(path)
        self.parts = segments(network, SumoNames.of(network))
        self.road = {name: row for row, name in enumerate(self.after.roads.ext_id)}
        first = self._ends(lambda parts, lane: next(part for part in parts if lane in part.lanes))
        last = self._ends(lambda parts, _: parts[-1])
        was, now = network.connectors, self.after.connectors
        lanes = self.after.lanes
        own = [(self.after.roads.ext_id[road], int(i)) for road, i in zip(lanes.road, lanes.index, strict=True)]
        self.was = {(last[a], first[b]): row for row, (a, b) in enumerate(zip(was.from_lane, was.to_lane, strict=True))}
        self.now = {(own[a], own[b]): row for row, (a, b) in enumerate(zip(now.from_lane, now.to_lane, strict=True))}
        keys = [key for key in self.was if key in self.now]
        self.rows = np.array([(self.was[key], self.now[key]) for key in keys]).T

    def _ends(self, pick: Callable[[tuple[Segment, ...], int], Segment]) -> list[Key]:
        keys: list[Key] = []
        for lane, road in enumerate(self.before.lanes.road):
            part = pick(self.parts[road], lane)
            keys.append((part.edge, part.lanes.index(lane)))
        return keys


@pytest.fixture(scope="module", params=["grid", "zhongguancun", "yizhuang"])
def trip(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trip:
    network = grid(3, 3) if request.param == "grid" else load_area(request.param)
    return Trip(network, tmp_path_factory.mktemp("net") / f"{request.param}.net.xml")


def test_roads_come_back_as_their_edges(trip: Trip) -> None:
    edges = sumo_edges(trip.before)
    assert sorted(trip.road) == sorted(itertools.chain.from_iterable(edges))
    lengths = [sum(trip.after.roads.length_m[trip.road[edge]] for edge in road) for road in edges]
    assert np.abs(np.array(lengths) - trip.before.roads.length_m).max() < 0.02
    kinds = [trip.after.roads.kind[trip.road[road[0]]] for road in edges]
    assert kinds == trip.before.roads.kind.tolist()


def test_lanes_keep_permissions_and_speeds(trip: Trip) -> None:
    for part in itertools.chain.from_iterable(trip.parts):
        rows = list(trip.after.road_lanes(trip.road[part.edge]))
        lanes = list(part.lanes)
        assert trip.after.lanes.allowed[rows].tolist() == trip.before.lanes.allowed[lanes].tolist()
        assert trip.after.lanes.speed_limit_mps[rows] == pytest.approx(
            trip.before.lanes.speed_limit_mps[lanes], abs=0.006
        )


def test_the_same_movements_come_back_and_only_ways_within_roads_are_new(trip: Trip) -> None:
    assert set(trip.was) <= set(trip.now)
    inner = {(a.edge, b.edge) for road in trip.parts for a, b in itertools.pairwise(road)}
    assert {(a[0], b[0]) for a, b in set(trip.now) - set(trip.was)} == inner


def test_connectors_keep_length_speed_and_permissions(trip: Trip) -> None:
    was, now = trip.before.connectors, trip.after.connectors
    a, b = trip.rows
    # Parallel ways between two edges are one internal edge, and get their mean length.
    assert np.abs(was.length_m[a] - now.length_m[b]).max() < 5.0
    assert np.mean(np.abs(was.length_m[a] - now.length_m[b]) < 0.02) > 0.7
    assert was.length_m[a].sum() == pytest.approx(now.length_m[b].sum(), rel=1e-3)
    assert now.speed_limit_mps[b] == pytest.approx(was.speed_limit_mps[a], abs=0.006)
    assert now.allowed[b].tolist() == was.allowed[a].tolist()
    assert now.on_red[b].tolist() == was.on_red[a].tolist()


def test_who_waits_inside_a_junction_waits_at_the_same_place(trip: Trip) -> None:
    a, b = trip.rows
    was, now = trip.before.connectors, trip.after.connectors
    # U-turns take netconvert's shape, and parallel ways that are stretched to one length take their places along.
    kept = ~np.isnan(was.wait_m[a]) & (was.turn[a] != Turn.U_TURN)
    off_m = np.abs(now.wait_m[b] - was.wait_m[a])[kept]
    assert (off_m < 0.5).all()


def test_stop_signs_come_back(tmp_path: Path) -> None:
    network = grid(1, 1, signals=False)
    yields = np.zeros(len(network.connectors), dtype=bool)
    table = network.conflicts
    yields[table.first[table.yields == Yields.FIRST]] = yields[table.second[table.yields == Yields.SECOND]] = True
    trip = Trip(replace(network, connectors=replace(network.connectors, must_stop=yields)), tmp_path / "a.net.xml")
    assert trip.after.connectors.must_stop.any()
    assert not trip.after.connectors.must_stop[trip.rows[1][~yields[trip.rows[0]]]].any()


def test_signals_show_the_same_at_any_time(trip: Trip) -> None:
    for time_s in (0.5, 13.5, 40.5, 77.5, 101.5, 123.5, 3601.5):
        shown = [_shown(net, rows, time_s) for net, rows in zip((trip.before, trip.after), trip.rows, strict=True)]
        assert shown[0] == shown[1]


def _shown(net: RoadNetwork, connectors: NDArray[np.int64], time_s: float) -> list[int]:
    state: list[int] = []
    p = net.programs
    for group in net.connectors.signal_group[connectors].tolist():
        if group < 0:
            state.append(-1)
            continue
        controller = int(net.signal_groups.controller[group])
        program = int(net.controller_programs[controller][0])
        phases = slice(int(p.first_phase[program]), int(p.first_phase[program + 1]))
        ends = np.cumsum(p.duration_s[phases])
        phase = phases.start + int(np.searchsorted(ends, (time_s - p.offset_s[program]) % ends[-1], side="right"))
        state.append(int(p.state[p.first_state[phase] + group - net.controllers.first_group[controller]]))
    return state


def test_who_yields_agrees_where_both_may_move_at_once(trip: Trip) -> None:
    back = {int(b): int(a) for a, b in trip.rows.T}
    swap = {Yields.NEITHER: Yields.NEITHER, Yields.FIRST: Yields.SECOND, Yields.SECOND: Yields.FIRST}
    c = trip.after.conflicts
    now = {}
    for first, second, yields in zip(c.first.tolist(), c.second.tolist(), c.yields.tolist(), strict=True):
        if first in back and second in back:
            a, b = back[first], back[second]
            now[min(a, b), max(a, b)] = Yields(yields) if a < b else swap[Yields(yields)]
    c = trip.before.conflicts
    was = dict(zip(zip(c.first.tolist(), c.second.tolist(), strict=True), c.yields.tolist(), strict=True))
    assert len(set(was) - set(now)) <= 0.01 * len(was)
    unsignalled = [pair for pair in set(was) & set(now) if trip.before.connectors.signal_group[list(pair)].max() < 0]
    agreed = sum(was[pair] == now[pair] for pair in unsignalled)
    assert agreed >= 0.95 * len(unsignalled)


def test_the_place_on_earth_stays(trip: Trip) -> None:
    x, y = trip.before.junctions.x_m[:1], trip.before.junctions.y_m[:1]
    row = trip.after.junctions.ext_id.index(trip.before.junctions.ext_id[0])
    there = trip.after.frame.to_wgs84(trip.after.junctions.x_m[row], trip.after.junctions.y_m[row])
    for was, now in zip(trip.before.frame.to_wgs84(x, y), there, strict=True):
        assert float(now) == pytest.approx(float(was[0]), abs=1e-6)


def test_writing_twice_gives_the_same_network_and_gz_is_possible(tmp_path: Path) -> None:
    network = grid(1, 1)
    for name in ("a.net.xml.gz", "b.net.xml.gz"):
        write_net(network, tmp_path / name)
    a, b = (read_net(tmp_path / name) for name in ("a.net.xml.gz", "b.net.xml.gz"))
    assert np.array_equal(a.connectors.centre.xyz, b.connectors.centre.xyz)
    assert SignalState.GREEN in a.programs.state


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MapFormatError, match=r"\.net\.xml"):
        write_net(grid(1, 1), tmp_path / "grid.xml")
